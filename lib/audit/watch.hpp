// Watch: which entries are about one subject or one record.  Rows are found by the ledger's index,
// acts by keys of its state (rules/about.hpp); or all entries are passed, of which most are put
// aside by looking for a few strings in their bytes.  What refers to an act that is about it (its
// uses, its revocation, its review) is about it too.
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "audit/tags.hpp"
#include "entry/entry.hpp"
#include "ledger/snapshot.hpp"

namespace medchain::audit {

/// How an entry reaches what is watched: general: it may cover it without naming it, as a grant
/// about any subject does.
enum class Reach { none, general, named };

class Watch {
 public:
  /// A subject under all its tags.
  static Result<Watch> on_subject(const ledger::Snapshot& view, const std::vector<KnownTag>& tags);
  /// A record: all rows with its tag.
  static Result<Watch> on_record(const ledger::Snapshot& view, const RecordTag& tag);
  /// After the ledger has grown: its new rows.
  Status refresh(const ledger::Snapshot& view);

  /// Entries that may be about it: to be looked at in ledger order, with those that
  /// add_candidates() finds after each.  All others are not.
  Result<std::set<EntryIndex>> candidates(const ledger::Snapshot& view) const;
  /// Entries behind `index` that may be about it for what look() has just learnt.
  Status add_candidates(const ledger::Snapshot& view, EntryIndex index,
                        std::set<EntryIndex>& candidates);

  /// Whether the entry is about it.  Entries are to be passed in ledger order, none left out but
  /// those that are no candidates.  Fails with store_damaged.
  Result<Reach> look(const rules::View& view, EntryIndex index, std::string_view bytes);

  /// Rows of it with their types, by the anchor they are in.
  using Rows = std::map<std::uint32_t, std::string>;
  const std::map<EntryIndex, Rows>& rows() const { return rows_; }
  bool has(const ledger::RowPlace& place) const {
    const auto found = rows_.find(place.entry);
    return found != rows_.end() && found->second.contains(place.row);
  }
  const std::set<RecordTag>& records() const { return records_; }
  const std::set<SubjectTag>& subjects() const { return subjects_; }
  /// Who holds rows of it, or has a tag for it.
  const std::set<MemberName>& holders() const { return holders_; }
  bool covers(const std::vector<entry::RecordSet>& sets) const;
  /// How many of these records, or of those in an anchor, are watched, by type.
  using Counts = std::map<std::string, std::uint64_t>;
  Counts count(const std::vector<entry::RecordSet>& sets) const;
  Counts count(EntryIndex anchor) const;

 private:
  friend class Looking;
  Status add_rows(const ledger::Snapshot& view, const std::vector<ledger::RowPlace>& places);
  bool may_concern(std::string_view kind, std::string_view bytes) const;
  void learn(const EntryHash& act, Reach reach);
  Status add_emergencies(const ledger::Snapshot& view, std::set<EntryIndex>& candidates) const;

  std::optional<RecordTag> record_;  ///< that alone is watched
  std::map<EntryIndex, Rows> rows_;
  std::set<RecordTag> records_;
  std::set<SubjectTag> subjects_;
  std::set<std::string> types_;  ///< of the rows
  std::set<MemberName> holders_, patients_;
  std::map<EntryHash, Reach> acts_;
  std::vector<EntryHash> new_acts_;  ///< since add_candidates()
  std::vector<MemberName> new_patients_;
};

}  // namespace medchain::audit
