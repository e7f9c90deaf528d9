#include "base/encoding.hpp"

#include <doctest/doctest.h>

#include "base/member_name.hpp"

using namespace medchain;

namespace {

void check_refused(std::string_view text, std::string_view piece, Padding padding = Padding::with) {
  CAPTURE(text);
  const auto result = parse_base64(text, padding);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::input_invalid);
  CHECK(result.error().message.find(piece) != std::string::npos);
}

void check_hex_refused(std::string_view text, std::string_view message) {
  ByteArray<2> out{std::byte{9}, std::byte{9}};
  const Status status = parse_hex(text, out);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Code::input_invalid);
  CHECK(status.error().message == message);
  CHECK(out[0] == std::byte{9});
}

}  // namespace

TEST_CASE("hex is lower case and of the exact length") {
  ByteArray<4> out{};
  REQUIRE(parse_hex("00ff7a90", out));
  CHECK(to_hex(out) == "00ff7a90");
  CHECK(to_hex({}) == "");
  CHECK(parse_hex("", {}));
  check_hex_refused("00ff0", "expected 4 lower-case hex digits, got 5 characters");
  check_hex_refused("0", "expected 4 lower-case hex digits, got 1 character");
  check_hex_refused("00FF", "expected 4 lower-case hex digits, got 'F' at offset 2");
  check_hex_refused("00 f", "expected 4 lower-case hex digits, got ' ' at offset 2");
  check_hex_refused("0x1\n", "expected 4 lower-case hex digits, got 'x' at offset 1");
}

TEST_CASE("base64 has the values of RFC 4648 section 10") {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, coded] : vectors) {
    std::string bare = coded;
    while (bare.ends_with('=')) bare.pop_back();
    CHECK(to_base64(as_bytes(plain)) == coded);
    CHECK(to_base64(as_bytes(plain), Padding::without) == bare);
    REQUIRE(parse_base64(coded));
    CHECK(as_text(*parse_base64(coded)) == plain);
    REQUIRE(parse_base64(bare, Padding::without));
    CHECK(as_text(*parse_base64(bare, Padding::without)) == plain);
  }
}

TEST_CASE("base64 of all lengths and byte values comes back") {
  Bytes bytes;
  for (unsigned i = 0; i < 300; ++i) {
    CHECK(*parse_base64(to_base64(bytes)) == bytes);
    CHECK(*parse_base64(to_base64(bytes, Padding::without), Padding::without) == bytes);
    bytes.push_back(static_cast<std::byte>(i * 167 + 3));
  }
}

TEST_CASE("every group of four characters is decoded strictly") {
  // All pairs of last characters: exactly those with zero trailing bits are accepted, and come back
  // the same.
  std::size_t accepted = 0;
  for (unsigned a = 0; a < 256; ++a)
    for (unsigned b = 0; b < 256; ++b) {
      const std::string text = {static_cast<char>(a), static_cast<char>(b), '=', '='};
      const auto bytes = parse_base64(text);
      if (!bytes) continue;
      ++accepted;
      CHECK(to_base64(*bytes) == text);
    }
  CHECK(accepted == 256);
}

TEST_CASE("base64 refuses other spellings and names the rule") {
  check_refused("Zh==", "trailing bits");
  check_refused("Zm9=", "trailing bits");
  check_refused("Zg=", "multiple of 4 characters, got 3");
  check_refused("Zg", "multiple of 4");
  check_refused("Zm9v\n", "multiple of 4");
  check_refused("Zm 9", "unexpected ' ' at offset 2");
  check_refused("Zm9v====", "unexpected '=' at offset 4");
  check_refused("====", "unexpected '=' at offset 0");
  check_refused("Z===", "unexpected '=' at offset 1");
  check_refused("Zg==Zg==", "unexpected '=' at offset 2");
  check_refused("Zm-_", "unexpected '-' at offset 2");
  check_refused("Zg==", "unexpected '=' at offset 2", Padding::without);
  check_refused("Z", "no value has 1 characters", Padding::without);
  check_refused("Zh", "trailing bits", Padding::without);
  check_refused("Zm9vZ", "no value has 5 characters", Padding::without);
}

TEST_CASE("hashes carry their algorithm in text") {
  const std::string text = "sha256:" + std::string(62, '0') + "1f";
  const auto digest = parse_hash<Digest>(text);
  REQUIRE(digest);
  CHECK(digest->bytes[31] == std::byte{0x1f});
  CHECK(to_text(*digest) == text);
  for (const std::string& wrong : {std::string(64, '0'), "SHA256:" + std::string(64, '0'),
                                   "sha256:" + std::string(63, '0'), std::string()}) {
    const auto result = parse_hash<Digest>(wrong);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::input_invalid);
    CHECK(result.error().message.find("hex digits") != std::string::npos);
  }
}

TEST_CASE("statement ids are 32 hex digits") {
  const auto id = parse_statement_id("00112233445566778899aabbccddeeff");
  REQUIRE(id);
  CHECK(to_text(*id) == "00112233445566778899aabbccddeeff");
  CHECK_FALSE(parse_statement_id("00112233445566778899AABBCCDDEEFF"));
  CHECK(parse_statement_id("0011").error().message ==
        "expected 32 lower-case hex digits, got 4 characters");
}

TEST_CASE("big-endian numbers come back from any offset") {
  Bytes bytes{std::byte{0}};
  append_be(std::uint64_t{0x0102030405060708}, bytes);
  append_be(std::uint16_t{0xfffe}, bytes);
  append_be(std::uint8_t{7}, bytes);
  CHECK(to_hex(bytes) == "000102030405060708fffe07");
  CHECK(load_be<std::uint64_t>(ByteView(bytes).subspan(1)) == 0x0102030405060708);
  CHECK(load_be<std::uint16_t>(ByteView(bytes).subspan(9)) == 0xfffe);
  CHECK(load_be<std::uint8_t>(ByteView(bytes).subspan(11)) == 7);
}

TEST_CASE("member names are lower-case letters, digits, dots and hyphens") {
  for (const std::string good :
       {"a", "st-mary.example", "0", "p-0123456789abcdef", "a-", "a.", "a..b"}) {
    REQUIRE(MemberName::parse(good));
    CHECK(MemberName::parse(good)->get() == good);
  }
  CHECK(MemberName::parse(std::string(64, 'a')));
  CHECK(MemberName().empty());
  const std::pair<std::string, std::string> wrong[] = {
      {"", "is empty"},
      {std::string(65, 'a'), "expected at most 64 bytes, got 65"},
      {"-a", "expected a letter a-z or digit first, got '-' at offset 0"},
      {".a", "got '.' at offset 0"},
      {"aB", "letters a-z, digits, '.' and '-', got 'B' at offset 1"},
      {"a+b", "got '+' at offset 1"},
      {"a b", "got ' ' at offset 1"},
      {"a/b", "got '/' at offset 1"},
      {"a\n", "got '\\x0a' at offset 1"},
      {"\xc3\xa4", "at offset 0"},
  };
  for (const auto& [text, piece] : wrong) {
    const auto name = MemberName::parse(text);
    REQUIRE_FALSE(name);
    CHECK(name.error().code == Code::input_invalid);
    CAPTURE(name.error().message);
    CHECK(name.error().message.find(piece) != std::string::npos);
  }
}
