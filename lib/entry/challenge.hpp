// Challenges (DESIGN 4): proof of possession of a member's current key for a connection outside of
// the ledger.  The signed text is composed here and nowhere else: nobody can have text of his own
// signed.
#pragma once

#include "base/member_name.hpp"
#include "crypto/ed25519.hpp"
#include "entry/codec.hpp"
#include "json/value.hpp"

namespace medchain::entry {

using Nonce = Hash<struct NonceTag>;

struct Challenge {
  std::string ledger;   ///< origin
  MemberName verifier;  ///< who asks
  Nonce nonce;
  UnixSeconds time;  ///< when it was made
  bool operator==(const Challenge&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"ledger", Exposure::clear, "the ledger's origin"}, self.ledger);
    visit(Field{"verifier", Exposure::clear, "who asks"}, self.verifier);
    visit(Field{"nonce", Exposure::clear, "32 random bytes"}, self.nonce);
    visit(Field{"time", Exposure::clear, "when it was made"}, self.time);
  }
};

struct Answer {
  std::string ledger;
  MemberName verifier;
  Nonce nonce;
  UnixSeconds time;
  MemberName member;
  std::string signature;  ///< base64 of the Ed25519 signature
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"ledger", Exposure::clear, "the ledger's origin"}, self.ledger);
    visit(Field{"verifier", Exposure::clear, "who asks"}, self.verifier);
    visit(Field{"nonce", Exposure::clear, "32 random bytes"}, self.nonce);
    visit(Field{"time", Exposure::clear, "when the challenge was made"}, self.time);
    visit(Field{"member", Exposure::clear, "who answers"}, self.member);
    visit(Field{"signature", Exposure::clear, "base64 Ed25519 signature"}, self.signature);
  }
};

/// `medchain/1 challenge\nORIGIN\nVERIFIER\nNONCE\nTIME\n`.  Fails with input_invalid if the origin
/// is not a key name (a line feed in it would let texts collide).
Result<std::string> challenge_text(const Challenge& challenge);

/// {"schema":"medchain/1","type":TYPE,...fields...}
template <HasFields T>
json::Object encode_message(std::string_view type, const T& value) {
  json::Object object;
  object.set("schema", "medchain/1").set("type", type);
  Encoder encoder(object);
  T::fields(value, encoder);
  return object;
}
/// Strict (CLI.md 4).  Fails with input_invalid naming the field.
template <HasFields T>
Result<T> decode_message(std::string_view type, std::string_view line) {
  MC_ASSIGN(const json::Object object, json::parse_object(line));
  T value;
  Decoder decoder(object, "");
  std::string found_schema, found_type;
  decoder(Field{"schema", Exposure::clear, ""}, found_schema);
  decoder(Field{"type", Exposure::clear, ""}, found_type);
  T::fields(value, decoder);
  if (auto status = decoder.finish(); !status)
    return fail(Code::input_invalid, status.error().message);
  if (found_schema != "medchain/1")
    return fail(Code::input_invalid,
                "field 'schema': expected 'medchain/1', got " + quote(found_schema));
  if (found_type != type)
    return fail(Code::input_invalid,
                "field 'type': expected '" + std::string(type) + "', got " + quote(found_type));
  return value;
}

Result<Challenge> parse_challenge(std::string_view line);
Result<Answer> answer_challenge(const Challenge& challenge, const MemberName& member,
                                crypto::Signer& signer);
/// Fails with challenge_failed: another challenge's answer, or a signature that is not of `key`.
Status check_answer(const Challenge& challenge, const Answer& answer, const crypto::PublicKey& key);

}  // namespace medchain::entry
