#include "cli/rx_windows.hpp"

#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "rules/prescription_state.hpp"

namespace medchain::cli {
namespace {

using Parts = std::vector<entry::RxPart>;

constexpr std::uint64_t max_parts = 24;
constexpr std::int64_t longest_interval = std::int64_t{731} * 86'400;

Error wrong_part(std::string_view text, const std::string& why) {
  return fail(Code::usage, "option '--part': " + why + ", got " + quote(text));
}

Result<entry::RxPart> parse_part(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return wrong_part(text, "expected FROM/UNTIL");
  const auto from = parse_time(text.substr(0, slash));
  if (!from) return wrong_part(text, from.error().message);
  const auto until = parse_time(text.substr(slash + 1));
  if (!until) return wrong_part(text, until.error().message);
  return entry::RxPart{*from, *until};
}

Result<Parts> named_parts(const Session& session) {
  for (const std::string_view other : {"until", "repeats", "interval"})
    if (session.has(other))
      return fail(Code::usage,
                  "options '--part' and '--" + std::string(other) + "' are not given together");
  Parts parts;
  for (const std::string& text : session.arguments().all("part")) {
    MC_ASSIGN(const entry::RxPart part, parse_part(text));
    parts.push_back(part);
  }
  return parts;
}

Result<std::optional<RxRepeats>> named_repeats(Session& session) {
  MC_ASSIGN(const auto count, session.number("repeats", 1, max_parts - 1));
  MC_ASSIGN(const auto interval, session.duration("interval"));
  if (count.has_value() != interval.has_value())
    return fail(Code::usage, "options '--repeats' and '--interval' are given together");
  if (!count) return std::optional<RxRepeats>();
  if (*interval < 1 || *interval > longest_interval)
    return fail(Code::usage, "option '--interval': expected 1s to 731d");
  return std::optional(RxRepeats{*count, *interval});
}

UnixSeconds end_by_policy(const entry::Policy& policy, UnixSeconds now,
                          const std::optional<std::uint64_t>& days) {
  return rules::end_of_days(policy.zone, now, days.value_or(1));
}

/// Each ends when the next one begins, and the last as late as they do; the policy cuts it.
Parts repeated(const RxRepeats& repeats, const entry::Policy& policy, UnixSeconds now,
               const std::optional<UnixSeconds>& until) {
  Parts parts;
  const auto begin_of = [&](std::uint64_t i) {
    return UnixSeconds(now.get() + static_cast<std::int64_t>(i) * repeats.interval);
  };
  for (std::uint64_t i = 0; i <= repeats.count; ++i)
    parts.push_back({begin_of(i), begin_of(i + 1)});
  UnixSeconds& end = parts.back().until;
  if (until)
    end = *until;
  else if (policy.prescription && policy.prescription->parts_days)
    end = std::min(end, end_by_policy(policy, now, policy.prescription->parts_days));
  return parts;
}

}  // namespace

Result<Parts> rx_windows(Session& session, const entry::Policy& policy, UnixSeconds now,
                         const std::optional<RxRepeats>& planned) {
  if (session.has("part")) return named_parts(session);
  MC_ASSIGN(const auto until, session.time("until"));
  MC_ASSIGN(auto repeats, named_repeats(session));
  if (!repeats) repeats = planned;
  if (repeats) return repeated(*repeats, policy, now, until);
  std::optional<std::uint64_t> days;
  if (policy.prescription) days = policy.prescription->valid_days;
  return Parts{{now, until.value_or(end_by_policy(policy, now, days))}};
}

std::vector<Option> rx_window_options() {
  Option part{"part", 0, ValueKind::text, "FROM/UNTIL", "when a part may be accepted; repeatable"};
  part.repeat = true;
  return {
      {"until", 0, ValueKind::time, "TIME", "log time at which it ends (default: the policy's)"},
      part,
      {"repeats", 0, ValueKind::number, "N", "how often more it may be redeemed"},
      {"interval", 0, ValueKind::duration, "DURATION", "how long after each other"}};
}

}  // namespace medchain::cli
