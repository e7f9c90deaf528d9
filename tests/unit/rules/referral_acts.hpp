// Short ways to say what the tests of referrals append.
#pragma once

#include "unit/rules/sharing_acts.hpp"

namespace test {

using entry::ReferralAct;

inline entry::Share share(std::vector<std::uint32_t> rows = {0, 1}) {
  entry::Share made;
  made.subject = subject("ann");
  made.records = at(1, std::move(rows));
  made.purpose = word("TREAT");
  made.until = after(90 * day);
  made.basis.policy = label("urn:example:policy");
  made.basis.version = word("1");
  return made;
}
/// hosp-a refers "ann" to req-a for a service, with rows 0 and 1 of entry 1.
inline entry::Referral referral(const char* to = "req-a") {
  entry::Referral body;
  body.order.emplace();
  body.order->to = names({to});
  body.order->subject = subject("ann");
  body.order->service = hash_of<medchain::ServiceTag>("cardiology");
  body.share = share();
  return with_terms(std::move(body), {to});
}
/// hosp-a asks req-a and req-b.
inline entry::Referral consultation() {
  entry::Referral body = referral();
  body.act = ReferralAct::consult;
  body.order->to = names({"req-a", "req-b"});
  body.package = package({"req-a", "req-b"});
  return body;
}
/// A step, with words for the other where it must have some.
inline entry::Referral step(ReferralAct act, const EntryHash& of, const char* to = "hosp-a") {
  entry::Referral body;
  body.act = act;
  body.referral = of;
  if (act == ReferralAct::interim_note || act == ReferralAct::complete ||
      act == ReferralAct::opinion || act == ReferralAct::close)
    return with_terms(std::move(body), {to});
  return body;
}

class Referrals : public Sharing {
 public:
  EntryHash refer(entry::Referral body = referral()) { return put(std::move(body), {"hosp-a"}); }
  void does(const char* who, ReferralAct act, const EntryHash& of) {
    const bool by_initiator = std::string_view(who) == "hosp-a";
    put(step(act, of, by_initiator ? "req-a" : "hosp-a"), {who});
  }
  rules::ReferralState state_of(const EntryHash& hash) const {
    const auto state = rules::referral(view, hash);
    REQUIRE(state);
    REQUIRE(*state);
    return **state;
  }
  rules::ReferralStatus status_of(const EntryHash& hash) const { return state_of(hash).status; }
  /// Two subjects are one, as hosp-a and hosp-b say.
  void link_same() {
    entry::Link body;
    body.act = entry::LinkAct::same;
    body.custodian = name("hosp-a");
    body.subject = subject("ann");
    body.other = name("hosp-b");
    body.other_subject = subject("ann");
    put(body, {"hosp-a", "hosp-b", ann});
  }
};

}  // namespace test
