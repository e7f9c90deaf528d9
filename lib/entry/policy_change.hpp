// policy: k admins change the policy, the rules number or, after a clock went wrong, log time.
#pragma once

#include "entry/policy.hpp"

namespace medchain::entry {

struct PolicyChange {
  static constexpr std::string_view type = "policy";
  static constexpr std::string_view text =
      "k admins change the policy, the rules number or log time";

  std::uint64_t rules = 1;
  Policy policy;
  std::optional<UnixSeconds> set_time;  ///< log time from here on, may be earlier

  bool operator==(const PolicyChange&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"rules", Exposure::clear, "number of the rules in force from here"}, self.rules);
    visit(Field{"policy", Exposure::clear, "the whole new policy"}, self.policy);
    visit(Field{"set_time", Exposure::clear, "log time is set to this, backwards too"},
          self.set_time);
  }
};

}  // namespace medchain::entry
