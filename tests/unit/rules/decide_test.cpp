// The decision table: what a provision and its exception say, how sure they are, and what comes of
// it alone, beside a plain permit, and in an emergency.
#include "rules/decide.hpp"

#include <doctest/doctest.h>

#include "unit/rules/decide_case.hpp"

using namespace medchain;
using entry::Provision;
using rules::Decision;
using test::Case;
using test::person;
using test::root;
using test::word;
using test::words;

namespace {

/// How a provision of the table is met: `no` by another purpose, `open` by types, which the
/// question does not say.
template <class P>
void set_met(P& provision, std::string_view met, const char* type) {
  provision.purposes = words({met == "no" ? "HRESCH" : "TREAT"});
  if (met == "open") provision.types = words({type});
}

}  // namespace

TEST_CASE("every combination of a provision, its exception and how they are met") {
  constexpr auto permit = Provision::permit, deny = Provision::deny;
  const std::string other = "none: entry 10: purpose 'TREAT' is not among HRESCH";
  const std::string nothing = "none: no grant is about this";
  struct Row {
    Provision provision;
    std::string_view met;
    std::optional<Provision> exception;
    std::string_view exception_met;
    std::string alone, beside;  ///< beside an older permit without conditions, entry 10
    std::string dissent = "";
  };
  // Where an exception does not say of types what its root does, both are open or neither is.
  const std::vector<Row> table = {
      {permit, "yes", {}, "", "permit by 10", "permit by 11"},
      {permit, "no", {}, "", other, "permit by 10"},
      {permit, "open", {}, "", "permit by 10; 10 only types Root", "permit by 10"},

      {permit, "yes", permit, "yes", "permit by 10.1", "permit by 11.1"},
      {permit, "yes", permit, "no", "permit by 10", "permit by 11"},
      {permit, "yes", permit, "open", "permit by 10", "permit by 11"},
      {permit, "no", permit, "yes", "permit by 10.1", "permit by 11.1"},
      {permit, "no", permit, "no", other, "permit by 10"},
      {permit, "no", permit, "open", "permit by 10.1; 10.1 only types Own", "permit by 10"},
      {permit, "open", permit, "no", "permit by 10; 10 only types Root", "permit by 10"},
      {permit, "open", permit, "open",
       "permit by 10.1; 10.1 only types Own; 10 or: only types Root", "permit by 10"},

      {permit, "yes", deny, "yes", "deny by 10.1", "deny by 11.1", "11.1"},
      {permit, "yes", deny, "no", "permit by 10", "permit by 11"},
      {permit, "yes", deny, "open", "permit by 10; 10.1 not types Own",
       "permit by 11; 11.1 not types Own"},
      {permit, "no", deny, "yes", "deny by 10.1", "deny by 11.1", "11.1"},
      {permit, "no", deny, "no", other, "permit by 10"},
      {permit, "no", deny, "open", other, "permit by 10; 11.1 not types Own"},
      {permit, "open", deny, "no", "permit by 10; 10 only types Root", "permit by 10"},
      {permit, "open", deny, "open", "permit by 10; 10 only types Root; 10.1 not types Own",
       "permit by 10; 11.1 not types Own"},

      {deny, "yes", {}, "", "deny by 10", "deny by 11", "11"},
      {deny, "no", {}, "", nothing, "permit by 10"},
      {deny, "open", {}, "", nothing, "permit by 10; 11 not types Root"},

      {deny, "yes", permit, "yes", nothing, "permit by 10"},
      {deny, "yes", permit, "no", "deny by 10", "deny by 11", "11"},
      {deny, "yes", permit, "open", nothing, "permit by 10; 11 not any record, unless types Own"},
      {deny, "no", permit, "yes", nothing, "permit by 10"},
      {deny, "no", permit, "no", nothing, "permit by 10"},
      {deny, "no", permit, "open", nothing, "permit by 10"},
      {deny, "open", permit, "no", nothing, "permit by 10; 11 not types Root"},
      {deny, "open", permit, "open", nothing, "permit by 10; 11 not types Root, unless types Own"},

      {deny, "yes", deny, "yes", "deny by 10.1", "deny by 11.1", "11.1"},
      {deny, "yes", deny, "no", "deny by 10", "deny by 11", "11"},
      {deny, "yes", deny, "open", "deny by 10", "deny by 11", "11"},
      {deny, "no", deny, "yes", "deny by 10.1", "deny by 11.1", "11.1"},
      {deny, "no", deny, "no", nothing, "permit by 10"},
      {deny, "no", deny, "open", nothing, "permit by 10; 11.1 not types Own"},
      {deny, "open", deny, "no", nothing, "permit by 10; 11 not types Root"},
      {deny, "open", deny, "open", nothing, "permit by 10; 11 not types Root; 11.1 not types Own"},
  };
  for (const Row& row : table) {
    entry::Grant body = root(row.provision);
    set_met(body.scope, row.met, "Root");
    if (row.exception) {
      body.exceptions = {test::exception(*row.exception)};
      set_met(body.exceptions[0], row.exception_met, "Own");
    }
    const std::string line = std::string(entry::word_of(row.provision)) + " " +
                             std::string(row.met) + " " +
                             (row.exception ? std::string(entry::word_of(*row.exception)) : "") +
                             " " + std::string(row.exception_met);
    CAPTURE(line);
    Case alone;
    alone.add(body);
    CHECK(alone.text() == row.alone);
    Case beside;
    beside.add(root(Provision::permit));
    beside.add(body);
    CHECK(beside.text() == row.beside);
    // The order in which grants are given is nothing.
    std::swap(beside.grants[0], beside.grants[1]);
    CHECK(beside.text() == row.beside);
    const auto found = beside.dissent();
    CHECK(found.has_value() == !row.dissent.empty());
    if (found) {
      CHECK_FALSE(found->permit);
      CHECK(found->code == Code::not_permitted);
      const std::string place =
          "11" + (found->exception ? "." + std::to_string(*found->exception + 1) : "");
      CHECK(place == row.dissent);
      CHECK(found->why ==
            "entry 11" + std::string(found->exception ? ", exception 1" : "") + " denies it");
    }
  }
}

TEST_CASE("nothing granted is nothing permitted") {
  const Case none;
  CHECK(none.text() == "none: no grant is about this");
  CHECK(none.decide().code == Code::not_permitted);
  CHECK_FALSE(none.dissent());
}

TEST_CASE("a sure permit is named before one with conditions, then the newest") {
  Case open;
  auto limited = root(Provision::permit);
  limited.scope.types = words({"Observation"});
  open.add(root(Provision::permit));
  open.add(root(Provision::permit));
  open.add(limited);
  CHECK(open.text() == "permit by 11");
  CHECK(open.decide().why == "entry 11 permits it");
  // Several with conditions: one is enough.
  Case all_open;
  all_open.add(limited);
  limited.scope.types = words({"Encounter"});
  limited.scope.subjects = {test::subject("ann")};
  all_open.add(limited);
  CHECK(all_open.text() ==
        "permit by 11; 11 only the subjects it names; 11 only types Encounter; "
        "10 or: only types Observation");
}

TEST_CASE("the newest deny is named, whatever is newer among the permits") {
  Case found;
  found.add(root(Provision::deny));
  found.add(root(Provision::deny));
  found.add(root(Provision::permit));
  CHECK(found.text() == "deny by 11");
  std::swap(found.grants[0], found.grants[1]);
  CHECK(found.text() == "deny by 11");
  CHECK(found.dissent()->by == found.grants[0].hash);
}

TEST_CASE("where no grant applies, the refusal is that of the nearest") {
  struct Far {
    const char* what;
    std::function<void(Case&, entry::Grant&)> change;
    Code code;
    std::string why;
  };
  // Each is nearer than those before it.
  const std::vector<Far> far = {
      {"member", [](Case&, auto& g) { g.scope.actors.members = test::names({"req-b"}); },
       Code::grant_actor, "it is not for 'req-a'"},
      {"person", [](Case&, auto& g) { g.scope.actors.persons = {person("dr-2")}; },
       Code::grant_person, "it is not for this person"},
      {"subject", [](Case&, auto& g) { g.scope.subjects = {test::subject("bob")}; },
       Code::grant_scope, "it is about other subjects"},
      {"purpose",
       [](Case&, auto& g) {
         g.scope.purposes = words({"HOPERAT", "HRESCH"});
       },
       Code::grant_purpose, "purpose 'TREAT' is not among HOPERAT, HRESCH"},
      {"type",
       [](Case&, auto& g) {
         g.scope.types = words({"Encounter", "Patient"});
       },
       Code::grant_scope, "type 'Observation' is not among Encounter, Patient"},
      {"end", [](Case&, auto& g) { g.scope.until = test::after(0); }, Code::grant_expired,
       "it ended 2027-01-15T08:00:00Z, log time is 2027-01-15T08:00:00Z"},
  };
  for (std::size_t i = 0; i < far.size(); ++i) {
    CAPTURE(far[i].what);
    Case found;
    found.question.person = person("dr-1");
    found.resource = {word("Observation"), test::subject("ann"), std::nullopt, nullptr};
    // In falling order, so that neither the first nor the newest is named for that.
    for (std::size_t k = i + 1; k-- > 0;) {
      entry::Grant body = root(Provision::permit);
      far[k].change(found, body);
      found.add(body);
    }
    const Decision decision = found.decide();
    CHECK_FALSE(decision.permit);
    CHECK_FALSE(decision.by);
    CHECK(decision.code == far[i].code);
    CHECK(decision.why == "entry 10: " + far[i].why);
    // Of two alike the newest.
    entry::Grant body = root(Provision::permit);
    far[i].change(found, body);
    found.add(body);
    CHECK(found.decide().why == "entry " + std::to_string(11 + i) + ": " + far[i].why);
  }
}

TEST_CASE("what a grant is not usable for is the nearest refusal, if it would apply") {
  Case found;
  found.add(root(Provision::permit)).unusable = fail(Code::grant_used_up, "all 3 uses are used up");
  CHECK(found.text() == "none: entry 10: all 3 uses are used up");
  CHECK(found.decide().code == Code::grant_used_up);
  auto research = root(Provision::permit);
  research.scope.purposes = words({"HRESCH"});
  Case other;
  other.add(research).unusable = fail(Code::grant_used_up, "all 3 uses are used up");
  CHECK(other.decide().code == Code::grant_purpose);
  // Another grant can still permit, and its exception says nothing either.
  auto excepted = root(Provision::permit);
  excepted.exceptions = {test::exception(Provision::permit)};
  found.add(excepted).unusable = fail(Code::grant_used_up, "used up");
  CHECK_FALSE(found.decide().permit);
  found.add(root(Provision::permit));
  CHECK(found.text() == "permit by 12");
  // A grant that is used up still denies what it denied.
  excepted.exceptions = {test::exception(Provision::deny)};
  found.add(excepted).unusable = fail(Code::grant_used_up, "used up");
  CHECK(found.text() == "deny by 13.1");
}

TEST_CASE("grants that are not active neither permit nor deny") {
  for (const auto status :
       {rules::GrantStatus::suspended, rules::GrantStatus::revoked, rules::GrantStatus::amended}) {
    auto both = root(Provision::permit);
    both.exceptions = {test::exception(Provision::deny)};
    for (const auto& body : {root(Provision::permit), root(Provision::deny), both}) {
      Case found;
      found.add(body);
      found.state(0).status = status;
      CHECK_FALSE(found.decide().permit);
      CHECK_FALSE(found.decide().by);
      CHECK_FALSE(found.dissent());
      found.add(root(Provision::permit));
      CHECK(found.text() == "permit by 11");
    }
  }
}

TEST_CASE("a provision holds from `from` to before `until`, its exception within that") {
  for (const Provision provision : {Provision::permit, Provision::deny}) {
    Case found;
    auto body = root(provision);
    body.scope.from = test::after(10);
    body.scope.until = test::after(20);
    found.add(body);
    const auto applies_at = [&](std::int64_t seconds) {
      found.question.at = test::after(seconds);
      return found.decide().by.has_value();
    };
    CHECK_FALSE(applies_at(9));
    if (provision == Provision::permit) {
      CHECK(found.decide().code == Code::grant_not_yet);
      CHECK(found.decide().why ==
            "entry 10: it holds from 2027-01-15T08:00:10Z, log time is 2027-01-15T08:00:09Z");
    }
    CHECK(applies_at(10));
    CHECK(applies_at(19));
    CHECK_FALSE(applies_at(20));
  }
  Case excepted;
  auto body = root(Provision::permit);
  body.exceptions = {test::exception(Provision::deny)};
  body.exceptions[0].from = test::after(10);
  body.exceptions[0].until = test::after(20);
  excepted.add(body);
  for (const auto& [at, expected] :
       {std::pair(9, "permit by 10"), std::pair(10, "deny by 10.1"), std::pair(19, "deny by 10.1"),
        std::pair(20, "permit by 10")}) {
    excepted.question.at = test::after(at);
    CHECK(excepted.text() == expected);
  }
  // Not longer than its grant.
  body.scope.until = test::after(5);
  body.exceptions[0] = test::exception(Provision::permit);
  body.exceptions[0].until = test::after(50);
  Case ended;
  ended.add(body);
  ended.question.at = test::after(5);
  CHECK(ended.decide().code == Code::grant_expired);
}
