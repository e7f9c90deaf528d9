// The derived tables: state against the replay, record and subject indexes against the manifests,
// both ways; and the rule about versions of a record.
#include <algorithm>

#include "store/key_set.hpp"
#include "verify/chain_check.hpp"

namespace medchain::verify {
namespace {

std::string index_name(bool by_subject) { return by_subject ? "subject index" : "record index"; }

/// What to do, behind what is wrong.
std::string made_anew(std::string text) {
  return std::move(text) + "; 'medchain reindex' makes it anew";
}

/// The kind of a state key, for messages: `id`, `member`, ...
std::string kind_of(std::string_view key) { return std::string(key.substr(0, key.find('/'))); }

}  // namespace

Status Check::check_state() {
  const auto& expected = replay_.state().values();
  auto next = expected.begin();
  std::uint64_t differences = 0;
  std::string first;
  const auto differs = [&](std::string_view key, const char* how) {
    if (differences++ == 0) first = quote(kind_of(key)) + " " + how;
  };
  MC_TRY(view_.scan("", [&](std::string_view key, std::string_view value) -> Status {
    for (; next != expected.end() && next->first < key; ++next) differs(next->first, "is missing");
    if (next == expected.end() || next->first != key) {
      differs(key, "is there but follows from no entry");
      return {};
    }
    if (next->second != value) differs(key, "is not what the entries say");
    ++next;
    return {};
  }));
  for (; next != expected.end(); ++next) differs(next->first, "is missing");
  if (differences > 0)
    found("state.damaged", "the derived state differs from the entries at " +
                               std::to_string(differences) + " places; first: a value of kind " +
                               first);
  return {};
}

Status Check::check_indexes() {
  const std::size_t before = report_.findings.size();
  const auto stored = index_sums_.take(view_, options_.interrupted);
  MC_TRY(check_index(stored.records, records_, false));
  MC_TRY(check_index(stored.subjects, subjects_, true));
  const bool has_versions = stored.records && stored.records->has_versions;
  return has_versions && report_.findings.size() == before ? check_versions() : Status();
}

Status Check::check_index(const Result<IndexSum>& stored, const MultisetHash& expected,
                          bool by_subject) {
  const Status compared = compare_index(stored, expected, by_subject);
  if (compared || compared.error().code != Code::store_damaged) return compared;
  found("index.damaged", made_anew(index_name(by_subject) + ": " + compared.error().message));
  return {};
}

Status Check::compare_index(const Result<IndexSum>& stored, const MultisetHash& expected,
                            bool by_subject) {
  MC_TRY(stored);
  if (stored->keys.same_as(expected)) return {};
  return find_index_difference(by_subject ? view_.tables().subjects : view_.tables().records,
                               by_subject);
}

/// Slow and only after a difference is certain: names the first one.
Status Check::find_index_difference(const store::KeySetTables& index, bool by_subject) {
  const std::string name = index_name(by_subject);
  MC_ASSIGN(const auto secret, view_.index_secret());
  const auto key_of = [&](const entry::Row& row, const ledger::RowPlace& place) {
    return ledger::index_key(secret, by_subject ? row.subject.view() : row.record.view(), place);
  };
  MC_ASSIGN(auto walk, store::KeySetWalk::open(view_.txn(), index));
  MC_ASSIGN(bool there, walk.next());
  while (there) {
    const ByteView key = walk.key();
    const ledger::RowPlace place = ledger::place_of(key);
    const auto row = view_.row(place);
    if (!row || !equal(key_of(*row, place), key)) {
      found("index.damaged",
            made_anew(name + ": a key names row " + std::to_string(place.row) +
                      ", which is not there or has another tag"),
            place.entry);
      return {};
    }
    MC_ASSIGN(there, walk.next());
  }
  MC_ASSIGN(auto reader, store::KeySetReader::open(view_.txn(), index));
  for (std::uint64_t i = 0; i < report_.size.get(); ++i) {
    MC_ASSIGN(const auto rows, view_.rows(EntryIndex(i)));
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const ledger::RowPlace place{EntryIndex(i), static_cast<std::uint32_t>(r)};
      MC_ASSIGN(const ByteView known, reader.find(key_of(rows[r], place)));
      if (known.empty()) {
        found("index.damaged", made_anew(name + ": row " + std::to_string(r) + " is missing"),
              place.entry);
        return {};
      }
    }
  }
  found("index.damaged", made_anew(name + " differs from the manifests"));
  return {};
}

/// Walks the record index, which holds all versions of a record side by side, and judges each
/// against the one before (rules::judge_row).
Status Check::check_versions() {
  std::vector<ledger::RowPlace> group;
  std::uint64_t hash = 0;
  const auto judge_group = [&]() -> Status {
    if (group.size() < 2) return {};
    std::map<RecordTag, rules::PreviousRow> newest;
    for (const ledger::RowPlace& place : group) {
      MC_ASSIGN(const entry::Row row, view_.row(place));
      MC_ASSIGN(const MemberName custodian, view_.custodian_of(place.entry));
      const auto before = newest.find(row.record);
      if (before != newest.end()) {
        const auto judged = rules::judge_row(custodian, row, before->second);
        if (!judged)
          found("rule.broken", "row " + std::to_string(place.row) + ": " + judged.error().message,
                place.entry);
      }
      newest.insert_or_assign(row.record, rules::PreviousRow{place.entry, place.row, custodian,
                                                             row.subject, row.commitment});
    }
    return {};
  };
  MC_ASSIGN(auto walk, store::KeySetWalk::open(view_.txn(), view_.tables().records));
  MC_ASSIGN(bool there, walk.next());
  while (there) {
    const auto now = load_be<std::uint64_t>(walk.key());
    if (now != hash) {
      MC_TRY(judge_group());
      group.clear();
      hash = now;
    }
    group.push_back(ledger::place_of(walk.key()));
    MC_ASSIGN(there, walk.next());
  }
  return judge_group();
}

}  // namespace medchain::verify
