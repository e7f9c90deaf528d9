// Erasing: what is gone, in which order, whatever interrupts it, and what a vault out of a backup
// is told by the ledger.
#include <doctest/doctest.h>

#include "rules/sharing_view.hpp"
#include "unit/rules/sharing_acts.hpp"
#include "unit/vault/copies_support.hpp"
#include "vault/erasing.hpp"

using namespace test;

using medchain::RecordTag;
using medchain::Salt;
using medchain::SubjectTag;
using vault::Erasing;
using vault::Erasure;
using vault::ErasureState;
using vault::SecretValue;

namespace {

std::string raw(const std::string& path) {
  return must(medchain::read_file(path, 1u << 30, Code::internal));
}
std::string text_of(const SecretValue& value) {
  return std::string(medchain::as_text(medchain::ByteView(value)));
}

/// hosp-a has of ann: "a" in two versions, "b"; of bob: "c"; and "d" of nobody; all with copies.
class Erasable : public Copies {
 public:
  explicit Erasable(std::uint64_t seed = 7) : Copies(seed) {
    put_all({{"a", "first", "ann"}, {"b", "bytes", "ann"}, {"c", "of bob", "bob"}, {"d", "of nobody", ""}});
    put_all({{"a", "second", "ann"}});
  }
  struct Item {
    std::string id, text, subject;
  };
  EntryIndex put_all(const std::vector<Item>& items) {
    auto run = copying();
    must(run.begin());
    std::uint64_t number = 0;
    for (const Item& one : items)
      must(run.add(item(record_of(one.id, one.text, one.subject), ++number), in_memory(one.text)));
    const auto batch = must(run.flush(log_time()));
    const EntryIndex index = accept({batch.prepared}).entries.front().index;
    run.landed(batch.number, index);
    must(run.finish());
    return index;
  }

  std::uint64_t newest(const std::string& id) { return find(id)->number; }
  Salt salt(std::uint64_t number) {
    const auto one = version(number);
    return ask([&](const vault::Vault& v) { return v.salt(one); });
  }
  SecretValue k(std::uint64_t number) {
    const auto one = version(number);
    return ask([&](const vault::Vault& v) { return v.subject(one.subject); }).k;
  }
  std::optional<vault::CopyPlace> copy(std::uint64_t number) {
    return ask([&](const vault::Vault& v) { return v.copy(number); });
  }
  /// What must be in no raw file once these are erased.
  std::vector<std::string> secrets_of(const std::vector<std::uint64_t>& versions, bool with_k) {
    auto secrets = must(vault::Secrets::open(path() + "/secrets", true));
    std::vector<std::string> all;
    for (const std::uint64_t number : versions) {
      all.push_back(text_of(salt(number).bytes));
      all.push_back(text_of(must(secrets.read(copy(number)->key_slot))));
      if (with_k) all.push_back(text_of(k(number)));
    }
    return all;
  }
  /// Files of the vault that hold one of them, free pages and all.
  std::set<std::string> holding(const std::vector<std::string>& secrets) {
    std::set<std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(path())) {
      if (!file.is_regular_file()) continue;
      const std::string bytes = raw(file.path().string());
      for (const std::string& secret : secrets)
        if (bytes.find(secret) != std::string::npos) files.insert(file.path().filename().string());
    }
    return files;
  }

  vault::ErasurePlan plan(const std::vector<std::string>& ids, const std::string& subject = "") {
    std::vector<std::uint64_t> numbers;
    for (const std::string& id : ids) numbers.push_back(newest(id));
    return ask([&](const vault::Vault& v) {
      return subject.empty() ? vault::plan_records(v, numbers) : vault::plan_subject(v, subject);
    });
  }
  ledger::Prepared statement_of(const vault::ErasurePlan& plan) {
    return prepare(erase_of(plan.records, plan.subjects));
  }
  /// The first step: what is left is the same as after a crash behind it.
  std::uint64_t intend(const vault::ErasurePlan& plan, const ledger::Prepared& statement,
                       bool is_given_away = false) {
    Erasure erasure = plan.erasure;
    erasure.is_given_away = is_given_away;
    erasure.note = statement.entry.bytes;
    return must(Erasing(*vault).intend({erasure})).front();
  }
  vault::SettledErasures settle_all() {
    return must(vault::settle_erasures(*vault, *ledger, appender()));
  }
  /// As an act does it: all steps.
  void erase(const vault::ErasurePlan& plan) {
    const auto statement = statement_of(plan);
    const std::uint64_t number = intend(plan, statement);
    const EntryIndex at = accept({statement}).entries.front().index;
    must(Erasing(*vault).state({{number, at}}));
    must(Erasing(*vault).destroy(number));
  }
  Erasure erasure(std::uint64_t number) { return must(Erasing(*vault).find(number)).value(); }
  bool is_gone(std::uint64_t number) {
    const auto one = version(number);
    bool gone = false;
    must(vault->read([&]() -> medchain::Status {
      const auto row = vault->row(one);
      gone = !row && row.error().code == Code::record_erased;
      return {};
    }));
    return gone && vault::is_erased(salt(number).bytes) && !copy(number);
  }
};

}  // namespace

TEST_CASE("an erasure has one encoding, and damage is told") {
  Erasure erasure{ErasureState::stated, true, EntryIndex(77), {1, 2}, {3}, "note"};
  const auto bytes = vault::encode(erasure);
  CHECK(must(vault::decode_erasure(bytes)) == erasure);
  for (std::size_t cut = 0; cut < bytes.size() - 4; ++cut)
    check_refused(vault::decode_erasure(medchain::ByteView(bytes).first(cut)), Code::store_damaged, "an erasure is damaged");
  for (const std::size_t at : {0u, 1u, 2u, 11u, 31u}) {
    auto changed = bytes;
    changed[at] = std::byte{0xff};
    check_refused(vault::decode_erasure(changed), Code::store_damaged, "an erasure is damaged");
  }
}

TEST_CASE("an erased record has no salt, no copy and no key of it in any raw file; others stay") {
  Erasable u;
  const std::uint64_t a2 = u.newest("a"), a1 = *u.version(a2).previous, b = u.newest("b"), c = u.newest("c");
  const auto gone = u.secrets_of({a1, a2}, false), kept = u.secrets_of({b, c}, true);
  CHECK(u.holding(gone) == std::set<std::string>{"secrets"});
  const auto plan = u.plan({"a", "a"});
  CHECK(plan.items.size() == 1);
  CHECK(plan.versions == 2);
  CHECK(plan.copies == 2);
  u.erase(plan);
  CHECK(u.holding(gone).empty());
  for (const std::string& secret : kept) CHECK(u.holding({secret}) == std::set<std::string>{"secrets"});
  CHECK(u.is_gone(a1));
  CHECK(u.is_gone(a2));
  CHECK_FALSE(u.is_gone(b));
  CHECK(u.get(b) == "bytes");
  CHECK(u.get(c) == "of bob");
  // The first blob has copies of others too, the second had nothing else.
  CHECK(u.files() == std::vector<std::string>{"0000000000000001"});
  check_refused(u.try_get(a2), Code::copy_missing, "no copy");
}

TEST_CASE("the room of an erased copy in a blob that stays is overwritten") {
  Erasable u;
  const auto place = u.place(*u.version(u.newest("a")).previous);
  const std::string before = raw(u.blob(place.blob)).substr(place.offset, place.length);
  u.erase(u.plan({"a"}));
  const std::string after = raw(u.blob(place.blob));
  CHECK(after.find(before) == std::string::npos);
  CHECK(after.substr(place.offset, place.length) == std::string(place.length, '\0'));
}

TEST_CASE("an erased subject has no K either: its tags are nobody's any more") {
  Erasable u;
  const std::uint64_t a2 = u.newest("a"), a1 = *u.version(a2).previous, b = u.newest("b"), c = u.newest("c");
  const auto gone = u.secrets_of({a1, a2, b}, true);
  const auto plan = u.plan({}, "ann");
  CHECK(plan.versions == 3);
  u.erase(plan);
  CHECK(u.holding(gone).empty());
  for (const std::uint64_t number : {a1, a2, b}) {
    CHECK(u.is_gone(number));
    CHECK(vault::is_erased(u.k(number)));
    CHECK(u.ask([&](const vault::Vault& v) { return v.subject(1); }).tag != plan.subjects.front());
  }
  CHECK_FALSE(u.is_gone(c));
  CHECK(u.get(c) == "of bob");
  auto run = u.anchoring();
  must(run.begin());
  check_refused(run.add(Erasable::item(record_of("new", "1", "ann"), 1)), Code::record_erased, "");
}

TEST_CASE("what was erased is not anchored again: neither the same bytes nor others") {
  Erasable u;
  u.erase(u.plan({"a"}));
  auto run = u.anchoring();
  must(run.begin());
  check_refused(run.add(Erasable::item(record_of("a", "second", "ann"), 1)), Code::record_erased, "'file/a' was erased");
  check_refused(run.add(Erasable::item(record_of("a", "third", "ann"), 2)), Code::record_erased, "'file/a' was erased");
  must(run.add(Erasable::item(record_of("b", "third", "ann"), 3)));
  CHECK(run.waiting() == 1);
}

TEST_CASE("a plan refuses what is erased, unknown or not on the ledger yet") {
  Erasable u;
  u.erase(u.plan({"b"}));
  const std::uint64_t b = u.newest("b");
  const auto planning = [&](auto how) { return u.vault->read([&]() -> medchain::Status {
    auto made = how(*u.vault);
    if (!made) return std::move(made).error();
    return {};
  }); };
  check_refused(planning([&](const vault::Vault& v) { return vault::plan_records(v, {b}); }), Code::record_erased, "'file/b' was erased");
  check_refused(planning([&](const vault::Vault& v) { return vault::plan_subject(v, "nobody"); }), Code::record_unknown, "no record of this subject");
  auto run = u.anchoring();
  must(run.begin());
  must(run.add(Erasable::item(record_of("c", "new", "bob"), 1)));
  must(run.flush(u.log_time()));
  const std::uint64_t c = u.newest("c");
  check_refused(planning([&](const vault::Vault& v) { return vault::plan_records(v, {c}); }), Code::entry_state, "not on the ledger yet");
  check_refused(planning([&](const vault::Vault& v) { return vault::plan_subject(v, "bob"); }), Code::entry_state, "not on the ledger yet");
  u.erase(u.plan({}, "ann"));
  check_refused(planning([&](const vault::Vault& v) { return vault::plan_subject(v, "ann"); }), Code::record_erased, "the subject was erased");
}

TEST_CASE("whatever step a crash comes behind, the next opening finishes, once") {
  for (const bool whole_subject : {false, true})
    for (int step = 0; step < 6; ++step) {
      CAPTURE(step);
      CAPTURE(whole_subject);
      Erasable u;
      const std::uint64_t a2 = u.newest("a"), a1 = *u.version(a2).previous, b = u.newest("b");
      auto gone = u.secrets_of(whole_subject ? std::vector{a1, a2, b} : std::vector{a1, a2}, whole_subject);
      const auto plan = whole_subject ? u.plan({}, "ann") : u.plan({"a"});
      const auto statement = u.statement_of(plan);
      const std::uint64_t number = u.intend(plan, statement);
      if (step >= 1) u.accept({statement});
      if (step >= 2) must(Erasing(*u.vault).state({{number, EntryIndex(u.size() - 1)}}));
      const auto overwrite = [&](std::uint64_t slot) {
        u.vault.reset();
        auto secrets = must(vault::Secrets::open(u.path() + "/secrets", false));
        must(secrets.destroy(slot));
        u.open_vault();
      };
      if (step == 3) overwrite(u.version(a1).salt_slot);
      if (step == 4) {
        overwrite(u.version(a1).salt_slot);
        overwrite(u.version(a2).salt_slot);
        overwrite(u.copy(a2)->key_slot);
        fs::remove(u.blob(u.copy(a2)->blob));
      }
      if (step == 5) {
        // Everything is gone, but the row does not say so.
        must(Erasing(*u.vault).destroy(number));
        must(Erasing(*u.vault).state({{number, EntryIndex(u.size() - 1)}}));
      }
      u.open_vault();
      const auto settled = u.settle_all();
      CHECK(settled.completed.size() == 1);
      CHECK(settled.appended == (step == 0 ? 1 : 0));
      CHECK(settled.abandoned == 0);
      CHECK(settled.redone.versions == 0);
      CHECK(u.erasure(number).state == ErasureState::done);
      CHECK(u.erasure(number).entry == EntryIndex(u.size() - 1));
      CHECK(u.erasure(number).note.empty());
      CHECK(u.holding(gone).empty());
      CHECK(u.is_gone(a1));
      CHECK(u.is_gone(a2));
      CHECK(u.is_gone(b) == whole_subject);
      const std::uint64_t size = u.size();
      const auto again = u.settle_all();
      CHECK(again.completed.empty());
      CHECK(u.size() == size);
    }
}

TEST_CASE("nothing is destroyed before the entry is on the ledger, and nothing where it is refused") {
  Erasable u;
  const auto plan = u.plan({"a"});
  const std::uint64_t number = u.intend(plan, u.statement_of(plan));
  const auto waits = must(vault::settle_erasures(*u.vault, *u.ledger, [](const ledger::Prepared&) -> medchain::Result<std::optional<EntryIndex>> {
    return std::optional<EntryIndex>();
  }));
  CHECK(waits.waiting == 1);
  CHECK_FALSE(u.is_gone(u.newest("a")));
  // Trouble with storage is no refusal.
  check_refused(vault::settle_erasures(*u.vault, *u.ledger, [](const ledger::Prepared&) -> medchain::Result<std::optional<EntryIndex>> {
    return medchain::fail(Code::storage_failed, "the disk is full");
  }), Code::storage_failed, "an erasure that was pending");
  CHECK(u.erasure(number).state == ErasureState::intended);
  entry::Case hold;
  hold.custodian = name("hosp-a");
  hold.subjects = {u.plan({}, "ann").subjects.front()};
  hold.reason = word("LITIGATION");
  hold.person = hash_of<medchain::PersonTag>("dr");
  u.accept({u.prepare(hold)});
  const auto settled = u.settle_all();
  CHECK(settled.abandoned == 1);
  REQUIRE(settled.refused);
  CHECK(settled.refused->code == Code::record_held);
  CHECK(u.erasure(number).state == ErasureState::abandoned);
  CHECK_FALSE(u.is_gone(u.newest("a")));
  CHECK(u.get(u.newest("a")) == "second");
}

TEST_CASE("a statement that others have waits for the ledger until it is too late") {
  Erasable u;
  const auto plan = u.plan({"a"});
  const auto statement = u.statement_of(plan);
  const std::uint64_t number = u.intend(plan, statement, true);
  const auto nothing = [](const ledger::Prepared&) -> medchain::Result<std::optional<EntryIndex>> {
    return medchain::fail(Code::member_inactive, "not now");
  };
  CHECK(must(vault::settle_erasures(*u.vault, *u.ledger, nothing)).waiting == 1);
  CHECK(u.erasure(number).state == ErasureState::intended);
  // A new version in between goes with the record.
  u.put_all({{"a", "third", "ann"}});
  const std::uint64_t a3 = u.newest("a");
  u.accept({statement});
  CHECK(must(vault::settle_erasures(*u.vault, *u.ledger, nothing)).completed.size() == 1);
  CHECK(u.is_gone(a3));
  const auto other = u.plan({"b"});
  const std::uint64_t late = u.intend(other, u.statement_of(other), true);
  must(u.ledger->append({}, *u.host, {UnixSeconds(u.log_time().get() + 25 * 3'600), false, true}, u.random));
  CHECK(must(vault::settle_erasures(*u.vault, *u.ledger, nothing)).abandoned == 1);
  CHECK(u.erasure(late).state == ErasureState::abandoned);
  CHECK_FALSE(u.is_gone(u.newest("b")));
}

TEST_CASE("a vault out of an older backup is told by the ledger, once") {
  for (const bool whole_subject : {false, true}) {
    CAPTURE(whole_subject);
    Erasable u;
    u.vault.reset();
    fs::copy(u.path(), u.dir.path("backup"), fs::copy_options::recursive);
    u.open_vault();
    const std::uint64_t a2 = u.newest("a"), a1 = *u.version(a2).previous, b = u.newest("b");
    const auto gone = u.secrets_of(whole_subject ? std::vector{a1, a2, b} : std::vector{a1, a2}, whole_subject);
    u.erase(whole_subject ? u.plan({}, "ann") : u.plan({"a"}));
    u.vault.reset();
    fs::remove_all(u.path());
    fs::copy(u.dir.path("backup"), u.path(), fs::copy_options::recursive);
    u.open_vault();
    CHECK_FALSE(u.holding(gone).empty());
    const auto settled = u.settle_all();
    CHECK(settled.redone.versions == (whole_subject ? 3 : 2));
    CHECK(settled.redone.subjects == (whole_subject ? 1 : 0));
    CHECK(u.holding(gone).empty());
    CHECK(u.is_gone(a1));
    CHECK(u.is_gone(b) == whole_subject);
    CHECK_FALSE(u.is_gone(u.newest("c")));
    CHECK(u.settle_all().redone.versions == 0);
    // What somebody else erased is none of ours.
    const Manifest rows = {row("theirs")};
    u.accept({u.anchor(rows, "hosp-b")});
    u.accept({u.prepare(erase_of({rows.front().record}, {}, "hosp-b"), "hosp-b")});
    CHECK(u.settle_all().redone.versions == 0);
  }
}

TEST_CASE("a redo that was cut off between salts and K goes on") {
  Erasable u;
  u.accept({u.statement_of(u.plan({}, "ann"))});
  const std::uint64_t a2 = u.newest("a");
  for (const std::uint64_t number : {a2, *u.version(a2).previous, u.newest("b")}) {
    const auto slot = u.version(number).salt_slot;
    u.vault.reset();
    must(must(vault::Secrets::open(u.path() + "/secrets", false)).destroy(slot));
    u.open_vault();
  }
  CHECK(u.settle_all().redone.subjects == 1);
  CHECK(vault::is_erased(u.k(a2)));
  CHECK(u.is_gone(a2));
}

TEST_CASE("a pending batch with a row of what was erased does not stop the vault") {
  Erasable u;
  const auto plan = u.plan({"a"});
  const auto statement = u.statement_of(plan);
  const std::uint64_t number = u.intend(plan, statement, true);
  auto run = u.anchoring();
  must(run.begin());
  must(run.add(Erasable::item(record_of("a", "third", "ann"), 1)));
  must(run.add(Erasable::item(record_of("new", "1", "bob"), 2)));
  const auto batch = must(run.flush(u.log_time()));
  u.accept({statement});
  CHECK(u.settle_all().completed.size() == 1);
  CHECK(u.erasure(number).state == ErasureState::done);
  CHECK(u.settle().abandoned == 1);
  CHECK(u.batch(batch.number).state == vault::BatchState::abandoned);
  CHECK_FALSE(u.find("new"));
}

TEST_CASE("who received a version of it by a release is who is told") {
  Erasable u;
  const auto admit = [&](const char* who) {
    entry::Member body = member_act(entry::MemberAct::add, who);
    body.card = sealed(card_of(who, {entry::Role::custodian, entry::Role::requester}));
    u.accept({u.prepare(body, "admin-a")});
  };
  admit("req-a");
  admit("req-b");
  const auto hash_at = [&](EntryIndex at) { return u.Union::get([&](const ledger::Snapshot& view) { return view.leaf(at); }); };
  const auto give = [&](const char* to) {
    entry::Grant body = permit();
    body.scope.actors.members = names({to});
    body.person = person("dr");
    return hash_at(u.accept({u.prepare(body)}).entries.front().index);
  };
  const auto to_a = give("req-a"), to_b = give("req-b");
  const auto send = [&](const medchain::EntryHash& grant, const char* to, std::uint64_t version) {
    const auto batch = u.batch(u.version(version).batch);
    entry::Release body = release(grant, {0}, to);
    body.records = at(batch.entry.get(), {static_cast<std::uint32_t>(version - batch.first)});
    body.person = person("dr");
    u.accept({u.prepare(body)});
  };
  const std::uint64_t a2 = u.newest("a");
  const auto told = [&](const vault::ErasurePlan& plan) {
    const auto body = erase_of(plan.records, plan.subjects);
    return u.Union::get([&](const ledger::Snapshot& view) { return vault::receivers_of(view, {body}); }).front();
  };
  CHECK(told(u.plan({"a"})).empty());
  send(to_b, "req-b", a2);
  send(to_a, "req-a", u.newest("b"));
  send(to_b, "req-b", u.newest("c"));
  CHECK(told(u.plan({"a"})) == names({"req-b"}));
  send(to_a, "req-a", a2);
  CHECK(told(u.plan({"a"})) == names({"req-a", "req-b"}));
  CHECK(told(u.plan({"b"})) == names({"req-a"}));
  CHECK(told(u.plan({}, "ann")) == names({"req-a", "req-b"}));
  CHECK(told(u.plan({"c"})) == names({"req-b"}));
  CHECK(told(u.plan({"d"})).empty());
}
