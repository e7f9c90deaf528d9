// link: what belongs together: versions and parts of records (IHE XDS relationships), one subject
// at two members, a subject and its patient member, a patient and who acts for it.
#pragma once

#include "entry/scope.hpp"

namespace medchain::entry {

enum class LinkAct { relate, same, own, disown, delegate, undelegate };
template <>
struct EnumWords<LinkAct> {
  static constexpr std::string_view words[] = {"relate", "same",     "own",
                                               "disown", "delegate", "undelegate"};
};

enum class Relation { replaces, appends, transforms, signs };
template <>
struct EnumWords<Relation> {
  static constexpr std::string_view words[] = {"replaces", "appends", "transforms", "signs"};
};

enum class DelegateKind { guardian, delegate };
template <>
struct EnumWords<DelegateKind> {
  static constexpr std::string_view words[] = {"guardian", "delegate"};
};

/// One anchored record.
struct Place {
  EntryIndex entry;
  std::uint64_t row = 0;

  bool operator==(const Place&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"entry", Exposure::clear, "index of an anchor entry"}, self.entry);
    visit(Field{"row", Exposure::tag, "row of its manifest"}, self.row);
  }
};

struct Link {
  static constexpr std::string_view type = "link";
  static constexpr std::string_view text = "records, subjects, patients or delegates are linked";

  LinkAct act = LinkAct::relate;
  std::optional<PersonTag> person;
  std::optional<Relation> relation;
  std::optional<Place> from;
  std::optional<Place> target;
  std::optional<SubjectTag> subject;
  std::optional<MemberName> custodian;
  std::optional<MemberName> other;
  std::optional<SubjectTag> other_subject;
  std::optional<MemberName> patient;
  std::optional<DelegateKind> kind;
  std::optional<UnixSeconds> until;

  bool operator==(const Link&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"act", Exposure::clear, "what is done"}, self.act);
    visit(Field{"person", Exposure::tag,
                "who acted: person tag of the author; absent for patients and devices"},
          self.person);
    visit(Field{"relation", Exposure::clear, "relate: what `from` does to `target`"},
          self.relation);
    visit(Field{"from", Exposure::tag, "relate: a record of the author"}, self.from);
    visit(Field{"target", Exposure::tag, "relate: another record"}, self.target);
    visit(Field{"subject", Exposure::tag, "same, own, disown: subject tag of the custodian"},
          self.subject);
    visit(Field{"custodian", Exposure::clear, "same, own, disown: whose subject tag"},
          self.custodian);
    visit(Field{"other", Exposure::clear,
                "same: the other member; own, disown: the patient; delegate, undelegate: who acts "
                "for the patient"},
          self.other);
    visit(Field{"other_subject", Exposure::tag, "same: subject tag of the other member"},
          self.other_subject);
    visit(Field{"patient", Exposure::clear, "delegate, undelegate: for whom"}, self.patient);
    visit(Field{"kind", Exposure::clear, "delegate: guardian or delegate"}, self.kind);
    visit(Field{"until", Exposure::clear, "delegate: log time at which it ends"}, self.until);
  }
};

}  // namespace medchain::entry
