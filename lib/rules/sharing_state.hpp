// What the state keys of sharing hold (medchain-ledger(5)), as JSON by their field lists.
#pragma once

#include "rules/state.hpp"

namespace medchain::rules {

struct RequestState {
  EntryIndex index;
  MemberName author;
  entry::Request body;
  std::optional<EntryHash> answer;  ///< grant or answer
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the request"}, self.index);
    visit(Field{"author", Exposure::clear, "who asks"}, self.author);
    visit(Field{"body", Exposure::clear, "what is asked"}, self.body);
    visit(Field{"answer", Exposure::clear, "entry hash of the grant or answer"}, self.answer);
  }
};

/// pending, ended: with the referral that it belongs to.
enum class GrantStatus { active, suspended, revoked, amended, pending, ended };

}  // namespace medchain::rules

template <>
struct medchain::entry::EnumWords<medchain::rules::GrantStatus> {
  static constexpr std::string_view words[] = {"active",  "suspended", "revoked",
                                               "amended", "pending",   "ended"};
};

namespace medchain::rules {

struct GrantState {
  EntryIndex index;
  MemberName author;
  entry::Grant body;
  GrantStatus status = GrantStatus::active;
  EntryIndex since;                 ///< of the entry that made this status
  MemberName changed_by;            ///< its author
  std::uint64_t uses = 0;           ///< releases so far, those of grants that pass this one on too
  std::vector<UnixSeconds> recent;  ///< log times of the releases within the frequency's span
  std::uint64_t depth = 0;          ///< 0: the custodian's own; 1: passed on once
  std::optional<EntryHash> referral;  ///< that it is part of
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the grant"}, self.index);
    visit(Field{"author", Exposure::clear, "who gave it"}, self.author);
    visit(Field{"body", Exposure::clear, "what is granted"}, self.body);
    visit(Field{"status", Exposure::clear, "active, suspended, revoked, amended, pending or ended"},
          self.status);
    visit(Field{"since", Exposure::clear, "index of the entry that made this status"}, self.since);
    visit(Field{"changed_by", Exposure::clear, "author of that entry"}, self.changed_by);
    visit(Field{"uses", Exposure::clear, "releases so far"}, self.uses);
    visit(Field{"recent", Exposure::clear, "log times of the releases within the frequency's span"},
          self.recent);
    visit(Field{"depth", Exposure::clear, "how many times it was passed on"}, self.depth);
    visit(Field{"referral", Exposure::clear, "entry hash of the referral that it is part of"},
          self.referral);
  }
};

struct ReleaseState {
  EntryIndex index;
  MemberName author;
  MemberName to;
  std::optional<EntryHash> grant;
  std::optional<EntryHash> emergency;
  entry::Word purpose;
  std::optional<PersonTag> receiver;
  std::uint64_t records = 0;
  std::uint64_t opened = 0;
  std::uint64_t failed = 0;
  std::optional<EntryIndex> previous;  ///< release by the same grant to the same member
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "index of the release"}, self.index);
    visit(Field{"author", Exposure::clear, "who released"}, self.author);
    visit(Field{"to", Exposure::clear, "to whom"}, self.to);
    visit(Field{"grant", Exposure::clear, "by which grant"}, self.grant);
    visit(Field{"emergency", Exposure::clear, "for which emergency"}, self.emergency);
    visit(Field{"purpose", Exposure::clear, "purpose that was given"}, self.purpose);
    visit(Field{"receiver", Exposure::tag, "person that it is for"}, self.receiver);
    visit(Field{"records", Exposure::clear, "records in it"}, self.records);
    visit(Field{"opened", Exposure::clear, "uses that say opened"}, self.opened);
    visit(Field{"failed", Exposure::clear, "uses that say failed"}, self.failed);
    visit(Field{"previous", Exposure::clear,
                "index of the release before, by the same grant to the same member"},
          self.previous);
  }
};

}  // namespace medchain::rules
