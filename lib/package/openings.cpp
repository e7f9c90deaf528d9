#include "package/openings.hpp"

#include <map>

#include "crypto/sha256.hpp"
#include "entry/row.hpp"
#include "package/document_internal.hpp"

namespace medchain::package {
namespace {

/// The JSON form.
struct RecordDocument : RecordOpening {
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"file", Exposure::clear, "the member that is the record"}, self.file);
    visit(Field{"entry", Exposure::clear, "index of the anchor entry"}, self.entry);
    visit(Field{"row", Exposure::clear, "row of its manifest"}, self.row);
    visit(Field{"digest", Exposure::clear, "what the row commits to"}, self.digest);
    visit(Field{"salt", Exposure::clear, "opening of the commitment"}, self.salt);
    visit(Field{"source", Exposure::clear, "what gave the record its id"}, self.source);
    visit(Field{"type", Exposure::clear, "its type"}, self.type);
    visit(Field{"id", Exposure::clear, "its id"}, self.id);
  }
};

struct ValueDocument : ValueOpening {
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"field", Exposure::clear, "of the statement"}, self.field);
    visit(Field{"digest", Exposure::clear, "SHA-256 of the value"}, self.digest);
    visit(Field{"salt", Exposure::clear, "opening of the commitment"}, self.salt);
    visit(Field{"file", Exposure::clear, "the member that is the value"}, self.file);
    visit(Field{"text", Exposure::clear, "the value"}, self.text);
  }
};

struct Document {
  std::string schema, type;
  std::vector<RecordDocument> records;
  std::vector<ValueDocument> values;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"schema", Exposure::clear, "medchain/1"}, self.schema);
    visit(Field{"type", Exposure::clear, "openings"}, self.type);
    visit(Field{"records", Exposure::clear, "one for each record"}, self.records);
    visit(Field{"values", Exposure::clear, "one for each committed field"}, self.values);
  }
};
constexpr std::string_view document_type = "openings";

Error wrong(std::string_view list, std::size_t i, std::string_view field, std::string message) {
  return fail(Code::package_invalid, std::string(openings_name) + ": " + std::string(list) + "[" +
                                         std::to_string(i) + "]: field '" + std::string(field) +
                                         "': " + std::move(message));
}

Status check_record(std::size_t i, const RecordOpening& opening) {
  if (opening.row >= entry::max_rows)
    return wrong("records", i, "row",
                 "expected at most " + std::to_string(entry::max_rows - 1) + ", got " +
                     std::to_string(opening.row));
  for (const auto& [field, value] :
       {std::pair("source", &opening.source), std::pair("type", &opening.type),
        std::pair("id", &opening.id)})
    if (*value && (*value)->size() > max_identity_part)
      return wrong("records", i, field,
                   "expected at most " + std::to_string(max_identity_part) + " bytes, got " +
                       std::to_string((*value)->size()));
  return {};
}

using Digests = std::map<std::string_view, Digest>;  ///< of the members, by name

Status check_value(std::size_t i, const ValueOpening& opening, const Digests& members) {
  const auto bad = [i](std::string_view field, std::string message) {
    return wrong("values", i, field, std::move(message));
  };
  if (auto word = entry::Word::parse(opening.field); !word)
    return bad("field", word.error().message);
  if (opening.file && opening.text)
    return bad("text", "the value is a member of the package already");
  if (opening.text && Digest(crypto::sha256(as_bytes(*opening.text))) != opening.digest)
    return bad("text", "it has not the digest that is opened");
  if (opening.file) {
    const auto member = members.find(*opening.file);
    if (member == members.end()) return bad("file", "no member is named " + quote(*opening.file));
    if (member->second != opening.digest)
      return bad("file", "member " + quote(*opening.file) + " has not the digest that is opened");
  }
  return {};
}

}  // namespace

Status check_openings(const Openings& openings, const Manifest& manifest) {
  std::size_t i = 0;
  Digests members;
  for (const FileEntry& file : manifest.files) {
    members.emplace(file.name, file.digest);
    if (!file.name.starts_with(records_prefix)) continue;
    if (i == openings.records.size())
      return fail(Code::package_invalid,
                  std::string(openings_name) + ": nothing opens " + quote(file.name));
    if (openings.records[i].file != file.name)
      return wrong("records", i, "file",
                   "expected " + quote(file.name) + ", got " + quote(openings.records[i].file));
    MC_TRY(check_record(i, openings.records[i]));
    ++i;
  }
  if (i < openings.records.size())
    return wrong(
        "records", i, "file",
        "there is no such record, or it is opened already: " + quote(openings.records[i].file));
  for (std::size_t v = 0; v < openings.values.size(); ++v) {
    MC_TRY(check_value(v, openings.values[v], members));
    if (v > 0 && openings.values[v - 1].field >= openings.values[v].field)
      return wrong("values", v, "field",
                   "fields must be ascending, each once; got " + quote(openings.values[v].field));
  }
  return {};
}

std::string format_openings(const Openings& openings) {
  Document document{std::string(entry::schema), std::string(document_type), {}, {}};
  for (const RecordOpening& opening : openings.records) document.records.push_back({opening});
  for (const ValueOpening& opening : openings.values) document.values.push_back({opening});
  return format_document(document);
}

Result<Openings> parse_openings(std::string_view text, const Manifest& manifest) {
  MC_ASSIGN(Document document, parse_document<Document>(text, document_type, openings_name));
  Openings openings;
  openings.records.reserve(document.records.size());
  for (RecordDocument& opening : document.records) openings.records.push_back(std::move(opening));
  for (ValueDocument& opening : document.values) openings.values.push_back(std::move(opening));
  MC_TRY(check_openings(openings, manifest));
  return openings;
}

}  // namespace medchain::package
