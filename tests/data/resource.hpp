// FHIR R4 resources: which one comes where, and the writer that makes any of them from its place.
//
// Resources come in periods of 20, two patients each; the place (period, slot) fixes what a
// resource is, whatever is printed before it or left out.  References go backwards only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "canary.hpp"
#include "person.hpp"

namespace medchain::testdata {

enum class ResourceType : std::uint8_t {
  patient,
  encounter,
  condition,
  observation,
  medication_request,
  diagnostic_report,
  document_reference,
};
constexpr std::size_t resource_type_count = 7;

std::string_view name_of(ResourceType type);
std::optional<ResourceType> parse_resource_type(std::string_view name);

/// Which types a run prints.
using TypeSet = std::array<bool, resource_type_count>;

constexpr unsigned slots_per_period = 20;
constexpr unsigned slots_per_patient = 10;

struct RecordPlace {
  std::uint64_t period = 0;
  unsigned slot = 0;

  [[nodiscard]] std::uint64_t patient() const { return 2 * period + slot / slots_per_patient; }
  /// The place of a resource of the same patient, counted from the patient's own.
  [[nodiscard]] RecordPlace sibling(unsigned offset) const {
    return {period, slot / slots_per_patient * slots_per_patient + offset};
  }
};

ResourceType type_at(unsigned slot);

/// Salt 0 is the first version.  Another salt gives other content with the same id.
struct Version {
  std::uint64_t salt = 0;
  unsigned night = 0;
  bool same_version_id = false;  // a conflict: other bytes that claim to be the same version
};

/// What the resources of one run share.
struct ResourceRun {
  std::uint64_t seed;
  TypeSet printed;
  Canaries& canaries;
  Person person{};
  bool has_person = false;
};

class ResourceWriter {
 public:
  /// `canaries` must outlive the writer.
  ResourceWriter(std::uint64_t seed, const TypeSet& printed, Canaries& canaries)
      : run_{seed, printed, canaries} {}

  /// Appends the resource as compact JSON.
  void write(std::string& out, RecordPlace place, Version version, Recording recording);

  /// Appends a DocumentReference of its own (its id comes from `plant`) for the patient of
  /// `target`, with the text of the note at `source` and a few sentences changed.
  void write_copied_note(std::string& out, RecordPlace source, RecordPlace target,
                         std::uint64_t plant);

 private:
  ResourceRun run_;
};

}  // namespace medchain::testdata
