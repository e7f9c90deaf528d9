#include "verify/seen.hpp"

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "entry/message.hpp"

namespace medchain::verify {
namespace {

constexpr std::size_t max_seen_size = 4 << 20;

json::Array hashes(const std::vector<TreeHash>& proof) {
  json::Array array;
  for (const TreeHash& hash : proof) array.emplace_back(to_text(hash));
  return array;
}

}  // namespace

std::string format_seen(const Seen& seen) {
  return json::write(entry::encode_message("seen", seen)) + "\n";
}

Result<note::Checkpoint> open_checkpoint(std::string_view signed_note,
                                         const note::VerifierKey& log) {
  MC_ASSIGN(const auto opened, note::open(signed_note, std::span(&log, 1)));
  MC_ASSIGN(auto checkpoint, note::parse_checkpoint(opened.text));
  if (checkpoint.origin != log.name)
    return fail(Code::checkpoint_invalid,
                "the checkpoint is of " + quote(checkpoint.origin) + ", not of " + quote(log.name));
  return checkpoint;
}

Result<Seen> parse_seen(std::string_view text) {
  if (text.empty() || text.back() != '\n')
    return fail(Code::input_truncated, "not one line that ends in a line feed: it may be cut");
  MC_ASSIGN(auto seen, entry::decode_message<Seen>("seen", text.substr(0, text.size() - 1)));
  MC_TRY(open_checkpoint(seen.checkpoint, seen.log));
  return seen;
}

Result<std::optional<Seen>> load_seen(const std::string& path) {
  MC_ASSIGN(const auto text, read_file_if_exists(path, max_seen_size, Code::input_unreadable));
  if (!text) return std::optional<Seen>();
  auto seen = parse_seen(*text);
  if (!seen) return std::move(seen).error().context(quote(path));
  return std::optional<Seen>(std::move(*seen));
}

std::string format_evidence(const Evidence& evidence) {
  json::Object object;
  object.set("schema", "medchain/1")
      .set("type", "evidence")
      .set("kind", evidence.kind)
      .set("ledger", evidence.ledger);
  object.set("seen", evidence.seen).set("found", evidence.found);
  if (evidence.root_found) object.set("root_found", to_text(*evidence.root_found));
  if (!evidence.consistency.empty()) object.set("consistency", hashes(evidence.consistency));
  return json::write(object) + "\n";
}

}  // namespace medchain::verify
