// revoke: a grant ends, is suspended or goes on; effective at the next judgement.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class RevokeAct { revoke, suspend, resume };
template <>
struct EnumWords<RevokeAct> {
  static constexpr std::string_view words[] = {"revoke", "suspend", "resume"};
};

struct Revoke {
  static constexpr std::string_view type = "revoke";
  static constexpr std::string_view text = "a grant is revoked, suspended or resumed";

  EntryHash grant;
  RevokeAct act = RevokeAct::revoke;
  std::optional<PersonTag> person;
  Word reason;

  bool operator==(const Revoke&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"grant", Exposure::clear, "entry hash of the grant"}, self.grant);
    visit(Field{"act", Exposure::clear, "what is done"}, self.act);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"reason", Exposure::clear, "a reason code"}, self.reason);
  }
};

}  // namespace medchain::entry
