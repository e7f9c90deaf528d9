// Openings: the member of a package that lets its receiver recompute commitments (DESIGN 6): of
// each record where it is on the ledger, its digest and salt; of each committed value of the
// package's own statement likewise.  Whether they open what is on the ledger is for the caller to
// check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "package/manifest.hpp"

namespace medchain::package {

struct RecordOpening {
  std::string file;  ///< the member: `records/scan.pdf`
  EntryIndex entry;  ///< the anchor entry
  std::uint64_t row = 0;
  /// What the row commits to: the member's own digest, but of a row in canonical form that of the
  /// canonical form.
  Digest digest;
  Salt salt;
  std::optional<std::string> source, type, id;  ///< the record's identity at its custodian
  bool operator==(const RecordOpening&) const = default;
};

/// A commitment in the statement that names the package.
struct ValueOpening {
  std::string field;  ///< of the statement: `terms`
  Digest digest;      ///< of the value's bytes
  Salt salt;
  std::optional<std::string> file;  ///< the member that has these bytes
  std::optional<std::string> text;  ///< or the value itself
  bool operator==(const ValueOpening&) const = default;
};

struct Openings {
  std::vector<RecordOpening> records;  ///< one for each record, in the order of the manifest
  std::vector<ValueOpening> values;    ///< by field, ascending; one each
  bool operator==(const Openings&) const = default;
};

constexpr std::size_t max_identity_part =
    1'024;  ///< bytes of source, type and id (medchain-ledger(5))

/// Fails with package_invalid naming the opening: not one for each record, a file that is not a
/// member or has another digest, a field that is no word, rows beyond 8,191, fields out of order.
Status check_openings(const Openings& openings, const Manifest& manifest);

/// One line of JSON and LF.
std::string format_openings(const Openings& openings);
/// Accepts exactly what format_openings() gives of openings that pass check_openings().
Result<Openings> parse_openings(std::string_view text, const Manifest& manifest);

}  // namespace medchain::package
