#include "audit/tags.hpp"

#include <algorithm>

#include "rules/sharing_view.hpp"
#include "vault/received_tags.hpp"

namespace medchain::audit {
namespace {

void add(std::vector<KnownTag>& tags, KnownTag tag) {
  const auto same = [&](const KnownTag& other) { return other.tag == tag.tag; };
  if (std::none_of(tags.begin(), tags.end(), same)) tags.push_back(std::move(tag));
}

/// Follows links, which hold both ways, from each tag whose member is known.
Status add_linked(const rules::View& view, std::vector<KnownTag>& tags) {
  MC_ASSIGN(const auto members, rules::members(view));
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (!tags[i].member) continue;
    for (const rules::MemberState& other : members) {
      MC_ASSIGN(const auto linked,
                rules::same_subjects(view, *tags[i].member, tags[i].tag, other.card.name));
      for (const SubjectTag& tag : linked)
        add(tags, KnownTag{other.card.name, tag, TagOrigin::linked});
    }
  }
  return {};
}

/// The tag stays in the rows that were anchored with it.
Result<std::optional<SubjectTag>> tag_in_rows(const vault::Vault& vault,
                                              const ledger::Snapshot& view, std::uint64_t subject) {
  std::optional<std::uint64_t> one;
  MC_TRY(vault.for_each_version([&](std::uint64_t number, const vault::Version& version) -> Status {
    if (version.subject != subject || one) return {};
    MC_ASSIGN(const vault::Batch batch, vault.batch(version.batch));
    if (batch.state == vault::BatchState::anchored) one = number;
    return {};
  }));
  if (!one) return std::optional<SubjectTag>();
  MC_ASSIGN(const auto place, place_of_version(vault, view, *one));
  MC_ASSIGN(const entry::Row row, view.row(place));
  return std::optional(row.subject);
}

}  // namespace

Result<std::optional<EntryIndex>> entry_of_batch(const vault::Batch& batch,
                                                 const rules::View& view) {
  std::optional<EntryIndex> index;
  if (batch.state == vault::BatchState::anchored) {
    index = batch.entry;
  } else if (batch.state == vault::BatchState::pending) {
    MC_ASSIGN(const auto entry, entry::parse_entry(batch.note));
    const entry::Header& header = entry.statement.header;
    MC_ASSIGN(const auto found, rules::statement(view, header.author, header.id));
    if (found) index = found->index;
  }
  return index;
}

Result<ledger::RowPlace> place_of_version(const vault::Vault& vault, const ledger::Snapshot& view,
                                          std::uint64_t number) {
  MC_ASSIGN(const vault::Version version, vault.version(number));
  MC_ASSIGN(const vault::Batch batch, vault.batch(version.batch));
  MC_ASSIGN(const auto index, entry_of_batch(batch, view));
  if (!index) return fail(Code::entry_state, "the record is signed, but not on the ledger yet");
  return ledger::RowPlace{*index, static_cast<std::uint32_t>(number - batch.first)};
}

Result<std::vector<KnownTag>> tags_of_subject(vault::Vault& vault, const ledger::Snapshot& view,
                                              std::string_view name) {
  std::vector<KnownTag> tags;
  MC_TRY(vault.read([&]() -> Status {
    MC_ASSIGN(const auto known, vault.find_subject(name));
    if (!known) return fail(Code::record_unknown, "the vault knows no subject of this name");
    std::optional<SubjectTag> own = known->tag;
    if (vault::is_erased(known->k)) {
      MC_ASSIGN(own, tag_in_rows(vault, view, known->number));
    }
    if (own) add(tags, KnownTag{vault.owner().member, *own, TagOrigin::own});
    return vault::ReceivedTags(vault).for_each(
        [&](const MemberName& member, const SubjectTag& tag, std::uint64_t subject) -> Status {
          if (subject == known->number) add(tags, KnownTag{member, tag, TagOrigin::received});
          return {};
        });
  }));
  if (tags.empty()) return fail(Code::record_erased, "the subject was erased from this vault");
  MC_TRY(add_linked(view, tags));
  return tags;
}

Result<std::vector<KnownTag>> tags_of_tag(const ledger::Snapshot& view, const SubjectTag& tag) {
  std::vector<KnownTag> tags = {{std::nullopt, tag, TagOrigin::given}};
  MC_ASSIGN(const auto places, view.find_subject(tag));
  if (!places.empty()) {
    MC_ASSIGN(tags.front().member, view.custodian_of(places.front().entry));
  }
  MC_TRY(add_linked(view, tags));
  return tags;
}

Result<std::vector<MemberName>> uncovered(const rules::View& view,
                                          const std::vector<KnownTag>& tags) {
  std::vector<MemberName> names;
  MC_ASSIGN(const auto members, rules::members(view));
  for (const rules::MemberState& state : members) {
    const auto& name = state.card.name;
    const auto is_of = [&](const KnownTag& tag) { return tag.member == name; };
    if (entry::has_role(state.card, entry::Role::custodian) &&
        std::none_of(tags.begin(), tags.end(), is_of))
      names.push_back(name);
  }
  return names;
}

}  // namespace medchain::audit
