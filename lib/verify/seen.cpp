#include "verify/seen.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "json/value.hpp"

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
  json::Object object;
  object.set("schema", "medchain/1").set("type", "seen").set("ledger", seen.ledger);
  object.set("genesis", to_text(seen.genesis)).set("log", note::format_vkey(seen.log));
  object.set("policy", seen.policy).set("checkpoint", seen.checkpoint);
  return json::write(object) + "\n";
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
  MC_ASSIGN(const json::Object object, json::parse_object(text.substr(0, text.size() - 1)));
  const auto field = [&](std::string_view name) -> Result<std::string> {
    const json::Value* value = object.find(name);
    if (value == nullptr || value->string() == nullptr)
      return fail(Code::input_invalid, "field " + quote(name) + " is missing");
    return *value->string();
  };
  constexpr std::string_view known[] = {"schema", "type",   "ledger",    "genesis",
                                        "log",    "policy", "checkpoint"};
  for (const auto& [name, value] : object.members())
    if (std::find(std::begin(known), std::end(known), name) == std::end(known))
      return fail(Code::input_invalid, "unknown field " + quote(name));
  MC_ASSIGN(const std::string schema, field("schema"));
  if (schema != "medchain/1")
    return fail(Code::input_invalid, "field 'schema': expected 'medchain/1', got " + quote(schema));
  MC_ASSIGN(const std::string type, field("type"));
  if (type != "seen")
    return fail(Code::input_invalid, "field 'type': expected 'seen', got " + quote(type));
  Seen seen;
  MC_ASSIGN(seen.ledger, field("ledger"));
  MC_ASSIGN(const std::string genesis, field("genesis"));
  MC_ASSIGN(seen.genesis, parse_hash<GenesisHash>(genesis));
  MC_ASSIGN(const std::string log, field("log"));
  MC_ASSIGN(seen.log, note::parse_vkey(log));
  MC_ASSIGN(seen.policy, field("policy"));
  MC_ASSIGN(seen.checkpoint, field("checkpoint"));
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
