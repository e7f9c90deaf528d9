#include <doctest/doctest.h>

#include <filesystem>

#include "json/value.hpp"
#include "note/note.hpp"
#include "unit/note/keys.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::note;
using test::check_refused;

namespace {

// Made with crypto/ed25519 of Go: the seed is 32 bytes 01 (02), the name and the type as shown.
constexpr std::string_view log_vkey =
    "log.example/main+25660c90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
constexpr std::string_view witness_vkey =
    "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";

}  // namespace

TEST_CASE("verifier keys are written and read as other implementations write them") {
  const auto log = test::signer(1);
  CHECK(format_vkey(test::key("log.example/main", log)) == log_vkey);
  CHECK(format_vkey(test::witness_key("witness.example/w1", test::signer(2))) == witness_vkey);

  const auto parsed = parse_vkey(log_vkey);
  REQUIRE(parsed);
  CHECK(*parsed == test::key("log.example/main", log));
  CHECK(parsed->id().get() == 0x25660c90);
  CHECK(parse_vkey(witness_vkey)->type == KeyType::cosignature);
  // The type is part of the id: one key in two roles has two ids.
  CHECK(test::key("a", log).id() != test::witness_key("a", log).id());
}

TEST_CASE("a verifier key with a mistake is refused, and the mistake is named") {
  const auto refused = [](std::string_view text, std::string_view piece) {
    check_refused(parse_vkey(text), Code::key_invalid, piece);
  };
  refused("", "expected NAME+ID+KEY");
  refused("log.example/main", "expected NAME+ID+KEY");
  refused("log.example/main+25660c90", "expected NAME+ID+KEY");
  refused("+25660c90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", "key name '': it is empty");
  refused("log example+25660c90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", "holds a space");
  refused("log.example/main+25660c9+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", "key id: ");
  refused("log.example/main+25660C90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", "key id: ");
  refused("log.example/main+25660c91+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
          "the key id of this name and key is 25660c90");
  refused("log.example/Main+25660c90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
          "the key id of this name and key is ");
  refused("log.example/main+25660c90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n", "base64");
  refused("log.example/main+25660c90+", "the key is empty");
  refused("log.example/main+25660c90+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D28=",
          "expected a key of 32 bytes, got 31");
  refused("log.example/main+25660c90+BoqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
          "key type 0x06 is not supported");
  // A point of low order, with the right id.
  refused(format_vkey({"low", KeyType::ed25519, {}}), "not a valid Ed25519 public key");
}

TEST_CASE("a key name has no space of Unicode and no plus sign") {
  for (const std::string_view good : {"a", "ledger.union.example/main", "\xc3\xa4rzte", "a=b",
                                      "\x7f", "\xe2\x80\x8b" /* zero width space is none */})
    CHECK(check_key_name(good));
  for (const std::string_view space : {"\t",           "\n",           "\v",
                                       "\f",           "\r",           " ",
                                       "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
                                       "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
                                       "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
                                       "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
                                       "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
                                       "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
                                       "\xe3\x80\x80"}) {
    CAPTURE(space);
    check_refused(check_key_name("a" + std::string(space) + "b"), Code::input_invalid,
                  "it holds a space");
  }
  check_refused(check_key_name(""), Code::input_invalid, "it is empty");
  check_refused(check_key_name("a+b"), Code::input_invalid, "it holds '+'");
  check_refused(check_key_name("a\xff"), Code::input_invalid, "byte 2 is not UTF-8");
  check_refused(check_key_name("a\x01"), Code::input_invalid, "it holds a control character");
}

TEST_CASE("the key vectors of golang.org/x/mod and C2SP") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  const auto file = json::parse_object(test::read_all(*shared / "vectors/signed-note/keys.json"));
  REQUIRE(file);
  const auto strings = [&file](std::string_view key) {
    std::vector<std::string> found;
    for (const json::Value& value : *file->find(key)->array()) found.push_back(*value.string());
    REQUIRE(!found.empty());
    return found;
  };
  const std::vector<std::string> valid = strings("valid_vkeys");
  for (const std::string& text : valid) {
    const auto key = parse_vkey(text);
    REQUIRE(key);
    CHECK(key->type == KeyType::ed25519);
    CHECK(format_vkey(*key) == text);
  }
  for (const std::string& text : strings("witness_vkeys_type_04")) {
    const auto key = parse_vkey(text);
    REQUIRE(key);
    CHECK(key->type == KeyType::cosignature);
    CHECK(format_vkey(*key) == text);
  }
  for (const std::string& text : strings("invalid_vkeys"))
    CHECK(parse_vkey(text).error().code == Code::key_invalid);

  // Every proper substring of a key, and the key with any one byte made one larger.
  const std::string& first = valid.front();
  for (std::size_t begin = 0; begin < first.size(); ++begin)
    for (std::size_t size = 0; size <= first.size() - begin; ++size)
      if (size != first.size()) CHECK(!parse_vkey(first.substr(begin, size)));
  for (std::size_t i = 0; i < first.size(); ++i) {
    std::string changed = first;
    ++changed[i];
    CHECK(!parse_vkey(changed));
  }

  auto secret = test::parse_skey(strings("valid_skeys").front());
  CHECK(format_vkey(test::key(secret.name, secret.signer)) == first);
  const json::Object& sign_case = *file->find("sign")->object();
  const std::string& text = *sign_case.find("text")->string();
  const auto line = sign(text, secret.name, secret.signer);
  REQUIRE(line);
  CHECK(format(Note{text, {*line}}) == *sign_case.find("expect_note")->string());
}
