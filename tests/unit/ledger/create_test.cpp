// Making and opening ledgers.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "unit/ledger/replay.hpp"

using namespace medchain;
using ledger::Host;
using ledger::Ledger;
using test::check_refused;
using test::Union;

namespace {

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& item : std::filesystem::directory_iterator(directory)) names.push_back(item.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

unsigned mode_of(const std::string& path) {
  struct stat facts = {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

/// Puts `value` under `key` in the table meta; no value: erases it.
void set_meta(Ledger& ledger, std::string_view key, std::optional<std::string_view> value) {
  auto txn = ledger.environment().begin_write();
  REQUIRE(txn);
  if (value)
    test::must(txn->put(ledger.tables().meta, as_bytes(key), as_bytes(*value)));
  else
    test::must(txn->erase(ledger.tables().meta, as_bytes(key)));
  test::must(std::move(*txn).commit());
}

void put_file(const std::string& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

Result<std::unique_ptr<Ledger>> open(const std::string& directory, bool read_only = true) {
  ledger::OpenOptions options;
  options.read_only = read_only;
  return Ledger::open(directory, options);
}

}  // namespace

TEST_CASE("a new ledger has its genesis entry, a checkpoint, a policy and a high-water mark") {
  Union all;
  CHECK(all.size() == 1);
  test::check_consistent(all);
  CHECK(files_in(all.dir.path("ledger")) == std::vector<std::string>{"checkpoint", "data.mdb", "lock.mdb", "policy"});
  const auto bytes = all.get([](const ledger::Snapshot& view) { return view.entry_bytes(EntryIndex(0)); });
  CHECK(bytes == test::sign_genesis(test::genesis_for(*all.host)).bytes);
  all.reopen();
  test::check_consistent(all);
}

TEST_CASE("a ledger is made in an empty directory or none") {
  test::TempDir dir;
  crypto::SeededRandom random(1);
  const auto host = test::must(Host::create(dir.path("host"), test::name("clock"), random));
  const auto genesis = test::sign_genesis(test::genesis_for(*host));
  std::filesystem::create_directory(dir.path("full"));
  put_file(dir.path("full/notes.txt"), "x");
  check_refused(Ledger::create(dir.path("full"), genesis, *host, random), Code::ledger_exists, "is not empty");
  CHECK(files_in(dir.path("full")) == std::vector<std::string>{"notes.txt"});
  check_refused(Ledger::create(dir.path("full/notes.txt"), genesis, *host, random), Code::ledger_exists, "is not a directory");
  check_refused(Ledger::create(dir.path("no/where"), genesis, *host, random), Code::storage_failed, "create directory");
  std::filesystem::create_directory(dir.path("empty"));
  CHECK(Ledger::create(dir.path("empty"), genesis, *host, random));
  check_refused(Ledger::create(dir.path("empty"), genesis, *host, random), Code::ledger_exists, "is not empty");
}

TEST_CASE("a refused genesis leaves nothing behind") {
  test::TempDir dir;
  crypto::SeededRandom random(1);
  const auto host = test::must(Host::create(dir.path("host"), test::name("clock"), random));
  auto genesis = test::genesis_for(*host);
  genesis.members.erase(genesis.members.begin() + 1);
  check_refused(Ledger::create(dir.path("ledger"), test::sign_genesis(genesis), *host, random), Code::entry_rule, "a clock member");
  CHECK_FALSE(std::filesystem::exists(dir.path("ledger")));
  CHECK_FALSE(test::must(host->high_water()));
  const entry::Entry no_genesis = test::must(test::sign(test::tick_by("clock"), {{"clock", 1}}));
  check_refused(Ledger::create(dir.path("ledger"), no_genesis, *host, random), Code::entry_rule, "entry 0 must be genesis");
  CHECK_FALSE(std::filesystem::exists(dir.path("ledger")));
}

TEST_CASE("a ledger is made with the host that has its log key") {
  test::TempDir dir;
  crypto::SeededRandom random(1);
  const auto host = test::must(Host::create(dir.path("host"), test::name("clock"), random));
  const auto other = test::must(Host::create(dir.path("other"), test::name("clock"), random));
  check_refused(Ledger::create(dir.path("ledger"), test::sign_genesis(test::genesis_for(*host)), *other, random),
                Code::key_invalid, "the log key of this host is not that of ledger 'ledger.example/main'");
  CHECK_FALSE(std::filesystem::exists(dir.path("ledger")));
}

TEST_CASE("a host that has signed a ledger makes no second one: both would be signed by one key") {
  Union all;
  all.close();
  const auto again = Ledger::create(all.dir.path("second"), test::sign_genesis(test::genesis_for(*all.host)), *all.host, all.random);
  check_refused(again, Code::rollback, "this host has signed a ledger of 1 entries already");
  CHECK_FALSE(std::filesystem::exists(all.dir.path("second")));
}

TEST_CASE("a ledger that is not there is missing, not empty") {
  test::TempDir dir;
  check_refused(open(dir.path("none")), Code::ledger_missing, "/none'");
  std::filesystem::create_directory(dir.path("empty"));
  check_refused(open(dir.path("empty")), Code::ledger_missing, "there is no");
  check_refused(open(dir.path("empty"), false), Code::ledger_missing, "there is no");
  CHECK(files_in(dir.path("empty")).empty());
}

TEST_CASE("a newer layout is told as such; one that is not there is damage") {
  Union all;
  set_meta(*all.ledger, "layout", "3");
  all.close();
  check_refused(open(all.dir.path("ledger")), Code::ledger_newer, "has layout '3', this medchain reads '2'");
  check_refused(open(all.dir.path("ledger"), false), Code::ledger_newer, "has layout '3'");
  Union bare;
  set_meta(*bare.ledger, "layout", std::nullopt);
  bare.close();
  check_refused(open(bare.dir.path("ledger")), Code::store_damaged, "meta 'layout' is missing");
}

TEST_CASE("meta values that are missing or of a wrong size are damage") {
  for (const std::string key : {"size", "index-secret", "checkpoint"}) {
    Union all;
    const auto prepared = all.anchor(test::rows(1));
    set_meta(*all.ledger, key, std::nullopt);
    CAPTURE(key);
    const auto result = all.ledger->append(std::span(&prepared, 1), *all.host, {test::World::start, false}, all.random);
    if (key == "checkpoint")
      CHECK(result);  // it is written anew
    else
      check_refused(result, Code::store_damaged, "meta '" + key + "' is missing");
  }
  Union all;
  set_meta(*all.ledger, "size", "1");
  check_refused(all.ledger->read([](const ledger::Snapshot& view) -> Status {
    MC_TRY(view.size());
    return {};
  }),
                Code::store_damaged, "or not 8 bytes");
}

TEST_CASE("a ledger can be read by who may only read, beside a writer") {
  Union all;
  all.accept({all.anchor(test::rows(3))});
  all.reopen(true);
  test::check_consistent(all);
}

TEST_CASE("a host directory has keys that only its user can read") {
  test::TempDir dir;
  crypto::SeededRandom random(1);
  std::filesystem::create_directory(dir.path("host"));
  REQUIRE(chmod(dir.path("host").c_str(), 0755) == 0);
  const auto host = test::must(Host::create(dir.path("host"), test::name("clock-1"), random));
  CHECK(files_in(dir.path("host")) == std::vector<std::string>{"clock.key", "clock.member", "high-water", "log.key"});
  CHECK(mode_of(dir.path("host")) == 0700);
  for (const char* file : {"host/log.key", "host/clock.key", "host/high-water"}) CHECK(mode_of(dir.path(file)) == 0600);
  CHECK(host->clock().name == test::name("clock-1"));
  CHECK(host->clock().roles == std::vector<entry::Role>{entry::Role::clock});
  CHECK(host->clock().sign.key == host->clock_key().public_key());
  CHECK(host->clock_key().public_key() != host->log_key().public_key());
  CHECK_FALSE(test::must(host->high_water()));

  const auto again = test::must(Host::open(dir.path("host")));
  CHECK(again->log_key().public_key() == host->log_key().public_key());
  CHECK(again->clock() == host->clock());
  check_refused(Host::create(dir.path("host"), test::name("clock"), random), Code::ledger_exists, "is not empty");
  check_refused(Host::create(dir.path("host/log.key"), test::name("clock"), random), Code::ledger_exists, "is not a directory");
  check_refused(Host::create(dir.path("no/host"), test::name("clock"), random), Code::storage_failed, "create directory");
}

TEST_CASE("a host that is not whole is refused") {
  const auto spoiled = [](const char* file, const auto& spoil, Code code, std::string_view piece) {
    test::TempDir dir;
    crypto::SeededRandom random(1);
    test::must(Host::create(dir.path("host"), test::name("clock"), random));
    spoil(dir.path(std::string("host/") + file));
    CAPTURE(file);
    check_refused(Host::open(dir.path("host")), code, piece);
  };
  const auto remove = [](const std::string& path) { std::filesystem::remove(path); };
  const auto publish = [](const std::string& path) { REQUIRE(chmod(path.c_str(), 0640) == 0); };
  const auto spoil = [](const std::string& path) {
    auto text = test::read_all(path);
    text[text.size() / 2] = '!';
    put_file(path, text);
  };
  for (const char* key : {"log.key", "clock.key"}) {
    spoiled(key, remove, Code::key_missing, key);
    spoiled(key, publish, Code::key_unsafe, "is open to group or others");
    spoiled(key, spoil, Code::key_invalid, key);
  }
  spoiled("clock.member", remove, Code::key_missing, "clock.member");
  spoiled("clock.member", spoil, Code::key_invalid, "clock.member");
  // The card of another clock.
  const auto swap_card = [](const std::string& path) {
    auto signer = test::signer(9);
    auto card = test::card_of("clock", {entry::Role::clock}, entry::MemberKind::service);
    card.sign = test::key("clock", signer);
    put_file(path, test::must(entry::sign_card(card, signer)));
  };
  spoiled("clock.member", swap_card, Code::key_invalid, "clock.key is not the key of clock.member");
  test::TempDir dir;
  check_refused(Host::open(dir.path("none")), Code::key_missing, "log.key");
}
