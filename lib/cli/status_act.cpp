#include "cli/status_act.hpp"

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/status_monitoring.hpp"

namespace medchain::cli {
namespace {

constexpr int needs_attention = 1;

std::string age(const std::optional<UnixSeconds>& time, UnixSeconds now) {
  if (!time) return "never";
  return format_time(*time) + " (" + rough_duration(seconds_since(*time, now)) + " ago)";
}

/// In a unit that leaves one to four digits.
std::string size_text(std::uint64_t bytes) {
  std::size_t unit = 0;
  for (; bytes >= 10'000 && unit < 4; ++unit) bytes /= 1'000;
  constexpr std::string_view units[] = {"B", "kB", "MB", "GB", "TB"};
  return std::to_string(bytes) + " " + std::string(units[unit]);
}

std::string_view word_of(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::warning:
      return "warning";
    case Level::critical:
      return "critical";
  }
  return {};
}

std::string text_of(const StatusFacts& facts, const std::vector<Attention>& found,
                    UnixSeconds now) {
  std::string text;
  const auto row = [&](std::string_view name, const std::string& value) {
    text += pad_to(name, 14) + escape_for_terminal(value) + "\n";
  };
  row("ledger", facts.origin);
  row("directory", facts.directory);
  row("member", facts.member.empty()
                    ? "(no key directory)"
                    : facts.member + " (" +
                          (facts.member_status == "none" ? "not a member" : facts.member_status) +
                          ")");
  row("entries", std::to_string(facts.entries) + ", " + std::to_string(facts.records) + " records");
  row("last anchor", age(facts.last_anchor, now));
  row("log time", age(facts.log_time, now));
  row("checkpoint", age(facts.checkpoint_time, now));
  row("witnessed", facts.witnesses == 0 ? "no witnesses in the policy" : cosigned_text(facts));
  row("disk", size_text(facts.file_bytes) + " of ledger, " + size_text(facts.free_bytes) +
                  " free (" + std::to_string(facts.free_percent()) + " %)");
  row("readers", std::to_string(facts.readers) + " of " + std::to_string(facts.max_readers));
  for (const Attention& need : found)
    row(need.level == Level::critical ? "critical" : "attention", need.text);
  return text;
}

json::Object object_of(const StatusFacts& facts, const std::vector<Attention>& found, int status) {
  json::Object line = message("summary");
  const auto set_time = [&](const char* name, const std::optional<UnixSeconds>& time) {
    if (time) line.set(name, format_time(*time));
  };
  line.set("ledger", facts.origin)
      .set("directory", facts.directory)
      .set("entries", facts.entries)
      .set("records", facts.records);
  if (!facts.member.empty())
    line.set("member", facts.member).set("member_status", facts.member_status);
  set_time("log_time", facts.log_time);
  set_time("newest_entry", facts.newest_entry);
  set_time("last_anchor", facts.last_anchor);
  set_time("checkpoint_time", facts.checkpoint_time);
  if (facts.checkpoint_entries) line.set("checkpoint_entries", *facts.checkpoint_entries);
  line.set("witnesses", facts.witnesses)
      .set("quorum", facts.quorum)
      .set("cosigned", facts.cosigned)
      .set("quorum_met", facts.quorum_met);
  line.set("pending", facts.pending());
  set_time("oldest_pending", facts.oldest_pending);
  line.set("file_bytes", facts.file_bytes)
      .set("used_bytes", facts.used_bytes)
      .set("map_bytes", facts.map_bytes)
      .set("free_bytes", facts.free_bytes)
      .set("disk_bytes", facts.disk_bytes)
      .set("readers", facts.readers)
      .set("max_readers", facts.max_readers)
      .set("reader_lag", facts.reader_lag);
  json::Array needs;
  for (const Attention& need : found) needs.push_back(need.text);
  line.set("attention", std::move(needs))
      .set("level", std::string(word_of(level_of(facts, found))))
      .set("status", status)
      .set("complete", true);
  return line;
}

/// Where the ledger cannot be read, monitoring is told so in its own words.
Result<int> show_failure(Session& session, Error error) {
  if (error.code == Code::interrupted || error.code == Code::output_failed) return error;
  if (session.format() == "nagios") {
    MC_TRY(session.out().write(plugin_text(error)));
    return plugin_status(error);
  }
  const auto directory = session.setting("ledger");
  if (session.format() != "prometheus" || !directory) return error;
  session.report(error);
  MC_TRY(session.out().write(gauges_text(*directory, own_name(session), session.now())));
  return info(error.code).exit;
}

}  // namespace

Result<int> show_status(Session& session) {
  MC_ASSIGN(const StatusLimits limits, status_limits(session));
  auto gathered = gather_status(session);
  if (!gathered) return show_failure(session, std::move(gathered).error());
  const StatusFacts& facts = *gathered;
  const UnixSeconds now = session.now();
  const std::vector<Attention> found = attention(facts, limits, now);
  const int status = !found.empty()     ? needs_attention
                     : facts.quorum_met ? 0
                                        : info(Code::policy_unmet).exit;
  const std::string format = session.format();
  if (format == "nagios") {
    MC_TRY(session.out().write(plugin_text(facts, limits, found, now)));
    return plugin_status(level_of(facts, found));
  }
  if (format == "prometheus")
    MC_TRY(session.out().write(gauges_text(facts, found, now)));
  else if (format == "json")
    MC_TRY(session.out().line(object_of(facts, found, status)));
  else
    MC_TRY(session.out().write(text_of(facts, found, now)));
  return status;
}

}  // namespace medchain::cli
