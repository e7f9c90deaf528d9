#include "vault/received_tags.hpp"

#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

constexpr char separator = '\0';

Bytes key_of(const MemberName& member, const SubjectTag& tag) {
  Bytes key;
  append(as_bytes(member.get()), key);
  append_be(static_cast<std::uint8_t>(separator), key);
  append(tag.view(), key);
  return key;
}

std::optional<store::Table> table_of(store::Environment& environment) {
  return environment.later_table("received-tags");
}

Error damaged() { return fail(Code::store_damaged, "vault: a received tag is damaged"); }

}  // namespace

Status ReceivedTags::keep(const MemberName& member, const SubjectTag& tag, const Subject& subject) {
  return vault_.write([&](store::WriteTxn& txn) -> Status {
    return txn.put(*table_of(*vault_.environment_), key_of(member, tag),
                   number_key(subject.number));
  });
}

Status ReceivedTags::restore(const MemberName& member, const SubjectTag& tag,
                             const std::optional<std::uint64_t>& before) {
  return vault_.write([&](store::WriteTxn& txn) -> Status {
    const store::Table table = *table_of(*vault_.environment_);
    const Bytes key = key_of(member, tag);
    if (before) return txn.put(table, key, number_key(*before));
    MC_ASSIGN(const auto there, txn.get(table, key));
    return there ? txn.erase(table, key) : Status();
  });
}

Result<std::optional<std::uint64_t>> ReceivedTags::find(const MemberName& member,
                                                        const SubjectTag& tag) const {
  const auto table = table_of(*vault_.environment_);
  if (!table) return std::optional<std::uint64_t>();
  MC_ASSIGN(const auto found, vault_.txn_->get(*table, key_of(member, tag)));
  if (!found) return std::optional<std::uint64_t>();
  if (found->size() != 8) return damaged();
  return std::optional(load_be<std::uint64_t>(*found));
}

Status ReceivedTags::for_each(
    const std::function<Status(const MemberName&, const SubjectTag&, std::uint64_t)>& visit) const {
  const auto table = table_of(*vault_.environment_);
  if (!table) return {};
  MC_ASSIGN(auto cursor, vault_.txn_->cursor(*table));
  MC_ASSIGN(bool there, cursor.first());
  while (there) {
    const ByteView key = cursor.key();
    SubjectTag tag;
    if (key.size() <= tag.bytes.size() + 1 || cursor.value().size() != 8) return damaged();
    const std::size_t size = key.size() - tag.bytes.size() - 1;
    auto member = MemberName::parse(as_text(key.first(size)));
    if (!member || key[size] != std::byte{0}) return damaged();
    MC_TRY(visit(*member, SubjectTag::from_view(key.subspan(size + 1)),
                 load_be<std::uint64_t>(cursor.value())));
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

}  // namespace medchain::vault
