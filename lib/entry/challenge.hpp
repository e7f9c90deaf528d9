// Challenges (DESIGN 4): proof of possession of a member's current key for a connection outside of
// the ledger.  The signed text is composed here and nowhere else: nobody can have text of his own
// signed.
#pragma once

#include "base/member_name.hpp"
#include "crypto/ed25519.hpp"
#include "entry/message.hpp"
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

struct ChallengeAnswer {
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

Result<Challenge> parse_challenge(std::string_view line);
Result<ChallengeAnswer> answer_challenge(const Challenge& challenge, const MemberName& member,
                                         crypto::Signer& signer);
/// Fails with challenge_failed: another challenge's answer, or a signature that is not of `key`.
Status check_answer(const Challenge& challenge, const ChallengeAnswer& answer,
                    const crypto::PublicKey& key);

}  // namespace medchain::entry
