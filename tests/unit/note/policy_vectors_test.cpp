// Policies of others: Sigsum's (the same rules, but keys as 64 hex digits) and those of
// transparency-dev/formats.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>

#include "base/text.hpp"
#include "json/value.hpp"
#include "note/checkpoint.hpp"
#include "unit/note/keys.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::note;
using test::check_refused;

namespace {

bool is_hex_key(std::string_view word) {
  return word.size() == 64 && word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Hex keys as vkeys: type 0x01 in log lines, 0x04 in witness lines.  Keys that are only
/// repetitions of a digit are no points of the curve: each such word becomes the key of a test
/// signer of its own.
std::string with_vkeys(const std::string& policy) {
  static std::map<std::string, unsigned char> invented;
  std::string result;
  for (const std::string_view line : split(policy, '\n')) {
    const bool is_log = trim_ascii(line).starts_with("log");
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
      const std::string word(line.substr(at, end - at));
      if (is_hex_key(word)) {
        VerifierKey key{
            "key-" + word.substr(60), is_log ? KeyType::ed25519 : KeyType::cosignature, {}};
        REQUIRE(parse_hex(word, key.key.bytes));
        if (!crypto::is_valid(key.key))
          key.key =
              test::signer(invented.emplace(word, static_cast<unsigned char>(invented.size() + 1))
                               .first->second)
                  .public_key();
        result += format_vkey(key);
      } else {
        result += word;
      }
      if (end < line.size()) result += line[end];
      at = end + 1;
    }
    result += '\n';
  }
  result.pop_back();  // split() gives what follows the last newline, too
  return result;
}

}  // namespace

TEST_CASE("Sigsum's policies, with their keys written as vkeys") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  const auto file =
      json::parse_object(test::read_all(*shared / "vectors/policy/sigsum-hexkeys.json"));
  REQUIRE(file);
  for (const json::Value& value : *file->find("valid")->array()) {
    // Hex keys are refused as they are.
    check_refused(parse_policy(*value.string()), Code::config_invalid, "expected NAME+ID+KEY");
    const auto policy = parse_policy(with_vkeys(*value.string()));
    REQUIRE(policy);
    CHECK(parse_policy(format_policy(*policy)).value() == *policy);
  }
  const auto first = parse_policy(with_vkeys(*file->find("valid")->array()->at(0).string()));
  REQUIRE(first);
  CHECK(first->logs.size() == 3);
  CHECK(first->witnesses.size() == 6);
  CHECK(!is_quorum_met(*first, {"W1", "W2", "W3"}));
  CHECK(is_quorum_met(*first, {"W1", "W3", "W5"}));

  const std::map<std::string, std::string> reasons{
      {"duplicate log", "the public key is listed twice"},
      {"end-of-line comment", "expected 'log VKEY [URL]'"},
      {"duplicate witness", "the public key is listed twice"},
      {"duplicate name", "the name 'W1' is defined twice"},
      {"duplicate none", "the name 'none' is reserved"},
      {"undef name", "'W3' is not defined above"},
      {"missing quorum", "no quorum line"},
      {"repeated member", "'W1' is a member of a group already"},
      {"member in two groups", "'W2' is a member of a group already"},
      {"none as member", "'none' is not defined above"}};
  const json::Array& invalid = *file->find("invalid")->array();
  CHECK(invalid.size() == reasons.size());
  for (const json::Value& value : invalid) {
    const json::Object& data = *value.object();
    const std::string& name = *data.find("name")->string();
    CAPTURE(name);
    check_refused(parse_policy(with_vkeys(*data.find("policy")->string())), Code::config_invalid,
                  reasons.at(name));
  }
}

TEST_CASE("Sigsum's builtin policies, with their keys written as vkeys") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  std::size_t files = 0;
  for (const auto& item : std::filesystem::directory_iterator(*shared / "vectors/policy")) {
    if (item.path().extension() != ".policy") continue;
    CAPTURE(item.path().filename().string());
    const auto policy = parse_policy(with_vkeys(test::read_all(item.path())));
    REQUIRE(policy);
    CHECK(policy->quorum == "quorum-rule");
    CHECK(parse_policy(format_policy(*policy)).value() == *policy);
    ++files;
  }
  CHECK(files == 4);
}

TEST_CASE("the policies of transparency-dev/formats are refused where they are laxer than C2SP") {
  const auto shared = test::shared_folder();
  if (!shared) {
    MESSAGE("no shared vectors");
    return;
  }
  // Their witness keys are of type 0x01, they list a key twice, have comments at the end of a line
  // and no log line: by design none of them is accepted.
  const auto file = json::parse(test::read_all(*shared / "vectors/policy/formats-vkey.json"));
  REQUIRE(file);
  CHECK(file->array()->size() == 8);
  for (const json::Value& value : *file->array()) {
    const auto policy = parse_policy(*value.object()->find("policy")->string());
    REQUIRE(!policy);
    CHECK(policy.error().code == Code::config_invalid);
  }
}
