// emergency: break-glass (DESIGN 9, HEALTH 3.6): a person of the author needs one subject's records
// now.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

struct Emergency {
  static constexpr std::string_view type = "emergency";
  static constexpr std::string_view text =
      "break-glass: a person needs the records of one subject at once";

  MemberName custodian;
  std::optional<PersonTag> person;
  SubjectTag subject;
  Word reason;
  UnixSeconds until;
  std::vector<MemberName> notify;
  Commitment terms;
  PackageRef package;

  bool operator==(const Emergency&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"custodian", Exposure::clear, "who holds the records"}, self.custodian);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"subject", Exposure::tag, "subject tag of the author"}, self.subject);
    visit(Field{"reason", Exposure::clear, "a reason code"}, self.reason);
    visit(Field{"until", Exposure::clear, "log time at which it ends, at most 4 hours ahead"},
          self.until);
    visit(Field{"notify", Exposure::clear, "who is told at once, ascending"}, self.notify);
    visit(Field{"terms", Exposure::commitment,
                "salted commitment to the words of the reason and the identifiers of the subject"},
          self.terms);
    visit(Field{"package", Exposure::clear, "package with the terms for the custodian"},
          self.package);
  }
};

}  // namespace medchain::entry
