#include "vault/backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "base/file.hpp"
#include "base/stream.hpp"
#include "rules/view.hpp"
#include "vault/erasing.hpp"
#include "vault/layout_internal.hpp"
#include "vault/vault_access.hpp"

namespace medchain::vault {
namespace {

namespace fs = std::filesystem;

constexpr int max_tries = 10;
constexpr std::size_t copy_size = std::size_t{1} << 20;

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

/// Removed with all that is in it, unless it was given its name.
class Staging {
 public:
  static Result<Staging> make(const std::string& wanted) {
    Staging staging;
    staging.target_ = without_slash(wanted);
    if (file_exists(staging.target_))
      return fail(Code::vault_conflict, quote(staging.target_) + " is there already");
    const std::string parent = parent_directory(staging.target_);
    staging.path_ = parent + "/." + fs::path(staging.target_).filename().string() + ".unfinished";
    std::error_code failed;
    fs::remove_all(staging.path_, failed);  // of a run that was cut off
    MC_TRY(make_directory(staging.path_, 0700, false));
    return staging;
  }
  Staging(Staging&& other) noexcept
      : path_(std::exchange(other.path_, {})), target_(std::move(other.target_)) {}
  Staging& operator=(Staging&&) = delete;
  ~Staging() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

  Status publish() {
    MC_TRY(sync_directory(path_));
    MC_ASSIGN(const bool is_new, rename_new(path_, target_));
    if (!is_new) return fail(Code::vault_conflict, quote(target_) + " is there already");
    path_.clear();
    return sync_directory(parent_directory(target_));
  }

 private:
  Staging() = default;
  std::string path_, target_;
};

Result<File> make_file(const std::string& path) {
  return open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, Code::storage_failed, 0600);
}

Status sync_file(const File& file, const std::string& path) {
  if (fsync(file.fd()) != 0) return fail_errno(Code::storage_failed, "sync", path, errno);
  return {};
}

/// False if there is no such file.
Result<bool> copy_file(const std::string& from, const std::string& to) {
  const auto input = open_file(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, Code::storage_failed);
  if (!input && !file_exists(from)) return false;
  if (!input) return input.error();
  MC_ASSIGN(const File output, make_file(to));
  const ByteSource source = read_from(input->fd(), from, Code::storage_failed);
  const ByteSink sink = write_to(output.fd(), to);
  Bytes space(copy_size);
  for (;;) {
    MC_ASSIGN(const std::size_t got, source(space));
    if (got == 0) break;
    MC_TRY(sink(ByteView(space).first(got)));
  }
  MC_TRY(sync_file(output, to));
  return true;
}

Status must_copy(const std::string& from, const std::string& to) {
  MC_ASSIGN(const bool there, copy_file(from, to));
  if (there) return {};
  return fail(Code::vault_missing, "there is no " + quote(from));
}

/// Numbers of batches in this state.  Within read().
Result<std::set<std::uint64_t>> batches_in(const Vault& vault, BatchState state) {
  std::set<std::uint64_t> numbers;
  MC_TRY(vault.for_each_batch([&](std::uint64_t number, const Batch& batch) -> Status {
    if (batch.state == state) numbers.insert(number);
    return {};
  }));
  return numbers;
}

Result<std::set<std::uint64_t>> abandoned_now(Vault& vault) {
  std::set<std::uint64_t> numbers;
  MC_TRY(vault.read([&]() -> Status {
    MC_ASSIGN(numbers, batches_in(vault, BatchState::abandoned));
    return {};
  }));
  return numbers;
}

/// Tables first: slots that they name are in the secrets already, and an erasure in between leaves
/// zeros, which is what it is to leave.  A batch that is abandoned in between would stand there as
/// pending without its salts: then once more.
Status copy_core(Vault& vault, const std::string& to) {
  for (int i = 0; i < max_tries; ++i) {
    MC_ASSIGN(const auto before, abandoned_now(vault));
    MC_TRY(vault.environment().copy_to(to));
    MC_TRY(must_copy(vault.directory() + "/secrets", to + "/secrets"));
    MC_ASSIGN(const auto after, abandoned_now(vault));
    if (before == after) return {};
    for (const char* name : {"/data.mdb", "/lock.mdb", "/secrets"}) unlink((to + name).c_str());
  }
  return fail(Code::lock_timeout, "batches were given up all the time while the vault was copied");
}

Status copy_blobs(const std::string& from, const std::string& to, BackedUp& done) {
  MC_TRY(make_directory(blob_directory(to), 0700, true));
  {
    MC_ASSIGN(const auto copy, Vault::open(to, {}));
    MC_TRY(copy->read([&] {
      return copy->for_each_blob([&](std::uint64_t number, const Blob& blob) -> Status {
        MC_ASSIGN(const bool there, copy_file(blob_path(from, number), blob_path(to, number)));
        if (!there) {
          done.missing += blob.copies;
          return {};
        }
        ++done.blobs;
        done.bytes += blob.bytes;
        return {};
      });
    }));
  }
  unlink((to + "/lock.mdb").c_str());
  return sync_directory(blob_directory(to));
}

constexpr std::string_view mark = "/restored";

}  // namespace

Result<BackedUp> backup(Vault& vault, const std::string& directory) {
  MC_ASSIGN(Staging staging, Staging::make(directory));
  MC_TRY(copy_core(vault, staging.path()));
  BackedUp done;
  MC_TRY(copy_blobs(vault.directory(), staging.path(), done));
  MC_TRY(staging.publish());
  return done;
}

bool is_restored(const std::string& directory) {
  return file_exists(directory + std::string(mark));
}

Status restore(const std::string& backup, const std::string& directory) {
  if (!Vault::exists(backup))
    return fail(Code::vault_missing, "there is no backup at " + quote(backup));
  MC_ASSIGN(Staging staging, Staging::make(directory));
  for (const char* name : {"/data.mdb", "/secrets"})
    MC_TRY(must_copy(backup + name, staging.path() + name));
  BackedUp done;
  MC_TRY(copy_blobs(backup, staging.path(), done));
  MC_TRY(create_file_exclusive(staging.path() + std::string(mark), "", 0600, Code::storage_failed));
  return staging.publish();
}

Result<Reapplied> reapply_erasures(Vault& vault, const ledger::Snapshot& view) {
  MC_ASSIGN(const GenesisHash genesis, rules::genesis(view));
  if (vault.owner().genesis != genesis)
    return fail(Code::vault_conflict,
                "the vault is of another ledger: " + quote(vault.owner().origin));
  MC_ASSIGN(const Erasing::Redone redone, Erasing(vault).redo(view));
  const std::string path = vault.directory() + std::string(mark);
  if (unlink(path.c_str()) != 0 && errno != ENOENT)
    return fail_errno(Code::storage_failed, "remove", path, errno);
  MC_TRY(sync_directory(vault.directory()));
  return Reapplied{redone.versions, redone.subjects};
}

}  // namespace medchain::vault
