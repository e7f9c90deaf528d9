// JSON strings: the one place where they are escaped, in the three spellings that real systems
// produce.  And an indenter for resources that are a file of their own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace medchain::testdata {

enum class EscapeStyle : std::uint8_t {
  raw_utf8,     // only what RFC 8259 section 7 demands
  ascii,        // everything above ASCII as \uXXXX, surrogate pairs above U+FFFF
  ascii_slash,  // ascii, and the solidus as \/
};

/// Appends `text`, valid UTF-8, escaped but without quotes.
void append_json(std::string& out, std::string_view text, EscapeStyle style);

/// Appends the same JSON value indented by two spaces for each level, every number and string
/// spelt as before.  `compact` must be valid JSON without white space between tokens.
void append_indented(std::string& out, std::string_view compact);

}  // namespace medchain::testdata
