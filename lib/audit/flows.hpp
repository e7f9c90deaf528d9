// Flows: how much moved between members, by one pass over releases, uses and refusals.  For each
// receiver and what it got records by, with the way it was passed on; and for each pair of members,
// purpose and month, without any tag: what a regulator sees.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/access.hpp"

namespace medchain::audit {

struct Tally {
  std::uint64_t releases = 0, records = 0;  ///< enforced; a record counts each time
  std::uint64_t uses = 0, opened = 0;       ///< declared; records opened
  std::uint64_t failed = 0, denied = 0;
  UnixSeconds first, last;  ///< log times
};

/// A step on data: a release, a use or a refusal, whose parties are known.
struct Step {
  const Event& event;
  const entry::Body& body;
  MemberName from, to;
  std::optional<Ground> ground;
};
/// Counts it.
void count(Tally& tally, const Step& step);

/// All steps in ledger order.
Status for_each_step(const ledger::Snapshot& view, const std::function<Status()>& go_on,
                     const std::function<Status(const Step&)>& visit);

/// A grant on the way from the custodian to who got records.
struct Link {
  EntryIndex grant;
  MemberName author;
};
struct Usage {
  MemberName to;
  Ground ground;
  std::vector<Link> chain;  ///< the custodian's own grant first; of an emergency none
  std::vector<entry::Word> purposes;
  Tally tally;
  Watch::Counts resources;  ///< different records, by type
  std::map<EntryIndex, std::map<std::uint32_t, std::string>> records;  ///< rows with their types
};
/// By receiver, then by ground.  `wanted` says which steps count.
Result<std::vector<Usage>> usages(const ledger::Snapshot& view,
                                  const std::function<Status()>& go_on,
                                  const std::function<bool(const Step&)>& wanted);

struct Flow {
  std::string month;  ///< `2025-03`, of log time
  MemberName from, to;
  std::string purpose;  ///< empty: a refusal that names none
  auto operator<=>(const Flow&) const = default;
};
Result<std::map<Flow, Tally>> flows(const ledger::Snapshot& view,
                                    const std::function<Status()>& go_on,
                                    const std::function<bool(const Step&)>& wanted);

}  // namespace medchain::audit
