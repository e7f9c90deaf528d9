#include "package/unpack.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "crypto/sha256.hpp"
#include "package/staging_internal.hpp"
#include "package/stream_internal.hpp"

namespace medchain::package {
namespace {

constexpr std::string_view staging_prefix = ".medchain-staging-";

bool wants(Unpacked::What what, const FileEntry& file) {
  if (file.name == openings_name) return false;
  const bool is_document = file.name.starts_with(documents_prefix);
  if (what == Unpacked::What::documents || is_document)
    return is_document && what == Unpacked::What::documents;
  return what == Unpacked::What::records_and_proofs || !file.name.starts_with(proofs_prefix);
}

/// Whether the regular file at `path` has these bytes; a link, a folder or a device has not.
bool has_bytes(const std::string& path, const FileEntry& file) {
  const auto opened = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, Code::storage_failed);
  struct stat facts {};
  if (!opened || ::fstat(opened->fd(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
      static_cast<std::uint64_t>(facts.st_size) != file.size)
    return false;
  const auto all = crypto::sha256_of(read_from(opened->fd(), path, Code::storage_failed));
  return all && Digest(all->hash) == file.digest;
}

Status write_file(const std::string& path, Reader& reader) {
  MC_ASSIGN(const File file,
            open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, Code::storage_failed, 0600));
  if (::fchmod(file.fd(), 0600) != 0)
    return fail_errno(Code::storage_failed, "set the mode of", path, errno);
  return reader.copy(write_to(file.fd(), path));
}

Status sync_file(const std::string& path) {
  MC_ASSIGN(const File file, open_file(path, O_RDONLY, Code::storage_failed));
  if (::fsync(file.fd()) != 0) return fail_errno(Code::storage_failed, "sync", path, errno);
  return {};
}

}  // namespace

Unpacked::Unpacked(std::string directory, bool made)
    : directory_(std::move(directory)), made_(made) {}

Unpacked::Unpacked(Unpacked&& other) noexcept
    : directory_(std::move(other.directory_)),
      made_(std::exchange(other.made_, false)),
      staging_(std::move(other.staging_)),
      manifest_(std::move(other.manifest_)),
      openings_(std::move(other.openings_)) {}

Unpacked::~Unpacked() {
  staging_.reset();
  if (made_) ::rmdir(directory_.c_str());
}

Result<Unpacked> Unpacked::unpack(const ByteSource& source, const std::string& directory,
                                  const Limits& limits) {
  const bool made = ::mkdir(directory.c_str(), 0700) == 0;
  if (!made && errno != EEXIST)
    return fail_errno(Code::storage_failed, "create directory", directory, errno);
  Unpacked unpacked(directory, made);
  MC_TRY(Staging::claim_stale(directory, staging_prefix));  // and removed
  MC_ASSIGN(Staging staging, Staging::create(directory, staging_prefix));
  unpacked.staging_ = std::make_unique<Staging>(std::move(staging));
  MC_ASSIGN(Reader reader, Reader::open(source, limits));
  unpacked.manifest_ = reader.manifest();
  MC_TRY(unpacked.read(reader));
  return unpacked;
}

Status Unpacked::read(Reader& reader) {
  for (;;) {
    MC_ASSIGN(const FileEntry* file, reader.next());
    if (file == nullptr) return {};
    if (file->name == openings_name) {
      MC_ASSIGN(const std::string text, reader.text());
      MC_ASSIGN(openings_, parse_openings(text, manifest_));
    } else {
      MC_TRY(write_file(staged(*file), reader));
    }
  }
}

std::string Unpacked::staged(const FileEntry& file) const {
  return staging_->path(output_name(file));
}

Result<std::vector<std::string>> Unpacked::publish(What what) && {
  for (const FileEntry& file : manifest_.files)
    if (wants(what, file)) MC_TRY(sync_file(staged(file)));
  if (made_) MC_TRY(sync_directory(parent_directory(directory_)));
  std::vector<std::string> paths;
  std::vector<std::string> appeared;  // by us, and not before
  Status status;
  for (const FileEntry& file : manifest_.files) {
    if (!status || !wants(what, file)) continue;
    status = publish_one(file, appeared);
    paths.push_back(directory_ + "/" + std::string(output_name(file)));
  }
  if (status) status = sync_directory(directory_);
  if (!status) {
    for (const std::string& path : appeared) ::unlink(path.c_str());
    return std::move(status).error();
  }
  made_ = made_ && paths.empty();
  return paths;
}

Status Unpacked::publish_one(const FileEntry& file, std::vector<std::string>& appeared) {
  const std::string path = directory_ + "/" + std::string(output_name(file));
  MC_ASSIGN(const bool is_new, rename_new(staged(file), path));
  if (is_new) {
    appeared.push_back(path);
  } else if (!has_bytes(path, file)) {
    return fail(Code::output_failed,
                "cannot create " + quote(path) + ": it is there already, with other bytes");
  }
  return {};
}

}  // namespace medchain::package
