// About: entries are found by what they are about, through keys of the state that each makes beside
// those of its kind, so that a report about one subject or record need not read the whole ledger
// (decision 0029, medchain-ledger(5)).
//   about/HEX/INDEX     HEX: the first 16 hex digits of a subject tag, a record tag, or the hash of
//                       the act that it refers to
//   about/e:ENTRY:ROW/INDEX  it names this record, and at most 32
//   about/e:ENTRY/INDEX      it names more, of this anchor too
//   about/c:MEMBER/INDEX     it is about any records of this custodian
//   about/p:MEMBER/INDEX     it is about this patient
// Digits that are alike by chance, or by somebody's effort, lead to entries that have to be looked
// at in vain; who reads them compares whole tags.  Releases are found by their records, steps of
// referrals and prescriptions by steps_of().
#pragma once

#include <set>
#include <string>

#include "entry/entry.hpp"
#include "rules/view.hpp"

namespace medchain::rules {

std::string key_about(const SubjectTag& tag);
std::string key_about(const RecordTag& tag);
std::string key_about(const EntryHash& act);
std::string key_about_row(EntryIndex anchor, std::uint64_t row);
std::string key_about_anchor(EntryIndex anchor);
std::string key_about_custodian(const MemberName& name);
std::string key_about_patient(const MemberName& name);

/// What these are asked with: all keys of an entry, without `/INDEX`.
std::set<std::string> keys_about(const entry::Body& body);

/// Adds the entries that were found so, from `from` on.
Status add_entries_about(const View& view, const std::string& key, EntryIndex from,
                         std::set<EntryIndex>& found);

}  // namespace medchain::rules
