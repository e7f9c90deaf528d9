// Mismatches: what a record was declared to be, and its bytes are not, as kinds of findings.
#pragma once

#include <span>

#include "report/findings.hpp"
#include "source/format_check.hpp"

namespace medchain::audit {

/// All kinds, in the order of source::MismatchKind.
std::span<const report::FindingKind> mismatch_kinds();
const report::FindingKind& mismatch_kind(source::MismatchKind kind);

}  // namespace medchain::audit
