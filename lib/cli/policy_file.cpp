#include "cli/policy_file.hpp"

#include <algorithm>
#include <utility>

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/prescription_policy.hpp"
#include "cli/yaml.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_file = 1 << 20;

Error at(const std::string& path, const YamlNode& node, const std::string& what) {
  return fail(Code::config_invalid,
              escape_for_terminal(path) + ":" + std::to_string(node.line) + ": " + what);
}

Status check_list(const std::string& path, const YamlNode& node, std::string_view key) {
  if (node.kind == YamlNode::Kind::sequence) return {};
  return at(path, node, "'" + std::string(key) + "': expected a list");
}

/// The line that a rule of the policy speaks of; the field's name in it becomes that of the file.
Error broken_rule(const std::string& path, const YamlNode& root, std::string message) {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"admit", "admit"},
      {"max_skew", "max-skew"},
      {"max_delay", "max-delay"},
      {"timezone", "time-zone"},
      {"quorum", "quorum"},
      {"signed_person", "signed-person"},
      {"patient_grant", "patient-grant"},
      {"consent", "consent"},
      {"max_emergency", "max-emergency"},
      {"valid_days", "valid-days"},
      {"extended_days", "extended-days"},
      {"parts_days", "parts-days"},
      {"supply_days", "supply-days"},
      {"emergency_supply_days", "emergency-supply-days"},
      {"long_term_days", "long-term-days"},
      {"hold", "hold"},
      {"witness", "witnesses"}};
  for (const auto& [field, key] : names) {
    const bool is_witness = field == "witness";
    const std::size_t found =
        message.find(is_witness ? "witness '" : "'" + std::string(field) + "'");
    if (found == std::string::npos) continue;
    if (!is_witness) message.replace(found + 1, field.size(), key);
    const YamlNode* node = root.find(key);
    const YamlNode* prescription = root.find("prescription");
    if (node == nullptr && prescription != nullptr) node = prescription->find(key);
    return at(path, node != nullptr ? *node : root, message);
  }
  return at(path, root, message);
}

Status read_number(const std::string& path, const YamlNode& map, std::string_view key,
                   std::uint64_t& into) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  auto value = parse_u64(node->text);
  if (node->kind != YamlNode::Kind::scalar || !value)
    return at(path, *node, "'" + std::string(key) + "': expected a number");
  into = *value;
  return {};
}

Status read_duration(const std::string& path, const YamlNode& map, std::string_view key,
                     std::uint64_t& into) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return {};
  auto value = parse_duration(node->text);
  if (node->kind != YamlNode::Kind::scalar || !value)
    return at(path, *node, "'" + std::string(key) + "': expected a duration such as 5m");
  into = static_cast<std::uint64_t>(*value);
  return {};
}

/// A list of words, sorted; nothing if it is not there.
Result<std::optional<std::vector<entry::Word>>> read_words(const std::string& path,
                                                           const YamlNode& map,
                                                           std::string_view key) {
  std::optional<std::vector<entry::Word>> words;
  const YamlNode* list = map.find(key);
  if (list == nullptr) return words;
  MC_TRY(check_list(path, *list, key));
  words.emplace();
  for (const YamlNode& item : list->items) {
    auto word = entry::Word::parse(item.text);
    if (!word) return at(path, item, word.error().message);
    words->push_back(std::move(*word));
  }
  std::sort(words->begin(), words->end());
  return words;
}

/// The rules count days of prescriptions on the clocks of the time zone.
Status set_clocks(const std::string& path, const YamlNode& root, entry::Policy& policy) {
  policy.zone.reset();
  if (!policy.prescription) return {};
  auto clocks = clocks_of(policy.timezone);
  if (!clocks) {
    const YamlNode* zone = root.find("time-zone");
    return at(path, zone != nullptr ? *zone : root, clocks.error().message);
  }
  policy.zone = std::move(*clocks);
  return {};
}

Result<entry::WitnessKey> read_witness(const std::string& path, const YamlNode& node) {
  MC_TRY(check_keys(node, {"name", "key"}, path));
  const YamlNode* name = node.find("name");
  const YamlNode* key = node.find("key");
  if (name == nullptr || key == nullptr) return at(path, node, "a witness has 'name' and 'key'");
  entry::WitnessKey witness;
  auto parsed_name = MemberName::parse(name->text);
  if (!parsed_name) return at(path, *name, parsed_name.error().message);
  auto parsed_key = note::parse_vkey(key->text);
  if (!parsed_key) return at(path, *key, parsed_key.error().message);
  return entry::WitnessKey{*parsed_name, *parsed_key};
}

}  // namespace

std::uint64_t default_admit(std::uint64_t admins) { return admins / 2 + 1; }

Result<entry::Policy> read_policy_file(const std::string& path, const entry::Policy& over) {
  MC_ASSIGN(const std::string text, read_file(path, max_file, Code::config_invalid));
  MC_ASSIGN(const YamlNode root, parse_yaml(text, path));
  if (root.kind != YamlNode::Kind::mapping) return at(path, root, "expected 'key: value' lines");
  MC_TRY(check_keys(root,
                    {"admit", "max-skew", "max-delay", "time-zone", "signed-person", "witnesses",
                     "quorum", "patient-grant", "consent", "max-emergency", "prescription"},
                    path));
  entry::Policy policy = over;
  MC_TRY(read_number(path, root, "admit", policy.admit));
  MC_TRY(read_duration(path, root, "max-skew", policy.max_skew));
  MC_TRY(read_duration(path, root, "max-delay", policy.max_delay));
  if (const YamlNode* zone = root.find("time-zone")) {
    if (zone->kind != YamlNode::Kind::scalar)
      return at(path, *zone, "'time-zone': expected a name such as Asia/Shanghai");
    policy.timezone = zone->text;
  }
  MC_ASSIGN(auto signed_person, read_words(path, root, "signed-person"));
  if (signed_person) policy.signed_person = std::move(*signed_person);
  for (const auto& [key, words] :
       {std::pair("patient-grant", &policy.patient_grant), std::pair("consent", &policy.consent)}) {
    MC_ASSIGN(auto given, read_words(path, root, key));
    // An empty list takes the demand back.
    if (given && given->empty())
      words->reset();
    else if (given)
      *words = std::move(given);
  }
  std::uint64_t max_emergency = policy.max_emergency.value_or(0);
  MC_TRY(read_duration(path, root, "max-emergency", max_emergency));
  if (root.find("max-emergency") != nullptr) policy.max_emergency = max_emergency;
  if (const YamlNode* witnesses = root.find("witnesses")) {
    MC_TRY(check_list(path, *witnesses, "witnesses"));
    policy.witnesses.clear();
    for (const YamlNode& item : witnesses->items) {
      MC_ASSIGN(auto witness, read_witness(path, item));
      policy.witnesses.push_back(std::move(witness));
    }
    policy.quorum = entry::default_quorum(policy.witnesses.size());
  }
  MC_TRY(read_number(path, root, "quorum", policy.quorum));
  if (const YamlNode* prescription = root.find("prescription")) {
    MC_ASSIGN(policy.prescription,
              read_prescription_rules(path, *prescription, policy.prescription));
  }
  MC_TRY(set_clocks(path, root, policy));
  if (auto checked = entry::check_policy(policy); !checked)
    return broken_rule(path, root, checked.error().message);
  return policy;
}

}  // namespace medchain::cli
