// prescription: issued, redeemed once, dispensed within what was prescribed (DESIGN 9, HEALTH RX;
// decision 0023).  What may be done when and by whom is the table in prescription_view.cpp.
#include "base/encoding.hpp"
#include "rules/act_fields_internal.hpp"
#include "rules/prescription_internal.hpp"

namespace medchain::rules {
namespace {

using entry::Prescription;
using entry::RxAct;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

/// Each act has its fields, and no others.
Status check_fields(const Prescription& body) {
  using enum RxAct;
  const std::vector<RxAct> steps = {review, accept, give_back, dispense, deliver,
                                    close,  cancel, extend,    claim};
  const FieldRule<RxAct> rules[] = {
      {"prescription", body.prescription.has_value(), steps, {}},
      {"follows", body.follows.has_value(), {}, steps},
      {"token", body.token.has_value(), {issue}, {}},
      {"subject", body.subject.has_value(), {issue}, {}},
      {"class", body.rx_class.has_value(), {issue}, {}},
      {"controlled", body.controlled.has_value(), {issue}, {}},
      {"mode", body.mode.has_value(), {issue}, {}},
      {"pharmacy", body.pharmacy.has_value(), {}, {issue}},
      {"days", body.days.has_value(), {issue}, {}},
      {"parts", body.parts.has_value(), {issue}, {}},
      {"quantities", body.quantities.has_value(), {issue, dispense}, {give_back}},
      {"verdict", body.verdict.has_value(), {review}, {}},
      {"proof", body.proof.has_value(), {accept}, {}},
      {"step", body.step.has_value(), {deliver}, {}},
      {"until", body.until.has_value(), {extend}, {}},
      {"receipt", body.receipt.has_value(), {claim}, {}},
      {"signature", body.signature.has_value(), {}, {issue}},
      {"document",
       body.document.has_value(),
       {issue, dispense, extend},
       {review, give_back, deliver, close, cancel, claim}},
      {"package",
       body.package.has_value(),
       {issue, dispense, extend},
       {review, give_back, deliver, close, cancel, claim}},
  };
  MC_TRY(check_act_fields<RxAct>(body.act, rules));
  if (body.verdict == entry::RxVerdict::refused && !body.document)
    return broken("review: a refusal commits to its reason");
  return {};
}

bool is_held(const RxCase& now) { return now.state.status == RxStatus::held; }

std::string standing_text(const RxCase& now) {
  if (!is_held(now))
    return "is " + std::string(entry::word_of(now.state.status)) + " since entry " +
           std::to_string(now.state.since.get());
  const std::string holder = "held by " + quote(now.state.holder->get());
  return now.standing == RxStanding::lapsed ? "was " + holder + ", whose hold has ended"
                                            : "is " + holder;
}

/// No row of the table has this act here.
Error wrong_state(const RxCase& now) {
  const std::string text = "the prescription " + standing_text(now);
  if (now.standing == RxStanding::cancelled) return refuse(Code::prescription_over, text);
  const bool is_about_holding = now.body.act == RxAct::accept || now.body.act == RxAct::dispense;
  if (is_held(now) && is_about_holding) return refuse(Code::prescription_held, text);
  return refuse(Code::entry_state, text);
}

/// Rows have this act here, and none is for this author.
Error wrong_actor(const RxCase& now) {
  if (now.body.act == RxAct::review)
    return refuse(Code::member_role, quote(now.author().get()) +
                                         " has not the role reviewer, nor holds the prescription");
  if (is_held(now) && now.body.act != RxAct::cancel && now.body.act != RxAct::extend)
    return refuse(Code::prescription_held, "the prescription " + standing_text(now));
  return refuse(Code::not_permitted, quote(now.author().get()) + " can not " +
                                         std::string(entry::word_of(now.body.act)) +
                                         " a prescription that " + standing_text(now));
}

Result<bool> is_actor(const RxCase& now, RxActor actor) {
  const auto has = [&](entry::Role role) {
    return entry::has_role(now.judgement.author.card, role);
  };
  switch (actor) {
    case RxActor::prescriber:
      return now.author() == now.state.author;
    case RxActor::reviewer:
      return has(entry::Role::reviewer);
    case RxActor::dispenser:
      return has(entry::Role::dispenser);
    case RxActor::holder:
      return now.is_holder();
    case RxActor::payer:
      return has(entry::Role::payer);
    case RxActor::patient:
      break;
  }
  MC_ASSIGN(const auto acts, acts_for(now.judgement.view, now.state.author, *now.state.body.subject,
                                      now.author(), now.now));
  return acts.has_value();
}

Result<RxTransition> transition_of(const RxCase& now) {
  bool fits_state = false;
  for (const RxTransition& row : rx_transitions()) {
    if (row.act != now.body.act || row.from != now.standing) continue;
    fits_state = true;
    MC_ASSIGN(const bool may, is_actor(now, row.actor));
    if (may) return row;
  }
  return fits_state ? wrong_actor(now) : wrong_state(now);
}

Status act_on(RxCase& now) {
  switch (now.body.act) {
    case RxAct::issue:
      MC_ASSERT(false);  // it has no prescription yet
      break;
    case RxAct::review:
      return review(now);
    case RxAct::accept:
      return accept(now);
    case RxAct::give_back:
      return give_back(now);
    case RxAct::dispense:
      return dispense(now);
    case RxAct::deliver:
      return deliver(now);
    case RxAct::close:
      return close(now);
    case RxAct::cancel:
      return cancel(now);
    case RxAct::extend:
      return extend(now);
    case RxAct::claim:
      break;
  }
  return claim(now);
}

/// The row's, but where a mark, further parts or further claims keep it from there.
RxStatus status_after(const RxCase& now) {
  const PrescriptionState& state = now.state;
  const RxAct act = now.body.act;
  if (act == RxAct::give_back && state.cancel_marked) return RxStatus::cancelled;
  if (act == RxAct::close && state.closed < state.body.parts->size() && !state.cancel_marked)
    return RxStatus::issued;
  const bool all_claimed =
      std::all_of(state.receipts.begin(), state.receipts.end(),
                  [](const RxReceipt& receipt) { return receipt.claimed.has_value(); });
  if (act == RxAct::claim && !all_claimed) return state.status;
  return now.row.to;
}

}  // namespace

Status judge(Judgement& judgement, const Prescription& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_TRY(check_fields(body));
  if (body.act == RxAct::issue) return issue(judgement, body);
  if (body.act == RxAct::accept) MC_TRY(demand_role(judgement, entry::Role::dispenser));
  if (body.act == RxAct::claim) MC_TRY(demand_role(judgement, entry::Role::payer));
  if (body.document) MC_TRY(check_package(judgement.view, body.document, body.package, nullptr));
  MC_ASSIGN(auto state, prescription(judgement.view, *body.prescription));
  if (!state)
    return refuse(Code::entry_missing,
                  to_text(*body.prescription) + " is not a prescription on this ledger");
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  const RxStanding standing = rx_standing(*state, judgement.policy, now);
  RxCase one{judgement, body, std::move(*state), standing, now};
  MC_ASSIGN(one.row, transition_of(one));
  MC_TRY(act_on(one));
  const RxStatus status = status_after(one);
  if (status != one.state.status) one.state.since = judgement.index();
  one.state.status = status;
  judgement.set_state(key_of_prescription(*body.prescription), one.state);
  return add_step(judgement, *body.prescription, body.follows);
}

}  // namespace medchain::rules
