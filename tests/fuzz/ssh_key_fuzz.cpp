// OpenSSH key files.  The input is read as a file, and as the bytes within the armor, so that
// mutations reach the fields. A key that is accepted is written and read again as the same key.
#include <cstdint>
#include <string>

#include "base/encoding.hpp"
#include "crypto/ssh_key.hpp"

using namespace medchain;
using namespace medchain::crypto;

namespace {

void expect(bool condition) {
  if (!condition) __builtin_trap();
}

void check_private(std::string_view text) {
  const auto signer = parse_ssh_private_key(text);
  if (!signer) {
    const Code code = signer.error().code;
    expect(code == Code::key_invalid || code == Code::key_encrypted);
    return;
  }
  SeededRandom random(1);
  const Secret written = format_ssh_private_key(**signer, "comment", random);
  const auto again = parse_ssh_private_key(as_text(written.view()));
  expect(again.ok() && (*again)->public_key() == (*signer)->public_key());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_private(text);
  if (size > 0) {
    const std::string digits = to_base64(as_bytes(text));
    std::string armored = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    for (std::size_t at = 0; at < digits.size(); at += 70) armored += digits.substr(at, 70) + "\n";
    check_private(armored + "-----END OPENSSH PRIVATE KEY-----\n");
  }
  if (const auto key = parse_ssh_public_key(text)) {
    const std::string written = format_ssh_public_key(*key, "");
    expect(text.starts_with(std::string_view(written).substr(0, written.size() - 1)));
    expect(is_valid(*key));
  }
  return 0;
}
