// Many at once: each entry has one winner, and the store ends with exactly the winners' packages.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "package/store.hpp"
#include "unit/child.hpp"
#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
namespace fs = std::filesystem;

namespace {

constexpr int racers = 32;
constexpr int entries = 12;

std::string bytes_of(int racer, int entry) {
  std::string bytes;
  for (int i = 0; i < 2'000; ++i)
    bytes += std::to_string(racer) + "/" + std::to_string(entry) + "\n";
  return bytes;
}

/// Plays the ledger: an entry is committed by whoever makes its file first.  The file names the
/// package.
bool commit(const std::string& ledger, int entry, const PackageHash& hash) {
  const std::string own = ledger + "/try." + to_hex(hash.view());
  std::ofstream(own) << to_hex(hash.view());
  const bool won = ::link(own.c_str(), (ledger + "/" + std::to_string(entry)).c_str()) == 0;
  ::unlink(own.c_str());
  return won;
}

/// Which packages the ledger names.
std::map<std::string, bool> committed(const std::string& ledger) {
  std::map<std::string, bool> hashes;
  for (int entry = 0; entry < entries; ++entry)
    hashes[test::read_all(ledger + "/" + std::to_string(entry))] = true;
  return hashes;
}

/// Tries every entry.  0 if all went as it should.
int race(const std::string& packages, const std::string& ledger, int racer) {
  auto store = Store::open(packages);
  if (!store) return 1;
  for (int i = 0; i < entries; ++i) {
    const int entry = (i + racer) % entries;
    auto staged = store->stage();
    if (!staged) return 2;
    if (!staged->sink()(as_bytes(bytes_of(racer, entry)))) return 3;
    const auto sealed = staged->seal();
    if (!sealed) return 4;
    if (!(commit(ledger, entry, sealed->hash) ? staged->publish() : staged->discard())) return 5;
  }
  return 0;
}

void check_store(const std::string& packages, const std::string& ledger) {
  const auto hashes = committed(ledger);
  CHECK(hashes.size() == entries);
  std::size_t count = 0;
  for (const auto& item : fs::recursive_directory_iterator(packages)) {
    if (!item.is_regular_file()) continue;
    ++count;
    CHECK(hashes.contains(item.path().stem().string()));
  }
  CHECK(count == entries);
  CHECK(fs::is_empty(packages + "/staging"));
  std::vector<Sealed> expected;
  for (const auto& [hex, there] : hashes) {
    PackageHash hash;
    REQUIRE(parse_hex(hex, hash.bytes));
    expected.push_back({hash, fs::file_size(Store::at(packages).path(hash))});
  }
  const auto no_deletion = [](const PackageHash&, std::string_view) -> Status {
    return fail(Code::package_invalid, "nothing was deleted");
  };
  CHECK(test::must(Store::at(packages).check(
                       [&]() -> Result<std::vector<Sealed>> { return expected; }, no_deletion))
            .empty());
}

}  // namespace

TEST_CASE("of 32 processes that race for every entry, exactly the winners' packages are left") {
  const test::TempDir dir;
  const std::string packages = dir.path("packages"), ledger = dir.path("ledger");
  fs::create_directory(ledger);
  std::vector<std::unique_ptr<test::Child>> children;
  for (int racer = 0; racer < racers; ++racer)
    children.push_back(
        std::make_unique<test::Child>([&, racer](const test::Child::Channel& channel) {
          channel.hear();
          return race(packages, ledger, racer);
        }));
  for (const auto& child : children) child->say('g');
  for (const auto& child : children) CHECK(child->wait() == 0);
  check_store(packages, ledger);
}

TEST_CASE("of 32 threads that race for every entry, exactly the winners' packages are left") {
  const test::TempDir dir;
  const std::string packages = dir.path("packages"), ledger = dir.path("ledger");
  fs::create_directory(ledger);
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int racer = 0; racer < racers; ++racer)
    threads.emplace_back([&, racer] { failures += race(packages, ledger, racer) != 0; });
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  check_store(packages, ledger);
}

TEST_CASE("32 processes, killed at any moment and recovered, leave exactly the winners' packages") {
  const test::TempDir dir;
  const std::string packages = dir.path("packages"), ledger = dir.path("ledger");
  fs::create_directory(ledger);
  std::mt19937 random(20'261'125);
  {
    std::vector<std::unique_ptr<test::Child>> children;
    for (int racer = 0; racer < racers; ++racer)
      children.push_back(
          std::make_unique<test::Child>([&, racer](const test::Child::Channel& channel) {
            channel.hear();
            return race(packages, ledger, racer);
          }));
    for (const auto& child : children) child->say('g');
    for (const auto& child : children) {
      ::usleep(static_cast<useconds_t>(random() % 2'000));
      child->kill(SIGKILL);
    }
    int killed = 0;
    for (const auto& child : children) killed += child->wait() == -SIGKILL;
    MESSAGE(killed << " of " << racers << " were killed in the race");
    CHECK(killed > 0);
  }
  // Nothing is published that the ledger does not name, before anybody cleans up.
  const auto is_committed = [&](const std::string& hex) {
    for (int entry = 0; entry < entries; ++entry)
      if (test::read_all(ledger + "/" + std::to_string(entry)) == hex) return true;
    return false;
  };
  for (const auto& item : fs::recursive_directory_iterator(packages))
    if (item.is_regular_file() && item.path().string().find("/staging/") == std::string::npos)
      CHECK(is_committed(item.path().stem().string()));
  // Who comes later takes the entries that are left, and the killed ones' packages are settled.
  CHECK(race(packages, ledger, racers) == 0);
  Store store = test::must(Store::open(packages));
  test::must(store.recover([&](const PackageHash& hash) -> Result<Verdict> {
    return is_committed(to_hex(hash.view())) ? Verdict::publish : Verdict::discard;
  }));
  check_store(packages, ledger);
}
