// What happens to a prescription that was issued.
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "crypto/ed25519.hpp"
#include "rules/prescription_internal.hpp"

namespace medchain::rules {
namespace {

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

/// The part whose time it is.  Fails with prescription_not_yet, prescription_expired, entry_state.
Result<std::uint64_t> part_at(const PrescriptionState& state, UnixSeconds now) {
  const auto& parts = *state.body.parts;
  if (now >= parts.back().until)
    return refuse(Code::prescription_expired, "the prescription was valid until " +
                                                  format_time(parts.back().until) + ", it is " +
                                                  format_time(now));
  std::uint64_t part = state.closed;
  while (parts[part].until <= now) ++part;
  if (now >= parts[part].from) return part;
  return refuse(Code::prescription_not_yet, "the prescription is valid from " +
                                                format_time(parts[part].from) + ", it is " +
                                                format_time(now));
}

bool has_any(const std::vector<std::uint64_t>& counts) {
  return std::any_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count > 0; });
}

/// What the hold dispensed becomes a receipt, and the holder is none.
void end_hold(RxCase& now) {
  PrescriptionState& state = now.state;
  if (has_any(state.by_holder))
    state.receipts.push_back(
        {own_hash(now.judgement), *state.holder, state.part, state.by_holder, std::nullopt});
  state.by_holder.assign(state.by_holder.size(), 0);
}

Status check_reviewed(const RxCase& now) {
  const auto& rules = now.judgement.policy.prescription;
  if (now.state.verdict == entry::RxVerdict::refused)
    return refuse(Code::prescription_review, "the review refused the prescription");
  if (rules && rules->review && !now.state.verdict)
    return refuse(Code::prescription_review, "the policy demands a review before dispensing");
  return {};
}

Status check_as_many(const RxCase& now) {
  if (now.body.quantities->size() == now.state.dispensed.size()) return {};
  return broken("'quantities': expected those of " + std::to_string(now.state.dispensed.size()) +
                " items, got " + std::to_string(now.body.quantities->size()));
}

/// Only what never left the pharmacy goes back on its shelf.
Status take_back(RxCase& now) {
  PrescriptionState& state = now.state;
  const auto& back = *now.body.quantities;
  MC_TRY(check_quantities(back, 0));
  MC_TRY(check_as_many(now));
  if (state.step) return refuse(Code::entry_state, "what was handed over is not taken back");
  for (std::size_t i = 0; i < back.size(); ++i) {
    if (back[i] > state.by_holder[i])
      return refuse(Code::prescription_quantity,
                    "item " + std::to_string(i + 1) + ": " + std::to_string(state.by_holder[i]) +
                        " dispensed in this hold, got " + std::to_string(back[i]));
    state.by_holder[i] -= back[i];
    state.dispensed[i] -= back[i];
  }
  return {};
}

}  // namespace

Status accept(RxCase& now) {
  PrescriptionState& state = now.state;
  if (state.cancel_marked)
    return refuse(Code::prescription_over, "the prescriber cancelled the prescription");
  if (state.body.pharmacy && *state.body.pharmacy != now.author())
    return refuse(Code::prescription_directed,
                  "the prescription is for " + quote(state.body.pharmacy->get()));
  MC_ASSIGN(const GenesisHash ledger, genesis(now.judgement.view));
  const std::string text =
      entry::redeem_text(ledger, *now.body.prescription, now.author(), now.judgement.header.id);
  if (!crypto::verify({state.body.token->bytes}, as_bytes(text), {now.body.proof->bytes}))
    return refuse(Code::prescription_credential,
                  "'proof' is not by the redeem token of the prescription");
  if (state.status == RxStatus::held && state.step == entry::RxStep::signed_for)
    return refuse(Code::entry_state, "the drugs were signed for; who delivered them closes it");
  MC_ASSIGN(const std::uint64_t part, part_at(state, now.now));
  if (state.status == RxStatus::held) end_hold(now);
  if (part != state.part) state.dispensed.assign(state.dispensed.size(), 0);
  state.part = part;
  state.holder = now.author();
  state.held_at = now.now;
  state.step.reset();
  return {};
}

Status review(RxCase& now) {
  if (now.author() == now.state.author && now.body.person == now.state.body.person)
    return refuse(Code::prescription_review, "nobody reviews a prescription of one's own");
  now.state.verdict = now.body.verdict;
  return {};
}

Status dispense(RxCase& now) {
  PrescriptionState& state = now.state;
  const auto& asked = *now.body.quantities;
  MC_TRY(check_reviewed(now));
  MC_TRY(check_package(now.judgement.view, now.body.document, now.body.package, &state.author));
  if (state.step == entry::RxStep::signed_for)
    return refuse(Code::entry_state, "the drugs were signed for");
  MC_TRY(check_quantities(asked, 0));
  MC_TRY(check_as_many(now));
  if (!has_any(asked)) return broken("'quantities': nothing is dispensed");
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::uint64_t left = (*state.body.quantities)[i] - state.dispensed[i];
    if (asked[i] <= left) continue;
    const std::string item = "item " + std::to_string(i + 1);
    if (left == 0) return refuse(Code::entry_state, item + " was dispensed in full");
    return refuse(Code::prescription_quantity, item + ": " + std::to_string(left) +
                                                   " left of what is prescribed, got " +
                                                   std::to_string(asked[i]));
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    state.dispensed[i] += asked[i];
    state.by_holder[i] += asked[i];
  }
  return {};
}

Status give_back(RxCase& now) {
  if (now.state.step == entry::RxStep::signed_for)
    return refuse(Code::entry_state, "the drugs were signed for: close the prescription");
  if (now.body.quantities) MC_TRY(take_back(now));
  end_hold(now);
  now.state.holder.reset();
  now.state.held_at.reset();
  return {};
}

Status deliver(RxCase& now) {
  const bool is_held = now.state.status == RxStatus::held;
  if (is_held && !has_any(now.state.by_holder))
    return refuse(Code::entry_state, "nothing was dispensed yet");
  if (now.state.step && *now.body.step <= *now.state.step)
    return refuse(Code::entry_state,
                  "the drugs are " + std::string(entry::word_of(*now.state.step)) + " already");
  now.state.step = now.body.step;
  return {};
}

Status close(RxCase& now) {
  PrescriptionState& state = now.state;
  if (!has_any(state.by_holder))
    return refuse(Code::entry_state, "nothing was dispensed: return the prescription");
  end_hold(now);
  state.closed = state.part + 1;
  if (state.closed == state.body.parts->size() || state.cancel_marked) return {};
  state.holder.reset();
  state.held_at.reset();
  state.step.reset();
  return {};
}

Status cancel(RxCase& now) {
  PrescriptionState& state = now.state;
  const bool is_in_house = state.body.mode == entry::RxMode::in_house;
  if (is_in_house && now.row.actor == RxActor::patient && now.row.from != RxStanding::completed)
    return refuse(Code::not_permitted, "in-house: who prescribed it cancels it, not the patient");
  if (now.row.to == RxStatus::held) {
    if (state.cancel_marked) return refuse(Code::entry_state, "it is marked already");
    state.cancel_marked = true;
  } else if (state.status == RxStatus::held) {
    end_hold(now);
  }
  return {};
}

Status claim(RxCase& now) {
  auto& receipts = now.state.receipts;
  const auto found = std::find_if(receipts.begin(), receipts.end(), [&](const RxReceipt& receipt) {
    return receipt.ended_by == *now.body.receipt;
  });
  if (found == receipts.end())
    return refuse(Code::entry_missing, to_text(*now.body.receipt) + " is no receipt of it");
  if (found->claimed)
    return refuse(Code::entry_state,
                  "this was claimed at entry " + std::to_string(found->claimed->get()));
  found->claimed = now.judgement.index();
  return {};
}

}  // namespace medchain::rules
