#include "entry/policy.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "base/text.hpp"

namespace medchain::entry {
namespace {

constexpr std::uint64_t day = 86'400;

Error wrong(std::string message) {
  return fail(Code::entry_invalid, "policy: " + std::move(message));
}

bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' ||
      name.find("..") != std::string_view::npos)
    return false;
  for (const char c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '/' || c == '_' || c == '-' || c == '+';
    if (!fits) return false;
  }
  return true;
}

Status check_range(std::string_view name, std::uint64_t value, std::uint64_t min,
                   std::uint64_t max) {
  if (value < min || value > max)
    return wrong("'" + std::string(name) + "': expected " + std::to_string(min) + " to " +
                 std::to_string(max) + ", got " + std::to_string(value));
  return {};
}

Status check_zone(const std::vector<ZonePeriod>& zone) {
  constexpr std::size_t max_periods = 128;
  if (zone.empty() || zone.size() > max_periods ||
      std::adjacent_find(zone.begin(), zone.end(), [](const ZonePeriod& a, const ZonePeriod& b) {
        return a.from >= b.from;
      }) != zone.end())
    return wrong("'zone' must ascend, 1 to " + std::to_string(max_periods) + " periods");
  return {};
}

Status check_prescription(const PrescriptionRules& rules) {
  constexpr std::uint64_t max_days = 731;
  MC_TRY(check_range("valid_days", rules.valid_days, 1, max_days));
  for (const auto& [name, days] :
       {std::pair("extended_days", rules.extended_days), std::pair("parts_days", rules.parts_days),
        std::pair("supply_days", rules.supply_days),
        std::pair("emergency_supply_days", rules.emergency_supply_days),
        std::pair("long_term_days", rules.long_term_days)})
    if (days) MC_TRY(check_range(name, *days, 1, max_days));
  if (rules.hold) MC_TRY(check_range("hold", *rules.hold, 60, max_days * day));
  return {};
}

}  // namespace

Status check_policy(const Policy& policy) {
  // An entry holds no more signature lines: a larger quorum could never be met again.
  MC_TRY(check_range("admit", policy.admit, 1, note::max_signatures));
  MC_TRY(check_range("max_skew", policy.max_skew, 1, day));
  MC_TRY(check_range("max_delay", policy.max_delay, policy.max_skew, 31 * day));
  MC_TRY(check_range("quorum", policy.quorum, 0, policy.witnesses.size()));
  if (!is_zone_name(policy.timezone))
    return wrong("'timezone': not an IANA name: " + quote(policy.timezone));
  if (std::adjacent_find(policy.signed_person.begin(), policy.signed_person.end(),
                         std::greater_equal<>()) != policy.signed_person.end())
    return wrong("'signed_person' must ascend, each kind once");
  for (const auto& [name, purposes] :
       {std::pair("patient_grant", &policy.patient_grant), std::pair("consent", &policy.consent)}) {
    const auto& words = *purposes;
    if (words && (words->empty() || std::adjacent_find(words->begin(), words->end(),
                                                       std::greater_equal<>()) != words->end()))
      return wrong("'" + std::string(name) + "' must ascend, each purpose once, at least one");
  }
  if (policy.max_emergency)
    MC_TRY(check_range("max_emergency", *policy.max_emergency, 60, 4 * 3'600));
  if (policy.zone) MC_TRY(check_zone(*policy.zone));
  if (policy.prescription) MC_TRY(check_prescription(*policy.prescription));
  std::set<std::string> names;
  std::set<crypto::PublicKey> keys;
  for (const WitnessKey& witness : policy.witnesses) {
    if (witness.key.type != note::KeyType::cosignature)
      return wrong("witness " + quote(witness.name.get()) + ": expected a key of type 04");
    if (!names.insert(witness.name.get()).second || witness.name.get() == "none")
      return wrong("witness " + quote(witness.name.get()) + ": the name is used twice or reserved");
    if (!keys.insert(witness.key.key).second)
      return wrong("witness " + quote(witness.name.get()) + ": the key is used twice");
  }
  return {};
}

std::uint64_t default_quorum(std::uint64_t witnesses) {
  return witnesses == 0 ? 0 : 1 + 2 * witnesses / 3;
}

note::Policy tlog_policy(const Policy& policy, const note::VerifierKey& log_key) {
  note::Policy out;
  out.logs.push_back({log_key, ""});
  std::vector<std::string> names;
  for (const WitnessKey& witness : policy.witnesses) {
    out.witnesses.push_back({witness.name.get(), witness.key, ""});
    names.push_back(witness.name.get());
  }
  if (policy.quorum == 0) {
    out.quorum = "none";
  } else {
    // Member names hold no upper-case letter, so this group's name is free.
    out.groups.push_back({"QUORUM", static_cast<std::size_t>(policy.quorum), names});
    out.quorum = "QUORUM";
  }
  return out;
}

}  // namespace medchain::entry
