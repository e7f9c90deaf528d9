// What the parts of the record scanner share: simdjson's tree of one record.  Views into it are
// valid until the next parse.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "json/record_scanner.hpp"

namespace medchain::json {

/// Empty if it is not a string.
std::string_view string_of(const simdjson::dom::element& value);
/// The first member of that name; nothing too if the value is not an object.
std::optional<simdjson::dom::element> member_of(const simdjson::dom::element& value,
                                                std::string_view name);
/// Empty if there is none or it is not a string.
std::string_view member_string(const simdjson::dom::element& value, std::string_view name);

/// The value, or each item of an array.
template <class Visit>
void for_each(const simdjson::dom::element& value, const Visit& visit) {
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return visit(value);
  for (const simdjson::dom::element item : array) visit(item);
}

/// Codes of meta.security as they stand there; empty ones are left out.
template <class Visit>
void for_each_label(const simdjson::dom::element& meta, const Visit& visit) {
  const auto security = member_of(meta, "security");
  if (!security) return;
  for_each(*security, [&visit](const simdjson::dom::element& label) {
    const std::string_view code = member_string(label, "code");
    if (!code.empty()) visit(code);
  });
}

struct RecordScanner::Impl {
  std::optional<simdjson::dom::parser> parser;
  std::optional<simdjson::dom::document> document;
  std::size_t capacity = 0;
  std::string without_numbers;  // see parse_unusual
  std::string patient;          // backs FhirFields::subject of a Patient
  std::string labels;           // backs FhirFields::labels

  simdjson::error_code make_room(std::size_t bytes);
  Result<simdjson::dom::element> parse(std::string_view text);
  Result<simdjson::dom::element> parse_unusual(std::string_view text, simdjson::error_code reason);
};

}  // namespace medchain::json
