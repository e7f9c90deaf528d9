#include "rules/view.hpp"

#include "rules/index_values.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

Result<std::string> required(const View& view, std::string_view key) {
  MC_ASSIGN(auto found, view.get(key));
  if (!found) return damaged(key, "is missing");
  return std::move(*found);
}

std::string key_id_text(note::KeyId id) {
  ByteArray<4> bytes;
  store_be(id.get(), bytes);
  return to_hex(bytes);
}

}  // namespace

Result<std::optional<std::string>> MapView::get(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

Status MapView::scan(std::string_view prefix,
                     const std::function<Status(std::string_view, std::string_view)>& visit) const {
  for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix);
       ++it)
    MC_TRY(visit(it->first, it->second));
  return {};
}

Status MapView::previous_rows(std::span<const entry::Row>,
                              const std::function<Status(std::size_t, const PreviousRow&)>&) const {
  return {};
}

Status MapView::placed_rows(EntryIndex anchor, const entry::RowRanges&,
                            const std::function<Status(std::uint32_t, const PlacedRow&)>&) const {
  return fail(Code::record_unknown, "entry " + std::to_string(anchor.get()) + " is not an anchor");
}

void MapView::apply(const std::vector<Change>& changes) {
  for (const auto& [key, value] : changes) {
    if (value)
      values_.insert_or_assign(key, *value);
    else
      values_.erase(key);
  }
}

Result<std::string> origin(const View& view) { return required(view, "origin"); }

Result<GenesisHash> genesis(const View& view) {
  MC_ASSIGN(const std::string text, required(view, "genesis"));
  auto hash = parse_hash<GenesisHash>(text);
  if (!hash) return damaged("genesis", hash.error().message);
  return hash;
}

Result<note::VerifierKey> log_key(const View& view) {
  MC_ASSIGN(const std::string text, required(view, "log"));
  auto key = note::parse_vkey(text);
  if (!key) return damaged("log", key.error().message);
  return key;
}

Result<UnixSeconds> log_time(const View& view) {
  MC_ASSIGN(const std::string text, required(view, "time"));
  auto time = parse_time_strict(text);
  if (!time) return damaged("time", time.error().message);
  return time;
}

Result<std::uint64_t> rules_number(const View& view) {
  MC_ASSIGN(const std::string text, required(view, "rules"));
  auto number = parse_u64(text);
  if (!number) return damaged("rules", number.error().message);
  return number;
}

Result<entry::Policy> policy(const View& view) {
  MC_ASSIGN(auto found, typed<entry::Policy>(view, "policy"));
  if (!found) return damaged("policy", "is missing");
  return std::move(*found);
}

Result<std::optional<MemberState>> member(const View& view, const MemberName& name) {
  return typed<MemberState>(view, key_of_member(name));
}
Result<std::optional<KeyState>> key(const View& view, std::string_view name, note::KeyId id) {
  return typed<KeyState>(view, key_of_key(name, id));
}
Result<std::optional<GroupState>> group(const View& view, const MemberName& name) {
  return typed<GroupState>(view, key_of_group(name));
}
Result<std::optional<StatementAt>> statement(const View& view, const MemberName& author,
                                             const StatementId& id) {
  return typed<StatementAt>(view, key_of_statement(author, id));
}
Result<std::optional<EntryIndex>> manifest_at(const View& view, const ManifestRoot& root) {
  return index_at(view, key_of_root(root));
}

Result<std::optional<EntryIndex>> erased_at(const View& view, const MemberName& custodian,
                                            const RecordTag& record, const SubjectTag& subject) {
  MC_ASSIGN(auto by_record, index_at(view, key_of_erased(custodian, record)));
  if (by_record) return by_record;
  return index_at(view, key_of_erased(custodian, subject));
}

Result<std::uint64_t> erasures(const View& view) {
  MC_ASSIGN(const auto found, view.get("erasures"));
  if (!found) return std::uint64_t{0};
  auto number = parse_u64(*found);
  if (!number) return damaged("erasures", number.error().message);
  return number;
}

Result<std::vector<MemberState>> members(const View& view) {
  std::vector<MemberState> all;
  MC_TRY(view.scan("member/", [&](std::string_view key, std::string_view) -> Status {
    MC_ASSIGN(auto state, typed<MemberState>(view, std::string(key)));
    if (state) all.push_back(std::move(*state));
    return {};
  }));
  return all;
}

Result<std::vector<std::pair<std::string, GroupState>>> groups(const View& view) {
  std::vector<std::pair<std::string, GroupState>> all;
  MC_TRY(view.scan("group/", [&](std::string_view key, std::string_view) -> Status {
    MC_ASSIGN(auto state, typed<GroupState>(view, std::string(key)));
    if (state) all.emplace_back(std::string(key.substr(6)), std::move(*state));
    return {};
  }));
  return all;
}

std::string key_of_member(const MemberName& name) { return "member/" + name.get(); }
std::string key_of_key(std::string_view name, note::KeyId id) {
  return "key/" + std::string(name) + "/" + key_id_text(id);
}
std::string key_of_key_use(const ByteArray<32>& key) { return "keyuse/" + to_hex(key); }
std::string key_of_group(const MemberName& name) { return "group/" + name.get(); }
std::string key_of_statement(const MemberName& author, const StatementId& id) {
  return "id/" + author.get() + "/" + to_text(id);
}
std::string key_of_root(const ManifestRoot& root) { return "root/" + to_hex(root.view()); }
std::string key_of_erased(const MemberName& custodian, const RecordTag& record) {
  return "erased/" + custodian.get() + "/record/" + to_hex(record.view());
}
std::string key_of_erased(const MemberName& custodian, const SubjectTag& subject) {
  return "erased/" + custodian.get() + "/subject/" + to_hex(subject.view());
}

}  // namespace medchain::rules
