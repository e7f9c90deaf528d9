// Shared by the files of lib/rules: what one judgement carries, and who must sign.
#pragma once

#include "rules/apply.hpp"

namespace medchain::rules {

/// Who must, and who may, sign besides the author's own line.
struct Signers {
  std::vector<MemberName> required;  ///< members that must sign too
  std::uint64_t admins = 0;  ///< distinct active admins among all signers, the author counted
  std::vector<note::VerifierKey>
      brought;  ///< keys in the statement itself that must sign (rotation)
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

inline Error refuse(Code code, std::string message) { return fail(code, std::move(message)); }

// One function per kind, each in the file of its concern.
Result<std::vector<Change>> apply_genesis(const Proposal& proposal, const entry::Genesis& body);
Status judge(Judgement& judgement, const entry::PolicyChange& body);
Status judge(Judgement& judgement, const entry::Member& body);
Status judge(Judgement& judgement, const entry::Group& body);
Status judge(Judgement& judgement, const entry::Tick& body);
Status judge(Judgement& judgement, const entry::Anchor& body);
Status judge(Judgement& judgement, const entry::Erase& body);

/// Verifies every line; unknown, double or uncalled-for lines refuse the entry.
Status check_signatures(const Judgement& judgement);

/// State of a new member's or rotated card: keys and their use.  `previous` is the card before, if
/// any.
Status bring_keys(const View& view, const entry::Card& card, const entry::Card* previous,
                  EntryIndex index, std::vector<Change>& changes);
/// Active admins and clocks if `changed` replaced its namesake.
Status check_staffed(const View& view, const MemberState& changed, std::uint64_t admit);

Result<MemberState> require_active(const View& view, const MemberName& name);

}  // namespace medchain::rules
