// Other people's JSON as a value, for what must be understood as a whole (records are scanned:
// record_scanner.hpp).  Member order is kept.
#pragma once

#include <string_view>

#include "json/value.hpp"

namespace medchain::json {

/// Integers within 2^53-1 are integers; any other number is a string, as it is spelled.  A member
/// that is null is left out, null in an array is an empty object.  Fails with input_invalid (also
/// for duplicate keys and what is nested deeper than 64), input_encoding or input_too_long.
Result<Value> parse_foreign(std::string_view text);
/// The same; anything but an object is input_invalid.
Result<Object> parse_foreign_object(std::string_view text);

}  // namespace medchain::json
