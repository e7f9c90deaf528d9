// Which fields the acts of a kind have.  Internal to lib/rules.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "rules/internal.hpp"

namespace medchain::rules {

template <class Act>
struct FieldRule {
  std::string_view field;
  bool there;
  std::vector<Act> demanded, allowed;
};

/// Each act has its fields, and no others.  Fails with entry_rule.
template <class Act>
Status check_act_fields(Act act, std::span<const FieldRule<Act>> rules) {
  const auto lists = [act](const std::vector<Act>& acts) {
    return std::find(acts.begin(), acts.end(), act) != acts.end();
  };
  const std::string name(entry::word_of(act));
  for (const FieldRule<Act>& rule : rules) {
    if (lists(rule.demanded) && !rule.there)
      return refuse(Code::entry_rule, name + ": '" + std::string(rule.field) + "' is missing");
    if (rule.there && !lists(rule.demanded) && !lists(rule.allowed))
      return refuse(Code::entry_rule,
                    name + ": '" + std::string(rule.field) + "' does not belong there");
  }
  return {};
}

}  // namespace medchain::rules
