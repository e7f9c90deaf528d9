// FHIR R4 MedicationRequests as a prescription: one, or those of a Bundle that are for one patient
// and of one group.  What is understood becomes the fields of a document; what could change the
// meaning and is not understood is refused; the rest stays in the original, which goes along.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"
#include "entry/rx_document.hpp"

namespace medchain::exchange {

/// A dateTime of FHIR; `is_day`: only a day was given, of which this is noon in UTC.
struct FhirTime {
  UnixSeconds at;
  bool is_day = false;
  bool operator==(const FhirTime&) const = default;
};

/// What a prescriber orders.
struct RxOrder {
  entry::RxDocument document;            ///< with the original
  std::optional<std::string> subject;    ///< reference or identifier of the patient
  std::optional<std::uint64_t> days;     ///< of supply in each part: that of the longest item
  std::optional<std::uint64_t> repeats;  ///< after the first; with days between them
  std::uint64_t interval_days = 0;
  std::optional<FhirTime> authored, begins, ends;
  /// The field in which a pharmacy is named, which is not known by that name here.
  std::optional<std::string> pharmacy;
};

/// Whether this is JSON with a member `resourceType`.
bool looks_like_fhir(std::string_view text);
/// Fails with input_invalid naming the field, and as json::parse_foreign() does.
Result<RxOrder> read_medication_requests(std::string_view text);

}  // namespace medchain::exchange
