#include "note/checkpoint.hpp"

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "merkle/tree.hpp"
#include "note/lines_internal.hpp"

namespace medchain::note {

namespace {

constexpr std::string_view what = "checkpoint";

Error bad_line(std::size_t line, std::string_view rule) {
  return fail_at_line(Code::checkpoint_invalid, what, line, rule);
}

Status check_origin(std::string_view origin) {
  if (origin.empty()) return bad_line(1, "the origin is empty");
  if (origin.size() > max_origin_size)
    return bad_line(1, "expected an origin of at most " + std::to_string(max_origin_size) +
                           " bytes, got " + std::to_string(origin.size()));
  if (!is_utf8(origin)) return bad_line(1, "the origin is not UTF-8");
  for (const char c : origin)
    if (static_cast<unsigned char>(c) < 0x20)
      return bad_line(1, "the origin holds a control character");
  return {};
}

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size.get()) + "\n" +
         to_base64(checkpoint.root.view()) + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  LineReader lines(text);
  const auto origin = lines.next();
  const auto size = lines.next();
  const auto root = lines.next();
  if (!root)
    return fail(Code::checkpoint_invalid,
                "checkpoint: expected origin, size and root, each a line, got " +
                    std::to_string(lines.number()) + " lines");

  Checkpoint checkpoint;
  MC_TRY(check_origin(*origin));
  checkpoint.origin = *origin;
  const auto number = parse_u64(*size, 0, max_tree_size);
  if (!number) return bad_line(2, "tree size: " + number.error().message);
  checkpoint.size = TreeSize(*number);
  const auto hash = parse_base64(*root);
  if (!hash) return bad_line(3, "root: " + hash.error().message);
  if (hash->size() != RootHash::size)
    return bad_line(3, "root: expected 32 bytes, got " + std::to_string(hash->size()));
  checkpoint.root = RootHash::from_view(*hash);
  // The one size of which the root is known without the log.
  if (*number == 0 && checkpoint.root.bytes != merkle::empty_root().bytes)
    return bad_line(3, "the root of an empty tree is the SHA-256 of nothing");
  // Nobody audits extension lines, and ML-DSA cosignatures do not cover them.
  if (!lines.rest().empty()) return bad_line(4, "extension lines are not accepted");
  return checkpoint;
}

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, crypto::Signer& log_key) {
  Note note;
  note.text = format_checkpoint(checkpoint);
  // Never sign what we would not read.
  if (const auto read_back = parse_checkpoint(note.text); !read_back) return read_back.error();
  MC_ASSIGN(SignatureLine line, sign(note.text, checkpoint.origin, log_key));
  note.signatures.push_back(std::move(line));
  return format(note);
}

}  // namespace medchain::note
