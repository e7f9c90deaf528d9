// Anomalies of what should have been done and was not.
#include "audit/anomalies_internal.hpp"
#include "audit/duties.hpp"
#include "audit/walk.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"

namespace medchain::audit {
namespace {

class Overdue {
 public:
  Overdue(const Thresholds& thresholds, UnixSeconds now, Findings& findings)
      : thresholds_(thresholds), now_(now), findings_(findings) {}

  /// `begun` by log time.
  void judge(const Duty& duty, UnixSeconds begun) {
    switch (duty.what) {
      case Duty::What::review:
        return review(duty);
      case Duty::What::erasure:
        return erasure(duty);
      case Duty::What::use:
        return use(duty, begun);
      case Duty::What::notice:
        return notice(duty, begun);
    }
  }

 private:
  bool is_over(UnixSeconds begin, std::uint64_t seconds) const {
    return now_.get() - begin.get() > static_cast<std::int64_t>(seconds);
  }

  void review(const Duty& duty) {
    if (!is_over(*duty.not_before, thresholds_.review_within)) return;
    add("overdue.review", duty,
        "an emergency of " + quote(duty.member.get()) + " waits for its review since " +
            format_time(*duty.not_before));
  }

  void erasure(const Duty& duty) {
    if (!is_over(*duty.due, thresholds_.attest_within)) return;
    add("overdue.erasure", duty,
        quote(duty.member.get()) + " was to erase by " + format_time(*duty.due) +
            " and has not attested it");
  }

  void use(const Duty& duty, UnixSeconds begun) {
    if (!is_over(begun, thresholds_.release_within)) return;
    add("release.unused", duty,
        quote(duty.member.get()) + " says nothing of a release since " + format_time(begun));
  }

  void notice(const Duty& duty, UnixSeconds begun) {
    if (duty.due ? !is_over(*duty.due, 0) : !is_over(begun, thresholds_.notice_within)) return;
    add("overdue.notice", duty,
        quote(duty.member.get()) + " has not acknowledged a notice of " +
            std::string(entry::word_of(*duty.of)));
  }

  void add(std::string_view id, const Duty& duty, std::string message) {
    findings_.add(id, std::move(message), {duty.entry, duty.begun}, duty.member, duty.person, now_);
  }

  const Thresholds& thresholds_;
  UnixSeconds now_;
  Findings& findings_;
};

}  // namespace

Status check_duties(const ledger::Snapshot& view, LogTimes& times, const Thresholds& thresholds,
                    UnixSeconds now, const std::function<Status()>& go_on, Findings& findings) {
  Overdue overdue(thresholds, now, findings);
  return for_each_duty(view, go_on, [&](const Duty& duty) -> Status {
    MC_ASSIGN(const UnixSeconds begun, times.at(view, duty.begun));
    overdue.judge(duty, begun);
    return {};
  });
}

Status check_failed_uses(const ledger::Snapshot& view, LogTimes& times,
                         const std::function<Status()>& go_on, Findings& findings) {
  std::uint64_t looked = 0;
  return rules::for_each_state<rules::ReleaseState>(
      view, "release/", [&](const EntryHash&, const rules::ReleaseState& state) -> Status {
        if (looked++ % entries_between == 0) MC_TRY(go_on());
        if (state.opened > 0 || state.failed == 0) return {};
        MC_ASSIGN(const UnixSeconds released, times.at(view, state.index));
        findings.add("use.failed", quote(state.to.get()) + " could not open a release",
                     {state.index}, state.to, state.receiver, released);
        return {};
      });
}

}  // namespace medchain::audit
