// age recipients, identities and identity files, and bech32: what is accepted is written again as
// the same text.
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "crypto/age_key.hpp"

using namespace medchain;
using namespace medchain::crypto;

namespace {

void expect(bool condition) {
  if (!condition) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = bech32_decode(text))
    // A prefix without letters has no case: the data may then be of either.
    expect(to_lower_ascii(bech32_encode(decoded->first, decoded->second)) == to_lower_ascii(text));
  const auto round = bech32_decode(bech32_encode("x", as_bytes(text)));
  expect(round.ok() && round->first == "x" && equal(round->second, as_bytes(text)));
  if (const auto recipient = parse_age_recipient(text))
    expect(format_age_recipient(*recipient) == text);
  if (const auto identity = parse_age_identity(text))
    expect(as_text(format_age_identity(*identity).view()) == text);
  if (const auto identity = parse_age_identity_file(text)) {
    const Secret line = format_age_identity(*identity);
    expect(text.find(as_text(line.view())) != std::string_view::npos);
    // The recipient of an identity is never of low order and always canonical.
    expect(parse_age_recipient(format_age_recipient(recipient_of(*identity))).ok());
  }
  return 0;
}
