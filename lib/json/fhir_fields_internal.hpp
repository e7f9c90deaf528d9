// Which members of a FHIR resource hold its subject, date and code, in the order in which they
// count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace medchain::json {

enum class Role : std::uint8_t { resource_type, id, meta, subject, date, period, code };

struct FhirMember {
  std::string_view name;
  Role role;
};

/// FHIR R4 (4.0.1).  For each role the first that is there and holds what is wanted counts.  No two
/// members of one kind of resource mean different persons: where there are both (Claim has no
/// subject, Task has no patient), the earlier is meant.
constexpr FhirMember fhir_members[] = {
    {"resourceType", Role::resource_type},
    {"id", Role::id},
    {"meta", Role::meta},
    // Reference, or an array with a single one (Account).
    {"subject", Role::subject},
    {"patient", Role::subject},
    {"beneficiary", Role::subject},
    {"individual", Role::subject},
    {"for", Role::subject},
    // When it happened, else when it was written down.
    {"effectiveDateTime", Role::date},
    {"effectivePeriod", Role::period},
    {"effectiveInstant", Role::date},
    {"authoredOn", Role::date},
    {"date", Role::date},
    {"issued", Role::date},
    {"period", Role::period},
    {"performedDateTime", Role::date},
    {"performedPeriod", Role::period},
    {"occurrenceDateTime", Role::date},
    {"occurrencePeriod", Role::period},
    {"onsetDateTime", Role::date},
    {"onsetPeriod", Role::period},
    {"started", Role::date},
    {"start", Role::date},
    {"startDate", Role::date},
    {"servicedDate", Role::date},
    {"recordedDate", Role::date},
    {"recorded", Role::date},
    {"authored", Role::date},
    {"dateWritten", Role::date},
    {"dateAsserted", Role::date},
    {"whenHandedOver", Role::date},
    {"whenPrepared", Role::date},
    {"created", Role::date},
    {"sent", Role::date},
    {"timestamp", Role::date},
    // CodeableConcept, or an array of them (Encounter.type).
    {"code", Role::code},
    {"vaccineCode", Role::code},
    {"medicationCodeableConcept", Role::code},
    {"type", Role::code},
};
constexpr std::size_t fhir_member_count = std::size(fhir_members);

/// Finds a member by name with one comparison: a table without collisions, proven at compile time.
class FhirMemberTable {
 public:
  static constexpr std::uint8_t none = 0xff;

  constexpr FhirMemberTable() {
    slots_.fill(none);
    for (std::size_t i = 0; i < fhir_member_count; ++i) {
      std::uint8_t& slot = slots_[hash(fhir_members[i].name)];
      has_collision_ = has_collision_ || slot != none;
      slot = static_cast<std::uint8_t>(i);
    }
  }
  constexpr bool has_collision() const { return has_collision_; }
  /// Position in fhir_members, or none.
  std::uint8_t find(std::string_view name) const {
    if (name.empty()) return none;
    const std::uint8_t slot = slots_[hash(name)];
    return slot != none && fhir_members[slot].name == name ? slot : none;
  }

 private:
  static constexpr std::size_t hash(std::string_view name) {
    const auto first = static_cast<unsigned char>(name.front());
    const auto last = static_cast<unsigned char>(name.back());
    const auto middle = static_cast<unsigned char>(name[name.size() / 2]);
    // Factors found by trying: a change of the table may need others.
    return (name.size() + first * 5U + last * 22U + middle * 7U) % table_size;
  }
  static constexpr std::size_t table_size = 256;
  std::array<std::uint8_t, table_size> slots_{};
  bool has_collision_ = false;
};

}  // namespace medchain::json
