#include "package/store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/encoding.hpp"
#include "crypto/sha256.hpp"
#include "package/staging_internal.hpp"
#include "package/store_internal.hpp"

namespace medchain::package {
namespace {

constexpr std::string_view unsealed_name = "unsealed";

/// Others have published the package that is staged here.
Status let_go(const std::string& staged, const std::string& place, const PackageHash& hash) {
  MC_ASSIGN(const Sealed there, hash_file(place));
  if (there.hash != hash)
    return fail(Code::store_damaged,
                "package " + quote(place) +
                    " is there already, but its bytes have another hash: " + to_text(there.hash));
  if (::unlink(staged.c_str()) != 0)
    return fail_errno(Code::storage_failed, "remove", staged, errno);
  return {};
}

/// As open to others as the directory it is in, whatever the umask.
Status make_folder(const std::string& directory, const std::string& folder) {
  struct stat facts {
  }, there{};
  if (::stat(directory.c_str(), &facts) != 0)
    return fail_errno(Code::storage_failed, "look at", directory, errno);
  if (::stat(folder.c_str(), &there) == 0 && there.st_mode == facts.st_mode) return {};
  MC_TRY(make_directory(folder, 0700, true));
  // Another user's folder is that user's affair.
  if (::chmod(folder.c_str(), facts.st_mode & 07777) != 0 && errno != EPERM)
    return fail_errno(Code::storage_failed, "set the mode of", folder, errno);
  return {};
}

/// Of a sealed package in staging to its place.  Other users of the host may read it: it is
/// encrypted.
Status publish_file(const std::string& staged, const std::string& directory,
                    const PackageHash& hash) {
  if (::chmod(staged.c_str(), 0644) != 0)
    return fail_errno(Code::storage_failed, "set the mode of", staged, errno);
  const std::string folder = directory + "/" + folder_name(hash);
  const std::string place = folder + "/" + file_name(hash);
  MC_TRY(make_folder(directory, folder));
  // Also if it was there: whoever made it may not have come so far yet.
  MC_TRY(sync_directory(directory));
  MC_ASSIGN(const bool is_new, rename_new(staged, place));
  if (!is_new) MC_TRY(let_go(staged, place, hash));
  return sync_directory(folder);
}

/// A private directory, even if somebody opened it.
Status make_staging(const std::string& staging) {
  const bool is_new = !file_exists(staging);
  MC_TRY(make_directory(staging, 0700, true));
  if (is_new) MC_TRY(sync_directory(parent_directory(staging)));
  struct stat facts {};
  if (::lstat(staging.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
    return fail(Code::storage_failed, quote(staging) + " is not a directory");
  if ((facts.st_mode & 077) != 0 && ::chmod(staging.c_str(), 0700) != 0)
    return fail_errno(Code::storage_failed, "set the mode of", staging, errno);
  return {};
}

}  // namespace

struct Staged::State {
  State(std::string store_directory, Staging work, File opened)
      : directory(std::move(store_directory)), staging(std::move(work)), file(std::move(opened)) {}

  std::string directory;
  Staging staging;
  File file;  // until it is sealed
  crypto::Sha256 hash;
  Sealed sealed;
  bool is_sealed = false;
  bool is_settled = false;
};

Staged::Staged(std::unique_ptr<State> state) : state_(std::move(state)) {}
Staged::Staged(Staged&& other) noexcept = default;

Staged::~Staged() {
  if (state_ && state_->is_sealed && !state_->is_settled) std::move(state_->staging).keep();
}

ByteSink Staged::sink() {
  State* state = state_.get();
  const std::string path = state->staging.path(unsealed_name);
  return [state, write = write_to(state->file.fd(), path)](ByteView bytes) -> Status {
    MC_TRY(write(bytes));
    state->hash.update(bytes);
    state->sealed.bytes += bytes.size();
    return {};
  };
}

Result<Sealed> Staged::seal() {
  State& state = *state_;
  MC_ASSERT(!state.is_sealed);
  const std::string path = state.staging.path(unsealed_name);
  if (::fsync(state.file.fd()) != 0) return fail_errno(Code::storage_failed, "sync", path, errno);
  if (::close(state.file.release()) != 0 && errno != EINTR)
    return fail_errno(Code::storage_failed, "close", path, errno);
  state.sealed.hash = PackageHash(state.hash.finish());
  MC_ASSIGN(const bool is_new, rename_new(path, state.staging.path(file_name(state.sealed.hash))));
  MC_ASSERT(is_new);
  MC_TRY(sync_directory(state.staging.path()));
  MC_TRY(sync_directory(parent_directory(state.staging.path())));
  state.is_sealed = true;
  return state.sealed;
}

Status Staged::publish() {
  State& state = *state_;
  MC_ASSERT(state.is_sealed && !state.is_settled);
  MC_TRY(publish_file(state.staging.path(file_name(state.sealed.hash)), state.directory,
                      state.sealed.hash));
  state.is_settled = true;
  // The package is where it belongs: that its empty staging could not be removed is no failure.
  static_cast<void>(std::move(state.staging).remove());
  return {};
}

Status Staged::discard() {
  MC_ASSERT(!state_->is_settled);
  state_->is_settled = true;
  return std::move(state_->staging).remove();
}

Result<Store> Store::open(const std::string& directory, std::string_view owner) {
  Store store(directory);
  store.owner_ = owner;
  const bool is_new = !file_exists(directory);
  MC_TRY(make_directory(directory, 0755, true));
  MC_TRY(make_staging(store.staging()));
  if (is_new) MC_TRY(sync_directory(parent_directory(directory)));
  return store;
}

Result<Store> Store::open_elsewhere(const std::string& directory, const std::string& own) {
  Store store(directory);
  store.elsewhere_ = own;
  MC_TRY(make_staging(own));
  return store;
}

std::string Store::staging() const {
  if (!elsewhere_.empty()) return elsewhere_;
  return directory_ + "/" + std::string(staging_name) + (owner_.empty() ? "" : "-" + owner_);
}

Result<Staged> Store::stage() {
  MC_ASSIGN(Staging staging, Staging::create(this->staging(), staging_prefix));
  MC_ASSIGN(File file, open_file(staging.path(unsealed_name), O_WRONLY | O_CREAT | O_EXCL,
                                 Code::storage_failed, 0600));
  return Staged(std::make_unique<Staged::State>(directory_, std::move(staging), std::move(file)));
}

Result<std::optional<File>> Store::read_staged(const PackageHash& hash) const {
  MC_ASSIGN(const auto found, find_staged(staging(), hash));
  if (!found) return std::optional<File>();
  MC_ASSIGN(File file, open_file(*found, O_RDONLY | O_NOFOLLOW, Code::storage_failed));
  return std::optional(std::move(file));
}

std::string Store::path(const PackageHash& hash) const {
  return directory_ + "/" + folder_name(hash) + "/" + file_name(hash);
}

std::string Store::deletion_path(const PackageHash& hash) const {
  return directory_ + "/" + folder_name(hash) + "/" + deletion_name(hash);
}

Error Store::missing(const PackageHash& hash) const {
  if (const std::string note = deletion_path(hash); file_exists(note))
    return fail(Code::package_missing,
                "package " + quote(path(hash)) + " was deleted, as " + quote(note) + " says");
  return fail(Code::package_missing, "there is no package " + quote(path(hash)));
}

Result<File> Store::read(const PackageHash& hash) const {
  const std::string place = path(hash);
  const int fd = ::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT) return missing(hash);
  if (fd < 0) return fail_errno(Code::storage_failed, "open", place, errno);
  File file(fd);
  struct stat facts {};
  if (::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
    return fail(Code::storage_failed, quote(place) + " is not a regular file");
  return file;
}

Status Store::remove(const PackageHash& hash, std::string_view note) {
  const std::string place = path(hash);
  if (!file_exists(place)) return missing(hash);
  MC_TRY(replace_file(deletion_path(hash), note, 0644));
  if (::unlink(place.c_str()) != 0) {
    if (errno == ENOENT) return missing(hash);
    return fail_errno(Code::storage_failed, "remove", place, errno);
  }
  return sync_directory(parent_directory(place));
}

Result<std::size_t> Store::recover(
    const std::function<Result<Verdict>(const PackageHash&)>& judge) {
  MC_ASSIGN(std::vector<Staging> stale, Staging::claim_stale(staging(), staging_prefix));
  const auto judge_here = [&](const PackageHash& hash) -> Result<Verdict> {
    MC_ASSIGN(const Verdict verdict, judge(hash));
    const bool must_wait =
        verdict == Verdict::publish && !elsewhere_.empty() && !file_exists(path(hash));
    return must_wait ? Verdict::keep : verdict;
  };
  std::size_t published = 0;
  Status first_failure;
  for (Staging& each : stale) {
    auto settled =
        settle(each.path(), judge_here, [this](const std::string& staged, const PackageHash& hash) {
          return elsewhere_.empty() ? publish_file(staged, directory_, hash)
                                    : let_go(staged, path(hash), hash);
        });
    if (!settled) {
      if (first_failure) first_failure = std::move(settled).error();
      std::move(each).keep();
    } else if (*settled == Settled::kept) {
      std::move(each).keep();
    } else {
      published += *settled == Settled::published;
      Status removed = std::move(each).remove();
      if (!removed && first_failure) first_failure = std::move(removed);
    }
  }
  if (!first_failure) return std::move(first_failure).error();
  return published;
}

}  // namespace medchain::package
