// The verbs of medchain-member.  Acts print a receipt (or, with --emit, the entry); queries print
// text or JSON.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Result<int> member_add(Session& session);
Result<int> member_update(Session& session);
Result<int> member_rotate(Session& session);
Result<int> member_suspend(Session& session);
Result<int> member_resume(Session& session);
Result<int> member_revoke(Session& session);
Result<int> member_staff_add(Session& session);
Result<int> member_staff_revoke(Session& session);
Result<int> member_policy(Session& session);
Result<int> member_endorse(Session& session);
Result<int> member_group(Session& session);

Result<int> member_list(Session& session);
Result<int> member_show(Session& session);
Result<int> member_challenge(Session& session);
/// Status 0: the member has its current key; 1: the answer does not prove it.
Result<int> member_authenticate(Session& session);

}  // namespace medchain::cli
