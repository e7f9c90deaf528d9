#include "note/note.hpp"

#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "json/value.hpp"
#include "unit/note/keys.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::note;
using test::check_refused;

namespace {

const std::string dash = "\xe2\x80\x94 ";

/// `text` signed by the test keys of these numbers, named s1, s2...
std::string signed_by(const std::string& text, std::initializer_list<unsigned char> numbers) {
  Note note{text, {}};
  for (const unsigned char number : numbers) {
    auto signer = test::signer(number);
    auto line = sign(text, "s" + std::to_string(number), signer);
    REQUIRE(line);
    note.signatures.push_back(*line);
  }
  return format(note);
}

VerifierKey known(unsigned char number) {
  return test::key("s" + std::to_string(number), test::signer(number));
}

}  // namespace

TEST_CASE("a note is split at its last empty line and formats to the same bytes") {
  for (const std::string text :
       {"one\n", "\n", "a\n\nb\n", "a\n\n", "\n\n\n", "\xe2\x80\x94 x\n", "del \x7f\n"}) {
    CAPTURE(text);
    const std::string bytes = signed_by(text, {1, 2});
    const auto note = parse(bytes);
    REQUIRE(note);
    CHECK(note->text == text);
    REQUIRE(note->signatures.size() == 2);
    CHECK(note->signatures[1].name == "s2");
    CHECK(note->signatures[1].signature.size() == 64);
    CHECK(is_by(note->signatures[1], known(2)));
    CHECK(format(*note) == bytes);
    CHECK(check(note->text, note->signatures[0], known(1)));
  }
}

TEST_CASE("a malformed note is refused, and the line and the rule are named") {
  const std::string line = format(test::ml_dsa_line("x"));
  const auto refused = [](const std::string& bytes, std::string_view piece) {
    check_refused(parse(bytes), Code::input_invalid, piece);
  };
  refused("", "no empty line");
  refused("text\n", "no empty line");
  refused("text\n\n", "no signature lines");
  refused("text\n" + line, "no empty line");
  refused("text\n\n" + line.substr(0, line.size() - 1), "does not end in a newline");
  refused("text\n\n" + line + "junk", "does not end in a newline");
  refused("text\n\n" + line + "junk\n", "line 4: expected a signature line");
  refused("a\nb\n\n- x AAAAAAAA\n", "line 4: expected a signature line");
  refused("a\n\n" + dash + "AAAAAAAA\n", "line 3: expected NAME and base64");
  refused("a\n\n" + dash + " AAAAAAAA\n", "key name '': it is empty");
  refused("a\n\n" + dash + "x\xc2\xa0y AAAAAAAA\n", "it holds a space");
  refused("a\n\n" + dash + "x+y AAAAAAAA\n", "it holds '+'");
  refused("a\n\n" + dash + "x y AAAAAAAA\n", "line 3: base64");
  refused("a\n\n" + dash + "x  AAAAAAAA\n", "line 3: base64");
  refused("a\n\n" + dash + "x AAAAAAAA \n", "line 3: base64");
  refused("a\n\n" + dash + "x \n", "got 0 bytes");
  refused("a\n\n" + dash + "x AAAAAA==\n", "expected a key id and a signature, got 4 bytes");
  CHECK(parse("a\n\n" + dash + "x AAAAAAA=\n"));
  refused("a\n\n" + dash + "x AAAAAAA\n", "line 3: base64");
  refused("a\n\n" + dash + "x AAAAAAB=\n", "trailing bits");
  refused("a\n\n" + dash + "x AAAAA-A=\n", "line 3: base64");
  refused("a\nb\r\n\n" + line, "line 2: control character 0x0d");
  refused("a\tb\n\n" + line, "line 1: control character 0x09");
  refused(std::string("a\0b\n\n", 5) + line, "line 1: control character 0x00");
  refused("a\xff\n\n" + line, "line 1: byte 2 of the note is not UTF-8");
  refused("a\xed\xa0\x80\n\n" + line, "is not UTF-8");
  refused("a\xc0\x80\n\n" + line, "is not UTF-8");
}

TEST_CASE("a note may have a hundred signatures and a million bytes, and no more") {
  const std::string line = dash + "x AAAAAAA=\n";
  std::string bytes = "a\n\n";
  for (std::size_t i = 0; i < max_signatures; ++i) bytes += line;
  CHECK(parse(bytes)->signatures.size() == max_signatures);
  check_refused(parse(bytes + line), Code::input_invalid,
                "line 103: more than 100 signature lines");

  const std::string tail = "\n\n" + line;
  const std::string largest = std::string(max_note_size - tail.size(), 'a') + tail;
  REQUIRE(largest.size() == max_note_size);
  CHECK(parse(largest));
  check_refused(parse("a" + largest), Code::input_invalid,
                "expected at most 1000000 bytes, got 1000001");
}

TEST_CASE("lines of other signature types are kept and ignored") {
  const std::string bytes =
      signed_by("text\n", {1}) + format(test::ml_dsa_line("s1")) + dash + "other AAAAAAA=\n";
  const auto note = parse(bytes);
  REQUIRE(note);
  CHECK(note->signatures.size() == 3);
  CHECK(note->signatures[1].signature.size() == 2428);
  CHECK(format(*note) == bytes);
  const std::array keys{known(1)};
  CHECK(open(bytes, keys)->verified == std::vector<std::size_t>{0});
}

TEST_CASE("a signature is checked against the text, the name and the key") {
  const auto note = parse(signed_by("text\n", {1}));
  REQUIRE(note);
  const SignatureLine& line = note->signatures[0];
  CHECK(check("text\n", line, known(1)));
  check_refused(check("text \n", line, known(1)), Code::signature_invalid,
                "signature of 's1': it does not verify");
  check_refused(check("text\n", line, known(2)), Code::signature_invalid, "it is of another key");
  check_refused(check("text\n", line, test::witness_key("s1", test::signer(1))),
                Code::signature_invalid, "not one for notes");
  SignatureLine changed = line;
  changed.signature.back() ^= std::byte{0x01};
  check_refused(check("text\n", changed, known(1)), Code::signature_invalid, "it does not verify");
  changed = line;
  changed.signature.push_back(std::byte{0});
  check_refused(check("text\n", changed, known(1)), Code::signature_invalid,
                "expected 64 bytes, got 65");
  changed = line;
  changed.name = "S1";
  CHECK(!is_by(changed, known(1)));
}

TEST_CASE("what no note could hold is not signed") {
  auto signer = test::signer(1);
  check_refused(sign("text", "s1", signer), Code::input_invalid, "does not end in a newline");
  check_refused(sign("", "s1", signer), Code::input_invalid, "does not end in a newline");
  check_refused(sign("a\tb\n", "s1", signer), Code::input_invalid, "control character 0x09");
  check_refused(sign("\xff\n", "s1", signer), Code::input_invalid, "not UTF-8");
  check_refused(sign("text\n", "s 1", signer), Code::input_invalid, "holds a space");
}

TEST_CASE("opening lists the known signers in the note's order") {
  const std::string bytes = signed_by("text\n", {3, 1, 2});
  const std::array keys{known(1), known(2), known(3)};
  const auto opened = open(bytes, keys);
  REQUIRE(opened);
  CHECK(opened->text == "text\n");
  CHECK(opened->verified == std::vector<std::size_t>{2, 0, 1});
  CHECK(open(bytes, std::span(keys).subspan(1, 1))->verified == std::vector<std::size_t>{0});
}

TEST_CASE("opening fails without a known signature and with any bad one of a known key") {
  const std::array keys{known(1), known(2)};
  check_refused(open(signed_by("text\n", {3}), keys), Code::signature_missing,
                "none of the 1 signatures is of a known key");
  check_refused(open(signed_by("text\n", {1}), {}), Code::signature_missing, "known key");
  check_refused(open("text\n", keys), Code::input_invalid, "no empty line");

  // One good signature does not make up for a bad one.
  auto note = parse(signed_by("text\n", {1, 2}));
  note->signatures[1].signature[5] ^= std::byte{0x10};
  check_refused(open(format(*note), keys), Code::signature_invalid, "signature of 's2'");
  CHECK(open(format(*note), std::span(keys).first(1)));
}

TEST_CASE("of several lines of one key the first is read") {
  const std::array keys{known(1)};
  auto note = parse(signed_by("text\n", {1, 1}));
  CHECK(open(format(*note), keys)->verified == std::vector<std::size_t>{0});
  note->signatures[1].signature[0] ^= std::byte{0x01};
  CHECK(open(format(*note), keys)->verified == std::vector<std::size_t>{0});
  std::swap(note->signatures[0], note->signatures[1]);
  check_refused(open(format(*note), keys), Code::signature_invalid, "does not verify");
}

TEST_CASE("a key that is given twice counts once") {
  const std::array keys{known(1), known(1)};
  CHECK(open(signed_by("text\n", {1}), keys)->verified == std::vector<std::size_t>{0});
}

TEST_CASE("the note vectors of golang.org/x/mod and C2SP") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  // Our JSON has no null: "does not apply" becomes a number that no case has.
  std::string text = test::read_all(*shared / "vectors/signed-note/open.json");
  for (std::size_t at; (at = text.find(": null")) != std::string::npos;)
    text.replace(at, 6, ": -1");
  const auto file = json::parse(text);
  REQUIRE(file);
  std::size_t cases = 0;
  for (const json::Value& value : *file->array()) {
    const json::Object& data = *value.object();
    CAPTURE(*data.find("name")->string());
    const auto bytes = parse_base64(*data.find("note_b64")->string());
    REQUIRE(bytes);
    std::vector<VerifierKey> keys;
    for (const json::Value& vkey : *data.find("vkeys")->array())
      keys.push_back(*parse_vkey(*vkey.string()));
    const auto opened = open(as_text(*bytes), keys);
    const std::string& expected = *data.find("expect")->string();
    if (expected == "ok") {
      REQUIRE(opened);
      CHECK(static_cast<std::int64_t>(opened->verified.size()) ==
            *data.find("verified")->integer());
    } else {
      REQUIRE(!opened);
      const Code code = expected == "malformed"           ? Code::input_invalid
                        : expected == "invalid-signature" ? Code::signature_invalid
                                                          : Code::signature_missing;
      CHECK(info(opened.error().code).id == info(code).id);
    }
    if (const auto note = parse(as_text(*bytes))) CHECK(format(*note) == as_text(*bytes));
    ++cases;
  }
  CHECK(cases == 18);
}
