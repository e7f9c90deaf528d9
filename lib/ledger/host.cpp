#include "ledger/host.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/file_at.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "crypto/sha256.hpp"
#include "crypto/ssh_key.hpp"
#include "ledger/directory_internal.hpp"

namespace medchain::ledger {
namespace {

// A slot is one line `SIZE sha256:ROOT CHECK` padded with spaces to 128 bytes, ending in LF; CHECK
// is the first 8 bytes of the SHA-256 of what is before it, in hex.  A slot is smaller than a disk
// sector and the other slot is left alone, so a torn write loses nothing older.
constexpr std::size_t slot_size = 128;
constexpr std::size_t slots = 2;

std::string format_slot(const HighWater& mark) {
  std::string text = std::to_string(mark.size.get()) + " " + to_text(mark.root);
  text += " " + to_hex(ByteView(crypto::sha256(as_bytes(text))).first(8));
  text.resize(slot_size - 1, ' ');
  return text + "\n";
}

std::optional<HighWater> parse_slot(std::string_view slot) {
  const std::string_view line = trim_ascii(slot);
  const auto parts = split(line, ' ');
  if (parts.size() != 3) return std::nullopt;
  const auto size = parse_u64(parts[0]);
  const auto root = parse_hash<RootHash>(parts[1]);
  if (!size || !root) return std::nullopt;
  const HighWater mark{TreeSize(*size), *root};
  if (format_slot(mark) != slot) return std::nullopt;
  return mark;
}

std::string path_in(const std::string& directory, std::string_view name) {
  return directory + "/" + std::string(name);
}

Status write_key(const std::string& path, const crypto::SeedSigner& signer,
                 std::string_view comment, crypto::Random& random) {
  const crypto::Secret text = crypto::format_ssh_private_key(signer, comment, random);
  return create_file_exclusive(path, as_text(text.view()), 0600, Code::storage_failed);
}

/// Appenders race here after their commits, and one that reads while two others write could find
/// both slots torn.  The lock goes with the descriptor.
Status lock_slots(int fd, int how, const std::string& path) {
  while (flock(fd, how) != 0)
    if (errno != EINTR) return fail_errno(Code::storage_failed, "lock", path, errno);
  return {};
}

struct Slots {
  std::optional<HighWater> mark;  // the highest valid one
  std::size_t next = 0;           // the slot to write
  bool empty = true;
};

Result<Slots> read_slots(const File& file, const std::string& path) {
  Slots result;
  std::array<std::optional<HighWater>, slots> found;
  for (std::size_t i = 0; i < slots; ++i) {
    std::string slot(slot_size, '\0');
    MC_ASSIGN(const std::size_t got, read_at(file, std::as_writable_bytes(std::span(slot)),
                                             i * slot_size, path, Code::storage_failed));
    if (got == 0) continue;
    result.empty = false;
    slot.resize(got);
    found[i] = parse_slot(slot);
  }
  for (std::size_t i = 0; i < slots; ++i)
    if (found[i] && (!result.mark || result.mark->size < found[i]->size)) {
      result.mark = found[i];
      result.next = (i + 1) % slots;
    }
  if (!result.empty && !result.mark)
    return fail(Code::store_damaged, quote(path) + ": no slot of the high-water mark is valid");
  return result;
}

}  // namespace

Status check_empty(const std::string& directory) {
  std::error_code failed;
  if (!std::filesystem::exists(directory, failed)) return {};
  if (!std::filesystem::is_directory(directory, failed))
    return fail(Code::ledger_exists, quote(directory) + " is not a directory");
  if (!std::filesystem::is_empty(directory, failed) || failed)
    return fail(Code::ledger_exists,
                quote(directory) + " is not empty; only an empty directory is used");
  return {};
}

Result<std::unique_ptr<Host>> Host::create(const std::string& directory, const MemberName& clock,
                                           crypto::Random& random) {
  MC_TRY(check_empty(directory));
  MC_TRY(make_directory(directory, 0700, true));
  if (chmod(directory.c_str(), 0700) != 0)
    return fail_errno(Code::storage_failed, "change the mode of", directory, errno);
  auto log = crypto::generate_signer(random);
  auto ticker = crypto::generate_signer(random);
  MC_TRY(write_key(path_in(directory, "log.key"), *log, "medchain log key", random));
  MC_TRY(write_key(path_in(directory, "clock.key"), *ticker, "medchain clock key", random));
  entry::Card card;
  card.name = clock;
  card.kind = entry::MemberKind::service;
  card.roles = {entry::Role::clock};
  card.sign = {clock.get(), note::KeyType::ed25519, ticker->public_key()};
  MC_ASSIGN(const std::string text, entry::sign_card(card, *ticker));
  MC_TRY(
      create_file_exclusive(path_in(directory, "clock.member"), text, 0644, Code::storage_failed));
  MC_TRY(create_file_exclusive(path_in(directory, "high-water"), "", 0600, Code::storage_failed));
  return open(directory);
}

Result<std::unique_ptr<Host>> Host::open(const std::string& directory) {
  std::unique_ptr<Host> host(new Host());
  host->directory_ = directory;
  MC_ASSIGN(auto log, crypto::load_ssh_private_key(path_in(directory, "log.key")));
  MC_ASSIGN(auto ticker, crypto::load_ssh_private_key(path_in(directory, "clock.key")));
  MC_ASSIGN(const std::string card,
            read_file(path_in(directory, "clock.member"), 65'536, Code::key_missing));
  auto clock = entry::parse_card(card);
  if (!clock)
    return fail(Code::key_invalid,
                quote(path_in(directory, "clock.member")) + ": " + clock.error().message);
  host->clock_ = std::move(*clock);
  if (host->clock_.sign.key != ticker->public_key())
    return fail(Code::key_invalid, quote(directory) + ": clock.key is not the key of clock.member");
  // Who can write here could put back an older high-water mark.
  MC_TRY(check_private_directory(directory));
  host->log_key_ = std::move(log);
  host->clock_key_ = std::move(ticker);
  return host;
}

Result<std::optional<HighWater>> Host::high_water() const {
  const std::string path = path_in(directory_, "high-water");
  MC_ASSIGN(const File file, open_file(path, O_RDONLY, Code::key_missing));
  MC_TRY(lock_slots(file.fd(), LOCK_SH, path));
  MC_ASSIGN(const Slots found, read_slots(file, path));
  return found.mark;
}

Status Host::raise_high_water(const HighWater& mark) {
  const std::string path = path_in(directory_, "high-water");
  MC_ASSIGN(const File file, open_file(path, O_RDWR, Code::key_missing));
  MC_TRY(lock_slots(file.fd(), LOCK_EX, path));
  MC_ASSIGN(const Slots found, read_slots(file, path));
  if (found.mark && found.mark->size >= mark.size) return {};
  MC_TRY(write_at(file, as_bytes(format_slot(mark)), found.next * slot_size, path,
                  Code::storage_failed));
  if (fdatasync(file.fd()) != 0) return fail_errno(Code::storage_failed, "sync", path, errno);
  return {};
}

}  // namespace medchain::ledger
