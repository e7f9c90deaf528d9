#include "report/findings.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "base/text.hpp"

namespace medchain::report {
namespace {

constexpr std::string_view sarif_schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

std::size_t count(const Report& report, Level level) {
  return static_cast<std::size_t>(
      std::count_if(report.findings.begin(), report.findings.end(),
                    [&](const Finding& finding) { return finding.level == level; }));
}

bool is_failed(const Check& check) { return !check.passed && check.skipped.empty(); }

std::size_t count_failed(std::span<const Check> checks) {
  return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(), is_failed));
}

std::size_t count_skipped(std::span<const Check> checks) {
  return static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [](const Check& check) { return !check.skipped.empty(); }));
}

/// Groups in the order of their first check.
std::vector<std::pair<std::string, std::vector<Check>>> grouped(const std::vector<Check>& checks) {
  std::vector<std::pair<std::string, std::vector<Check>>> groups;
  for (const Check& check : checks) {
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& group) { return group.first == check.group; });
    if (found == groups.end()) found = groups.insert(groups.end(), {check.group, {}});
    found->second.push_back(check);
  }
  return groups;
}

/// `entries 3, 42`
std::string entries_text(const std::vector<std::uint64_t>& entries) {
  std::string text = entries.size() == 1 ? "entry " : "entries ";
  for (std::size_t i = 0; i < entries.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(entries[i]);
  return text;
}

/// `entry 42: 'Observation/9': MESSAGE`, safe on a terminal.
std::string sentence(const Finding& finding) {
  std::string text;
  const std::string entry = finding.entry ? "entry " + std::to_string(*finding.entry) : "";
  // Many messages name their entry themselves.
  if (finding.entry && finding.message.find(entry) == std::string::npos) text += entry + ": ";
  if (!finding.entries.empty()) text += entries_text(finding.entries) + ": ";
  if (!finding.subject.empty()) text += quote(finding.subject) + ": ";
  return text + escape_for_terminal(finding.message);
}

/// `error: entry 42: MESSAGE [chain.altered]`.
std::string line(const Finding& finding) {
  return std::string(to_text(finding.level)) + ": " + sentence(finding) + " [" +
         escape_for_terminal(finding.id) + "]";
}

bool is_envelope(const std::string& key) { return key == "schema" || key == "type"; }

/// `medchain-verify: 12 checks, 1 failed; 1 error, 0 warnings, 0 notes; count 42, complete true`.
std::string summary_line(const Report& report) {
  std::string text = report.tool + ": ";
  const std::size_t skipped = count_skipped(report.checks);
  if (!report.checks.empty())
    text += counted(report.checks.size(), "check") + ", " +
            std::to_string(count_failed(report.checks)) + " failed" +
            (skipped > 0 ? ", " + std::to_string(skipped) + " not done" : "") + "; ";
  text += counted(count(report, Level::error), "error") + ", " +
          counted(count(report, Level::warning), "warning") + ", " +
          counted(count(report, Level::note), "note");
  std::string separator = "; ";
  for (const auto& [key, value] : report.summary.members()) {
    if (is_envelope(key) || value.array() != nullptr || value.object() != nullptr) continue;
    std::string word = key;
    std::replace(word.begin(), word.end(), '_', ' ');
    const std::string* string = value.string();
    text += std::exchange(separator, ", ") + escape_for_terminal(word) + " " +
            (string != nullptr ? escape_for_terminal(*string) : json::write(value));
  }
  return text + "\n";
}

std::string write_text(const Report& report) {
  std::string out;
  for (const Finding& finding : report.findings) out += line(finding) + "\n";
  return out + summary_line(report);
}

/// JSON must be UTF-8, whatever a file name holds.
json::Value text_value(std::string_view text) {
  return is_utf8(text) ? std::string(text) : escape_for_terminal(text);
}

json::Object message_object(std::string_view type) {
  json::Object object;
  object.set("schema", "medchain/1").set("type", type);
  return object;
}

std::string write_json(const Report& report) {
  std::string out;
  for (const Finding& finding : report.findings) {
    json::Object object = message_object("finding");
    object.set("id", text_value(finding.id)).set("level", to_text(finding.level));
    if (finding.entry) object.set("entry", *finding.entry);
    if (!finding.entries.empty()) {
      json::Array entries;
      for (const std::uint64_t entry : finding.entries) entries.emplace_back(entry);
      object.set("entries", std::move(entries));
    }
    if (!finding.subject.empty()) object.set("subject", text_value(finding.subject));
    object.set("message", text_value(finding.message));
    out += json::write(object) + "\n";
  }
  json::Object summary = message_object("summary");
  for (const auto& [key, value] : report.summary.members())
    if (!is_envelope(key)) summary.set(key, value);
  return out + json::write(summary) + "\n";
}

/// Text of attributes and elements.  XML 1.0 has no way to write control characters and the last
/// two code points of the plane, not even as references.
std::string xml(std::string_view text) {
  std::string out;
  const std::string safe = escape_for_terminal(text);
  for (std::size_t at = 0; at < safe.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(safe, at);
    if (c == U'&') {
      out += "&amp;";
    } else if (c == U'<') {
      out += "&lt;";
    } else if (c == U'>') {
      out += "&gt;";
    } else if (c == U'"') {
      out += "&quot;";
    } else if (c == 0xfffe || c == 0xffff) {
      out += c == 0xfffe ? "\\u{fffe}" : "\\u{ffff}";
    } else {
      out += safe.substr(begin, at - begin);
    }
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + xml(value) + "\"";
}

std::string suite_start(std::string_view element, std::string_view name, std::size_t tests,
                        std::size_t failures) {
  return "<" + std::string(element) + attribute("name", name) +
         attribute("tests", std::to_string(tests)) +
         attribute("failures", std::to_string(failures)) + ">\n";
}

std::string test_case(const std::string& group, const std::string& name, std::string_view inside) {
  const std::string start =
      "    <testcase" + attribute("classname", group) + attribute("name", name);
  if (inside.empty()) return start + "/>\n";
  return start + ">\n      " + std::string(inside) + "\n    </testcase>\n";
}

/// Findings are a suite of their own: errors fail, warnings and notes are told.
std::string junit_findings(const Report& report) {
  std::string out = "  " + suite_start("testsuite", "findings", report.findings.size(),
                                       count(report, Level::error));
  for (const Finding& finding : report.findings) {
    const std::string inside = finding.level == Level::error
                                   ? "<failure" + attribute("type", finding.id) +
                                         attribute("message", sentence(finding)) + "/>"
                                   : "<system-out>" + xml(line(finding)) + "</system-out>";
    std::string name = finding.id;
    if (finding.entry) name += " entry " + std::to_string(*finding.entry);
    if (!finding.entries.empty()) name += " " + entries_text(finding.entries);
    out += test_case("findings", name, inside);
  }
  return out + "  </testsuite>\n";
}

std::string write_junit(const Report& report) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += suite_start("testsuites", report.tool, report.checks.size() + report.findings.size(),
                     count_failed(report.checks) + count(report, Level::error));
  for (const auto& [group, checks] : grouped(report.checks)) {
    out += "  " + suite_start("testsuite", group, checks.size(), count_failed(checks));
    for (const Check& check : checks) {
      std::string inside;
      if (!check.skipped.empty())
        inside = "<skipped" + attribute("message", check.skipped) + "/>";
      else if (!check.passed)
        inside = "<failure" + attribute("message", check.message) + "/>";
      out += test_case(group, check.name, inside);
    }
    out += "  </testsuite>\n";
  }
  if (!report.findings.empty()) out += junit_findings(report);
  return out + "</testsuites>\n";
}

/// In TAP 14 a '#' begins a directive, and backslash escapes it.
std::string tap_description(std::string_view text) {
  std::string out;
  for (const char c : escape_for_terminal(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string write_tap(const Report& report) {
  std::string out = "TAP version 14\n1.." + std::to_string(report.checks.size()) + "\n";
  std::size_t number = 0;
  for (const Check& check : report.checks) {
    out += (is_failed(check) ? "not ok " : "ok ") + std::to_string(++number) + " - " +
           tap_description(check.group) + ": " + tap_description(check.name);
    if (!check.skipped.empty()) out += " # SKIP " + escape_for_terminal(check.skipped);
    out += "\n";
    if (is_failed(check) && !check.message.empty())
      out += "# " + escape_for_terminal(check.message) + "\n";
  }
  for (const Finding& finding : report.findings) out += "# " + line(finding) + "\n";
  return out;
}

/// A path as a URI reference (RFC 3986 section 4.2): a colon in the first segment would be a
/// scheme, so it is encoded everywhere.
std::string uri(std::string_view path) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

json::Object object(std::string key, json::Value value) {
  return json::Object().set(std::move(key), std::move(value));
}

json::Object sarif_result(const Report& report, const Finding& finding) {
  json::Object result = object("ruleId", text_value(finding.id));
  for (std::size_t i = 0; i < report.kinds.size(); ++i)
    if (report.kinds[i].id == finding.id) result.set("ruleIndex", static_cast<std::int64_t>(i));
  result.set("level", to_text(finding.level)).set("message", object("text", sentence(finding)));
  json::Object location =
      object("physicalLocation", object("artifactLocation", object("uri", uri(report.ledger))));
  std::vector<std::uint64_t> entries = finding.entries;
  if (finding.entry) entries.push_back(*finding.entry);
  json::Array places;
  for (const std::uint64_t entry : entries)
    places.emplace_back(object("fullyQualifiedName", "entry/" + std::to_string(entry)));
  if (!places.empty()) location.set("logicalLocations", std::move(places));
  return result.set("locations", json::Array{location});
}

std::string write_sarif(const Report& report) {
  json::Array rules;
  for (const FindingKind& kind : report.kinds)
    rules.push_back(object("id", kind.id)
                        .set("shortDescription", object("text", kind.text))
                        .set("defaultConfiguration", object("level", to_text(kind.level))));
  json::Array results;
  for (const Finding& finding : report.findings) results.push_back(sarif_result(report, finding));
  json::Array notices;
  for (const Check& check : report.checks)
    if (!check.skipped.empty())
      notices.push_back(object("level", to_text(Level::note))
                            .set("associatedRule", object("id", check.name))
                            .set("message", object("text", "not done: " + check.skipped)));
  const json::Object driver =
      object("name", report.tool).set("version", report.version).set("rules", std::move(rules));
  json::Object run = object("tool", object("driver", driver));
  if (!notices.empty())
    run.set("invocations",
            json::Array{object("executionSuccessful", true)
                            .set("toolConfigurationNotifications", std::move(notices))});
  run.set("results", std::move(results));
  const json::Object log =
      object("$schema", sarif_schema).set("version", "2.1.0").set("runs", json::Array{run});
  return json::write(log) + "\n";
}

}  // namespace

std::string_view to_text(Level level) {
  switch (level) {
    case Level::note:
      return "note";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  MC_ASSERT(false);
  return {};
}

std::string write(const Report& report, std::string_view format) {
  if (format == "json") return write_json(report);
  if (format == "junit") return write_junit(report);
  if (format == "tap") return write_tap(report);
  if (format == "sarif") return write_sarif(report);
  MC_ASSERT(format == "text");
  return write_text(report);
}

}  // namespace medchain::report
