// Anomalies of what should have been done and was not.
#include <algorithm>

#include "audit/anomalies_internal.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::audit {
namespace {

class Duties {
 public:
  Duties(const ledger::Snapshot& view, const Thresholds& thresholds, UnixSeconds now,
         const std::function<Status()>& go_on, Findings& findings)
      : view_(view), thresholds_(thresholds), now_(now), go_on_(go_on), findings_(findings) {}

  Status run() {
    MC_TRY(rules::for_each_state<rules::EmergencyState>(
        view_, "emergency/", [&](const EntryHash&, const auto& state) { return review(state); }));
    MC_TRY(rules::for_each_state<rules::NoticeState>(
        view_, "notice/", [&](const EntryHash&, const auto& state) { return notice(state); }));
    MC_TRY(rules::for_each_state<rules::GrantState>(
        view_, "grant/",
        [&](const EntryHash& hash, const auto& state) { return erasure(hash, state); }));
    return rules::for_each_state<rules::ReleaseState>(
        view_, "release/", [&](const EntryHash&, const auto& state) { return release(state); });
  }

 private:
  bool is_over(UnixSeconds begin, std::uint64_t seconds) const {
    return now_.get() - begin.get() > static_cast<std::int64_t>(seconds);
  }

  Status review(const rules::EmergencyState& state) {
    MC_TRY(go_on_());
    if (state.is_reviewed() || !is_over(state.body.until, thresholds_.review_within)) return {};
    findings_.add("overdue.review",
                  "an emergency of " + quote(state.author.get()) + " waits for its review since " +
                      format_time(state.body.until),
                  {state.index}, state.author, state.body.person, now_);
    return {};
  }

  Status notice(const rules::NoticeState& state) {
    MC_TRY(go_on_());
    if (state.body.due) {
      if (!is_over(*state.body.due, 0)) return {};
    } else {
      MC_ASSIGN(const UnixSeconds told, log_time_at(view_, state.index));
      if (!is_over(told, thresholds_.notice_within)) return {};
    }
    MC_ASSIGN(const auto to, waiting(state));
    const std::string of(entry::word_of(state.body.of));
    for (const MemberName& member : to)
      findings_.add("overdue.notice",
                    quote(member.get()) + " has not acknowledged a notice of " + of, {state.index},
                    member, std::nullopt, now_);
    return {};
  }

  /// Who has not acknowledged, but for members that never can.
  Result<std::vector<MemberName>> waiting(const rules::NoticeState& state) const {
    std::vector<MemberName> left;
    for (const MemberName& name : state.body.to) {
      const auto& done = state.acknowledged;
      if (std::binary_search(done.begin(), done.end(), name)) continue;
      MC_ASSIGN(const auto member, rules::member(view_, name));
      if (member && member->status != rules::MemberStatus::revoked) left.push_back(name);
    }
    return left;
  }

  Status erasure(const EntryHash& hash, const rules::GrantState& state) {
    MC_TRY(go_on_());
    const auto& due = state.body.scope.erase_at;
    if (!due || !is_over(*due, thresholds_.attest_within)) return {};
    const std::string prefix = "received/" + to_hex(hash.view()) + "/";
    return view_.scan(prefix, [&](std::string_view key, std::string_view text) -> Status {
      MC_ASSIGN(const auto member, MemberName::parse(key.substr(prefix.size())));
      MC_ASSIGN(const auto attested, view_.get(rules::key_of_attested(hash, member)));
      if (attested) return {};
      MC_ASSIGN(const std::uint64_t newest, parse_u64(text));
      findings_.add("overdue.erasure",
                    quote(member.get()) + " was to erase by " + format_time(*due) +
                        " and has not attested it",
                    {state.index, EntryIndex(newest)}, member, std::nullopt, now_);
      return {};
    });
  }

  Status release(const rules::ReleaseState& state) {
    MC_TRY(go_on_());
    if (state.opened > 0) return {};
    MC_ASSIGN(const UnixSeconds released, log_time_at(view_, state.index));
    const std::string to = quote(state.to.get());
    if (state.failed > 0)
      findings_.add("use.failed", to + " could not open a release", {state.index}, state.to,
                    state.receiver, released);
    else if (is_over(released, thresholds_.release_within))
      findings_.add("release.unused",
                    to + " says nothing of a release since " + format_time(released), {state.index},
                    state.to, state.receiver, now_);
    return {};
  }

  const ledger::Snapshot& view_;
  const Thresholds& thresholds_;
  UnixSeconds now_;
  const std::function<Status()>& go_on_;
  Findings& findings_;
};

}  // namespace

Status check_duties(const ledger::Snapshot& view, const Thresholds& thresholds, UnixSeconds now,
                    const std::function<Status()>& go_on, Findings& findings) {
  return Duties(view, thresholds, now, go_on, findings).run();
}

}  // namespace medchain::audit
