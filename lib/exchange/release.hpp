// Release: what goes into one use of a grant or of an emergency (DESIGN 5, 8, 9): the custodian
// judges its records, and those that pass are made ready for a package.  What the ledger counts and
// refuses is for rules::release, when the act is appended.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exchange/held_records.hpp"
#include "exchange/record_judge.hpp"
#include "exchange/sealed_package.hpp"

namespace medchain::exchange {

struct Passed {
  std::vector<HeldRecord> records;  ///< by place
  std::uint64_t withheld = 0;       ///< in the scope, but not permitted
  std::optional<Error>
      why;  ///< of one that was withheld; if there is a reason beside grant_scope, that
};

/// Those that the judge lets pass.  Fails as facts_of() does.
Result<Passed> judge_records(const RecordJudge& judge, std::vector<HeldRecord> records);

/// At most so many go into one release (medchain-package(5)).
constexpr std::size_t max_released = 8'192;

/// Names for records within a package: `Observation-9.json`, each once, none with what a file name
/// must not have.
std::vector<std::string> package_names(const std::vector<HeldRecord>& records);

/// Records, openings and proofs for the package of a release.  Fails as the openers do.
Result<Contents> release_contents(const ledger::Snapshot& view,
                                  const std::vector<HeldRecord>& records);

/// By place, as statements name them.
std::vector<entry::RecordSet> sets_of(const std::vector<HeldRecord>& records);

/// Releases by this grant to this member, newest first.
Result<std::vector<EntryIndex>> releases_to(const ledger::Snapshot& view, const EntryHash& grant,
                                            const MemberName& to);
/// Places of the records of the release at `index`.  Fails with store_damaged: it is none.
Result<std::set<ledger::RowPlace>> released_at(const ledger::Snapshot& view, EntryIndex index);
/// Places that releases by these grants have given this member so far.
Result<std::set<ledger::RowPlace>> released_so_far(const ledger::Snapshot& view,
                                                   const std::set<EntryHash>& grants,
                                                   const MemberName& to);

}  // namespace medchain::exchange
