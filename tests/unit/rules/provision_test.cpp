// What each part of a provision means: who, about whom, which records, which conditions, and
// exceptions beside each other.
#include <doctest/doctest.h>

#include "unit/rules/decide_case.hpp"

using namespace medchain;
using entry::Provision;
using test::Case;
using test::person;
using test::root;
using C = test::Where;
using test::word;
using test::words;

namespace {

/// A permit with these conditions.
entry::Grant conditional() {
  entry::Grant body = root(Provision::permit);
  body.more = true;
  return body;
}

}  // namespace

TEST_CASE("actors: named, in a named group or of a named role; none named is everybody") {
  const auto permits = [](const entry::Actors& actors) {
    Case found;
    found.question.groups = test::names({"team", "ward"});
    found.question.roles = {entry::Role::custodian, entry::Role::requester};
    entry::Grant body = root(Provision::permit);
    body.scope.actors = actors;
    found.add(body);
    CHECK(rules::is_meant(actors, found.question) == found.decide().permit);
    return found.decide().permit;
  };
  CHECK(permits({}));
  CHECK(permits({test::names({"hosp-b", "req-a"}), {}, {}, {}}));
  CHECK_FALSE(permits({test::names({"hosp-b"}), {}, {}, {}}));
  CHECK(permits({{}, test::names({"ward"}), {}, {}}));
  CHECK_FALSE(permits({{}, test::names({"req-a"}), {}, {}}));
  CHECK(permits({{}, {}, {entry::Role::auditor, entry::Role::requester}, {}}));
  CHECK_FALSE(permits({{}, {}, {entry::Role::auditor}, {}}));
  // One way of being meant is enough.
  CHECK(permits({test::names({"hosp-b"}), test::names({"team"}), {entry::Role::auditor}, {}}));
}

TEST_CASE("territories: a receiver is in one of them, or in a part of one, or it gets nothing") {
  const auto said = [](std::initializer_list<const char*> where) {
    Case found;
    entry::Grant body = root(Provision::permit);
    body.scope.territories = test::territories({"CN-GX", "DE"});
    found.add(body);
    const auto all = test::territories(where);
    if (!all.empty()) found.question.territory = all.front();
    return found.text();
  };
  for (const char* within : {"CN-GX", "DE", "DE-BE"}) CHECK(said({within}).starts_with("permit"));
  CHECK(said({"CN"}) == "none: entry 10: it is for members in CN-GX, DE, 'req-a' is in CN");
  CHECK(said({"CN-GD"}) == "none: entry 10: it is for members in CN-GX, DE, 'req-a' is in CN-GD");
  CHECK(said({}) == "none: entry 10: it is for members in CN-GX, DE, 'req-a' is in none");
}

TEST_CASE("persons: the right one, another, not known, anybody") {
  const auto text = [](Provision provision, std::optional<PersonTag> who, bool anybody = false) {
    Case found;
    if (provision == Provision::deny) found.add(root(Provision::permit));
    entry::Grant body = root(provision);
    body.scope.actors.persons = test::sorted<PersonTag>({person("dr-1"), person("dr-2")});
    found.add(body);
    found.question.person = who;
    found.question.anybody = anybody;
    CHECK(rules::is_meant(body.scope.actors, found.question) == (who != person("dr-3")));
    return found.text();
  };
  CHECK(text(Provision::permit, person("dr-1")) == "permit by 10");
  CHECK(text(Provision::permit, person("dr-3")) == "none: entry 10: it is not for this person");
  CHECK(text(Provision::permit, {}) == "permit by 10; 10 only the persons it names");
  CHECK(text(Provision::permit, {}, true) ==
        "none: entry 10: it names persons, the use names none");
  CHECK(text(Provision::deny, person("dr-1")) == "deny by 11");
  CHECK(text(Provision::deny, person("dr-3")) == "permit by 10");
  CHECK(text(Provision::deny, {}) == "permit by 10; 11 not the persons it names");
  CHECK(text(Provision::deny, {}, true) == "deny by 11");
}

TEST_CASE("an exception for persons is not reached, or dodged, by naming nobody") {
  entry::Grant body = root(Provision::permit);
  body.scope.types = words({"Observation"});
  body.exceptions = {test::exception(Provision::permit), test::exception(Provision::deny)};
  body.exceptions[0].types = words({"DiagnosticReport"});
  body.exceptions[0].actors.persons = {person("dr-1")};
  body.exceptions[1].actors.persons = {person("dr-2")};
  Case found;
  found.add(body);
  found.resource.type = word("DiagnosticReport");
  found.question.person = person("dr-1");
  CHECK(found.text() == "permit by 10.1");
  found.question.person.reset();
  found.question.anybody = true;
  CHECK_FALSE(found.decide().permit);
  found.resource.type = word("Observation");
  CHECK(found.text() == "deny by 10.2");
  body.exceptions.pop_back();
  Case without;
  without.add(body);
  without.resource.type = word("DiagnosticReport");
  without.question = found.question;
  CHECK(without.text() == "none: entry 10: type 'DiagnosticReport' is not among Observation");
  without.resource.type = word("Observation");
  CHECK(without.text() == "permit by 10");
}

TEST_CASE("who and about whom must be met by an exception and by its grant") {
  entry::Grant body = root(Provision::permit);
  body.scope.subjects = {test::subject("ann")};
  body.exceptions = {test::exception(Provision::permit)};
  body.exceptions[0].actors.members = test::names({"req-b"});
  body.exceptions[0].purposes = words({"HRESCH"});
  Case found;
  found.add(body);
  found.resource.subject = test::subject("ann");
  found.question.purpose = word("HRESCH");
  CHECK(found.decide().code == Code::grant_purpose);  // req-a is not the exception's
  found.question.member = test::name("req-b");
  CHECK(found.decide().code == Code::grant_actor);  // req-b is not the grant's
  body.exceptions[0].actors.members = test::names({"req-a"});
  Case both;
  both.add(body);
  both.question.purpose = word("HRESCH");
  both.resource.subject = test::subject("ann");
  CHECK(both.text() == "permit by 10.1");
  both.resource.subject = test::subject("bob");
  CHECK(both.decide().code == Code::grant_scope);
  both.resource.subject.reset();
  CHECK(both.text() == "permit by 10.1; 10.1 only the subjects it names");
}

TEST_CASE("actions: a permit without any is for reading, a dissent without any is against all") {
  const auto by = [](Provision provision, std::vector<entry::Word> actions, const char* action) {
    Case found;
    entry::Grant body = root(provision);
    body.scope.actions = std::move(actions);
    found.add(body);
    found.question.action = action;
    return found.decide().by.has_value();
  };
  CHECK(by(Provision::permit, {}, "read"));
  CHECK_FALSE(by(Provision::permit, {}, "copy"));
  CHECK(by(Provision::permit, words({"copy", "store"}), "copy"));
  CHECK_FALSE(by(Provision::permit, words({"copy", "store"}), "read"));
  CHECK(by(Provision::deny, {}, "read"));
  CHECK(by(Provision::deny, {}, "derive"));
  CHECK(by(Provision::deny, words({"copy"}), "copy"));
  CHECK_FALSE(by(Provision::deny, words({"copy"}), "read"));
  Case refused;
  refused.add(root(Provision::permit));
  refused.question.action = "copy";
  CHECK(refused.decide().code == Code::grant_scope);
  CHECK(refused.decide().why == "entry 10: action 'copy' is not among read");
}

TEST_CASE("records: those looked up for the grant, and those of an exception in their place") {
  const auto tag = [](const char* record) { return test::row(record).record; };
  entry::Grant body = root(Provision::permit);
  body.scope.records = test::at(1, {0});
  body.exceptions = {test::exception(Provision::permit), test::exception(Provision::deny)};
  body.exceptions[0].records = test::at(2, {0});
  body.exceptions[1].records = test::at(3, {0});
  Case found;
  auto& provided = found.add(body);
  provided.records = {tag("granted")};
  provided.exceptions = {{tag("excepted"), tag("withheld")}, {tag("withheld")}};
  const auto text = [&](const char* record) {
    found.resource.record = tag(record);
    return found.text();
  };
  CHECK(text("granted") == "permit by 10");
  CHECK(text("excepted") == "permit by 10.1");
  CHECK(text("withheld") == "deny by 10.2");
  CHECK(text("other") == "none: entry 10: the record is not among those it names");
  found.resource.record.reset();
  CHECK(found.text() ==
        "permit by 10.1; 10.1 only the records it names; 10 or: only the records it names; "
        "10.2 not the records it names");
}

TEST_CASE("conditions: each that is named must be met, by what the custodian knows") {
  entry::Terms terms;
  rules::Facts facts;
  facts.codes = {"http://loinc.org|2339-0", "glu"};
  facts.labels = {"R", "PSY"};
  facts.date = test::after(10);
  facts.authors = {"Practitioner/9"};
  facts.related = {"Encounter/7"};
  facts.record = "Observation/9";
  const auto text = [&](const entry::Conditions& named) {
    terms.conditions = named;
    Case found;
    found.add(conditional()).terms = &terms;
    found.resource.facts = &facts;
    return found.text();
  };
  const std::string no = "none: entry 10: the record has none of ";
  CHECK(text({}) == "permit by 10");
  CHECK(text(C().codes({"2339-0"})) == "permit by 10");
  CHECK(text(C().codes({"x", "http://loinc.org|2339-0"})) == "permit by 10");
  CHECK(text(C().codes({"glu"})) == "permit by 10");
  // A system that is named is that system; the code alone is not part of another.
  for (const char* code : {"urn:other|2339-0", "339-0", "http://loinc.org", "urn:x|glu", "2339"})
    CHECK(text(C().codes({code})) == no + "codes " + code);
  CHECK(text(C().labels({"PSY"})) == "permit by 10");
  CHECK(text(C().labels({"N", "SDV"})) == no + "labels N, SDV");
  CHECK(text(C().authors({"Practitioner/9"})) == "permit by 10");
  CHECK(text(C().authors({"Practitioner/99"})) == no + "authors Practitioner/99");
  CHECK(text(C().related({"Encounter/7"})) == "permit by 10");
  CHECK(text(C().related({"CarePlan/7"})) == no + "encounters and care plans CarePlan/7");
  CHECK(text(C().records({"Observation/9"})) == "permit by 10");
  CHECK(text(C().records({"Observation/90"})) == no + "records Observation/90");
  CHECK(text(C().codes({"glu"}).labels({"R"}).records({"Observation/9"})) == "permit by 10");
  CHECK(text(C().codes({"glu"}).labels({"N"}).records({"Observation/9"})) == no + "labels N");
  // Dates: from, and before until.
  CHECK(text(C().from(test::after(10)).until(test::after(11))) == "permit by 10");
  CHECK(text(C().from(test::after(11))) ==
        "none: entry 10: the record's date is not within dates from 2027-01-15T08:00:11Z");
  CHECK(text(C().until(test::after(10))) ==
        "none: entry 10: the record's date is not within dates until before 2027-01-15T08:00:10Z");
  facts.date.reset();
  CHECK(text(C().from(test::after(10))) == "permit by 10; 10 only dates from 2027-01-15T08:00:10Z");
  // No label is a normal one.
  facts.labels.clear();
  CHECK(text(C().labels({"N"})) == "permit by 10");
  CHECK(text(C().labels({"R"})) == no + "labels R");
}

TEST_CASE("what is not known of terms or record stays as a filter") {
  Case found;
  found.add(conditional());
  CHECK(found.text() == "permit by 10; 10 only what the terms say");
  entry::Terms terms;
  terms.conditions = C().codes({"glu", "x"})
                         .labels({"N"})
                         .until(test::after(1))
                         .authors({"A/1"})
                         .related({"E/1"})
                         .records({"O/1"});
  found.grants[0].terms = &terms;
  CHECK(found.text() ==
        "permit by 10; 10 only codes glu, x; 10 only labels N; 10 only authors A/1; "
        "10 only encounters and care plans E/1; 10 only records O/1; "
        "10 only dates until before 2027-01-15T08:00:01Z");
  Case denied;
  denied.add(root(Provision::permit));
  entry::Grant body = root(Provision::deny);
  body.more = true;
  denied.add(body);
  CHECK(denied.text() == "permit by 10; 11 not what the terms say");
  denied.grants[1].terms = &terms;
  CHECK(denied.text() ==
        "permit by 10; 11 not codes glu, x and labels N and authors A/1 and encounters and care "
        "plans E/1 and records O/1 and dates until before 2027-01-15T08:00:01Z");
}

TEST_CASE("conditions of an exception stand in place of its grant's, one kind each") {
  entry::Terms terms;
  terms.conditions =
      C().codes({"glu"}).labels({"N"}).from(test::after(0)).until(test::after(10)).authors({"A/1"});
  terms.exceptions = {C().labels({"R"}).from(test::after(5))};
  entry::Grant body = conditional();
  body.exceptions = {test::exception(Provision::permit)};
  body.exceptions[0].more = true;
  rules::Facts facts;
  facts.codes = {"glu"};
  facts.labels = {"R"};
  facts.authors = {"A/1"};
  facts.date = test::after(99);
  const auto text = [&] {
    Case found;
    found.add(body).terms = &terms;
    found.resource.facts = &facts;
    return found.text();
  };
  CHECK(text() == "permit by 10.1");
  facts.date = test::after(4);  // the exception's period has taken the place of both ends
  CHECK(text() == "none: entry 10: the record has none of labels N");
  facts.date = test::after(5);
  facts.authors = {"A/2"};  // what it does not name holds on
  CHECK(text() == "none: entry 10: the record has none of labels N");
  facts.labels = {};
  facts.authors = {"A/1"};
  CHECK(text() == "permit by 10");
  // Where the entry says that there are no more conditions, the terms add none.
  body.exceptions[0].more = false;
  facts.labels = {"R"};
  CHECK(text() == "none: entry 10: the record has none of labels N");
  body.more = false;
  CHECK(text() == "permit by 10.1");
  body.exceptions[0].more = true;  // and the other way round: conditions of the exception alone
  facts.codes = {};
  CHECK(text() == "permit by 10.1");
  terms.exceptions.clear();
  facts.labels = {};
  CHECK(text() == "permit by 10.1");
}

TEST_CASE("of two exceptions the denying one wins, also where only the other reaches") {
  entry::Grant body = root(Provision::permit);
  body.scope.types = words({"Observation"});
  body.exceptions = {test::exception(Provision::permit), test::exception(Provision::deny)};
  body.exceptions[0].types = words({"Encounter"});
  body.exceptions[0].purposes = words({"BTG"});
  body.exceptions[1].records = test::at(1, {0});
  const RecordTag withheld = test::row("withheld").record;
  const auto text = [&](const char* purpose, std::optional<entry::Word> type,
                        std::optional<RecordTag> record) {
    Case found;
    auto& provided = found.add(body);
    provided.exceptions = {{}, {withheld}};
    found.question.purpose = word(purpose);
    found.resource.type = std::move(type);
    found.resource.record = record;
    return found.text();
  };
  const auto free = test::row("free").record;
  CHECK(text("TREAT", word("Observation"), free) == "permit by 10");
  CHECK(text("TREAT", word("Observation"), withheld) == "deny by 10.2");
  CHECK(text("BTG", word("Encounter"), free) == "permit by 10.1");
  CHECK(text("BTG", word("Encounter"), withheld) == "deny by 10.2");
  CHECK(text("BTG", word("Encounter"), {}) == "permit by 10.1; 10.2 not the records it names");
  CHECK(text("BTG", {}, withheld) ==
        "permit by 10.1; 10.1 only types Encounter; 10.2 not types Encounter");
  CHECK(text("BTG", {}, {}) ==
        "permit by 10.1; 10.1 only types Encounter; 10.2 not the records it names and types "
        "Encounter");
  // It says nothing of what its grant does not reach: other grants permit that.
  Case other;
  auto& provided = other.add(body);
  provided.exceptions = {{}, {withheld}};
  other.add(root(Provision::permit));
  other.resource.type = word("Patient");
  other.resource.record = withheld;
  CHECK(other.text() == "permit by 11");
}
