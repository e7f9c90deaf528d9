#include "audit/duties.hpp"

#include <algorithm>
#include <array>

#include "audit/walk.hpp"
#include "rules/index_values.hpp"

namespace medchain::audit {
namespace {

class Duties {
 public:
  Duties(const ledger::Snapshot& view, const std::function<Status()>& go_on,
         const std::function<Status(const Duty&)>& visit)
      : view_(view), go_on_(go_on), visit_(visit) {}

  Status run() {
    MC_TRY(each<rules::EmergencyState>("emergency/", &Duties::review));
    MC_TRY(each<rules::GrantState>("grant/", &Duties::erasures));
    MC_TRY(each<rules::ReleaseState>("release/", &Duties::use));
    return each<rules::NoticeState>("notice/", &Duties::notices);
  }

 private:
  template <class State>
  Status each(std::string_view prefix,
              Status (Duties::*look)(const EntryHash& hash, const State& state)) {
    return rules::for_each_state<State>(view_, prefix,
                                        [&](const EntryHash& hash, const State& state) -> Status {
                                          if (looked_++ % entries_between == 0) MC_TRY(go_on_());
                                          return (this->*look)(hash, state);
                                        });
  }

  Status tell(const Duty& duty) {
    MC_ASSIGN(const auto member, rules::member(view_, duty.member));
    if (!member || member->status == rules::MemberStatus::revoked) return {};
    return visit_(duty);
  }

  Status review(const EntryHash& hash, const rules::EmergencyState& state) {
    if (state.is_reviewed()) return {};
    Duty duty{Duty::What::review, state.author, {state.body.custodian}, state.index, hash};
    duty.begun = state.index;
    duty.not_before = state.body.until;
    duty.person = state.body.person;
    return tell(duty);
  }

  Status erasures(const EntryHash& hash, const rules::GrantState& state) {
    if (!state.body.scope.erase_at) return {};
    const auto look = [&](const MemberName& member, EntryIndex release) -> Status {
      MC_ASSIGN(const auto attested, view_.get(rules::key_of_attested(hash, member)));
      if (attested) return {};
      Duty duty{Duty::What::erasure, member, {state.author}, state.index, hash};
      if (state.body.custodian != state.author) duty.awaiting.push_back(state.body.custodian);
      duty.begun = release;
      duty.due = state.body.scope.erase_at;
      return tell(duty);
    };
    return rules::for_each_receiver(view_, hash, look);
  }

  /// A release that nobody says to have used, nor to have failed with.
  Status use(const EntryHash& hash, const rules::ReleaseState& state) {
    if (state.opened + state.failed > 0) return {};
    Duty duty{Duty::What::use, state.to, {state.author}, state.index, hash};
    duty.begun = state.index;
    duty.person = state.receiver;
    return tell(duty);
  }

  Status notices(const EntryHash& hash, const rules::NoticeState& state) {
    for (const MemberName& member : state.body.to) {
      if (std::binary_search(state.acknowledged.begin(), state.acknowledged.end(), member))
        continue;
      Duty duty{Duty::What::notice, member, {state.author}, state.index, hash};
      duty.begun = state.index;
      duty.due = state.body.due;
      duty.of = state.body.of;
      MC_TRY(tell(duty));
    }
    return {};
  }

  const ledger::Snapshot& view_;
  const std::function<Status()>& go_on_;
  const std::function<Status(const Duty&)>& visit_;
  std::uint64_t looked_ = 0;
};

}  // namespace

std::string_view word_of(Duty::What what) {
  constexpr std::array<std::string_view, 4> words = {"review", "erasure", "use", "notice"};
  return words[static_cast<std::size_t>(what)];
}

Status for_each_duty(const ledger::Snapshot& view, const std::function<Status()>& go_on,
                     const std::function<Status(const Duty&)>& visit) {
  return Duties(view, go_on, visit).run();
}

}  // namespace medchain::audit
