#include "vault/locators.hpp"

#include "vault/layout_internal.hpp"
#include "vault/vault_access.hpp"

namespace medchain::vault {
namespace {

bool is_canonical(const Version& version) {
  return (version.flags & entry::Row::flag_canonical_json) != 0;
}

}  // namespace

Result<bool> Locators::is_current(std::uint64_t number, const Version& version) const {
  MC_ASSIGN(const auto latest, vault_.find(record_key(version.source, version.type, version.id)));
  if (!latest || latest->number != number) return false;
  const auto row = vault_.row(version);
  if (!row && row.error().code != Code::record_erased) return row.error();
  return row.ok();
}

Result<std::uint64_t> Locators::set(std::span<const Relocated> relocated) {
  std::vector<const Relocated*> fresh;
  MC_TRY(vault_.read([&]() -> Status {
    for (const Relocated& one : relocated) {
      MC_ASSIGN(const Version now, vault_.version(one.number));
      MC_ASSIGN(const bool current, is_current(one.number, now));
      if (current && now == one.seen) fresh.push_back(&one);
    }
    return {};
  }));
  if (fresh.empty()) return std::uint64_t{0};
  // Nobody else has written since: the vault is locked.
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    std::uint64_t next_path = 0;
    for (const Relocated* one : fresh) {
      Version version = one->seen;
      MC_ASSIGN(version.path, VaultAccess(vault_).path_number(txn, one->path, next_path));
      version.line = one->spot.line;
      version.offset = one->spot.offset;
      version.mtime = one->mtime;
      MC_TRY(txn.put(vault_.tables_.versions, number_key(one->number), encode(version)));
    }
    return {};
  }));
  return std::uint64_t{fresh.size()};
}

source::Sought sought(const Version& version) {
  return {version.digest, version.size, version.line, version.offset, is_canonical(version)};
}

source::Locator locator(const Version& version, std::string path) {
  return {std::move(path), version.type,          version.line,  version.offset,
          version.size,    is_canonical(version), version.digest};
}

}  // namespace medchain::vault
