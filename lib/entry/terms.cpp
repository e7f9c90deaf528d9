#include "entry/terms.hpp"

#include "crypto/sha256.hpp"
#include "entry/codec.hpp"
#include "entry/entry.hpp"

namespace medchain::entry {

std::string format_terms(const Terms& terms) {
  json::Object out;
  out.set("schema", schema).set("type", "terms");
  Encoder encoder(out);
  Terms::fields(terms, encoder);
  return json::write(out) + "\n";
}

Result<Terms> parse_terms(std::string_view text) {
  const auto wrong = [](std::string message) {
    return fail(Code::entry_invalid, "terms: " + std::move(message));
  };
  if (text.empty() || text.back() != '\n') return wrong("do not end in a line feed");
  auto object = json::parse_object(text.substr(0, text.size() - 1));
  if (!object) return wrong(object.error().message);
  Terms terms;
  Decoder decoder(*object, "");
  std::string stated_schema, type;
  decoder(Field{"schema", Exposure::clear, ""}, stated_schema);
  decoder(Field{"type", Exposure::clear, ""}, type);
  Terms::fields(terms, decoder);
  if (auto status = decoder.finish(); !status) return wrong(status.error().message);
  if (stated_schema != schema || type != "terms")
    return wrong("expected schema '" + std::string(schema) + "' and type 'terms', got " +
                 quote(stated_schema) + " and " + quote(type));
  if (format_terms(terms) != text) return wrong("not the one spelling of these terms");
  return terms;
}

Commitment commit_terms(const Salt& salt, std::string_view text) {
  const auto digest = crypto::sha256(as_bytes(text));
  return Commitment(
      crypto::sha256({as_bytes("medchain/1 terms\n"), salt.view(), ByteView(digest)}));
}

Commitment commit_document(const Salt& salt, const Digest& digest) {
  return Commitment(
      crypto::sha256({as_bytes("medchain/1 document\n"), salt.view(), digest.view()}));
}

}  // namespace medchain::entry
