// Challenges and answers: what is read and written again is the same.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "entry/challenge.hpp"
#include "fuzz/require.hpp"

using namespace medchain::entry;

namespace {

template <class T>
void check(std::string_view type, std::string_view line) {
  const auto value = decode_message<T>(type, line);
  if (!value) return;
  const std::string canonical = medchain::json::write(encode_message(type, *value));
  const auto again = decode_message<T>(type, canonical);
  require(again.ok() && medchain::json::write(encode_message(type, *again)) == canonical);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  check<Challenge>("challenge", line);
  check<ChallengeAnswer>("answer", line);
  // Only texts that cannot collide are signed: five lines.
  if (const auto challenge = parse_challenge(line))
    if (const auto text = challenge_text(*challenge))
      require(std::count(text->begin(), text->end(), '\n') == 5);
  return 0;
}
