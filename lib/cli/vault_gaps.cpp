// medchain-vault gaps: holes in the readings of wearables.
#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/series_put.hpp"
#include "cli/text_input.hpp"
#include "cli/workspace.hpp"
#include "report/table.hpp"
#include "vault/day_records.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t sensor_interval = 300;  ///< seconds; missing readings are counted by it
constexpr std::size_t days_at_a_time = 32;

struct Filter {
  std::optional<std::string> subject, source;
  std::string series = "glucose";
  source::GapRule rule;
};

Result<Filter> filter_of(Session& session) {
  Filter filter;
  MC_ASSIGN(filter.subject, subject_option(session));
  filter.source = session.setting("source");
  filter.series = session.setting("series").value_or(filter.series);
  MC_ASSIGN(filter.rule.from, session.time("since"));
  MC_ASSIGN(filter.rule.until, session.time("until"));
  MC_ASSIGN(const auto longest, session.duration("max-gap"));
  const std::int64_t seconds = longest.value_or(900);
  if (seconds < 1 || seconds > 366 * 86'400)
    return fail(Code::usage, "option '--max-gap': expected 1s to 366d");
  filter.rule.interval = std::min(sensor_interval, seconds);
  filter.rule.tolerance = seconds - filter.rule.interval;
  if (filter.rule.from && filter.rule.until && *filter.rule.until < *filter.rule.from)
    return fail(Code::usage, "options '--since' and '--until': the end is before the beginning");
  return filter;
}

struct Series {
  std::uint64_t subject = 0;
  std::string source;
  auto operator<=>(const Series&) const = default;
};
/// Versions by day, `2026-11-23`.
using Days = std::map<std::string, std::uint64_t>;

Result<std::map<Series, Days>> find_series(const vault::Vault& vault, const Filter& filter) {
  std::map<Series, Days> found;
  std::optional<std::uint64_t> subject;
  if (filter.subject) {
    MC_ASSIGN(const auto known, vault.find_subject(*filter.subject));
    if (!known) return found;
    subject = known->number;
  }
  MC_TRY(vault.for_each_version([&](std::uint64_t number, const vault::Version& version) -> Status {
    if (!vault::is_day_record(version, filter.series)) return {};
    if (subject && version.subject != *subject) return {};
    if (filter.source && version.source != *filter.source) return {};
    const std::string& day = version.date;
    const auto day_text = [](UnixSeconds time) { return source::format_day(source::day_of(time)); };
    if (filter.rule.from && day < day_text(*filter.rule.from)) return {};
    if (filter.rule.until && day > day_text(*filter.rule.until)) return {};
    MC_ASSIGN(const auto latest,
              vault.find(vault::record_key(version.source, version.type, version.id)));
    if (!latest || latest->number != number) return {};
    MC_ASSIGN(const Salt salt, vault.salt(version));
    if (salt.bytes == Salt().bytes) return {};  // it was erased
    found[{version.subject, version.source}][day] = number;
    return {};
  }));
  return found;
}

struct FoundGap {
  std::string subject;
  std::string source;
  source::Gap gap;
};

/// A few days at a time: of those before, only the last reading's time is needed.
class Searcher {
 public:
  Searcher(const vault::Vault& vault, const Filter& filter) : vault_(vault), filter_(filter) {}

  Status run(const Days& days, const std::function<Status(const source::Gap&)>& tell) {
    source::GapRule rule = filter_.rule;
    rule.until.reset();
    std::vector<source::DayDocument> part;
    for (const auto& [day, number] : days) {
      MC_ASSIGN(auto document, vault::read_day(vault_, number));
      part.push_back(std::move(document));
      if (part.size() == days_at_a_time) MC_TRY(look(part, rule, tell));
    }
    rule.until = filter_.rule.until;
    return look(part, rule, tell);
  }
  std::uint64_t readings() const { return readings_; }

 private:
  Status look(std::vector<source::DayDocument>& part, source::GapRule& rule,
              const std::function<Status(const source::Gap&)>& tell) {
    MC_ASSIGN(const auto gaps, source::gaps(part, rule));
    for (const source::Gap& gap : gaps) MC_TRY(tell(gap));
    for (const source::DayDocument& day : part)
      for (const source::Reading& reading : day.readings) {
        if (reading.method != rule.method) continue;
        if (filter_.rule.from && reading.time < *filter_.rule.from) continue;
        if (filter_.rule.until && reading.time > *filter_.rule.until) continue;
        rule.from = reading.time;
        ++readings_;
      }
    part.clear();
    return {};
  }

  const vault::Vault& vault_;
  const Filter& filter_;
  std::uint64_t readings_ = 0;
};

std::string length_of(const source::Gap& gap) {
  const std::int64_t minutes = (gap.before.get() - gap.after.get()) / 60;
  const std::string rest = std::to_string(minutes % 60);
  return std::to_string(minutes / 60) + (rest.size() == 1 ? ":0" : ":") + rest;
}

Result<int> vault_gaps(Session& session) {
  MC_ASSIGN(const Filter filter, filter_of(session));
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  Places places;
  places.add(vault->blobs(), Access::read);
  session.seal(places);
  MC_TRY(ledger->read(
      [&](const ledger::Snapshot& view) -> Status { return check_same_ledger(*vault, view); }));
  const bool json = session.format() == "json";
  report::Table table({{"SUBJECT", report::Align::left, 30},
                       {"AFTER"},
                       {"BEFORE"},
                       {"LENGTH", report::Align::right},
                       {"MISSING", report::Align::right}});
  std::uint64_t count = 0, readings = 0;
  MC_TRY(vault->read([&]() -> Status {
    MC_ASSIGN(const auto found, find_series(*vault, filter));
    for (const auto& [series, days] : found) {
      MC_ASSIGN(const std::string subject, vault->subject_name(series.subject));
      const std::string source = series.source;
      Searcher searcher(*vault, filter);
      MC_TRY(searcher.run(days, [&](const source::Gap& gap) -> Status {
        if (session.interrupted()) return fail(Code::interrupted, "stopped by a signal");
        ++count;
        if (!json) {
          table.add({subject, format_time(gap.after), format_time(gap.before), length_of(gap),
                     std::to_string(gap.missing)});
          return {};
        }
        json::Object line = message("gap");
        line.set("subject", printable(subject)).set("series", filter.series);
        if (!source.empty()) line.set("source", printable(source));
        line.set("after", format_time(gap.after))
            .set("before", format_time(gap.before))
            .set("seconds", static_cast<std::uint64_t>(gap.before.get() - gap.after.get()))
            .set("missing", gap.missing);
        return session.out().line(line);
      }));
      readings += searcher.readings();
    }
    return {};
  }));
  const int status = count > 0 ? 1 : 0;
  if (json)
    MC_TRY(session.out().line(message("summary")
                                  .set("count", readings)
                                  .set("findings", count)
                                  .set("status", status)
                                  .set("complete", true)));
  else if (!table.empty())
    MC_TRY(session.out().write(table.text()));
  session.tell(counted(count, "gap") + " in " + counted(readings, "reading"));
  return status;
}

}  // namespace

Verb gaps_verb() {
  Verb verb;
  verb.name = "gaps";
  verb.summary = "find holes in the readings of wearables";
  verb.options = {
      {"subject", 0, ValueKind::text, "NAME", "only readings of this subject"},
      {"subject-file", 0, ValueKind::file, "FILE", "the subject's name is the first line of FILE"},
      {"source", 0, ValueKind::text, "NAME", "only readings put with this source"},
      {"series", 0, ValueKind::words, "NAME", "which readings (default: glucose)", {}, "glucose"},
      {"max-gap", 0, ValueKind::duration, "DURATION", "longer is a gap (default: 15m)"},
      {"since", 0, ValueKind::time, "TIME", "readings are expected from this time on"},
      {"until", 0, ValueKind::time, "TIME", "and up to this time"}};
  verb.common = {"ledger", "vault", "output"};
  verb.formats = "text|json";
  verb.max_operands = 0;
  verb.secret_output = true;
  verb.run = vault_gaps;
  return verb;
}

}  // namespace medchain::cli
