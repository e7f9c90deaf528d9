#include "store/store.hpp"

#include <fcntl.h>

#include <filesystem>
#include <map>
#include <random>

#include "unit/store/store_support.hpp"

using namespace test;

TEST_CASE("what was committed is there after reopening, in key order") {
  const TempDir dir;
  {
    const auto environment = must_open(dir.path(), options(true));
    must(write_rows(*environment, "a",
                    {{"m", "1"}, {"z", "2"}, {"b", ""}, {std::string("b\0", 2), "3"}}));
    must(write_rows(*environment, "b", {{"m", "other"}}));
  }
  const auto environment = must_open(dir.path(), options());
  const auto rows = read_rows(*environment, "a");
  must(rows);
  CHECK(*rows == Rows{{"b", ""}, {std::string("b\0", 2), "3"}, {"m", "1"}, {"z", "2"}});
  const auto txn = environment->begin_read();
  must(txn);
  const auto value = txn->get(environment->table("b"), as_bytes("m"));
  must(value);
  REQUIRE(value->has_value());
  CHECK(as_text(**value) == "other");
  CHECK(*txn->count(environment->table("a")) == 4);
  CHECK(*txn->count(environment->table("b")) == 1);
}

TEST_CASE("an absent key is nothing, not an error") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  const auto txn = environment->begin_read();
  must(txn);
  for (const std::string& key : {std::string("k"), std::string(), std::string(600, 'x')}) {
    const auto value = txn->get(environment->table("a"), as_bytes(key));
    must(value);
    CHECK(!value->has_value());
  }
}

TEST_CASE("a cursor seeks, walks, and ends") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  must(write_rows(*environment, "a", {{"b", "1"}, {"d", "2"}, {"f", "3"}}));
  const auto txn = environment->begin_read();
  must(txn);
  auto cursor = txn->cursor(environment->table("a"));
  must(cursor);
  REQUIRE(*cursor->seek(as_bytes("c")));
  CHECK(as_text(cursor->key()) == "d");
  CHECK(as_text(cursor->value()) == "2");
  REQUIRE(*cursor->seek(as_bytes("d")));
  CHECK(as_text(cursor->key()) == "d");
  REQUIRE(*cursor->next());
  CHECK(as_text(cursor->key()) == "f");
  CHECK(!*cursor->next());
  CHECK(!*cursor->next());
  CHECK(!*cursor->seek(as_bytes("g")));
  REQUIRE(*cursor->seek(ByteView()));
  CHECK(as_text(cursor->key()) == "b");
  REQUIRE(*cursor->last());
  CHECK(as_text(cursor->key()) == "f");
  REQUIRE(*cursor->first());
  CHECK(as_text(cursor->key()) == "b");

  auto empty = txn->cursor(environment->table("b"));
  must(empty);
  CHECK(!*empty->first());
  CHECK(!*empty->last());
  CHECK(!*empty->next());
  CHECK(!*empty->seek(as_bytes("a")));
}

TEST_CASE("cursors may outlive their transaction without harm") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  must(write_rows(*environment, "a", {{"b", "1"}}));
  std::optional<store::Cursor> of_read, of_write, of_commit;
  {
    auto txn = environment->begin_read();
    must(txn);
    of_read.emplace(std::move(txn->cursor(environment->table("a"))).value());
    CHECK(*of_read->first());
  }
  {
    auto txn = environment->begin_write();
    must(txn);
    of_write.emplace(std::move(txn->cursor(environment->table("a"))).value());
    CHECK(*of_write->first());
  }
  auto txn = environment->begin_write();
  must(txn);
  of_commit.emplace(std::move(txn->cursor(environment->table("a"))).value());
  CHECK(*of_commit->first());
  must(std::move(*txn).commit());
}

TEST_CASE("a write transaction that is not committed leaves nothing") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  must(write_rows(*environment, "a", {{"k", "old"}}));
  {
    auto txn = environment->begin_write();
    must(txn);
    must(txn->put(environment->table("a"), as_bytes("k"), as_bytes("new")));
    must(txn->insert(environment->table("a"), as_bytes("l"), as_bytes("new")));
    const auto inside = read_rows(*txn, environment->table("a"));
    CHECK(*inside == Rows{{"k", "new"}, {"l", "new"}});
  }
  CHECK(*read_rows(*environment, "a") == Rows{{"k", "old"}});
  // Assigning over a transaction aborts it as well, and its lock is free again.
  auto txn = environment->begin_read();
  must(txn);
  *txn = std::move(environment->begin_read()).value();
  must(write_rows(*environment, "a", {{"k", "newer"}}));
}

TEST_CASE("insert and append never overwrite, put does, erasing nothing is fine") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  const store::Table a = environment->table("a");
  auto txn = environment->begin_write();
  must(txn);
  must(txn->insert(a, as_bytes("m"), as_bytes("1")));
  check_error(txn->insert(a, as_bytes("m"), as_bytes("2")), Code::internal, "key exists");
  must(txn->append(a, as_bytes("n"), as_bytes("3")));
  check_error(txn->append(a, as_bytes("n"), as_bytes("4")), Code::internal, "not greater");
  check_error(txn->append(a, as_bytes("c"), as_bytes("5")), Code::internal, "not greater");
  must(txn->put(a, as_bytes("n"), as_bytes("6")));
  must(txn->erase(a, as_bytes("none")));
  must(txn->insert(a, as_bytes("x"), as_bytes("7")));
  must(txn->erase(a, as_bytes("x")));
  must(std::move(*txn).commit());
  CHECK(*read_rows(*environment, "a") == Rows{{"m", "1"}, {"n", "6"}});
}

TEST_CASE("a key over the limit is refused and the transaction cannot be committed") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  const store::Table a = environment->table("a");
  {
    auto txn = environment->begin_write();
    must(txn);
    must(txn->insert(a, as_bytes(std::string(511, 'k')), as_bytes("1")));
    must(std::move(*txn).commit());
  }
  auto txn = environment->begin_write();
  must(txn);
  must(txn->insert(a, as_bytes("good"), as_bytes("1")));
  check_error(txn->insert(a, as_bytes(std::string(512, 'k')), as_bytes("1")), Code::internal,
              "table 'a'");
  check_error(std::move(*txn).commit(), Code::internal, "table 'a'");
  CHECK(read_rows(*environment, "a")->size() == 1);
}

TEST_CASE("a reader sees its snapshot, and one thread may have several") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  must(write_rows(*environment, "a", {{"k", "1"}}));
  const auto before = environment->begin_read();
  must(before);
  must(write_rows(*environment, "a", {{"k", "2"}, {"l", "2"}}));
  const auto after = environment->begin_read();
  must(after);
  CHECK(*read_rows(*before, environment->table("a")) == Rows{{"k", "1"}});
  CHECK(*read_rows(*after, environment->table("a")) == Rows{{"k", "2"}, {"l", "2"}});
}

TEST_CASE("a read-only environment reads and refuses nothing that reading needs") {
  const TempDir dir;
  {
    const auto environment = must_open(dir.path(), options(true));
    must(write_rows(*environment, "a", {{"k", "1"}}));
  }
  store::OpenOptions read_only = options();
  read_only.read_only = true;
  read_only.random_access = true;
  const auto environment = must_open(dir.path(), read_only);
  CHECK(*read_rows(*environment, "a") == Rows{{"k", "1"}});
  CHECK(environment->usage().ok());
}

TEST_CASE("missing places are ledger.missing, missing tables damage unless created") {
  const TempDir dir;
  check_error(store::Environment::open(dir.path("none"), options()), Code::ledger_missing, "none");
  check_error(store::Environment::open(dir.path(), options()), Code::ledger_missing, "data.mdb");
  CHECK(!std::filesystem::exists(dir.path("lock.mdb")));
  must_open(dir.path(), options(true));
  store::OpenOptions more = options();
  more.tables.push_back("c");
  check_error(store::Environment::open(dir.path(), more), Code::store_damaged,
              "table 'c' is missing");
  more.create = true;
  const auto environment = must_open(dir.path(), more);
  must(write_rows(*environment, "c", {{"k", "1"}}));
}

TEST_CASE("a directory is open once in a process") {
  const TempDir dir;
  auto environment = must_open(dir.path(), options(true));
  check_error(store::Environment::open(dir.path() + "/.", options()), Code::internal,
              "open in this process");
  environment.reset();
  must_open(dir.path(), options());
}

TEST_CASE("a missing lock file is made again") {
  const TempDir dir;
  must(write_rows(*must_open(dir.path(), options(true)), "a", {{"k", "1"}}));
  std::filesystem::remove(dir.path("lock.mdb"));
  CHECK(*read_rows(*must_open(dir.path(), options()), "a") == Rows{{"k", "1"}});
}

TEST_CASE("garbage in an unused lock file does no harm") {
  const TempDir dir;
  must(write_rows(*must_open(dir.path(), options(true)), "a", {{"k", "1"}}));
  for (const std::size_t size : {0U, 1U, 100U, 8192U, 100000U}) {
    std::ofstream(dir.path("lock.mdb"), std::ios::binary) << std::string(size, '\xa5');
    const auto environment = must_open(dir.path(), options());
    must(write_rows(*environment, "a", {{"k", "1"}}));
    CHECK(*read_rows(*environment, "a") == Rows{{"k", "1"}});
  }
}

TEST_CASE("usage counts bytes and readers") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  const auto before = environment->usage();
  must(before);
  must(write_rows(*environment, "a", {{"big", std::string(100'000, 'x')}}));
  const auto after = environment->usage();
  must(after);
  CHECK(after->used_bytes >= before->used_bytes + 100'000);
  CHECK(after->file_bytes == std::filesystem::file_size(dir.path("data.mdb")));
  CHECK(after->max_readers == 1024);
  CHECK(after->readers == 0);
  {
    auto txn = environment->begin_write();
    must(txn);
    must(txn->erase(environment->table("a"), as_bytes("big")));
    must(std::move(*txn).commit());
  }
  const auto first = environment->begin_read();
  const auto second = environment->begin_read();
  const auto erased = environment->usage();
  must(erased);
  CHECK(erased->readers == 2);
  CHECK(erased->used_bytes < after->used_bytes - 50'000);
}

TEST_CASE("a copy made while a transaction is open can be read") {
  const TempDir dir, copy;
  const auto environment = must_open(dir.path(), options(true));
  Rows rows;
  for (int i = 0; i < 500; ++i)
    rows.emplace_back("key" + std::to_string(1000 + i),
                      std::string(static_cast<std::size_t>(i) * 20, 'v'));
  must(write_rows(*environment, "a", rows));
  must(write_rows(*environment, "b", rows));
  {
    auto erasing = environment->begin_write();
    must(erasing);
    for (const auto& row : rows) must(erasing->erase(environment->table("b"), as_bytes(row.first)));
    must(std::move(*erasing).commit());
  }
  auto open_write = environment->begin_write();
  must(open_write);
  must(open_write->put(environment->table("a"), as_bytes("uncommitted"), as_bytes("x")));
  must(environment->copy_to(copy.path()));
  const auto copied = must_open(copy.path(), options());
  CHECK(*read_rows(*copied, "a") == rows);
  CHECK(read_rows(*copied, "b")->empty());
  CHECK(std::filesystem::file_size(copy.path("data.mdb")) <
        std::filesystem::file_size(dir.path("data.mdb")));
}

TEST_CASE("a copy larger than a transaction has every row, and goes to no directory that is not there") {
  const TempDir dir, copy;
  const auto environment = must_open(dir.path(), options(true));
  Rows rows;
  for (int i = 0; i < 100; ++i)
    rows.emplace_back("key" + std::to_string(1000 + i), std::string(1'000'000, char('a' + i % 26)));
  must(write_rows(*environment, "a", rows));
  must(write_rows(*environment, "b", {{"last", "1"}}));
  must(environment->copy_to(copy.path()));
  const auto copied = must_open(copy.path(), options());
  CHECK(*read_rows(*copied, "a") == rows);
  CHECK(*read_rows(*copied, "b") == Rows{{"last", "1"}});
  check_error(environment->copy_to(dir.path("none")), Code::storage_failed, "none");
  must(write_rows(*environment, "b", {{"more", "1"}}));
}

TEST_CASE("no descriptor of the store survives exec") {
  const TempDir dir;
  const auto environment = must_open(dir.path(), options(true));
  int found = 0;
  for (const auto& item : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(item.path(), gone).string();
    if (target.find(dir.path()) == std::string::npos) continue;
    const int fd = std::stoi(item.path().filename().string());
    CAPTURE(target);
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    ++found;
  }
  CHECK(found >= 3);
}

TEST_CASE("random work agrees with a map in memory, across reopening") {
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const TempDir dir;
  std::map<std::string, std::string> expected;
  for (int round = 0; round < 20; ++round) {
    const auto environment = must_open(dir.path(), options(round == 0));
    const store::Table a = environment->table("a");
    for (int i = 0; i < 5; ++i) {
      auto txn = environment->begin_write();
      must(txn);
      auto inside = expected;
      for (int step = 0; step < 60; ++step) {
        const std::string key = "k" + std::to_string(random() % 300);
        if (random() % 3 == 0) {
          must(txn->erase(a, as_bytes(key)));
          inside.erase(key);
        } else {
          const std::string value(random() % 8 == 0 ? random() % 30'000 : random() % 200, 'v');
          must(txn->put(a, as_bytes(key), as_bytes(value)));
          inside[key] = value;
        }
      }
      CHECK(*read_rows(*txn, a) == Rows(inside.begin(), inside.end()));
      if (random() % 4 == 0) continue;  // aborted
      must(std::move(*txn).commit());
      expected = inside;
    }
    CHECK(*read_rows(*environment, "a") == Rows(expected.begin(), expected.end()));
    const TempDir copy;
    must(environment->copy_to(copy.path()));
    CHECK(*read_rows(*must_open(copy.path(), options()), "a") ==
          Rows(expected.begin(), expected.end()));
  }
}
