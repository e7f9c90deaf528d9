// The high-water mark, and ledgers that are behind it or beside it.
#include <doctest/doctest.h>

#include "unit/ledger/replay.hpp"

using namespace medchain;
using ledger::HighWater;
using ledger::Host;
using test::check_refused;
using test::Union;

namespace {

constexpr std::size_t slot = 128;

HighWater mark(std::uint64_t size) { return {TreeSize(size), test::hash_of<RootHash>(std::to_string(size))}; }

struct Hosted {
  Hosted() {
    crypto::SeededRandom random(1);
    host = test::must(Host::create(dir.path("host"), test::name("clock"), random));
  }
  std::string bytes() const { return test::read_all(path); }
  void put(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }

  test::TempDir dir;
  std::string path = dir.path("host/high-water");
  std::unique_ptr<Host> host;
};

void copy(const std::string& from, const std::string& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

/// A ledger of several entries that can be put back to earlier copies of itself.
struct Restorable : Union {
  void save(const std::string& as) {
    close();
    copy(dir.path("ledger"), dir.path(as));
    reopen();
  }
  void restore(const std::string& from) {
    close();
    copy(dir.path(from), dir.path("ledger"));
    reopen();
  }
  /// As somebody does who has the log key but not the newest mark.
  void forget_mark() const { std::ofstream(dir.path("host/high-water"), std::ios::trunc).flush(); }
};

}  // namespace

TEST_CASE("a mark is written to the two slots in turn and never goes back") {
  Hosted hosted;
  CHECK_FALSE(test::must(hosted.host->high_water()));
  for (std::uint64_t size = 1; size <= 5; ++size) {
    test::must(hosted.host->raise_high_water(mark(size)));
    CHECK(test::must(hosted.host->high_water()) == mark(size));
    const std::string bytes = hosted.bytes();
    CHECK(bytes.size() == (size == 1 ? slot : 2 * slot));
    CHECK(bytes.substr((size - 1) % 2 * slot, 30).starts_with(std::to_string(size) + " sha256:"));
    if (size > 1) CHECK(bytes.substr(size % 2 * slot, 30).starts_with(std::to_string(size - 1) + " sha256:"));
  }
  const std::string before = hosted.bytes();
  for (const std::uint64_t lower : {0u, 1u, 4u}) test::must(hosted.host->raise_high_water(mark(lower)));
  HighWater same = mark(5);
  same.root.bytes[0] ^= std::byte{1};
  test::must(hosted.host->raise_high_water(same));
  CHECK(hosted.bytes() == before);
  test::must(hosted.host->raise_high_water(mark(UINT64_MAX)));
  CHECK(test::must(hosted.host->high_water()) == mark(UINT64_MAX));
}

TEST_CASE("a torn slot is ignored and written over next, the other one counts") {
  // Slot 0 holds 3, slot 1 holds 4: the one with 4 is torn at every length, the way of a write that did not end.
  for (std::size_t cut = 0; cut < slot; cut += 5) {
    CAPTURE(cut);
    Hosted hosted;
    for (std::uint64_t size = 1; size <= 3; ++size) test::must(hosted.host->raise_high_water(mark(size)));
    const std::string before = hosted.bytes();
    test::must(hosted.host->raise_high_water(mark(4)));
    const std::string after = hosted.bytes();
    hosted.put(after.substr(0, slot + cut) + before.substr(slot + cut));
    // Both slots end in the same padding: cut there, the write is as good as done.
    const bool is_whole = hosted.bytes() == after;
    CHECK(test::must(hosted.host->high_water()) == mark(is_whole ? 4 : 3));
    test::must(hosted.host->raise_high_water(mark(5)));
    CHECK(test::must(hosted.host->high_water()) == mark(5));
    if (!is_whole) CHECK(hosted.bytes().starts_with(before.substr(0, slot)));
  }
}

TEST_CASE("every changed byte of a slot makes it invalid") {
  Hosted hosted;
  test::must(hosted.host->raise_high_water(mark(7)));
  test::must(hosted.host->raise_high_water(mark(8)));
  const std::string good = hosted.bytes();
  for (std::size_t i = slot; i < 2 * slot; ++i) {
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 1);
    hosted.put(bytes);
    CHECK(test::must(hosted.host->high_water()) == mark(7));
  }
}

TEST_CASE("two bad slots are damage, and nothing is signed over them") {
  Hosted hosted;
  test::must(hosted.host->raise_high_water(mark(1)));
  test::must(hosted.host->raise_high_water(mark(2)));
  for (const std::string& bad : {std::string(2 * slot, ' '), std::string("x"), std::string(2 * slot, '\0')}) {
    hosted.put(bad);
    check_refused(hosted.host->high_water(), Code::store_damaged, "no slot of the high-water mark is valid");
    check_refused(hosted.host->raise_high_water(mark(3)), Code::store_damaged, "no slot of the high-water mark is valid");
    CHECK(hosted.bytes() == bad);
  }
  std::filesystem::remove(hosted.path);
  check_refused(hosted.host->high_water(), Code::key_missing, "high-water");
  check_refused(hosted.host->raise_high_water(mark(3)), Code::key_missing, "high-water");
}

TEST_CASE("a ledger with a damaged or missing mark is not appended to") {
  Restorable all;
  std::ofstream(all.dir.path("host/high-water")) << "spoiled";
  all.refused({all.small()}, Code::store_damaged, "high-water mark");
  std::filesystem::remove(all.dir.path("host/high-water"));
  all.refused({all.small()}, Code::key_missing, "high-water");
  CHECK(all.size() == 1);
}

TEST_CASE("an older copy of a ledger is not signed") {
  Restorable all;
  all.accept({all.small()});
  all.save("old");
  all.accept({all.small(), all.small()});
  all.save("new");
  all.restore("old");
  const auto one = all.small();
  all.refused({one}, Code::rollback, "the ledger has 2 entries, but 4 were signed on this host");
  // Not even for what is there already, or for show.
  all.refused({}, Code::rollback, "were signed on this host");
  check_refused(all.append({one}, 0, true), Code::rollback, "were signed on this host");
  CHECK(all.size() == 2);
  all.restore("new");
  all.accept({one});
  test::check_consistent(all);
}

TEST_CASE("a ledger with another history of the same or a greater size is a fork") {
  Restorable all;
  all.accept({all.small()});
  all.save("base");
  all.accept({all.small()});
  all.save("first");
  const std::string true_mark = test::read_all(all.dir.path("host/high-water"));

  all.restore("base");
  all.forget_mark();
  all.accept({all.anchor(test::rows(1))});
  const auto put_true_mark = [&] { std::ofstream(all.dir.path("host/high-water"), std::ios::binary) << true_mark; };
  put_true_mark();
  all.refused({all.small()}, Code::fork, "the first 3 entries are not those that were signed on this host");
  all.forget_mark();
  all.accept({all.small(), all.small()});
  put_true_mark();
  all.refused({all.small()}, Code::fork, "the first 3 entries are not those that were signed on this host");
  all.restore("first");
  all.accept({all.small()});
  test::check_consistent(all);
}

TEST_CASE("a mark that the crash of an appender left behind is caught up by the next") {
  Restorable all;
  all.accept({all.small()});
  const std::string behind = test::read_all(all.dir.path("host/high-water"));
  all.accept({all.small(), all.small()});
  std::ofstream(all.dir.path("host/high-water"), std::ios::binary) << behind;
  all.accept({all.small()});
  test::check_consistent(all);
}

TEST_CASE("another host cannot append: its log key is not this ledger's") {
  Union all(1), other(2);
  const auto one = all.small();
  check_refused(all.ledger->append(std::span(&one, 1), *other.host, {test::World::start, false}, all.random), Code::key_invalid,
                "the log key of this host is not that of ledger");
  CHECK(all.size() == 1);
}
