// Which id a record gets, and which ids are fit for one.  Messages name fields, never values: they
// may reach logs.
#include <algorithm>

#include "base/text.hpp"
#include "source/run_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::string_view json_prefix = "json:";

/// RFC 6901 section 3: empty, or reference tokens behind slashes; '~' only as ~0 and ~1.
bool is_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
      return false;
  return is_utf8(text);
}

/// A FHIR resource type: it stands in clear on the ledger, so that a value of any other shape is
/// not taken for one.
bool is_fhir_type(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

/// As entry::Word.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_fit(std::string_view text) { return text.size() <= max_id && !has_control(text); }

Status check_options(const Options& options) {
  if (!options.type.empty() && !is_word(options.type))
    return fail(Code::usage, "the record type: expected 1 to 64 letters, digits, '.', '_' or '-'");
  if (!is_fit(options.source) || !is_utf8(options.source))
    return fail(Code::usage,
                "the source name: expected at most 1024 bytes of UTF-8 without control characters");
  if (options.decoder && options.canonical_json)
    return fail(Code::usage,
                "a canonical form is of UTF-8: it cannot be taken of another encoding");
  if (options.subject &&
      (options.subject->rule == IdRule::path || options.subject->rule == IdRule::automatic))
    return fail(Code::usage,
                "the subject can be taken by 'json:/POINTER', 'dicom', 'cda' or 'hl7v2' only");
  return {};
}

}  // namespace

Result<Identity> parse_identity(std::string_view text) {
  if (text.substr(0, json_prefix.size()) == json_prefix) {
    const std::string_view pointer = text.substr(json_prefix.size());
    // The whole document cannot be an id.
    if (pointer.empty() || !is_pointer(pointer))
      return fail(Code::usage, quote(text) + ": expected a JSON pointer after 'json:'")
          .with_hint("a pointer begins with a slash: 'json:/identifier/0/value'");
    return Identity{IdRule::json, std::string(pointer)};
  }
  static constexpr std::pair<std::string_view, IdRule> words[] = {
      {"auto", IdRule::automatic}, {"path", IdRule::path},   {"dicom", IdRule::dicom},
      {"cda", IdRule::cda},        {"hl7v2", IdRule::hl7v2},
  };
  std::vector<std::string> names = {std::string(json_prefix) + "/POINTER"};
  for (const auto& [word, rule] : words) {
    if (word == text) return Identity{rule, {}};
    names.emplace_back(word);
  }
  Error error =
      fail(Code::usage,
           quote(text) + ": expected 'auto', 'path', 'json:/POINTER', 'dicom', 'cda' or 'hl7v2'");
  if (const auto near = nearest(text, names)) error.hint = "did you mean '" + *near + "'?";
  return error;
}

Result<Identity> parse_subject(std::string_view text) {
  MC_ASSIGN(Identity identity, parse_identity(text));
  if (identity.rule == IdRule::path || identity.rule == IdRule::automatic)
    return fail(Code::usage, quote(text) + ": expected 'json:/POINTER', 'dicom', 'cda' or 'hl7v2'");
  return identity;
}

Result<std::vector<std::string>> parse_ignored(std::vector<std::string> pointers) {
  for (const std::string& pointer : pointers)
    if (pointer.empty() || !is_pointer(pointer) || !is_fit(pointer))
      return fail(Code::usage, quote(pointer) + ": expected a JSON pointer to what is ignored")
          .with_hint("a pointer begins with a slash: '/meta'");
  std::sort(pointers.begin(), pointers.end());
  pointers.erase(std::unique(pointers.begin(), pointers.end()), pointers.end());
  return pointers;
}

Run::Run(const Options& from) : options(from), valid(check_options(from)) {
  if (id_is(IdRule::json)) pointers.push_back(options.id.pointer);
  if (subject_is(IdRule::json)) pointers.push_back(options.subject->pointer);
  for (const std::string& text : options.ignored)
    if (auto pointer = json::parse_pointer(text)) ignored.push_back(std::move(*pointer));
  ignored_name = join(options.ignored, "\n");
}

Result<std::string_view> text_of(Run& run, std::string_view text, std::string_view what) {
  if (!run.options.decoder) return text;
  MC_ASSIGN(run.decoded, run.options.decoder->decode(text, what));
  run.decoded.reserve(run.decoded.size() + json::RecordScanner::padding);
  return std::string_view(run.decoded);
}

Status scan_json(Run& run, std::string_view bytes, std::string_view place, Record& record) {
  MC_ASSIGN(const std::string_view text, text_of(run, bytes, "the text"));
  MC_ASSIGN(const json::FhirFields fields, run.scanner.scan_fhir(text));
  const bool is_fhir = is_fhir_type(fields.resource_type);
  if (is_fhir) {
    record.type = fields.resource_type;
    record.subject = fields.subject;
    record.date = fields.date;
    record.code = fields.code;
    if (fields.labels && fields.labels->size() <= max_id) record.labels.emplace(*fields.labels);
  }
  if (!run.id_is(IdRule::json)) {
    record.id_rule = IdRule::automatic;
    if (is_fhir) record.id = fields.id;
  }
  if (run.pointers.empty()) return {};

  // The views above end here.
  MC_ASSIGN(auto values, run.scanner.scan_pointers(text, run.pointers));
  if (run.id_is(IdRule::json)) {
    record.id_rule = IdRule::json;
    record.id = std::move(values.front()).value_or(std::string());
    if (!is_fhir) record.type = run.options.type.empty() ? "JSON" : run.options.type;
  }
  if (run.subject_is(IdRule::json)) {
    if (values.back() && !values.back()->empty())
      record.subject = std::move(*values.back());
    else
      run.notices.count(Notice::no_subject, place);
  }
  return {};
}

Error no_json_identity(const Run& run, const Record& record) {
  if (run.id_is(IdRule::json))
    return fail(Code::input_no_identity,
                "no string or number at JSON pointer " + quote(run.options.id.pointer));
  return fail(Code::input_no_identity,
              record.type.empty()
                  ? "not a FHIR resource: expected a type name in field 'resourceType'"
                  : "FHIR resource without an id: field 'id' is missing or empty")
      .with_hint("say where the id is: '--id-from=json:/POINTER'");
}

void digest_bytes(Run& run, std::string_view bytes, Record& record) {
  record.digest = Digest(run.sha256.update(bytes).finish());
  record.size = bytes.size();
}

void digest_part(Run& run, std::string_view text, Record& record) {
  if (run.ignored.empty()) return;
  const auto decoded = text_of(run, text, "the text");
  if (!decoded) return;
  const auto form = json::canonical_json(*decoded, run.ignored);
  if (form) record.part = PartDigest{run.ignored_name, Digest(crypto::sha256(as_bytes(*form)))};
}

Status digest_json(Run& run, std::string_view text, Record& record) {
  digest_part(run, text, record);
  if (!run.options.canonical_json) {
    digest_bytes(run, text, record);
    return {};
  }
  MC_ASSIGN(const std::string canonical, json::canonical_json(text));
  digest_bytes(run, canonical, record);
  record.canonical = true;
  return {};
}

void take_identified(Identified found, std::string_view type, IdRule rule, Record& record) {
  record.type = type;
  record.id = std::move(found.id);
  record.group = std::move(found.group);
  record.date = std::move(found.date);
  if (record.subject.empty()) record.subject = std::move(found.subject);
  record.id_rule = rule;
}

Status take_path(Run& run, Record& record) {
  MC_ASSIGN(record.id, text_of(run, record.path, "the path"));
  record.id_rule = IdRule::path;
  if (record.type.empty()) record.type = run.options.type.empty() ? "file" : run.options.type;
  return {};
}

Status decode_fields(Run& run, Identified& found) {
  for (const auto& [field, name] :
       {std::pair(&found.id, "the id"), std::pair(&found.subject, "the subject"),
        std::pair(&found.group, "the group"), std::pair(&found.date, "the date")}) {
    MC_ASSIGN(*field, text_of(run, *field, name));
  }
  return {};
}

Status check_length(std::string_view field, std::string_view text) {
  if (text.size() <= max_id) return {};
  return fail(Code::input_invalid, std::string(field) + ": expected at most " +
                                       std::to_string(max_id) + " bytes, got " +
                                       std::to_string(text.size()));
}

Status check_printable(std::string_view field, std::string_view text) {
  MC_TRY(check_length(field, text));
  if (has_control(text))
    return fail(Code::input_invalid,
                std::string(field) + ": a control character is not allowed in it");
  return {};
}

Status check_record(Record& record) {
  if (record.id.empty()) return fail(Code::input_no_identity, "the id is empty");
  // A file may be called anything; ids that somebody wrote into content are words.
  if (record.id_rule == IdRule::path)
    MC_TRY(check_length("the path, taken as id", record.id));
  else
    MC_TRY(check_printable("the id", record.id));
  MC_TRY(check_printable("the subject", record.subject));
  for (std::string* extra : {&record.group, &record.date, &record.code})
    if (!is_fit(*extra)) extra->clear();
  return {};
}

void count_rule(Run& run, const Record& record) {
  if (!run.id_is(IdRule::automatic)) return;
  switch (record.id_rule) {
    case IdRule::automatic:
      return run.notices.count(Notice::fhir);
    case IdRule::dicom:
      return run.notices.count(Notice::dicom);
    case IdRule::cda:
      return run.notices.count(Notice::cda);
    case IdRule::hl7v2:
      return run.notices.count(Notice::hl7v2);
    case IdRule::path:
      return run.notices.count(Notice::path);
    case IdRule::json:
      return;
  }
}

}  // namespace medchain::source
