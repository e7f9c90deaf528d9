#include "base/encoding.hpp"
#include "rules/prescription_state.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

using entry::RxAct;
using entry::ZonePeriod;

constexpr std::int64_t day = 86'400;

constexpr RxTransition transitions[] = {
    {RxAct::review, RxActor::reviewer, RxStanding::issued, RxStatus::issued},
    {RxAct::review, RxActor::reviewer, RxStanding::held, RxStatus::held},
    {RxAct::review, RxActor::reviewer, RxStanding::lapsed, RxStatus::held},
    {RxAct::review, RxActor::holder, RxStanding::held, RxStatus::held},
    {RxAct::accept, RxActor::dispenser, RxStanding::issued, RxStatus::held},
    {RxAct::accept, RxActor::dispenser, RxStanding::lapsed, RxStatus::held},
    {RxAct::give_back, RxActor::holder, RxStanding::held, RxStatus::issued},
    {RxAct::give_back, RxActor::holder, RxStanding::lapsed, RxStatus::issued},
    {RxAct::dispense, RxActor::holder, RxStanding::held, RxStatus::held},
    {RxAct::deliver, RxActor::holder, RxStanding::held, RxStatus::held},
    {RxAct::deliver, RxActor::holder, RxStanding::lapsed, RxStatus::held},
    {RxAct::deliver, RxActor::holder, RxStanding::completed, RxStatus::completed},
    {RxAct::deliver, RxActor::holder, RxStanding::claimed, RxStatus::claimed},
    {RxAct::close, RxActor::holder, RxStanding::held, RxStatus::completed},
    {RxAct::close, RxActor::holder, RxStanding::lapsed, RxStatus::completed},
    {RxAct::cancel, RxActor::prescriber, RxStanding::issued, RxStatus::cancelled},
    {RxAct::cancel, RxActor::prescriber, RxStanding::held, RxStatus::held},
    {RxAct::cancel, RxActor::prescriber, RxStanding::lapsed, RxStatus::cancelled},
    {RxAct::cancel, RxActor::patient, RxStanding::issued, RxStatus::cancelled},
    {RxAct::cancel, RxActor::patient, RxStanding::lapsed, RxStatus::cancelled},
    {RxAct::cancel, RxActor::patient, RxStanding::completed, RxStatus::cancelled},
    {RxAct::cancel, RxActor::holder, RxStanding::held, RxStatus::cancelled},
    {RxAct::extend, RxActor::prescriber, RxStanding::issued, RxStatus::issued},
    {RxAct::claim, RxActor::payer, RxStanding::issued, RxStatus::issued},
    {RxAct::claim, RxActor::payer, RxStanding::held, RxStatus::held},
    {RxAct::claim, RxActor::payer, RxStanding::lapsed, RxStatus::held},
    {RxAct::claim, RxActor::payer, RxStanding::completed, RxStatus::claimed},
    {RxAct::claim, RxActor::payer, RxStanding::cancelled, RxStatus::cancelled},
};

}  // namespace

std::span<const RxTransition> rx_transitions() { return transitions; }

RxStanding rx_standing(const PrescriptionState& state, const entry::Policy& policy,
                       UnixSeconds at) {
  switch (state.status) {
    case RxStatus::issued:
      return RxStanding::issued;
    case RxStatus::completed:
      return RxStanding::completed;
    case RxStatus::claimed:
      return RxStanding::claimed;
    case RxStatus::cancelled:
      return RxStanding::cancelled;
    case RxStatus::held:
      break;
  }
  const auto hold = policy.prescription ? policy.prescription->hold : std::nullopt;
  const bool over =
      hold && state.held_at && at.get() >= state.held_at->get() + static_cast<std::int64_t>(*hold);
  return over ? RxStanding::lapsed : RxStanding::held;
}

Result<std::optional<PrescriptionState>> prescription(const View& view, const EntryHash& hash) {
  return typed<PrescriptionState>(view, key_of_prescription(hash));
}
std::string key_of_prescription(const EntryHash& hash) {
  return "prescription/" + to_hex(hash.view());
}
std::string key_of_redeem(const RedeemKey& token) { return "redeem/" + to_hex(token.bytes); }

UnixSeconds end_of_days(const std::optional<std::vector<ZonePeriod>>& zone, UnixSeconds at,
                        std::uint64_t days) {
  const std::vector<ZonePeriod> clocks = zone ? *zone : std::vector<ZonePeriod>(1);
  auto period = clocks.begin();
  while (period + 1 != clocks.end() && (period + 1)->from <= at) ++period;
  const std::int64_t local = at.get() + period->offset.seconds();
  const std::int64_t today = local / day - (local % day < 0 ? 1 : 0);
  const std::int64_t wanted = (today + static_cast<std::int64_t>(days)) * day;
  // The first instant that is midnight or later: a clock that skips midnight is beyond it when it
  // is set, one that shows it twice was there the first time.
  for (UnixSeconds begin = at;; ++period) {
    const UnixSeconds instant(std::max(wanted - period->offset.seconds(), begin.get()));
    if (period + 1 == clocks.end() || instant < (period + 1)->from) return instant;
    begin = (period + 1)->from;
  }
}

}  // namespace medchain::rules
