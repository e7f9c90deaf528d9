// Whether the bytes of a record have the type, format, encoding and profile that are declared for
// them (HEALTH 1.7).  What is told is certain: where a declaration cannot be refuted without a
// terminology server or a whole validator, nothing is said.  The bytes may be anything.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json/record_scanner.hpp"

namespace medchain::source {

/// What was said when the record was anchored.
struct Declared {
  std::string_view type;  ///< of the record: a FHIR type, DICOM, CDA, HL7v2, JSON, or any word
  std::string_view name;  ///< of the file, if the record is all of it; else empty
  bool is_json = false;   ///< it was a line of NDJSON, or a canonical form was taken
};

enum class MismatchKind : std::uint8_t {
  other_resource,
  not_fhir,
  class_only,
  other_format,
  unlike_format,
  broken_format,
  uneven_rows,
  other_charset,
  other_profile,
  lacking_element,
  lacking_of_profile,
  lacking_of_document,
  lacking_template,
  other_attachment,
  attachment_size,
};

struct Mismatch {
  MismatchKind kind = MismatchKind::unlike_format;
  std::string declared;  ///< `FHIR Patient`, an address, `6 columns`
  std::string found;     ///< what the bytes have
  std::string at;        ///< a JSON pointer or a line in the record; empty: all of it
  bool operator==(const Mismatch&) const = default;
};

constexpr std::size_t max_mismatches = 16;                  ///< told of one record
constexpr std::size_t max_checked = std::size_t{64} << 20;  ///< bytes of one that are looked at

class Place;

struct Checked {
  std::vector<Mismatch> mismatches;
  std::uint64_t more = 0;  ///< that were left out over max_mismatches
  bool partly =
      false;  ///< not all could be looked at: too long, nested too deep, XML with entities

  void add(MismatchKind kind, std::string declared, std::string found, const Place& at);
};

/// Profiles whose definitions are at hand.
class Profiles {
 public:
  struct Needs {
    std::string type;
    std::vector<std::string> required;  ///< elements right below the resource; `value[x]` a choice
  };
  /// What is no StructureDefinition of a resource is passed over.
  void add(std::string text);
  /// Without the version that an address may have behind a bar; null: not known.
  const Needs* find(std::string_view canonical) const;

 private:
  std::map<std::string, Needs, std::less<>> needs_;
};

class FormatChecker {
 public:
  /// `profiles` must outlive the checker.
  explicit FormatChecker(const Profiles& profiles) : profiles_(profiles) {}
  /// `text` is the beginning of the record, or all of it, with RecordScanner::padding readable
  /// bytes behind it; at most max_checked bytes.
  Checked check(const Declared& declared, std::string_view text, bool complete);

 private:
  const Profiles& profiles_;
  json::RecordScanner scanner_;
};

}  // namespace medchain::source
