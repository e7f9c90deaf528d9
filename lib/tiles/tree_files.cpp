#include "tiles/tree_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/parse.hpp"

namespace medchain::tiles {

namespace {

/// There is one at a time, so that a run that was killed leaves one at most, and the next one
/// replaces it.
constexpr std::string_view unfinished = ".unfinished";

Status lock(const File& file, const std::string& path, std::chrono::milliseconds wait) {
  constexpr std::chrono::milliseconds pause(20);
  for (std::chrono::milliseconds waited(0);; waited += pause) {
    if (::flock(file.fd(), LOCK_EX | LOCK_NB) == 0) return {};
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail_errno(Code::storage_failed, "lock", path, errno);
    if (waited >= wait)
      return fail(Code::lock_timeout, "another run is publishing to " + quote(path));
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

Result<TreeFiles> TreeFiles::open(const std::string& directory, std::chrono::milliseconds wait) {
  TreeFiles files;
  files.directory_ = directory;
  // A web server must not be given the directory of a ledger, and no file of a ledger be replaced.
  if (file_exists(directory + "/data.mdb"))
    return fail(Code::usage,
                quote(directory) + " is the directory of a ledger or vault: a tree has its own");
  const bool is_new = !file_exists(directory);
  MC_TRY(make_directory(directory, 0755, true));
  MC_ASSIGN(files.lock_, open_file(directory, O_RDONLY | O_DIRECTORY, Code::storage_failed));
  MC_TRY(lock(files.lock_, directory, wait));
  if (is_new) files.changed_.insert(parent_directory(directory));
  return files;
}

std::string TreeFiles::path_of(std::string_view name) const {
  return directory_ + "/" + std::string(name);
}

Result<std::optional<std::string>> TreeFiles::read(std::string_view name, std::size_t limit) const {
  return read_file_if_exists(path_of(name), limit, Code::storage_failed);
}

Status TreeFiles::make_parents(const std::string& name) {
  for (std::size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1)) {
    const std::string parent = path_of(name.substr(0, slash));
    if (!known_.insert(parent).second) continue;
    MC_TRY(make_directory(parent, 0755, true));
    changed_.insert(parent_directory(parent));
  }
  return {};
}

Status TreeFiles::write_unfinished(std::string_view bytes) {
  const std::string path = path_of(unfinished);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return fail_errno(Code::storage_failed, "remove", path, errno);
  MC_ASSIGN(File file,
            open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, Code::storage_failed, 0644));
  if (auto written = write_all(file.fd(), bytes, path); !written)
    return fail(Code::storage_failed, written.error().message);
  if (::fsync(file.fd()) != 0) return fail_errno(Code::storage_failed, "sync", path, errno);
  // Some file systems tell a failed write only at close.
  if (::close(file.release()) != 0 && errno != EINTR)
    return fail_errno(Code::storage_failed, "close", path, errno);
  return {};
}

void TreeFiles::drop_unfinished() { ::unlink(path_of(unfinished).c_str()); }

Status TreeFiles::put(const std::string& name, std::string_view bytes) {
  const std::string path = path_of(name);
  const auto foreign = [&] {
    return fail(Code::entry_foreign, quote(path) +
                                         " is there with other bytes than this ledger's: "
                                         "of another tree, or damaged")
        .with_hint("publish to a new directory; nothing that is there is overwritten");
  };
  MC_TRY(make_parents(name));
  // Also of one that is there: a run that was killed may not have come to it.
  changed_.insert(parent_directory(path));
  auto there = read_file_if_exists(path, bytes.size(), Code::storage_failed);
  if (!there && there.error().code == Code::input_too_long) return foreign();
  if (!there) return std::move(there).error();
  if (*there) return **there == bytes ? Status() : foreign();

  Status status = write_unfinished(bytes);
  if (status) {
    const auto is_new = rename_new(path_of(unfinished), path);
    if (!is_new)
      status = is_new.error();
    else if (!*is_new)
      status = foreign();
  }
  if (!status) drop_unfinished();
  if (status) ++files_;
  return status;
}

Status TreeFiles::sync() {
  for (const std::string& directory : changed_) MC_TRY(sync_directory(directory));
  changed_.clear();
  return {};
}

Status TreeFiles::replace(std::string_view name, std::string_view bytes) {
  const std::string path = path_of(name);
  Status status = write_unfinished(bytes);
  if (status && std::rename(path_of(unfinished).c_str(), path.c_str()) != 0)
    status = fail_errno(Code::storage_failed, "replace", path, errno);
  if (!status) {
    drop_unfinished();
    return status;
  }
  return sync_directory(directory_);
}

Result<std::uint64_t> TreeFiles::remove_partials(const std::string& name) {
  const std::string path = path_of(name + ".p");
  std::error_code failed;
  std::filesystem::directory_iterator items(path, failed);
  if (failed == std::errc::no_such_file_or_directory) return std::uint64_t{0};
  std::vector<std::string> partials;
  for (; !failed && items != std::filesystem::directory_iterator(); items.increment(failed)) {
    const std::string width = items->path().filename().string();
    if (parse_u64(width, 1, 255)) partials.push_back(path + "/" + width);
  }
  if (failed) return fail_errno(Code::storage_failed, "list", path, failed.value());
  for (const std::string& partial : partials)
    if (::unlink(partial.c_str()) != 0 && errno != ENOENT)
      return fail_errno(Code::storage_failed, "remove", partial, errno);
  // What is not ours in it stays, with it.
  if (::rmdir(path.c_str()) != 0 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT)
    return fail_errno(Code::storage_failed, "remove", path, errno);
  return std::uint64_t{partials.size()};
}

}  // namespace medchain::tiles
