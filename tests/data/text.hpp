// Appending numbers, dates and encodings to a string.  No locale, no clock, no stdio.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace medchain::testdata {

/// Days since 1970-01-01 of a proleptic Gregorian date.
int days_of(int year, unsigned month, unsigned day);

void append_number(std::string& out, std::uint64_t value);
/// At least `width` digits, with leading zeros.
void append_padded(std::string& out, std::uint64_t value, unsigned width);
/// `scaled` / 10^digits with all its digits: (710, 2) is `7.10`, (40, 1) is `4.0`.
void append_fixed(std::string& out, int scaled, unsigned digits);

/// 2024-03-09
void append_date(std::string& out, int day);
/// 20240309
void append_compact_date(std::string& out, int day);
/// 2024-03-09T08:05:00+08:00; `second` is the second of the day, 0 to 86,399.
void append_time(std::string& out, int day, int second, std::string_view zone);
/// 080500
void append_compact_time(std::string& out, int second);

void append_hex(std::string& out, std::uint64_t value, unsigned digits);
/// A version 4 UUID made of two random numbers.
void append_uuid(std::string& out, std::uint64_t high, std::uint64_t low);
/// A DICOM UID below 2.25, at most 41 characters.
void append_uid(std::string& out, std::uint64_t high, std::uint64_t low);

/// RFC 4648 section 4, with padding.
void append_base64(std::string& out, std::string_view bytes);
/// Escapes & < > and the double quote.
void append_xml(std::string& out, std::string_view text);

/// One code point of valid UTF-8, and how many bytes it took.
struct CodePoint {
  std::uint32_t value;
  unsigned length;
};
CodePoint decode_utf8(std::string_view text);

}  // namespace medchain::testdata
