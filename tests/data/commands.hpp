// The acts of the program.
#pragma once

#include <cstdint>
#include <string>

#include "resource.hpp"

namespace medchain::testdata {

/// Of a glucose series.
enum class CgmLayout { dexcom, libre, table, ndjson, fhir };

struct Options {
  std::uint64_t count = 0;
  std::uint64_t seed = 0;
  std::uint64_t days = 0;
  TypeSet types{};
  CgmLayout layout = CgmLayout::dexcom;
  bool mmol = false;  // mmol/L, not mg/dL
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
/// A glucose series on standard output: a sensor's export or a stream.
void run_cgm(const Options& options);

}  // namespace medchain::testdata
