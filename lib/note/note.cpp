#include "note/note.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "note/lines_internal.hpp"

namespace medchain::note {

namespace {

constexpr std::string_view signature_start = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t key_id_size = 4;
constexpr std::string_view what = "signed note";

Error malformed(std::string_view rule) {
  return fail(Code::input_invalid, std::string(what) + ": " + std::string(rule));
}
Error malformed(std::size_t line, std::string_view rule) {
  return fail_at_line(Code::input_invalid, what, line, rule);
}

std::size_t line_of(std::string_view bytes, std::size_t at) {
  return 1 + static_cast<std::size_t>(
                 std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

/// The rule for the whole note and so for its text: UTF-8 and no ASCII control character but LF.
/// DEL is allowed.
Status check_characters(std::string_view bytes) {
  if (const auto at = find_invalid_utf8(bytes))
    return malformed(line_of(bytes, *at),
                     "byte " + std::to_string(*at + 1) + " of the note is not UTF-8");
  const auto control = std::find_if(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n';
  });
  if (control == bytes.end()) return {};
  const auto at = static_cast<std::size_t>(control - bytes.begin());
  return malformed(line_of(bytes, at),
                   "control character 0x" + to_hex(as_bytes(bytes.substr(at, 1))));
}

Result<SignatureLine> parse_line(std::string_view text, std::size_t number) {
  if (!text.starts_with(signature_start))
    return malformed(
        number, "expected a signature line, which starts with an em dash (U+2014) and a space");
  text.remove_prefix(signature_start.size());
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos)
    return malformed(number, "expected NAME and base64 after the dash");

  SignatureLine line;
  line.name = text.substr(0, space);
  if (auto status = check_key_name(line.name); !status)
    return malformed(number, status.error().message);
  const auto raw = parse_base64(text.substr(space + 1));
  if (!raw) return malformed(number, raw.error().message);
  if (raw->size() <= key_id_size)
    return malformed(
        number, "expected a key id and a signature, got " + std::to_string(raw->size()) + " bytes");
  line.id = KeyId(load_be<std::uint32_t>(*raw));
  line.signature.assign(raw->begin() + key_id_size, raw->end());
  return line;
}

Error bad_signature(const SignatureLine& line, std::string_view rule) {
  return fail(Code::signature_invalid,
              "signature of " + quote(line.name) + ": " + std::string(rule));
}

}  // namespace

Result<Note> parse(std::string_view bytes) {
  if (bytes.size() > max_note_size)
    return malformed("expected at most " + std::to_string(max_note_size) + " bytes, got " +
                     std::to_string(bytes.size()));
  MC_TRY(check_characters(bytes));
  // The text may hold empty lines, a signature line cannot be empty: the LAST empty line separates.
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return malformed("no empty line before the signatures");
  Note note;
  note.text = bytes.substr(0, split + 1);
  const std::string_view block = bytes.substr(split + 2);
  if (block.empty()) return malformed("no signature lines after the last empty line");

  const std::size_t lines_before = line_of(bytes, split + 1);
  LineReader lines(block);
  while (const auto line = lines.next()) {
    const std::size_t number = lines_before + lines.number();
    if (note.signatures.size() == max_signatures)
      return malformed(number, "more than " + std::to_string(max_signatures) + " signature lines");
    MC_ASSIGN(SignatureLine parsed, parse_line(*line, number));
    note.signatures.push_back(std::move(parsed));
  }
  if (!lines.rest().empty()) return malformed("it does not end in a newline");
  return note;
}

std::string format(const SignatureLine& line) {
  Bytes raw;
  append_be(line.id.get(), raw);
  append(line.signature, raw);
  std::string text(signature_start);
  text += line.name;
  text += ' ';
  text += to_base64(raw);
  text += '\n';
  return text;
}

std::string format(const Note& note) {
  MC_ASSERT(note.text.ends_with('\n'));
  std::string text = note.text + "\n";
  for (const SignatureLine& line : note.signatures) text += format(line);
  return text;
}

Result<SignatureLine> sign(std::string_view text, std::string_view name, crypto::Signer& signer) {
  MC_TRY(check_key_name(name));
  if (!text.ends_with('\n')) return malformed("the text to sign does not end in a newline");
  MC_TRY(check_characters(text));
  MC_ASSIGN(const crypto::Signature signature, signer.sign(as_bytes(text)));
  const VerifierKey key{std::string(name), KeyType::ed25519, signer.public_key()};
  return SignatureLine{key.name, key.id(), Bytes(signature.bytes.begin(), signature.bytes.end())};
}

bool is_by(const SignatureLine& line, const VerifierKey& key) {
  return line.name == key.name && line.id == key.id();
}

Status check(std::string_view text, const SignatureLine& line, const VerifierKey& key) {
  if (key.type != KeyType::ed25519)
    return bad_signature(line, "the key is not one for notes (type 0x01)");
  if (!is_by(line, key))
    return bad_signature(line, "it is of another key than that of " + quote(key.name));
  crypto::Signature signature;
  if (line.signature.size() != signature.bytes.size())
    return bad_signature(line, "expected " + std::to_string(signature.bytes.size()) +
                                   " bytes, got " + std::to_string(line.signature.size()));
  std::copy(line.signature.begin(), line.signature.end(), signature.bytes.begin());
  if (!crypto::verify(key.key, as_bytes(text), signature))
    return bad_signature(line, "it does not verify");
  return {};
}

Result<Opened> open(std::string_view bytes, std::span<const VerifierKey> keys) {
  MC_ASSIGN(Note note, parse(bytes));
  Opened opened;
  std::set<std::pair<std::string_view, KeyId>> seen;
  for (const SignatureLine& line : note.signatures) {
    // A key id has only 32 bits: if several known keys share name and id, the line must be of one
    // of them.
    Status status;
    bool known = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!is_by(line, keys[i])) continue;
      // Go keeps the first line of a key and drops further ones unread.
      if (!known && !seen.insert({line.name, line.id}).second) break;
      known = true;
      status = check(note.text, line, keys[i]);
      if (!status) continue;
      opened.verified.push_back(i);
      break;
    }
    if (known && !status) return std::move(status).error();
  }
  if (opened.verified.empty())
    return fail(Code::signature_missing, "signed note: none of the " +
                                             std::to_string(note.signatures.size()) +
                                             " signatures is of a known key");
  opened.text = std::move(note.text);
  return opened;
}

}  // namespace medchain::note
