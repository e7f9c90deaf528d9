// Hex, base64, hashes, names, numbers and UTF-8: what is accepted is written again as the same
// bytes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/member_name.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"

using namespace medchain;

namespace {

void expect(bool condition) {
  if (!condition) __builtin_trap();
}

void check_encodings(std::string_view text) {
  const ByteView bytes = as_bytes(text);
  Bytes from_hex(text.size() / 2);
  if (parse_hex(text, from_hex)) expect(to_hex(from_hex) == text);
  Bytes again(text.size());
  expect(parse_hex(to_hex(bytes), again).ok() && equal(again, bytes));
  for (const Padding padding : {Padding::with, Padding::without}) {
    if (const auto parsed = parse_base64(text, padding))
      expect(to_base64(*parsed, padding) == text);
    const auto round = parse_base64(to_base64(bytes, padding), padding);
    expect(round.ok() && equal(*round, bytes));
  }
  if (const auto hash = parse_hash<Digest>(text)) expect(to_text(*hash) == text);
  if (const auto id = parse_statement_id(text)) expect(to_text(*id) == text);
  if (const auto name = MemberName::parse(text)) expect(name->get() == text);
  if (const auto number = parse_u64(text)) expect(std::to_string(*number) == text);
}

void check_text(std::string_view text) {
  const auto invalid = find_invalid_utf8(text);
  expect(!invalid || *invalid < text.size());
  if (invalid) expect(is_utf8(text.substr(0, *invalid)));
  std::size_t at = 0;
  bool replaced = false;
  while (at < text.size()) {
    const std::size_t before = at;
    const char32_t c = next_code_point(text, at);
    expect(at > before && at <= text.size() && c <= 0x10ffff);
    if (c == 0xfffd && at == before + 1) replaced = true;
  }
  expect(replaced == invalid.has_value());
  const std::string escaped = escape_for_terminal(text);
  expect(is_utf8(escaped) && escape_for_terminal(escaped) == escaped);
  for (const char c : escaped) expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  expect(is_utf8(quote(text)));
  for (const std::size_t width : {0u, 1u, 2u, 7u, 40u})
    expect(display_width(pad_to(text, width)) == width);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_encodings(text);
  check_text(text);
  return 0;
}
