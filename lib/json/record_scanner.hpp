// Reading a few fields out of other people's JSON, fast: simdjson on demand.  The record's bytes are never re-serialised.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace medchain::json {

/// What FHIR R4 says of a resource, as far as anchoring needs it.  Views into the scanner: valid until the next scan.
struct FhirFields {
  std::string_view resource_type;         ///< empty: not FHIR
  std::string_view id;                    ///< empty if absent
  std::string_view subject;               ///< `Patient/123` of subject|patient|beneficiary|individual|for, or empty
  std::string_view date;                  ///< first of effectiveDateTime, authoredOn, date, issued, period.start, ... or empty
  std::string_view code;                  ///< code.coding[0].code (or vaccineCode, medicationCodeableConcept, type), or empty
  std::string_view last_updated;          ///< meta.lastUpdated or empty
};

class RecordScanner {
 public:
  /// Bytes that must be readable (not necessarily initialised) after the text given to scan().
  static constexpr std::size_t padding = 64;

  RecordScanner();
  ~RecordScanner();

  /// `text` is one JSON value with `padding` readable bytes behind it.  The whole value is validated (UTF-8 and
  /// syntax), whatever is asked for.  Fails with input_encoding or input_invalid naming the reason.
  /// A Patient's own subject is `Patient/ID` itself.  Strings are unescaped.
  Result<FhirFields> scan_fhir(std::string_view text);

  /// RFC 6901 pointers; a number or boolean is given as it is spelled; absent, null, object or array is nothing.
  Result<std::vector<std::optional<std::string>>> scan_pointers(
      std::string_view text, const std::vector<std::string>& pointers);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The named mode `--canonical=json` (DESIGN 6): members sorted by their UTF-8 bytes, white space dropped, string escapes
/// normalised as json::write does, number spelling kept.  Duplicate keys refused (input_invalid).  Fails as parse does.
Result<std::string> canonical_json(std::string_view text);

}  // namespace medchain::json
