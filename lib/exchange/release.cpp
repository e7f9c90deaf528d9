#include "exchange/release.hpp"

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "crypto/sha256.hpp"
#include "rules/index_values.hpp"
#include "verify/proof.hpp"

namespace medchain::exchange {
namespace {

/// Of the bytes themselves: what was anchored in a canonical form has another.
Result<Digest> digest_of(const Opener& open) {
  MC_ASSIGN(const ByteSource source, open());
  MC_ASSIGN(const crypto::Hashed all, crypto::sha256_of(source));
  return Digest(all.hash);
}

}  // namespace

Result<Passed> judge_records(const RecordJudge& judge, std::vector<HeldRecord> records) {
  Passed passed;
  for (HeldRecord& record : records) {
    std::optional<rules::Facts> facts;
    if (judge.asks_for_facts()) {
      MC_ASSIGN(facts, facts_of(record));
    }
    const rules::Resource resource{record.type, record.row.subject, record.row.record,
                                   facts ? &*facts : nullptr};
    if (Status verdict = judge.judge(resource); !verdict) {
      ++passed.withheld;
      // That a record is not meant says less than that no use is left.
      if (!passed.why || passed.why->code == Code::grant_scope)
        passed.why = std::move(verdict).error();
      continue;
    }
    passed.records.push_back(std::move(record));
  }
  return passed;
}

std::vector<std::string> package_names(const std::vector<HeldRecord>& records) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const HeldRecord& record : records) {
    std::string name = record.file;
    for (std::size_t i = 2; !taken.insert(name).second; ++i)
      name = std::to_string(i) + "-" + record.file;
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<entry::RecordSet> sets_of(const std::vector<HeldRecord>& records) {
  std::map<EntryIndex, std::vector<std::uint32_t>> rows;
  for (const HeldRecord& record : records) rows[record.place.entry].push_back(record.place.row);
  std::vector<entry::RecordSet> sets;
  for (auto& [entry, list] : rows) sets.push_back({entry, entry::RowRanges::of(std::move(list))});
  return sets;
}

Result<Contents> release_contents(const ledger::Snapshot& view,
                                  const std::vector<HeldRecord>& records) {
  Contents contents;
  verify::RecordProver prover(view);
  const std::vector<std::string> names = package_names(records);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const HeldRecord& record = records[i];
    RecordPart part;
    part.opening = record.opening;
    part.opening.file = std::string(package::records_prefix) + names[i];
    part.open = record.open;
    part.size = record.size;
    part.digest = record.opening.digest;
    if ((record.row.flags & entry::Row::flag_canonical_json) != 0) {
      MC_ASSIGN(part.digest, digest_of(part.open));
    }
    contents.records.push_back(std::move(part));
    const verify::ProvenOpening opening{record.opening.salt, record.opening.digest};
    MC_ASSIGN(auto proof, prover.prove(record.place, opening));
    contents.proofs.push_back({names[i], std::move(proof)});
  }
  return contents;
}

Result<std::vector<EntryIndex>> releases_to(const ledger::Snapshot& view, const EntryHash& grant,
                                            const MemberName& to) {
  std::vector<EntryIndex> releases;
  MC_ASSIGN(auto next, rules::index_at(view, rules::key_of_received(grant, to)));
  while (next) {
    MC_ASSIGN(const EntryHash hash, view.leaf(*next));
    MC_ASSIGN(const auto state, rules::release(view, hash));
    if (!state || (state->previous && *state->previous >= *next))
      return fail(Code::store_damaged,
                  "the release at entry " + std::to_string(next->get()) + " is not what it was");
    releases.push_back(*next);
    next = state->previous;
  }
  return releases;
}

Result<std::set<ledger::RowPlace>> released_at(const ledger::Snapshot& view, EntryIndex index) {
  MC_ASSIGN(const entry::Entry entry, view.entry(index));
  const auto* release = std::get_if<entry::Release>(&entry.statement.body);
  if (release == nullptr)
    return fail(Code::store_damaged, "entry " + std::to_string(index.get()) + " is not a release");
  std::set<ledger::RowPlace> places;
  for (const entry::RecordSet& set : release->records)
    for (const auto& range : set.rows.ranges())
      for (std::uint32_t row = range.first; row <= range.last; ++row)
        places.insert({set.entry, row});
  return places;
}

Result<std::set<ledger::RowPlace>> released_so_far(const ledger::Snapshot& view,
                                                   const std::set<EntryHash>& grants,
                                                   const MemberName& to) {
  std::set<ledger::RowPlace> places;
  for (const EntryHash& grant : grants) {
    MC_ASSIGN(const auto releases, releases_to(view, grant, to));
    for (const EntryIndex index : releases) {
      MC_ASSIGN(auto some, released_at(view, index));
      places.merge(some);
    }
  }
  return places;
}

}  // namespace medchain::exchange
