// grant: its form, who gives it, for which records, and on what consent it rests.
#include <doctest/doctest.h>

#include "unit/rules/sharing_acts.hpp"

using namespace medchain;
using entry::ConsentBy;
using entry::Provision;
using test::ann;
using test::ben;
using test::permit;
using test::Sharing;
using test::subject;
using test::words;

namespace {

template <class Change>
entry::Grant changed(entry::Grant body, Change change) {
  change(body);
  return body;
}

entry::Grant about(std::initializer_list<const char*> subjects, entry::Grant body = permit()) {
  for (const char* one : subjects) body.scope.subjects.push_back(subject(one));
  std::sort(body.scope.subjects.begin(), body.scope.subjects.end());
  return body;
}

entry::Link acting(const char* who, entry::DelegateKind kind) {
  entry::Link body;
  body.act = entry::LinkAct::delegate;
  body.patient = test::name(ann);
  body.other = test::name(who);
  body.kind = kind;
  return body;
}

}  // namespace

TEST_CASE("a grant is kept as it was given and found by whom and what it is about") {
  Sharing world;
  world.group("team", {"req-b"});
  entry::Grant body = about({"ann"});
  body.scope.actors.groups = test::names({"team"});
  body.scope.actors.roles = {entry::Role::payer};
  const EntryHash hash = world.put(body, {"hosp-a"});
  const auto state = world.grant_state(hash);
  CHECK(state.index == EntryIndex(5));
  CHECK(state.since == EntryIndex(5));
  CHECK(state.author == test::name("hosp-a"));
  CHECK(state.changed_by == test::name("hosp-a"));
  CHECK(state.body.scope == body.scope);
  CHECK(state.status == rules::GrantStatus::active);
  CHECK(state.uses == 0);
  CHECK(state.depth == 0);
  const auto found = [&](const char* member, const char* custodian, const char* whom) {
    rules::Question question;
    question.member = test::name(member);
    if (question.member == test::name("clock")) question.groups = test::names({"team"});
    if (question.member == test::name("reg")) question.roles = {entry::Role::payer};
    const auto all =
        rules::grants_about(world.view, test::name(custodian), question, {subject(whom)});
    REQUIRE(all);
    return all->size() == 1 && all->front().first == hash;
  };
  for (const char* member : {"req-a", "clock", "reg"}) {
    CHECK(found(member, "hosp-a", "ann"));
    CHECK_FALSE(found(member, "hosp-a", "bob"));
    CHECK_FALSE(found(member, "hosp-b", "ann"));
  }
  CHECK_FALSE(found("req-b", "hosp-a", "ann"));
}

TEST_CASE("an index that names a grant that is not there is damage") {
  Sharing world;
  const EntryHash grant = world.put(permit(), {"hosp-a"});
  world.view.state.apply({{rules::key_of_grant(grant), std::nullopt}});
  rules::Question question;
  question.member = test::name("req-a");
  test::check_refused(rules::grants_about(world.view, test::name("hosp-a"), question, {}),
                      Code::store_damaged, "names a grant that is not there");
}

TEST_CASE("a permit has an end and purposes") {
  Sharing world;
  const auto no = [&](auto change, std::string_view piece) {
    world.no(changed(permit(), change), "hosp-a", Code::entry_rule, piece);
  };
  no([](auto& g) { g.scope.until.reset(); }, "a permit has an end, 'until'");
  no([](auto& g) { g.scope.purposes = {}; }, "a permit names its purposes");
  no([](auto& g) { g.scope.until = test::after(0); },
     "'until': expected after log time 2027-01-15");
  no([](auto& g) { g.scope.territories.emplace(); }, "'territories': at least one");
  no([](auto& g) { g.scope.erase_at = test::after(0); }, "'erase_at': expected after log time");
  no([](auto& g) { g.more = true; }, "'more' without terms");
  no([](auto& g) { g.basis.legal = words({"b", "a"}); }, "'basis.legal' must ascend, each once");
  no([](auto& g) { g.scope.onward = 9; }, "'onward': at most 8");
  CHECK(world.may(changed(permit(), [](auto& g) { g.scope.until = test::after(1); }), {"hosp-a"}));
}

TEST_CASE("a dissent has nothing that only a permit has") {
  Sharing world;
  CHECK(world.may(test::dissent(), {"hosp-a"}));
  const auto no = [&](auto change) {
    world.no(changed(test::dissent(), change), "hosp-a", Code::entry_rule,
             "a dissent has no request, parent, uses, frequency, onward, standing, erase_at or territories");
  };
  no([](auto& g) { g.request.emplace(); });
  no([](auto& g) { g.parent.emplace(); });
  no([](auto& g) { g.scope.uses = 1; });
  no([](auto& g) { g.scope.frequency.emplace(); });
  no([](auto& g) { g.scope.onward = 1; });
  no([](auto& g) { g.standing = true; });
  no([](auto& g) { g.scope.erase_at = test::after(1); });
}

TEST_CASE("exceptions are few and of the form of scopes") {
  Sharing world;
  const auto with = [&](std::size_t count, auto change) {
    entry::Grant body = permit();
    for (std::size_t i = 0; i < count; ++i) {
      body.exceptions.push_back(test::exception(Provision::deny));
      change(body.exceptions.back());
    }
    return body;
  };
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(with(1, change), "hosp-a", code, piece);
  };
  const auto nothing = [](entry::Exception&) {};
  CHECK(world.may(with(16, nothing), {"hosp-a"}));
  world.no(with(17, nothing), "hosp-a", Code::entry_rule, "at most 16 exceptions");
  no(
      [](auto& e) {
        e.purposes = words({"B", "A"});
      },
      Code::entry_rule, "exception: 'purposes' must ascend");
  no([](auto& e) { e.types = words({"A", "A"}); }, Code::entry_rule, "exception: 'types' must");
  no(
      [](auto& e) {
        e.actors.members = test::names({"b", "a"});
      },
      Code::entry_rule, "exception: 'actors.members' must");
  no([](auto& e) { e.from = e.until = test::after(5); }, Code::entry_rule,
     "exception: 'until' must be later than 'from'");
  no([](auto& e) { e.more = true; }, Code::entry_rule, "exception: 'more' without terms");
  no(
      [](auto& e) {
        e.records = {test::at(1, {0})[0], test::at(1, {1})[0]};
      },
      Code::entry_rule, "exception: 'records' must ascend");
  no([](auto& e) { e.records = test::at(2, {0}); }, Code::record_foreign,
     "entry 2 row 0 belongs to 'hosp-b'");
  no([](auto& e) { e.records = test::at(9, {0}); }, Code::record_unknown, "entry 9 is no anchor");
}

TEST_CASE("members and groups that are named are there, or others could take their names") {
  Sharing world;
  const auto no = [&](auto change, Code code, std::string_view piece) {
    entry::Grant scoped = permit(), excepted = permit(), against = test::dissent();
    change(scoped.scope.actors);
    excepted.exceptions = {test::exception(Provision::deny)};
    change(excepted.exceptions[0].actors);
    change(against.scope.actors);
    for (const entry::Grant& body : {scoped, excepted, against})
      world.no(body, "hosp-a", code, piece);
    entry::Request asked = test::request();
    change(asked.scope.actors);
    world.no(asked, "req-a", code, piece);
  };
  no(
      [](auto& a) {
        a.members = test::names({"hosp-b", "nobody"});
      },
      Code::member_unknown, "'nobody' is not a member of this ledger");
  const auto team = [](auto& a) { a.groups = test::names({"team"}); };
  no(team, Code::entry_state, "there is no group 'team'");
  world.group("team", {"req-b"});
  CHECK(world.may(changed(permit(), [&](auto& g) { team(g.scope.actors); }), {"hosp-a"}));
  world.accept(world.entry(test::group_act(entry::GroupAct::dissolve, "team"), {"hosp-b"}));
  no(team, Code::entry_state, "there is no group 'team'");
}

TEST_CASE("the custodian is an active one, and grants what is its own") {
  Sharing world;
  entry::Grant body = permit();
  world.refused(world.entry(body, {"hosp-a"}), Code::person_missing,
                "a grant entry of an institution names the person who acts");
  for (const char* stranger : {"hosp-b", "req-a", "other"}) {
    world.no(body, stranger, Code::not_permitted,
             "a grant by a patient names the subjects it is about");
    world.no(about({"ann"}), stranger, Code::not_permitted,
             "is neither an owner of the subject at 'hosp-a' nor acts for one");
  }
  body.custodian = test::name("reg");
  world.no(body, "reg", Code::member_role, "'reg' has not the role custodian");
  body.custodian = test::name("hosp-b");
  world.accept(world.entry(test::member_act(entry::MemberAct::suspend, "hosp-b"), test::admins));
  world.no(body, "hosp-a", Code::member_inactive, "'hosp-b' is suspended since entry 4");
}

TEST_CASE("what a custodian records for others carries the signed consent") {
  Sharing world;
  for (const ConsentBy who : {ConsentBy::subject, ConsentBy::guardian, ConsentBy::delegate})
    for (entry::Grant body : {test::by(permit(), who), test::by(test::dissent(), who)}) {
      world.no(body, "hosp-a", Code::consent_missing,
               "a grant that 'hosp-a' records for the " + std::string(entry::word_of(who)) +
                   " carries a commitment to the signed consent");
      body.basis.consent = test::commitment("paper");
      CHECK(world.may(body, {"hosp-a"}));
    }
}

TEST_CASE("patients permit and forbid what is about them, in their own name") {
  Sharing world;
  for (const entry::Grant& plain : {about({"ann"}), test::dissent()}) {
    CHECK(world.may(test::by(plain, ConsentBy::subject), {ann}));
    world.no(test::by(plain, ConsentBy::custodian), ann, Code::entry_rule,
             "'basis.by': expected subject, got custodian");
    world.no(test::by(plain, ConsentBy::subject), ben, Code::not_permitted,
             "is neither an owner of the subject at 'hosp-a' nor acts for one");
  }
  world.no(test::by(about({"ann", "bob"}), ConsentBy::subject), ann, Code::not_permitted,
           "is neither an owner");
  world.no(test::by(permit(), ConsentBy::subject), ann, Code::not_permitted, "names the subjects");
  // The same person at another custodian is another subject until it says so.
  entry::Grant elsewhere = test::by(about({"ann"}), ConsentBy::subject);
  elsewhere.custodian = test::name("hosp-b");
  world.no(elsewhere, ann, Code::not_permitted, "at 'hosp-b'");
}

TEST_CASE("guardians and delegates act for a patient until the second their power ends") {
  Sharing world;
  auto guardian = acting(ben, entry::DelegateKind::guardian);
  guardian.until = test::after(10);
  world.put(guardian, {ann, ben});
  world.put(acting("req-b", entry::DelegateKind::delegate), {ann, "req-b"});
  const auto as = [](ConsentBy who) { return test::by(about({"ann"}), who); };
  CHECK(world.may(as(ConsentBy::guardian), {ben}));
  world.no(as(ConsentBy::subject), ben, Code::entry_rule, "expected guardian, got subject");
  CHECK(world.may(as(ConsentBy::delegate), {"req-b"}));
  world.no(as(ConsentBy::guardian), "req-b", Code::entry_rule, "expected delegate, got guardian");
  world.tick(test::after(9));
  CHECK(world.may(as(ConsentBy::guardian), {ben}));
  world.tick(test::after(10));
  world.no(as(ConsentBy::guardian), ben, Code::not_permitted, "nor acts for one");
  CHECK(world.may(as(ConsentBy::delegate), {"req-b"}));
}

TEST_CASE("an owner that acts for another owner is an owner") {
  Sharing world;
  world.put(test::owned(ben, "ann"), {"hosp-a", ann, ben});
  world.put(acting(ben, entry::DelegateKind::delegate), {ann, ben});
  CHECK(world.may(test::by(about({"ann"}), ConsentBy::subject), {ben}));
  world.no(test::by(about({"ann"}), ConsentBy::delegate), ben, Code::entry_rule,
           "expected subject, got delegate");
}

TEST_CASE(
    "records that are granted are on the ledger, the custodian's, of the subjects and whole") {
  Sharing world;
  const auto with = [](std::vector<entry::RecordSet> records, entry::Grant body = permit()) {
    body.scope.records = std::move(records);
    return body;
  };
  const auto no = [&](const entry::Grant& body, Code code, std::string_view piece) {
    world.no(body, "hosp-a", code, piece);
  };
  CHECK(world.may(with(test::at(1, {0, 1, 2, 3})), {"hosp-a"}));
  no(with(test::at(2, {0})), Code::record_foreign, "entry 2 row 0 belongs to 'hosp-b'");
  no(with(test::at(1, {4})), Code::record_unknown, "no row 4");
  no(with(test::at(0, {0})), Code::record_unknown, "entry 0 is no anchor");
  no(with(test::at(1, {3}), about({"ann"})), Code::record_subject,
     "entry 1 row 3 is about none of the subjects");
  CHECK(world.may(with(test::at(1, {3}), about({"ann", "bob"})), {"hosp-a"}));
  const auto erased =
      world.accept(world.entry(test::erase_of({test::row("obs1").record}), {"hosp-a"}));
  no(with(test::at(1, {0, 1})), Code::record_erased,
     "entry 1 row 1 was erased at entry " + std::to_string(erased.get()));
  CHECK(world.may(with(test::at(1, {0})), {"hosp-a"}));
  world.accept(world.entry(test::erase_of({}, {subject("ann")}), {"hosp-a"}));
  no(with(test::at(1, {0})), Code::record_erased, "entry 1 row 0 was erased");
}

TEST_CASE("the custodian can read the terms that others set") {
  Sharing world;
  const entry::Grant own = test::by(about({"ann"}), ConsentBy::subject);
  const auto terms = [](entry::Grant body, std::initializer_list<const char*> to) {
    body.more = true;
    return test::with_terms(body, to);
  };
  CHECK(world.may(terms(own, {"hosp-a"}), {ann}));
  world.no(terms(own, {"req-a"}), ann, Code::entry_rule, "the package is not sealed to 'hosp-a'");
  CHECK(world.may(terms(permit(), {"req-a"}), {"hosp-a"}));
  world.no(terms(permit(), {"other"}), "hosp-a", Code::entry_rule, "'other' has no seal key");
  entry::Grant bare = terms(permit(), {"req-a"});
  bare.package.reset();
  world.no(bare, "hosp-a", Code::entry_rule, "terms and the package that opens them come together");
  // Both the grant's and an exception's conditions are in the terms.
  entry::Grant excepted = terms(permit(), {"req-a"});
  excepted.exceptions = {test::exception(Provision::deny)};
  excepted.exceptions[0].more = true;
  CHECK(world.may(excepted, {"hosp-a"}));
}

TEST_CASE("an assessment that a grant rests on is on the ledger") {
  Sharing world;
  entry::Grant body = permit();
  body.basis.assessment = test::hash_of<EntryHash>("assessment");
  world.no(body, "hosp-a", Code::entry_missing, "is not an assessment on this ledger");
  world.view.state.apply({{rules::key_of_assessment(*body.basis.assessment), "4"}});
  CHECK(world.may(body, {"hosp-a"}));
}

TEST_CASE("a purpose that rests on consent has a consent, of its own") {
  Sharing world;
  const auto for_purposes = [](std::vector<entry::Word> purposes, const char* consent,
                               ConsentBy who = ConsentBy::subject) {
    entry::Grant body = test::by(permit(), who);
    body.scope.purposes = std::move(purposes);
    if (consent != nullptr) body.basis.consent = test::commitment(consent);
    return body;
  };
  const auto both = words({"HRESCH", "TREAT"});
  // Where the policy says nothing, nothing is demanded.
  CHECK(world.may(for_purposes(both, nullptr, ConsentBy::custodian), {"hosp-a"}));
  world.amend_policy([](auto& policy) { policy.consent = words({"HMARKT", "HRESCH"}); });
  world.no(for_purposes(words({"HRESCH"}), nullptr, ConsentBy::custodian), "hosp-a",
           Code::consent_missing, "purpose 'HRESCH' rests on consent, and none is named");
  world.no(for_purposes(both, "one"), "hosp-a", Code::consent_bundled,
           "purpose 'HRESCH' needs a consent of its own");
  world.no(for_purposes(words({"HMARKT", "HRESCH"}), "one"), "hosp-a", Code::consent_bundled,
           "purpose 'HMARKT' needs a consent of its own");
  CHECK(world.may(for_purposes(words({"TREAT"}), nullptr, ConsentBy::custodian), {"hosp-a"}));
  CHECK(world.may(for_purposes(words({"HRESCH"}), "one", ConsentBy::custodian), {"hosp-a"}));
  world.put(for_purposes(words({"HRESCH"}), "one"), {"hosp-a"});
  // The same consent for the same purpose again, for another receiver: yes; for another: no.
  CHECK(world.may(for_purposes(words({"HRESCH"}), "one"), {"hosp-a"}));
  world.no(for_purposes(words({"HMARKT"}), "one"), "hosp-a", Code::consent_bundled,
           "the consent is that of entry 5 for other purposes");
  world.no(for_purposes(words({"TREAT"}), "one"), "hosp-a", Code::consent_bundled,
           "the consent is that of entry 5");
  CHECK(world.may(for_purposes(words({"HMARKT"}), "two"), {"hosp-a"}));
  entry::Grant elsewhere = for_purposes(words({"HRESCH"}), "one");
  elsewhere.custodian = test::name("hosp-b");
  world.no(elsewhere, "hosp-b", Code::consent_bundled, "the consent was given to 'hosp-a'");
  // A patient's own signature is its consent, for one purpose as well.
  entry::Grant own = about({"ann"}, for_purposes(words({"HRESCH"}), nullptr));
  CHECK(world.may(own, {ann}));
  own.scope.purposes = both;
  world.no(own, ann, Code::consent_bundled, "purpose 'HRESCH' needs a consent of its own");
  // A dissent needs none.
  entry::Grant against = test::dissent();
  against.scope.purposes = both;
  CHECK(world.may(against, {"hosp-a"}));
}

TEST_CASE("a purpose that stands in an exception rests on consent like any other") {
  Sharing world;
  world.amend_policy([](auto& policy) { policy.consent = words({"HRESCH"}); });
  entry::Grant body = permit();
  body.exceptions = {test::exception(Provision::permit)};
  body.exceptions[0].purposes = words({"HRESCH"});
  world.no(body, "hosp-a", Code::consent_missing, "purpose 'HRESCH' rests on consent");
  body.basis.consent = test::commitment("one");
  world.no(body, "hosp-a", Code::consent_bundled, "purpose 'HRESCH' needs a consent of its own");
  body.exceptions[0].provision = Provision::deny;  // what is forbidden needs none
  body.basis.consent.reset();
  CHECK(world.may(body, {"hosp-a"}));
}
