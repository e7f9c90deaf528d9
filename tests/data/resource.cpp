#include "resource.hpp"

#include "draft.hpp"

namespace medchain::testdata {

namespace {

constexpr std::array<std::string_view, resource_type_count> type_names = {
    "Patient",           "Encounter",        "Condition",         "Observation",
    "MedicationRequest", "DiagnosticReport", "DocumentReference",
};

// Frozen: another order gives other sample data.  Two patients with their first encounter; what
// refers to something comes after it.
constexpr std::array<ResourceType, slots_per_period> slot_types = {
    ResourceType::patient,
    ResourceType::encounter,
    ResourceType::observation,
    ResourceType::condition,
    ResourceType::document_reference,
    ResourceType::observation,
    ResourceType::medication_request,
    ResourceType::diagnostic_report,
    ResourceType::observation,
    ResourceType::observation,

    ResourceType::patient,
    ResourceType::encounter,
    ResourceType::observation,
    ResourceType::condition,
    ResourceType::document_reference,
    ResourceType::observation,
    ResourceType::observation,
    ResourceType::diagnostic_report,
    ResourceType::medication_request,
    ResourceType::document_reference,
};

Note note_at(const Draft& draft, RecordPlace at) {
  Note note;
  note.body_seed = draft.note_seed(at);
  note.patient = draft.person().full;
  note.day = draft.day;
  return note;
}

/// The language of a note is that of the patient it was first written for.
const Language* language_at(std::uint64_t seed, RecordPlace at) {
  return make_person(seed, at.patient()).language;
}

void write_body(Draft& draft) {
  switch (type_at(draft.place.slot)) {
    case ResourceType::patient:
      return write_patient(draft);
    case ResourceType::encounter:
      return write_encounter(draft);
    case ResourceType::condition:
      return write_condition(draft);
    case ResourceType::observation:
      return write_observation(draft);
    case ResourceType::medication_request:
      return write_medication_request(draft);
    case ResourceType::diagnostic_report:
      return write_diagnostic_report(draft);
    case ResourceType::document_reference: {
      Note note = note_at(draft, draft.place);
      note.language = &draft.language();
      if (draft.version.salt != 0) {
        note.edit = {derive(draft.version.salt, note.body_seed), 2, true};
      }
      return write_document_reference(draft, note);
    }
  }
}

}  // namespace

std::string_view name_of(ResourceType type) { return type_names[static_cast<std::size_t>(type)]; }

std::optional<ResourceType> parse_resource_type(std::string_view name) {
  for (std::size_t i = 0; i < type_names.size(); ++i) {
    if (type_names[i] == name) return static_cast<ResourceType>(i);
  }
  return std::nullopt;
}

ResourceType type_at(unsigned slot) { return slot_types[slot]; }

void ResourceWriter::write(std::string& out, RecordPlace place, Version version,
                           Recording recording) {
  Draft draft(run_, out, place, version);
  draft.begin(type_at(place.slot), draft.id_key(place), recording);
  write_body(draft);
  draft.raw("}");
}

void ResourceWriter::write_copied_note(std::string& out, RecordPlace source, RecordPlace target,
                                       std::uint64_t plant) {
  const Language* language = language_at(run_.seed, source);
  Draft draft(run_, out, target, Version{});
  draft.content = Prng(derive(run_.seed, for_plant, plant, for_content));
  draft.day += draft.content.between(1, 90);
  draft.begin(ResourceType::document_reference, derive(run_.seed, for_plant, plant, for_id),
              Recording::all);
  run_.canaries.set_recording(Recording::fields);
  Note note = note_at(draft, source);
  note.language = language;
  note.edit = {derive(run_.seed, for_plant, plant, for_edit), 1,
               target.patient() == source.patient()};
  write_document_reference(draft, note);
  draft.raw("}");
}

}  // namespace medchain::testdata
