// What the state keys of members, keys, groups and statements hold (medchain-ledger(5)), as JSON by
// their field lists.
#pragma once

#include <optional>
#include <vector>

#include "base/member_name.hpp"
#include "entry/entry.hpp"

namespace medchain::rules {

enum class MemberStatus { active, suspended, revoked };

}  // namespace medchain::rules

template <>
struct medchain::entry::EnumWords<medchain::rules::MemberStatus> {
  static constexpr std::string_view words[] = {"active", "suspended", "revoked"};
};

namespace medchain::rules {

struct MemberState {
  entry::Card card;
  MemberStatus status = MemberStatus::active;
  EntryIndex since;  ///< of the last change
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"card", Exposure::clear, "the card in force"}, self.card);
    visit(Field{"status", Exposure::clear, "active, suspended or revoked"}, self.status);
    visit(Field{"since", Exposure::clear, "index of the last change"}, self.since);
  }
};

struct KeyState {
  note::VerifierKey key;
  EntryIndex from;                  ///< entry that brought it
  std::optional<EntryIndex> until;  ///< entry that ended it; it signs nothing after
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"key", Exposure::clear, "vkey"}, self.key);
    visit(Field{"from", Exposure::clear, "index of the entry that brought it"}, self.from);
    visit(Field{"until", Exposure::clear, "index of the entry that ended it"}, self.until);
  }
};

struct GroupState {
  MemberName owner;
  std::vector<MemberName> members;
  bool dissolved = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"owner", Exposure::clear, "who made it"}, self.owner);
    visit(Field{"members", Exposure::clear, "who is in it, ascending"}, self.members);
    visit(Field{"dissolved", Exposure::clear, "true when it is no more"}, self.dissolved);
  }
};

struct StatementAt {
  EntryIndex index;
  EntryHash statement;  ///< entry::statement_hash
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    using entry::Exposure, entry::Field;
    visit(Field{"index", Exposure::clear, "where it is"}, self.index);
    visit(Field{"statement", Exposure::clear, "hash of its text"}, self.statement);
  }
};

}  // namespace medchain::rules
