// Emitted acts: the lines that --emit prints and that are endorsed or applied elsewhere
// (medchain-ndjson(5), decision 0026).  A package comes in bounded chunks ahead of the entry that
// names it.  Parsers are strict: what was typed wrongly must not get into a ledger.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/file.hpp"
#include "cli/session.hpp"
#include "json/value.hpp"
#include "ledger/ledger.hpp"
#include "package/store.hpp"

namespace medchain::cli {

/// Of our own streams (CLI.md 4).
constexpr std::size_t max_stream_line = std::size_t{1} << 20;
/// Bytes of a package in one line, which stays below max_stream_line in base64.
constexpr std::size_t max_chunk = std::size_t{1} << 19;

/// {"schema":...,"type":"entry","note":...}
json::Object emitted(const ledger::Prepared& prepared);
Result<ledger::Prepared> parse_emitted(const json::Object& object);
Result<ledger::Prepared> parse_emitted(std::string_view line);

/// {"schema":...,"type":"package","package":...,"bytes":...,"offset":...,"data":...}
struct PackageChunk {
  PackageHash package;
  std::uint64_t bytes = 0;   ///< of the whole package, at least 1
  std::uint64_t offset = 0;  ///< of this chunk
  Bytes data;                ///< at least 1, at most max_chunk
};
json::Object emitted(const PackageChunk& chunk);
Result<PackageChunk> parse_chunk(const json::Object& object);

/// The type of an object of ours.  Fails with input_invalid if it is none.
Result<std::string> stream_type(const json::Object& object);

/// The package in chunks.  Fails with storage_failed, with store_damaged if it has another size,
/// and as the output does.
Status emit_package(Output& out, const File& file, const PackageHash& package, std::uint64_t bytes);
/// The package that the entry names, if it is in `packages`, and the entry.  That it is missing is
/// told.
Status emit_act(Session& session, const package::Store& packages, const ledger::Prepared& prepared);

}  // namespace medchain::cli
