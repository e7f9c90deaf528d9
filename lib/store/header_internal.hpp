// What is checked of a store before LMDB maps it: LMDB would die of SIGBUS where this gives an
// error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "store/file_system.hpp"

namespace medchain::store {

/// The newer of the two meta pages, as far as we need it.
struct Header {
  std::uint64_t page_size = 0;
  std::uint64_t last_page = 0;
  std::uint64_t txn = 0;
  std::uint64_t bytes() const { return (last_page + 1) * page_size; }
};

/// Reads both meta pages of data.mdb.  Fails with store_damaged (too short, not LMDB, impossible
/// values), ledger_newer (a data version we do not know), storage_failed.  Does not look at the
/// file's length beyond them.
Result<Header> read_header(const File& file, const std::string& path);

/// Fails with storage_failed.
Result<std::uint64_t> file_bytes(const File& file, const std::string& path);

}  // namespace medchain::store
