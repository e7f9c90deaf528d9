// Verbs of medchain-grant for emergencies (break-glass: DESIGN 9, HEALTH 3.6), and for what is due
// after them and after releases.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Result<int> grant_emergency(Session& session);
Result<int> grant_review(Session& session);
/// What a grant or a release gave, or what a notice is about, is erased.
Result<int> grant_attest(Session& session);
Result<int> grant_acknowledge(Session& session);
/// Status 1: something is overdue.  Changes nothing.
Result<int> grant_overdue(Session& session);

/// Own options of the verbs beside those of every act.
std::vector<Option> emergency_options();
std::vector<Option> review_options();
std::vector<Option> attest_options();
std::vector<Option> overdue_options();

}  // namespace medchain::cli
