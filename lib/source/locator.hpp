// Locator: where a record was read, so that it can be read again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::source {

/// Where a record was read, as a vault keeps it.
struct Locator {
  std::string path;
  std::string type;
  std::uint64_t line = 0, offset = 0;
  std::uint64_t size = 0;  ///< bytes that were digested; 0: not known (sums)
  bool canonical = false;
  /// As it was anchored, where it is known: tells a compressed file that was anchored as it lies
  /// from one whose content was, should both have the same size.
  std::optional<Digest> digest = std::nullopt;
};
/// Whether the file may go on before or behind it.  The first message of an HL7 batch begins at 0
/// as a whole file does.
inline bool is_part_of_file(const Locator& locator) {
  return locator.line > 0 || locator.offset > 0 || locator.type == "HL7v2";
}
/// The digest of what is at that place now, whatever it is: no identity is looked for.  Fails with
/// input_unreadable, and with input_changed if the file is shorter than the place or, for a whole
/// file, of another size.
Result<Digest> read_digest(const Locator& locator);

/// What is at a place: its digest, as read_digest() gives it, and its beginning.
struct Reread {
  Digest digest;
  std::string text;       ///< as it stands there, also where the digest is of a canonical form
  bool complete = false;  ///< that is all of it
};
/// `most` bytes at most of the text are kept.  Fails as read_digest() does.
Result<Reread> reread(const Locator& locator, std::size_t most);

}  // namespace medchain::source
