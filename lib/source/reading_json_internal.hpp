// One reading as a JSON object of ours: lines of streams and items of day documents.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.hpp"
#include "source/series.hpp"

namespace medchain::source {

/// RFC 3339 with a time of the day and an offset, in the years 1970 to 9999 UTC.  Nothing if it is
/// not that.
std::optional<UnixSeconds> parse_instant(std::string_view text);

/// Members `time`, `value`, `unit`, optional `method`; optional `schema` and `type`.  Fails
/// with input_invalid naming the member.
Result<Reading> reading_of(const json::Object& object);

/// The one form we write: time in UTC, value as a string, method always there.
void append_json(const Reading& reading, std::string& out);

}  // namespace medchain::source
