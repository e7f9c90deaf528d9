#include "base/parse.hpp"
#include "source/reading_json_internal.hpp"
#include "source/series_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t date_size = 10;  ///< YYYY-MM-DD

Error expected(std::string_view field, std::string_view what, const json::Value* got) {
  std::string found = "nothing";
  if (got != nullptr) {
    found = got->string() != nullptr ? shape(*got->string()) : std::string(got->kind());
  }
  return fail(Code::input_invalid, "field '" + std::string(field) + "': expected " +
                                       std::string(what) + ", got " + found);
}

const std::string& text_of(const json::Value* value) {
  static const std::string none;
  return value != nullptr && value->string() != nullptr ? *value->string() : none;
}

}  // namespace

std::optional<UnixSeconds> parse_instant(std::string_view text) {
  if (text.size() <= date_size) return std::nullopt;
  const auto time = parse_time(text);  // ends with last_reading_time
  if (!time || *time < first_reading_time) return std::nullopt;
  return *time;
}

Result<Reading> reading_of(const json::Object& object) {
  for (const auto& [key, value] : object.members()) {
    if (key == "time" || key == "value" || key == "unit" || key == "method") continue;
    if (key == "schema") {
      if (text_of(&value) != "medchain/1") return expected(key, "'medchain/1'", &value);
    } else if (key == "type") {
      if (text_of(&value) != "reading") return expected(key, "'reading'", &value);
    } else {
      return fail(Code::input_invalid,
                  "field " + shape(key) + " is not known: expected time, value, unit, method");
    }
  }
  Reading reading;
  const json::Value* time = object.find("time");
  const auto instant = parse_instant(text_of(time));
  if (!instant)
    return expected("time", "a date and time with 'Z' or an offset, from 1970 to 9999", time);
  reading.time = *instant;

  const json::Value* value = object.find("value");
  if (value != nullptr && value->integer() != nullptr)
    reading.value = std::to_string(*value->integer());
  else
    reading.value = text_of(value);
  if (!is_value(reading.value))
    return expected("value", "a number such as 103 or \"5.6\", \"low\" or \"high\"", value);

  const json::Value* unit = object.find("unit");
  const auto known = find_unit(text_of(unit));
  if (!known || text_of(unit) != unit_name(*known))
    return expected("unit", "'mg/dL' or 'mmol/L'", unit);
  reading.unit = *known;

  if (const json::Value* method = object.find("method")) {
    const auto found = find_method(text_of(method));
    if (!found) return expected("method", "sensor, scan, strip or lab", method);
    reading.method = *found;
  }
  return reading;
}

void append_json(const Reading& reading, std::string& out) {
  // Nothing in these needs an escape.
  out.append(R"({"time":")").append(format_time(reading.time));
  out.append(R"(","value":")").append(reading.value);
  out.append(R"(","unit":")").append(unit_name(reading.unit));
  out.append(R"(","method":")").append(method_name(reading.method)).append("\"}");
}

}  // namespace medchain::source
