// request: a member asks a custodian for data: what, why, for whom, how long, how often (HEALTH
// SOL-1, AB-3).  It ends in exactly one answer (grant or answer), or expires.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

struct Request {
  static constexpr std::string_view type = "request";
  static constexpr std::string_view text = "a member asks a custodian for records";

  MemberName custodian;
  std::optional<PersonTag> person;
  Scope scope;
  UnixSeconds expires;
  std::optional<Commitment> terms;
  std::optional<PackageRef> package;

  bool operator==(const Request&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"custodian", Exposure::clear, "who is asked"}, self.custodian);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"scope", Exposure::clear, "what is asked for"}, self.scope);
    visit(Field{"expires", Exposure::clear, "log time at which the request ends unanswered"},
          self.expires);
    visit(Field{"terms", Exposure::commitment,
                "salted commitment to the terms, opened to the parties in the package"},
          self.terms);
    visit(Field{"package", Exposure::clear, "package with the terms"}, self.package);
  }
};

}  // namespace medchain::entry
