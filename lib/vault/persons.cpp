#include "vault/persons.hpp"

#include "crypto/sha256.hpp"
#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

constexpr std::string_view key_slot = "persons-slot";

}  // namespace

Result<std::optional<SecretValue>> Persons::key(crypto::Random& random) {
  std::optional<std::uint64_t> slot;
  MC_TRY(vault_.read([&]() -> Status {
    MC_ASSIGN(const auto found, vault_.txn_->get(vault_.tables_.meta, as_bytes(key_slot)));
    if (!found) return {};
    MC_ASSIGN(slot, number_in_meta(found, key_slot));
    return {};
  }));
  if (slot) {
    MC_ASSIGN(const SecretValue k, vault_.secrets_->read(*slot));
    if (is_erased(k)) return fail(Code::store_damaged, "vault: the key of persons is gone");
    return std::optional(k);
  }
  if (vault_.is_read_only_) return std::optional<SecretValue>();
  SecretValue k;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    MC_ASSIGN(const auto found, txn.get(vault_.tables_.meta, as_bytes("next-slot")));
    MC_ASSIGN(const std::uint64_t next, number_in_meta(found, "next-slot"));
    random.fill(k);
    // Durable before anything refers to it; a slot whose transaction then fails is written again.
    MC_TRY(vault_.secrets_->write(next, std::span(&k, 1)));
    MC_TRY(vault_.secrets_->sync());
    MC_TRY(txn.put(vault_.tables_.meta, as_bytes("next-slot"), number_key(next + 1)));
    return txn.put(vault_.tables_.meta, as_bytes(key_slot), number_key(next));
  }));
  return std::optional(k);
}

Result<std::optional<PersonTag>> Persons::tag(std::string_view name, crypto::Random& random) {
  MC_ASSIGN(const auto k, key(random));
  if (!k) return std::optional<PersonTag>();
  return std::optional(entry::person_tag(*k, vault_.owner_.genesis, name));
}

Result<std::optional<Salt>> Persons::document_salt(const Digest& digest, crypto::Random& random) {
  MC_ASSIGN(const auto k, key(random));
  if (!k) return std::optional<Salt>();
  return std::optional(Salt(crypto::hmac_sha256(
      *k, {as_bytes("medchain/1 document salt\n"), vault_.owner_.genesis.view(), digest.view()})));
}

}  // namespace medchain::vault
