#include "cli/status_monitoring.hpp"

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"

namespace medchain::cli {
namespace {

using report::Gauges;
using report::PerfValue;

constexpr std::string_view service = "MEDCHAIN";
constexpr std::string_view words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

std::int64_t value(std::uint64_t number) { return static_cast<std::int64_t>(number); }

std::optional<std::int64_t> value(const std::optional<UnixSeconds>& time) {
  if (!time) return std::nullopt;
  return time->get();
}

template <class Number>
PerfValue with_limit(PerfValue perf, const Limit<Number>& limit, std::string_view below = {}) {
  if (limit.warn) perf.warn = std::to_string(*limit.warn) + std::string(below);
  if (limit.crit) perf.crit = std::to_string(*limit.crit) + std::string(below);
  return perf;
}

void add_age(std::vector<PerfValue>& values, std::string_view label,
             const std::optional<UnixSeconds>& time, const Limit<std::int64_t>& limit,
             UnixSeconds now) {
  if (time) values.push_back(with_limit({label, seconds_since(*time, now), "s"}, limit));
}

Gauges begin_gauges(const std::string& directory, const std::string& member, bool is_up,
                    UnixSeconds now) {
  Gauges gauges({{"directory", absolute_path(directory)}, {"member", member}});
  gauges.add("medchain_up", "Whether the ledger could be read.", is_up ? 1 : 0);
  gauges.add("medchain_status_timestamp_seconds", "When this was looked at.", now.get());
  return gauges;
}

}  // namespace

Level level_of(const StatusFacts& facts, const std::vector<Attention>& found) {
  if (!found.empty()) return found.front().level;
  return facts.quorum_met ? Level::ok : Level::warning;
}

int plugin_status(Level level) {
  switch (level) {
    case Level::ok:
      return plugin_ok;
    case Level::warning:
      return plugin_warning;
    case Level::critical:
      return plugin_critical;
  }
  return plugin_unknown;
}

int plugin_status(const Error& error) {
  const int status = info(error.code).exit;
  constexpr int bad = 1, fork_or_rollback = 11;
  return status == bad || status == fork_or_rollback ? plugin_critical : plugin_unknown;
}

std::string plugin_text(const StatusFacts& facts, const StatusLimits& limits,
                        const std::vector<Attention>& found, UnixSeconds now) {
  std::string text;
  for (const Attention& need : found) text += (text.empty() ? "" : "; ") + need.text;
  if (!facts.quorum_met) text += (text.empty() ? "" : "; ") + cosigned_text(facts);
  if (text.empty())
    text = counted(facts.entries, "entry") + ", last anchor " +
           (facts.last_anchor ? rough_duration(seconds_since(*facts.last_anchor, now)) + " ago"
                              : "never");
  std::vector<PerfValue> values;
  add_age(values, "anchor_age", facts.last_anchor, limits.age, now);
  add_age(values, "log_age", facts.log_time, limits.log_age, now);
  add_age(values, "entry_age", facts.newest_entry, {}, now);
  add_age(values, "checkpoint_age", facts.checkpoint_time, {}, now);
  add_age(values, "pending_age", facts.oldest_pending, limits.pending, now);
  values.push_back({"pending", value(facts.pending())});
  values.push_back({"entries", value(facts.entries)});
  values.push_back({"records", value(facts.records)});
  values.push_back({"file", value(facts.file_bytes), "B"});
  values.push_back({"used", value(facts.used_bytes), "B"});
  values.push_back(with_limit({"free", value(facts.free_percent()), "%"}, limits.free, ":"));
  values.push_back({"readers", value(facts.readers)});
  values.push_back(with_limit({"reader_lag", value(facts.reader_lag)}, limits.readers));
  const auto status = static_cast<std::size_t>(plugin_status(level_of(facts, found)));
  return report::plugin_line(service, words[status], text, values);
}

std::string plugin_text(const Error& error) {
  return report::plugin_line(service, words[static_cast<std::size_t>(plugin_status(error))],
                             error.message, {});
}

std::string gauges_text(const StatusFacts& facts, const std::vector<Attention>& found,
                        UnixSeconds now) {
  Gauges gauges = begin_gauges(facts.directory, facts.member, true, now);
  gauges.add("medchain_ledger_info", "Always 1; the labels say which ledger it is.", 1,
             {{"origin", facts.origin}});
  constexpr std::string_view needs = "medchain_attention";
  for (const auto& [level, word] :
       {std::pair(Level::warning, "warning"), std::pair(Level::critical, "critical")}) {
    std::int64_t count = 0;
    for (const Attention& need : found) count += need.level == level;
    gauges.add(needs, "What needs attention, by level.", count, {{"level", word}});
  }
  gauges.add("medchain_entries", "Entries on the ledger.", value(facts.entries));
  gauges.add("medchain_records", "Rows of all manifests.", value(facts.records));
  gauges.add("medchain_log_timestamp_seconds", "Log time.", value(facts.log_time));
  gauges.add("medchain_newest_entry_timestamp_seconds", "Time of the newest entry.",
             value(facts.newest_entry));
  gauges.add("medchain_last_anchor_timestamp_seconds",
             "Time of the member's newest anchor entry, of anybody's where there is no member.",
             value(facts.last_anchor));
  gauges.add("medchain_checkpoint_timestamp_seconds", "When the file checkpoint was written.",
             value(facts.checkpoint_time));
  if (facts.checkpoint_entries)
    gauges.add("medchain_checkpoint_entries", "Entries that the file checkpoint is of.",
               value(*facts.checkpoint_entries));
  if (!facts.member.empty())
    gauges.add("medchain_member_active", "Whether the member is an active one.",
               facts.member_status == "active" ? 1 : 0);
  gauges.add("medchain_witnesses", "Witnesses of the policy.", value(facts.witnesses));
  gauges.add("medchain_quorum", "Cosignatures that the policy demands.", value(facts.quorum));
  gauges.add("medchain_cosignatures", "Cosignatures of the checkpoint.", value(facts.cosigned));
  gauges.add("medchain_quorum_met", "Whether they are what the policy demands.",
             facts.quorum_met ? 1 : 0);
  gauges.add("medchain_pending_entries", "Signed entries in the vault that are not on the ledger.",
             value(facts.pending()));
  gauges.add("medchain_oldest_pending_timestamp_seconds", "Time of the oldest of them.",
             value(facts.oldest_pending));
  gauges.add("medchain_file_bytes", "Size of data.mdb.", value(facts.file_bytes));
  gauges.add("medchain_used_bytes", "Of it, pages in use.", value(facts.used_bytes));
  gauges.add("medchain_map_bytes", "Address space that the file may fill before the map grows.",
             value(facts.map_bytes));
  gauges.add("medchain_disk_free_bytes", "Free on the disk of the ledger.",
             value(facts.free_bytes));
  gauges.add("medchain_disk_bytes", "Size of the disk of the ledger.", value(facts.disk_bytes));
  gauges.add("medchain_readers", "Processes that read the ledger.", value(facts.readers));
  gauges.add("medchain_max_readers", "How many of them there can be.", value(facts.max_readers));
  gauges.add("medchain_reader_lag_commits", "Commits since the oldest of them began to read.",
             value(facts.reader_lag));
  return gauges.text();
}

std::string gauges_text(const std::string& directory, const std::string& member, UnixSeconds now) {
  return begin_gauges(directory, member, false, now).text();
}

}  // namespace medchain::cli
