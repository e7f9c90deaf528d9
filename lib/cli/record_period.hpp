// The period that a record's date stands for, as far as it is spelled: FHIR (`2025`, `2025-03`,
// `2025-03-01`, with a time), HL7 v2, CDA and DICOM (`2025`, `202503`, `20250301`,
// `20250301093000`, all with fractions and zones cut off: a date without a zone is UTC).
#pragma once

#include <optional>
#include <string_view>

#include "base/types.hpp"

namespace medchain::cli {

struct Period {
  UnixSeconds begin, end;  ///< end not included
};

/// Nothing for what is none of these.
std::optional<Period> period_of(std::string_view date);

}  // namespace medchain::cli
