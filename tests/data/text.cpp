#include "text.hpp"

#include <array>
#include <chrono>
#include <cstddef>

namespace medchain::testdata {

namespace {

std::chrono::year_month_day civil(int day) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day)));
}

void append_two(std::string& out, unsigned value) {
  const std::array<char, 2> digits = {static_cast<char>('0' + value / 10),
                                      static_cast<char>('0' + value % 10)};
  out.append(digits.data(), digits.size());
}

unsigned byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

}  // namespace

int days_of(int year, unsigned month, unsigned day) {
  const std::chrono::sys_days date =
      std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  return static_cast<int>(date.time_since_epoch().count());
}

void append_number(std::string& out, std::uint64_t value) { append_padded(out, value, 1); }

void append_padded(std::string& out, std::uint64_t value, unsigned width) {
  std::array<char, 24> digits;
  std::size_t start = digits.size();
  do {
    digits[--start] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (digits.size() - start < width && start > 0) digits[--start] = '0';
  out.append(digits.data() + start, digits.size() - start);
}

void append_fixed(std::string& out, int scaled, unsigned digits) {
  if (scaled < 0) out += '-';
  const auto magnitude = static_cast<unsigned>(scaled < 0 ? -scaled : scaled);
  unsigned unit = 1;
  for (unsigned i = 0; i < digits; ++i) unit *= 10;
  append_number(out, magnitude / unit);
  if (digits == 0) return;
  out += '.';
  append_padded(out, magnitude % unit, digits);
}

void append_date(std::string& out, int day) {
  const std::chrono::year_month_day date = civil(day);
  append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_two(out, static_cast<unsigned>(date.month()));
  out += '-';
  append_two(out, static_cast<unsigned>(date.day()));
}

void append_compact_date(std::string& out, int day) {
  const std::chrono::year_month_day date = civil(day);
  append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append_two(out, static_cast<unsigned>(date.month()));
  append_two(out, static_cast<unsigned>(date.day()));
}

void append_time(std::string& out, int day, int second, std::string_view zone) {
  append_date(out, day);
  const auto value = static_cast<unsigned>(second);
  out += 'T';
  append_two(out, value / 3600);
  out += ':';
  append_two(out, value / 60 % 60);
  out += ':';
  append_two(out, value % 60);
  out += zone;
}

void append_compact_time(std::string& out, int second) {
  const auto value = static_cast<unsigned>(second);
  append_two(out, value / 3600);
  append_two(out, value / 60 % 60);
  append_two(out, value % 60);
}

void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
  while (digits > 0) out += "0123456789abcdef"[(value >> (4 * --digits)) & 15];
}

void append_uuid(std::string& out, std::uint64_t high, std::uint64_t low) {
  append_hex(out, high >> 32, 8);
  out += '-';
  append_hex(out, high >> 16, 4);
  out += "-4";
  append_hex(out, high, 3);
  out += '-';
  append_hex(out, 8 | (low >> 62), 1);
  append_hex(out, low >> 48, 3);
  out += '-';
  append_hex(out, low, 12);
}

void append_uid(std::string& out, std::uint64_t high, std::uint64_t low) {
  // The number after 2.25 must be below 2^128 and has no leading zero: 1 to 18 digits, then 18.
  constexpr std::uint64_t limit = 1'000'000'000'000'000'000U;
  out += "2.25.";
  append_number(out, high % (limit - 1) + 1);
  append_padded(out, low % limit, 18);
}

void append_base64(std::string& out, std::string_view bytes) {
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + start;
  const auto put = [&](unsigned group, int letters) {
    for (int i = 0; i < letters; ++i) *to++ = alphabet[(group >> (18 - 6 * i)) & 63];
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    put(byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2), 4);
  }
  if (bytes.size() - i == 2) {
    put(byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8, 3);
    *to = '=';
  } else if (bytes.size() - i == 1) {
    put(byte_at(bytes, i) << 16, 2);
    *to++ = '=';
    *to = '=';
  }
}

void append_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
}

CodePoint decode_utf8(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  const unsigned length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t value = length == 1 ? lead : lead & (0xffU >> (length + 1));
  for (unsigned i = 1; i < length; ++i) value = value << 6 | (byte_at(text, i) & 0x3fU);
  return {value, length};
}

}  // namespace medchain::testdata
