#include "crypto/ssh_key.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "unit/crypto/hex.hpp"
#include "unit/crypto/process.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::crypto;
using test::check_error;

namespace {

constexpr std::string_view begin_line = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
constexpr std::string_view end_line = "-----END OPENSSH PRIVATE KEY-----\n";

// Seed of RFC 8032 TEST 1.
std::unique_ptr<SeedSigner> fixed_signer() {
  return std::make_unique<SeedSigner>(
      test::secret("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
}

std::string written(const SeedSigner& signer, std::string_view comment) {
  SeededRandom random(1);
  return std::string(as_text(format_ssh_private_key(signer, comment, random).view()));
}

std::string armor(ByteView bytes, std::size_t columns = 70) {
  const std::string digits = to_base64(bytes);
  std::string text(begin_line);
  for (std::size_t at = 0; at < digits.size(); at += columns)
    text += digits.substr(at, columns) + "\n";
  return text.append(end_line);
}

/// A key file part by part, each part to be damaged by a test.
struct KeyParts {
  std::string magic = std::string("openssh-key-v1\0", 15);
  std::string cipher = "none";
  std::string kdf = "none";
  std::string kdf_options;
  std::uint32_t count = 1;
  std::string public_type = "ssh-ed25519";
  std::string outer_key = key_text();
  std::string public_trailer;
  std::uint32_t check_a = 5;
  std::uint32_t check_b = 5;
  std::string private_type = "ssh-ed25519";
  std::string inner_key = key_text();
  std::string private_key = seed_text() + key_text();
  std::string comment = "comment";
  std::string padding = "auto";
  std::string trailer;

  static std::string key_text() { return std::string(as_text(fixed_signer()->public_key().bytes)); }
  static std::string seed_text() { return std::string(as_text(fixed_signer()->seed().view())); }

  std::string text() const {
    std::string blob;
    put(public_type, blob);
    put(outer_key, blob);
    blob += public_trailer;
    std::string section;
    append_be(check_a, section);
    append_be(check_b, section);
    for (const std::string* field : {&private_type, &inner_key, &private_key, &comment})
      put(*field, section);
    if (padding == "auto")
      for (char i = 1; section.size() % 8 != 0; ++i) section += i;
    else
      section += padding;
    std::string all = magic;
    for (const std::string* field : {&cipher, &kdf, &kdf_options}) put(*field, all);
    append_be(count, all);
    put(blob, all);
    put(section, all);
    return armor(as_bytes(all + trailer));
  }

  static void put(std::string_view field, std::string& to) {
    append_be(static_cast<std::uint32_t>(field.size()), to);
    to += field;
  }
};

template <class T>
void check_part(T KeyParts::*part, const T& value, std::string_view message) {
  KeyParts parts;
  parts.*part = value;
  check_error(parse_ssh_private_key(parts.text()), Code::key_invalid, message);
}

std::string save_key(const test::TempDir& dir, const std::string& text) {
  static int number = 0;
  const std::string path = dir.path("key" + std::to_string(++number));
  REQUIRE(create_file_exclusive(path, text, 0600, Code::key_invalid));
  return path;
}

}  // namespace

TEST_CASE("a key that is written is read again, with every length of comment") {
  SeededRandom random(3);
  for (std::size_t size = 0; size < 40; ++size) {
    const auto signer = generate_signer(random);
    const std::string text = written(*signer, std::string(size, 'c'));
    const auto read = parse_ssh_private_key(text);
    REQUIRE(read);
    CHECK((*read)->public_key() == signer->public_key());
    CHECK(equal((*read)->seed().view(), signer->seed().view()));
  }
}

TEST_CASE("the written form is that of OpenSSH: 70 columns, padding to 8") {
  KeyParts parts;
  parts.check_a = parts.check_b = 0;
  SeededRandom random(1);
  ByteArray<4> check_int{};
  random.fill(check_int);
  parts.check_a = parts.check_b = load_be<std::uint32_t>(check_int);
  CHECK(written(*fixed_signer(), "comment") == parts.text());
}

TEST_CASE("each damaged field of a private key is named") {
  REQUIRE(parse_ssh_private_key(KeyParts().text()));
  check_part(&KeyParts::magic, std::string("openssh-key-v2\0", 15),
             "expected magic 'openssh-key-v1'");
  check_part(&KeyParts::kdf, std::string("bcrypt"),
             "expected kdf 'none' without options, got 'bcrypt'");
  check_part(&KeyParts::kdf_options, std::string("x"), "expected kdf 'none' without options");
  check_part(&KeyParts::count, std::uint32_t{0}, "expected 1 key, got 0");
  check_part(&KeyParts::count, std::uint32_t{2}, "expected 1 key, got 2");
  check_part(&KeyParts::public_type, std::string("ssh-rsa"),
             "expected key type 'ssh-ed25519', got 'ssh-rsa'");
  check_part(&KeyParts::outer_key, std::string(31, 'x'),
             "field 'public key': expected 32 bytes, got 31");
  check_part(&KeyParts::outer_key, std::string(32, '\0'), "not a valid Ed25519 point");
  check_part(&KeyParts::public_trailer, std::string("x"), "1 bytes too many at the end");
  check_part(&KeyParts::check_b, std::uint32_t{6}, "the two check ints differ");
  check_part(&KeyParts::private_type, std::string("ssh-dss"),
             "expected private key type 'ssh-ed25519', got 'ssh-dss'");
  check_part(&KeyParts::inner_key, std::string(33, 'x'),
             "field 'public key of the private section': expected 32");
  check_part(&KeyParts::inner_key, std::string(32, 'x'), "the public key is not that of the seed");
  check_part(&KeyParts::private_key, std::string(63, 'x'),
             "field 'private key': expected 64 bytes, got 63");
  check_part(&KeyParts::private_key, std::string(32, 'x') + KeyParts::key_text(),
             "not that of the seed");
  check_part(&KeyParts::private_key, KeyParts::seed_text() + std::string(32, 'x'),
             "not that of the seed");
  check_part(&KeyParts::trailer, std::string("x"), "1 bytes too many at the end");
}

TEST_CASE("a public half of another valid key is refused") {
  const std::string other(
      "\x3d\x40\x17\xc3\xe8\x43\x89\x5a\x92\xb7\x0a\xa7\x4d\x1b\x7e\xbc"
      "\x9c\x98\x2c\xcf\x2e\xc4\x96\x8c\xc0\xcd\x55\xf1\x2a\xf4\x66\x0c",
      32);
  check_part(&KeyParts::outer_key, other, "the public key is not that of the seed");
}

TEST_CASE("padding is 1, 2, 3 and shorter than a block") {
  KeyParts parts;
  parts.comment = "123456";  // the section is 8 n + 6 without padding
  std::size_t accepted = 0;
  for (const std::string padding : {"", "\x01", "\x01\x02", "\x01\x03", "\x02\x01", "\x01\x02\x03",
                                    "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"}) {
    for (std::size_t size = 0; size < 8; ++size) {
      parts.comment = std::string(size, 'c');
      parts.padding = padding;
      const auto result = parse_ssh_private_key(parts.text());
      if (result) {
        ++accepted;
        KeyParts automatic = parts;
        automatic.padding = "auto";
        CHECK(automatic.text() == parts.text());
      } else {
        const std::string& message = result.error().message;
        CAPTURE(message);
        CHECK((message.find("padding is not 1, 2, 3") != std::string::npos ||
               message.find("fewer than 8 bytes of padding, got 10") != std::string::npos ||
               message.find("expected a multiple of 8 bytes") != std::string::npos));
      }
    }
  }
  CHECK(accepted == 4);
}

TEST_CASE("a file cut anywhere or with any bit changed does not give another key") {
  const auto signer = fixed_signer();
  const std::string text = written(*signer, "c");
  for (std::size_t size = 0; size < text.size(); ++size)
    check_error(parse_ssh_private_key(text.substr(0, size)), Code::key_invalid,
                "ssh private key: ");
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto result = parse_ssh_private_key(damaged);
    if (result)
      CHECK((*result)->public_key() == signer->public_key());  // the comment was hit
    else
      ++refused;
  }
  CHECK(refused > text.size() * 7);
}

TEST_CASE("the armor is strict but for the number of columns") {
  const std::string good = KeyParts().text();
  const std::string digits =
      good.substr(begin_line.size(), good.size() - begin_line.size() - end_line.size());
  std::string joined;
  for (const char c : digits)
    if (c != '\n') joined += c;
  const auto bytes = parse_base64(joined);
  REQUIRE(bytes);
  for (const std::size_t columns : {1u, 4u, 64u, 65u, 76u})
    CHECK(parse_ssh_private_key(armor(*bytes, columns)));
  check_error(parse_ssh_private_key(armor(*bytes, 77)), Code::key_invalid,
              "line 2: expected 1 to 76 characters of base64, got 77");

  const auto check = [](const std::string& text, std::string_view message) {
    check_error(parse_ssh_private_key(text), Code::key_invalid, message);
  };
  check("", "expected first line '-----BEGIN OPENSSH PRIVATE KEY-----', got something else");
  check("\n" + good, "got something else");
  check(good + "\n", "something stands after the last line");
  check(good.substr(0, good.size() - 1), "does not end in a line feed");
  check(std::string(begin_line) + std::string(end_line), "there is nothing before the last line");
  check(std::string(begin_line) + "\n" + std::string(end_line), "line 2: expected 1 to 76");
  check(std::string(begin_line) + digits + "\n" + std::string(end_line),
        "line 6: expected 70 characters of base64, got 44");
  check(std::string(begin_line) + digits, "the last line is missing");
  check(std::string(begin_line) + "AAAA\nAA\nAAAA\n" + std::string(end_line),
        "line 3: expected 4 characters");
  check(std::string(begin_line) + "AA?A\n" + std::string(end_line),
        "base64: unexpected '?' at offset 2");
  check(std::string(begin_line) + "AAAA\n" + std::string(end_line), "expected magic");
  std::string windows;
  for (const char c : good) windows += c == '\n' ? "\r\n" : std::string(1, c);
  check(windows, "lines end in CR LF, expected LF");
}

TEST_CASE("other kinds of files are named") {
  const auto check = [](const std::string& text, std::string_view message) {
    check_error(parse_ssh_private_key(text), Code::key_invalid, message);
  };
  check("-----BEGIN RSA PRIVATE KEY-----\nx\n", "got '-----BEGIN RSA PRIVATE KEY-----'");
  check("-----BEGIN PRIVATE KEY-----\nx\n", "got '-----BEGIN PRIVATE KEY-----'");
  check("PuTTY-User-Key-File-3: ssh-ed25519\n", "got a PuTTY key file");
  check(format_ssh_public_key(fixed_signer()->public_key(), "c"), "got a public key");
  const auto secret = parse_ssh_private_key("AGE-SECRET-KEY-1XYZ\n");
  CHECK(secret.error().message.find("XYZ") == std::string::npos);
}

TEST_CASE("public keys are written and read") {
  const PublicKey key = fixed_signer()->public_key();
  const std::string coded =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
  CHECK(format_ssh_public_key(key, "") == coded + "\n");
  CHECK(format_ssh_public_key(key, "a b") == coded + " a b\n");
  CHECK(format_ssh_public_key(key, "a\nssh-rsa b") == coded + " a\\x0assh-rsa b\n");
  for (const std::string& text : {coded, coded + "\n", coded + " a b c\n", coded + " \xc3\xa4"}) {
    const auto parsed = parse_ssh_public_key(text);
    REQUIRE(parsed);
    CHECK(*parsed == key);
  }
  const auto check = [](const std::string& text, std::string_view message) {
    check_error(parse_ssh_public_key(text), Code::key_invalid, message);
  };
  check("", "expected key type 'ssh-ed25519' first, got something else");
  check("ssh-rsa AAAA", "got 'ssh-rsa'");
  check("sk-ssh-ed25519@openssh.com AAAA", "got 'sk-ssh-ed25519@openssh.com'");
  check("command=\"ls\" " + coded, "got something else");
  check(" " + coded, "got something else");
  check("ssh-ed25519", "nothing stands after the key type");
  check("ssh-ed25519 ", "field 'key type': expected 4 bytes, got 0");
  check("ssh-ed25519  " + coded.substr(12), "field 'key type'");
  check("ssh-ed25519 AAA", "multiple of 4");
  check(coded + "\n" + coded + "\n", "expected one line, got more");
  check(coded + "\r\n", "CR LF");
  check(written(*fixed_signer(), "c"), "expected a public key, got a private key");
  std::string blob;
  KeyParts::put("ssh-rsa", blob);
  KeyParts::put(KeyParts::key_text(), blob);
  check("ssh-ed25519 " + to_base64(as_bytes(blob)),
        "expected key type 'ssh-ed25519', got 'ssh-rsa'");
  check(
      "ssh-ed25519 " + to_base64(as_bytes(std::string_view("\0\0\0\x0bssh-ed25519\0\0\0\x20", 19))),
      "field 'public key': expected 32 bytes, got 0");
  check(format_ssh_public_key(PublicKey{}, ""), "not a valid Ed25519 point");
}

TEST_CASE("a key file must be there and private") {
  const test::TempDir dir;
  check_error(load_ssh_private_key(dir.path("none")), Code::key_missing, "cannot open");
  const std::string path = save_key(dir, written(*fixed_signer(), "c"));
  CHECK((*load_ssh_private_key(path))->public_key() == fixed_signer()->public_key());
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  const auto open_to_group = load_ssh_private_key(path);
  check_error(open_to_group, Code::key_unsafe, "open to group");
  CHECK(open_to_group.error().hint == "chmod 600 " + path);
  const std::string damaged = save_key(dir, "x");
  check_error(load_ssh_private_key(damaged), Code::key_invalid,
              "'" + damaged + "': ssh private key: ");
  check_error(load_ssh_private_key(save_key(dir, std::string(70000, 'x'))), Code::input_too_long,
              "at most 65536");
}

TEST_CASE("ssh-keygen and we read each other's keys") {
  const std::string keygen = test::find_program("ssh-keygen");
  if (keygen.empty()) {
    MESSAGE("skipped: no ssh-keygen");
    return;
  }
  const test::TempDir dir;
  for (const std::string comment : {"", "c", "a longer comment", "12345678"}) {
    const std::string path = dir.path("theirs" + std::to_string(comment.size()));
    REQUIRE(test::run({keygen, "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path}).exit ==
            0);
    const auto signer = load_ssh_private_key(path);
    REQUIRE(signer);
    const std::string public_text = test::read_all(path + ".pub");
    CHECK(*parse_ssh_public_key(public_text) == (*signer)->public_key());
    const std::string expected = format_ssh_public_key((*signer)->public_key(), comment);
    // For an empty comment ssh-keygen writes a space at the end of the .pub file.
    if (!comment.empty()) CHECK(expected == public_text);

    const std::string ours = save_key(dir, written(**signer, comment));
    const auto printed = test::run({keygen, "-y", "-f", ours});
    CHECK(printed.exit == 0);
    CHECK(printed.output == expected);
    // All is the same but the check ints.
    CHECK(test::read_all(ours).size() == test::read_all(path).size());
  }
}

TEST_CASE("passphrases and other key types of ssh-keygen are refused by name") {
  const std::string keygen = test::find_program("ssh-keygen");
  if (keygen.empty()) {
    MESSAGE("skipped: no ssh-keygen");
    return;
  }
  const test::TempDir dir;
  const auto generate = [&](const std::vector<std::string>& arguments,
                            const std::string& passphrase) {
    static int number = 0;
    const std::string path = dir.path("other" + std::to_string(++number));
    std::vector<std::string> command = {keygen, "-q", "-N", passphrase, "-f", path};
    command.insert(command.end(), arguments.begin(), arguments.end());
    REQUIRE(test::run(command).exit == 0);
    return path;
  };
  const auto encrypted = load_ssh_private_key(generate({"-t", "ed25519"}, "passphrase"));
  check_error(encrypted, Code::key_encrypted, "has a passphrase (cipher 'aes256-ctr')");
  CHECK(encrypted.error().hint.find("ssh-add") != std::string::npos);
  check_error(load_ssh_private_key(generate({"-t", "rsa", "-b", "2048"}, "")), Code::key_invalid,
              "expected key type 'ssh-ed25519', got 'ssh-rsa'");
  check_error(load_ssh_private_key(generate({"-t", "ecdsa"}, "")), Code::key_invalid,
              "got 'ecdsa-sha2-nistp256'");
  check_error(load_ssh_private_key(generate({"-t", "ecdsa"}, "passphrase")), Code::key_invalid,
              "got 'ecdsa-sha2-nistp256'");
  check_error(load_ssh_private_key(generate({"-t", "rsa", "-b", "2048", "-m", "PEM"}, "")),
              Code::key_invalid, "got '-----BEGIN RSA PRIVATE KEY-----'");
}
