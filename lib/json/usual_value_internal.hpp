// The fast way to read an object of ours: simdjson's tree parser, which checks every byte, for what
// has nothing unusual in it.  What is not read here is for the exact parser, which says what is
// wrong with it and where, or finds nothing.
#pragma once

#include <optional>
#include <string_view>

#include "json/value.hpp"

namespace medchain::json {

/// What parse() gives for this text; nothing where the exact parser is to decide.  Thread-safe.
std::optional<Object> parse_usual_object(std::string_view text);

/// parse() by the exact parser alone: for tests that hold one against the other.
Result<Value> parse_exactly(std::string_view text);

}  // namespace medchain::json
