// Narrative: what a person has written in a record, for finding texts that were copied.  FHIR: the
// strings and texts that say something in words; HL7 v2: OBX-5 of text and NTE-3; else a file that
// is text.  What is in a PDF or an image is not seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/source.hpp"

namespace medchain::source {

/// Bytes of a record that are looked at; a longer one has none.
constexpr std::size_t max_narrative = std::size_t{4} << 20;

struct Narrative {
  std::string text;    ///< UTF-8, as it was written but for markup
  std::string author;  ///< as the record refers to the first one; or empty
};

class NarrativeReader {
 public:
  /// Nothing if there are no words in it.  `text` is the bytes of the record; what cannot be read
  /// has no words.
  std::optional<Narrative> read(const Record& record, std::string_view text);

 private:
  Narrative of_json(std::string_view text);

  json::RecordScanner scanner_;
  std::string padded_;
};

}  // namespace medchain::source
