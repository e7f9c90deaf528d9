#include <algorithm>

#include "rules/referral_state.hpp"

namespace medchain::rules {
namespace {

using Act = entry::ReferralAct;
using Status = ReferralStatus;
using Party = ReferralParty;

// TIDs 31 to 34 of the 360X table, a coarser form of 06, 08, 25 and 28, are left out.
constexpr ReferralTransition table[] = {
    {2, Party::recipient, Act::accept, Status::received, Status::accepted},
    {3, Party::recipient, Act::decline, Status::received, Status::rejected},
    {4, Party::initiator, Act::cancel_request, Status::received, Status::cancel_requested},
    {5, Party::recipient, Act::decline, Status::accepted, Status::rejected},
    {6, Party::recipient, Act::schedule, Status::accepted, Status::scheduled},
    {7, Party::initiator, Act::cancel_request, Status::accepted, Status::cancel_requested},
    {8, Party::recipient, Act::interim_note, Status::accepted, Status::visit_noted},
    {9, Party::recipient, Act::complete, Status::accepted, Status::completed},
    {10, Party::recipient, Act::decline, Status::scheduled, Status::rejected},
    {11, Party::recipient, Act::reschedule, Status::scheduled, Status::scheduled},
    {12, Party::recipient, Act::no_show, Status::scheduled, Status::no_show},
    {13, Party::recipient, Act::appointment_cancel, Status::scheduled,
     Status::appointment_cancelled},
    {14, Party::initiator, Act::cancel_request, Status::scheduled, Status::cancel_requested},
    {15, Party::recipient, Act::interim_note, Status::scheduled, Status::visit_noted},
    {16, Party::recipient, Act::complete, Status::scheduled, Status::completed},
    {17, Party::recipient, Act::decline, Status::no_show, Status::rejected},
    {18, Party::recipient, Act::reschedule, Status::no_show, Status::scheduled},
    {19, Party::recipient, Act::appointment_cancel, Status::no_show, Status::appointment_cancelled},
    {20, Party::initiator, Act::cancel_request, Status::no_show, Status::cancel_requested},
    {21, Party::recipient, Act::schedule, Status::appointment_cancelled, Status::scheduled},
    {22, Party::initiator, Act::cancel_request, Status::appointment_cancelled,
     Status::cancel_requested},
    {23, Party::recipient, Act::cancel_confirm, Status::cancel_requested, Status::cancelled},
    {24, Party::recipient, Act::complete, Status::cancel_requested, Status::completed},
    {25, Party::recipient, Act::decline, Status::visit_noted, Status::rejected},
    {26, Party::recipient, Act::schedule, Status::visit_noted, Status::scheduled},
    {27, Party::recipient, Act::appointment_cancel, Status::visit_noted,
     Status::appointment_cancelled},
    {28, Party::initiator, Act::cancel_request, Status::visit_noted, Status::cancel_requested},
    {29, Party::recipient, Act::interim_note, Status::visit_noted, Status::visit_noted},
    {30, Party::recipient, Act::complete, Status::visit_noted, Status::completed},
    {0, Party::recipient, Act::opinion, Status::consulting, Status::consulting},
    {0, Party::recipient, Act::decline, Status::consulting, Status::consulting},
    {0, Party::initiator, Act::close, Status::consulting, Status::closed},
};

}  // namespace

std::span<const ReferralTransition> referral_transitions() { return table; }

bool is_over(ReferralStatus status) {
  return std::none_of(std::begin(table), std::end(table),
                      [&](const ReferralTransition& one) { return one.from == status; });
}

}  // namespace medchain::rules
