// The end of a case, by who opened it: of a hold or seal, or of an auditor's opening.
#pragma once

#include <optional>
#include <string>

#include "cli/data_act.hpp"

namespace medchain::cli {

/// Appends it and prints the receipt; `opened` names the case as an operand does, `document` is
/// committed to; option reason is needed.  Fails with usage, entry_missing.
Result<int> close_case(DataAct& act, const std::string& opened,
                       const std::optional<Digest>& document);

}  // namespace medchain::cli
