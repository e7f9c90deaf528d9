// What the readers of one run share: options, scanner, notices, counts; and how an identity is
// judged.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sha256.hpp"
#include "json/record_scanner.hpp"
#include "source/identify.hpp"
#include "source/source.hpp"

namespace medchain::source {

/// Counted, so that a run over a million files says a dozen lines.
enum class Notice {
  fhir,
  dicom,
  cda,
  hl7v2,
  path,
  sum_name,     ///< of a line of sums: as it stands there
  broken_json,  ///< named .json, but is not: identity from the path
  unscanned,    ///< over the limit: identity from the path
  no_subject,   ///< --subject-from found nothing
  byte_order_mark,
  link_not_followed,
  directory_again,
  too_young,  ///< newer than Options::newest
};
constexpr std::size_t notice_count = 13;

class Notices {
 public:
  /// `place` is told for the first of its kind, where the kind is about something unusual.
  void count(Notice notice, std::string_view place = {});
  /// What was counted since the last call, as sentences.
  std::vector<std::string> take();

 private:
  struct Counter {
    std::uint64_t times = 0;
    std::string first_place;
  };
  std::array<Counter, notice_count> counters_;
};

struct Run {
  explicit Run(const Options& from);

  Options options;
  Status valid;                       ///< of the options; readers give it out before anything else
  std::vector<std::string> pointers;  ///< of id and subject, those that are JSON pointers
  std::vector<json::Pointer> ignored;
  std::string ignored_name;
  json::RecordScanner scanner;
  crypto::Sha256 sha256;
  Notices notices;
  std::uint64_t number = 0;  ///< items given out
  std::uint64_t bytes_read = 0;
  std::uint64_t left_out = 0;  ///< files that are too young
  std::string decoded;         ///< what text_of() gives

  bool id_is(IdRule rule) const { return options.id.rule == rule; }
  bool subject_is(IdRule rule) const { return options.subject && options.subject->rule == rule; }
};

/// The text in UTF-8, as the options have it; padded if `text` is.  Valid until the next call.
/// Fails with input_encoding, which names `what`.
Result<std::string_view> text_of(Run& run, std::string_view text, std::string_view what);

/// The fields of one JSON value (`text`, padded): type, id, subject, date and code as far as the
/// options ask for them and they are there; type and id stay empty if there are none.  Fails as
/// RecordScanner does.
Status scan_json(Run& run, std::string_view text, std::string_view place, Record& record);
/// Why scan_json left the id empty.
Error no_json_identity(const Run& run, const Record& record);

/// Digest and size: of the text, or of its canonical form if the options ask for it.
Status digest_json(Run& run, std::string_view text, Record& record);
/// The second digest, if the options ask for it and the text has a canonical form.
void digest_part(Run& run, std::string_view text, Record& record);
void digest_bytes(Run& run, std::string_view bytes, Record& record);

/// Ids of content: taken over into the record.  A subject found by --subject-from goes before.
void take_identified(Identified found, std::string_view type, IdRule rule, Record& record);
/// Fails with input_encoding.
Status take_path(Run& run, Record& record);
/// Fields as bytes of content, in UTF-8.  Fails with input_encoding.
Status decode_fields(Run& run, Identified& found);

/// Notes where the automatic rule found the identity.
void count_rule(Run& run, const Record& record);

/// The last check of every record: id present and printable (a path may be anything), subject
/// printable, limits; drops a group, date or code that is not.  Fails with input_no_identity or
/// input_invalid and never quotes what it found.
Status check_record(Record& record);
/// Empty text is fine.  Fails with input_invalid naming `field`.
Status check_printable(std::string_view field, std::string_view text);

}  // namespace medchain::source
