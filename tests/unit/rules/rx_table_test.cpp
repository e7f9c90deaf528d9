// The table of transitions of prescriptions: every state, act and actor, and what a real system's table says.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "unit/rules/rx_world.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace test::rx;
using rules::RxActor;
using rules::RxStanding;
using rules::RxStatus;

namespace {

constexpr RxStanding standings[] = {RxStanding::issued,    RxStanding::held,    RxStanding::lapsed,
                                    RxStanding::completed, RxStanding::claimed, RxStanding::cancelled};
const std::string standing_names[] = {"issued", "held", "lapsed", "completed", "claimed", "cancelled"};
const std::string members[] = {"hosp-a", "hosp-b", "rev", "ph-a", "ph-b", "payer", ann, ben, "other"};

/// Who may do what when, in words of its own: compared with what the rules do, not with their table.
bool may(RxStanding standing, RxAct act, const std::string& who) {
  const bool open = standing == RxStanding::issued;
  const bool held = standing == RxStanding::held, lapsed = standing == RxStanding::lapsed;
  switch (act) {
    case RxAct::issue: return false;
    case RxAct::review: return (who == "rev" && (open || held || lapsed)) || (who == "ph-a" && held);
    case RxAct::accept: return (who == "ph-a" || who == "ph-b") && (open || lapsed);
    case RxAct::dispense: return who == "ph-a" && held;
    case RxAct::give_back:
    case RxAct::close: return who == "ph-a" && (held || lapsed);
    case RxAct::deliver: return who == "ph-a" && !open && standing != RxStanding::cancelled;
    case RxAct::extend: return who == "hosp-a" && open;
    case RxAct::claim: return who == "payer" && standing != RxStanding::claimed;
    case RxAct::cancel: break;
  }
  if (who == "hosp-a") return open || held || lapsed;
  if (who == ann) return open || lapsed || standing == RxStanding::completed;
  return who == "ph-a" && held;
}

/// A prescription that stands so, with 3 of 20 dispensed by ph-b before and not paid, and 5 by ph-a where it has or
/// had it.
struct Standing {
  RxWorld world;
  EntryHash rx, receipt;

  explicit Standing(RxStanding standing) {
    entry::PrescriptionRules limits;
    limits.hold = 600;
    limits.extended_days = 1;
    world.set_rules(limits);
    rx = world.put(issue(), {"hosp-a"});
    world.accept_rx(rx, "ph-b");
    world.put(dispense(rx, {3, 0}), {"ph-b"});
    receipt = world.put(act(RxAct::give_back, rx), {"ph-b"});
    if (standing == RxStanding::issued) return;
    world.accept_rx(rx, "ph-a");
    world.put(dispense(rx, {5, 0}), {"ph-a"});
    if (standing == RxStanding::lapsed) world.tick(after(600));
    if (standing == RxStanding::cancelled) world.put(act(RxAct::cancel, rx), {"ph-a"});
    if (standing != RxStanding::completed && standing != RxStanding::claimed) return;
    const EntryHash closed = world.put(act(RxAct::close, rx), {"ph-a"});
    if (standing == RxStanding::completed) return;
    world.put(claim(rx, receipt), {"payer"});
    world.put(claim(rx, closed), {"payer"});
  }
  entry::Prescription body(RxAct of) const {
    if (of == RxAct::review) return review(rx);
    if (of == RxAct::dispense) return dispense(rx, {1, 0});
    if (of == RxAct::deliver) return deliver(rx);
    if (of == RxAct::extend) return extend(rx, 2 * hour);
    return of == RxAct::claim ? claim(rx, receipt) : act(of, rx);
  }
  RxStanding standing() const {
    return rules::rx_standing(world.at(rx), *rules::policy(world.view), *rules::log_time(world.view));
  }
};

/// Which refusals an illegal act can meet.
bool is_state_or_actor(Code code) {
  const Code expected[] = {Code::entry_state,       Code::prescription_over, Code::prescription_held,
                           Code::not_permitted,     Code::member_role};
  return std::find(std::begin(expected), std::end(expected), code) != std::end(expected);
}

}  // namespace

TEST_CASE("prescriptions: every state, act and actor") {
  int legal = 0;
  for (const RxStanding standing : standings) {
    Standing made(standing);
    REQUIRE(made.standing() == standing);
    for (int a = 1; a < 10; ++a)
      for (const std::string& who : members) {
        const RxAct what = static_cast<RxAct>(a);
        INFO(standing_names[static_cast<int>(standing)], " ", std::string(entry::word_of(what)), " ", who);
        const auto judged = made.world.judge(made.world.as(made.body(what), who.c_str()));
        CHECK_MESSAGE(judged.ok() == may(standing, what, who), (judged ? "" : judged.error().message));
        if (judged.ok()) ++legal;
        else CHECK_MESSAGE(is_state_or_actor(judged.error().code), judged.error().message);
      }
  }
  CHECK(legal == 30);
}

TEST_CASE("prescriptions: where each legal act leads") {
  const struct {
    RxStanding from;
    RxAct act;
    const char* who;
    RxStanding to;
  } rows[] = {
      {RxStanding::issued, RxAct::review, "rev", RxStanding::issued},
      {RxStanding::issued, RxAct::accept, "ph-a", RxStanding::held},
      {RxStanding::issued, RxAct::cancel, "hosp-a", RxStanding::cancelled},
      {RxStanding::issued, RxAct::cancel, ann, RxStanding::cancelled},
      {RxStanding::issued, RxAct::extend, "hosp-a", RxStanding::issued},
      {RxStanding::issued, RxAct::claim, "payer", RxStanding::issued},
      {RxStanding::held, RxAct::give_back, "ph-a", RxStanding::issued},
      {RxStanding::held, RxAct::dispense, "ph-a", RxStanding::held},
      {RxStanding::held, RxAct::deliver, "ph-a", RxStanding::held},
      {RxStanding::held, RxAct::close, "ph-a", RxStanding::completed},
      {RxStanding::held, RxAct::cancel, "hosp-a", RxStanding::held},
      {RxStanding::held, RxAct::cancel, "ph-a", RxStanding::cancelled},
      {RxStanding::held, RxAct::claim, "payer", RxStanding::held},
      {RxStanding::lapsed, RxAct::accept, "ph-b", RxStanding::held},
      {RxStanding::lapsed, RxAct::close, "ph-a", RxStanding::completed},
      {RxStanding::lapsed, RxAct::give_back, "ph-a", RxStanding::issued},
      {RxStanding::lapsed, RxAct::cancel, "hosp-a", RxStanding::cancelled},
      {RxStanding::lapsed, RxAct::review, "rev", RxStanding::lapsed},
      {RxStanding::completed, RxAct::claim, "payer", RxStanding::completed},
      {RxStanding::completed, RxAct::deliver, "ph-a", RxStanding::completed},
      {RxStanding::completed, RxAct::cancel, ann, RxStanding::cancelled},
      {RxStanding::claimed, RxAct::deliver, "ph-a", RxStanding::claimed},
      {RxStanding::cancelled, RxAct::claim, "payer", RxStanding::cancelled},
  };
  for (const auto& row : rows) {
    INFO(standing_names[static_cast<int>(row.from)], " ", std::string(entry::word_of(row.act)), " ", std::string(row.who));
    Standing made(row.from);
    made.world.accept(made.world.as(made.body(row.act), row.who));
    CHECK(made.standing() == row.to);
  }
}

TEST_CASE("prescriptions: the table is that of E-Rezept") {
  const auto shared = test::shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "states/EREZEPT_TRANSITIONS.tsv")) {
    MESSAGE("no shared folder with states/, not compared");
    return;
  }
  const std::map<std::string, RxAct> operations = {{"$accept", RxAct::accept}, {"$dispense", RxAct::dispense},
                                                   {"$reject", RxAct::give_back}, {"$close", RxAct::close},
                                                   {"$abort", RxAct::cancel}};
  const std::map<std::string, RxStanding> states = {
      {"ready", RxStanding::issued}, {"in-progress", RxStanding::held}, {"completed", RxStanding::completed}};
  const auto target = [](const std::string& to) {
    if (to.starts_with("ready")) return RxStatus::issued;
    if (to.starts_with("in-progress")) return RxStatus::held;
    return to.starts_with("completed") ? RxStatus::completed : RxStatus::cancelled;
  };
  using Row = std::tuple<RxAct, RxActor, RxStanding, RxStatus>;
  std::set<Row> theirs;
  std::ifstream file(*shared / "states/EREZEPT_TRANSITIONS.tsv");
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> columns;
    std::istringstream cut(line);
    for (std::string column; std::getline(cut, column, '\t');) columns.push_back(column);
    REQUIRE(columns.size() >= 5);
    const auto operation = operations.find(columns[0]);
    if (operation == operations.end()) continue;
    RxActor actor = operation->second == RxAct::accept ? RxActor::dispenser : RxActor::holder;
    if (columns[1] == "prescriber") actor = RxActor::prescriber;
    if (columns[1] == "patient") actor = RxActor::patient;
    std::istringstream from(columns[3]);
    for (std::string state; from >> state;) {
      if (state.back() == ',') state.pop_back();
      theirs.insert({operation->second, actor, states.at(state), target(columns[4])});
    }
  }
  std::set<Row> ours;
  for (const rules::RxTransition& row : rules::rx_transitions()) {
    const bool is_known = std::any_of(operations.begin(), operations.end(),
                                      [&](const auto& one) { return one.second == row.act; });
    if (is_known && row.from != RxStanding::lapsed) ours.insert({row.act, row.actor, row.from, row.to});
  }
  // Theirs refuses it, and NHS EPS marks (HEALTH 4.2): so do we.
  theirs.insert({RxAct::cancel, RxActor::prescriber, RxStanding::held, RxStatus::held});
  CHECK(theirs.size() == 9);
  CHECK(ours == theirs);
}
