// The JSON members of a package: one line with one spelling, like a statement (DESIGN 5).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "entry/codec.hpp"
#include "entry/entry.hpp"
#include "json/value.hpp"

namespace medchain::package {

template <entry::HasFields T>
std::string format_document(const T& document) {
  return json::write(entry::encode(document)) + "\n";
}

/// T has the fields `schema` and `type`.  Fails with package_invalid; messages begin with `name`.
template <entry::HasFields T>
Result<T> parse_document(std::string_view text, std::string_view type, std::string_view name) {
  const auto wrong = [&](std::string message) {
    return fail(Code::package_invalid, std::string(name) + ": " + std::move(message));
  };
  auto object = json::parse_object(text);
  if (!object) return wrong(object.error().message);
  auto document = entry::decode<T>(*object);
  if (!document) return wrong(document.error().message);
  if (document->schema != entry::schema)
    return wrong("field 'schema': expected '" + std::string(entry::schema) + "', got " +
                 quote(document->schema));
  if (document->type != type)
    return wrong("field 'type': expected " + quote(type) + ", got " + quote(document->type));
  if (format_document(*document) != text)
    return wrong(
        "not spelled as medchain/1 spells it: one line without spaces, fields in their order");
  return document;
}

}  // namespace medchain::package
