// A ledger published as a static tree, and read back.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tiles/publish.hpp"
#include "tiles/reader.hpp"
#include "unit/ledger/ledger_support.hpp"

using namespace medchain;
using test::check_refused;
using test::Manifest;
using test::row;
using test::Union;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds no_wait(0);

struct Tree : Union {
  std::string tree = dir.path("tree");
  tiles::Reader reader{tiles::fetch_from(tree)};

  void grow_to(std::uint64_t wanted) {
    std::vector<ledger::Prepared> more;
    for (std::uint64_t i = size(); i < wanted; ++i) more.push_back(small());
    if (!more.empty()) accept(more);
  }
  Result<tiles::Published> try_publish() {
    auto files = test::must(tiles::TreeFiles::open(tree, no_wait));
    return get([&](const ledger::Snapshot& view) -> Result<Result<tiles::Published>> {
      return tiles::publish(view, files, {});
    });
  }
  tiles::Published publish() { return test::must(try_publish()); }

  /// Everything that the tree has of its first `wanted` entries is what the ledger has.
  void check_all(std::uint64_t wanted) {
    test::must(ledger->read([&](const ledger::Snapshot& view) -> Status {
      for (std::uint64_t index = 0; index * 256 < wanted; ++index) {
        const std::uint64_t width = std::min<std::uint64_t>(256, wanted - index * 256);
        MC_ASSIGN(const auto bundle, reader.bundle(index, width));
        CHECK(bundle.size() == width);
        for (std::uint64_t i = 0; i < width; ++i) {
          MC_ASSIGN(const std::string expected, view.entry_bytes(EntryIndex(index * 256 + i)));
          CHECK(bundle[i] == expected);
        }
      }
      const auto from_tiles = merkle::read_from_tiles(
          wanted, [&](const merkle::Tile& tile) { return reader.tile(tile); });
      MC_ASSIGN(const auto root, merkle::tree_root(wanted, from_tiles));
      MC_ASSIGN(const auto expected, view.root(TreeSize(wanted)));
      CHECK(RootHash(root.bytes) == expected);
      return {};
    }));
  }
};

std::set<std::string> files_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& item : fs::recursive_directory_iterator(directory))
    if (!item.is_directory()) names.insert(fs::relative(item.path(), directory).string());
  return names;
}

Manifest some_rows(std::size_t count, const std::string& prefix) {
  Manifest rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(row(prefix + std::to_string(i), "s"));
  return rows;
}

}  // namespace

TEST_CASE_FIXTURE(
    Tree, "a tree has the files of its size, and partial ones until there is the full one") {
  CHECK(publish().files == 2);
  CHECK(files_in(tree) ==
        std::set<std::string>{"checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"});
  grow_to(255);
  const auto grown = publish();
  CHECK(grown.before == TreeSize(1));
  CHECK(grown.size == TreeSize(255));
  CHECK(grown.files == 2);
  CHECK(grown.removed == 0);
  CHECK(files_in(tree) == std::set<std::string>{"checkpoint", "tile/0/000.p/1", "tile/0/000.p/255",
                                                "tile/entries/000.p/1", "tile/entries/000.p/255"});
  check_all(255);
  grow_to(256);
  const auto full = publish();
  CHECK(full.files == 3);
  CHECK(full.removed == 4);
  const std::set<std::string> of_256 = {"checkpoint", "tile/0/000", "tile/1/000.p/1",
                                        "tile/entries/000"};
  CHECK(files_in(tree) == of_256);
  grow_to(257);
  CHECK(publish().files == 2);
  std::set<std::string> of_257 = of_256;
  of_257.insert({"tile/0/001.p/1", "tile/entries/001.p/1"});
  CHECK(files_in(tree) == of_257);
  for (const std::uint64_t size : {1u, 100u, 255u, 256u, 257u}) {
    CAPTURE(size);
    check_all(size);  // also where the partial files of that size are gone
  }
  const auto again = publish();
  CHECK(again.files == 0);
  CHECK(!again.checkpoint);
}

TEST_CASE_FIXTURE(Tree, "small manifests stand together, large ones alone") {
  const Manifest small = some_rows(32, "small"), large = some_rows(33, "large"),
                 other = some_rows(1, "other");
  accept({anchor(small), anchor(large)});
  publish();
  accept({anchor(other)});
  publish();
  CHECK(reader.small_manifests(0, 3, 32).value() == small);
  Manifest both = small;
  both.insert(both.end(), other.begin(), other.end());
  CHECK(reader.small_manifests(0, 4, 33).value() == both);
  CHECK(reader.large_manifest(EntryIndex(2), 33).value() == large);
  CHECK(fs::file_size(tree + "/manifests/entry/002") == 3'300);
  CHECK(fs::file_size(tree + "/manifests/bundle/000.p/4") == 3'300);
  check_refused(reader.small_manifests(0, 4, 32), Code::store_damaged,
                "expected 3200 bytes, got 3300");
  check_refused(reader.large_manifest(EntryIndex(2), 34), Code::store_damaged,
                "expected 3400 bytes");
  check_refused(reader.large_manifest(EntryIndex(1), 33), Code::entry_missing,
                "'manifests/entry/001' is missing");
  grow_to(256);
  publish();
  CHECK(!fs::exists(tree + "/manifests/bundle/000.p"));
  // The full one has what the partial ones had, and perhaps more.
  CHECK(reader.small_manifests(0, 3, 32).value() == small);
  CHECK(reader.small_manifests(0, 256, 33).value() == both);
  check_refused(reader.small_manifests(0, 3, 34), Code::store_damaged, "or more");
}

TEST_CASE_FIXTURE(Tree, "nothing that is there is overwritten") {
  publish();
  grow_to(3);
  fs::create_directories(tree + "/tile/0/000.p");
  std::ofstream(tree + "/tile/0/000.p/3") << "something else";
  check_refused(try_publish(), Code::entry_foreign, "000.p/3' is there with other bytes");
  CHECK(test::read_all(tree + "/tile/0/000.p/3") == "something else");
  CHECK(note::parse(reader.checkpoint().value())->text.find("\n1\n") != std::string::npos);
  CHECK(!fs::exists(tree + "/.unfinished"));
  check_all(1);
  fs::remove(tree + "/tile/0/000.p/3");
  CHECK(publish().size == TreeSize(3));
  check_all(3);
}

TEST_CASE_FIXTURE(Tree, "what a killed run has left is taken, and what is unfinished replaced") {
  grow_to(300);
  publish();
  const std::set<std::string> whole = files_in(tree);
  fs::remove(tree + "/checkpoint");
  fs::remove(tree + "/tile/1/000.p/1");
  std::ofstream(tree + "/.unfinished") << "half of";
  const auto done = publish();
  CHECK(done.before == TreeSize(0));
  CHECK(done.files == 1);
  CHECK(files_in(tree) == whole);
  check_all(300);
}

TEST_CASE_FIXTURE(Tree, "a tree of another ledger is refused, and one that is ahead or forked") {
  publish();
  {
    Union other(8);
    auto files = test::must(tiles::TreeFiles::open(tree, no_wait));
    check_refused(other.get([&](const ledger::Snapshot& view) -> Result<Result<tiles::Published>> {
      return tiles::publish(view, files, {});
    }),
                  Code::entry_foreign, "has the tree of another ledger");
  }
  const RootHash wrong = RootHash(merkle::empty_root().bytes);
  const auto forge = [&](std::uint64_t size) {
    std::ofstream(tree + "/checkpoint")
        << note::sign_checkpoint({test::origin, TreeSize(size), wrong}, host->log_key()).value();
  };
  forge(2);
  check_refused(try_publish(), Code::rollback, "the ledger has 1 entries, but 2 were published");
  forge(1);
  check_refused(try_publish(), Code::fork, "the first 1 entries are not those");
}

TEST_CASE_FIXTURE(Tree, "one run at a time, and never into a ledger") {
  {
    const auto files = test::must(tiles::TreeFiles::open(tree, no_wait));
    check_refused(tiles::TreeFiles::open(tree, std::chrono::milliseconds(40)), Code::lock_timeout,
                  "another run is publishing");
  }
  publish();
  check_refused(tiles::TreeFiles::open(ledger->directory(), no_wait), Code::usage,
                "is the directory of a ledger");
  check_refused(tiles::TreeFiles::open(dir.path("no/such"), no_wait), Code::storage_failed,
                "create directory");
}

TEST_CASE_FIXTURE(Tree, "what is in a tree is read with suspicion") {
  check_refused(reader.checkpoint(), Code::ledger_missing, "there is no tile tree");
  grow_to(3);
  publish();
  const std::string tile = tree + "/tile/0/000.p/3";
  check_refused(reader.tile({0, 0, 4}), Code::entry_missing, "'tile/0/000.p/4' is missing");
  check_refused(reader.bundle(1, 256), Code::entry_missing, "'tile/entries/001' is missing");
  fs::resize_file(tile, 95);
  check_refused(reader.tile({0, 0, 3}), Code::store_damaged,
                "'tile/0/000.p/3': expected 96 bytes, got 95");
  fs::resize_file(tile, 8'193);
  check_refused(reader.tile({0, 0, 3}), Code::store_damaged, "expected at most 8192 bytes");
  fs::remove(tile);
  REQUIRE(mkfifo(tile.c_str(), 0600) == 0);
  check_refused(reader.tile({0, 0, 3}), Code::input_unreadable, "is not a regular file");
  fs::remove(tile);
  fs::create_directory(tile);
  check_refused(reader.tile({0, 0, 3}), Code::input_unreadable, "is not a regular file");
  const std::string bundle = tree + "/tile/entries/000.p/3";
  fs::resize_file(bundle, fs::file_size(bundle) - 1);
  check_refused(reader.bundle(0, 3), Code::store_damaged, "entry 2 of the bundle is cut");
}

TEST_CASE_FIXTURE(Tree, "a ledger that is damaged is not published") {
  accept({anchor(some_rows(3, "r"))});
  const auto damage = [&](const store::Table& table, ByteView key, std::size_t at) {
    auto txn = ledger->environment().begin_write().value();
    Bytes value(txn.get(table, key).value()->begin(), txn.get(table, key).value()->end());
    value[at] ^= std::byte{1};
    test::must(txn.put(table, key, value));
    test::must(std::move(txn).commit());
  };
  const auto& tables = ledger->tables();
  const auto entry = ledger::entry_key(EntryIndex(1));
  damage(tables.entries, entry, 300);
  check_refused(try_publish(), Code::store_damaged, "entry 1: its bytes are not those");
  damage(tables.entries, entry, 300);
  const auto manifest = ledger::manifest_key(EntryIndex(1), 0);
  damage(tables.manifests, manifest, 50);
  check_refused(try_publish(), Code::store_damaged, "entry 1: its manifest is not the one");
  damage(tables.manifests, manifest, 50);
  damage(tables.tree, ledger::entry_key(EntryIndex(0)), 70);
  check_refused(try_publish(), Code::store_damaged, "checkpoint is not that of its tree");
  damage(tables.tree, ledger::entry_key(EntryIndex(0)), 70);
  CHECK(!fs::exists(tree + "/checkpoint"));
  CHECK(publish().size == TreeSize(2));
}
