// A FHIR bulk data export as a source of a job: its manifest says which files there are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/job_retry.hpp"
#include "source/source.hpp"

namespace medchain::cli {

/// What manifests say, and what was found to be otherwise.
struct ExportReport {
  std::uint64_t deleted = 0;                   ///< resources that are gone at their source
  std::uint64_t errors = 0;                    ///< the server told of what it could not give
  std::uint64_t mismatches = 0;                ///< files with another count of resources
  std::vector<std::string> notices, warnings;  ///< for people

  bool is_complete() const { return errors == 0 && mismatches == 0; }
};

struct ExportSource {
  std::unique_ptr<source::Reader> reader;
  ReadAgain again;  ///< of files that it could not read
};

/// The `output` files, read in their order; `report` has got deleted and errors, and gets
/// mismatches while that is read: what is not read to its end has no count.  Fails with
/// input_unreadable if one of the files is not there, and with the fault of the manifest, or of
/// what it names.
Result<ExportSource> open_export(const std::string& manifest, const source::Options& options,
                                 std::shared_ptr<ExportReport> report);

}  // namespace medchain::cli
