// What the state keys of emergencies, notices, cases, erasures, owners and delegates hold
// (medchain-ledger(5)), as JSON by their field lists.
#pragma once

#include "rules/state.hpp"

namespace medchain::rules {

struct EmergencyState {
  EntryIndex index;
  MemberName author;
  entry::Emergency body;
  bool signed_person = false;
  std::optional<SubjectTag> subject;  ///< of the custodian, once records were released
  std::uint64_t releases = 0;
  std::optional<EntryHash> review;              ///< the newest
  std::optional<entry::ReviewOutcome> outcome;  ///< of it
  std::uint64_t reviewed = 0;                   ///< releases that were there for it
  /// Judged for good, and nothing was released since.
  bool is_reviewed() const {
    return review && outcome != entry::ReviewOutcome::escalated && reviewed == releases;
  }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the emergency"}, self.index);
    visit(Field{"author", Exposure::clear, "whose person broke the glass"}, self.author);
    visit(Field{"body", Exposure::clear, "what was stated"}, self.body);
    visit(Field{"signed_person", Exposure::clear, "true: the person signed"}, self.signed_person);
    visit(
        Field{"subject", Exposure::tag, "subject tag of the custodian, once records were released"},
        self.subject);
    visit(Field{"releases", Exposure::clear, "releases for it"}, self.releases);
    visit(Field{"review", Exposure::clear, "entry hash of the newest review"}, self.review);
    visit(Field{"outcome", Exposure::clear, "what it says"}, self.outcome);
    visit(Field{"reviewed", Exposure::clear, "releases that were there for it"}, self.reviewed);
  }
};

struct NoticeState {
  EntryIndex index;
  MemberName author;
  entry::Notice body;
  std::vector<MemberName> acknowledged;  ///< ascending
  std::vector<MemberName> erased;        ///< ascending; who attested the erasure it calls for
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the notice"}, self.index);
    visit(Field{"author", Exposure::clear, "who told"}, self.author);
    visit(Field{"body", Exposure::clear, "what was told"}, self.body);
    visit(Field{"acknowledged", Exposure::clear, "who has acknowledged, ascending"},
          self.acknowledged);
    visit(Field{"erased", Exposure::clear, "who attested the erasure it calls for, ascending"},
          self.erased);
  }
};

struct CaseState {
  EntryIndex index;
  MemberName author;
  entry::Case body;
  std::optional<EntryIndex> closed;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the case"}, self.index);
    visit(Field{"author", Exposure::clear, "who opened it"}, self.author);
    visit(Field{"body", Exposure::clear, "what it says"}, self.body);
    visit(Field{"closed", Exposure::clear, "index of the entry that closed it"}, self.closed);
  }
};

struct ErasureState {
  EntryIndex index;
  MemberName author;
  MemberName custodian;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the erase entry"}, self.index);
    visit(Field{"author", Exposure::clear, "who said it"}, self.author);
    visit(Field{"custodian", Exposure::clear, "whose records"}, self.custodian);
  }
};

struct OwnerState {
  std::vector<MemberName> owners;  ///< patient members, ascending
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"owners", Exposure::clear, "patient members of a subject, ascending"}, self.owners);
  }
};

struct DelegateState {
  EntryIndex index;
  entry::DelegateKind kind = entry::DelegateKind::delegate;
  std::optional<UnixSeconds> until;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the link"}, self.index);
    visit(Field{"kind", Exposure::clear, "guardian or delegate"}, self.kind);
    visit(Field{"until", Exposure::clear, "log time at which it ends"}, self.until);
  }
};

}  // namespace medchain::rules
