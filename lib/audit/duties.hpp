// Duties: what members have to do for what was shared, and have not done: review of an emergency,
// erasure when the time of a grant has come, the use of a release to be declared, a notice to be
// acknowledged.  A member whose membership was revoked can do nothing more and has none.
#pragma once

#include <functional>
#include <vector>

#include "ledger/snapshot.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::audit {

struct Duty {
  enum class What : std::uint8_t { review, erasure, use, notice };
  What what = What::review;
  MemberName member;                 ///< whose it is
  std::vector<MemberName> awaiting;  ///< who waits for it
  EntryIndex entry;                  ///< of the emergency, grant, release or notice
  EntryHash hash;
  EntryIndex begun = {};  ///< entry that it counts from: newest release, for erasure
  std::optional<UnixSeconds> not_before = {};  ///< of a review: when the emergency ends
  std::optional<UnixSeconds> due = {};         ///< absent: no time is set
  std::optional<entry::NoticeOf> of = {};      ///< of a notice
  std::optional<PersonTag> person = {};        ///< who acted, where the duty comes from an act
};

std::string_view word_of(Duty::What what);

/// Each duty, by what and hash.  `go_on` is asked now and then whether to stop (interrupted).
/// Fails with store_damaged and as they do.
Status for_each_duty(const ledger::Snapshot& view, const std::function<Status()>& go_on,
                     const std::function<Status(const Duty&)>& visit);

}  // namespace medchain::audit
