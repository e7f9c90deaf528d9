// Reading records of others with simdjson's tree parser.  Why the tree and not "on demand": on
// demand checks only what is looked at, the tree parser has checked every byte before it hands out
// anything, and it is in the shared library with run-time dispatch, so that it is as fast on any
// machine (measured: about 0.6 us for a line of 1.5 kB).
//
// Two things it does not do are done over the tokens (tokens_internal.hpp): numbers beyond 64 bits
// or the range of double are valid JSON but stop it, and it does not keep the spelling of numbers.
//
// Where a key stands twice the first one counts, in simdjson and so here.
#include "json/record_scanner.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/text.hpp"
#include "json/fhir_fields_internal.hpp"
#include "json/limits_internal.hpp"
#include "json/record_scanner_internal.hpp"
#include "json/tokens_internal.hpp"

namespace medchain::json {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

static_assert(RecordScanner::padding >= simdjson::SIMDJSON_PADDING);

constexpr FhirMemberTable fhir_table;
static_assert(!fhir_table.has_collision());

/// Buffers beyond this are given back when smaller records come again: one huge record must not
/// cost memory for ever.
constexpr std::size_t kept_capacity = std::size_t{4} << 20;

/// An array or object open at the same time more than the tree parser counts: it wants room for the
/// root.
constexpr std::size_t parser_depth = max_record_nesting + 1;

/// The value itself, or the first item of an array; nothing for an empty array.
std::optional<element> first_of(const element& value) {
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return value;
  if (array.begin() == array.end()) return std::nullopt;
  return *array.begin();
}

std::string_view reference_of(const element& value) {
  element reference = value;
  simdjson::dom::array array;
  if (value.get(array) == simdjson::SUCCESS) {
    // A resource about several subjects has no one subject.
    if (array.begin() == array.end() || ++array.begin() != array.end()) return {};
    reference = *array.begin();
  }
  const std::string_view text = member_string(reference, "reference");
  return text.starts_with('#') ? std::string_view() : text;  // contained: names nobody outside
}

std::string_view code_of(const element& value) {
  const auto concept_value = first_of(value);
  if (!concept_value) return {};
  const auto codings = member_of(*concept_value, "coding");
  if (!codings || !codings->is_array()) return {};
  const auto coding = first_of(*codings);
  return coding ? member_string(*coding, "code") : std::string_view();
}

/// RFC 6901 section 4: decimal without leading zero.
std::optional<std::size_t> array_index(std::string_view step) {
  if (step.empty() || step.size() > 9 || (step.size() > 1 && step.front() == '0'))
    return std::nullopt;
  std::size_t index = 0;
  for (const char c : step) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

std::optional<element> follow(element value, const Pointer& pointer) {
  for (const std::string& step : pointer.steps) {
    if (value.is_object()) {
      const auto member = member_of(value, step);
      if (!member) return std::nullopt;
      value = *member;
    } else {
      const auto index = array_index(step);
      if (!index || !value.is_array() || value.at(*index).get(value) != simdjson::SUCCESS)
        return std::nullopt;
    }
  }
  return value;
}

/// The same walk over the tokens.  Precondition: the pointer leads to a value.
std::string_view follow_tokens(std::string_view text, const std::vector<Token>& tokens,
                               const Pointer& pointer) {
  std::uint32_t at = 0;
  for (const std::string& step : pointer.steps) {
    const bool is_object = tokens[at].kind == Token::Kind::object;
    ++at;
    if (is_object) {
      while (unescape(text, tokens[at]) != step) at = tokens[at + 1].next;
      ++at;
    } else {
      for (std::size_t i = *array_index(step); i > 0; --i) at = tokens[at].next;
    }
  }
  return text.substr(tokens[at].begin, tokens[at].end - tokens[at].begin);
}

}  // namespace

Result<Pointer> parse_pointer(std::string_view text) {
  Pointer pointer;
  if (text.empty()) return pointer;
  if (text.front() != '/')
    return fail(Code::input_invalid, "json pointer " + quote(text) + ": expected '/' at its start");
  for (const std::string_view part : split(text.substr(1), '/')) {
    std::string step;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (part[i] != '~') {
        step += part[i];
        continue;
      }
      const char c = i + 1 < part.size() ? part[++i] : '\0';
      if (c != '0' && c != '1')
        return fail(Code::input_invalid, "json pointer " + quote(text) + ": expected '~0' or '~1'");
      step += c == '0' ? '~' : '/';
    }
    pointer.steps.push_back(std::move(step));
  }
  return pointer;
}

std::string_view string_of(const element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::optional<element> member_of(const element& value, std::string_view name) {
  element found;
  if (!value.is_object() || value.at_key(name).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

std::string_view member_string(const element& value, std::string_view name) {
  const auto member = member_of(value, name);
  return member ? string_of(*member) : std::string_view();
}

simdjson::error_code RecordScanner::Impl::make_room(std::size_t bytes) {
  // Of an empty text, too: without a capacity there is no parser yet.
  if (capacity > 0 && bytes <= capacity &&
      (capacity <= kept_capacity || bytes > kept_capacity / 4))
    return simdjson::SUCCESS;
  const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(bytes, 4096));
  capacity = 0;
  parser.emplace(max_record_bytes);
  document.emplace();
  if (const auto error = parser->allocate(wanted, parser_depth)) return error;
  if (const auto error = document->allocate(wanted)) return error;
  capacity = wanted;
  return simdjson::SUCCESS;
}

Result<element> RecordScanner::Impl::parse(std::string_view text) {
  if (text.size() > max_record_bytes)
    return fail(Code::input_too_long, "json of " + std::to_string(text.size()) +
                                          " bytes, the limit is " +
                                          std::to_string(max_record_bytes));
  simdjson::error_code error = make_room(text.size());
  element root;
  if (error == simdjson::SUCCESS)
    error = parser->parse_into_document(*document, text.data(), text.size(), false).get(root);
  if (error == simdjson::SUCCESS) return root;
  return parse_unusual(text, error);
}

/// Either the text is wrong, then the tokenizer says where; or it has numbers that simdjson cannot
/// hold, then they are replaced by zeros of the same length.
Result<element> RecordScanner::Impl::parse_unusual(std::string_view text,
                                                   simdjson::error_code reason) {
  if (reason == simdjson::MEMALLOC)
    return fail(Code::input_too_long,
                "json of " + std::to_string(text.size()) + " bytes: not enough memory");
  MC_ASSIGN(const std::vector<Token> tokens, tokenize(text));
  if (reason == simdjson::NUMBER_ERROR) {
    without_numbers.assign(text);
    without_numbers.append(padding, ' ');
    for (const Token& token : tokens)
      if (token.kind == Token::Kind::number) {
        std::fill(&without_numbers[token.begin], &without_numbers[token.end], ' ');
        without_numbers[token.begin] = '0';
      }
    element root;
    reason = parser->parse_into_document(*document, without_numbers.data(), text.size(), false)
                 .get(root);
    if (reason == simdjson::SUCCESS) return root;
  }
  // The two disagree: never seen, and refusing is safe.
  return fail(Code::input_invalid, std::string("json: ") + simdjson::error_message(reason));
}

namespace {

/// Whether `lines` has this one.
bool has_line(std::string_view lines, std::string_view wanted) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (lines.substr(0, end) == wanted) return true;
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return false;
}

/// `text` backs what it gives.
std::optional<std::string_view> labels_of(const element& meta, std::string& text) {
  text.clear();
  bool is_plain = true;
  for_each_label(meta, [&](std::string_view code) {
    is_plain = is_plain && std::none_of(code.begin(), code.end(), [](char c) {
                 return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
               });
    if (!is_plain || has_line(text, code)) return;
    if (!text.empty()) text += '\n';
    text += code;
  });
  return is_plain ? std::optional<std::string_view>(text) : std::nullopt;
}

/// `patient` backs the subject of a Patient, `labels` the labels.
void evaluate(const std::array<element, fhir_member_count>& found, std::uint64_t present,
              FhirFields& fields, std::string& patient, std::string& labels) {
  // Bits in the order of the table, which is the order in which they count.
  for (; present != 0; present &= present - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(present));
    const element& value = found[i];
    switch (fhir_members[i].role) {
      case Role::resource_type:
        fields.resource_type = string_of(value);
        break;
      case Role::id:
        fields.id = string_of(value);
        break;
      case Role::meta:
        fields.last_updated = member_string(value, "lastUpdated");
        fields.labels = labels_of(value, labels);
        break;
      case Role::subject:
        if (fields.subject.empty()) fields.subject = reference_of(value);
        break;
      case Role::date:
        if (fields.date.empty()) fields.date = string_of(value);
        break;
      case Role::period:
        if (fields.date.empty()) fields.date = member_string(value, "start");
        break;
      case Role::code:
        if (fields.code.empty()) fields.code = code_of(value);
        break;
    }
  }
  if (fields.resource_type == "Patient") {
    patient.clear();
    if (!fields.id.empty()) patient.append("Patient/").append(fields.id);
    fields.subject = patient;
  }
}

}  // namespace

RecordScanner::RecordScanner() : impl_(std::make_unique<Impl>()) {}
RecordScanner::~RecordScanner() = default;

Result<FhirFields> RecordScanner::scan_fhir(std::string_view text) {
  MC_ASSIGN(const element root, impl_->parse(text));
  FhirFields fields;
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return fields;
  static_assert(fhir_member_count <= 64);
  std::array<element, fhir_member_count> found;
  std::uint64_t present = 0;
  for (const auto& [key, value] : object) {
    const std::uint8_t i = fhir_table.find(key);
    if (i == FhirMemberTable::none || (present >> i & 1) != 0) continue;
    found[i] = value;
    present |= std::uint64_t{1} << i;
  }
  evaluate(found, present, fields, impl_->patient, impl_->labels);
  return fields;
}

Result<std::vector<std::optional<std::string>>> RecordScanner::scan_pointers(
    std::string_view text, const std::vector<std::string>& pointers) {
  MC_ASSIGN(const element root, impl_->parse(text));
  std::vector<std::optional<std::string>> results;
  std::vector<Token> tokens;  // only when a number is asked for
  for (const std::string& pointer_text : pointers) {
    MC_ASSIGN(const Pointer pointer, parse_pointer(pointer_text));
    auto& result = results.emplace_back();
    const auto value = follow(root, pointer);
    if (!value) continue;
    switch (value->type()) {
      case element_type::STRING:
        result.emplace(string_of(*value));
        break;
      case element_type::BOOL:
        result.emplace(value->get_bool().value_unsafe() ? "true" : "false");
        break;
      case element_type::INT64:
      case element_type::UINT64:
      case element_type::DOUBLE:
        if (tokens.empty()) {
          MC_ASSIGN(tokens, tokenize(text));
        }
        result.emplace(follow_tokens(text, tokens, pointer));
        break;
      case element_type::NULL_VALUE:
      case element_type::ARRAY:
      case element_type::OBJECT:
        break;
    }
  }
  return results;
}

}  // namespace medchain::json
