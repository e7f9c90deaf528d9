// The entry kinds (DESIGN 5), one header each.  Adding one: its header, its name in this variant;
// the compiler shows the rest.
#pragma once

#include <variant>

#include "entry/anchor.hpp"
#include "entry/erase.hpp"
#include "entry/genesis.hpp"
#include "entry/group.hpp"
#include "entry/member.hpp"
#include "entry/policy_change.hpp"
#include "entry/tick.hpp"

namespace medchain::entry {

using Body = std::variant<Genesis, PolicyChange, Member, Tick, Anchor, Erase, Group>;

}  // namespace medchain::entry
