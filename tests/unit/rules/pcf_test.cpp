// The consents that IHE Privacy Consent on FHIR works through, as grants and terms in our words,
// and what they permit: TPO is treatment, payment and operations.  The patient is "ann", req-a asks
// for "dr-1" unless another does, and the records are those of World.
#include <doctest/doctest.h>

#include "unit/rules/decide_case.hpp"

using namespace medchain;
using entry::ConsentBy;
using entry::Provision;
using test::person;
using test::Where;
using test::word;
using test::words;

namespace {

constexpr const char* tpo[] = {"HOPERAT", "HPAYMT", "TREAT"};
constexpr const char* emergencies[] = {"BTG", "ETREAT"};

const UnixSeconds given(1'655'078'400);        // 2022-06-13
const UnixSeconds year_begins(1'640'995'200);  // 2022-01-01
const UnixSeconds year_ends(1'672'531'200);    // 2023-01-01

rules::Facts record(std::string name) {
  rules::Facts facts;
  facts.record = std::move(name);
  facts.date = given;
  return facts;
}
rules::Facts labelled(std::vector<std::string> labels) {
  rules::Facts facts = record("Observation/labelled");
  facts.labels = std::move(labels);
  return facts;
}

/// One consent and the questions to it.
class Consent {
 public:
  explicit Consent(Provision provision) {
    body = test::root(provision);
    body.scope.actors = {};
    body.scope.until.reset();
    body.scope.purposes = words({"HOPERAT", "HPAYMT", "TREAT"});
    body.scope.subjects = {test::subject("ann")};
    body.basis.by = ConsentBy::subject;
  }
  /// Conditions of the grant itself.
  void only(const entry::Conditions& conditions) {
    body.more = true;
    terms.conditions = conditions;
  }
  entry::Exception& except(Provision provision, const entry::Conditions& conditions = {}) {
    body.exceptions = {test::exception(provision)};
    body.exceptions[0].more = !conditions.is_empty();
    terms.exceptions = {conditions};
    return body.exceptions[0];
  }

  /// The custodian's answer, who knows all of the record: permit, deny, no (nothing permits).
  std::string answer(const char* purpose, const rules::Facts& facts) const {
    const test::Case found = asked(purpose, &facts);
    const rules::Decision made = found.decide();
    CHECK(made.filters.empty());
    return made.permit ? "permit" : made.by ? "deny" : "no";
  }
  /// What a judge says who knows nothing of the record.
  std::string ledger(const char* purpose) const { return asked(purpose, nullptr).text(); }
  /// Emergencies need no permit, and obey a dissent.
  bool forbids(const char* purpose, const rules::Facts& facts) const {
    return asked(purpose, &facts).dissent().has_value();
  }
  void permits_tpo_alone(const rules::Facts& facts) const {
    for (const char* purpose : tpo) CHECK(answer(purpose, facts) == "permit");
    for (const char* purpose : {"HRESCH", "PUBHLTH", "BTG", "ETREAT"})
      CHECK(answer(purpose, facts) == "no");
    for (const char* purpose : emergencies) CHECK_FALSE(forbids(purpose, facts));
  }

  entry::Grant body;
  entry::Terms terms;
  const char* member = "req-a";
  const char* who = "dr-1";
  std::vector<MemberName> groups;
  const char* subject = "ann";
  UnixSeconds at = given;

 private:
  test::Case asked(const char* purpose, const rules::Facts* facts) const {
    test::Case found;
    found.add(body).terms = &terms;
    found.question.member = test::name(member);
    found.question.groups = groups;
    found.question.person = person(who);
    found.question.purpose = word(purpose);
    found.question.at = at;
    found.resource.subject = test::subject(subject);
    found.resource.type = word("Observation");
    found.resource.facts = facts;
    return found;
  }
};

const rules::Facts weight = record("Observation/weight");

}  // namespace

TEST_CASE("basic: consent to TPO by the patient, for an infant by its mother, in ink") {
  Consent treat(Provision::permit);
  treat.permits_tpo_alone(weight);
  treat.member = "other";  // nobody is named: everybody
  treat.permits_tpo_alone(weight);
  treat.subject = "bob";
  for (const char* purpose : tpo) CHECK(treat.answer(purpose, weight) == "no");
  Consent infant(Provision::permit);
  infant.body.basis.by = ConsentBy::guardian;
  infant.permits_tpo_alone(weight);
  Consent ink(Provision::permit);
  ink.body.basis.consent = test::commitment("scanned paper");
  ink.permits_tpo_alone(weight);
}

TEST_CASE("basic: a consent that has expired permits nothing") {
  Consent expired(Provision::permit);
  expired.body.scope.until = year_ends;
  expired.permits_tpo_alone(weight);
  expired.at = UnixSeconds(year_ends.get() - 1);
  expired.permits_tpo_alone(weight);
  expired.at = year_ends;
  for (const char* purpose : tpo) CHECK(expired.answer(purpose, weight) == "no");
  CHECK(expired.ledger("TREAT") ==
        "none: entry 10: it ended 2023-01-01T00:00:00Z, log time is 2023-01-01T00:00:00Z");
}

TEST_CASE("basic: a dissent to TPO denies it, and nothing else") {
  Consent reject(Provision::deny);
  for (const char* purpose : tpo) {
    CHECK(reject.answer(purpose, weight) == "deny");
    CHECK(reject.forbids(purpose, weight));
  }
  CHECK(reject.answer("HRESCH", weight) == "no");
  for (const char* purpose : emergencies) CHECK_FALSE(reject.forbids(purpose, weight));
  reject.subject = "bob";
  CHECK_FALSE(reject.forbids("TREAT", weight));
}

TEST_CASE("basic: consent to research is to research") {
  Consent research(Provision::permit);
  research.body.scope.purposes = words({"HRESCH"});
  CHECK(research.answer("HRESCH", weight) == "permit");
  for (const char* purpose : tpo) CHECK(research.answer(purpose, weight) == "no");
}

TEST_CASE("intermediate: data of a time, or all but those") {
  const Where within = Where().from(year_begins).until(year_ends);
  Consent timeframe(Provision::permit);
  timeframe.only(within);
  Consent otherwise(Provision::permit);
  otherwise.except(Provision::deny, within);
  rules::Facts facts = record("Observation/dated");
  const auto dated = [&](std::int64_t seconds, const char* in, const char* out) {
    facts.date = UnixSeconds(seconds);
    CHECK(timeframe.answer("TREAT", facts) == in);
    CHECK(otherwise.answer("TREAT", facts) == out);
    CHECK(otherwise.forbids("TREAT", facts) == (std::string(out) == "deny"));
    CHECK(timeframe.answer("HRESCH", facts) == "no");
  };
  dated(year_begins.get() - 1, "no", "permit");
  dated(year_begins.get(), "permit", "deny");
  dated(year_ends.get() - 1, "permit", "deny");
  dated(year_ends.get(), "no", "permit");
  const std::string span = "dates from 2022-01-01T00:00:00Z until before 2023-01-01T00:00:00Z";
  CHECK(timeframe.ledger("TREAT") == "permit by 10; 10 only " + span);
  CHECK(otherwise.ledger("TREAT") == "permit by 10; 10.1 not " + span);
  // Who broke the glass sees what is denied for treatment: it is denied for TPO alone.
  for (const char* purpose : emergencies) CHECK_FALSE(otherwise.forbids(purpose, facts));
}

TEST_CASE("intermediate: data by an author, or all but those") {
  Consent authored(Provision::permit);
  authored.only(Where().authors({"Practitioner/ex"}));
  Consent otherwise(Provision::permit);
  otherwise.except(Provision::deny, Where().authors({"Practitioner/ex"}));
  rules::Facts facts = record("Observation/authored");
  CHECK(authored.answer("TREAT", facts) == "no");
  CHECK(otherwise.answer("TREAT", facts) == "permit");
  facts.authors = {"Practitioner/ex2"};
  CHECK(authored.answer("TREAT", facts) == "no");
  CHECK(otherwise.answer("TREAT", facts) == "permit");
  facts.authors = {"Organization/1", "Practitioner/ex"};
  authored.permits_tpo_alone(facts);
  CHECK(otherwise.answer("TREAT", facts) == "deny");
  CHECK(authored.ledger("TREAT") == "permit by 10; 10 only authors Practitioner/ex");
  CHECK(otherwise.ledger("TREAT") == "permit by 10; 10.1 not authors Practitioner/ex");
  CHECK(otherwise.ledger("BTG") ==
        "none: entry 10: purpose 'BTG' is not among HOPERAT, HPAYMT, TREAT");
}

TEST_CASE("intermediate: data of an encounter, or all but those") {
  Consent encounter(Provision::permit);
  encounter.only(Where().related({"Encounter/ex"}));
  Consent otherwise(Provision::permit);
  otherwise.except(Provision::deny, Where().related({"Encounter/ex"}));
  rules::Facts facts = record("Observation/related");
  facts.related = {"CarePlan/ex", "Encounter/ex"};
  encounter.permits_tpo_alone(facts);
  CHECK(otherwise.answer("HPAYMT", facts) == "deny");
  facts.related = {"Encounter/ex-2"};
  CHECK(encounter.answer("TREAT", facts) == "no");
  otherwise.permits_tpo_alone(facts);
  CHECK(encounter.ledger("TREAT") ==
        "permit by 10; 10 only encounters and care plans Encounter/ex");
}

TEST_CASE("intermediate: named data, or all but those") {
  Consent named(Provision::permit);
  named.only(Where().records({"Encounter/ex", "Observation/alcohol", "Observation/weight"}));
  Consent otherwise(Provision::permit);
  otherwise.except(Provision::deny, Where().records({"Observation/alcohol"}));
  const rules::Facts alcohol = record("Observation/alcohol"), sugar = record("Observation/sugar");
  named.permits_tpo_alone(weight);
  named.permits_tpo_alone(alcohol);
  CHECK(named.answer("TREAT", sugar) == "no");
  otherwise.permits_tpo_alone(weight);
  otherwise.permits_tpo_alone(sugar);
  for (const char* purpose : tpo) CHECK(otherwise.answer(purpose, alcohol) == "deny");
  CHECK(otherwise.ledger("TREAT") == "permit by 10; 10.1 not records Observation/alcohol");
}

TEST_CASE("intermediate: a purpose of one's own, for one organization") {
  Consent purpose(Provision::permit);
  purpose.body.scope.purposes = words({"FooBar"});
  purpose.body.scope.actors.members = test::names({"req-b"});
  CHECK(purpose.answer("FooBar", weight) == "no");
  CHECK(purpose.ledger("FooBar") == "none: entry 10: it is not for 'req-a'");
  purpose.member = "req-b";
  CHECK(purpose.answer("FooBar", weight) == "permit");
  CHECK(purpose.answer("HRESCH", weight) == "no");
  CHECK(purpose.answer("TREAT", weight) == "no");
}

TEST_CASE("intermediate: a dissent that only who may break the glass gets past") {
  Consent dissent(Provision::deny);
  dissent.body.scope.purposes = {};
  auto& glass = dissent.except(Provision::permit);
  glass.purposes = words({"BTG"});
  glass.actors.groups = test::names({"privileged"});
  for (const char* purpose : {"TREAT", "HPAYMT", "HOPERAT", "HRESCH", "ETREAT", "BTG"}) {
    CHECK(dissent.answer(purpose, weight) == "deny");
    CHECK(dissent.forbids(purpose, weight));
  }
  dissent.groups = test::names({"privileged"});
  for (const char* purpose : {"TREAT", "HPAYMT", "HOPERAT", "HRESCH", "ETREAT"})
    CHECK(dissent.forbids(purpose, weight));
  CHECK_FALSE(dissent.forbids("BTG", weight));
  // Not denied is not permitted: the emergency entry is what lets them in.
  CHECK(dissent.answer("BTG", weight) == "no");
  CHECK(dissent.ledger("BTG") == "none: no grant is about this");
}

TEST_CASE("advanced: normal data, restricted data too, restricted data not") {
  Consent normal(Provision::permit), both(Provision::permit), without(Provision::permit);
  normal.only(Where().labels({"N"}));
  both.only(Where().labels({"N", "R"}));
  without.only(Where().labels({"N"}));
  without.except(Provision::deny, Where().labels({"R"}));
  for (const auto& facts : {weight, labelled({"N"})}) {
    normal.permits_tpo_alone(facts);
    both.permits_tpo_alone(facts);
    without.permits_tpo_alone(facts);
  }
  const auto answers = [&](std::vector<std::string> labels) {
    const rules::Facts facts = labelled(std::move(labels));
    return normal.answer("TREAT", facts) + " " + both.answer("TREAT", facts) + " " +
           without.answer("TREAT", facts);
  };
  CHECK(answers({"R"}) == "no permit deny");
  CHECK(answers({"R", "PSY"}) == "no permit deny");
  CHECK(answers({"PSY"}) == "no no no");
  CHECK(answers({"V"}) == "no no no");
  CHECK(answers({"N", "R"}) == "permit permit deny");  // a deny is what two labels leave
  CHECK(normal.ledger("TREAT") == "permit by 10; 10 only labels N");
  CHECK(both.ledger("TREAT") == "permit by 10; 10 only labels N, R");
  CHECK(without.ledger("TREAT") == "permit by 10; 10 only labels N; 10.1 not labels R");
}

TEST_CASE("advanced: restricted data, mental health, or that and sexual health, for one person") {
  struct Focus {
    std::vector<std::string> labels;
    std::vector<std::pair<const char*, const char*>> answers;  ///< label and answer for the person
  };
  const std::vector<Focus> all = {
      {{"R"}, {{"N", "permit"}, {"R", "permit"}, {"PSY", "no"}, {"SDV", "no"}}},
      {{"PSY"}, {{"N", "permit"}, {"R", "no"}, {"PSY", "permit"}, {"SDV", "no"}}},
      {{"PSY", "SDV"},
       {{"N", "permit"}, {"R", "no"}, {"PSY", "permit"}, {"SDV", "permit"}, {"HIV", "no"}}}};
  for (const Focus& focus : all) {
    Consent consent(Provision::permit);
    consent.only(Where().labels({"N"}));
    consent.except(Provision::permit, Where().labels(focus.labels)).actors.persons = {
        person("dr-1")};
    std::string named;
    for (const std::string& label : focus.labels) named += (named.empty() ? "" : ", ") + label;
    CHECK(consent.ledger("TREAT") ==
          "permit by 10.1; 10.1 only labels " + named + "; 10 or: only labels N");
    consent.permits_tpo_alone(weight);
    for (const auto& [label, answer] : focus.answers) {
      const auto& shown = label;  // clang 14 captures no structured binding
      CAPTURE(shown);
      CHECK(consent.answer("TREAT", labelled({label})) == answer);
      CHECK(consent.answer("HRESCH", labelled({label})) == "no");
    }
    consent.who = "dr-2";
    consent.permits_tpo_alone(weight);
    for (const std::string& label : focus.labels)
      CHECK(consent.answer("TREAT", labelled({label})) == "no");
    CHECK(consent.ledger("TREAT") == "permit by 10; 10 only labels N");
  }
}

TEST_CASE("advanced: normal data, and restricted data for who may break the glass") {
  Consent consent(Provision::permit);
  consent.only(Where().labels({"N"}));
  auto& glass = consent.except(Provision::permit, Where().labels({"R"}));
  glass.purposes = words({"BTG"});
  glass.actors.groups = test::names({"privileged"});
  const rules::Facts restricted = labelled({"R"});
  consent.permits_tpo_alone(weight);
  CHECK(consent.answer("TREAT", restricted) == "no");
  CHECK(consent.answer("BTG", restricted) == "no");
  consent.groups = test::names({"privileged"});
  CHECK(consent.answer("TREAT", restricted) == "no");
  CHECK(consent.answer("BTG", restricted) == "permit");
  CHECK(consent.answer("BTG", weight) == "no");
  CHECK(consent.ledger("BTG") == "permit by 10.1; 10.1 only labels R");
  // It is a permit: nothing in it is against an emergency, of anybody.
  for (const char* purpose : emergencies) CHECK_FALSE(consent.forbids(purpose, restricted));
}
