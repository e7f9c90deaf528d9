// Byte arrays from hex in tests.
#pragma once

#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "crypto/secret.hpp"

namespace test {

inline medchain::Bytes hex(std::string_view text) {
  medchain::Bytes bytes(text.size() / 2);
  REQUIRE(medchain::parse_hex(text, bytes));
  return bytes;
}

template <class T>
T from_hex(std::string_view text) {
  T value;
  REQUIRE(medchain::parse_hex(text, value.bytes));
  return value;
}

inline medchain::crypto::Secret secret(std::string_view text) {
  return medchain::crypto::Secret::copy_of(hex(text));
}

/// The error of a result that must have failed with `code`, its message holding `piece`.
template <class T>
void check_error(const medchain::Result<T>& result, medchain::Code code, std::string_view piece) {
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message);
  CHECK(medchain::info(result.error().code).id == medchain::info(code).id);
  CHECK(result.error().message.find(piece) != std::string::npos);
}

}  // namespace test
