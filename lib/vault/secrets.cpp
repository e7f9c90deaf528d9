#include "vault/secrets.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "base/file_at.hpp"

namespace medchain::vault {
namespace {

constexpr std::string_view header = "medchain/1 vault secrets\n\0\0\0\0\0\0\0";
static_assert(header.size() < 32);

std::string header_slot() {
  std::string slot(header);
  slot.resize(32, '\0');
  return slot;
}

}  // namespace

Status Secrets::create(const std::string& path) {
  return create_file_exclusive(path, header_slot(), 0600, Code::storage_failed);
}

Result<Secrets> Secrets::open(const std::string& path, bool read_only) {
  MC_TRY(check_private(path));
  Secrets secrets;
  secrets.path_ = path;
  MC_ASSIGN(secrets.file_, open_file(path, read_only ? O_RDONLY : O_RDWR, Code::storage_failed));
  MC_ASSIGN(const SecretValue first, secrets.read(0));
  if (as_text(first) != header_slot())
    return fail(Code::store_damaged, quote(path) + " is not a secrets file of a vault");
  return secrets;
}

Result<SecretValue> Secrets::read(std::uint64_t slot) const {
  SecretValue value;
  MC_ASSIGN(const std::size_t got,
            read_at(file_, value, slot * value.size(), path_, Code::storage_failed));
  if (got != value.size())
    return fail(Code::store_damaged, quote(path_) + " ends before slot " + std::to_string(slot));
  return value;
}

Status Secrets::write(std::uint64_t first, std::span<const SecretValue> values) {
  return write_at(file_, std::as_bytes(values), first * sizeof(SecretValue), path_,
                  Code::storage_failed);
}

Status Secrets::sync() {
  if (fdatasync(file_.fd()) != 0) return fail_errno(Code::storage_failed, "sync", path_, errno);
  return {};
}

Status Secrets::lock(std::chrono::milliseconds wait) {
  using Clock = std::chrono::steady_clock;
  const auto deadline =
      Clock::now() + std::min<std::chrono::milliseconds>(wait, std::chrono::hours(24 * 365));
  // flock(2) and not the record locks of LMDB: those are on data.mdb and for one transaction.
  while (flock(file_.fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return fail_errno(Code::storage_failed, "lock", path_, errno);
    if (Clock::now() >= deadline)
      return fail(Code::lock_timeout, "another run is using the vault with " + quote(path_));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {};
}

void Secrets::unlock() { flock(file_.fd(), LOCK_UN); }

Status Secrets::destroy(std::uint64_t slot) {
  const SecretValue zeros{};
  MC_TRY(write(slot, std::span(&zeros, 1)));
  return sync();
}

bool is_erased(const SecretValue& value) {
  return std::all_of(value.begin(), value.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace medchain::vault
