// What of the facts needs attention, by the limits that were given.
#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/status_facts.hpp"

namespace medchain::cli {
namespace {

/// An append rewrites the file `checkpoint` after its commit.
constexpr std::int64_t checkpoint_may_lag = 300;

Result<Limit<std::int64_t>> age_limit(const Session& session, std::string_view name) {
  Limit<std::int64_t> limit;
  MC_ASSIGN(limit.warn, session.duration("warn-" + std::string(name)));
  MC_ASSIGN(limit.crit, session.duration("crit-" + std::string(name)));
  return limit;
}

Result<Limit<std::uint64_t>> number_limit(const Session& session, std::string_view name,
                                          std::uint64_t max) {
  Limit<std::uint64_t> limit;
  MC_ASSIGN(limit.warn, session.number("warn-" + std::string(name), 0, max));
  MC_ASSIGN(limit.crit, session.number("crit-" + std::string(name), 0, max));
  return limit;
}

class Judge {
 public:
  /// `is_beyond` for the value of a limit; `text` says it.
  template <class Value, class IsBeyond, class Text>
  void limit(const Limit<Value>& limit, const IsBeyond& is_beyond, const Text& text) {
    if (limit.crit && is_beyond(*limit.crit))
      found.push_back({Level::critical, text(*limit.crit)});
    else if (limit.warn && is_beyond(*limit.warn))
      found.push_back({Level::warning, text(*limit.warn)});
  }
  void warn(std::string text) { found.push_back({Level::warning, std::move(text)}); }

  std::vector<Attention> found;
};

std::string pending_text(const StatusFacts& facts) {
  std::string text = std::to_string(facts.pending()) + " " +
                     (facts.pending() == 1 ? "entry is" : "entries are") +
                     " signed but not known to be on the ledger: run ";
  text += facts.pending_acts == 0      ? "medchain-anchor again"
          : facts.pending_batches == 0 ? "what was run again"
                                       : "medchain-anchor and what else was run again";
  if (facts.too_late > 0) text += " (too late for " + std::to_string(facts.too_late) + " of them)";
  return text;
}

void judge_checkpoint(const StatusFacts& facts, UnixSeconds now, Judge& judge) {
  if (!facts.checkpoint_error.empty())
    judge.warn("the file checkpoint does not verify: " + facts.checkpoint_error);
  else if (!facts.checkpoint_time)
    judge.warn("there is no file checkpoint: the next append writes it");
  else if (*facts.checkpoint_entries < facts.entries && facts.newest_entry &&
           seconds_since(*facts.newest_entry, now) > checkpoint_may_lag)
    judge.warn("the file checkpoint is of " + std::to_string(*facts.checkpoint_entries) + " of " +
               counted(facts.entries, "entry") + ": the next append rewrites it");
}

}  // namespace

Result<StatusLimits> status_limits(const Session& session) {
  StatusLimits limits;
  MC_ASSIGN(limits.age, age_limit(session, "age"));
  MC_ASSIGN(const auto max_age, session.duration("max-age"));
  if (max_age && limits.age.warn)
    return fail(Code::usage, "options '--max-age' and '--warn-age' are the same: give one");
  if (max_age) limits.age.warn = max_age;
  MC_ASSIGN(limits.log_age, age_limit(session, "log-age"));
  MC_ASSIGN(limits.pending, age_limit(session, "pending"));
  if (!limits.pending.warn) limits.pending.warn = 0;
  MC_ASSIGN(limits.free, number_limit(session, "free", 100));
  MC_ASSIGN(limits.readers, number_limit(session, "readers", INT64_MAX));
  return limits;
}

std::vector<Attention> attention(const StatusFacts& facts, const StatusLimits& limits,
                                 UnixSeconds now) {
  Judge judge;
  judge.limit(
      limits.age,
      [&](std::int64_t age) {
        return !facts.last_anchor || seconds_since(*facts.last_anchor, now) > age;
      },
      [](std::int64_t age) { return "nothing was anchored within " + format_duration(age); });
  judge.limit(
      limits.log_age,
      [&](std::int64_t age) { return facts.log_time && seconds_since(*facts.log_time, now) > age; },
      [](std::int64_t age) {
        return "log time stood still for more than " + format_duration(age);
      });
  judge.limit(
      limits.pending,
      [&](std::int64_t age) {
        return facts.oldest_pending && seconds_since(*facts.oldest_pending, now) >= age;
      },
      [&](std::int64_t) { return pending_text(facts); });
  judge.limit(
      limits.free, [&](std::uint64_t percent) { return facts.free_percent() < percent; },
      [&](std::uint64_t percent) {
        return "only " + std::to_string(facts.free_percent()) +
               " % of the disk is free, less than " + std::to_string(percent) + " %";
      });
  judge.limit(
      limits.readers, [&](std::uint64_t lag) { return facts.reader_lag > lag; },
      [&](std::uint64_t) {
        return "a reader has not ended for " + counted(facts.reader_lag, "commit") +
               ": the file grows as long as it goes on";
      });
  if (!facts.member.empty() && facts.member_status != "active")
    judge.warn(facts.member + " is " +
               (facts.member_status == "none" ? "not a member" : facts.member_status));
  judge_checkpoint(facts, now, judge);
  std::stable_sort(judge.found.begin(), judge.found.end(),
                   [](const Attention& a, const Attention& b) { return a.level > b.level; });
  return judge.found;
}

std::int64_t seconds_since(UnixSeconds time, UnixSeconds now) {
  return std::max<std::int64_t>(0, now.get() - time.get());
}

std::string cosigned_text(const StatusFacts& facts) {
  return std::to_string(facts.cosigned) + " of " + std::to_string(facts.witnesses) +
         " cosigned, the policy demands " + std::to_string(facts.quorum);
}

}  // namespace medchain::cli
