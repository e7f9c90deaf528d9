// case: a matter that stands over records: legal hold, sealing (fengcun), suspension of an
// accounting (45 CFR 164.528(a)(2)), a regulator's opening.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class CaseOf { hold, seal, suspension, opening };
template <>
struct EnumWords<CaseOf> {
  static constexpr std::string_view words[] = {"hold", "seal", "suspension", "opening"};
};

struct Case {
  static constexpr std::string_view type = "case";
  static constexpr std::string_view text = "a matter that stands over records is opened or closed";

  std::optional<EntryHash> closes;
  CaseOf of = CaseOf::hold;
  MemberName custodian;
  std::optional<PersonTag> person;
  std::vector<SubjectTag> subjects;
  std::vector<RecordSet> records;
  Word reason;
  std::optional<UnixSeconds> until;
  std::vector<MemberName> witnesses;
  std::optional<Commitment> document;

  bool operator==(const Case&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"closes", Exposure::clear, "entry hash of the case that this ends"}, self.closes);
    visit(Field{"of", Exposure::clear, "what it is"}, self.of);
    visit(Field{"custodian", Exposure::clear, "whose records"}, self.custodian);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"subjects", Exposure::tag, "subject tags, ascending"}, self.subjects);
    visit(Field{"records", Exposure::tag, "records by place, ascending"}, self.records);
    visit(Field{"reason", Exposure::clear, "a reason code"}, self.reason);
    visit(Field{"until", Exposure::clear, "log time at which it ends by itself"}, self.until);
    visit(Field{"witnesses", Exposure::clear, "members that sign too, ascending"}, self.witnesses);
    visit(Field{"document", Exposure::commitment, "salted commitment to a document"},
          self.document);
  }
};

}  // namespace medchain::entry
