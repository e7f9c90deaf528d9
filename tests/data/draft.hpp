// One FHIR resource being written: JSON pieces, fields with their canary, references, times.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "json.hpp"
#include "note.hpp"
#include "prng.hpp"
#include "resource.hpp"

namespace medchain::testdata {

class Draft {
 public:
  /// All references must outlive the draft.
  Draft(ResourceRun& run, std::string& out, RecordPlace place, Version version);

  /// resourceType, id and meta; the object stays open.
  void begin(ResourceType type, std::uint64_t id_key, Recording recording);

  // Each of these appends the JSON `before` and then what it is for.
  void raw(std::string_view before) { out_ += before; }
  /// A string with its canary.
  void text(std::string_view before, std::string_view value);
  /// A random sentence of a section (note.hpp), with its canary.
  void sentence(std::string_view before, unsigned section);
  /// A string that has the canary of `key` already.
  void identifier(std::string_view before, std::string_view value, std::uint64_t key);
  void doctor(std::string_view before);
  void date(std::string_view before, int on_day);
  void time(std::string_view before, int on_day, int at_second);
  void number(std::string_view before, unsigned value);
  void decimal(std::string_view before, int scaled, unsigned digits);
  /// A CodeableConcept; its text is in the patient's language.
  void concept_of(std::string_view before, std::string_view system, const Coded& coded);
  /// A Reference to a resource of the same patient; the object stays open.
  void reference(std::string_view before, unsigned offset);
  /// The narrative: one sentence of `section`.
  void narrative(unsigned section);
  /// The narrative: a whole note, one paragraph for each line.
  void note_narrative(const Note& note);
  /// The attachment fields size and data: a whole note in base64.
  void note_data(const Note& note);
  /// The fields subject and encounter.
  void subject_and_encounter();

  [[nodiscard]] const Person& person() const { return run_.person; }
  [[nodiscard]] const Language& language() const { return *run_.person.language; }
  [[nodiscard]] const Canaries& canaries() const { return run_.canaries; }
  [[nodiscard]] std::uint64_t id_key(RecordPlace of) const;
  [[nodiscard]] std::uint64_t note_seed(RecordPlace of) const;

  const RecordPlace place;
  const Version version;
  Prng code;     // what the resource is about: the same in each version
  Prng content;  // what it says
  int day;       // of the encounter
  int second;

 private:
  void append_id(std::uint64_t key);

  ResourceRun& run_;
  std::string& out_;
  std::string scratch_;
  EscapeStyle style_;
};

void write_patient(Draft& draft);
void write_encounter(Draft& draft);
void write_condition(Draft& draft);
void write_observation(Draft& draft);
void write_medication_request(Draft& draft);
void write_diagnostic_report(Draft& draft);
void write_document_reference(Draft& draft, const Note& note);

}  // namespace medchain::testdata
