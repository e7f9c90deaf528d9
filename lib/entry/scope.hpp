// Scope: what every act of sharing has in common: who may do what with which records, why, how long
// and how often.  This is the part that a ledger shows; codes, labels, data periods and words are
// in the terms (terms.hpp), which it commits to.
#pragma once

#include <optional>
#include <vector>

#include "base/member_name.hpp"
#include "entry/fields.hpp"
#include "entry/row_ranges.hpp"
#include "entry/scalars.hpp"

namespace medchain::entry {

/// How a step of a referral or prescription names those that were there when it was made.
constexpr std::size_t max_follows = 64;
constexpr std::string_view follows_text =
    "steps: entry hashes of the steps before it that no other had followed yet when it was signed, "
    "ascending, 1 to 64";

/// Records, named by where they are anchored.
struct RecordSet {
  EntryIndex entry;  ///< an anchor
  RowRanges rows;

  bool operator==(const RecordSet&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"entry", Exposure::clear, "index of an anchor entry"}, self.entry);
    visit(Field{"rows", Exposure::tag, "rows of its manifest, which hold tags: 0-99,105"},
          self.rows);
  }
};

/// Who is meant: a member that is named, or in a named group, or has a named role; and if persons
/// are named, one of them. All empty: every member.
struct Actors {
  std::vector<MemberName> members;
  std::vector<MemberName> groups;
  std::vector<Role> roles;
  std::vector<PersonTag> persons;

  bool operator==(const Actors&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"members", Exposure::clear, "members, ascending"}, self.members);
    visit(Field{"groups", Exposure::clear, "groups of members, ascending"}, self.groups);
    visit(Field{"roles", Exposure::clear, "roles of members, ascending"}, self.roles);
    visit(Field{"persons", Exposure::tag,
                "person tags of the receiving member, ascending; none: anybody there"},
          self.persons);
  }
};

/// At most `uses` uses in any `seconds` seconds.
struct Frequency {
  std::uint64_t uses = 1;
  std::uint64_t seconds = 86'400;

  bool operator==(const Frequency&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"uses", Exposure::clear, "at most so many uses"}, self.uses);
    visit(Field{"seconds", Exposure::clear, "in any span of so many seconds"}, self.seconds);
  }
};

struct Scope {
  Actors actors;
  std::vector<Word> purposes;  ///< HL7 PurposeOfUse codes, ascending; empty: any
  std::vector<Word> actions;   ///< ascending; empty: read
  std::vector<Word> types;     ///< ascending; empty: any
  std::vector<SubjectTag> subjects;
  std::vector<RecordSet> records;
  std::optional<UnixSeconds> from;
  std::optional<UnixSeconds> until;
  std::optional<std::uint64_t> uses;
  std::optional<Frequency> frequency;
  std::uint64_t onward = 0;
  std::optional<std::vector<Territory>> territories;  ///< ascending, at least one; absent: any
  std::optional<UnixSeconds> erase_at;

  bool operator==(const Scope&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"actors", Exposure::clear, "who"}, self.actors);
    visit(
        Field{"purposes", Exposure::clear, "HL7 PurposeOfUse codes, ascending; none: any purpose"},
        self.purposes);
    visit(Field{"actions", Exposure::clear, "read, copy, store, derive, ascending; none: read"},
          self.actions);
    visit(Field{"types", Exposure::clear, "types of records, ascending; none: any type"},
          self.types);
    visit(Field{"subjects", Exposure::tag,
                "subject tags of the custodian, ascending; none: any subject"},
          self.subjects);
    visit(Field{"records", Exposure::tag, "records by place, ascending; none: any record"},
          self.records);
    visit(Field{"from", Exposure::clear, "log time from which it holds; absent: at once"},
          self.from);
    visit(Field{"until", Exposure::clear, "log time at which it ends"}, self.until);
    visit(Field{"uses", Exposure::clear, "releases it allows in all; absent: no limit"}, self.uses);
    visit(Field{"frequency", Exposure::clear, "limit of uses over time"}, self.frequency);
    visit(Field{"onward", Exposure::clear, "how many times it may be passed on, one after another"},
          self.onward);
    visit(Field{"territories", Exposure::clear,
                "where receivers must be: ISO 3166, ascending; absent: anywhere"},
          self.territories);
    visit(Field{"erase_at", Exposure::clear, "when the receiver must have erased what it got"},
          self.erase_at);
  }
};

/// A package (medchain-package(5)) that goes with an entry.
struct PackageRef {
  PackageHash hash;
  std::uint64_t bytes = 0;
  std::vector<MemberName> to;

  bool operator==(const PackageRef&) const = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor& visit) {
    visit(Field{"hash", Exposure::clear, "SHA-256 of the sealed file"}, self.hash);
    visit(Field{"bytes", Exposure::clear, "size of the sealed file"}, self.bytes);
    visit(Field{"to", Exposure::clear, "members whose seal keys open it, ascending"}, self.to);
  }
};

}  // namespace medchain::entry
