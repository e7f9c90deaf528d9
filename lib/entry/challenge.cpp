#include "entry/challenge.hpp"

#include "note/note.hpp"

namespace medchain::entry {

Result<std::string> challenge_text(const Challenge& challenge) {
  MC_TRY(note::check_key_name(challenge.ledger));
  return "medchain/1 challenge\n" + challenge.ledger + "\n" + challenge.verifier.get() + "\n" +
         to_hex(challenge.nonce.view()) + "\n" + format_time(challenge.time) + "\n";
}

Result<Challenge> parse_challenge(std::string_view line) {
  return decode_message<Challenge>("challenge", line);
}

Result<ChallengeAnswer> answer_challenge(const Challenge& challenge, const MemberName& member,
                                         crypto::Signer& signer) {
  MC_ASSIGN(const std::string text, challenge_text(challenge));
  MC_ASSIGN(const crypto::Signature signature, signer.sign(as_bytes(text)));
  return ChallengeAnswer{challenge.ledger, challenge.verifier,
                         challenge.nonce,  challenge.time,
                         member,           to_base64(signature.bytes)};
}

Status check_answer(const Challenge& challenge, const ChallengeAnswer& answer,
                    const crypto::PublicKey& key) {
  const Challenge answered{answer.ledger, answer.verifier, answer.nonce, answer.time};
  if (answered != challenge)
    return fail(Code::challenge_failed, "the answer is to another challenge");
  MC_ASSIGN(const std::string text, challenge_text(challenge));
  const auto bytes = parse_base64(answer.signature);
  crypto::Signature signature;
  if (!bytes || bytes->size() != signature.bytes.size())
    return fail(Code::challenge_failed, "field 'signature': expected 64 bytes in base64");
  std::copy(bytes->begin(), bytes->end(), signature.bytes.begin());
  if (!crypto::verify(key, as_bytes(text), signature))
    return fail(Code::challenge_failed,
                "the signature is not by the current key of " + quote(answer.member.get()));
  return {};
}

}  // namespace medchain::entry
