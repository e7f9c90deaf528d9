#include "crypto/ed25519.hpp"

#include <doctest/doctest.h>

#include "unit/crypto/hex.hpp"

using namespace medchain;
using namespace medchain::crypto;
using test::from_hex;

namespace {

struct Vector {
  const char* seed;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032 section 7.1: TEST 1, 2, 3 and SHA(abc).
constexpr Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46b"
     "d25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "659"
     "4a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "bbd"
     "454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "030"
     "3dca179c138ac17ad9bef1177331a704"},
};

// The order L of the main subgroup, little-endian.
constexpr const char* order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

}  // namespace

TEST_CASE("Ed25519 signs and verifies as in RFC 8032") {
  for (const Vector& vector : vectors) {
    SeedSigner signer(test::secret(vector.seed));
    CHECK(to_hex(signer.public_key().bytes) == vector.key);
    CHECK(is_valid(signer.public_key()));
    const Bytes message = test::hex(vector.message);
    const auto signature = signer.sign(message);
    REQUIRE(signature);
    CHECK(to_hex(signature->bytes) == vector.signature);
    CHECK(verify(signer.public_key(), message, *signature));
  }
}

TEST_CASE("a signature with any bit changed does not verify") {
  const auto key = from_hex<PublicKey>(vectors[2].key);
  const auto good = from_hex<Signature>(vectors[2].signature);
  const Bytes message = test::hex(vectors[2].message);
  REQUIRE(verify(key, message, good));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature damaged = good;
    damaged.bytes[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    CHECK_FALSE(verify(key, message, damaged));
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    PublicKey other = key;
    other.bytes[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    CHECK_FALSE(verify(other, message, good));
  }
  CHECK_FALSE(verify(key, as_bytes("other"), good));
  CHECK_FALSE(verify(key, {}, good));
}

TEST_CASE("a signature with S raised by the group order does not verify") {
  const auto key = from_hex<PublicKey>(vectors[0].key);
  auto signature = from_hex<Signature>(vectors[0].signature);
  REQUIRE(verify(key, {}, signature));
  const Bytes add = test::hex(order);
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += std::to_integer<unsigned>(signature.bytes[32 + i]) + std::to_integer<unsigned>(add[i]);
    signature.bytes[32 + i] = static_cast<std::byte>(carry & 255);
    carry >>= 8;
  }
  CHECK(carry == 0);
  CHECK_FALSE(verify(key, {}, signature));
}

TEST_CASE("public keys of low order are not valid") {
  for (const char* point : {
           "0100000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000080",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0000000000000000000000000000000000000000000000000000000000000080",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
       }) {
    CAPTURE(point);
    const auto key = from_hex<PublicKey>(point);
    CHECK_FALSE(is_valid(key));
    // With R and S zero, or R the identity, such keys would let anything verify.
    Signature signature;
    CHECK_FALSE(verify(key, as_bytes("m"), signature));
    signature.bytes[0] = std::byte{1};
    CHECK_FALSE(verify(key, as_bytes("m"), signature));
  }
}

TEST_CASE("public keys outside of the main subgroup are not valid") {
  // The key of TEST 1 plus each of the seven points of low order.
  for (const char* point : {
           "9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245",
           "ad38a8f0b22ab7ca46ecee7bbef12b5f336c182652fac34392f859dbd9666a7d",
           "3b5b475c4b82dd1572799fc546f4c6c03e478c6654aa4c7f945b347ea32af60d",
           "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5",
           "5ca7ced5657291c4cb376e2929ebbb0747dee3aee81452ea424f42974f81fdba",
           "40c7570f4dd54835b9131184410ed4a0cc93e7d9ad053cbc6d07a62426999582",
           "b2a4b8a3b47d22ea8d86603ab90b393fc1b87399ab55b3806ba4cb815cd509f2",
       }) {
    CAPTURE(point);
    CHECK_FALSE(is_valid(from_hex<PublicKey>(point)));
  }
}

TEST_CASE("public keys that are not canonical or not on the curve are not valid") {
  for (const char* point : {
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p, reads as 0
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p + 1
           "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p + 3, 3 is on
                                                                                // the curve
           "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "0200000000000000000000000000000000000000000000000000000000000000",  // no point has y =
                                                                                // 2
       }) {
    CAPTURE(point);
    CHECK_FALSE(is_valid(from_hex<PublicKey>(point)));
  }
}

TEST_CASE("validity is the same when asked again") {
  SeededRandom random(1);
  std::vector<PublicKey> keys;
  for (int i = 0; i < 200; ++i) keys.push_back(generate_signer(random)->public_key());
  for (int round = 0; round < 2; ++round)
    for (PublicKey key : keys) {
      CHECK(is_valid(key));
      CHECK(is_valid(key));
      key.bytes[31] ^= std::byte{0x80};  // the other point with this y: valid too
      CHECK(is_valid(key));
    }
  CHECK_FALSE(is_valid(PublicKey{}));
  CHECK_FALSE(is_valid(PublicKey{}));
}

TEST_CASE("generated signers come from the randomness given") {
  SeededRandom a(7);
  SeededRandom b(7);
  SeededRandom c(8);
  const auto first = generate_signer(a);
  CHECK(first->public_key() == generate_signer(b)->public_key());
  CHECK_FALSE(first->public_key() == generate_signer(a)->public_key());
  CHECK_FALSE(first->public_key() == generate_signer(c)->public_key());
  CHECK(first->seed().size() == 32);
}
