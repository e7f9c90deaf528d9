// Quorums in more words than yes and no: what is missing, and how old what is there is.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "note/checkpoint.hpp"

namespace medchain::note {

using Cosigned = std::vector<std::pair<std::string, UnixSeconds>>;  ///< as Verified::cosigned

/// Those that cosigned not before `oldest` and not after `newest`: a time that is still to come
/// says nothing.
Cosigned cosigned_between(const Cosigned& cosigned, UnixSeconds oldest, UnixSeconds newest);

bool is_quorum_met(const Policy& policy, const Cosigned& cosigned);

/// As of when the tree is known for the largest one: the latest time since which those who cosigned
/// are a quorum.  Nothing if they are none, or where the policy demands none.
std::optional<UnixSeconds> quorum_time(const Policy& policy, const Cosigned& cosigned);

/// Witnesses that could make up what the quorum lacks, in the policy's order; empty if it is met.
std::vector<std::string> missing_witnesses(const Policy& policy, const Cosigned& cosigned);

/// What the quorum demands: `2 of w1, w2, w3`, `all of w1, (1 of a, b)`, `w1`, `none`.
std::string quorum_words(const Policy& policy);

}  // namespace medchain::note
