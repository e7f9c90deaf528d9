// Access: what happened to the records of one subject, entry by entry, with the ground it rests on
// and what kinds of records it is about: what a patient may ask for (GDPR Art. 15, EHDS Art. 9).
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "audit/history.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::audit {

/// What a release or use rests on.
enum class GroundKind { grant, referral, emergency };

}  // namespace medchain::audit

template <>
struct medchain::entry::EnumWords<medchain::audit::GroundKind> {
  static constexpr std::string_view words[] = {"grant", "referral", "emergency"};
};

namespace medchain::audit {

struct Ground {
  GroundKind kind = GroundKind::grant;
  EntryIndex index;
  MemberName author;
  std::optional<entry::Basis> basis;  ///< of a grant or referral
  std::optional<entry::Word> reason;  ///< of an emergency
  std::uint64_t depth = 0;            ///< how many times it was passed on
};
/// Fails with store_damaged: the ledger has neither.
Result<Ground> ground_of(const rules::View& view, const entry::Release& release);

struct Access {
  Reached reached;
  Watch::Counts resources;  ///< records of the subject that it is about, by type
  std::optional<Ground> ground;
};

/// In ledger order.
Status for_each_access(const ledger::Snapshot& view, Watch& watch,
                       const std::function<Status()>& go_on,
                       const std::function<Status(const Access&)>& visit);

}  // namespace medchain::audit
