// answer: the custodian refuses a request.  A positive answer is a grant.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

struct Answer {
  static constexpr std::string_view type = "answer";
  static constexpr std::string_view text = "a custodian refuses a request";

  EntryHash request;
  std::optional<PersonTag> person;
  Word reason;
  std::optional<Commitment> terms;
  std::optional<PackageRef> package;

  bool operator==(const Answer&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"request", Exposure::clear, "entry hash of the request"}, self.request);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"reason", Exposure::clear, "a reason code"}, self.reason);
    visit(Field{"terms", Exposure::commitment,
                "salted commitment to the terms, opened to the parties in the package"},
          self.terms);
    visit(Field{"package", Exposure::clear, "package with the terms"}, self.package);
  }
};

}  // namespace medchain::entry
