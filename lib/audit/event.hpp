// Event: what one entry of a ledger says happened, in the words that all reports share: who, with
// whom, why, how it ended, on whose word.  Looks up what the entry refers to; knows no vault.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entry/entry.hpp"
#include "ledger/snapshot.hpp"

namespace medchain::audit {

enum class Outcome { done, denied, failed };

/// enforced: the ledger let it happen and counted it; declared: a member's word.
enum class Strength { enforced, declared };

}  // namespace medchain::audit

template <>
struct medchain::entry::EnumWords<medchain::audit::Outcome> {
  static constexpr std::string_view words[] = {"done", "denied", "failed"};
};
template <>
struct medchain::entry::EnumWords<medchain::audit::Strength> {
  static constexpr std::string_view words[] = {"enforced", "declared"};
};

namespace medchain::audit {

struct Event {
  EntryIndex index;
  EntryHash hash;
  UnixSeconds logged;  ///< log time at this entry
  UnixSeconds time;    ///< the author's word
  std::string_view kind;
  std::string_view act;  ///< of kinds that have several; empty: the kind says it
  MemberName author;
  std::optional<PersonTag> person;   ///< of the author
  std::optional<std::string> staff;  ///< the staff key that signed: MEMBER/STAFF; else asserted
  std::vector<MemberName> members;   ///< others that it is with, ascending
  std::optional<PersonTag> other;    ///< person of another member: who is to get it, who asked
  std::vector<entry::Word> purposes;
  Outcome outcome = Outcome::done;
  std::optional<entry::Word> problem;  ///< why denied or failed: an error id or reason code
  std::optional<Strength> strength;    ///< of steps on data: release, use
  std::optional<EntryHash> about;      ///< the entry that it is about
  std::optional<EntryIndex> about_index;
  std::uint64_t count = 0;  ///< records in it
  std::vector<entry::RecordSet> places;
  std::vector<SubjectTag> subjects;  ///< that are named
  std::optional<std::string_view> disclosure;
};

/// The event of an entry that was appended at log time `logged`.  Fails with store_damaged.
Result<Event> event_of(const rules::View& view, EntryIndex index, const entry::Entry& entry,
                       UnixSeconds logged);

/// The type of the entry with these bytes, unparsed; empty for what is none.
std::string_view kind_of(std::string_view bytes);

/// An act that has a state of its own (grant, release, referral, ...), by its entry hash.
struct Act {
  EntryIndex index;
  MemberName author;
};
/// Nothing if there is none.  `kinds`: what it may be, as the state's keys begin.
Result<std::optional<Act>> find_act(const rules::View& view, const EntryHash& hash,
                                    std::initializer_list<std::string_view> kinds);
/// Of any kind.
Result<std::optional<Act>> find_act(const rules::View& view, const EntryHash& hash);

}  // namespace medchain::audit
