// What medchain-vault put --series is asked.
#include <algorithm>

#include "cli/series_put.hpp"

namespace medchain::cli {
namespace {

constexpr std::string_view for_records[] = {"id-from",   "subject-from", "type",
                                            "canonical", "files0-from",  "follow-links",
                                            "min-age",   "ignore",       "input-encoding"};
constexpr std::string_view for_following[] = {"every", "batch"};

Error does_not_go(std::string_view option, std::string_view with) {
  return fail(Code::usage, "option '--" + std::string(option) + "' does not go with '--" +
                               std::string(with) + "'");
}
Error needs(std::string_view option, std::string_view other) {
  return fail(Code::usage,
              "option '--" + std::string(option) + "' needs '--" + std::string(other) + "'");
}

Status check_follow(const Session& session) {
  for (const std::string_view option : {"dry-run", "emit", "zone", "date-order", "unit"})
    if (session.has(option)) return does_not_go(option, "follow");
  const auto& names = session.operands();
  if (!names.empty() && names != std::vector<std::string>{"-"})
    return fail(Code::usage, "option '--follow' reads standard input, and no files");
  return {};
}

}  // namespace

std::vector<Option> series_options() {
  return {
      {"series",
       0,
       ValueKind::flag,
       {},
       "inputs are readings: one record for each day (--profile: what of, glucose)"},
      {"subject", 0, ValueKind::text, "NAME", "whose readings"},
      {"subject-file", 0, ValueKind::file, "FILE", "the subject's name is the first line of FILE"},
      {"zone", 0, ValueKind::text, "ZONE", "of local times in exports: Europe/Berlin, +02:00"},
      {"date-order",
       0,
       ValueKind::words,
       "ORDER",
       "how to read 6/2/2025",
       {},
       "month-first|day-first"},
      {"unit",
       0,
       ValueKind::words,
       "UNIT",
       "of exports that do not say theirs",
       {},
       "mg/dL|mmol/L"},
      {"follow", 0, ValueKind::flag, {}, "commit again and again while NDJSON comes in"},
      {"every", 0, ValueKind::duration, "DURATION",
       "with --follow: commit readings after so long (default: 1m)"},
      {"batch", 0, ValueKind::number, "N",
       "with --follow: commit when so many wait (default: 1000)"}};
}

Status check_series_options(const Session& session) {
  if (!session.has("series")) {
    for (const Option& option : series_options())
      if (session.has(option.name)) return needs(option.name, "series");
    return {};
  }
  for (const std::string_view option : for_records)
    if (session.has(option)) return does_not_go(option, "series");
  const std::string profile = session.arguments().value("profile").value_or("glucose");
  if (profile != "glucose")
    return fail(Code::usage, "option '--profile' with '--series': expected glucose")
        .with_hint("the profile of the configuration is then named by MEDCHAIN_PROFILE");
  if (!session.has("subject") && !session.has("subject-file"))
    return fail(Code::usage, "option '--series' needs '--subject-file', which says whose it is");
  if (session.has("follow")) return check_follow(session);
  for (const std::string_view option : for_following)
    if (session.has(option)) return needs(option, "follow");
  return {};
}

void add_series_places(const Session& session, Places& places) {
  if (session.has("zone")) places.add(zone_data());
}

}  // namespace medchain::cli
