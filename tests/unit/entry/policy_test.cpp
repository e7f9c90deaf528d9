#include "entry/policy.hpp"

#include <doctest/doctest.h>

#include "unit/entry/entry_support.hpp"

using namespace medchain;
using entry::Policy;
using test::check_refused;

namespace {

Policy with_witnesses(unsigned count, std::uint64_t quorum) {
  Policy policy;
  for (unsigned i = 0; i < count; ++i) {
    const auto key = test::signer(static_cast<unsigned char>(100 + i));
    policy.witnesses.push_back({test::name("w" + std::to_string(i)), test::witness_key("w.example/" + std::to_string(i), key)});
  }
  policy.quorum = quorum;
  return policy;
}

template <class Change>
void refused(Change change, std::string_view piece) {
  Policy policy = with_witnesses(2, 1);
  change(policy);
  check_refused(entry::check_policy(policy), Code::entry_invalid, piece);
}

}  // namespace

TEST_CASE("the default policy and policies at their limits pass") {
  CHECK(entry::check_policy(Policy{}));
  Policy policy = with_witnesses(3, 3);
  policy.admit = 100;
  policy.max_skew = 86'400;
  policy.max_delay = 31 * 86'400;
  policy.timezone = "America/Argentina/Buenos_Aires";
  policy.signed_person = {test::word("emergency"), test::word("use")};
  CHECK(entry::check_policy(policy));
  policy.max_delay = policy.max_skew;
  policy.quorum = 0;
  CHECK(entry::check_policy(policy));
  policy.max_skew = policy.max_delay = 1;
  CHECK(entry::check_policy(policy));
}

TEST_CASE("numbers out of range are refused by name") {
  refused([](Policy& p) { p.admit = 0; }, "'admit': expected 1 to 100, got 0");
  refused([](Policy& p) { p.admit = 101; }, "'admit': expected 1 to 100, got 101");
  refused([](Policy& p) { p.max_skew = 0; }, "'max_skew': expected 1 to 86400, got 0");
  refused([](Policy& p) { p.max_skew = 86'401; }, "'max_skew': expected 1 to 86400");
  refused([](Policy& p) { p.max_delay = 299; }, "'max_delay': expected 300 to 2678400, got 299");
  refused([](Policy& p) { p.max_delay = 31 * 86'400 + 1; }, "'max_delay': expected");
  refused([](Policy& p) { p.quorum = 3; }, "'quorum': expected 0 to 2, got 3");
}

TEST_CASE("time zones are named as the IANA does, and lead out of no directory") {
  for (const std::string zone : {"", "/etc/passwd", "../x", "Asia/../../x", "Asia/Shang hai", "Asia\\Shanghai", "Zone\n"})
    refused([&](Policy& p) { p.timezone = zone; }, "'timezone': not an IANA name");
  refused([](Policy& p) { p.timezone = std::string(65, 'a'); }, "'timezone'");
  for (const std::string zone : {"UTC", "Asia/Shanghai", "Etc/GMT+8", "America/Port-au-Prince"}) {
    Policy policy;
    policy.timezone = zone;
    CHECK(entry::check_policy(policy));
  }
}

TEST_CASE("witnesses have distinct names and distinct keys of type 04") {
  refused([](Policy& p) { p.witnesses[0].key.type = note::KeyType::ed25519; }, "witness 'w0': expected a key of type 04");
  refused([](Policy& p) { p.witnesses[1].name = p.witnesses[0].name; }, "witness 'w0': the name is used twice");
  refused([](Policy& p) { p.witnesses[1].name = test::name("none"); }, "witness 'none': the name is used twice or reserved");
  refused([](Policy& p) { p.witnesses[1].key = p.witnesses[0].key; }, "witness 'w1': the key is used twice");
  // The same key under another key name would count twice.
  refused([](Policy& p) { p.witnesses[1].key.key = p.witnesses[0].key.key; }, "witness 'w1': the key is used twice");
}

TEST_CASE("the kinds that demand a person's signature ascend, each once") {
  refused([](Policy& p) { p.signed_person = {test::word("use"), test::word("emergency")}; }, "'signed_person' must ascend");
  refused([](Policy& p) { p.signed_person = {test::word("use"), test::word("use")}; }, "'signed_person' must ascend");
}

TEST_CASE("the default quorum leaves no room for two contradictory checkpoints") {
  const std::uint64_t expected[] = {0, 1, 2, 3, 3, 4, 5, 5, 6, 7};
  for (std::uint64_t n = 0; n < std::size(expected); ++n) {
    const std::uint64_t k = entry::default_quorum(n);
    CHECK(k == expected[n]);
    if (n == 0) continue;
    CHECK(k <= n);
    // Two quorums share 2k - n witnesses; fewer than a third of n lie, so one that does not lie is in both.
    CHECK(3 * (2 * k - n) >= n);
  }
}

TEST_CASE("the tlog-policy is one that stock tools read, and means the same") {
  const auto log = test::key("ledger.example/main", test::signer(1));
  for (unsigned count = 0; count <= 5; ++count) {
    for (std::uint64_t quorum = 0; quorum <= count; ++quorum) {
      const Policy policy = with_witnesses(count, quorum);
      REQUIRE(entry::check_policy(policy));
      const std::string text = note::format_policy(entry::tlog_policy(policy, log));
      CAPTURE(text);
      const auto parsed = note::parse_policy(text);
      REQUIRE_MESSAGE(parsed.ok(), (parsed ? "" : parsed.error().message));
      CHECK(*parsed == entry::tlog_policy(policy, log));
      CHECK(parsed->logs.front().key == log);
      std::vector<std::string> cosigners;
      for (unsigned i = 0; i <= count; ++i) {
        CHECK(note::is_quorum_met(*parsed, cosigners) == (cosigners.size() >= quorum));
        cosigners.push_back("w" + std::to_string(i));
      }
    }
  }
}

TEST_CASE("a witness may be named like a keyword of the policy format") {
  for (const std::string name : {"any", "all", "log", "witness", "group", "quorum", "1"}) {
    Policy policy = with_witnesses(1, 1);
    policy.witnesses[0].name = test::name(name);
    REQUIRE(entry::check_policy(policy));
    CHECK(note::parse_policy(note::format_policy(entry::tlog_policy(policy, test::key("o", test::signer(1))))));
  }
}
