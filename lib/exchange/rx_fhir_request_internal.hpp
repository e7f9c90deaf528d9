// One MedicationRequest of FHIR R4.  Internal to lib/exchange.
#pragma once

#include <functional>

#include "exchange/fhir_node_internal.hpp"
#include "exchange/rx_fhir.hpp"

namespace medchain::exchange {

/// The resource that a reference leads to, within what was given; nothing if it is not in there.
using FindResource = std::function<std::optional<FhirNode>(std::string_view reference)>;

/// What all requests of one prescription have in common.
struct RxShared {
  std::string subject;
  std::optional<std::string> group, pharmacy;
  std::optional<FhirTime> authored, begins, ends;
  std::optional<std::uint64_t> repeats, interval_days;
};

struct RxRequest {
  entry::RxItem item;
  RxShared shared;
  std::optional<std::uint64_t> days;
  std::optional<std::string> pharmacy_field;  ///< path of the field that names one
  std::vector<std::string> reasons, words;
};

/// Fails with input_invalid naming the field.
Result<RxRequest> read_medication_request(const FhirNode& request, const FindResource& find);

/// `system|code display`, or the text, of a CodeableConcept.
struct Coded {
  std::optional<std::string> code;  ///< `system|code`, or `code`
  std::string name;                 ///< text or display; may be empty
};
Result<Coded> read_concept(const FhirNode& concept_);

}  // namespace medchain::exchange
