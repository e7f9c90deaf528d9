// One referral or consultation, as list and inbox tell it.
#pragma once

#include <optional>
#include <string>

#include "cli/refer_duplicates.hpp"
#include "rules/referral_state.hpp"

namespace medchain::cli {

struct ReferralItem {
  EntryHash hash;
  rules::ReferralState state;
  UnixSeconds waiting;      ///< since when
  std::int64_t age = 0;     ///< seconds since then
  bool is_overdue = false;  ///< it waits for longer than --max-age
  std::optional<entry::Terms> terms;
  std::optional<Error> closed;  ///< why the terms cannot be read
  std::vector<Duplicate> duplicates;
};

/// A FHIR R4 Task with its ServiceRequest in it.  What this member cannot read is in it as tags.
Result<json::Object> fhir_task(const ledger::Snapshot& view, const ReferralItem& item);

}  // namespace medchain::cli
