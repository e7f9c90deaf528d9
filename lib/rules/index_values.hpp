// State whose values are indexes of entries (medchain-ledger(5)).  What is none is store_damaged.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rules/view.hpp"

namespace medchain::rules {

/// Nothing if there is no such key.
Result<std::optional<EntryIndex>> index_at(const View& view, const std::string& key);

/// Members that released records went to by this grant, and the newest release to each.  Fails as
/// `visit` does, too.
Status for_each_receiver(
    const View& view, const EntryHash& grant,
    const std::function<Status(const MemberName& member, EntryIndex release)>& visit);
/// Of all of them; the name of each follows.
std::string key_of_receivers(const EntryHash& grant);

}  // namespace medchain::rules
