// How records are read: rules for identity and digest, which files are taken.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "source/decoder.hpp"

namespace medchain::source {

constexpr std::size_t max_id = 1024;  ///< bytes of an id, type, source or subject

/// Where the identity of a record comes from.
enum class IdRule {
  automatic,  ///< by content: FHIR, DICOM, CDA, HL7 v2, else the path; the stream says what it took
  path,
  json,   ///< a JSON pointer
  dicom,  ///< SOPInstanceUID; StudyInstanceUID is the group; PatientID the subject
  cda,    ///< /ClinicalDocument/id root^extension; recordTarget/patientRole/id the subject
  hl7v2,  ///< MSH-10 and PID-3; batch files are split at MSH segments
};
struct Identity {
  IdRule rule = IdRule::automatic;
  std::string pointer;  ///< RFC 6901, when rule == json
};
/// `path`, `json:/a/b`, `dicom`, `cda`, `hl7v2`, `auto`.  Fails with usage.
Result<Identity> parse_identity(std::string_view text);
/// The same for --subject-from: without `path` and `auto`.
Result<Identity> parse_subject(std::string_view text);

/// Pointers in the order that names a PartDigest.  Fails with usage.
Result<std::vector<std::string>> parse_ignored(std::vector<std::string> pointers);

struct Options {
  Identity id;  ///< --id-from
  std::optional<Identity>
      subject;       ///< --subject-from (json:/POINTER, dicom, cda, hl7v2), over what `id` finds
  std::string type;  ///< --type: for records whose content does not say
  std::string
      source;  ///< --source: assigning authority or system name of the ids; part of the identity
  bool canonical_json = false;  ///< --canonical=json: digest over json::canonical_json() of lines
                                ///< and of files that are one JSON value
  int stop_fd =
      -1;  ///< readable when the run shall stop: waiting for input then fails with interrupted
  std::optional<std::int64_t> newest;  ///< mtime, seconds: read_files() leaves out newer files
  /// --input-encoding: of names of files and of content, as far as ids and messages are taken from
  /// them.  Null: bytes are taken as they are.  What is digested are the bytes, with and without.
  std::shared_ptr<Decoder> decoder;
  std::vector<std::string> ignored;  ///< JSON pointers, sorted: what Record::part leaves out
  bool follow_links = false;  ///< symbolic links inside of directories (those named by the caller
                              ///< are always followed; loops are found)
};

}  // namespace medchain::source
