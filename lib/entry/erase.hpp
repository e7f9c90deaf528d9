// erase: the custodian says that salts and keys of records or subjects are destroyed (DESIGN 6):
// commitments are meaningless from here.
#pragma once

#include "base/member_name.hpp"
#include "entry/fields.hpp"
#include "entry/scalars.hpp"

namespace medchain::entry {

struct Erase {
  static constexpr std::string_view type = "erase";
  static constexpr std::string_view text = "salts and keys of records or subjects are destroyed";

  MemberName custodian;
  std::vector<RecordTag> records;    ///< ascending
  std::vector<SubjectTag> subjects;  ///< ascending: every record of theirs
  Word basis;                        ///< legal basis, a code
  std::optional<PersonTag> person;

  bool operator==(const Erase&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"custodian", Exposure::clear, "whose records"}, self.custodian);
    visit(Field{"records", Exposure::tag, "record tags, ascending"}, self.records);
    visit(Field{"subjects", Exposure::tag, "subject tags, ascending: all records of theirs"},
          self.subjects);
    visit(Field{"basis", Exposure::clear, "legal basis, a code"}, self.basis);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
  }
};

}  // namespace medchain::entry
