// Manifests across the borders of their blocks, and the indexes of records and subjects.
#include <doctest/doctest.h>

#include <algorithm>

#include "unit/ledger/replay.hpp"

using namespace medchain;
using ledger::RowPlace;
using ledger::Snapshot;
using test::check_refused;
using test::Manifest;
using test::row;
using test::Union;

namespace {

using Places = std::vector<RowPlace>;

Places found(Union& all, const std::string& record) {
  return all.get([&](const Snapshot& view) { return view.find_record(row(record).record); });
}
Places of_subject(Union& all, const std::string& subject) {
  return all.get([&](const Snapshot& view) { return view.find_subject(row("any", subject).subject); });
}

/// Rows of records PREFIX0..., each of one of three subjects.
Manifest mixed(std::size_t count, const std::string& prefix, int version = 1) {
  Manifest all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(row(prefix + std::to_string(i), "subject" + std::to_string(i % 3), version));
  return all;
}

}  // namespace

TEST_CASE("manifests of every size around the block are read back, whole and row by row") {
  Union all;
  std::uint64_t blocks = 0, index = 0;
  for (const std::size_t count : {1u, 2u, 79u, 80u, 81u, 159u, 160u, 161u, 240u, 8191u, 8192u}) {
    CAPTURE(count);
    const Manifest manifest = mixed(count, "n" + std::to_string(count) + "-");
    all.accept({all.anchor(manifest)});
    ++index;
    blocks += (count + 79) / 80;
    test::must(all.ledger->read([&](const Snapshot& view) -> Status {
      MC_ASSIGN(const auto rows, view.rows(EntryIndex(index)));
      CHECK(rows == manifest);
      for (std::size_t i = 0; i < count; i += count > 300 ? 79 : 1) {
        MC_ASSIGN(const auto one, view.row({EntryIndex(index), static_cast<std::uint32_t>(i)}));
        CHECK(one == manifest[i]);
      }
      check_refused(view.row({EntryIndex(index), static_cast<std::uint32_t>(count)}), Code::store_damaged, "is missing");
      check_refused(view.row({EntryIndex(index), UINT32_MAX}), Code::store_damaged, "is missing");
      MC_ASSIGN(const auto there, view.txn().count(view.tables().manifests));
      CHECK(there == blocks);
      return {};
    }));
  }
  test::must(all.ledger->read([&](const Snapshot& view) -> Status {
    MC_ASSIGN(const auto none, view.rows(EntryIndex(0)));
    CHECK(none.empty());
    return {};
  }));
}

TEST_CASE("all versions of a record and all records of a subject are found, oldest first") {
  Union all;
  all.accept({all.anchor(mixed(100, "r"))});
  all.accept({all.anchor({row("r42", "subject0", 2), row("r1", "subject1", 2)})});
  all.accept({all.anchor({row("x", "subject0"), row("r42", "subject0", 3)}), all.anchor({row("y", "subject0")}, "hosp-b")});
  using Index = EntryIndex;
  CHECK(found(all, "r42") == Places{{Index(1), 42}, {Index(2), 0}, {Index(3), 1}});
  CHECK(found(all, "r1") == Places{{Index(1), 1}, {Index(2), 1}});
  CHECK(found(all, "r99") == Places{{Index(1), 99}});
  CHECK(found(all, "r100").empty());
  CHECK(found(all, "").empty());
  Places expected;
  for (std::uint32_t i = 0; i < 100; i += 3) expected.push_back({Index(1), i});
  for (const RowPlace& place : {RowPlace{Index(2), 0}, {Index(3), 0}, {Index(3), 1}, {Index(4), 0}}) expected.push_back(place);
  CHECK(of_subject(all, "subject0") == expected);
  CHECK(of_subject(all, "subject9").empty());
  CHECK(all.get([](const Snapshot& view) { return view.custodian_of(Index(4)); }) == test::name("hosp-b"));
  test::check_consistent(all);
}

TEST_CASE("the newest earlier rows of a batch equal those of a slow search") {
  Union all;
  test::WorldView slow;
  const auto accept = [&](const Manifest& manifest, const std::string& custodian) {
    const auto result = all.accept({all.anchor(manifest, custodian)});
    slow.anchors.push_back({result.entries[0].index, test::name(custodian), manifest, {test::word("Observation")}});
  };
  accept(mixed(170, "a"), "hosp-a");
  accept(mixed(50, "b"), "hosp-b");
  accept(mixed(90, "a", 2), "hosp-a");
  accept(mixed(30, "a", 3), "hosp-a");

  Manifest asked = mixed(180, "a", 9);
  for (const auto& one : mixed(60, "b", 9)) asked.push_back(one);
  std::reverse(asked.begin(), asked.end());
  using Seen = std::map<std::size_t, std::string>;
  const auto collect = [&](const rules::View& view) {
    Seen seen;
    test::must(view.previous_rows(asked, [&](std::size_t i, const rules::PreviousRow& previous) -> Status {
      CHECK_FALSE(seen.contains(i));
      seen[i] = std::to_string(previous.entry.get()) + "/" + std::to_string(previous.row) + " " + previous.custodian.get() + " " +
                to_text(previous.subject) + " " + to_text(previous.commitment);
      return {};
    }));
    return seen;
  };
  const Seen expected = collect(slow);
  CHECK(expected.size() == 220);
  test::must(all.ledger->read([&](const Snapshot& view) -> Status {
    CHECK(collect(view) == expected);
    check_refused(view.previous_rows(asked, [](std::size_t, const rules::PreviousRow&) -> Status {
      return fail(Code::interrupted, "enough");
    }),
                  Code::interrupted, "enough");
    return {};
  }));
}

TEST_CASE("index keys do not show the tag and differ from ledger to ledger") {
  const auto tag = row("record").record;
  ByteArray<16> secret{}, other{};
  other[0] = std::byte{1};
  const RowPlace place{EntryIndex(0x0102030405060708), 0x090a0b0c};
  const auto key = ledger::index_key(secret, tag.view(), place);
  CHECK(to_hex(ByteView(key).subspan(8)) == "0102030405060708090a0b0c");
  CHECK_FALSE(equal(ByteView(key).first(8), ByteView(ledger::index_key(other, tag.view(), place)).first(8)));
  Union one;
  test::TempDir dir;
  crypto::SeededRandom random(99);
  const auto host = test::must(ledger::Host::create(dir.path("host"), test::name("clock"), random));
  const auto two = test::must(ledger::Ledger::create(dir.path("l"), test::sign_genesis(test::genesis_for(*host)), *host, random));
  const auto secret_one = one.get([](const Snapshot& view) { return view.index_secret(); });
  test::must(two->read([&](const Snapshot& view) -> Status {
    MC_ASSIGN(const auto secret_two, view.index_secret());
    CHECK(secret_one != secret_two);
    return {};
  }));
}

TEST_CASE("reads of damaged manifests and entries say what is damaged") {
  const auto damaged = [](const auto& spoil, const auto& look, std::string_view piece) {
    Union all;
    all.accept({all.anchor(test::rows(170))});
    auto txn = test::must(all.ledger->environment().begin_write());
    test::must(spoil(txn, all.ledger->tables()));
    test::must(std::move(txn).commit());
    check_refused(all.ledger->read([&](const Snapshot& view) -> Status {
      MC_TRY(look(view));
      return {};
    }),
                  Code::store_damaged, piece);
  };
  const EntryIndex one(1);
  const auto rows = [&](const Snapshot& view) { return view.rows(one); };
  const auto cut = [&](std::uint32_t first, std::size_t size) {
    return [=](store::WriteTxn& txn, const ledger::Tables& tables) {
      return txn.put(tables.manifests, ledger::manifest_key(one, first), Bytes(size));
    };
  };
  damaged(cut(80, 79 * 100), rows, "manifest of entry 1: block of a wrong place or size after row 159");
  damaged(cut(80, 8001), rows, "block of a wrong place or size after row 80");
  damaged(cut(80, 8100), rows, "block of a wrong place or size after row 80");
  damaged(cut(160, 0), rows, "block of a wrong place or size after row 160");
  damaged(cut(81, 100), rows, "block of a wrong place or size after row 160");
  damaged([&](store::WriteTxn& txn, const ledger::Tables& tables) { return txn.erase(tables.manifests, ledger::manifest_key(one, 80)); },
          rows, "block of a wrong place or size after row 80");
  damaged(cut(160, 900), [&](const Snapshot& view) { return view.row({one, 169}); }, "row 169 is missing");
  damaged([&](store::WriteTxn& txn, const ledger::Tables& tables) { return txn.put(tables.entries, ledger::entry_key(one), as_bytes("x")); },
          [&](const Snapshot& view) { return view.entry(one); }, "entry 1: ");
  damaged([&](store::WriteTxn& txn, const ledger::Tables& tables) { return txn.erase(tables.entries, ledger::entry_key(one)); },
          [&](const Snapshot& view) { return view.entry_bytes(one); }, "entry 1 is missing");
}
