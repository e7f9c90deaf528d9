#include "cli/refusal.hpp"

#include <algorithm>
#include <array>

namespace medchain::cli {

bool is_refusal(Code code) {
  constexpr std::array refusals = {
      Code::not_permitted,       Code::grant_not_yet,   Code::grant_expired,
      Code::grant_revoked,       Code::grant_suspended, Code::grant_used_up,
      Code::grant_too_often,     Code::grant_actor,     Code::grant_person,
      Code::grant_purpose,       Code::grant_scope,     Code::grant_onward,
      Code::grant_owner,         Code::grant_wider,     Code::emergency_over,
      Code::emergency_forbidden, Code::referral_over,   Code::referral_expired,
      Code::record_erased};
  return std::find(refusals.begin(), refusals.end(), code) != refusals.end();
}

bool is_rx_refusal(Code code) {
  constexpr std::array refusals = {Code::not_permitted,           Code::entry_state,
                                   Code::entry_missing,           Code::member_role,
                                   Code::prescription_held,       Code::prescription_directed,
                                   Code::prescription_credential, Code::prescription_not_yet,
                                   Code::prescription_expired,    Code::prescription_over,
                                   Code::prescription_quantity,   Code::prescription_review};
  return std::find(refusals.begin(), refusals.end(), code) != refusals.end();
}

}  // namespace medchain::cli
