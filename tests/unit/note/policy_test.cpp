#include <doctest/doctest.h>

#include <filesystem>

#include "json/value.hpp"
#include "note/checkpoint.hpp"
#include "unit/note/keys.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::note;
using test::check_refused;

namespace {

std::string log_key(unsigned char number, const std::string& name = "log.example/main") {
  return format_vkey(test::key(name, test::signer(number)));
}
std::string witness_vkey(unsigned char number) {
  return format_vkey(
      test::witness_key("w" + std::to_string(number) + ".example", test::signer(number)));
}
/// `log` and witnesses W1 to Wn with the keys 11, 12...
std::string with_witnesses(unsigned char count) {
  std::string text = "log " + log_key(1) + "\n";
  for (unsigned char i = 1; i <= count; ++i)
    text += "witness W" + std::to_string(i) + " " +
            witness_vkey(static_cast<unsigned char>(10 + i)) + "\n";
  return text;
}
void refused(const std::string& text, std::string_view piece) {
  check_refused(parse_policy(text), Code::config_invalid, piece);
}

}  // namespace

TEST_CASE("a policy is read line by line and formats to one spelling") {
  const std::string canonical = "log " + log_key(1) + " https://log.example/\n" + "log " +
                                log_key(2, "other.example/log") + "\n" + "witness W1 " +
                                witness_vkey(11) + " http://w1.example/x\n" + "witness w\xc3\xa4 " +
                                witness_vkey(12) + "\n" + "witness W3 " + witness_vkey(13) + "\n" +
                                "group G1 1 W1 w\xc3\xa4\ngroup G2 2 G1 W3\nquorum G2\n";
  const auto policy = parse_policy(canonical);
  REQUIRE(policy);
  CHECK(format_policy(*policy) == canonical);
  CHECK(policy->logs.size() == 2);
  CHECK(policy->logs[0].url == "https://log.example/");
  CHECK(policy->witnesses[1].name == "w\xc3\xa4");
  CHECK(policy->groups[1].members == std::vector<std::string>{"G1", "W3"});
  CHECK(policy->quorum == "G2");

  const std::string loose = "# comment, also \xe9 in Latin-1\n\n \t \n\t# indented\n \tlog\t" +
                            log_key(1) + "   https://log.example/  \n" + "witness  W1 " +
                            witness_vkey(11) + " http://w1.example/x\n" + "witness w\xc3\xa4 " +
                            witness_vkey(12) + "\n" + "witness W3 " + witness_vkey(13) +
                            "\ngroup G1 any W1 w\xc3\xa4\n  group G2 all G1 W3\nquorum   G2\n" +
                            "log " + log_key(2, "other.example/log") + "\n";
  CHECK(parse_policy(loose).value() == *policy);
}

TEST_CASE("a policy without witnesses says so") {
  const auto policy = parse_policy("log " + log_key(1) + "\nquorum none\n");
  REQUIRE(policy);
  CHECK(policy->quorum == "none");
  CHECK(is_quorum_met(*policy, {}));
}

TEST_CASE("words of the format other than none are names like others") {
  const auto policy =
      parse_policy("log " + log_key(1) + "\nwitness all " + witness_vkey(11) + "\nwitness any " +
                   witness_vkey(12) + "\ngroup group all all any\nquorum group\n");
  REQUIRE(policy);
  CHECK(policy->groups[0].k == 2);
}

TEST_CASE("a policy with a mistake is refused, and the line and the rule are named") {
  const std::string log = "log " + log_key(1) + "\n";
  const std::string two = with_witnesses(2);  // lines 1 to 3
  refused("", "no quorum line");
  refused("quorum none\n", "no log line");
  refused(log, "no quorum line");
  refused(log + "quorum none", "line 2: it does not end in a newline");
  refused(log + "quorum none\nquorum none\n", "line 3: a second quorum line");
  refused(log + "quorum\n", "line 2: expected 'quorum NAME|none'");
  refused(log + "quorum none none\n", "line 2: expected 'quorum NAME|none'");
  refused(log + "quorum W1\n", "line 2: quorum 'W1' is not defined above");
  refused("quorum W1\n" + two, "line 1: quorum 'W1' is not defined above");
  refused(log + "Quorum none\n", "line 2: unknown keyword 'Quorum'");
  refused(log + "quorum none\r\n", "line 2: control character 0x0d");
  refused(log + "# \x01\nquorum none\n", "line 2: control character 0x01");
  refused(log + "# \x7f\nquorum none\n", "line 2: control character 0x7f");
  refused(log + std::string("\0\n", 2) + "quorum none\n", "line 2: control character 0x00");
  refused("\xef\xbb\xbf" + log + "quorum none\n", "line 1: unknown keyword");
  refused("log\n", "line 1: expected 'log VKEY [URL]'");
  refused("log nonsense\n", "line 1: verifier key 'nonsense'");
  refused("log " + log_key(1) + " https://x # comment\n", "line 1: expected 'log VKEY [URL]'");
  refused("log " + log_key(1) + " #comment\n", "expected a URL that starts with https://");
  refused("log " + log_key(1) + " log.example\n", "expected a URL that starts with https://");
  refused("log " + witness_vkey(11) + "\n", "a log needs a key of type 0x01");
  refused(log + log, "line 2: the public key is listed twice");
  refused(log + "log " + log_key(1, "another.name") + "\n",
          "line 2: the public key is listed twice");
  refused("witness W1\n", "expected 'witness NAME VKEY [URL]'");
  refused("witness W1 " + log_key(1) + "\n", "a witness needs a key for cosignatures");
  refused("witness none " + witness_vkey(11) + "\n", "the name 'none' is reserved");
  refused("witness W\xff " + witness_vkey(11) + "\n", "line 1: not UTF-8");
  refused(two + "witness W1 " + witness_vkey(13) + "\n", "line 4: the name 'W1' is defined twice");
  refused(two + "witness W3 " + witness_vkey(11) + "\n", "line 4: the public key is listed twice");
  refused(two + "witness W3 " + format_vkey(test::witness_key("new.name", test::signer(11))) + "\n",
          "line 4: the public key is listed twice");
}

TEST_CASE("a group with a mistake is refused") {
  const std::string three = with_witnesses(3);  // lines 1 to 4
  refused(three + "group G 1\n", "line 5: expected 'group NAME K|any|all MEMBER...'");
  refused(three + "group G any\n", "line 5: expected 'group NAME K|any|all MEMBER...'");
  for (const std::string k : {"0", "4", "-1", "+1", "01", "1.0", "most", "18446744073709551617"}) {
    CAPTURE(k);
    refused(three + "group G " + k + " W1 W2 W3\n", "line 5: threshold of group 'G': ");
  }
  refused(three + "group none any W1\n", "the name 'none' is reserved");
  refused(three + "group W1 any W2\n", "the name 'W1' is defined twice");
  refused(three + "group G any W4\n", "line 5: group 'G': 'W4' is not defined above");
  refused(three + "group G any W1 none\n", "group 'G': 'none' is not defined above");
  refused(three + "group G any G\n", "group 'G': 'G' is not defined above");
  refused(three + "group G any W1 W1\n", "'W1' is a member of a group already");
  refused(three + "group G any W1\ngroup H any W2 W1\n",
          "line 6: group 'H': 'W1' is a member of a group already");
  refused(three + "group G any W1\ngroup H any G\ngroup I any G W2\n",
          "line 7: group 'I': 'G' is a member of a group already");
  refused("group G any W1\n" + three, "line 1: group 'G': 'W1' is not defined above");
}

TEST_CASE("a quorum is a witness, a group, or groups of groups") {
  const auto met = [](const std::string& rest, const std::vector<std::string>& cosigners) {
    const auto policy = parse_policy(with_witnesses(6) + rest);
    REQUIRE(policy);
    return is_quorum_met(*policy, cosigners);
  };
  CHECK(met("quorum W1\n", {"W1"}));
  CHECK(!met("quorum W1\n", {"W2"}));
  CHECK(!met("quorum W1\n", {}));
  CHECK(met("group G any W1 W2\nquorum G\n", {"W2"}));
  CHECK(!met("group G any W1 W2\nquorum G\n", {"W3"}));
  CHECK(!met("group G all W1 W2\nquorum G\n", {"W1"}));
  CHECK(met("group G all W1 W2\nquorum G\n", {"W2", "W1"}));
  CHECK(!met("group G 2 W1 W2 W3\nquorum G\n", {"W1", "W1"}));
  CHECK(met("group G 2 W1 W2 W3\nquorum G\n", {"W1", "W3"}));
  // A witness outside the quorum adds nothing, nor does the name of a group or of nobody.
  CHECK(!met("group G all W1 W2\ngroup H any W3\nquorum G\n", {"W1", "W3", "nobody"}));

  const std::string nested = "group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup Z all X Y\nquorum Z\n";
  CHECK(met(nested, {"W1", "W3", "W5"}));
  CHECK(!met(nested, {"W1", "W2", "W3"}));
  CHECK(!met(nested, {"W1", "W4", "W5"}));
  CHECK(!met(nested, {"W4", "W5", "W6"}));

  // Every subset of four, against counting.
  const auto policy = parse_policy(with_witnesses(4) + "group G 3 W1 W2 W3 W4\nquorum G\n");
  for (unsigned subset = 0; subset < 16; ++subset) {
    std::vector<std::string> cosigners;
    for (unsigned i = 0; i < 4; ++i)
      if ((subset >> i & 1) != 0) cosigners.push_back("W" + std::to_string(i + 1));
    CHECK(is_quorum_met(*policy, cosigners) == (cosigners.size() >= 3));
  }
}

TEST_CASE("a policy of a hundred logs, witnesses and groups is accepted") {
  std::string text;
  std::string members;
  for (unsigned char i = 1; i <= 100; ++i) {
    const std::string number = std::to_string(i);
    text += "log " + log_key(i, "log" + number) + "\n";
    text += "witness W" + number + " " + witness_vkey(static_cast<unsigned char>(100 + i)) + "\n";
    text += "group G" + number + " any W" + number + "\n";
    members += " G" + number;
  }
  const auto policy = parse_policy(text + "group all 67" + members + "\nquorum all\n");
  REQUIRE(policy);
  CHECK(policy->groups.size() == 101);
  CHECK(parse_policy(format_policy(*policy)).value() == *policy);
  check_refused(parse_policy(std::string(max_policy_size + 1, '\n')), Code::config_invalid,
                "expected at most 1000000 bytes, got 1000001");
}
