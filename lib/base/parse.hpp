// Numbers, times and durations from text (CLI.md 1 and 7): decimal, no sign, no leading zero, in
// range.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain {

/// Fails with input_invalid: not decimal, leading zero, sign, or outside [min, max].
Result<std::uint64_t> parse_u64(std::string_view text, std::uint64_t min = 0,
                                std::uint64_t max = UINT64_MAX);

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: times that have a spelling.
constexpr UnixSeconds first_time(-62135596800), last_time(253402300799);
/// `2025-03-01T09:30:00Z`.  Outside of first_time and last_time it is an internal error of the
/// caller.
std::string format_time(UnixSeconds time);
/// Exactly the form that format_time writes, nothing else: for entries.
Result<UnixSeconds> parse_time_strict(std::string_view text);
/// RFC 3339 with any offset and fraction (cut off), or `YYYY-MM-DD` (00:00Z): for options and
/// records.
Result<UnixSeconds> parse_time(std::string_view text);

/// `45s 30m 12h 90d`, one unit.  Result in seconds.
Result<std::int64_t> parse_duration(std::string_view text);
/// The largest unit that divides: `90d`, `36h`, `61s`.
std::string format_duration(std::int64_t seconds);
/// An age for people, rounded down to a unit of which there are two at least: `90s`, `36h`.
std::string rough_duration(std::int64_t seconds);

}  // namespace medchain
