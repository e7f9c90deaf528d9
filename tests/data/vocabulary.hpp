// The words of the sample data, all invented for it or taken from daily language.  Codes are those
// of LOINC, ICD-10 and ATC; their wording here is our own.
#pragma once

#include <span>
#include <string_view>

namespace medchain::testdata {

using Words = std::span<const std::string_view>;

/// A name as written, and in the letters of ASCII.
struct Spelling {
  std::string_view text;
  std::string_view ascii;
};

struct NameList {
  std::span<const Spelling> families;
  std::span<const Spelling> male;
  std::span<const Spelling> female;
};

const NameList& western_names();
/// `male` and `female` are single characters; one or two of them are a given name.
const NameList& chinese_names();
/// Characters of CJK extension B, four bytes in UTF-8.
std::span<const Spelling> rare_characters();

struct Place {
  std::string_view city;
  std::string_view street;
  std::string_view postal_code;
  std::string_view country;
  std::string_view ascii;  // city and street for formats without UTF-8
};

std::span<const Place> western_places();
std::span<const Place> chinese_places();

/// A measurement; values are scaled by 10^digits.
struct Measurement {
  std::string_view loinc;
  std::string_view english;
  std::string_view chinese;
  std::string_view unit;  // UCUM
  std::string_view category;
  int low;
  int high;
  unsigned digits;
};

std::span<const Measurement> measurements();

struct Coded {
  std::string_view code;
  std::string_view english;
  std::string_view chinese;
};

std::span<const Coded> diagnoses();  // ICD-10
std::span<const Coded> drugs();      // ATC

/// What notes and the short texts of resources are made of.  In `sections` a sentence may hold
/// placeholders: %c complaint, %s site, %q quality, %f finding, %d drug, %g diagnosis, %t time,
/// %a advice, %n a number from 2 to 29, %v a decimal such as 7.10, %p a number from 50 to 199.
struct Section {
  std::string_view title;
  unsigned sentences;
  Words templates;
};

struct Language {
  std::string_view code;
  Words complaints, sites, qualities, findings, times, advice;
  Words departments, hospitals, roles, note_kinds;
  std::string_view patient_label, date_label, signed_label, copied_label;
  std::span<const Section> sections;
  bool is_chinese;
};

const Language& english();
const Language& chinese();

}  // namespace medchain::testdata
