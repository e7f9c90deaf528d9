#include <doctest/doctest.h>

#include "note/checkpoint.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using namespace medchain::note;
using test::check_refused;

namespace {

const std::string text = "log.example/main\n5\nyPFA0nVVp4Kn5u40sWJWSMGpIO/IGbB5vSHKLdpohO4=\n";
constexpr UnixSeconds time_of_test{1'700'000'000};

VerifierKey witness() { return test::witness_key("witness.example/w1", test::signer(2)); }

SignatureLine cosigned(UnixSeconds time = time_of_test) {
  auto signer = test::signer(2);
  auto line = cosign(text, time, "witness.example/w1", signer);
  REQUIRE(line);
  return *line;
}

}  // namespace

TEST_CASE("a cosignature is written as other implementations write it") {
  // Made with crypto/ed25519 of Go over "cosignature/v1\ntime 1700000000\n" and the text.
  CHECK(
      format(cosigned()) ==
      "\xe2\x80\x94 witness.example/w1 3xwKNQAAAABlU/EAH0/ZC5R+I6wS1daZccFx4V0Y9mSmFUO2j9GZR3Aki7wc"
      "7bTym3Oz1S3VBdf15aIUZEscGrFTOxIoX+dimy8FDA==\n");
  const auto time = check_cosignature(text, cosigned(), witness());
  REQUIRE(time);
  CHECK(*time == time_of_test);
}

TEST_CASE("a cosignature holds any time from 1970 to the end of 64 bits") {
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{1}, INT64_MAX})
    CHECK(check_cosignature(text, cosigned(UnixSeconds(seconds)), witness())->get() == seconds);
  auto signer = test::signer(2);
  check_refused(cosign(text, UnixSeconds(-1), "w", signer), Code::input_invalid, "before 1970");
}

TEST_CASE("only a checkpoint is cosigned, under a name") {
  auto signer = test::signer(2);
  check_refused(cosign("text\n", time_of_test, "w", signer), Code::checkpoint_invalid,
                "expected origin, size and root");
  check_refused(cosign(text + "more\n", time_of_test, "w", signer), Code::checkpoint_invalid,
                "extension lines");
  check_refused(cosign(text, time_of_test, "w 1", signer), Code::input_invalid, "holds a space");
}

TEST_CASE("a cosignature that was changed anywhere is refused") {
  const SignatureLine good = cosigned();
  for (std::size_t i = 0; i < good.signature.size(); ++i) {
    SignatureLine bad = good;
    bad.signature[i] ^= std::byte{0x01};
    check_refused(check_cosignature(text, bad, witness()), Code::signature_invalid,
                  "cosignature of 'witness.example/w1': it does not verify");
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] ^= 0x01;
    CHECK(!check_cosignature(changed, good, witness()));
  }
  SignatureLine bad = good;
  bad.signature[0] = std::byte{0x80};
  check_refused(check_cosignature(text, bad, witness()), Code::signature_invalid, "over 2^63-1");
  bad = good;
  bad.signature.pop_back();
  check_refused(check_cosignature(text, bad, witness()), Code::signature_invalid,
                "expected 72 bytes, got 71");
  bad.signature.clear();
  check_refused(check_cosignature(text, bad, witness()), Code::signature_invalid, "got 0");
}

TEST_CASE("a cosignature is of one key and one type") {
  const SignatureLine good = cosigned();
  check_refused(
      check_cosignature(text, good, test::witness_key("witness.example/w2", test::signer(2))),
      Code::signature_invalid, "it is of another key");
  check_refused(
      check_cosignature(text, good, test::witness_key("witness.example/w1", test::signer(3))),
      Code::signature_invalid, "it is of another key");
  check_refused(check_cosignature(text, good, test::key("witness.example/w1", test::signer(2))),
                Code::signature_invalid, "not one for cosignatures");
  // A log signature does not pass for a cosignature, nor the other way round.
  auto signer = test::signer(2);
  const auto plain = sign(text, "witness.example/w1", signer);
  REQUIRE(plain);
  CHECK(!check_cosignature(text, *plain, witness()));
  check_refused(check(text, good, witness()), Code::signature_invalid, "not one for notes");
}
