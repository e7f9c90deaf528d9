// Reading and writing at a place of an open file.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace medchain {

/// The bytes from `at` on, whatever short reads happen: as many as there are, at most those of
/// `to`.  Fails with `code`.
Result<std::size_t> read_at(const File& file, std::span<std::byte> to, std::uint64_t at,
                            const std::string& path, Code code);

/// All bytes, whatever short writes happen.  Not synced.  Fails with `code`.
Status write_at(const File& file, ByteView bytes, std::uint64_t at, const std::string& path,
                Code code);

}  // namespace medchain
