// What is to be erased, who got it, and what an interrupted erasure still needs.
#include <algorithm>
#include <map>

#include "entry/codec.hpp"
#include "rules/sharing_view.hpp"
#include "vault/erasing.hpp"

namespace medchain::vault {
namespace {

/// Adds a record with all of its versions, once.
Status add_record(const Vault& vault, std::uint64_t any, ErasurePlan& plan,
                  std::set<RecordKey>& there) {
  MC_ASSIGN(const Version version, vault.version(any));
  const RecordKey key = record_key(version.source, version.type, version.id);
  if (!there.insert(key).second) return {};
  ErasureItem item;
  item.name = version.type + "/" + version.id;
  MC_ASSIGN(const Subject subject, vault.subject(version.subject));
  MC_ASSIGN(const auto latest, vault.find(key));
  bool has_salt = false;
  for (std::optional<std::uint64_t> at = latest ? latest->number : any; at;) {
    MC_ASSIGN(const Version one, vault.version(*at));
    MC_ASSIGN(const Batch batch, vault.batch(one.batch));
    if (batch.state == BatchState::pending)
      return fail(Code::entry_state, "record " + quote(item.name) +
                                         " has a version that is signed, but not on the ledger yet")
          .with_hint("have its entry appended, or run medchain-anchor again");
    MC_ASSIGN(const Salt salt, vault.salt(one));
    has_salt |= !is_erased(salt.bytes);
    MC_ASSIGN(const auto copy, vault.copy(*at));
    if (copy) ++item.copies;
    ++item.versions;
    at = one.previous;
  }
  if (is_erased(subject.k) || !has_salt)
    return fail(Code::record_erased, "record " + quote(item.name) + " was erased from this vault");
  item.subject = subject.tag;
  item.record =
      entry::record_tag(subject.k, vault.owner().genesis, version.source, version.type, version.id);
  plan.erasure.records.push_back(any);
  plan.records.push_back(*item.record);
  plan.versions += item.versions;
  plan.copies += item.copies;
  plan.items.push_back(std::move(item));
  return {};
}

}  // namespace

Result<ErasurePlan> plan_records(const Vault& vault, const std::vector<std::uint64_t>& versions) {
  ErasurePlan plan;
  std::set<RecordKey> there;
  for (const std::uint64_t number : versions) MC_TRY(add_record(vault, number, plan, there));
  std::sort(plan.records.begin(), plan.records.end());
  return plan;
}

Result<ErasurePlan> plan_subject(const Vault& vault, std::string_view name) {
  MC_ASSIGN(const auto subject, vault.find_subject(name));
  if (!subject) return fail(Code::record_unknown, "the vault has no record of this subject");
  if (is_erased(subject->k))
    return fail(Code::record_erased, "the subject was erased from this vault");
  ErasurePlan plan;
  ErasureItem item;
  item.name = name;
  item.subject = subject->tag;
  std::map<std::uint64_t, BatchState> batches;
  MC_TRY(vault.for_each_version([&](std::uint64_t number, const Version& version) -> Status {
    if (version.subject != subject->number) return {};
    auto at = batches.find(version.batch);
    if (at == batches.end()) {
      MC_ASSIGN(const Batch batch, vault.batch(version.batch));
      at = batches.emplace(version.batch, batch.state).first;
    }
    if (at->second == BatchState::abandoned) return {};
    if (at->second == BatchState::pending)
      return fail(Code::entry_state, "record " + quote(version.type + "/" + version.id) +
                                         " has a version that is signed, but not on the ledger yet")
          .with_hint("have its entry appended, or run medchain-anchor again");
    ++item.versions;
    MC_ASSIGN(const auto copy, vault.copy(number));
    if (copy) ++item.copies;
    return {};
  }));
  plan.erasure.subjects.push_back(subject->number);
  plan.subjects.push_back(subject->tag);
  plan.versions = item.versions;
  plan.copies = item.copies;
  plan.items.push_back(std::move(item));
  return plan;
}

Result<std::vector<std::vector<MemberName>>> receivers_of(
    const ledger::Snapshot& view, const std::vector<entry::Erase>& erasures) {
  std::map<ledger::RowPlace, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < erasures.size(); ++i) {
    const auto add = [&](const std::vector<ledger::RowPlace>& found) {
      for (const ledger::RowPlace& place : found) places[place].push_back(i);
    };
    for (const RecordTag& tag : erasures[i].records) {
      MC_ASSIGN(const auto found, view.find_record(tag));
      add(found);
    }
    for (const SubjectTag& tag : erasures[i].subjects) {
      MC_ASSIGN(const auto found, view.find_subject(tag));
      add(found);
    }
  }
  std::vector<std::set<MemberName>> names(erasures.size());
  MC_TRY(view.scan("release/", [&](std::string_view, std::string_view value) -> Status {
    MC_ASSIGN(const json::Object object, json::parse_object(value));
    MC_ASSIGN(const auto state, entry::decode<rules::ReleaseState>(object));
    MC_ASSIGN(const entry::Entry entry, view.entry(state.index));
    const auto* release = std::get_if<entry::Release>(&entry.statement.body);
    if (release == nullptr)
      return fail(Code::store_damaged,
                  "entry " + std::to_string(state.index.get()) + " is no release");
    for (const entry::RecordSet& set : release->records)
      for (auto at = places.lower_bound({set.entry, 0});
           at != places.end() && at->first.entry == set.entry; ++at)
        if (set.rows.contains(at->first.row))
          for (const std::size_t i : at->second)
            if (state.to != erasures[i].custodian) names[i].insert(state.to);
    return {};
  }));
  std::vector<std::vector<MemberName>> all;
  for (const auto& one : names) all.emplace_back(one.begin(), one.end());
  return all;
}

}  // namespace medchain::vault
