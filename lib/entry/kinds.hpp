// The entry kinds (DESIGN 5), one header each.  Adding one: its header, its name in this variant;
// the compiler shows the rest.
#pragma once

#include <variant>

#include "entry/anchor.hpp"
#include "entry/answer.hpp"
#include "entry/attest.hpp"
#include "entry/case.hpp"
#include "entry/denied.hpp"
#include "entry/emergency.hpp"
#include "entry/erase.hpp"
#include "entry/genesis.hpp"
#include "entry/grant.hpp"
#include "entry/group.hpp"
#include "entry/link.hpp"
#include "entry/member.hpp"
#include "entry/notice.hpp"
#include "entry/policy_change.hpp"
#include "entry/prescription.hpp"
#include "entry/referral.hpp"
#include "entry/release.hpp"
#include "entry/request.hpp"
#include "entry/review.hpp"
#include "entry/revoke.hpp"
#include "entry/tick.hpp"
#include "entry/use.hpp"

namespace medchain::entry {

using Body = std::variant<Genesis, PolicyChange, Member, Tick, Anchor, Erase, Group, Request, Grant,
                          Answer, Revoke, Release, Use, Denied, Emergency, Review, Notice, Attest,
                          Case, Link, Referral, Prescription>;

}  // namespace medchain::entry
