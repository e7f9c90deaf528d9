// The resource types of FHIR R4, and what a resource of each must have whatever profile it follows.
#pragma once

#include <string_view>

namespace medchain::source {

struct FhirType {
  std::string_view name;
  /// Elements with a minimum of one in R4, and in STU3 and R5 where these have the type: which of
  /// them a resource follows it need not say.  With a space between two; `medication[x]` is a
  /// choice.
  std::string_view required;
};

/// Null for what is no resource type of R4.
const FhirType* find_fhir_type(std::string_view name);

}  // namespace medchain::source
