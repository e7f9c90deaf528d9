// Limits of json, shared by the sources of this directory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace medchain::json {

/// Our own objects: integers beyond this are not exact in the doubles of other readers (RFC 7493
/// section 2.2).
constexpr std::int64_t max_integer = (std::int64_t{1} << 53) - 1;
/// Our own objects: arrays and objects open at one time.
constexpr std::size_t max_nesting = 32;

/// Records of others: bytes of one, and arrays and objects with something in them open at one time.
constexpr std::size_t max_record_bytes = std::size_t{64} << 20;
constexpr std::size_t max_record_nesting = 512;

}  // namespace medchain::json
