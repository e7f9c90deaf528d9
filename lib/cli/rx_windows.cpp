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

/// Puts what the options say of repeats and the end in the place of what the plan does.
Status apply_options(Session& session, RxPlan& plan) {
  MC_ASSIGN(const auto count, session.number("repeats", 1, max_parts - 1));
  MC_ASSIGN(const auto interval, session.duration("interval"));
  if (count.has_value() != interval.has_value())
    return fail(Code::usage, "options '--repeats' and '--interval' are given together");
  if (count) {
    if (*interval < 1 || *interval > longest_interval)
      return fail(Code::usage, "option '--interval': expected 1s to 731d");
    plan.repeats = count;
    plan.interval = *interval;
  }
  MC_ASSIGN(const auto until, session.time("until"));
  if (until) plan.ends = exchange::FhirTime{*until, false};
  return {};
}

Error wrong_field(std::string_view field, const std::string& what) {
  return fail(Code::input_invalid, "field '" + std::string(field) + "': " + what);
}

/// When it was written, from which its days count: not in days to come, wherever the clock stands.
Result<UnixSeconds> authored_at(const RxPlan& plan, UnixSeconds now) {
  if (!plan.authored) return now;
  constexpr std::int64_t day = 86'400;
  if (plan.authored->at.get() > now.get() + (plan.authored->is_day ? day : 300))
    return wrong_field("authoredOn", "it is after " + format_time(now));
  return std::min(plan.authored->at, now);
}

UnixSeconds begin_of(const exchange::FhirTime& time, const entry::Policy& policy) {
  constexpr std::int64_t day = 86'400;
  if (!time.is_day) return time.at;
  return rules::end_of_days(policy.zone, UnixSeconds(time.at.get() - day), 1);
}

/// A day is over when it has ended.
UnixSeconds end_of(const exchange::FhirTime& time, const entry::Policy& policy) {
  return time.is_day ? rules::end_of_days(policy.zone, time.at, 1) : time.at;
}

/// The end that the policy sets; nothing where it sets none to several parts.
std::optional<UnixSeconds> end_by_policy(const entry::Policy& policy, UnixSeconds authored,
                                         bool is_one) {
  std::optional<std::uint64_t> days;
  if (policy.prescription)
    days = is_one ? policy.prescription->valid_days : policy.prescription->parts_days;
  if (!days && !is_one) return std::nullopt;
  return rules::end_of_days(policy.zone, authored, days.value_or(1));
}

/// What is beyond all times cannot be told, nor judged.
Status check_times(const Parts& parts) {
  for (const entry::RxPart& part : parts)
    if (part.from > last_time || part.until > last_time)
      return fail(Code::input_invalid, "a part of it ends after " + format_time(last_time));
  return {};
}

/// The ledger knows when it is issued; what was written earlier ends earlier, whoever names an end.
Status check_end(const Parts& parts, const entry::Policy& policy, UnixSeconds authored) {
  if (!policy.prescription) return {};
  const auto latest = end_by_policy(policy, authored, parts.size() == 1);
  if (!latest || parts.back().until <= *latest) return {};
  return fail(Code::prescription_limits,
              "what was written " + format_time(authored) + " is valid until " +
                  format_time(*latest) + " by the policy, got " + format_time(parts.back().until));
}

/// Each ends when the next one begins, the last as late as they do or where the policy cuts it.
Parts planned(const RxPlan& plan, const entry::Policy& policy, UnixSeconds authored,
              UnixSeconds from) {
  const std::uint64_t count = plan.repeats.value_or(0);
  const auto begin = [&](std::uint64_t i) {
    return UnixSeconds(from.get() + static_cast<std::int64_t>(i) * plan.interval);
  };
  Parts parts;
  for (std::uint64_t i = 0; i <= count; ++i) parts.push_back({begin(i), begin(i + 1)});
  UnixSeconds& end = parts.back().until;
  const auto latest = end_by_policy(policy, authored, count == 0);
  if (plan.ends)
    end = end_of(*plan.ends, policy);
  else if (count == 0)
    end = *latest;
  else if (latest)
    end = std::min(end, *latest);
  return parts;
}

/// ... with what the options say.
Result<Parts> planned_parts(Session& session, const entry::Policy& policy, UnixSeconds now,
                            UnixSeconds authored, const RxPlan& given) {
  RxPlan plan = given;
  MC_TRY(apply_options(session, plan));
  if (plan.repeats.value_or(0) >= max_parts)
    return wrong_field("dispenseRequest.numberOfRepeatsAllowed",
                       "expected up to " + std::to_string(max_parts - 1));
  const UnixSeconds from = plan.begins ? begin_of(*plan.begins, policy) : now;
  return planned(plan, policy, authored, from);
}

}  // namespace

Result<Parts> rx_windows(Session& session, const entry::Policy& policy, UnixSeconds now,
                         const RxPlan& given) {
  MC_ASSIGN(const UnixSeconds authored, authored_at(given, now));
  Parts parts;
  if (session.has("part")) {
    MC_ASSIGN(parts, named_parts(session));
  } else {
    MC_ASSIGN(parts, planned_parts(session, policy, now, authored, given));
  }
  MC_TRY(check_times(parts));
  if (!given.authored) return parts;
  if (parts.back().until <= now)
    return wrong_field("authoredOn",
                       "what was written then was valid until " + format_time(parts.back().until));
  MC_TRY(check_end(parts, policy, authored));
  return parts;
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
