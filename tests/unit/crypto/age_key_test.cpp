#include "crypto/age_key.hpp"

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "json/value.hpp"
#include "unit/crypto/hex.hpp"
#include "unit/crypto/process.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::crypto;
using test::check_error;

namespace {

std::string identity_text(const Secret& identity) {
  return std::string(as_text(format_age_identity(identity).view()));
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// A recipient with these bytes, whatever they are.
std::string recipient_with(std::string_view hex_text) {
  return bech32_encode("age", test::hex(hex_text));
}

/// Written after the reference code in BIP 173, for 5-bit values.
std::string reference_bech32(const std::string& prefix, std::vector<unsigned> values) {
  const auto polymod = [](const std::vector<unsigned>& of) {
    const unsigned generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    unsigned check = 1;
    for (const unsigned value : of) {
      const unsigned top = check >> 25;
      check = (check & 0x1ffffff) << 5 ^ value;
      for (unsigned i = 0; i < 5; ++i) check ^= (top >> i & 1) != 0 ? generator[i] : 0;
    }
    return check;
  };
  std::vector<unsigned> all;
  for (const char c : prefix) all.push_back(static_cast<unsigned char>(c) >> 5);
  all.push_back(0);
  for (const char c : prefix) all.push_back(static_cast<unsigned char>(c) & 31u);
  all.insert(all.end(), values.begin(), values.end());
  all.insert(all.end(), 6, 0);
  const unsigned sum = polymod(all) ^ 1;
  for (unsigned i = 0; i < 6; ++i) values.push_back(sum >> 5 * (5 - i) & 31);
  std::string text = prefix + "1";
  for (const unsigned value : values) text += "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[value];
  return text;
}

void check_bech32(const std::string& text, bool valid) {
  CAPTURE(text);
  const auto decoded = bech32_decode(text);
  CHECK(decoded.ok() == valid);
  if (decoded) {
    CHECK(to_lower_ascii(bech32_encode(decoded->first, decoded->second)) == to_lower_ascii(text));
    return;
  }
  CHECK(decoded.error().code == Code::key_invalid);
}

}  // namespace

TEST_CASE("bech32 strings of BIP 173") {
  check_bech32("A12UEL5L", true);
  check_bech32("a12uel5l", true);
  check_bech32(
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      true);
  check_bech32("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", true);
  check_bech32("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", true);
  check_error(bech32_decode("\x20"
                            "1nwldj5"),
              Code::key_invalid, "unexpected ' ' in the prefix at offset 0");
  check_error(bech32_decode("\x7f"
                            "1axkwrx"),
              Code::key_invalid, "in the prefix at offset 0");
  check_error(bech32_decode("\x80"
                            "1eym55h"),
              Code::key_invalid, "in the prefix at offset 0");
  check_error(bech32_decode("pzry9x0s0muk"), Code::key_invalid, "there is no '1' after the prefix");
  check_error(bech32_decode("1pzry9x0s0muk"), Code::key_invalid, "the prefix is empty");
  check_error(bech32_decode("x1b4n0q5v"), Code::key_invalid, "unexpected 'b' at offset 2");
  check_error(bech32_decode("li1dgmt3"), Code::key_invalid,
              "at least 6 characters after the prefix, got 5");
  check_error(bech32_decode("de1lg7wt\xff"), Code::key_invalid, "unexpected '\\xff' at offset 8");
  check_error(bech32_decode("A1G7SGD8"), Code::key_invalid, "the checksum is wrong");
  check_error(bech32_decode("A12uEL5L"), Code::key_invalid, "mixed");
  check_error(bech32_decode(""), Code::key_invalid, "there is no '1'");
}

TEST_CASE("bech32 strings of the shared vectors") {
  const auto shared = test::shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "vectors/bech32/bech32.json")) {
    MESSAGE("skipped: no shared vectors");
    return;
  }
  const auto list = json::parse(test::read_all(*shared / "vectors/bech32/bech32.json"));
  REQUIRE(list);
  REQUIRE(list->array() != nullptr);
  CHECK(list->array()->size() >= 20);
  for (const json::Value& item : *list->array())
    check_bech32(*item.object()->find("string")->string(),
                 *item.object()->find("valid")->boolean());
}

TEST_CASE("bech32 of all lengths comes back, without a limit of 90 characters") {
  Bytes bytes;
  for (unsigned i = 0; i < 200; ++i) {
    const std::string text = bech32_encode("test", bytes);
    const auto decoded = bech32_decode(text);
    REQUIRE(decoded);
    CHECK(decoded->first == "test");
    CHECK(decoded->second == bytes);
    const auto in_upper_case = bech32_decode(upper(text));
    REQUIRE(in_upper_case);
    CHECK(in_upper_case->first == "TEST");
    CHECK(bech32_encode("TEST", bytes) == upper(text));
    bytes.push_back(static_cast<std::byte>(i * 91 + 5));
  }
}

TEST_CASE("bech32 has one spelling: padding bits are zero and no character is superfluous") {
  std::size_t accepted = 0;
  for (std::size_t length = 0; length <= 4; ++length) {
    std::vector<unsigned> values(length);
    const bool fits = length * 5 % 8 < 5;
    for (unsigned last = 0; last < 1024 && (length > 1 || last < 32); ++last) {
      if (length >= 1) values[length - 1] = last % 32;
      if (length >= 2) values[length - 2] = last / 32;
      // 2 characters are a byte and 2 bits of padding, 4 characters are two bytes and 4 bits.
      const bool zero_padding = length == 2 ? last % 4 == 0 : length == 4 ? last % 16 == 0 : true;
      const auto decoded = bech32_decode(reference_bech32("a", values));
      if (decoded) {
        ++accepted;
        CHECK((fits && zero_padding));
      } else {
        check_error(
            decoded, Code::key_invalid,
            fits ? "the padding bits are not zero" : "a character too many before the checksum");
      }
    }
  }
  CHECK(accepted == 32 + 1024 / 4 + 1024 / 16);  // 32: the empty value, asked for 32 times
}

TEST_CASE("identities and recipients are written and read") {
  SeededRandom random(1);
  for (int i = 0; i < 50; ++i) {
    const Secret identity = generate_age_identity(random);
    const AgeRecipient recipient = recipient_of(identity);
    const std::string text = identity_text(identity);
    CHECK(text.starts_with("AGE-SECRET-KEY-1"));
    CHECK(text.size() == 74);
    const auto read = parse_age_identity(text);
    REQUIRE(read);
    CHECK(equal(read->view(), identity.view()));
    const std::string public_text = format_age_recipient(recipient);
    CHECK(public_text.starts_with("age1"));
    CHECK(public_text.size() == 62);
    CHECK(*parse_age_recipient(public_text) == recipient);
  }
}

TEST_CASE("the public half is that of RFC 7748 section 6.1") {
  const Secret identity =
      test::secret("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  CHECK(to_hex(recipient_of(identity).bytes) ==
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
}

TEST_CASE("recipients that are none are refused with the reason") {
  SeededRandom random(1);
  const Secret identity = generate_age_identity(random);
  const std::string good = format_age_recipient(recipient_of(identity));
  const auto check = [](const std::string& text, std::string_view message) {
    check_error(parse_age_recipient(text), Code::key_invalid, message);
  };
  check("", "there is no '1' after the prefix");
  check(upper(good), "expected prefix 'age', got 'AGE'");
  check("Age" + good.substr(3), "mixed");
  check(good + "q", "the checksum is wrong");
  check(good.substr(0, 61) + (good[61] == 'q' ? 'p' : 'q'), "the checksum is wrong");
  check(" " + good, "in the prefix");
  check(bech32_encode("agf", recipient_of(identity).bytes), "expected prefix 'age', got 'agf'");
  check(recipient_with(std::string(62, '1')), "expected 32 bytes, got 31");
  check(recipient_with(std::string(66, '1')), "expected 32 bytes, got 33");
  for (const std::string& secret :
       {identity_text(identity), to_lower_ascii(identity_text(identity))}) {
    check(secret, "got an identity");
    CHECK(parse_age_recipient(secret).error().message.find(secret.substr(20, 10)) ==
          std::string::npos);
  }
}

TEST_CASE("recipients of low order or not canonical are refused") {
  for (const char* point : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
       }) {
    CAPTURE(point);
    check_error(parse_age_recipient(recipient_with(point)), Code::key_invalid, "low order");
  }
  for (const char* point : {
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p, reads as 0
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // reads as 9, the
                                                                                // base point
           "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "0900000000000000000000000000000000000000000000000000000000000080",
       }) {
    CAPTURE(point);
    check_error(parse_age_recipient(recipient_with(point)), Code::key_invalid, "canonical");
  }
  CHECK(parse_age_recipient(
      recipient_with("0900000000000000000000000000000000000000000000000000000000000000")));
  CHECK(parse_age_recipient(
      recipient_with("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")));
}

TEST_CASE("identities that are none are refused, and never shown") {
  SeededRandom random(1);
  const Secret identity = generate_age_identity(random);
  const std::string good = identity_text(identity);
  const auto check = [&good](const std::string& text, std::string_view message) {
    const auto result = parse_age_identity(text);
    check_error(result, Code::key_invalid, message);
    CHECK(result.error().message.find(good.substr(20, 8)) == std::string::npos);
  };
  check("", "expected prefix 'AGE-SECRET-KEY-'");
  check("AGE-SECRET-KEY-PQ-" + good.substr(15),
        "post-quantum identities (AGE-SECRET-KEY-PQ-) are not supported");
  check("AGE-PLUGIN-YUBIKEY-1XYZ", "plugin identities (AGE-PLUGIN-) are not supported");
  check(format_age_recipient(recipient_of(identity)), "expected an identity, got a recipient");
  check(to_lower_ascii(good), "expected prefix 'AGE-SECRET-KEY-'");
  check(good.substr(0, 40) + to_lower_ascii(good.substr(40)), "mixed");
  check(good + " ", "unexpected ' '");
  check(good.substr(0, 73), "the checksum is wrong");
  check(bech32_encode("AGE-SECRET-KEY-", Bytes(31)), "expected 32 bytes, got 31");
  check(bech32_encode("AGE-SECRET-KEY-X", identity.view()), "expected prefix 'AGE-SECRET-KEY-'");
}

TEST_CASE("identity files have comments, empty lines and one identity") {
  SeededRandom random(1);
  const std::string line = identity_text(generate_age_identity(random));
  for (const std::string& text :
       {line, line + "\n", "# created: now\n# public key: age1x\n" + line + "\n",
        "\n#\n\n" + line + "\n\n", "# a\r\n" + line + "\r\n"})
    CHECK(parse_age_identity_file(text));
  const auto check = [](const std::string& text, std::string_view message) {
    check_error(parse_age_identity_file(text), Code::key_invalid, message);
  };
  check("", "there is no identity in it");
  check("# only a comment\n", "there is no identity in it");
  check(line + "\n" + line + "\n", "line 2: expected one identity, got a second one");
  check("#\n " + line + "\n", "line 2: age identity: expected prefix");
  check("#\nAGE-PLUGIN-X-1Q\n", "line 2: age identity: plugin identities");
  check_error(parse_age_identity_file("age-encryption.org/v1\n-> scrypt x 18\n"),
              Code::key_encrypted, "is encrypted");
  check_error(parse_age_identity_file("-----BEGIN AGE ENCRYPTED FILE-----\n"), Code::key_encrypted,
              "is encrypted");
}

TEST_CASE("an identity file must be there and private") {
  const test::TempDir dir;
  SeededRandom random(1);
  const Secret identity = generate_age_identity(random);
  check_error(load_age_identity(dir.path("none")), Code::key_missing, "cannot open");
  REQUIRE(create_file_exclusive(dir.path("id"), identity_text(identity) + "\n", 0600,
                                Code::key_invalid));
  const auto loaded = load_age_identity(dir.path("id"));
  REQUIRE(loaded);
  CHECK(equal(loaded->view(), identity.view()));
  REQUIRE(create_file_exclusive(dir.path("open"), identity_text(identity) + "\n", 0644,
                                Code::key_invalid));
  const auto open_to_all = load_age_identity(dir.path("open"));
  check_error(open_to_all, Code::key_unsafe, "open to group or others");
  CHECK(open_to_all.error().hint == "chmod 600 " + dir.path("open"));
  REQUIRE(create_file_exclusive(dir.path("bad"), "x\n", 0600, Code::key_invalid));
  check_error(load_age_identity(dir.path("bad")), Code::key_invalid,
              "'" + dir.path("bad") + "': line 1: ");
}

TEST_CASE("age-keygen and we agree on recipients") {
  const std::string keygen = test::find_program("age-keygen");
  if (keygen.empty()) {
    MESSAGE("skipped: no age-keygen");
    return;
  }
  const test::TempDir dir;
  for (int i = 0; i < 3; ++i) {
    const std::string theirs = dir.path("theirs" + std::to_string(i));
    REQUIRE(test::run({keygen, "-o", theirs}).exit == 0);
    const auto identity = load_age_identity(theirs);
    REQUIRE(identity);
    CHECK(format_age_recipient(recipient_of(*identity)) + "\n" ==
          test::run({keygen, "-y", theirs}).output);

    SystemRandom random;
    const Secret fresh = generate_age_identity(random);
    const std::string ours = dir.path("ours" + std::to_string(i));
    REQUIRE(create_file_exclusive(ours, identity_text(fresh) + "\n", 0600, Code::key_invalid));
    const auto printed = test::run({keygen, "-y", ours});
    CHECK(printed.exit == 0);
    CHECK(printed.output == format_age_recipient(recipient_of(fresh)) + "\n");
  }
}

TEST_CASE("age opens with our identity what it sealed to our recipient") {
  const std::string age = test::find_program("age");
  if (age.empty()) {
    MESSAGE("skipped: no age");
    return;
  }
  const test::TempDir dir;
  SystemRandom random;
  const Secret identity = generate_age_identity(random);
  REQUIRE(create_file_exclusive(dir.path("id"), identity_text(identity) + "\n", 0600,
                                Code::key_invalid));
  REQUIRE(replace_file(dir.path("plain"), "some words\n", 0600));
  REQUIRE(test::run({age, "-r", format_age_recipient(recipient_of(identity)), "-o",
                     dir.path("sealed"), dir.path("plain")})
              .exit == 0);
  CHECK(test::run({age, "-d", "-i", dir.path("id"), dir.path("sealed")}).output == "some words\n");
}
