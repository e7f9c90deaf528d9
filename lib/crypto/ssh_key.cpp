#include "crypto/ssh_key.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "crypto/ssh_wire_internal.hpp"

// PROTOCOL.key of OpenSSH.  The armor holds, in base64:
//   "openssh-key-v1" and a zero byte
//   string  cipher name      "none" for a file without passphrase
//   string  kdf name         "none"
//   string  kdf options      ""
//   uint32  number of keys   1
//   string  public key       string "ssh-ed25519", string 32 bytes
//   string  private section, which is as long as a multiple of the cipher's block size, 8 for
//   "none":
//     uint32  check int      random, twice the same, so that a wrong passphrase is noticed
//     uint32  check int
//     string  key type       "ssh-ed25519"
//     string  public key     32 bytes
//     string  private key    32 bytes seed, 32 bytes public key
//     string  comment
//     bytes 1, 2, 3, ... up to the block size: none if the section fits without

namespace medchain::crypto {
namespace {

constexpr std::string_view begin_line = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_line = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view magic("openssh-key-v1\0", 15);
constexpr std::string_view subject = "ssh private key";
constexpr std::size_t column_limit = 76;  // OpenSSH writes 70, others 64, 65 or 76
constexpr std::size_t written_columns = 70;
constexpr std::size_t block_size = 8;
constexpr std::size_t file_limit = 65536;

Error invalid(const std::string& problem) {
  return fail(Code::key_invalid, std::string(subject) + ": " + problem);
}

bool is_public_key_type(std::string_view text) {
  return text.starts_with("ssh-") || text.starts_with("ecdsa-") || text.starts_with("sk-");
}

/// What a file without the first line of an OpenSSH private key seems to be.
Error other_kind(std::string_view text) {
  const std::string expected = "expected first line " + quote(begin_line) + ", got ";
  const std::string_view first = text.substr(0, text.find('\n'));
  if (is_public_key_type(first)) return invalid(expected + "a public key");
  if (first.ends_with('\r')) return invalid("lines end in CR LF, expected LF");
  if (first.starts_with("-----BEGIN ")) return invalid(expected + quote(first));
  if (first.starts_with("PuTTY-User-Key-File")) return invalid(expected + "a PuTTY key file");
  return invalid(expected + "something else");  // not quoted: it may be a secret
}

/// The base64 lines between the two marks: all but the last equally long.
Result<Bytes> parse_armor(std::string_view text) {
  if (!text.starts_with(begin_line) || text.substr(begin_line.size(), 1) != "\n")
    return other_kind(text);
  std::string_view body = text.substr(begin_line.size() + 1);
  const std::size_t end = body.find(end_line);
  if (end == std::string_view::npos) return invalid("the last line is missing: " + quote(end_line));
  const std::string_view after = body.substr(end + end_line.size());
  if (after != "\n")
    return invalid(after.empty() ? "the last line does not end in a line feed"
                                 : "something stands after the last line");
  body = body.substr(0, end);
  if (!body.ends_with('\n')) return invalid("there is nothing before the last line");
  body.remove_suffix(1);

  const std::size_t columns = std::min(body.find('\n'), body.size());
  std::string digits;
  digits.reserve(body.size());
  const WipeOnExit wipe_digits(digits);
  std::size_t line_number = 2;
  for (std::string_view rest = body;; ++line_number) {
    const std::size_t line_end = rest.find('\n');
    const std::string_view line = rest.substr(0, line_end);
    const bool last = line_end == std::string_view::npos;
    if (line.empty() || line.size() > column_limit ||
        (last ? line.size() > columns : line.size() != columns))
      return invalid(
          "line " + std::to_string(line_number) + ": expected " +
          (columns == 0 || columns > column_limit ? "1 to 76" : std::to_string(columns)) +
          " characters of base64, got " + std::to_string(line.size()));
    digits += line;
    if (last) break;
    rest.remove_prefix(line_end + 1);
  }
  auto bytes = parse_base64(digits);
  if (!bytes) return invalid(bytes.error().message);
  return bytes;
}

Result<std::unique_ptr<SeedSigner>> parse_private_section(ByteView section, const PublicKey& key) {
  if (section.size() % block_size != 0)
    return invalid("private section: expected a multiple of 8 bytes, got " +
                   std::to_string(section.size()));
  WireReader reader(section, Code::key_invalid, subject);
  MC_ASSIGN(const std::uint32_t check_int, reader.u32("first check int"));
  MC_ASSIGN(const std::uint32_t check_again, reader.u32("second check int"));
  if (check_int != check_again) return invalid("the two check ints differ");
  MC_ASSIGN(const ByteView type, reader.string("private key type"));
  if (as_text(type) != ssh_ed25519)
    return invalid("expected private key type 'ssh-ed25519', got " + quote(as_text(type)));
  MC_ASSIGN(const ByteView public_half, reader.string_of(32, "public key of the private section"));
  MC_ASSIGN(const ByteView private_half, reader.string_of(64, "private key"));
  MC_TRY(reader.string("comment"));
  const ByteView padding = reader.rest();
  if (padding.size() >= block_size)
    return invalid("expected fewer than 8 bytes of padding, got " + std::to_string(padding.size()));
  for (std::size_t i = 0; i < padding.size(); ++i)
    if (padding[i] != static_cast<std::byte>(i + 1))
      return invalid("padding is not 1, 2, 3 and so on");

  auto signer = std::make_unique<SeedSigner>(Secret::copy_of(private_half.first(32)));
  if (!equal(signer->public_key().bytes, public_half) ||
      !equal(public_half, private_half.last(32)) || !equal(public_half, key.bytes))
    return invalid("the public key is not that of the seed");
  return signer;
}

}  // namespace

Result<std::unique_ptr<SeedSigner>> parse_ssh_private_key(std::string_view text) {
  MC_ASSIGN(Bytes bytes, parse_armor(text));
  const WipeOnExit wipe_bytes(bytes);
  if (!as_text(bytes).starts_with(magic)) return invalid("expected magic 'openssh-key-v1'");
  WireReader reader(ByteView(bytes).subspan(magic.size()), Code::key_invalid, subject);
  MC_ASSIGN(const ByteView cipher, reader.string("cipher name"));
  MC_ASSIGN(const ByteView kdf, reader.string("kdf name"));
  MC_ASSIGN(const ByteView kdf_options, reader.string("kdf options"));
  MC_ASSIGN(const std::uint32_t key_count, reader.u32("number of keys"));
  if (key_count != 1) return invalid("expected 1 key, got " + std::to_string(key_count));
  MC_ASSIGN(const ByteView blob, reader.string("public key"));
  // The type first: an agent does not help with a key that is not Ed25519.
  MC_ASSIGN(const PublicKey key, read_ssh_public_blob(blob, subject));
  if (as_text(cipher) != "none")
    return fail(Code::key_encrypted,
                std::string(subject) + " has a passphrase (cipher " + quote(as_text(cipher)) + ")")
        .with_hint(
            "load it into ssh-agent with ssh-add, and keep its public key alone: in a key "
            "directory as "
            "sign.pub, without sign.key");
  if (as_text(kdf) != "none" || !kdf_options.empty())
    return invalid("expected kdf 'none' without options, got " + quote(as_text(kdf)));
  MC_ASSIGN(const ByteView section, reader.string("private section"));
  MC_TRY(reader.end());
  auto signer = parse_private_section(section, key);
  // That of its seed is valid; looking at the point costs more than all the rest.
  if (!signer && !is_valid(key)) return invalid("the public key is not a valid Ed25519 point");
  return signer;
}

Result<std::unique_ptr<SeedSigner>> load_ssh_private_key(const std::string& path) {
  MC_ASSIGN(std::string text, read_private_file(path, file_limit));
  const WipeOnExit wipe_text(text);
  auto signer = parse_ssh_private_key(text);
  if (!signer) return std::move(signer).error().context(quote(path));
  return signer;
}

Secret format_ssh_private_key(const SeedSigner& signer, std::string_view comment, Random& random) {
  const PublicKey& key = signer.public_key();
  Bytes section;
  section.reserve(256 + comment.size());  // no reallocation: it would leave the seed behind
  const WipeOnExit wipe_section(section);
  ByteArray<4> check_int;
  random.fill(check_int);
  append(check_int, section);
  append(check_int, section);
  append_wire_string(ssh_ed25519, section);
  append_wire_string(key.bytes, section);
  append_be(std::uint32_t{64}, section);
  append(signer.seed().view(), section);
  append(key.bytes, section);
  append_wire_string(comment, section);
  for (unsigned i = 1; section.size() % block_size != 0; ++i)
    section.push_back(static_cast<std::byte>(i));

  Bytes bytes;
  bytes.reserve(256 + section.size());
  const WipeOnExit wipe_bytes(bytes);
  append(as_bytes(magic), bytes);
  append_wire_string("none", bytes);
  append_wire_string("none", bytes);
  append_wire_string("", bytes);
  append_be(std::uint32_t{1}, bytes);
  append_wire_string(ssh_public_blob(key), bytes);
  append_wire_string(section, bytes);

  std::string digits = to_base64(bytes);
  const WipeOnExit wipe_digits(digits);
  std::string text;
  text.reserve(digits.size() + digits.size() / written_columns + 128);
  const WipeOnExit wipe_text(text);
  text.append(begin_line).append("\n");
  for (std::size_t at = 0; at < digits.size(); at += written_columns)
    text.append(digits, at, written_columns).append("\n");
  text.append(end_line).append("\n");
  return Secret::copy_of(as_bytes(text));
}

std::string format_ssh_public_key(const PublicKey& key, std::string_view comment) {
  std::string line = std::string(ssh_ed25519) + " " + to_base64(ssh_public_blob(key));
  // Escaped, because a line feed in a comment would make a second line.
  if (!comment.empty()) line += " " + escape_for_terminal(comment);
  return line + "\n";
}

Result<PublicKey> parse_ssh_public_key(std::string_view text) {
  constexpr std::string_view what = "ssh public key";
  const auto wrong = [what](const std::string& problem) {
    return fail(Code::key_invalid, std::string(what) + ": " + problem);
  };
  if (text.starts_with("-----BEGIN ")) return wrong("expected a public key, got a private key");
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) return wrong("the line ends in CR LF, expected LF");
  if (text.find('\n') != std::string_view::npos) return wrong("expected one line, got more");
  const std::size_t type_end = text.find(' ');
  const std::string_view type = text.substr(0, type_end);
  if (type != ssh_ed25519)
    return wrong("expected key type 'ssh-ed25519' first, got " +
                 (is_public_key_type(type) ? quote(type) : "something else"));
  if (type_end == std::string_view::npos) return wrong("nothing stands after the key type");
  const std::string_view rest = text.substr(type_end + 1);
  auto blob = parse_base64(rest.substr(0, rest.find(' ')));
  if (!blob) return wrong(blob.error().message);
  return parse_ssh_public_blob(*blob, what);
}

}  // namespace medchain::crypto
