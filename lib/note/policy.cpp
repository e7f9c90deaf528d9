// Policy files (c2sp.org/tlog-policy, draft).  Strict: a policy that is not fully
// understood is refused, because a line that were skipped could be the one that demands something.
#include <algorithm>
#include <map>
#include <set>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "note/checkpoint.hpp"
#include "note/lines_internal.hpp"

namespace medchain::note {

namespace {

constexpr std::string_view no_quorum = "none";

/// The words of a line, separated by any number of spaces and tabs.
std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t";
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;
       at = line.find_first_not_of(blanks, at)) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

class PolicyParser {
 public:
  Result<Policy> parse(std::string_view text) {
    if (text.size() > max_policy_size)
      return fail(Code::config_invalid, "policy: expected at most " +
                                            std::to_string(max_policy_size) + " bytes, got " +
                                            std::to_string(text.size()));
    LineReader lines(text);
    while (const auto line = lines.next()) {
      if (auto status = take_line(*line); !status)
        return with_code(std::move(status).error(), Code::config_invalid)
            .context("policy, line " + std::to_string(lines.number()));
    }
    // A file cut off in the middle of a line must not be taken for a shorter policy.
    if (!lines.rest().empty())
      return fail_at_line(Code::config_invalid, "policy", lines.number() + 1,
                          "it does not end in a newline");
    if (policy_.quorum.empty())
      return fail(Code::config_invalid, "policy: no quorum line; 'quorum none' asks for none");
    if (policy_.logs.empty()) return fail(Code::config_invalid, "policy: no log line");
    return std::move(policy_);
  }

 private:
  static Error bad(std::string message) { return fail(Code::config_invalid, std::move(message)); }

  Status take_line(std::string_view line) {
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
        return bad("control character 0x" + to_hex({reinterpret_cast<const std::byte*>(&c), 1}));
    }
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) return {};
    // The specification leaves other bytes in names and URLs to us; ours end up in JSON.
    if (!is_utf8(line)) return bad("not UTF-8");
    if (words[0] == "log") return take_log(words);
    if (words[0] == "witness") return take_witness(words);
    if (words[0] == "group") return take_group(words);
    if (words[0] == "quorum") return take_quorum(words);
    return bad("unknown keyword " + quote(words[0]) +
               ", expected 'log', 'witness', 'group' or 'quorum'");
  }

  Status take_log(const std::vector<std::string_view>& words) {
    if (words.size() < 2 || words.size() > 3) return bad("expected 'log VKEY [URL]'");
    MC_ASSIGN(VerifierKey key, take_key(words[1], KeyType::ed25519, log_keys_));
    MC_ASSIGN(std::string url, take_url(words, 2));
    policy_.logs.push_back({std::move(key), std::move(url)});
    return {};
  }

  Status take_witness(const std::vector<std::string_view>& words) {
    if (words.size() < 3 || words.size() > 4) return bad("expected 'witness NAME VKEY [URL]'");
    MC_TRY(define(words[1]));
    MC_ASSIGN(VerifierKey key, take_key(words[2], KeyType::cosignature, witness_keys_));
    MC_ASSIGN(std::string url, take_url(words, 3));
    policy_.witnesses.push_back({std::string(words[1]), std::move(key), std::move(url)});
    return {};
  }

  Status take_group(const std::vector<std::string_view>& words) {
    if (words.size() < 4) return bad("expected 'group NAME K|any|all MEMBER...'");
    Policy::Group group;
    group.name = words[1];
    const std::size_t count = words.size() - 3;
    if (words[2] == "any") {
      group.k = 1;
    } else if (words[2] == "all") {
      group.k = count;
    } else {
      const auto k = parse_u64(words[2], 1, count);
      if (!k) return bad("threshold of group " + quote(words[1]) + ": " + k.error().message);
      group.k = *k;
    }
    for (std::size_t i = 3; i < words.size(); ++i) {
      // The group's own name is not defined yet: no group is a member of itself.
      const auto member = names_.find(words[i]);
      if (member == names_.end())
        return bad("group " + quote(words[1]) + ": " + quote(words[i]) + " is not defined above");
      if (std::exchange(member->second, true))
        return bad("group " + quote(words[1]) + ": " + quote(words[i]) +
                   " is a member of a group already");
      group.members.emplace_back(words[i]);
    }
    MC_TRY(define(words[1]));
    policy_.groups.push_back(std::move(group));
    return {};
  }

  Status take_quorum(const std::vector<std::string_view>& words) {
    if (words.size() != 2) return bad("expected 'quorum NAME|none'");
    if (!policy_.quorum.empty()) return bad("a second quorum line");
    if (words[1] != no_quorum && !names_.contains(words[1]))
      return bad("quorum " + quote(words[1]) + " is not defined above");
    policy_.quorum = words[1];
    return {};
  }

  Status define(std::string_view name) {
    if (name == no_quorum) return bad("the name 'none' is reserved");
    if (!names_.emplace(name, false).second)
      return bad("the name " + quote(name) + " is defined twice");
    return {};
  }

  /// A key of this type, new among `known` (whatever its name, it would count twice) and with a
  /// name and id that no other line has (a signature line could be of either).
  Result<VerifierKey> take_key(std::string_view text, KeyType type,
                               std::set<crypto::PublicKey>& known) {
    MC_ASSIGN(VerifierKey key, parse_vkey(text));
    if (key.type != type)
      return bad(type == KeyType::ed25519
                     ? "a log needs a key of type 0x01, got one for cosignatures"
                     : "a witness needs a key for cosignatures (type 0x04), got type 0x01");
    if (!known.insert(key.key).second) return bad("the public key is listed twice");
    if (!ids_.emplace(key.name, key.id()).second)
      return bad("two keys share the name " + quote(key.name) + " and the key id");
    return key;
  }

  static Result<std::string> take_url(const std::vector<std::string_view>& words, std::size_t at) {
    if (at >= words.size()) return std::string();
    // This also refuses a comment at the end of a line, which other readers take for one.
    if (!words[at].starts_with("https://") && !words[at].starts_with("http://"))
      return bad("expected a URL that starts with https:// or http://, got " + quote(words[at]));
    return std::string(words[at]);
  }

  Policy policy_;
  std::map<std::string, bool, std::less<>>
      names_;  // of witnesses and groups; is it a member of a group
  std::set<crypto::PublicKey> log_keys_;
  std::set<crypto::PublicKey> witness_keys_;
  std::set<std::pair<std::string, KeyId>> ids_;
};

std::string with_url(std::string line, const std::string& url) {
  return std::move(line) + (url.empty() ? "" : " " + url) + "\n";
}

}  // namespace

Result<Policy> parse_policy(std::string_view text) { return PolicyParser().parse(text); }

std::string format_policy(const Policy& policy) {
  std::string text;
  for (const Policy::Log& log : policy.logs)
    text += with_url("log " + format_vkey(log.key), log.url);
  for (const Policy::Witness& witness : policy.witnesses)
    text += with_url("witness " + witness.name + " " + format_vkey(witness.key), witness.url);
  for (const Policy::Group& group : policy.groups)
    text += "group " + group.name + " " + std::to_string(group.k) + " " + join(group.members, " ") +
            "\n";
  return text + "quorum " + policy.quorum + "\n";
}

bool is_quorum_met(const Policy& policy, const std::vector<std::string>& cosigners) {
  if (policy.quorum == no_quorum) return true;
  // Groups name only what is defined before them, so that one pass decides them all.
  std::set<std::string_view> met(cosigners.begin(), cosigners.end());
  for (const Policy::Group& group : policy.groups) {
    const auto count = static_cast<std::size_t>(
        std::count_if(group.members.begin(), group.members.end(),
                      [&met](const std::string& member) { return met.contains(member); }));
    if (group.k > 0 && count >= group.k) met.insert(group.name);
  }
  return met.contains(policy.quorum);
}

}  // namespace medchain::note
