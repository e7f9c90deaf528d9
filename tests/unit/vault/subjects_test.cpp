// Subjects that are named before any record of theirs is anchored.
#include <doctest/doctest.h>

#include "unit/vault/vault_support.hpp"
#include "vault/subjects.hpp"

using namespace medchain;
using namespace test;

TEST_CASE("a subject that is named gets a key, once, and records anchored later are about it") {
  VaultUnion u;
  const auto made = must(vault::Subjects(*u.vault).find_or_make("ann", u.random));
  REQUIRE(made);
  CHECK_FALSE(vault::is_erased(made->k));
  CHECK(made->number == 1);
  const auto other = must(vault::Subjects(*u.vault).find_or_make("bob", u.random));
  CHECK(other->tag != made->tag);
  CHECK(other->slot != made->slot);
  u.open_vault();
  CHECK(must(vault::Subjects(*u.vault).find_or_make("ann", u.random))->tag == made->tag);
  u.anchor_records({record_of("1", "x", "ann"), record_of("2", "y", "eve")});
  const auto known = u.ask([](vault::Vault& v) { return v.find_subject("ann"); });
  REQUIRE(known);
  CHECK(known->number == made->number);
  CHECK(known->tag == made->tag);
  CHECK(u.ask([](vault::Vault& v) { return v.find_subject("eve"); })->number == 3);
  std::vector<std::uint64_t> numbers;
  const auto found = u.ask([&](vault::Vault& v) -> Result<std::optional<vault::Subject>> {
    must(vault::Subjects(v).for_each([&](const vault::Subject& subject) -> Status {
      numbers.push_back(subject.number);
      return {};
    }));
    return vault::Subjects(v).find(other->tag);
  });
  CHECK(numbers == std::vector<std::uint64_t>{0, 1, 2, 3});
  REQUIRE(found);
  CHECK(found->number == other->number);
  CHECK_FALSE(u.ask([](vault::Vault& v) { return vault::Subjects(v).find(SubjectTag()); }));
}

TEST_CASE("a vault that is only read makes no key") {
  VaultUnion u;
  must(vault::Subjects(*u.vault).find_or_make("ann", u.random));
  u.vault.reset();
  const auto reader = must(vault::Vault::open(u.path(), {}));
  CHECK(must(vault::Subjects(*reader).find_or_make("ann", u.random)));
  CHECK_FALSE(must(vault::Subjects(*reader).find_or_make("bob", u.random)));
}
