// What the acts on a prescription share.  Internal to lib/rules.
#pragma once

#include "rules/prescription_state.hpp"
#include "rules/scope_internal.hpp"

namespace medchain::rules {

/// One judgement on a prescription that is there.
struct RxCase {
  Judgement& judgement;
  const entry::Prescription& body;
  PrescriptionState state;
  RxStanding standing;
  UnixSeconds now;
  RxTransition row{};  ///< by which it is done

  const MemberName& author() const { return judgement.header.author; }
  bool is_holder() const { return state.holder == author(); }
};

/// Fails with member_role.
Status demand_role(const Judgement& judgement, entry::Role role);
/// At least one item, each count from `least` on.  Fails with entry_rule.
Status check_quantities(const std::vector<std::uint64_t>& quantities, std::uint64_t least);

Status issue(Judgement& judgement, const entry::Prescription& body);
// They change the case's state, but for its status.
Status extend(RxCase& now);
Status review(RxCase& now);
Status accept(RxCase& now);
Status give_back(RxCase& now);
Status dispense(RxCase& now);
Status deliver(RxCase& now);
Status close(RxCase& now);
Status cancel(RxCase& now);
Status claim(RxCase& now);

}  // namespace medchain::rules
