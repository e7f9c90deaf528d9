// What other members call subjects of a vault.
#include <doctest/doctest.h>

#include "unit/vault/vault_support.hpp"
#include "vault/received_tags.hpp"
#include "vault/subjects.hpp"

using namespace medchain;
using namespace test;

TEST_CASE("the tag of another member is found again, for that member alone, and the newest word counts") {
  VaultUnion u;
  const auto ann = *must(vault::Subjects(*u.vault).find_or_make("ann", u.random));
  const auto bob = *must(vault::Subjects(*u.vault).find_or_make("bob", u.random));
  const SubjectTag theirs = test::hash_of<SubjectTag>("ann at hosp-b");
  const MemberName b = test::name("hosp-b"), c = test::name("hosp-c");
  must(vault::ReceivedTags(*u.vault).keep(b, theirs, bob));
  must(vault::ReceivedTags(*u.vault).keep(b, theirs, ann));
  must(vault::ReceivedTags(*u.vault).keep(c, theirs, bob));
  u.open_vault();
  const auto find = [&](const MemberName& member, const SubjectTag& tag) {
    return u.ask([&](vault::Vault& v) { return vault::ReceivedTags(v).find(member, tag); });
  };
  CHECK(find(b, theirs) == ann.number);
  CHECK(find(c, theirs) == bob.number);
  CHECK_FALSE(find(b, test::hash_of<SubjectTag>("another")));
  CHECK_FALSE(find(test::name("hosp-d"), theirs));
  std::vector<std::pair<MemberName, std::uint64_t>> all;
  u.ask([&](vault::Vault& v) -> Result<int> {
    const auto keep = [&](const MemberName& member, const SubjectTag& tag, std::uint64_t subject) -> Status {
      CHECK(tag == theirs);
      all.emplace_back(member, subject);
      return {};
    };
    MC_TRY(vault::ReceivedTags(v).for_each(keep));
    return 0;
  });
  CHECK(all == std::vector<std::pair<MemberName, std::uint64_t>>{{b, ann.number}, {c, bob.number}});
}
