// A strict tokenizer for the JSON of others (RFC 8259): it knows where each token stands and how it
// is spelled, which simdjson's tree does not tell.  It is for what is rare: canonical output,
// spelling of numbers, numbers that simdjson cannot hold, and saying what is wrong and where.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace medchain::json {

struct Token {
  enum class Kind : std::uint8_t { object, array, end, string, number, literal };
  std::uint32_t
      begin = 0,
      end = 0;  ///< the bytes of a scalar or key, quotes included; of a container its bracket
  std::uint32_t next = 0;  ///< the token behind this value with all that is in it
  Kind kind = Kind::end;
  bool has_escape = false;  ///< of a string
};

/// The tokens of one JSON value in their order: in an object each key (a string) stands before its
/// value; a container ends with an `end`.  Fails with input_too_long, input_encoding, or
/// input_invalid saying what and at which byte. Duplicate keys are not looked for.
Result<std::vector<Token>> tokenize(std::string_view text);

/// What is between the quotes of a string token, unescaped.
std::string unescape(std::string_view text, const Token& string);

/// `json at byte N: WHAT` as input_invalid.
Error fail_at(std::size_t at, std::string_view what);

}  // namespace medchain::json
