// Format check: the first byte chooses what is declared, the second whether it is all.  Whatever
// the bytes are, what is told is text, bounded, and the same again; what is complete and small
// enough is looked at as a whole.
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "fuzz/require.hpp"
#include "source/format_check.hpp"

using namespace medchain;
using namespace medchain::source;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 200'000) return 0;
  static constexpr Declared choices[] = {
      {"file", "/a/record.json", false},
      {"file", "/a/record.ndjson", false},
      {"file", "/a/record.xml", false},
      {"file", "/a/record.csv", false},
      {"file", "/a/record.hl7", false},
      {"file", "/a/record.pdf", false},
      {"file", "/a/record.txt", false},
      {"Observation", "", true},
      {"Observation", "", false},
      {"CDA", "", false},
      {"DICOM", "", false},
      {"HL7v2", "", false},
      {"JSON", "", true},
  };
  const Declared& declared = choices[data[0] % std::size(choices)];
  const bool complete = data[1] % 2 == 0;
  std::string padded(reinterpret_cast<const char*>(data) + 2, size - 2);
  padded.append(json::RecordScanner::padding, '"');
  const std::string_view text = std::string_view(padded).substr(0, size - 2);

  // What is checked may define a profile as well.
  Profiles profiles;
  profiles.add(std::string(text));
  FormatChecker checker(profiles);
  const Checked found = checker.check(declared, text, complete);
  require(found.mismatches.size() <= max_mismatches);
  require(found.more == 0 || found.mismatches.size() == max_mismatches);
  for (const Mismatch& one : found.mismatches) {
    require(!one.declared.empty() && !one.found.empty());
    require(one.declared.size() < 1000 && one.found.size() < 1000 && one.at.size() < 1000);
    require(is_utf8(one.declared) && is_utf8(one.found) && is_utf8(one.at));
  }
  const Checked again = checker.check(declared, text, complete);
  require(again.mismatches == found.mismatches && again.more == found.more &&
          again.partly == found.partly);
  return 0;
}
