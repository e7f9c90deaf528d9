#include "vault/second_digest.hpp"

#include <algorithm>

#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

// Frozen; a new layout takes the next number.
constexpr std::uint8_t canonical_json_without = 1;
constexpr std::size_t fixed_size = 1 + 32;

std::optional<store::Table> table_of(const store::Environment& environment) {
  return environment.later_table("second-digests");
}

}  // namespace

Same compare(const Digest& digest, const std::optional<source::PartDigest>& part,
             const source::Record& record) {
  if (digest == record.digest) return Same::bytes;
  return part && part == record.part ? Same::part : Same::no;
}

Status SecondDigests::put(store::WriteTxn& txn, std::uint64_t version,
                          const source::PartDigest& part) {
  Bytes out;
  append_be(canonical_json_without, out);
  append(part.digest.view(), out);
  append(as_bytes(part.without), out);
  return txn.put(*table_of(*vault_.environment_), number_key(version), out);
}

Status SecondDigests::erase(store::WriteTxn& txn, std::uint64_t version) {
  const auto table = table_of(*vault_.environment_);
  MC_ASSIGN(const auto there, txn.get(*table, number_key(version)));
  return there ? txn.erase(*table, number_key(version)) : Status();
}

Result<std::optional<source::PartDigest>> SecondDigests::find(std::uint64_t version) const {
  const auto table = table_of(*vault_.environment_);
  if (!table) return std::optional<source::PartDigest>();
  MC_ASSIGN(const auto found, vault_.txn_->get(*table, number_key(version)));
  if (!found) return std::optional<source::PartDigest>();
  if (found->size() <= fixed_size ||
      std::to_integer<std::uint8_t>((*found)[0]) != canonical_json_without)
    return fail(Code::store_damaged, "vault: a second digest is damaged");
  source::PartDigest part;
  part.digest = Digest::from_view(found->subspan(1, 32));
  part.without = as_text(found->subspan(fixed_size));
  return std::optional(std::move(part));
}

}  // namespace medchain::vault
