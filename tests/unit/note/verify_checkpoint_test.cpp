#include <doctest/doctest.h>

#include "note/checkpoint.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using namespace medchain::note;
using test::check_refused;

namespace {

const std::string origin = "log.example/main";
const std::string text = origin + "\n5\nyPFA0nVVp4Kn5u40sWJWSMGpIO/IGbB5vSHKLdpohO4=\n";

/// The log is key 1, witnesses W1 to W3 (names w1, w2, w3) are keys 11 to 13; two of them make the
/// quorum.
Policy policy() {
  Policy policy;
  policy.logs.push_back({test::key(origin, test::signer(1)), ""});
  for (unsigned char i = 1; i <= 3; ++i) {
    const std::string number = std::to_string(i);
    policy.witnesses.push_back(
        {"W" + number,
         test::witness_key("w" + number, test::signer(static_cast<unsigned char>(10 + i))), ""});
  }
  policy.groups.push_back({"G", 2, {"W1", "W2", "W3"}});
  policy.quorum = "G";
  return policy;
}

SignatureLine by_log(unsigned char number = 1, const std::string& name = origin,
                     const std::string& of = text) {
  auto signer = test::signer(number);
  return sign(of, name, signer).value();
}
SignatureLine by_witness(unsigned char number, std::int64_t time = 1'700'000'000) {
  auto signer = test::signer(static_cast<unsigned char>(10 + number));
  return cosign(text, UnixSeconds(time), "w" + std::to_string(number), signer).value();
}
std::string note_of(std::vector<SignatureLine> lines, const std::string& of = text) {
  return format(Note{of, std::move(lines)});
}

}  // namespace

TEST_CASE("a checkpoint with log signature and quorum is verified") {
  const auto verified =
      verify_checkpoint(note_of({by_log(), by_witness(3, 1'700'000'300), by_witness(1)}), policy());
  REQUIRE(verified);
  CHECK(verified->text == text);
  CHECK(verified->checkpoint == parse_checkpoint(text).value());
  CHECK(verified->quorum_met);
  CHECK(verified->cosigned ==
        std::vector<std::pair<std::string, UnixSeconds>>{{"W3", UnixSeconds(1'700'000'300)},
                                                         {"W1", UnixSeconds(1'700'000'000)}});
}

TEST_CASE("the order of lines does not matter and unknown lines are ignored") {
  const auto verified =
      verify_checkpoint(note_of({test::ml_dsa_line("w1"), by_witness(2), by_log(9, "stranger"),
                                 by_witness(1), by_log(9), by_log()}),
                        policy());
  REQUIRE(verified);
  CHECK(verified->quorum_met);
}

TEST_CASE("an unmet quorum is told, not an error") {
  const auto verified = verify_checkpoint(note_of({by_log(), by_witness(2)}), policy());
  REQUIRE(verified);
  CHECK(!verified->quorum_met);
  CHECK(verified->cosigned.size() == 1);
  CHECK(!verify_checkpoint(note_of({by_log()}), policy())->quorum_met);
  Policy none = policy();
  none.quorum = "none";
  CHECK(verify_checkpoint(note_of({by_log()}), none)->quorum_met);
}

TEST_CASE("a second cosignature of one witness does not count again") {
  const auto verified =
      verify_checkpoint(note_of({by_log(), by_witness(2, 1), by_witness(2, 2)}), policy());
  REQUIRE(verified);
  CHECK(!verified->quorum_met);
  CHECK(verified->cosigned ==
        std::vector<std::pair<std::string, UnixSeconds>>{{"W2", UnixSeconds(1)}});
}

TEST_CASE("without a listed log's signature a checkpoint is refused") {
  check_refused(verify_checkpoint(note_of({by_witness(1), by_witness(2)}), policy()),
                Code::signature_missing, "no signature of a log that the policy lists");
  check_refused(verify_checkpoint(note_of({by_log(2)}), policy()), Code::signature_missing,
                "no signature of a log");
  check_refused(verify_checkpoint(note_of({by_log()}), Policy{}), Code::signature_missing,
                "no signature of a log");
}

TEST_CASE("one bad signature of a listed key refuses the checkpoint") {
  SignatureLine bad = by_log();
  bad.signature[7] ^= std::byte{0x01};
  check_refused(verify_checkpoint(note_of({bad}), policy()), Code::signature_invalid,
                "signature of 'log.example/main': it does not verify");
  bad = by_witness(1);
  bad.signature[20] ^= std::byte{0x01};
  check_refused(verify_checkpoint(note_of({by_log(), by_witness(2), by_witness(3), bad}), policy()),
                Code::signature_invalid, "cosignature of 'w1': it does not verify");
  // A cosignature of another checkpoint.
  auto signer = test::signer(11);
  const SignatureLine other =
      cosign("log.example/main\n6\nyPFA0nVVp4Kn5u40sWJWSMGpIO/IGbB5vSHKLdpohO4=\n", UnixSeconds(1),
             "w1", signer)
          .value();
  check_refused(verify_checkpoint(note_of({by_log(), other}), policy()), Code::signature_invalid,
                "cosignature of 'w1'");
}

TEST_CASE("the origin is the name of a log that signed") {
  const std::string foreign =
      "log.example/other\n5\nyPFA0nVVp4Kn5u40sWJWSMGpIO/IGbB5vSHKLdpohO4=\n";
  check_refused(verify_checkpoint(note_of({by_log(1, origin, foreign)}, foreign), policy()),
                Code::checkpoint_invalid,
                "origin 'log.example/other' is not the name of the log that signed, "
                "'log.example/main'");
  // Any of several logs may be the one.
  Policy two = policy();
  two.logs.push_back({test::key("log.example/other", test::signer(2)), ""});
  CHECK(verify_checkpoint(note_of({by_log(2, "log.example/other", foreign)}, foreign), two));
  CHECK(verify_checkpoint(
      note_of({by_log(1, origin, foreign), by_log(2, "log.example/other", foreign)}, foreign),
      two));
  check_refused(verify_checkpoint(note_of({by_log(2, "log.example/other")}), two),
                Code::checkpoint_invalid, "is not the name of the log that signed");
}

TEST_CASE("what is no note or no checkpoint is refused as such") {
  check_refused(verify_checkpoint("text\n", policy()), Code::checkpoint_invalid,
                "checkpoint: signed note: no empty line");
  const std::string no_checkpoint = "text\n";
  check_refused(
      verify_checkpoint(note_of({by_log(1, origin, no_checkpoint)}, no_checkpoint), policy()),
      Code::checkpoint_invalid, "expected origin, size and root");
  const std::string extended = text + "extension\n";
  check_refused(verify_checkpoint(note_of({by_log(1, origin, extended)}, extended), policy()),
                Code::checkpoint_invalid, "extension lines are not accepted");
}

TEST_CASE("every changed bit of a signed checkpoint is noticed") {
  const std::string good = note_of({by_log(), by_witness(1), by_witness(2)});
  REQUIRE(verify_checkpoint(good, policy())->quorum_met);
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const char bit : {'\x01', '\x10'}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ bit);
      const auto verified = verify_checkpoint(bad, policy());
      CAPTURE(i);
      // A changed name or key id makes a stranger of a witness, and then the quorum is not met.
      if (verified) CHECK(!verified->quorum_met);
    }
}
