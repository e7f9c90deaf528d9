// The state machine of referrals: the table in the code is the one of 360X/BSeR, and what is not in it is refused, whoever tries.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "unit/rules/referral_acts.hpp"
#include "unit/support.hpp"

using namespace medchain;
using rules::ReferralParty;
using rules::ReferralStatus;
using rules::ReferralTransition;
using test::ReferralAct;
using test::Referrals;

namespace {

using Arrow = std::tuple<int, std::string, std::string, std::string, std::string>;

/// Our words for theirs.
const std::map<std::string, std::string>& events() {
  static const std::map<std::string, std::string> all = {
      {"send-referral-package", "create"},
      {"send-acceptance", "accept"},
      {"send-decline", "decline"},
      {"send-cancellation-request", "cancel-request"},
      {"send-schedule-visit-info", "schedule"},
      {"send-rescheduled-visit-info", "reschedule"},
      {"send-no-show", "no-show"},
      {"send-appointment-cancel", "appointment-cancel"},
      {"send-interim-consultation-note", "interim-note"},
      {"send-referral-outcome", "complete"},
      {"send-cancellation-confirmation", "cancel-confirm"}};
  return all;
}
const std::map<std::string, std::string>& states() {
  static const std::map<std::string, std::string> all = {
      {"received", "received"},
      {"accepted", "accepted"},
      {"rejected", "rejected"},
      {"in-progress:5.1.1", "scheduled"},
      {"in-progress:5.1.2", "no-show"},
      {"in-progress:5.1.3", "appointment-cancelled"},
      {"in-progress:5.1.4", "visit-noted"},
      {"in-progress:5.2", "cancel-requested"},
      {"cancelled", "cancelled"},
      {"completed", "completed"}};
  return all;
}

std::set<Arrow> arrows_of_the_code() {
  std::set<Arrow> all;
  for (const ReferralTransition& one : rules::referral_transitions())
    if (one.tid > 0)
      all.emplace(one.tid, one.party == ReferralParty::initiator ? "initiator" : "recipient",
                  std::string(entry::word_of(one.act)), std::string(entry::word_of(one.from)),
                  std::string(entry::word_of(one.to)));
  return all;
}

/// Acts that lead from `received` to each status, and who does them.
struct Way {
  ReferralStatus status;
  std::vector<std::pair<const char*, ReferralAct>> steps;
};
const std::vector<Way>& ways() {
  using enum ReferralAct;
  static const std::vector<Way> all = {
      {ReferralStatus::received, {}},
      {ReferralStatus::accepted, {{"req-a", accept}}},
      {ReferralStatus::rejected, {{"req-a", decline}}},
      {ReferralStatus::scheduled, {{"req-a", accept}, {"req-a", schedule}}},
      {ReferralStatus::no_show, {{"req-a", accept}, {"req-a", schedule}, {"req-a", no_show}}},
      {ReferralStatus::appointment_cancelled,
       {{"req-a", accept}, {"req-a", schedule}, {"req-a", appointment_cancel}}},
      {ReferralStatus::visit_noted, {{"req-a", accept}, {"req-a", interim_note}}},
      {ReferralStatus::cancel_requested, {{"hosp-a", cancel_request}}},
      {ReferralStatus::cancelled, {{"hosp-a", cancel_request}, {"req-a", cancel_confirm}}},
      {ReferralStatus::completed, {{"req-a", accept}, {"req-a", complete}}},
      {ReferralStatus::consulting, {}},
      {ReferralStatus::closed, {{"hosp-a", close}}},
  };
  return all;
}

constexpr ReferralAct steps[] = {
    ReferralAct::accept,         ReferralAct::decline,        ReferralAct::schedule,
    ReferralAct::reschedule,     ReferralAct::no_show,        ReferralAct::appointment_cancel,
    ReferralAct::interim_note,   ReferralAct::complete,       ReferralAct::cancel_request,
    ReferralAct::cancel_confirm, ReferralAct::opinion,        ReferralAct::close};

std::optional<ReferralStatus> led_to(ReferralStatus from, ReferralAct act, ReferralParty party) {
  for (const ReferralTransition& one : rules::referral_transitions())
    if (one.from == from && one.act == act && one.party == party) return one.to;
  return std::nullopt;
}
bool is_ever(ReferralAct act, ReferralParty party) {
  const auto all = rules::referral_transitions();
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& one) { return one.act == act && one.party == party; });
}

}  // namespace

TEST_CASE("the table is that of 360X/BSeR without TIDs 31 to 34") {
  const auto shared = test::shared_folder();
  if (!shared) return;
  std::ifstream file(*shared / "states" / "REFERRAL_TRANSITIONS.tsv");
  REQUIRE(file);
  std::set<Arrow> theirs;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string tid, actor, event, from, to;
    for (std::string* field : {&tid, &actor, &event, &from, &to})
      REQUIRE(std::getline(fields, *field, '\t'));
    const int number = std::stoi(tid);
    if (number == 1) {
      CHECK(std::tuple(actor, events().at(event), from, states().at(to)) ==
            std::tuple("initiator", "create", "draft", "received"));
      continue;
    }
    if (number <= 30) theirs.emplace(number, actor, events().at(event), states().at(from), states().at(to));
  }
  CHECK(theirs.size() == 29);
  CHECK(arrows_of_the_code() == theirs);
}

TEST_CASE("nothing leads out of what is over, and everything else can end") {
  std::size_t over = 0;
  for (const Way& way : ways()) {
    bool leads = false;
    for (const ReferralTransition& one : rules::referral_transitions())
      leads = leads || one.from == way.status;
    CHECK(rules::is_over(way.status) != leads);
    if (!leads) ++over;
  }
  CHECK(over == 4);
  CHECK(ways().size() == std::size(entry::EnumWords<ReferralStatus>::words));
}

TEST_CASE("every act in every state by each party: where the table leads, or a refusal that says why") {
  std::size_t allowed = 0, refused = 0;
  for (const Way& way : ways()) {
    const bool consults = way.status == ReferralStatus::consulting || way.status == ReferralStatus::closed;
    for (const ReferralAct act : steps)
      for (const char* who : {"hosp-a", "req-a"}) {
        Referrals world;
        const EntryHash hash = world.refer(consults ? test::consultation() : test::referral());
        for (const auto& [by, step] : way.steps) world.does(by, step, hash);
        REQUIRE(world.status_of(hash) == way.status);
        const ReferralParty party =
            std::string_view(who) == "hosp-a" ? ReferralParty::initiator : ReferralParty::recipient;
        const entry::Referral tried =
            test::step(act, hash, party == ReferralParty::initiator ? "req-a" : "hosp-a");
        const auto to = led_to(way.status, act, party);
        CAPTURE(entry::word_of(way.status));
        CAPTURE(entry::word_of(act));
        CAPTURE(who);
        if (to) {
          world.put(tried, {who});
          CHECK(world.status_of(hash) == *to);
          ++allowed;
        } else if (rules::is_over(way.status)) {
          world.no(tried, who, Code::referral_over, "is " + std::string(entry::word_of(way.status)) + " since entry");
          ++refused;
        } else if (is_ever(act, party)) {
          world.no(tried, who, Code::entry_state, "needs one that is ");
          ++refused;
        } else {
          world.no(tried, who, Code::not_permitted, "is not for the ");
          ++refused;
        }
      }
  }
  CHECK(allowed == rules::referral_transitions().size());
  CHECK(allowed + refused == ways().size() * std::size(steps) * 2);
}

TEST_CASE("who has no part in it does nothing of it") {
  for (const ReferralAct act : steps) {
    Referrals world;
    const EntryHash hash = world.refer();
    for (const char* who : {"req-b", "hosp-b", test::ann})
      world.no(test::step(act, hash), who, Code::not_permitted, "has no part in the referral of entry 4");
  }
}
