// Basis options: the privacy policy, legal basis, consent and assessment that a grant rests on.
#pragma once

#include <vector>

#include "cli/act_session.hpp"
#include "entry/grant.hpp"

namespace medchain::cli {

std::vector<Option> basis_options();
/// What was typed takes the place of what was there; where no policy is named, it is what the
/// members of this ledger have agreed on.  Fails with usage, entry_missing, input_unreadable.
Status read_basis(ActSession& act, entry::Basis& basis);

}  // namespace medchain::cli
