// Accounting of disclosures (45 CFR 164.528): what members gave of one subject's records to others
// in a period, without the classes that the rule excludes, repeats summarised as (b)(3) allows, and
// without what is suspended for oversight or law enforcement ((a)(2)).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "audit/access.hpp"

namespace medchain::audit {

/// The classes that (a)(1) excludes, (i) to (viii) as entries state them; (ix) is a date.
bool is_excluded_class(entry::Disclosure disclosure);
/// Six years, or so many, before: the same day of that year (the 28th for the 29th of February).
UnixSeconds years_before(UnixSeconds time, std::int64_t years);

struct AccountingTerms {
  UnixSeconds since, until;              ///< of log time
  std::set<entry::Disclosure> included;  ///< of the excluded classes
  UnixSeconds compliance;                ///< (ix): what was before is excluded
  bool before_compliance = false;        ///< ... unless it is asked for
  bool suspended = false;                ///< show what is suspended too: for the privacy officer
};

/// Disclosures by one member to another for a single purpose.
struct Disclosed {
  MemberName from, to;
  entry::Word purpose;
  entry::Disclosure disclosure = entry::Disclosure::other;
  std::optional<EntryIndex> suspension;  ///< the case that withholds it
  Event first;
  Ground ground;     ///< of the first
  UnixSeconds last;  ///< log time of the last
  std::uint64_t times = 0, signed_persons = 0;
  std::uint64_t uses = 0;  ///< that the receiver declared
  std::vector<EntryIndex> entries;
  std::set<PersonTag> receivers;  ///< whom it was for
  Watch::Counts resources;        ///< different records, by type
  std::set<ledger::RowPlace> records;
};

struct Accounting {
  std::vector<Disclosed> rows;          ///< by the first of each
  std::uint64_t disclosures = 0;        ///< in all rows
  std::uint64_t withheld = 0;           ///< not shown, for they are suspended
  std::vector<EntryIndex> suspensions;  ///< that do so now
};
Result<Accounting> account(const ledger::Snapshot& view, const std::vector<KnownTag>& tags,
                           const AccountingTerms& terms, const std::function<Status()>& go_on);

}  // namespace medchain::audit
