// The acts of the program.
#pragma once

#include <cstdint>
#include <string>

#include "resource.hpp"

namespace medchain::testdata {

struct Options {
  std::uint64_t count = 0;
  std::uint64_t seed = 0;
  std::uint64_t days = 0;
  TypeSet types{};
  unsigned changed_percent = 0;
  unsigned night = 0;
  bool conflicts = false;
  std::string canaries_path;  // empty: no canaries
  std::string planted_path;   // empty: nothing planted
  std::string output_directory;
};

/// FHIR R4 resources on standard output, one in each line.
void run_ndjson(const Options& options);
/// A tree of DICOM, CDA, PDF, HL7, FHIR and text files.
void run_files(const Options& options);
/// A glucose sensor export on standard output.
void run_cgm(const Options& options);

}  // namespace medchain::testdata
