#include "entry/entry.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"
#include "entry/codec.hpp"
#include "merkle/tree.hpp"

namespace medchain::entry {
namespace {

Error wrong(std::string message) { return fail(Code::entry_invalid, std::move(message)); }

json::Object encode_statement(const Statement& statement) {
  json::Object out;
  out.set("schema", schema).set("type", type_of(statement.body));
  Encoder encoder(out);
  Header::fields(statement.header, encoder);
  std::visit([&](const auto& body) { std::decay_t<decltype(body)>::fields(body, encoder); },
             statement.body);
  return out;
}

template <std::size_t I = 0>
Result<Body> empty_body(std::string_view type) {
  if constexpr (I == std::variant_size_v<Body>) {
    return wrong("unknown entry type " + quote(type));
  } else {
    using Kind = std::variant_alternative_t<I, Body>;
    if (Kind::type == type) return Body(Kind{});
    return empty_body<I + 1>(type);
  }
}

/// What is said of a statement whose form is not known here.  One that brings newer rules may have
/// fields that only they know: it is not to be called damaged.
Error refuse_form(const json::Object& object, std::string_view type, Error error) {
  const json::Value* const rules = object.find("rules");
  const bool brings_rules = type == Genesis::type || type == PolicyChange::type;
  if (!brings_rules || rules == nullptr || rules->integer() == nullptr || *rules->integer() < 0)
    return error;
  Status known = check_rules_known(static_cast<std::uint64_t>(*rules->integer()));
  return known ? error : std::move(known).error();
}

/// Position in an entry: the author's line is the first, the others ascend by (name, key id).
bool comes_before(const note::SignatureLine& a, const note::SignatureLine& b) {
  return a.name != b.name ? a.name < b.name : a.id < b.id;
}

}  // namespace

Status check_rules_known(std::uint64_t rules) {
  if (rules <= known_rules) return {};
  return fail(Code::rules_newer, "the ledger follows rules " + std::to_string(rules) +
                                     ", this medchain knows up to " + std::to_string(known_rules))
      .with_hint(
          "install a newer medchain; 'medchain --version' tells the rules that this one knows");
}

std::string_view type_of(const Body& body) {
  return std::visit([](const auto& kind) { return std::decay_t<decltype(kind)>::type; }, body);
}

std::string format_statement(const Statement& statement) {
  return json::write(encode_statement(statement)) + "\n";
}

Result<Statement> parse_statement(std::string_view text) {
  if (text.empty() || text.back() != '\n')
    return wrong("the statement does not end in a line feed");
  auto object = json::parse_object(text.substr(0, text.size() - 1));
  if (!object) return wrong(object.error().message);
  const json::Value* schema_value = object->find("schema");
  if (schema_value == nullptr || schema_value->string() == nullptr ||
      *schema_value->string() != schema)
    return wrong("field 'schema': expected '" + std::string(schema) + "'");
  const json::Value* type_value = object->find("type");
  if (type_value == nullptr || type_value->string() == nullptr)
    return wrong("field 'type' is missing");

  Statement statement;
  MC_ASSIGN(statement.body, empty_body(*type_value->string()));
  Decoder decoder(*object, "");
  std::string ignored;
  decoder(Field{"schema", Exposure::clear, ""}, ignored);
  decoder(Field{"type", Exposure::clear, ""}, ignored);
  Header::fields(statement.header, decoder);
  std::visit([&](auto& body) { std::decay_t<decltype(body)>::fields(body, decoder); },
             statement.body);
  if (Status decoded = decoder.finish(); !decoded)
    return refuse_form(*object, *type_value->string(), std::move(decoded).error());

  const bool is_genesis = std::holds_alternative<Genesis>(statement.body);
  if (is_genesis == statement.header.genesis.has_value())
    return wrong(is_genesis ? "field 'genesis' in a genesis entry" : "field 'genesis' is missing");
  if (auto status = note::check_key_name(statement.header.ledger);
      !status || statement.header.ledger.size() > 255)
    return wrong("field 'ledger': not an origin: " + quote(statement.header.ledger));
  const std::string again = format_statement(statement);
  if (again != text) {
    const auto at =
        std::mismatch(again.begin(), again.end(), text.begin(), text.end()).first - again.begin();
    return refuse_form(
        *object, *type_value->string(),
        wrong("not the one spelling of this statement: differs at byte " + std::to_string(at)));
  }
  return statement;
}

Result<Entry> parse_entry(std::string_view bytes) {
  if (bytes.size() > max_entry_size)
    return wrong("an entry is at most " + std::to_string(max_entry_size) + " bytes, got " +
                 std::to_string(bytes.size()));
  auto note = note::parse(bytes);
  if (!note) return wrong(note.error().message);
  Entry entry;
  MC_ASSIGN(entry.statement, parse_statement(note->text));
  entry.bytes = bytes;
  entry.text = std::move(note->text);
  entry.signatures = std::move(note->signatures);
  if (note::format({entry.text, entry.signatures}) != bytes)
    return wrong("not the one spelling of this note");
  const auto& lines = entry.signatures;
  const std::string& author = entry.statement.header.author.get();
  if (lines.empty() || lines.front().name != author)
    return wrong("the first signature must be the author's");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].name == lines[0].name && lines[i].id == lines[0].id)
      return wrong("the author's signature is there twice");
    if (i > 1 && !comes_before(lines[i - 1], lines[i]))
      return wrong("signature lines after the first must ascend by name and key id, each once");
  }
  return entry;
}

Result<Entry> sign_statement(const Statement& statement, std::span<const SignAs> signers) {
  MC_ASSERT(!signers.empty());
  Entry entry;
  entry.statement = statement;
  entry.text = format_statement(statement);
  for (const SignAs& as : signers) {
    MC_ASSIGN(auto line, note::sign(entry.text, as.name, *as.signer));
    entry.signatures.push_back(std::move(line));
  }
  std::sort(entry.signatures.begin() + 1, entry.signatures.end(), comes_before);
  return parse_entry(note::format({entry.text, entry.signatures}));
}

Result<Entry> add_signature(const Entry& entry, const SignAs& signer) {
  MC_ASSIGN(auto line, note::sign(entry.text, signer.name, *signer.signer));
  for (const auto& existing : entry.signatures)
    if (existing.name == line.name && existing.id == line.id)
      return fail(Code::signature_superfluous, quote(line.name) + " has signed this entry already");
  std::vector<note::SignatureLine> lines = entry.signatures;
  lines.push_back(std::move(line));
  std::sort(lines.begin() + 1, lines.end(), comes_before);
  return parse_entry(note::format({entry.text, lines}));
}

EntryHash entry_hash(std::string_view bytes) {
  return EntryHash(merkle::leaf_hash(as_bytes(bytes)).bytes);
}

ByteArray<32> statement_hash(std::string_view text) { return crypto::sha256(as_bytes(text)); }

}  // namespace medchain::entry
