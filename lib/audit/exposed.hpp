// Exposed: which subjects and records somebody reached, so that who is responsible knows whom a
// breach is about (GDPR Art. 33, 34): a person, a member, or who holds a signing key.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/concerned.hpp"
#include "note/note.hpp"

namespace medchain::audit {

/// How: it anchored records, released them, was released them, said that it opened them; or it did
/// something about the subject, whose tag it then knew.
enum class Reaching { anchored, gave, received, opened, named };

}  // namespace medchain::audit

template <>
struct medchain::entry::EnumWords<medchain::audit::Reaching> {
  static constexpr std::string_view words[] = {"anchored", "gave", "received", "opened", "named"};
};

namespace medchain::audit {

/// Who: one of them.
struct Suspect {
  std::optional<PersonTag> person;
  std::optional<MemberName> member;
  struct Key {
    std::string name;  ///< MEMBER, or MEMBER/STAFF
    note::KeyId id;
  };
  std::optional<Key> key;
};

struct Exposure {
  SubjectTag subject;
  std::optional<MemberName> custodian;
  std::set<Reaching> how;
  std::map<ledger::RowPlace, Concerned::Row> rows;  ///< that it reached; not those only named
  UnixSeconds first, last;                          ///< log times
  std::vector<EntryIndex> entries;
};

struct Exposed {
  std::vector<Exposure> subjects;  ///< by the first entry of each
  std::uint64_t acts = 0;          ///< entries that it did, or got records by
  std::uint64_t unnamed = 0;       ///< of them those that name no subject
};
/// By one pass; refusals reached nothing and do not count.  `contains`: the period, of log time.
Result<Exposed> exposed_to(const ledger::Snapshot& view, const Suspect& suspect,
                           const std::function<bool(UnixSeconds)>& contains,
                           const std::function<Status()>& go_on);

}  // namespace medchain::audit
