// Making and opening a vault; what an anchoring run decides, keeps and leaves after a crash.
#include <doctest/doctest.h>

#include "unit/vault/vault_support.hpp"

using namespace test;
namespace fs = std::filesystem;
using vault::BatchState;
using vault::Outcome;

namespace {

const vault::OpenOptions reading;

fs::perms mode_of(const std::string& path) { return fs::status(path).permissions() & fs::perms::all; }

}  // namespace

TEST_CASE("a vault is private, and of one member on one ledger") {
  VaultUnion u;
  CHECK(mode_of(u.path()) == fs::perms(0700));
  for (const char* file : {"/data.mdb", "/secrets"}) CHECK((mode_of(u.path() + file) & fs::perms(0077)) == fs::perms::none);
  CHECK(u.vault->owner() == u.owner());
  must(u.vault->check_owner(u.owner()));
  vault::Owner other = u.owner();
  other.member = name("hosp-b");
  check_refused(u.vault->check_owner(other), Code::vault_conflict, "not of 'hosp-b'");
  other = u.owner();
  other.genesis = hash_of<medchain::GenesisHash>("other");
  check_refused(u.vault->check_owner(other), Code::vault_conflict, "genesis");
  other = u.owner();
  other.origin = "other.example/main";
  check_refused(u.vault->check_owner(other), Code::vault_conflict, "other.example/main");
}

TEST_CASE("a vault is not made over something else") {
  VaultUnion u;
  CHECK_FALSE(vault::Vault::create(u.path(), u.owner(), u.random).ok());
  fs::create_directory(u.dir.path("full"));
  std::ofstream(u.dir.path("full") + "/file") << "x";
  check_refused(vault::Vault::create(u.dir.path("full"), u.owner(), u.random), Code::vault_conflict, "full");
  CHECK(fs::exists(u.dir.path("full") + "/file"));
}

TEST_CASE("opening refuses what is missing, open to others or in use") {
  VaultUnion u;
  check_refused(vault::Vault::open(u.dir.path("nowhere"), reading), Code::vault_missing, "there is no vault");
  CHECK_FALSE(vault::Vault::exists(u.dir.path("nowhere")));
  u.vault.reset();
  fs::permissions(u.path(), fs::perms(0750));
  check_refused(vault::Vault::open(u.path(), reading), Code::key_unsafe, "can be entered by others");
  fs::permissions(u.path(), fs::perms(0700));
  vault::Secrets secrets = must(vault::Secrets::open(u.path() + "/secrets", false));
  must(secrets.lock(std::chrono::milliseconds(0)));
  vault::OpenOptions writing;
  writing.read_only = false;
  writing.lock_wait = std::chrono::milliseconds(20);
  check_refused(vault::Vault::open(u.path(), writing), Code::lock_timeout, "another run");
  CHECK(vault::Vault::open(u.path(), reading).ok());
}

TEST_CASE("a vault whose making was cut off is made anew") {
  VaultUnion u;
  const std::string path = u.dir.path("cut");
  fs::create_directory(path);
  std::ofstream(path + "/unfinished") << "";
  std::ofstream(path + "/secrets") << "half";
  fs::permissions(path, fs::perms(0700));
  CHECK_FALSE(vault::Vault::exists(path));
  must(vault::Vault::create(path, u.owner(), u.random));
  CHECK(vault::Vault::exists(path));
  CHECK(must(vault::Vault::open(path, reading))->owner() == u.owner());
}

TEST_CASE("a run tells new records, versions and unchanged ones, and refuses two contents of one id") {
  VaultUnion u;
  u.anchor_records({record_of("a", "1"), record_of("b", "1")});
  auto run = u.anchoring();
  must(run.begin());
  must(run.add(VaultUnion::item(record_of("a", "1"), 1)));
  must(run.add(VaultUnion::item(record_of("b", "2"), 2)));
  must(run.add(VaultUnion::item(record_of("c", "1"), 3)));
  must(run.add(VaultUnion::item(record_of("c", "1"), 4)));
  check_refused(run.add(VaultUnion::item(record_of("c", "2"), 5)), Code::input_conflict, "input 3");
  check_refused(run.add(VaultUnion::item(record_of("a", "2"), 6)), Code::input_conflict, "input 1");
  auto untyped = record_of("d", "1");
  untyped.type = "not a word";
  check_refused(run.add(VaultUnion::item(untyped, 7)), Code::input_invalid, "type");
  const auto batch = must(run.flush(u.log_time()));
  CHECK(batch.prepared.rows.size() == 2);
  REQUIRE(batch.taken.size() == 4);
  CHECK(batch.taken[0].outcome == Outcome::unchanged);
  CHECK(batch.taken[0].known == std::optional<std::uint64_t>(1));
  CHECK(batch.taken[1].outcome == Outcome::version);
  CHECK(batch.taken[2].outcome == Outcome::anchored);
  CHECK(batch.taken[3].outcome == Outcome::unchanged);
  CHECK(batch.taken[3].row == 1);
  CHECK(run.tally().versions == 1);
  CHECK(run.tally().unchanged == 2);
  // A content that the same run anchored in an earlier batch.
  check_refused(run.add(VaultUnion::item(record_of("b", "3"), 8)), Code::input_conflict, "input 2");
  must(run.add(VaultUnion::item(record_of("b", "2"), 9)));
  CHECK(run.waiting() == 0);
  // Nothing new: no entry, only answers.
  const auto again = must(run.flush(u.log_time()));
  CHECK(again.prepared.rows.empty());
  CHECK(again.taken.size() == 1);
}

TEST_CASE("what a batch has on the ledger can be made again from the vault") {
  VaultUnion u;
  const EntryIndex index = u.anchor_records({record_of("a", "1", "p1"), record_of("b", "1", "p1"), record_of("c", "1", "p2"), record_of("d", "1")});
  const auto rows = u.get([&](const ledger::Snapshot& view) { return view.rows(index); });
  REQUIRE(rows.size() == 4);
  for (std::uint64_t i = 0; i < 4; ++i) {
    const auto version = u.version(1 + i);
    const auto row = u.ask([&](const vault::Vault& v) { return v.row(version); });
    CHECK(row.commitment == rows[i].commitment);
    CHECK(row.record == rows[i].record);
    CHECK(row.subject == rows[i].subject);
    const auto salt = u.ask([&](const vault::Vault& v) { return v.salt(version); });
    CHECK(entry::commit(salt, version.digest) == rows[i].commitment);
  }
  CHECK(rows[0].subject == rows[1].subject);
  CHECK(rows[0].subject != rows[2].subject);
  CHECK(rows[2].subject != rows[3].subject);
  // The subject's key is the same in the next run.
  const EntryIndex next = u.anchor_records({record_of("e", "1", "p1")});
  CHECK(u.get([&](const ledger::Snapshot& view) { return view.rows(next); })[0].subject == rows[0].subject);
  CHECK(u.ask([](const vault::Vault& v) { return v.find_subject("p1"); }).has_value());
  CHECK_FALSE(u.ask([](const vault::Vault& v) { return v.find_subject("p9"); }).has_value());
  CHECK(u.ask([](const vault::Vault& v) { return v.find_digest(record_of("", "1").digest); }).size() == 5);
}

TEST_CASE("a batch is pending until it is known to have landed") {
  VaultUnion u;
  auto run = u.anchoring();
  must(run.begin());
  must(run.add(VaultUnion::item(record_of("a", "1"), 1)));
  CHECK_FALSE(u.find("a").has_value());  // a crash before flush(): nothing was promised
  const auto batch = must(run.flush(u.log_time()));
  CHECK(u.batch(batch.number).state == BatchState::pending);
  CHECK(u.batch(batch.number).note == batch.prepared.entry.bytes);
  const EntryIndex index = u.accept({batch.prepared}).entries.front().index;
  run.landed(batch.number, index);
  CHECK(run.landed_at(batch.number) == std::optional(index));
  CHECK(u.batch(batch.number).state == BatchState::pending);
  must(run.finish());
  CHECK(u.batch(batch.number).state == BatchState::anchored);
  CHECK(u.batch(batch.number).entry == index);
  CHECK(u.settle().found == 0);
}

TEST_CASE("settling finds, appends or keeps what a run left behind") {
  VaultUnion u;
  std::vector<ledger::Prepared> left;
  {
    auto run = u.anchoring();
    must(run.begin());
    for (const char* id : {"a", "b"}) {
      must(run.add(VaultUnion::item(record_of(id, "1"), 1)));
      left.push_back(must(run.flush(u.log_time())).prepared);
    }
  }
  // The first was appended before the crash, the second was not.
  const EntryIndex first = u.accept({left[0]}).entries.front().index;
  u.open_vault();
  const auto kept = must(vault::settle(*u.vault, *u.ledger, [](const ledger::Prepared&) -> medchain::Result<std::optional<EntryIndex>> {
    return std::optional<EntryIndex>();
  }));
  CHECK(kept.found == 1);
  CHECK(kept.waiting == 1);
  CHECK(u.batch(1).state == BatchState::anchored);
  CHECK(u.batch(1).entry == first);
  CHECK(u.batch(2).state == BatchState::pending);
  const auto settled = u.settle();
  CHECK(settled.appended == 1);
  CHECK(u.batch(2).state == BatchState::anchored);
  // The very same statement, not a new one.
  CHECK(u.get([&](const ledger::Snapshot& view) { return view.entry_bytes(u.batch(2).entry); }) == left[1].entry.bytes);
  CHECK(u.settle().appended == 0);
}

TEST_CASE("a statement that can never land is abandoned, and the version before counts again") {
  VaultUnion u;
  u.anchor_records({record_of("a", "1")});
  {
    auto run = u.anchoring();
    must(run.begin());
    must(run.add(VaultUnion::item(record_of("a", "2"), 1)));
    must(run.add(VaultUnion::item(record_of("n", "1"), 2)));
    must(run.flush(u.log_time()));
  }
  u.open_vault();
  CHECK(u.find("a")->digest == record_of("", "2").digest);
  // Two days later by log time.
  must(u.ledger->append({}, *u.host, {UnixSeconds(u.log_time().get() + 2 * 86'400), false, true}, u.random));
  const auto settled = u.settle();
  CHECK(settled.abandoned == 1);
  CHECK(u.batch(2).state == BatchState::abandoned);
  for (const bool reopened : {false, true}) {
    CAPTURE(reopened);
    if (reopened) u.open_vault();
    REQUIRE(u.find("a").has_value());
    CHECK(u.find("a")->number == 1);
    CHECK(u.find("a")->digest == record_of("", "1").digest);
    CHECK_FALSE(u.find("n").has_value());
    CHECK(u.ask([](const vault::Vault& v) { return v.find_digest(record_of("", "2").digest); }).empty());
  }
  // Its openings are destroyed.
  const auto version = u.version(2);
  must(u.vault->read([&]() -> medchain::Status {
    check_refused(u.vault->row(version), Code::record_erased, "erased");
    return {};
  }));
  // The next run anchors them anew.
  const EntryIndex index = u.anchor_records({record_of("a", "2"), record_of("n", "1")});
  CHECK(u.find("a")->digest == record_of("", "2").digest);
  CHECK(u.version(u.find("a")->number).previous == std::optional<std::uint64_t>(1));
  CHECK(u.get([&](const ledger::Snapshot& view) { return view.rows(index); }).size() == 2);
}

TEST_CASE("a refused batch is forgotten by the run itself") {
  VaultUnion u;
  auto run = u.anchoring();
  must(run.begin());
  must(run.add(VaultUnion::item(record_of("a", "1"), 1)));
  const auto batch = must(run.flush(UnixSeconds(u.log_time().get() - 3 * 86'400)));
  u.refused({batch.prepared}, Code::entry_time, "time");
  must(run.abandon(batch.number));
  CHECK(u.batch(batch.number).state == BatchState::abandoned);
  CHECK_FALSE(u.find("a").has_value());
}

TEST_CASE("a rehearsal decides the same and writes nothing") {
  VaultUnion u;
  u.anchor_records({record_of("a", "1")});
  const std::string before = read_all(u.path() + "/secrets");
  auto run = u.anchoring();
  must(run.add(VaultUnion::item(record_of("a", "2"), 1)));
  must(run.add(VaultUnion::item(record_of("b", "1"), 2)));
  const auto batch = must(run.rehearse(u.log_time()));
  CHECK(batch.prepared.rows.size() == 2);
  must(run.add(VaultUnion::item(record_of("b", "1"), 3)));
  check_refused(run.add(VaultUnion::item(record_of("b", "2"), 4)), Code::input_conflict, "input 2");
  CHECK(run.tally().unchanged == 1);
  CHECK_FALSE(u.find("b").has_value());
  CHECK(u.find("a")->number == 1);
  CHECK(read_all(u.path() + "/secrets") == before);
}

TEST_CASE("nothing more is anchored of a subject whose key is gone") {
  VaultUnion u;
  u.anchor_records({record_of("a", "1", "p1")});
  const auto subject = u.ask([](const vault::Vault& v) { return v.find_subject("p1"); });
  REQUIRE(subject.has_value());
  must(must(vault::Secrets::open(u.path() + "/secrets", false)).destroy(subject->slot));
  auto run = u.anchoring();
  must(run.begin());
  check_refused(run.add(VaultUnion::item(record_of("b", "1", "p1"), 1)), Code::record_erased, "subject");
  must(run.add(VaultUnion::item(record_of("b", "1", "p2"), 2)));
}

TEST_CASE("records that were expected are decided about as others") {
  struct Case {
    std::string id, text;
    bool is_refused = false;
  };
  const std::vector<Case> cases = {{"new", "1"},        {"known", "1"},       {"changed", "2"},
                                   {"new", "1"},        {"new", "2", true},   {"later", "1"},
                                   {"known", "2", true}, {"changed", "2"},     {"changed", "3", true},
                                   {"new", "1"},        {"later", "2", true}, {"later", "1"},
                                   {"last", "1"}};
  std::vector<source::Item> items;
  for (const Case& one : cases) items.push_back(VaultUnion::item(record_of(one.id, one.text, "p"), items.size() + 1));
  items[5].record->subject = "q";
  // In whatever pieces they are expected, and whenever they are flushed.
  for (const std::size_t expected : {0U, 1U, 3U, 13U}) {
    for (const std::size_t waiting : {1U, 2U, 100U}) {
      CAPTURE(expected);
      CAPTURE(waiting);
      VaultUnion v;
      v.anchor_records({record_of("known", "1"), record_of("changed", "1")});
      auto run = v.anchoring();
      must(run.begin());
      const auto flush = [&] {
        const auto batch = must(run.flush(v.log_time()));
        if (!batch.prepared.rows.empty())
          run.landed(batch.number, v.accept({batch.prepared}).entries.front().index);
      };
      for (std::size_t i = 0; i < cases.size(); ++i) {
        if (expected > 0 && i % expected == 0)
          must(run.expect(std::span(items).subspan(i, std::min(expected, items.size() - i))));
        const auto added = run.add(source::Item(items[i]));
        CHECK(added.ok() == !cases[i].is_refused);
        if (!added) CHECK(added.error().code == Code::input_conflict);
        if (run.waiting() >= waiting) flush();
      }
      flush();
      must(run.finish());
      CHECK(run.tally().anchored == 3);
      CHECK(run.tally().versions == 1);
      CHECK(run.tally().unchanged == 5);
      CHECK(v.find("last")->number == 6);
      CHECK(v.version(v.find("changed")->number).previous == 2);
    }
  }
}
