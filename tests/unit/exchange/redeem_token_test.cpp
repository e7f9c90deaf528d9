#include "exchange/redeem_token.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>

#include "crypto/age_key.hpp"
#include "crypto/sha256.hpp"
#include "unit/note/keys.hpp"
#include "unit/support.hpp"

using namespace medchain;
using exchange::RedeemToken;
using test::check_refused;

namespace {

std::string text_of(const RedeemToken& token) {
  const crypto::Secret text = token.text();
  return {reinterpret_cast<const char*>(text.view().data()), text.size()};
}
RedeemToken made(std::uint64_t seed = 1) {
  crypto::SeededRandom random(seed);
  return RedeemToken::generate(random);
}

}  // namespace

TEST_CASE("a redeem token is one short text") {
  const RedeemToken token = made();
  const std::string text = text_of(token);
  CHECK(text.size() == 63);
  CHECK(text.starts_with("MCRX1"));
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(tolower(c)); });
  for (const std::string& spelling : {text, lower}) {
    const auto parsed = RedeemToken::parse(spelling);
    REQUIRE(parsed);
    CHECK(parsed->key() == token.key());
  }
  CHECK(made(2).key() != token.key());
  // Every single wrong sign is found.
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string typo = text;
    typo[i] = typo[i] == 'Q' ? 'P' : 'Q';
    CHECK_FALSE(RedeemToken::parse(typo));
  }
  check_refused(RedeemToken::parse(""), Code::key_invalid, "redeem token: ");
  check_refused(RedeemToken::parse(crypto::bech32_encode("MCRX", Bytes(31))), Code::key_invalid, "expected 32 bytes, got 31");
  check_refused(RedeemToken::parse(crypto::bech32_encode("OTHER", Bytes(32))), Code::key_invalid, "expected prefix 'MCRX'");
}

TEST_CASE("a redeem token signs with its key, and its identity is another secret") {
  RedeemToken token = made();
  const auto proof = token.prove("text");
  REQUIRE(proof);
  CHECK(crypto::verify({token.key().bytes}, as_bytes("text"), {proof->bytes}));
  CHECK_FALSE(crypto::verify({token.key().bytes}, as_bytes("other"), {proof->bytes}));
  const auto parsed = RedeemToken::parse(text_of(token));
  REQUIRE(parsed);
  CHECK(crypto::recipient_of(parsed->identity()) == crypto::recipient_of(token.identity()));
  CHECK(crypto::recipient_of(made(2).identity()) != crypto::recipient_of(token.identity()));
}

TEST_CASE("a redeem token file is private and has one line") {
  const test::TempDir folder;
  const auto write = [&](const std::string& text, mode_t mode) {
    const std::string path = folder.path("token");
    std::ofstream(path) << text;
    REQUIRE(chmod(path.c_str(), mode) == 0);
    return path;
  };
  const std::string text = text_of(made());
  for (const char* end : {"", "\n"}) {
    const auto loaded = RedeemToken::load(write(text + end, 0600));
    REQUIRE(loaded);
    CHECK(loaded->key() == made().key());
  }
  check_refused(RedeemToken::load(write(text, 0644)), Code::key_unsafe, "token");
  check_refused(RedeemToken::load(write(text + "\n\n", 0600)), Code::key_invalid, "redeem token: ");
  check_refused(RedeemToken::load(folder.path("none")), Code::key_missing, "none");
}
