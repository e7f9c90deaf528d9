#include "note/quorum.hpp"

#include <doctest/doctest.h>

#include "unit/note/keys.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::note;

namespace {

/// Witnesses W1 to W4, and what follows.
Policy policy_of(const std::string& rest) {
  std::string text = "log " + format_vkey(test::key("log.example/main", test::signer(1))) + "\n";
  for (unsigned char i = 1; i <= 4; ++i)
    text += "witness W" + std::to_string(i) + " " +
            format_vkey(test::witness_key("w" + std::to_string(i) + ".example",
                                          test::signer(static_cast<unsigned char>(10 + i)))) +
            "\n";
  return parse_policy(text + rest).value();
}

Cosigned at(std::initializer_list<std::pair<const char*, std::int64_t>> list) {
  Cosigned cosigned;
  for (const auto& [name, time] : list) cosigned.emplace_back(name, UnixSeconds(time));
  return cosigned;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a quorum is as old as the last of those that it needs") {
  const Policy two = policy_of("group G 2 W1 W2 W3\nquorum G\n");
  CHECK(quorum_time(two, at({{"W1", 100}, {"W2", 50}, {"W3", 70}})) == UnixSeconds(70));
  CHECK(quorum_time(two, at({{"W1", 100}, {"W2", 50}})) == UnixSeconds(50));
  CHECK(!quorum_time(two, at({{"W1", 100}})));
  CHECK(!quorum_time(two, at({{"W1", 100}, {"W4", 100}})));
  CHECK(quorum_time(policy_of("quorum W4\n"), at({{"W1", 9}, {"W4", 5}})) == UnixSeconds(5));
  // Where none is demanded nobody's time counts.
  CHECK(!quorum_time(policy_of("quorum none\n"), at({{"W1", 100}})));
}

TEST_CASE("times that are too old or still to come do not count") {
  const Cosigned all = at({{"W1", 100}, {"W2", 50}, {"W3", 900}});
  CHECK(cosigned_between(all, UnixSeconds(50), UnixSeconds(100)) == at({{"W1", 100}, {"W2", 50}}));
  CHECK(cosigned_between(all, UnixSeconds(51), UnixSeconds(899)) == at({{"W1", 100}}));
}

TEST_CASE("what is missing are the witnesses that could still make up the quorum") {
  const Policy two = policy_of("group G 2 W1 W2 W3\nquorum G\n");
  CHECK(missing_witnesses(two, {}) == Names{"W1", "W2", "W3"});
  CHECK(missing_witnesses(two, at({{"W2", 1}})) == Names{"W1", "W3"});
  CHECK(missing_witnesses(two, at({{"W2", 1}, {"W3", 1}})).empty());
  CHECK(missing_witnesses(policy_of("quorum none\n"), {}).empty());
  CHECK(missing_witnesses(policy_of("quorum W3\n"), {}) == Names{"W3"});
  // A group within that is met lacks nobody.
  const Policy nested = policy_of("group A any W1 W2\ngroup B all A W3 W4\nquorum B\n");
  CHECK(missing_witnesses(nested, at({{"W1", 1}})) == Names{"W3", "W4"});
  CHECK(missing_witnesses(nested, at({{"W3", 1}, {"W4", 1}})) == Names{"W1", "W2"});
}

TEST_CASE("what a quorum demands is told in words") {
  CHECK(quorum_words(policy_of("group G 2 W1 W2 W3\nquorum G\n")) == "2 of W1, W2, W3");
  CHECK(quorum_words(policy_of("group A any W1 W2\ngroup B all A W3\nquorum B\n")) ==
        "all of (1 of W1, W2), W3");
  CHECK(quorum_words(policy_of("quorum W3\n")) == "W3");
  CHECK(quorum_words(policy_of("group G all W1\nquorum G\n")) == "W1");
  CHECK(quorum_words(policy_of("quorum none\n")) == "none");
}
