#include "note/quorum.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace medchain::note {

namespace {

constexpr std::string_view no_quorum = "none";

std::vector<std::string> names_of(const Cosigned& cosigned) {
  std::vector<std::string> names;
  for (const auto& [name, time] : cosigned) names.push_back(name);
  return names;
}

const Policy::Group* group_of(const Policy& policy, std::string_view name) {
  const auto found = std::find_if(policy.groups.begin(), policy.groups.end(),
                                  [&](const Policy::Group& group) { return group.name == name; });
  return found == policy.groups.end() ? nullptr : &*found;
}

/// Witnesses below `name` that did not sign, but for groups that are met.  Groups name only what is
/// defined before them: the depth is that of the policy.
void collect_missing(const Policy& policy, const std::string& name,
                     const std::vector<std::string>& signed_by, std::set<std::string>& missing) {
  const Policy::Group* group = group_of(policy, name);
  Policy part = policy;
  part.quorum = name;
  if (is_quorum_met(part, signed_by)) return;
  if (group == nullptr) {
    missing.insert(name);
    return;
  }
  for (const std::string& member : group->members)
    collect_missing(policy, member, signed_by, missing);
}

std::string words_of(const Policy& policy, const std::string& name) {
  const Policy::Group* group = group_of(policy, name);
  if (group == nullptr) return name;
  std::vector<std::string> members;
  for (const std::string& member : group->members)
    members.push_back(group_of(policy, member) == nullptr ? member
                                                          : "(" + words_of(policy, member) + ")");
  if (members.size() == 1) return members.front();
  const bool all = group->k == members.size();
  return (all ? "all" : std::to_string(group->k)) + " of " + join(members, ", ");
}

}  // namespace

Cosigned cosigned_between(const Cosigned& cosigned, UnixSeconds oldest, UnixSeconds newest) {
  Cosigned within;
  std::copy_if(cosigned.begin(), cosigned.end(), std::back_inserter(within),
               [&](const auto& one) { return one.second >= oldest && one.second <= newest; });
  return within;
}

bool is_quorum_met(const Policy& policy, const Cosigned& cosigned) {
  return is_quorum_met(policy, names_of(cosigned));
}

std::optional<UnixSeconds> quorum_time(const Policy& policy, const Cosigned& cosigned) {
  if (policy.quorum == no_quorum) return std::nullopt;
  Cosigned newest_first = cosigned;
  std::stable_sort(newest_first.begin(), newest_first.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> names;
  for (const auto& [name, time] : newest_first) {
    names.push_back(name);
    if (is_quorum_met(policy, names)) return time;
  }
  return std::nullopt;
}

std::vector<std::string> missing_witnesses(const Policy& policy, const Cosigned& cosigned) {
  std::vector<std::string> ordered;
  if (policy.quorum == no_quorum) return ordered;
  std::set<std::string> missing;
  collect_missing(policy, policy.quorum, names_of(cosigned), missing);
  for (const Policy::Witness& witness : policy.witnesses)
    if (missing.contains(witness.name)) ordered.push_back(witness.name);
  return ordered;
}

std::string quorum_words(const Policy& policy) { return words_of(policy, policy.quorum); }

}  // namespace medchain::note
