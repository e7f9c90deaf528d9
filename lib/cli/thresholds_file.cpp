#include "cli/thresholds_file.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/yaml.hpp"

namespace medchain::cli {
namespace {

using audit::Thresholds;

constexpr std::size_t max_file_size = 1024 * 1024;
constexpr std::uint64_t most = 1'000'000;
constexpr std::uint64_t longest = 36'500ULL * 86'400;
constexpr std::uint64_t day = 86'400;

enum class Form { count, duration, clock, flag };
struct Key {
  std::string_view name;
  Form form;
  std::uint64_t Thresholds::*into = nullptr;
  std::uint64_t least = 0;
};
constexpr Key keys[] = {
    {"volume-minimum", Form::count, &Thresholds::volume_minimum, 1},
    {"volume-peers", Form::count, &Thresholds::volume_peers, 2},
    {"volume-factor", Form::count, &Thresholds::volume_factor, 1},
    {"volume-deviations", Form::count, &Thresholds::volume_deviations, 0},
    {"off-hours-acts", Form::count, &Thresholds::off_hours_acts, 1},
    {"work-begin", Form::clock, &Thresholds::work_begin},
    {"work-end", Form::clock, &Thresholds::work_end},
    {"weekends", Form::flag},
    {"emergencies", Form::count, &Thresholds::emergencies, 1},
    {"emergency-span", Form::duration, &Thresholds::emergency_span},
    {"refusals", Form::count, &Thresholds::refusals, 1},
    {"refusal-span", Form::duration, &Thresholds::refusal_span},
    {"review-within", Form::duration, &Thresholds::review_within},
    {"notice-within", Form::duration, &Thresholds::notice_within},
    {"attest-within", Form::duration, &Thresholds::attest_within},
    {"release-within", Form::duration, &Thresholds::release_within},
    {"use-grace", Form::duration, &Thresholds::use_grace},
    {"anchor-within", Form::duration, &Thresholds::anchor_within},
    {"clock-drift", Form::duration, &Thresholds::clock_drift},
    {"clock-entries", Form::count, &Thresholds::clock_entries, 1},
    {"clock-days", Form::count, &Thresholds::clock_days, 1},
};

/// Seconds of the day; nothing for what is no `HH:MM`, of which 24:00 is the last.
std::optional<std::uint64_t> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto number = [](std::string_view two) -> std::optional<std::uint64_t> {
    if (two[0] < '0' || two[0] > '9' || two[1] < '0' || two[1] > '9') return std::nullopt;
    return static_cast<std::uint64_t>((two[0] - '0') * 10 + (two[1] - '0'));
  };
  const auto hour = number(text.substr(0, 2)), minute = number(text.substr(3));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  const std::uint64_t seconds = *hour * 3'600 + *minute * 60;
  return seconds <= day ? std::optional(seconds) : std::nullopt;
}

std::string expected_of(const Key& key) {
  switch (key.form) {
    case Form::count:
      return "a number from " + std::to_string(key.least) + " to " + std::to_string(most);
    case Form::duration:
      return "a duration such as 7d, at most " + format_duration(longest);
    case Form::clock:
      return "a time of day from 00:00 to 24:00";
    case Form::flag:
      break;
  }
  return "true or false";
}

std::optional<std::uint64_t> value_of(const Key& key, const std::string& text) {
  switch (key.form) {
    case Form::count: {
      const auto number = parse_u64(text);
      if (!number || *number < key.least || *number > most) return std::nullopt;
      return *number;
    }
    case Form::duration: {
      const auto seconds = parse_duration(text);
      if (!seconds || *seconds < 0 || static_cast<std::uint64_t>(*seconds) > longest)
        return std::nullopt;
      return static_cast<std::uint64_t>(*seconds);
    }
    case Form::clock:
      return parse_clock(text);
    case Form::flag:
      break;
  }
  if (text != "true" && text != "false") return std::nullopt;
  return text == "true" ? 1 : 0;
}

std::string place(const std::string& path, const YamlNode& node) {
  return escape_for_terminal(path) + ":" + std::to_string(std::max(node.line, 1)) + ": ";
}

}  // namespace

Result<Thresholds> parse_thresholds(std::string_view text, const std::string& path) {
  MC_ASSIGN(const YamlNode root, parse_yaml(text, path));
  if (root.kind != YamlNode::Kind::mapping)
    return fail(Code::config_invalid, place(path, root) + "expected 'key: value' lines");
  std::vector<std::string> known;
  for (const Key& key : keys) known.emplace_back(key.name);
  MC_TRY(check_keys(root, known, path));
  Thresholds thresholds;
  for (const Key& key : keys) {
    const YamlNode* node = root.find(key.name);
    if (node == nullptr) continue;
    const auto value =
        node->kind == YamlNode::Kind::scalar ? value_of(key, node->text) : std::nullopt;
    if (!value)
      return fail(Code::config_invalid,
                  place(path, *node) + quote(key.name) + ": expected " + expected_of(key) +
                      ", got " +
                      (node->kind == YamlNode::Kind::scalar ? quote(node->text) : "a list or map"));
    if (key.into != nullptr)
      thresholds.*key.into = *value;
    else
      thresholds.weekends = *value != 0;
  }
  if (thresholds.work_begin > thresholds.work_end) {
    const YamlNode* node = root.find("work-end");
    return fail(Code::config_invalid, place(path, node != nullptr ? *node : root) +
                                          "'work-end': expected a time after 'work-begin'");
  }
  return thresholds;
}

Result<Thresholds> read_thresholds_file(const std::string& path) {
  MC_ASSIGN(const auto text, read_file_if_exists(path, max_file_size, Code::config_invalid));
  if (!text) return fail(Code::config_invalid, quote(path) + " does not exist");
  return parse_thresholds(*text, path);
}

}  // namespace medchain::cli
