#include "cli/prescription_policy.hpp"

#include "base/parse.hpp"
#include "base/text.hpp"
#include "source/zone.hpp"

namespace medchain::cli {
namespace {

using Rules = entry::PrescriptionRules;

constexpr UnixSeconds first_clock{1'767'225'600};  // 2026-01-01T00:00:00Z

Error at(const std::string& path, const YamlNode& node, const std::string& what) {
  return fail(Code::config_invalid,
              escape_for_terminal(path) + ":" + std::to_string(node.line) + ": " + what);
}

/// Numbers of a date, not legal advice (medchain-config(5) says where each is from).
std::optional<Rules> preset_of(std::string_view name) {
  Rules rules;
  if (name == "cn") {
    rules.preset = *entry::Word::parse("cn-2026-11");
    rules.valid_days = 1;
    rules.extended_days = 3;
    rules.supply_days = 7;
    rules.emergency_supply_days = 3;
    rules.long_term_days = 84;
    rules.review = true;
    return rules;
  }
  if (name == "de") {
    rules.preset = *entry::Word::parse("de-2026-11");
    rules.valid_days = 29;
    rules.parts_days = 365;
    rules.long_term_controlled = true;
    return rules;
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const std::string& path, const YamlNode& map) : path_(path), map_(map) {}

  Status days(std::string_view key, std::optional<std::uint64_t>& into) const {
    const YamlNode* node = map_.find(key);
    if (node == nullptr) return {};
    into.reset();
    if (node->kind == YamlNode::Kind::scalar && node->text == "none") return {};
    auto value = parse_u64(node->text);
    if (node->kind != YamlNode::Kind::scalar || !value)
      return at(path_, *node, quoted(key) + "expected a number of days or none");
    into = *value;
    return {};
  }
  Status switch_(std::string_view key, bool& into) const {
    const YamlNode* node = map_.find(key);
    if (node == nullptr) return {};
    if (node->kind != YamlNode::Kind::scalar || (node->text != "true" && node->text != "false"))
      return at(path_, *node, quoted(key) + "expected true or false");
    into = node->text == "true";
    return {};
  }
  Status hold(std::optional<std::uint64_t>& into) const {
    const YamlNode* node = map_.find("hold");
    if (node == nullptr) return {};
    into.reset();
    if (node->kind == YamlNode::Kind::scalar && node->text == "none") return {};
    auto value = parse_duration(node->text);
    if (node->kind != YamlNode::Kind::scalar || !value)
      return at(path_, *node, quoted("hold") + "expected a duration such as 24h, or none");
    into = static_cast<std::uint64_t>(*value);
    return {};
  }

 private:
  static std::string quoted(std::string_view key) { return "'" + std::string(key) + "': "; }

  const std::string& path_;
  const YamlNode& map_;
};

}  // namespace

Result<std::optional<Rules>> read_prescription_rules(const std::string& path, const YamlNode& node,
                                                     const std::optional<Rules>& over) {
  if (node.kind == YamlNode::Kind::scalar && node.text == "none") return std::optional<Rules>();
  if (node.kind != YamlNode::Kind::mapping)
    return at(path, node, "'prescription': expected a mapping or none");
  MC_TRY(check_keys(
      node,
      {"preset", "valid-days", "extended-days", "parts-days", "supply-days",
       "emergency-supply-days", "long-term-days", "long-term-controlled", "review", "hold"},
      path));
  Rules rules = over.value_or(Rules());
  if (const YamlNode* preset = node.find("preset")) {
    const auto known = preset_of(preset->text);
    if (!known) return at(path, *preset, "'preset': expected cn or de, got " + quote(preset->text));
    rules = *known;
  }
  const Reader reader(path, node);
  std::optional<std::uint64_t> valid_days = rules.valid_days;
  MC_TRY(reader.days("valid-days", valid_days));
  if (!valid_days) return at(path, *node.find("valid-days"), "'valid-days': expected a number");
  rules.valid_days = *valid_days;
  MC_TRY(reader.days("extended-days", rules.extended_days));
  MC_TRY(reader.days("parts-days", rules.parts_days));
  MC_TRY(reader.days("supply-days", rules.supply_days));
  MC_TRY(reader.days("emergency-supply-days", rules.emergency_supply_days));
  MC_TRY(reader.days("long-term-days", rules.long_term_days));
  MC_TRY(reader.switch_("long-term-controlled", rules.long_term_controlled));
  MC_TRY(reader.switch_("review", rules.review));
  MC_TRY(reader.hold(rules.hold));
  return std::optional(rules);
}

void tell_preset(Session& session, const entry::Policy& policy, const entry::Policy& before) {
  const auto preset_in = [](const entry::Policy& one) {
    return one.prescription ? one.prescription->preset : std::nullopt;
  };
  const auto preset = preset_in(policy);
  if (!preset || preset == preset_in(before)) return;
  session.tell("the limits of prescriptions are those of the preset '" + preset->get() +
               "', where the file says nothing else: numbers of that month, not legal advice");
}

Result<std::optional<std::vector<entry::ZonePeriod>>> clocks_of(const std::string& name) {
  std::optional<std::vector<entry::ZonePeriod>> clocks;
  if (name == "UTC") return clocks;
  MC_ASSIGN(const source::Zone zone, source::Zone::parse(name));
  clocks.emplace();
  for (const source::Zone::Period& period : zone.periods()) {
    // The one that is in force in the beginning, and all that follow.
    if (!clocks->empty() && period.begin <= first_clock) clocks->clear();
    const auto offset = entry::UtcOffset::of(period.offset);
    if (!offset) continue;  // local mean times, all long ago
    clocks->push_back({period.begin, *offset});
  }
  return clocks;
}

}  // namespace medchain::cli
