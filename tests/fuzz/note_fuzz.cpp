// Signed notes and verifier keys: what is accepted has one spelling, and opening finds the same
// text.
#include <array>
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "note/note.hpp"

using namespace medchain::note;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The author of the corpus files: the Ed25519 seed is 32 bytes 03.
  static const std::array keys{
      *parse_vkey("hosp-a+e6bb883c+Ae1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR")};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto note = parse(text);
  if (note) {
    require(format(*note) == text);
    require(note->text.ends_with('\n') && !note->signatures.empty());
  }
  const auto opened = open(text, keys);
  if (opened) {
    require(note.ok() && opened->text == note->text);
    require(opened->verified.size() == 1);
  }
  if (const auto key = parse_vkey(text)) require(format_vkey(*key) == text);
  return 0;
}
