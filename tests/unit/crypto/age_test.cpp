// age files: what is sealed opens, and what was changed, cut, continued or is not ours does not.
#include "crypto/age.hpp"

#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "crypto/sha256.hpp"
#include "unit/crypto/age_support.hpp"
#include "unit/crypto/hex.hpp"
#include "unit/crypto/process.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::crypto;
using test::check_error;
using test::Opened;
using test::sample;
using test::seal;
using test::source_of;

namespace {

constexpr std::size_t sealed_chunk = age_chunk_size + 16;

Secret identity(std::uint64_t seed) {
  SeededRandom random(1000 + seed);
  return generate_age_identity(random);
}

Opened open_with(const std::string& sealed, const Secret& key, std::size_t piece = SIZE_MAX) {
  return test::open(sealed, {&key}, piece);
}

void check_failed(const Opened& opened, Code code, std::string_view message) {
  REQUIRE(opened.error);
  CAPTURE(opened.error->message);
  CHECK(info(opened.error->code).id == info(code).id);
  CHECK(opened.error->message.find(message) != std::string::npos);
}

/// Where the payload begins: after the line of the MAC, and its nonce of 16 bytes.
std::size_t payload_at(const std::string& sealed) {
  return sealed.find('\n', sealed.find("\n---") + 1) + 1 + 16;
}

/// The text with the first `from` in it replaced.
std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// Lines with the one at `index` replaced.
std::string with_line(const std::string& text, std::size_t index, const std::string& line) {
  auto lines = split(text, '\n');
  REQUIRE(index < lines.size());
  lines[index] = line;
  return join({lines.begin(), lines.end()}, "\n");
}

}  // namespace

TEST_CASE("what is sealed opens, at the borders of chunks and in pieces of any size") {
  const Secret key = identity(1);
  for (const std::size_t size : {0u, 1u, 47u, 48u, 49u, 65519u, 65520u, 65535u, 65536u, 65537u,
                                 131071u, 131072u, 131073u, 524287u, 524288u, 524289u, 1048577u}) {
    const std::string plain = sample(size);
    for (const AgeForm form : {AgeForm::binary, AgeForm::armored})
      for (const std::size_t piece : {SIZE_MAX, std::size_t{1000}, std::size_t{65536}}) {
        CAPTURE(size);
        CAPTURE(piece);
        const std::string sealed = seal(plain, {recipient_of(key)}, form, piece);
        CHECK(sealed == seal(plain, {recipient_of(key)}, form));
        if (form == AgeForm::binary) {
          const std::size_t chunks = size == 0 ? 1 : (size + age_chunk_size - 1) / age_chunk_size;
          CHECK(sealed.size() == payload_at(sealed) + size + 16 * chunks);
        }
        const Opened opened = open_with(sealed, key, piece);
        CHECK(!opened.error);
        CHECK(opened.plain == plain);
      }
  }
}

TEST_CASE("a sealed file comes byte by byte") {
  const Secret key = identity(1);
  const std::string plain = sample(age_chunk_size + 5);
  for (const AgeForm form : {AgeForm::binary, AgeForm::armored}) {
    const Opened opened = open_with(seal(plain, {recipient_of(key)}, form, 1), key, 1);
    CHECK(!opened.error);
    CHECK(opened.plain == plain);
  }
}

TEST_CASE("every recipient opens, with one identity or several, and nobody else") {
  std::vector<Secret> keys;
  std::vector<AgeRecipient> recipients;
  for (std::uint64_t i = 0; i < 5; ++i) {
    keys.push_back(identity(i));
    recipients.push_back(recipient_of(keys.back()));
  }
  const Secret other = identity(100);
  const std::string sealed = seal("some words", recipients);
  for (const Secret& key : keys) {
    CHECK(open_with(sealed, key).plain == "some words");
    CHECK(test::open(sealed, {&other, &key}).plain == "some words");
    CHECK(test::open(sealed, {&key, &other}).plain == "some words");
  }
  check_failed(open_with(sealed, other), Code::age_wrong_key, "none of its 5 stanzas opens");
  check_failed(test::open(sealed, {}), Code::age_wrong_key, "none of its 5 stanzas opens");
}

TEST_CASE("a file that is given up in mid-chunk opens nowhere") {
  const Secret key = identity(1);
  SeededRandom random(1);
  const AgeRecipient recipient = recipient_of(key);
  const std::string plain = sample(30 * age_chunk_size);
  std::string sealed;
  {
    auto encryptor =
        AgeEncryptor::create({&recipient, 1}, AgeForm::binary, random, test::append_to(sealed));
    REQUIRE(encryptor);
    REQUIRE(encryptor->write(as_bytes(plain)));
  }
  const Opened opened = open_with(sealed, key);
  check_failed(opened, Code::age_truncated, "the last chunk is missing");
  CHECK(plain.starts_with(opened.plain));
  CHECK(opened.plain.size() > age_chunk_size);
}

TEST_CASE("the keys of a file are fresh") {
  const AgeRecipient recipient = recipient_of(identity(1));
  const std::string one = seal("x", {recipient}, AgeForm::binary, 1, 1);
  const std::string two = seal("x", {recipient}, AgeForm::binary, 1, 2);
  CHECK(one.substr(payload_at(one)) != two.substr(payload_at(two)));
  CHECK(split(one, '\n')[1] != split(two, '\n')[1]);
}

TEST_CASE("the number of recipients has its limits") {
  SeededRandom random(1);
  std::string sealed;
  const auto create = [&](const std::vector<AgeRecipient>& recipients) {
    return AgeEncryptor::create(recipients, AgeForm::binary, random, test::append_to(sealed));
  };
  const Secret key = identity(1);
  check_error(create({}), Code::input_invalid, "expected 1 to 1024 recipients, got 0");
  std::vector<AgeRecipient> recipients(age_max_recipients, recipient_of(key));
  CHECK(open_with(seal("many", recipients), key).plain == "many");
  recipients.push_back(recipient_of(key));
  check_error(create(recipients), Code::input_invalid, "got 1025");
  check_error(create({AgeRecipient{}}), Code::key_invalid, "low order");
  CHECK(sealed.empty());
}

TEST_CASE("a sink that fails is told, and stays failed") {
  SeededRandom random(1);
  const AgeRecipient recipient = recipient_of(identity(1));
  for (std::size_t allowed = 0; allowed < 6; ++allowed) {
    std::size_t calls = 0;
    const ByteSink sink = [&](ByteView) -> Status {
      if (calls++ >= allowed) return fail(Code::output_failed, "the disk is full");
      return {};
    };
    auto encryptor = AgeEncryptor::create({&recipient, 1}, AgeForm::armored, random, sink);
    if (allowed < 2) {
      check_error(encryptor, Code::output_failed, "the disk is full");
      continue;
    }
    REQUIRE(encryptor);
    Status status;
    const std::string plain = sample(16 * age_chunk_size + 1);
    status = encryptor->write(as_bytes(plain));  // two batches, the last chunk at the end
    if (status) status = encryptor->finish();
    check_error(status, Code::output_failed, "the disk is full");
    check_error(encryptor->write(as_bytes("x")), Code::output_failed, "the disk is full");
    check_error(encryptor->finish(), Code::output_failed, "the disk is full");
    CHECK(calls == allowed + 1);
  }
}

TEST_CASE("a source that fails is told as it is, wherever it fails") {
  const Secret key = identity(1);
  const Secret* const keys[] = {&key};
  for (const AgeForm form : {AgeForm::binary, AgeForm::armored}) {
    const std::string sealed = seal(sample(70000), {recipient_of(key)}, form);
    for (std::size_t at = 0; at < sealed.size(); at += at < 300 ? 1 : 997) {
      const std::string part = sealed.substr(0, at);
      ByteSource rest = source_of(part);
      const ByteSource source = [&](MutableByteView out) -> Result<std::size_t> {
        auto got = rest(out);
        if (*got == 0) return fail(Code::input_unreadable, "the disk is broken");
        return got;
      };
      auto decryptor = AgeDecryptor::open(keys, source);
      if (!decryptor) {
        check_error(decryptor, Code::input_unreadable, "the disk is broken");
        continue;
      }
      // A whole chunk before the failure is given: whoever reads is told what is there.
      const bool whole = form == AgeForm::binary && at >= payload_at(sealed) + sealed_chunk;
      auto chunk = decryptor->next();
      if (form == AgeForm::binary) CHECK(chunk.ok() == whole);
      if (chunk) chunk = decryptor->next();
      check_error(chunk, Code::input_unreadable, "the disk is broken");
    }
  }
}

TEST_CASE("a file cut anywhere never opens") {
  const Secret key = identity(1);
  const std::string plain = "some words about nobody";
  const std::string sealed = seal(plain, {recipient_of(key)});
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CAPTURE(size);
    const Opened opened = open_with(sealed.substr(0, size), key);
    REQUIRE(opened.error);
    CHECK(opened.plain.empty());
    // Within a chunk nothing tells a cut from a change.
    const bool in_chunk = size >= payload_at(sealed) + 16;
    CHECK(opened.error->code == (in_chunk ? Code::age_payload_damaged : Code::age_truncated));
  }
  const std::string armored = seal(plain, {recipient_of(key)}, AgeForm::armored);
  for (std::size_t size = 0; size + 1 < armored.size(); ++size) {
    CAPTURE(size);
    check_failed(open_with(armored.substr(0, size), key), Code::age_truncated, "the file is cut");
  }
  // Of an armor the last line is all there without its LF.
  CHECK(open_with(armored.substr(0, armored.size() - 1), key).plain == plain);
}

TEST_CASE("a file cut between chunks is cut, and gives what is genuine") {
  const Secret key = identity(1);
  const std::string plain = sample(17 * age_chunk_size + 10);
  const std::string sealed = seal(plain, {recipient_of(key)});
  const std::size_t begin = payload_at(sealed);
  for (std::size_t chunks = 1; chunks <= 17; ++chunks)
    for (const std::size_t extra : {0u, 1u, 15u}) {
      const std::size_t at = begin + chunks * sealed_chunk;
      const Opened opened = open_with(sealed.substr(0, at + extra), key);
      check_failed(opened, Code::age_truncated,
                   "the last chunk is missing at byte " + std::to_string(at) + " of the file");
      CHECK(opened.plain == plain.substr(0, chunks * age_chunk_size));
    }
  check_failed(open_with(sealed.substr(0, begin), key), Code::age_truncated,
               "the last chunk is missing at byte " + std::to_string(begin));
  check_failed(open_with(sealed.substr(0, begin - 1), key), Code::age_truncated, "the nonce");
}

TEST_CASE("one bit changed anywhere is noticed, and nothing comes out of the chunk") {
  const Secret key = identity(1);
  const std::string plain = sample(40);
  const std::string sealed = seal(plain, {recipient_of(key)});
  const std::size_t body = payload_at(sealed) - 16;
  const std::size_t stanza = sealed.find("->");
  const std::size_t mac = sealed.find("---");
  std::size_t wrong_key = 0;
  for (std::size_t at = 0; at < sealed.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      CAPTURE(at);
      CAPTURE(bit);
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const Opened opened = open_with(changed, key);
      REQUIRE(opened.error);
      CHECK(opened.plain.empty());
      const Code code = opened.error->code;
      CAPTURE(opened.error->message);
      if (at >= body) {
        CHECK(code == Code::age_payload_damaged);
        CHECK(opened.error->message.find("at byte " + std::to_string(body + 16)) !=
              std::string::npos);
      } else if (at >= stanza && at < mac && code == Code::age_wrong_key) {
        ++wrong_key;  // another share, type or wrapped key is a stanza of somebody else
      } else if (sealed.substr(at, 2) == "1\n" && at < stanza && code == Code::age_unsupported) {
        CHECK(opened.error->message.find("expected age version 1, got ") != std::string::npos);
      } else {
        CHECK(code == Code::age_header_damaged);
      }
    }
  CHECK(wrong_key > 200);

  const std::string armored = seal(plain, {recipient_of(key)}, AgeForm::armored);
  for (std::size_t at = 0; at < armored.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      CAPTURE(at);
      CAPTURE(bit);
      std::string changed = armored;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const Opened opened = open_with(changed, key);
      REQUIRE(opened.error);
      CHECK(opened.plain.empty());
      CHECK(info(opened.error->code).id.starts_with("age."));
      CHECK(opened.error->code != Code::age_truncated);
    }
}

TEST_CASE("of many chunks those before the damaged one come out, and no more") {
  const Secret key = identity(1);
  const std::string plain = sample(20 * age_chunk_size + 100);
  const std::string sealed = seal(plain, {recipient_of(key)});
  const std::size_t begin = payload_at(sealed);
  for (std::size_t chunk = 0; chunk <= 20; ++chunk) {
    std::string changed = sealed;
    changed[begin + chunk * sealed_chunk + 50] ^= 1;
    const Opened opened = open_with(changed, key);
    check_failed(opened, Code::age_payload_damaged,
                 "chunk " + std::to_string(chunk + 1) + " at byte " +
                     std::to_string(begin + chunk * sealed_chunk) + " of the file");
    CHECK(opened.plain == plain.substr(0, chunk * age_chunk_size));
  }
  // Chunks in another order, one left out, one twice.
  const auto part = [&](std::size_t i) {
    return sealed.substr(begin + i * sealed_chunk, sealed_chunk);
  };
  const std::string head = sealed.substr(0, begin);
  check_failed(open_with(head + part(1) + part(0) + sealed.substr(begin + 2 * sealed_chunk), key),
               Code::age_payload_damaged, "chunk 1 at byte");
  check_failed(open_with(head + part(0) + sealed.substr(begin + 2 * sealed_chunk), key),
               Code::age_payload_damaged, "chunk 2 at byte");
  check_failed(open_with(head + part(0) + part(0) + part(1), key), Code::age_payload_damaged,
               "chunk 2 at byte");
}

TEST_CASE("data after the last chunk are refused") {
  const Secret key = identity(1);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{10}, age_chunk_size, 8 * age_chunk_size}) {
    const std::string plain = sample(size);
    const std::string sealed = seal(plain, {recipient_of(key)});
    const Opened opened = open_with(sealed + "x", key);
    // What follows a last chunk that is not full cannot be told from it.
    if (size % age_chunk_size == 0 && size > 0) {
      CHECK(opened.plain == plain);
      check_failed(opened, Code::age_payload_damaged,
                   "data follow the last chunk at byte " + std::to_string(sealed.size()));
    } else {
      check_failed(opened, Code::age_payload_damaged, "it was changed");
      CHECK(opened.plain.empty());
    }
    const std::string armored = seal(plain, {recipient_of(key)}, AgeForm::armored);
    check_failed(open_with(armored + "x", key), Code::age_payload_damaged,
                 "data follow the end of the armor");
    check_failed(open_with(armored + armored, key), Code::age_payload_damaged,
                 "data follow the end of the armor");
    CHECK(open_with(armored + std::string(1024, '\n'), key).plain == plain);
    check_failed(open_with(armored + std::string(1025, '\n'), key), Code::age_payload_damaged,
                 "white space");
  }
}

TEST_CASE("an armor has one form, but for the white space around it and the ends of lines") {
  const Secret key = identity(1);
  const std::string plain = "some words!!";
  const std::string good = seal(plain, {recipient_of(key)}, AgeForm::armored);
  const auto lines = split(good, '\n');
  REQUIRE(lines.size() == 8);
  const auto opens = [&](const std::string& text) {
    const Opened opened = open_with(text, key);
    CAPTURE(opened.error.value_or(Error{}).message);
    CHECK((!opened.error && opened.plain == plain));
  };
  const auto fails = [&](const std::string& text, Code code, std::string_view message) {
    const Opened opened = open_with(text, key);
    check_failed(opened, code, message);
    CHECK(opened.plain.empty());
  };
  std::string crlf;
  for (const char c : good) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  opens(good);
  opens(crlf);
  opens("\n \t\r\n\n" + good + " \n\t");
  opens(std::string(1024, '\n') + good);
  constexpr Code header = Code::age_header_damaged;
  constexpr Code payload = Code::age_payload_damaged;
  fails(std::string(1025, '\n') + good, header, "white space");
  fails(" " + good, header, "not an age file: white space before the first byte");
  fails("\n" + seal(plain, {recipient_of(key)}), header, "white space before the first byte");
  fails("x\n" + good, header, "not an age file");
  fails("-" + good, header, "line 1 of the armor, byte 0 of the file without its armor: expected");
  fails(with(good, "BEGIN AGE", "BEGIN PGP"), header, "line 1 of the armor");
  fails(with(good, "-----\n", "----- \n"), header, "line 1 of the armor");
  fails(with_line(good, 1, ""), header,
        "line 2 of the armor, byte 0 of the file without its armor");
  fails(with_line(good, 1, "Comment: x"), header, "line 2 of the armor");
  fails(with_line(good, 1, std::string(lines[1]) + "A"), header, "at most 64 characters");
  fails(with_line(good, 1, std::string(lines[1]) + std::string(100, 'A')), header,
        "at most 64 characters");
  fails(with_line(good, 1, std::string(lines[1].substr(0, 60))), header,
        "line 3 of the armor, byte 45 of the file without its armor: expected '-----END");
  fails(with_line(good, 1, std::string(lines[1].substr(0, 63)) + "!"), header, "unexpected '!'");
  fails(with_line(good, 1, " " + std::string(lines[1].substr(0, 63))), header, "unexpected ' '");
  fails(with_line(good, 6, ""), payload, "expected '-----END AGE ENCRYPTED FILE-----'");
  fails(with_line(good, 6, std::string(age_chunk_size, 'A')), payload, "at most 64 characters");
  fails(with_line(good, 6, std::string(lines[6]) + " "), payload, "after a short line, got");
  fails(with_line(good, 6, " " + std::string(lines[6])), payload, "after a short line, got");
  // The last line has padding.
  const std::string last(lines[5]);
  REQUIRE(last.ends_with("="));
  fails(with_line(good, 5, last.substr(0, last.size() - 1)), payload, "multiple of 4");
  fails(with_line(good, 5, last + "\n"), payload, "after a short line, got ''");
}

TEST_CASE("a header has one form") {
  const Secret key = identity(1);
  const std::string good = seal("some words", {recipient_of(key)});
  const auto lines = split(good, '\n');
  const std::string share(lines[1].substr(10));
  const auto fails = [&](const std::string& text, std::string_view message,
                         Code code = Code::age_header_damaged) {
    const Opened opened = open_with(text, key);
    check_failed(opened, code, message);
    CHECK(opened.plain.empty());
  };
  fails(std::string("\x7f"
                    "ELF"),
        "not an age file: it does not begin with 'age-encryption.org/'");
  fails("a" + std::string(3 << 20, 'x'), "expected a line of at most 64 characters");
  fails("age is a number\n", "not an age file: expected 'age-encryption.org/v1'");
  fails(with(good, "v1\n", "v2\n"), "expected age version 1, got 2", Code::age_unsupported);
  fails(with(good, "v1\n", "v01\n"), "not an age file: expected");
  fails(with(good, "v1\n", "v1 \n"), "not an age file: expected");
  fails(with(good, "v1\n", "v1\r\n"), "unexpected '\\x0d' at byte 21 of the file");
  fails(with(good, "-> X", "->  X"), "line 2: an argument of the stanza is empty");
  fails(with(good, "-> X", "->X"), "line 2: expected '-> ' and a stanza");
  fails(with(good, share, share + " "), "line 2: an argument of the stanza is empty");
  fails(with(good, share, share + " x"), "stanza 1 (X25519): expected 1 argument, got 2");
  fails(with(good, " " + share, ""), "stanza 1 (X25519): expected 1 argument, got 0");
  fails(with(good, share, share + "="), "stanza 1 (X25519): base64");
  fails(with(good, share, share.substr(0, 42)),
        "stanza 1 (X25519): expected a share of 32 bytes, got 31");
  fails(with(good, share, share + "AAA"), "stanza 1 (X25519): ");
  fails(with(good, share, std::string(43, 'A')), "the share is a point of low order");
  fails(with_line(good, 2, ""), "stanza 1 (X25519): expected a body of 32 bytes, got 0");
  fails(with_line(good, 2, std::string(64, 'A') + "\n"), "expected a body of 32 bytes, got 48");
  fails(with_line(good, 2, std::string(65, 'A')), "line 3: expected at most 64 characters");
  fails(with_line(good, 2, std::string(lines[2]) + "="), "line 3: base64: unexpected '='");
  fails(with_line(good, 2, "A"), "line 3: base64: no value has 1 characters");
  fails(with_line(good, 2, std::string(lines[2].substr(0, 42)) + "/"),
        "line 3: base64: trailing bits");
  fails(with_line(good, 2, std::string(lines[2]) + "\n" + std::string(lines[2])),
        "line 4: expected '-> ' and a stanza");
  fails(with(good, "\n--- ", "\n---"), "line 4: expected '-> ' and a stanza");
  fails(with(good, "\n--- ", "\n---  "), "line 4: MAC: base64");
  fails(with_line(good, 3, "--- " + std::string(42, 'A')), "MAC: expected 32 bytes, got 31");
  fails(with_line(good, 3, "--- " + std::string(43, 'A')), "the MAC is wrong");
  fails(with_line(good, 3, std::string(lines[3]) + " "), "MAC: base64");
  fails("age-encryption.org/v1\n--- " + std::string(43, 'A') + "\n",
        "expected a stanza before the MAC");
  fails(with(good, "\n---", "\n-> a b\n\n---"), "the MAC is wrong");
  // The verdict does not hang on the order of stanzas.
  for (const bool first : {true, false}) {
    const std::string bad = "-> X25519 x\n\n";
    fails(with(good, first ? "-> X" : "---", first ? bad + "-> X" : bad + "---"),
          first ? "stanza 1 (X25519)" : "stanza 2 (X25519)");
  }
}

TEST_CASE("stanzas of other types are those of somebody else") {
  const Secret key = identity(1);
  const std::string good = seal("some words", {recipient_of(key)});
  const std::string mac = std::string(43, 'A');
  const auto header = [&](const std::string& stanzas) {
    return "age-encryption.org/v1\n" + stanzas + "--- " + mac + "\n" + std::string(32, 'x');
  };
  const auto fails = [&](const std::string& stanzas, Code code, std::string_view message) {
    check_failed(open_with(header(stanzas), key), code, message);
  };
  const std::string body = std::string(43, 'A') + "\n";
  fails("-> ssh-ed25519 AAAA " + body + body, Code::age_wrong_key,
        "stanzas of type 'ssh-ed25519' only");
  fails("-> x25519 " + body + body, Code::age_wrong_key, "type 'x25519' only");
  fails("-> ssh-rsa AAAA\n" + std::string(64, 'A') +
            "\n\n-> j-grease ~ !\n\n-> mlkem768x25519 x\n\n"
            "-> p256tag\n\n-> more\n\n",
        Code::age_wrong_key, "'ssh-rsa', 'j-grease', 'mlkem768x25519', 'p256tag' and others only");
  fails("-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n" + body, Code::age_unsupported, "with a passphrase");
  fails("-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n" + body + "-> x\n\n", Code::age_header_damaged,
        "a scrypt stanza must be the only one, got 2 stanzas");
  check_failed(open_with(with(good, "---", "-> scrypt AAAA 18\n" + body + "---"), key),
               Code::age_header_damaged, "a scrypt stanza must be the only one");
  std::string many;
  while (many.size() < age_max_header) many += "-> x\n\n";
  fails(many, Code::age_unsupported, "the header is longer than 1048576 bytes");
}

TEST_CASE("age opens what we seal, and we what age seals") {
  const std::string age = test::find_program("age");
  if (age.empty()) {
    MESSAGE("skipped: no age");
    return;
  }
  const test::TempDir dir;
  std::vector<Secret> keys;
  std::vector<AgeRecipient> recipients;
  std::vector<std::string> seal_command = {age, "-e"};
  for (std::uint64_t i = 0; i < 3; ++i) {
    keys.push_back(identity(i));
    recipients.push_back(recipient_of(keys.back()));
    const Secret line = format_age_identity(keys.back());
    REQUIRE(create_file_exclusive(dir.path("id" + std::to_string(i)), as_text(line.view()), 0600,
                                  Code::key_invalid));
    seal_command.insert(seal_command.end(), {"-r", format_age_recipient(recipients.back())});
  }
  for (const std::size_t size : {0u, 1u, 65535u, 65536u, 65537u, 300000u})
    for (const AgeForm form : {AgeForm::binary, AgeForm::armored}) {
      CAPTURE(size);
      const std::string plain = sample(size);
      REQUIRE(replace_file(dir.path("plain"), plain, 0600));
      REQUIRE(replace_file(dir.path("ours"), seal(plain, recipients, form), 0600));
      for (std::uint64_t i = 0; i < 3; ++i) {
        const auto opened =
            test::run({age, "-d", "-i", dir.path("id" + std::to_string(i)), dir.path("ours")});
        CHECK(opened.exit == 0);
        CHECK(opened.output == plain);
      }
      std::vector<std::string> command = seal_command;
      if (form == AgeForm::armored) command.push_back("-a");
      command.insert(command.end(), {"-o", dir.path("theirs"), dir.path("plain")});
      REQUIRE(test::run(command).exit == 0);
      for (const Secret& key : keys) {
        const Opened opened = open_with(test::read_all(dir.path("theirs")), key);
        CHECK(!opened.error);
        CHECK(opened.plain == plain);
      }
    }
}
