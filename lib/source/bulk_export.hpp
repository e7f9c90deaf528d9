// Manifests of FHIR bulk data exports, kept beside the files that they name: which files there
// should be, and what the server said it could not give.
// Urls are not fetched: the last part of a url is the name of the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace medchain::source {

struct BulkFile {
  std::string name;                    ///< no directory in it
  std::optional<std::uint64_t> count;  ///< of the resources in it
  std::string pointer;                 ///< where the manifest names it (RFC 6901)
};
struct BulkManifest {
  std::vector<BulkFile> output, deleted, error;
};

/// Members that are not about files are not looked at.  Fails with input_invalid, naming the
/// member: no `output`, a url without a name of a file at its end, a name twice; and as
/// json::parse_foreign().
Result<BulkManifest> parse_bulk_manifest(std::string text);

/// The file of that name in the directory, or the same with `.gz` or `.zst` behind it.
std::optional<std::string> find_beside(const std::string& directory, const std::string& name);

struct BulkErrors {
  std::uint64_t errors = 0;  ///< issues that are errors or fatal
  std::uint64_t others = 0;  ///< warnings and information
};
/// Of OperationOutcomes, one a line.  Fails as the readers' problems do, naming the line, and with
/// interrupted once `stop_fd` (or -1) is readable.
Result<BulkErrors> read_bulk_errors(const std::string& path, int stop_fd);
/// How many resources Bundles, one a line, say to delete.  Fails likewise.
Result<std::uint64_t> read_bulk_deleted(const std::string& path, int stop_fd);

}  // namespace medchain::source
