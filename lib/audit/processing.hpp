// Processing: what each member that holds records does with them, as far as policy, cards and
// entries tell: the content of records of processing activities (GDPR Art. 30(1)).  No tag is in
// it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/history.hpp"

namespace medchain::audit {

struct Recipient {
  MemberName name;
  entry::MemberKind kind = entry::MemberKind::hospital;
  std::optional<entry::Territory> territory;
  auto operator<=>(const Recipient&) const = default;
};

/// What a controller does for one purpose.
struct Activity {
  std::set<std::string> legal, policies;  ///< of its grants and referrals
  std::set<std::string> types;            ///< of records that grants name; empty: any
  bool any_type = false;
  std::set<Recipient> recipients;  ///< who got records
  std::set<Recipient> abroad;      ///< of these, in another country
  std::set<Recipient> unplaced;    ///< of these, where one of the two cards names no country
  std::uint64_t grants = 0, releases = 0, records = 0;
  std::optional<std::int64_t> shortest, longest;  ///< seconds until receivers must have erased
  std::uint64_t unlimited = 0;                    ///< grants that set no such time
};

struct Controller {
  entry::Card card;
  std::set<std::string> types;                  ///< of the records it anchored
  std::uint64_t records = 0;                    ///< anchored, each version
  std::map<std::string, std::uint64_t> erased;  ///< erasures by legal basis
  std::map<std::string, Activity> activities;   ///< by purpose; empty: any purpose
};

/// Members that hold records, or held some; `only` one of them.
Result<std::map<MemberName, Controller>> processing(const ledger::Snapshot& view,
                                                    const std::optional<MemberName>& only,
                                                    const std::function<Status()>& go_on);

}  // namespace medchain::audit
