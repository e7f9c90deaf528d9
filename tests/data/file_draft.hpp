// One file being made: whom it is about, when, and the formats it can be made in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "canary.hpp"
#include "note.hpp"
#include "person.hpp"
#include "prng.hpp"

namespace medchain::testdata {

struct FileDraft {
  const Person& person;
  Canaries& canaries;
  std::uint64_t key;        // of the file: what identifies its content
  std::uint64_t study_key;  // the same for all files of a study
  std::uint64_t number;     // of the file in the run, from 0
  Prng code;                // the same in each version of the file
  Prng content;
  int day;
  int second;
  Note note;  // author and patient are filled in by each format

  /// `value` with its canary.
  [[nodiscard]] std::string field(std::string_view value) const {
    std::string text(value);
    canaries.append(text);
    return text;
  }
  /// The same where only 16 characters fit: `value` or a canary.
  [[nodiscard]] std::string short_field(std::string_view value) const;
  /// The patient's identifiers with their canaries.
  [[nodiscard]] std::string mrn() const;
  [[nodiscard]] std::string resident_id() const;
  [[nodiscard]] std::string uid(std::uint64_t of_key) const;
};

/// DICOM part 10; `syntax` 0 explicit little endian, 1 implicit little endian, 2 explicit big
/// endian.
std::string make_dicom(FileDraft& draft, unsigned syntax);
/// HL7 CDA release 2, with the note as sections.
std::string make_cda(FileDraft& draft);
/// PDF 1.4 with one page, nothing compressed.
std::string make_pdf(FileDraft& draft);
/// HL7 version 2.5.1, one ORU^R01; segments end in CR.
std::string make_hl7(FileDraft& draft);
/// A batch file of several such messages.
std::string make_hl7_batch(FileDraft& draft);
/// What a scanned letter gives: plain text.
std::string make_text(FileDraft& draft);

}  // namespace medchain::testdata
