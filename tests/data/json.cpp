#include "json.hpp"

#include <cstddef>

#include "text.hpp"

namespace medchain::testdata {

namespace {

bool is_plain(char c, EscapeStyle style) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || c == '"' || c == '\\') return false;
  if (style == EscapeStyle::raw_utf8) return true;
  return byte < 0x80 && (c != '/' || style == EscapeStyle::ascii);
}

void append_unit(std::string& out, std::uint32_t unit) {
  out += "\\u";
  append_hex(out, unit, 4);
}

void append_escaped(std::string& out, CodePoint point) {
  if (point.value == '\n') {
    out += "\\n";
  } else if (point.value == '\t') {
    out += "\\t";
  } else if (point.value == '"' || point.value == '\\' || point.value == '/') {
    out += '\\';
    out += static_cast<char>(point.value);
  } else if (point.value < 0x10000) {
    append_unit(out, point.value);
  } else {
    append_unit(out, 0xd800 + ((point.value - 0x10000) >> 10));
    append_unit(out, 0xdc00 + ((point.value - 0x10000) & 0x3ff));
  }
}

void append_line_break(std::string& out, std::size_t depth) {
  out += '\n';
  out.append(2 * depth, ' ');
}

}  // namespace

void append_json(std::string& out, std::string_view text, EscapeStyle style) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain], style)) ++plain;
    out.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const CodePoint point = decode_utf8(text);
    append_escaped(out, point);
    text.remove_prefix(point.length);
  }
}

void append_indented(std::string& out, std::string_view compact) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += compact[++i];
      if (c == '"') in_string = false;
    } else if (c == '{' || c == '[') {
      out += c;
      append_line_break(out, ++depth);
    } else if (c == '}' || c == ']') {
      append_line_break(out, --depth);
      out += c;
    } else {
      out += c;
      if (c == ',') append_line_break(out, depth);
      if (c == ':') out += ' ';
      if (c == '"') in_string = true;
    }
  }
}

}  // namespace medchain::testdata
