// Key sets against std::set, over sizes at which loose keys become runs and runs are merged.
#include "store/key_set.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "unit/store/store_support.hpp"

using namespace test;
using medchain::append_be;
using medchain::Bytes;

namespace {

constexpr std::size_t key_size = 20;
using Key = std::string;

store::OpenOptions set_options(bool create) {
  store::OpenOptions options;
  options.tables = {"keys"};
  options.later_tables = {"runs"};
  options.create = create;
  return options;
}

store::KeySetTables tables_of(const store::Environment& environment) {
  return {environment.table("keys"), environment.later_table("runs"), key_size};
}

class Keys {
 public:
  explicit Keys(std::uint64_t seed) : random_(seed) {}
  /// `count` new keys, sorted; their first 8 bytes are random, or one of few.
  std::vector<Key> make(std::size_t count, bool few_prefixes = false) {
    std::set<Key> fresh;
    while (fresh.size() < count) {
      Bytes key;
      append_be(few_prefixes ? random_() % 3 : random_(), key);
      append_be(next_++, key);
      append_be(std::uint32_t{7}, key);
      fresh.emplace(as_text(key));
    }
    return {fresh.begin(), fresh.end()};
  }
  std::uint64_t random() { return random_(); }

 private:
  std::mt19937_64 random_;
  std::uint64_t next_ = 0;
};

Status add(store::Environment& environment, const std::vector<Key>& keys) {
  std::string all;
  for (const Key& key : keys) all += key;
  MC_ASSIGN(auto txn, environment.begin_write());
  MC_TRY(store::add_keys(txn, tables_of(environment), as_bytes(all)));
  return std::move(txn).commit();
}

Result<std::vector<Key>> walk(store::Environment& environment) {
  std::vector<Key> keys;
  MC_ASSIGN(const auto txn, environment.begin_read());
  MC_ASSIGN(auto walk, store::KeySetWalk::open(txn, tables_of(environment)));
  MC_ASSIGN(bool there, walk.next());
  while (there) {
    keys.emplace_back(as_text(walk.key()));
    MC_ASSIGN(there, walk.next());
  }
  return keys;
}

Result<std::string> find(store::Environment& environment, std::string_view prefix) {
  MC_ASSIGN(const auto txn, environment.begin_read());
  MC_ASSIGN(auto reader, store::KeySetReader::open(txn, tables_of(environment)));
  MC_ASSIGN(const ByteView found, reader.find(as_bytes(prefix)));
  return std::string(as_text(found));
}

Status check(store::Environment& environment) {
  MC_ASSIGN(const auto txn, environment.begin_read());
  return store::check_runs(txn, tables_of(environment));
}

std::string expected(const std::set<Key>& all, const std::string& prefix) {
  std::string found;
  for (auto at = all.lower_bound(prefix); at != all.end() && at->starts_with(prefix); ++at)
    found += *at;
  return found;
}

/// Chunk rows, and the number of runs they belong to.
struct Shape {
  std::size_t rows = 0;
  std::set<std::string> runs;
};
Shape shape(store::Environment& environment) {
  Shape shape;
  const auto rows = read_rows(environment, "runs");
  must(rows);
  for (const auto& [key, value] : *rows) {
    if (key.size() == 8) continue;
    ++shape.rows;
    shape.runs.insert(key.substr(0, 8));
  }
  return shape;
}

Status write_raw(store::Environment& environment, const std::string& table, const std::string& key,
                 const std::string& value) {
  MC_ASSIGN(auto txn, environment.begin_write());
  const store::Table handle =
      table == "runs" ? *environment.later_table("runs") : environment.table(table);
  MC_TRY(txn.put(handle, as_bytes(key), as_bytes(value)));
  return std::move(txn).commit();
}

}  // namespace

TEST_CASE("a key set holds what was added, however large it has become") {
  const TempDir dir;
  std::set<Key> all;
  Keys keys(1);
  const auto compare = [&](store::Environment& environment) {
    const auto walked = walk(environment);
    must(walked);
    CHECK(std::equal(walked->begin(), walked->end(), all.begin(), all.end()));
    must(check(environment));
    const auto txn = environment.begin_read();
    must(txn);
    CHECK(*store::count_keys(*txn, tables_of(environment)) == all.size());
    std::size_t wrong = 0;
    for (int i = 0; i < 200; ++i) {
      auto at = all.lower_bound(Key(1, static_cast<char>(keys.random() % 256)));
      if (at == all.end()) --at;
      const std::string prefix = at->substr(0, 8);
      const auto found = find(environment, prefix);
      must(found);
      wrong += *found != expected(all, prefix);
      const auto none = find(environment, prefix.substr(0, 6) + "\x01\x02");
      must(none);
      wrong += *none != expected(all, prefix.substr(0, 6) + "\x01\x02");
    }
    CHECK(wrong == 0);
  };
  auto environment = must_open(dir.path(), set_options(true));
  const std::size_t rounds = is_sanitized ? 14 : 60;
  std::size_t most_runs = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::size_t sizes[] = {8'192, 1, 8'192, 70'000, 300, 8'192};
    const auto fresh = keys.make(sizes[round % 6], round % 12 == 4);
    must(add(*environment, fresh));
    all.insert(fresh.begin(), fresh.end());
    most_runs = std::max(most_runs, shape(*environment).runs.size());
    if (round % 9 == 8) compare(*environment);
    if (round % 20 == 10) {
      environment.reset();
      environment = must_open(dir.path(), set_options(false));
    }
  }
  compare(*environment);
  CHECK(most_runs <= 12);
}

TEST_CASE("one addition changes a bounded number of chunks") {
  const TempDir dir;
  Keys keys(2);
  auto environment = must_open(dir.path(), set_options(true));
  std::size_t rows = 0, most = 0, all = 0;
  const std::size_t batches = is_sanitized ? 12 : 72;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    auto before = read_rows(*environment, "runs");
    must(before);
    must(add(*environment, keys.make(8'192)));
    auto after = read_rows(*environment, "runs");
    must(after);
    Rows changed;
    std::set_difference(after->begin(), after->end(), before->begin(), before->end(),
                        std::back_inserter(changed));
    rows += changed.size();
    most = std::max(most, changed.size());
    all = after->size();
  }
  // 64 keys are merged for each that is added, and a new run can come on top.
  CHECK(most <= (64 * 8'192 + 2 * 65'536) / 203 + 8);
  // Each key was written once for each doubling.
  CHECK(rows <= 8 * all);
}

TEST_CASE("small additions bring a merge to its end, too") {
  const TempDir dir;
  Keys keys(3);
  auto environment = must_open(dir.path(), set_options(true));
  must(add(*environment, keys.make(65'536)));
  must(add(*environment, keys.make(65'536)));
  for (int i = 0; i < 3 && shape(*environment).runs.size() > 1; ++i)
    must(add(*environment, keys.make(1)));
  CHECK(shape(*environment).runs.size() == 1);
}

TEST_CASE("a set made before there were runs is read, and becomes one with runs") {
  const TempDir dir;
  Keys keys(4);
  std::vector<Key> all = keys.make(300'000);
  {
    store::OpenOptions old;
    old.tables = {"keys"};
    old.create = true;
    const auto environment = must_open(dir.path(), old);
    Rows rows;
    for (const Key& key : all) rows.emplace_back(key, "");
    must(write_rows(*environment, "keys", rows));
  }
  {
    store::OpenOptions reading = set_options(false);
    reading.read_only = true;
    const auto environment = must_open(dir.path(), reading);
    CHECK_FALSE(tables_of(*environment).runs);
    const auto found = find(*environment, all[77].substr(0, 8));
    must(found);
    CHECK(*found == all[77]);
    must(check(*environment));
  }
  const auto environment = must_open(dir.path(), set_options(false));
  for (int i = 0; i < 4; ++i) {
    const auto fresh = keys.make(10);
    must(add(*environment, fresh));
    all.insert(all.end(), fresh.begin(), fresh.end());
  }
  std::sort(all.begin(), all.end());
  const auto walked = walk(*environment);
  must(walked);
  CHECK(*walked == all);
  const auto loose = read_rows(*environment, "keys");
  must(loose);
  CHECK(loose->size() < 65'536);
  must(check(*environment));
}

TEST_CASE("a key set is cleared") {
  const TempDir dir;
  Keys keys(5);
  const auto environment = must_open(dir.path(), set_options(true));
  must(add(*environment, keys.make(70'000)));
  must(add(*environment, keys.make(5)));
  auto txn = environment->begin_write();
  must(txn);
  must(store::clear_keys(*txn, tables_of(*environment)));
  must(std::move(*txn).commit());
  const auto walked = walk(*environment);
  must(walked);
  CHECK(walked->empty());
  must(check(*environment));
}

TEST_CASE("damaged runs are told, by walking or by the check of their rows") {
  const TempDir dir;
  Keys keys(6);
  const auto environment = must_open(dir.path(), set_options(true));
  must(add(*environment, keys.make(65'536)));
  const auto rows = read_rows(*environment, "runs");
  must(rows);
  REQUIRE(rows->size() > 10);
  const std::string directory_key(8, '\0');
  REQUIRE((*rows)[0].first == directory_key);
  const auto [row, chunk] = (*rows)[3];
  const auto damaged = [&](const std::string& key, const std::string& value) {
    const auto before = std::find_if(rows->begin(), rows->end(),
                                     [&](const auto& each) { return each.first == key; });
    must(write_raw(*environment, "runs", key, value));
    const auto walked = walk(*environment);
    const auto checked = check(*environment);
    const bool is_told = (!walked && walked.error().code == Code::store_damaged) ||
                         (!checked && checked.error().code == Code::store_damaged);
    if (before != rows->end()) {
      must(write_raw(*environment, "runs", key, before->second));
    } else {
      auto txn = environment->begin_write();
      must(txn);
      must(txn->erase(*environment->later_table("runs"), as_bytes(key)));
      must(std::move(*txn).commit());
    }
    return is_told;
  };
  CHECK(damaged(row, chunk.substr(0, chunk.size() - 1)));
  CHECK(damaged(row, chunk.substr(20)));
  CHECK(damaged(row, ""));
  CHECK(damaged(row, chunk.substr(0, 20) + chunk.substr(0, 20) + chunk.substr(40)));
  CHECK(damaged(row, chunk + chunk));
  CHECK(damaged(row.substr(0, 27) + "\xff", chunk));
  CHECK(damaged(std::string(7, '\0') + "\x09" + row.substr(8), chunk));
  const std::string directory = (*rows)[0].second;
  CHECK(damaged(directory_key, directory.substr(1)));
  CHECK(damaged(directory_key, ""));
  CHECK(damaged(directory_key, directory + directory));
  std::string role = directory;
  role.back() = 3;
  CHECK(damaged(directory_key, role));
  // A run is of a merge only where there are an output and inputs.
  for (const char alone : {'\1', '\2'}) {
    role.back() = alone;
    CHECK(damaged(directory_key, role));
  }
  std::string count = directory;
  ++count[15];
  CHECK(damaged(directory_key, count));
  must(check(*environment));
}
