// Issue and extension of prescriptions, and the limits that a policy sets them.
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "crypto/ed25519.hpp"
#include "rules/prescription_internal.hpp"

namespace medchain::rules {
namespace {

using entry::Prescription;

constexpr std::uint64_t max_days = 731;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

Status check_end(UnixSeconds end, UnixSeconds latest) {
  if (end <= latest) return {};
  return refuse(Code::prescription_limits, "the policy lets it be valid until " +
                                               format_time(latest) + ", got " + format_time(end));
}

/// The end that the policy sets to what was issued at `issued`.
Result<UnixSeconds> latest_end(const entry::Policy& policy, UnixSeconds issued,
                               const std::optional<std::uint64_t>& days, std::string_view what) {
  if (!policy.prescription) return UnixSeconds(issued.get() + std::int64_t{max_days} * 86'400);
  if (!days) return refuse(Code::prescription_limits, "the policy allows no " + std::string(what));
  return end_of_days(policy.zone, issued, *days);
}

Status check_parts(const Judgement& judgement, const Prescription& body, UnixSeconds now) {
  constexpr std::size_t max_parts = 24;
  const auto& parts = *body.parts;
  if (parts.empty() || parts.size() > max_parts)
    return broken("'parts': expected 1 to " + std::to_string(max_parts));
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i].until <= parts[i].from || (i > 0 && parts[i].from < parts[i - 1].until))
      return broken("'parts' must ascend, each ends after it begins");
  if (parts.front().until <= now)
    return broken("'parts': the first ends before log time " + format_time(now));
  const auto& rules = judgement.policy.prescription;
  const bool is_one = parts.size() == 1;
  std::optional<std::uint64_t> days;
  if (rules) days = is_one ? rules->valid_days : rules->parts_days;
  MC_ASSIGN(const UnixSeconds latest,
            latest_end(judgement.policy, now, days, "prescription in parts"));
  return check_end(parts.back().until, latest);
}

Status check_supply(const Judgement& judgement, const Prescription& body) {
  if (*body.days == 0 || *body.days > max_days)
    return broken("'days': expected 1 to " + std::to_string(max_days));
  const auto& rules = judgement.policy.prescription;
  if (!rules) return {};
  const bool is_long_term = body.rx_class == entry::RxClass::long_term;
  if (is_long_term && *body.controlled && !rules->long_term_controlled)
    return refuse(Code::prescription_limits,
                  "the policy allows no drugs under special control in class long-term");
  const auto& most = is_long_term                                 ? rules->long_term_days
                     : body.rx_class == entry::RxClass::emergency ? rules->emergency_supply_days
                                                                  : rules->supply_days;
  const std::uint64_t all = *body.days * body.parts->size();
  if (most && all > *most)
    return refuse(Code::prescription_limits,
                  "the policy allows " + std::to_string(*most) + " days of supply in class " +
                      std::string(entry::word_of(*body.rx_class)) + ", got " + std::to_string(all));
  return {};
}

/// It is sealed to members, or to an identity in the redeem token, which the ledger does not know.
Status check_issued_package(const Judgement& judgement, const Prescription& body) {
  if (!body.package->to.empty())
    return check_package(judgement.view, body.document, body.package, nullptr);
  if (body.package->bytes == 0) return broken("a package has bytes");
  return {};
}

}  // namespace

Status demand_role(const Judgement& judgement, entry::Role role) {
  if (entry::has_role(judgement.author.card, role)) return {};
  return refuse(Code::member_role, quote(judgement.header.author.get()) + " has not the role " +
                                       std::string(entry::word_of(role)));
}

Status check_quantities(const std::vector<std::uint64_t>& quantities, std::uint64_t least) {
  constexpr std::uint64_t max_items = 32;
  if (quantities.empty() || quantities.size() > max_items)
    return broken("'quantities': expected 1 to " + std::to_string(max_items) + " items");
  for (const std::uint64_t count : quantities)
    if (count < least || count > entry::max_rx_quantity)
      return broken("'quantities': expected " + std::to_string(least) + " to " +
                    std::to_string(entry::max_rx_quantity) + ", got " + std::to_string(count));
  return {};
}

Status issue(Judgement& judgement, const Prescription& body) {
  MC_TRY(demand_role(judgement, entry::Role::prescriber));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  MC_TRY(check_quantities(*body.quantities, 1));
  MC_TRY(check_parts(judgement, body, now));
  MC_TRY(check_supply(judgement, body));
  MC_TRY(check_issued_package(judgement, body));
  if (!crypto::is_valid({body.token->bytes})) return broken("'token' is not a valid public key");
  if (*body.mode == entry::RxMode::in_house && !body.pharmacy)
    return broken("in-house: 'pharmacy' is missing");
  if (body.pharmacy) {
    MC_ASSIGN(const MemberState pharmacy, require_active(judgement.view, *body.pharmacy));
    if (!entry::has_role(pharmacy.card, entry::Role::dispenser))
      return refuse(Code::member_role, quote(body.pharmacy->get()) + " has not the role dispenser");
  }
  const std::string redeem = key_of_redeem(*body.token);
  MC_ASSIGN(const auto earlier, judgement.view.get(redeem));
  if (earlier) return refuse(Code::entry_state, "the redeem token is that of " + *earlier);
  const EntryHash hash = own_hash(judgement);
  judgement.set(redeem, to_text(hash));
  PrescriptionState state;
  state.index = state.since = judgement.index();
  state.author = judgement.header.author;
  state.issued_at = now;
  state.body = body;
  state.dispensed.assign(body.quantities->size(), 0);
  state.by_holder = state.dispensed;
  judgement.set_state(key_of_prescription(hash), state);
  return {};
}

Status extend(RxCase& now) {
  auto& parts = *now.state.body.parts;
  if (parts.size() != 1) return broken("a prescription in parts is not extended");
  if (now.now >= parts.back().until)
    return refuse(Code::prescription_expired,
                  "the prescription was valid until " + format_time(parts.back().until));
  if (*now.body.until <= parts.back().until)
    return broken("'until': expected after " + format_time(parts.back().until));
  const entry::Policy& policy = now.judgement.policy;
  MC_ASSIGN(const UnixSeconds latest,
            latest_end(policy, now.state.issued_at,
                       policy.prescription ? policy.prescription->extended_days : std::nullopt,
                       "extension"));
  MC_TRY(check_end(*now.body.until, latest));
  parts.back().until = *now.body.until;
  return {};
}

}  // namespace medchain::rules
