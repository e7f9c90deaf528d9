#include "crypto/sha256.hpp"

#include <doctest/doctest.h>

#include "unit/crypto/hex.hpp"

using namespace medchain;
using namespace medchain::crypto;
using test::hex;

namespace {

void check_hmac(std::string_view key, ByteView data, std::string_view expected) {
  CHECK(to_hex(hmac_sha256(hex(key), {data})) == expected);
}

void check_hkdf(std::string_view key, std::string_view salt, std::string_view context,
                std::string_view expected) {
  Bytes out(expected.size() / 2);
  hkdf_sha256(hex(key), hex(salt), hex(context), out);
  CHECK(to_hex(out) == expected);
}

std::string counting(unsigned first, unsigned last) {
  Bytes bytes;
  for (unsigned i = first; i <= last; ++i) bytes.push_back(static_cast<std::byte>(i));
  return to_hex(bytes);
}

}  // namespace

TEST_CASE("SHA-256 of the messages of FIPS 180-4 and RFC 6234") {
  const std::pair<std::string, const char*> vectors[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1000000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& [message, expected] : vectors) {
    CHECK(to_hex(sha256(as_bytes(message))) == expected);
    CHECK(to_hex(Sha256().update(message).finish()) == expected);
  }
}

TEST_CASE("SHA-256 does not depend on how the message is cut") {
  std::string message;
  for (int i = 0; i < 200; ++i) message += static_cast<char>(i * 7);
  for (std::size_t size = 0; size <= message.size(); ++size) {
    const ByteView bytes = as_bytes(message).first(size);
    const auto whole = sha256(bytes);
    Sha256 hasher;
    for (std::size_t cut = 0; cut <= size; cut += 13) {
      CHECK(sha256({bytes.first(cut), {}, bytes.subspan(cut)}) == whole);
      CHECK(hasher.update(bytes.first(cut)).update(bytes.subspan(cut)).finish() == whole);
    }
  }
}

TEST_CASE("a hasher can be copied in mid-message") {
  Sha256 first;
  first.update("ab");
  Sha256 second = first;
  CHECK(first.update("c").finish() == sha256(as_bytes("abc")));
  CHECK(second.update("d").finish() == sha256(as_bytes("abd")));
}

TEST_CASE("HMAC-SHA-256 of RFC 4231") {
  check_hmac("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", as_bytes("Hi There"),
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  check_hmac("4a656665", as_bytes("what do ya want for nothing?"),
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  check_hmac("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Bytes(50, std::byte{0xdd}),
             "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  check_hmac(counting(1, 25), Bytes(50, std::byte{0xcd}),
             "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  const std::string long_key = to_hex(Bytes(131, std::byte{0xaa}));
  check_hmac(long_key, as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
             "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  check_hmac(long_key,
             as_bytes("This is a test using a larger than block-size key and a larger than "
                      "block-size data. The key needs to be hashed before being used by the HMAC "
                      "algorithm."),
             "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("HMAC of parts is HMAC of the whole") {
  const Bytes key = hex("00112233");
  CHECK(hmac_sha256(key, {as_bytes("ab"), {}, as_bytes("c")}) ==
        hmac_sha256(key, {as_bytes("abc")}));
  CHECK(to_hex(hmac_sha256({}, {})) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("HKDF-SHA-256 of RFC 5869") {
  check_hkdf(
      "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
      "f0f1f2f3f4f5f6f7f8f9",
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  check_hkdf(
      counting(0x00, 0x4f), counting(0x60, 0xaf), counting(0xb0, 0xff),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
      "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  check_hkdf(
      "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("a longer HKDF output begins with the shorter one, up to the limit") {
  Bytes longest(255 * 32);
  hkdf_sha256(as_bytes("key"), as_bytes("salt"), as_bytes("info"), longest);
  for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 64u, 8159u}) {
    Bytes out(size);
    hkdf_sha256(as_bytes("key"), as_bytes("salt"), as_bytes("info"), out);
    CHECK(equal(out, ByteView(longest).first(size)));
  }
}

TEST_CASE("SipHash-2-4 of its paper") {
  ByteArray<16> key;
  for (unsigned i = 0; i < 16; ++i) key[i] = static_cast<std::byte>(i);
  CHECK(siphash(key, hex(counting(0, 14))) == 0xa129ca6149be45e5);
  CHECK(siphash(key, {}) == 0x726fdb47dd0e0e31);
}
