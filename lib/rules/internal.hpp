// Shared by the files of lib/rules: what one judgement carries, and who must sign.
#pragma once

#include <algorithm>

#include "entry/encoder.hpp"
#include "rules/apply.hpp"

namespace medchain::rules {

/// Who must, and who may, sign besides the author's own line.
struct Signers {
  std::vector<MemberName> required;  ///< members that must sign too
  std::uint64_t admins = 0;  ///< distinct active admins among all signers, the author counted
  std::vector<note::VerifierKey>
      brought;          ///< keys in the statement itself that must sign (rotation)
  bool person = false;  ///< a staff key of the author may sign too: the person who acts
};

struct Judgement {
  const View& view;
  const Proposal& proposal;
  const entry::Header& header;
  MemberState author;
  entry::Policy policy;
  std::vector<Change> changes;
  Signers signers;

  void set(std::string key, std::string value) {
    changes.emplace_back(std::move(key), std::move(value));
  }
  template <entry::HasFields T>
  void set_state(std::string key, const T& value) {
    set(std::move(key), json::write(entry::encode(value)));
  }
  EntryIndex index() const { return proposal.index; }
};

/// Ascending, each once.
template <class T>
bool is_ascending(const std::vector<T>& items) {
  return std::adjacent_find(items.begin(), items.end(),
                            [](const T& a, const T& b) { return !(a < b); }) == items.end();
}

inline Error refuse(Code code, std::string message) { return fail(code, std::move(message)); }

// One function per kind, each in the file of its concern.
Result<std::vector<Change>> apply_genesis(const Proposal& proposal, const entry::Genesis& body);
Status judge(Judgement& judgement, const entry::PolicyChange& body);
Status judge(Judgement& judgement, const entry::Member& body);
Status judge(Judgement& judgement, const entry::Group& body);
Status judge(Judgement& judgement, const entry::Tick& body);
Status judge(Judgement& judgement, const entry::Anchor& body);
Status judge(Judgement& judgement, const entry::Erase& body);
Status judge(Judgement& judgement, const entry::Request& body);
Status judge(Judgement& judgement, const entry::Grant& body);
Status judge(Judgement& judgement, const entry::Answer& body);
Status judge(Judgement& judgement, const entry::Revoke& body);
Status judge(Judgement& judgement, const entry::Release& body);
Status judge(Judgement& judgement, const entry::Use& body);
Status judge(Judgement& judgement, const entry::Denied& body);
Status judge(Judgement& judgement, const entry::Emergency& body);
Status judge(Judgement& judgement, const entry::Review& body);
Status judge(Judgement& judgement, const entry::Notice& body);
Status judge(Judgement& judgement, const entry::Attest& body);
Status judge(Judgement& judgement, const entry::Case& body);
Status judge(Judgement& judgement, const entry::Link& body);
Status judge(Judgement& judgement, const entry::Referral& body);
Status judge(Judgement& judgement, const entry::Prescription& body);

/// Of acts on data (DESIGN 5): the person is named, or the author is no institution; a staff key of
/// the author may sign, and must where the policy says so.  Call it in judge(), before
/// check_signatures().
Status check_person(Judgement& judgement, const std::optional<PersonTag>& person);
/// True if a staff key of the author signs, whose signature is verified by check_signatures().
bool is_signed_by_person(const Judgement& judgement);

/// Verifies every line; unknown, double or uncalled-for lines refuse the entry.
Status check_signatures(const Judgement& judgement);

/// State of a new member's or rotated card: keys and their use.  `previous` is the card before, if
/// any.
Status bring_keys(const View& view, const entry::Card& card, const entry::Card* previous,
                  EntryIndex index, std::vector<Change>& changes);
/// Active admins and clocks if `changed` replaced its namesake.
Status check_staffed(const View& view, const MemberState& changed, std::uint64_t admit);

Result<MemberState> require_active(const View& view, const MemberName& name);
/// Those that are not revoked: nobody waits for the signature of a member that can never sign.
Result<std::vector<MemberName>> without_revoked(const View& view,
                                                const std::vector<MemberName>& names);

}  // namespace medchain::rules
