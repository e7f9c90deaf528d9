// Job files (medchain-config(5)): the sources of a nightly run in YAML.
//   retry: {times: 3, wait: 5m}     of locks, and of files on network shares
//   sources:
//     - files: [exports, scans]     files and directories; no wildcards
//       id-from: auto
//       subject-from: json:/patient
//       type: Observation
//       source: lab
//       canonical: json
//       min-age: 30m
//       ignore: [/meta]
//       input-encoding: gb18030
//     - manifest: export/manifest.json     of a FHIR bulk data export, in place of files
#pragma once

#include <memory>
#include <string>

#include "base/file.hpp"
#include "cli/export_source.hpp"
#include "cli/job_retry.hpp"
#include "cli/sealing.hpp"
#include "cli/session.hpp"
#include "source/source.hpp"

namespace medchain::cli {

struct Job {
  File lock;  ///< of the job: held until it is closed
  Retry retry;
  std::unique_ptr<source::Reader> reader;  ///< all sources as one stream, in order
  Places places;                           ///< what the reader opens
  std::shared_ptr<ExportReport> exports = std::make_shared<ExportReport>();
};

/// Relative names are relative to the job file.  --min-age is for sources that say none.  Fails
/// with config_invalid, FILE:LINE, with lock_timeout if another run has the job's lock, which a dry
/// run does not take, and as open_export().
Result<Job> read_job(Session& session, const std::string& path);

}  // namespace medchain::cli
