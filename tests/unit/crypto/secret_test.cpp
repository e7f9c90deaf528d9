#include "crypto/secret.hpp"

#include <doctest/doctest.h>

#include <set>
#include <type_traits>

#include "crypto/random.hpp"
#include "unit/crypto/hex.hpp"

using namespace medchain;
using namespace medchain::crypto;

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

TEST_CASE("a secret is moved, not copied") {
  Secret first = Secret::copy_of(as_bytes("very secret"));
  const std::byte* where = first.view().data();
  Secret second = std::move(first);
  CHECK(first.size() == 0);  // NOLINT use after move is what is tested
  CHECK(first.view().empty());
  CHECK(second.view().data() == where);
  Secret third(5);
  third = std::move(second);
  CHECK(as_text(third.view()) == "very secret");
  Secret& same = third;
  third = std::move(same);
  CHECK(as_text(third.view()) == "very secret");
}

TEST_CASE("a new secret is zero and can be filled") {
  Secret secret(40);
  CHECK(to_hex(secret.view()) == std::string(80, '0'));
  secret.mutable_view()[39] = std::byte{1};
  CHECK(secret.view()[39] == std::byte{1});
  CHECK(Secret().size() == 0);
  CHECK(Secret::copy_of({}).view().empty());
  CHECK(Secret(0).mutable_view().empty());
}

TEST_CASE("many secrets can be held whatever can be locked") {
  std::vector<Secret> secrets;
  for (int i = 0; i < 3000; ++i) secrets.push_back(Secret::copy_of(as_bytes("0123456789abcdef")));
  for (const Secret& secret : secrets) CHECK(as_text(secret.view()) == "0123456789abcdef");
}

TEST_CASE("wiping leaves zeros") {
  std::string text = "password";
  {
    const WipeOnExit guard(text);
    CHECK(text == "password");
  }
  CHECK(text == std::string(8, '\0'));
  Bytes bytes(3, std::byte{7});
  wipe(bytes);
  CHECK(to_hex(bytes) == "000000");
  wipe({});
}

TEST_CASE("comparison in constant time compares") {
  CHECK(equal_constant_time(as_bytes("abc"), as_bytes("abc")));
  CHECK_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("abd")));
  CHECK_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("ab")));
  CHECK(equal_constant_time({}, {}));
}

TEST_CASE("system randomness does not repeat") {
  SystemRandom random;
  std::set<StatementId> seen;
  for (int i = 0; i < 1000; ++i) CHECK(seen.insert(random.statement_id()).second);
  random.fill({});
}

TEST_CASE("seeded randomness repeats for the same seed and calls only") {
  SeededRandom a(1);
  SeededRandom b(1);
  SeededRandom c(2);
  ByteArray<100> from_a{};
  ByteArray<100> from_b{};
  ByteArray<100> from_c{};
  a.fill(from_a);
  b.fill(from_b);
  c.fill(from_c);
  CHECK(from_a == from_b);
  CHECK(from_a != from_c);
  a.fill(from_b);
  CHECK(from_a != from_b);
}

TEST_CASE("seeded randomness never changes, because golden files depend on it") {
  SeededRandom random(0);
  ByteArray<16> first{};
  random.fill(first);
  // ChaCha20 with zero key, nonce and counter (RFC 8439 appendix A.1, test vector 1).
  CHECK(to_hex(first) == "76b8e0ada0f13d90405d6ae55386bd28");
}
