// release: the custodian, or who may pass records on, seals records for one use of a grant or of an
// emergency.  This is what is enforced and counted; `use` is the receiver's word.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class Disclosure {
  treatment,
  payment,
  operations,
  individual,
  incident,
  authorization,
  directory,
  security,
  custody,
  limited,
  public_health,
  research,
  law,
  oversight,
  other
};
template <>
struct EnumWords<Disclosure> {
  static constexpr std::string_view words[] = {
      "treatment",     "payment",   "operations", "individual", "incident",
      "authorization", "directory", "security",   "custody",    "limited",
      "public-health", "research",  "law",        "oversight",  "other"};
};

struct Release {
  static constexpr std::string_view type = "release";
  static constexpr std::string_view text = "records are sealed for a member: one use of a grant";

  std::optional<EntryHash> grant;
  std::optional<EntryHash> emergency;
  MemberName to;
  std::optional<PersonTag> person;
  std::optional<PersonTag> receiver;
  Word purpose;
  Disclosure disclosure = Disclosure::other;
  std::vector<RecordSet> records;
  bool standing = false;
  PackageRef package;

  bool operator==(const Release&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"grant", Exposure::clear, "entry hash of the grant that allows it"}, self.grant);
    visit(Field{"emergency", Exposure::clear, "entry hash of the emergency that calls for it"},
          self.emergency);
    visit(Field{"to", Exposure::clear, "who gets them"}, self.to);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"receiver", Exposure::tag, "person tag of the receiving member that it is for"},
          self.receiver);
    visit(Field{"purpose", Exposure::clear, "HL7 PurposeOfUse code"}, self.purpose);
    visit(Field{"disclosure", Exposure::clear, "class of disclosure under 45 CFR 164.528(a)(1)"},
          self.disclosure);
    visit(Field{"records", Exposure::tag, "records by place, ascending"}, self.records);
    visit(Field{"standing", Exposure::clear,
                "true: released by a standing order, nobody asked for it"},
          self.standing);
    visit(Field{"package", Exposure::clear, "the sealed records"}, self.package);
  }
};

}  // namespace medchain::entry
