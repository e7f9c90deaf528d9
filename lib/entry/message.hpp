// Messages: our own lines beside entries (CLI.md 4), written and strictly read by their field
// lists.
#pragma once

#include <string>
#include <string_view>

#include "entry/codec.hpp"
#include "entry/encoder.hpp"

namespace medchain::entry {

/// {"schema":"medchain/1","type":TYPE,...fields...}
template <HasFields T>
json::Object encode_message(std::string_view type, const T& value) {
  json::Object object;
  object.set("schema", "medchain/1").set("type", type);
  Encoder encoder(object);
  T::fields(value, encoder);
  return object;
}
/// Strict (CLI.md 4).  Fails with input_invalid naming the field.
template <HasFields T>
Result<T> decode_message(std::string_view type, std::string_view line) {
  MC_ASSIGN(const json::Object object, json::parse_object(line));
  T value;
  Decoder decoder(object, "");
  std::string found_schema, found_type;
  decoder(Field{"schema", Exposure::clear, ""}, found_schema);
  decoder(Field{"type", Exposure::clear, ""}, found_type);
  T::fields(value, decoder);
  if (auto status = decoder.finish(); !status)
    return fail(Code::input_invalid, status.error().message);
  if (found_schema != "medchain/1")
    return fail(Code::input_invalid,
                "field 'schema': expected 'medchain/1', got " + quote(found_schema));
  if (found_type != type)
    return fail(Code::input_invalid,
                "field 'type': expected '" + std::string(type) + "', got " + quote(found_type));
  return value;
}

}  // namespace medchain::entry
