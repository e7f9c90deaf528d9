// The rules (DESIGN 9): the only judge of what may be appended.  Pure: no clock, no randomness, no
// storage, no printing.  The append path runs apply() inside the write transaction, full
// verification replays it from genesis, a replica runs it on what it receives.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "entry/entry.hpp"
#include "entry/row.hpp"
#include "rules/view.hpp"

namespace medchain::rules {

struct Proposal {
  EntryIndex index;  ///< the place it would take
  const entry::Entry& entry;
  std::span<const entry::Row> rows;  ///< of an anchor, in manifest order; else empty
};

/// The changes to the state, or the refusal: entry_foreign, entry_id_used, entry_time,
/// member_unknown, member_inactive, member_role, member_exists, member_key_used, member_last_admin,
/// signature_*, quorum_missing, record_*, entry_rule, entry_state, rules_newer, and what `view`
/// fails with.
Result<std::vector<Change>> apply(const View& view, const Proposal& proposal);

/// Fails with rules_newer where the ledger follows rules that this medchain does not know: what
/// they made of the state is then not to be read either (DESIGN 5).
Status check_rules(const View& view);

/// The rule about one row and the newest earlier row of its record tag: same custodian, same
/// subject tag, another commitment.
Status judge_row(const MemberName& custodian, const entry::Row& row, const PreviousRow& previous);

/// Seconds by which log time may lag behind the appender's clock before it ticks first (DESIGN 5).
constexpr std::int64_t tick_after = 60;

/// Log time by which an entry is judged that is appended now: the appender's clock, if a tick goes
/// first.
Result<UnixSeconds> judged_at(const View& view, UnixSeconds clock);

}  // namespace medchain::rules
