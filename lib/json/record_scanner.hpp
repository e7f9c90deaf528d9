// Reading a few fields out of other people's JSON, fast: simdjson.  The record's bytes are never re-serialised.
// Limits of a record: 64 MiB, 512 arrays and objects with something in them open at one time.  Where a key stands twice
// the first one counts (canonical_json refuses such records).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace medchain::json {

/// What FHIR R4 says of a resource, as far as anchoring needs it.  Views into the scanner: valid until the next scan.
struct FhirFields {
  std::string_view resource_type;         ///< empty: not FHIR
  std::string_view id;                    ///< empty if absent
  /// The reference of subject|patient|beneficiary|individual|for as it is spelled (`Patient/123`, a URL, `urn:uuid:`);
  /// empty if there is none, if it is contained (`#x`), or if there are several.  A Patient's own is `Patient/ID`.
  std::string_view subject;
  /// First of effectiveDateTime, authoredOn, date, issued, period.start, ... (fhir_fields_internal.hpp) or empty.
  std::string_view date;
  std::string_view code;                  ///< code.coding[0].code (or vaccineCode, medicationCodeableConcept, type), or empty
  std::string_view last_updated;          ///< meta.lastUpdated or empty
  /// Codes of meta.security, each once, with a line feed between two.  Nothing: one has a control character in it.
  std::optional<std::string_view> labels = std::string_view();
};

/// What a FHIR R4 resource says of itself that a grant may ask for.  References are given as they are spelled and, where that
/// is more (a URL, a version), also as `Type/id`; those to contained resources are left out.  In the order of the record.
struct FhirFacts {
  std::vector<std::string> codes;    ///< `system|code`, or `code`: of code, vaccineCode, medicationCodeableConcept, type
  std::vector<std::string> labels;   ///< codes of meta.security
  std::vector<std::string> authors;  ///< author, performer, recorder, asserter, requester, informationSource
  std::vector<std::string> related;  ///< encounter, context, episodeOfCare, basedOn, partOf
  std::string date;                  ///< as FhirFields::date
};

/// What a FHIR resource says in words: members that hold texts, wherever they stand.  Views as in FhirFields.
struct FhirWords {
  std::vector<std::string_view> plain;    ///< conclusion, description, text and the like
  std::vector<std::string_view> markup;   ///< div of a Narrative, but not of the resource's own that was generated
  std::vector<std::string_view> encoded;  ///< base64 of Attachments of text
  std::string_view author;                ///< the reference or display of the first one; empty without words
};

class RecordScanner {
 public:
  /// Bytes that must be readable (not necessarily initialised) after the text given to scan().
  static constexpr std::size_t padding = 64;

  RecordScanner();
  ~RecordScanner();

  /// `text` is one JSON value with `padding` readable bytes behind it.  The whole value is validated (UTF-8 and
  /// syntax), whatever is asked for.  Fails with input_encoding, input_invalid or input_too_long naming the reason and
  /// the byte.  JSON that is not FHIR is no error.  Strings are unescaped.
  Result<FhirFields> scan_fhir(std::string_view text);

  /// Fails as scan_fhir does; nothing if it is not FHIR.
  Result<std::optional<FhirFacts>> scan_facts(std::string_view text);

  /// Fails as scan_fhir does.
  Result<FhirWords> scan_words(std::string_view text);

  /// RFC 6901 pointers; a number or boolean is given as it is spelled; absent, null, object or array is nothing.
  /// Fails as scan_fhir does, and with input_invalid for what is not a pointer.
  Result<std::vector<std::optional<std::string>>> scan_pointers(
      std::string_view text, const std::vector<std::string>& pointers);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// RFC 6901.  Steps unescaped; none: the whole value.
struct Pointer {
  std::vector<std::string> steps;
};
/// Fails with input_invalid.
Result<Pointer> parse_pointer(std::string_view text);

/// The named mode `--canonical=json` (DESIGN 6): members sorted by their UTF-8 bytes, white space dropped, string escapes
/// normalised as json::write does, number spelling kept.  Duplicate keys refused (input_invalid).  Needs no padding.
/// Fails as scan_fhir does.  What a pointer of `without` leads to is not in it; a pointer that leads nowhere is no error.
Result<std::string> canonical_json(std::string_view text, std::span<const Pointer> without = {});

}  // namespace medchain::json
