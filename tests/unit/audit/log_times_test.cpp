// Log time at each entry, however one walks: compared with a walk from the first entry on.
#include "audit/log_times.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "audit/event.hpp"
#include "unit/ledger/ledger_support.hpp"

using namespace medchain;
using namespace test;

namespace {

/// As the rules do it: genesis and ticks set it to their own time, policy entries to what they say.
Result<std::vector<UnixSeconds>> slowly(const ledger::Snapshot& view) {
  std::vector<UnixSeconds> times;
  MC_ASSIGN(const TreeSize size, view.size());
  for (std::uint64_t i = 0; i < size.get(); ++i) {
    MC_ASSIGN(const entry::Entry entry, view.entry(EntryIndex(i)));
    const auto& body = entry.statement.body;
    UnixSeconds time = times.empty() ? UnixSeconds(0) : times.back();
    if (std::holds_alternative<entry::Genesis>(body) || std::holds_alternative<entry::Tick>(body))
      time = entry.statement.header.time;
    if (const auto* policy = std::get_if<entry::PolicyChange>(&body); policy && policy->set_time)
      time = *policy->set_time;
    times.push_back(time);
  }
  return times;
}

void make_history(Union& u) {
  for (int i = 0; i < 6; ++i) {
    u.accept({u.small(), u.small()}, i % 3 == 0 ? 120 : 0);
    u.accept({u.small()}, 0);
  }
  entry::PolicyChange change;
  change.policy = u.get([](const ledger::Snapshot& view) { return rules::policy(view); });
  change.set_time = UnixSeconds(u.log_time().get() - 100);  // backwards
  u.accept({u.prepare(change, "admin-a")});
  u.accept({u.small(), u.small()});
  change.set_time.reset();
  u.accept({u.prepare(change, "admin-a")});
  u.accept({u.small()}, 300);
}

Result<bool> agrees(const ledger::Snapshot& view, const std::vector<std::uint64_t>& order) {
  MC_ASSIGN(const auto expected, slowly(view));
  audit::LogTimes times;
  for (const std::uint64_t i : order) {
    MC_ASSIGN(const UnixSeconds time, times.at(view, EntryIndex(i)));
    CHECK_MESSAGE(time == expected[i], "entry ", i);
    if (time != expected[i]) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("log time is found forwards, backwards and in any order") {
  Union u;
  make_history(u);
  std::vector<std::uint64_t> order(u.size());
  REQUIRE(order.size() > 24);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto walk = [&] {
    CHECK(u.get([&](const ledger::Snapshot& view) { return agrees(view, order); }));
  };
  walk();
  std::reverse(order.begin(), order.end());
  walk();
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    walk();
  }
}

TEST_CASE("entries that a walk has passed are not looked at again, in whichever direction it went") {
  Union u, none(8);
  make_history(u);
  REQUIRE(none.size() < 4);
  std::vector<std::uint64_t> upwards(u.size());
  for (std::size_t i = 0; i < upwards.size(); ++i) upwards[i] = i;
  const std::vector<std::uint64_t> downwards(upwards.rbegin(), upwards.rend());
  for (const auto& order : {upwards, downwards}) {
    audit::LogTimes times;
    const auto look = [&](Union& at) {
      at.get([&](const ledger::Snapshot& view) -> Result<int> {
        for (const std::uint64_t i : order) {
          const auto time = times.at(view, EntryIndex(i));
          if (!time) return time.error();
        }
        return 0;
      });
    };
    look(u);
    look(none);  // has none of them
  }
}

TEST_CASE("a walk that passes each entry once knows the same") {
  Union u;
  make_history(u);
  u.get([](const ledger::Snapshot& view) -> Result<int> {
    MC_ASSIGN(const auto expected, slowly(view));
    audit::LogTimes times;
    for (std::uint64_t i = 0; i < expected.size(); ++i) {
      MC_ASSIGN(const std::string bytes, view.entry_bytes(EntryIndex(i)));
      MC_TRY(times.pass(view, EntryIndex(i), bytes));
      MC_ASSIGN(const UnixSeconds time, times.at(view, EntryIndex(i)));
      CHECK(time == expected[i]);
    }
    return 0;
  });
}

TEST_CASE("the kind of an entry is seen in its bytes") {
  Union u;
  make_history(u);
  u.get([&](const ledger::Snapshot& view) -> Result<int> {
    for (std::uint64_t i = 0; i < u.size(); ++i) {
      MC_ASSIGN(const entry::Entry entry, view.entry(EntryIndex(i)));
      CHECK(audit::kind_of(entry.bytes) == entry::type_of(entry.statement.body));
    }
    return 0;
  });
  CHECK(audit::kind_of("").empty());
  CHECK(audit::kind_of("{\"schema\":\"medchain/2\",\"type\":\"tick\"}").empty());
}
