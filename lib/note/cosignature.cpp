// Cosignatures v1 of c2sp.org/tlog-cosignature v1.0.1: Ed25519 with a time, type 0x04.
#include <algorithm>
#include <cstdint>

#include "note/checkpoint.hpp"

namespace medchain::note {

namespace {

constexpr std::size_t time_size = 8;

/// What is signed: the header, the time in decimal, and the whole text of the checkpoint with its
/// final newline.
std::string cosigned_message(std::string_view checkpoint_text, std::uint64_t time) {
  return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(checkpoint_text);
}

Error bad_cosignature(std::string_view name, std::string_view rule) {
  return fail(Code::signature_invalid, "cosignature of " + quote(name) + ": " + std::string(rule));
}

}  // namespace

Result<SignatureLine> cosign(std::string_view checkpoint_text, UnixSeconds time,
                             std::string_view name, crypto::Signer& witness_key) {
  MC_TRY(check_key_name(name));
  if (time.get() < 0)
    return fail(Code::input_invalid, "cosigning as " + quote(name) + ": the time is before 1970");
  if (const auto checkpoint = parse_checkpoint(checkpoint_text); !checkpoint)
    return checkpoint.error();

  const auto seconds = static_cast<std::uint64_t>(time.get());
  MC_ASSIGN(const crypto::Signature signature,
            witness_key.sign(as_bytes(cosigned_message(checkpoint_text, seconds))));
  const VerifierKey key{std::string(name), KeyType::cosignature, witness_key.public_key()};
  SignatureLine line{key.name, key.id(), {}};
  append_be(seconds, line.signature);
  append(signature.bytes, line.signature);
  return line;
}

Result<UnixSeconds> check_cosignature(std::string_view checkpoint_text, const SignatureLine& line,
                                      const VerifierKey& key) {
  if (key.type != KeyType::cosignature)
    return bad_cosignature(line.name, "the key is not one for cosignatures (type 0x04)");
  if (!is_by(line, key))
    return bad_cosignature(line.name, "it is of another key than that of " + quote(key.name));
  crypto::Signature signature;
  const std::size_t size = time_size + signature.bytes.size();
  if (line.signature.size() != size)
    return bad_cosignature(line.name, "expected " + std::to_string(size) + " bytes, got " +
                                          std::to_string(line.signature.size()));
  const auto seconds = load_be<std::uint64_t>(line.signature);
  if (seconds > static_cast<std::uint64_t>(INT64_MAX))
    return bad_cosignature(line.name, "its time is over 2^63-1");
  std::copy(line.signature.begin() + time_size, line.signature.end(), signature.bytes.begin());
  if (!crypto::verify(key.key, as_bytes(cosigned_message(checkpoint_text, seconds)), signature))
    return bad_cosignature(line.name, "it does not verify");
  return UnixSeconds(static_cast<std::int64_t>(seconds));
}

}  // namespace medchain::note
