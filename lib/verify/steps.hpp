// Steps: a referral or prescription as a chain in order (HEALTH FAC-3).  Each step names the steps
// before it that nobody had followed yet when it was signed (`follows`), as a commit names its
// parents: two that were made at once both stand, and the next one follows both.  So none can be
// left out before another that its author knew of.  What came after the last one is not shown.
#pragma once

#include <span>
#include <vector>

#include "entry/entry.hpp"
#include "ledger/snapshot.hpp"

namespace medchain::verify {

struct Step {
  EntryIndex index;
  entry::Entry entry;
};

/// All of a referral or prescription, from its beginning, in ledger order.  Fails with
/// entry_missing: it is neither.
Result<std::vector<Step>> steps_of(const ledger::Snapshot& view, const EntryHash& of);

/// What the next step follows: ascending, the newest entry::max_follows if there are more.  A step
/// that does not say what it follows is taken to follow all before it.
Result<std::vector<EntryHash>> last_steps(const ledger::Snapshot& view, const EntryHash& of);

/// Sets `follows` of a body that is a step; what is none stays as it is.
Status set_follows(const ledger::Snapshot& view, entry::Body& body);

/// Are these a referral or prescription and steps of it in order, none left out that a later one
/// followed?  Each is known to be on the ledger.  Fails with proof_invalid.
Status check_steps(std::span<const Step> steps);

}  // namespace medchain::verify
