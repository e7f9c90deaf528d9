// Limits of our own JSON, shared by the sources of this directory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace medchain::json {

/// Integers beyond this are not exact in the doubles of other readers (RFC 7493 section 2.2).
constexpr std::int64_t max_integer = (std::int64_t{1} << 53) - 1;
/// Arrays and objects open at one time in our own objects.
constexpr std::size_t max_nesting = 32;

}  // namespace medchain::json
