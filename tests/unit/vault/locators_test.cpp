// Where records are, set by others than an anchoring run.
#include "vault/locators.hpp"

#include <doctest/doctest.h>

#include "unit/vault/vault_support.hpp"

using namespace test;
using vault::Locators;
using vault::Relocated;

namespace {

Relocated moved(VaultUnion& u, std::uint64_t number, const std::string& path) {
  return {number, u.version(number), path, {4, 77}, 1'700'000'000};
}

std::string path_of(VaultUnion& u, std::uint64_t number) {
  const std::uint64_t path = u.version(number).path;
  return u.ask([path](const vault::Vault& v) { return v.path(path); });
}

}  // namespace

TEST_CASE("locators are set together, and nothing else of a version changes") {
  VaultUnion u;
  u.anchor_records({record_of("1", "a"), record_of("2", "b"), record_of("3", "c")});
  std::vector<Relocated> all;
  for (std::uint64_t number = 1; number <= 3; ++number)
    all.push_back(moved(u, number, number == 2 ? "/new/two" : "/new/one"));
  CHECK(must(Locators(*u.vault).set(all)) == 3);
  CHECK(path_of(u, 1) == "/new/one");
  CHECK(path_of(u, 2) == "/new/two");
  CHECK(u.version(1).path == u.version(3).path);
  for (const Relocated& one : all) {
    vault::Version expected = one.seen;
    expected.path = u.version(one.number).path;
    expected.line = 4;
    expected.offset = 77;
    expected.mtime = 1'700'000'000;
    CHECK(u.version(one.number) == expected);
  }
  // Of an anchoring run afterwards: numbers of paths go on.
  source::Record record = record_of("4", "d");
  record.path = "/new/four";
  u.anchor_records({record});
  CHECK(path_of(u, 4) == "/new/four");
  CHECK(path_of(u, 1) == "/new/one");
}

TEST_CASE("what changed since it was looked at keeps its place") {
  VaultUnion u;
  u.anchor_records({record_of("1", "a"), record_of("2", "b"), record_of("3", "c")});
  std::vector<Relocated> all;
  for (std::uint64_t number = 1; number <= 3; ++number) all.push_back(moved(u, number, "/late"));
  u.anchor_records({record_of("1", "newer")});                                   // superseded
  CHECK(must(Locators(*u.vault).set(std::vector{moved(u, 2, "/first")})) == 1);  // set by another
  CHECK(must(Locators(*u.vault).set(all)) == 1);
  CHECK(path_of(u, 1).empty());
  CHECK(path_of(u, 2) == "/first");
  CHECK(path_of(u, 3) == "/late");
  CHECK(must(Locators(*u.vault).set({})) == 0);
}

TEST_CASE("a version that was erased or abandoned is not current") {
  VaultUnion u;
  u.anchor_records({record_of("1", "a"), record_of("2", "b")});
  const std::vector<Relocated> all = {moved(u, 1, "/x"), moved(u, 2, "/x")};
  const vault::SecretValue zeros{};
  {
    vault::Secrets secrets = must(vault::Secrets::open(u.path() + "/secrets", false));
    must(secrets.write(u.version(1).salt_slot, std::span(&zeros, 1)));
  }
  CHECK(must(Locators(*u.vault).set(all)) == 1);
  CHECK(path_of(u, 1).empty());

  auto run = u.anchoring();
  must(run.begin());
  must(run.add(VaultUnion::item(record_of("2", "never"), 1)));
  const auto batch = must(run.flush(u.log_time()));
  const std::vector<Relocated> pending = {moved(u, 3, "/y")};
  CHECK(must(Locators(*u.vault).set(pending)) == 1);
  must(run.abandon(batch.number));
  CHECK(must(Locators(*u.vault).set(std::vector{moved(u, 3, "/z")})) == 0);
  CHECK(must(Locators(*u.vault).set(std::vector{moved(u, 2, "/z")})) == 1);
}
