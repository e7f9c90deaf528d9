// review: another person judges an emergency after the fact (HEALTH B-4, B-6).
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class ReviewOutcome { justified, unjustified, escalated };
template <>
struct EnumWords<ReviewOutcome> {
  static constexpr std::string_view words[] = {"justified", "unjustified", "escalated"};
};

struct Review {
  static constexpr std::string_view type = "review";
  static constexpr std::string_view text = "another person judges an emergency";

  EntryHash emergency;
  std::optional<PersonTag> person;
  ReviewOutcome outcome = ReviewOutcome::justified;
  Word reason;
  std::optional<Commitment> terms;
  std::optional<PackageRef> package;

  bool operator==(const Review&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"emergency", Exposure::clear, "entry hash of the emergency"}, self.emergency);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"outcome", Exposure::clear, "justified, unjustified or escalated"}, self.outcome);
    visit(Field{"reason", Exposure::clear, "a reason code"}, self.reason);
    visit(Field{"terms", Exposure::commitment,
                "salted commitment to the terms, opened to the parties in the package"},
          self.terms);
    visit(Field{"package", Exposure::clear, "package with the terms"}, self.package);
  }
};

}  // namespace medchain::entry
