// Received tags: what other members call subjects of this vault, by tags on the ledger that only
// they could compute (DESIGN 6).  Kept when a referral is accepted, so that what the ledger shows
// of a subject at the other member can be found here.
#pragma once

#include <functional>
#include <optional>

#include "vault/vault.hpp"

namespace medchain::vault {

class ReceivedTags {
 public:
  explicit ReceivedTags(Vault& vault) : vault_(vault) {}
  /// The member's tag is that of this subject.  What was kept of the tag before is replaced.  Not
  /// within Vault::read(); the vault is open for writing.
  Status keep(const MemberName& member, const SubjectTag& tag, const Subject& subject);
  /// As it was before: that number of a subject, or nothing.  As keep() is called.
  Status restore(const MemberName& member, const SubjectTag& tag,
                 const std::optional<std::uint64_t>& before);
  /// Number of the subject; nothing if none was kept.  Within Vault::read().
  Result<std::optional<std::uint64_t>> find(const MemberName& member, const SubjectTag& tag) const;
  /// All, by member and tag.  Within Vault::read().
  Status for_each(const std::function<Status(const MemberName&, const SubjectTag&,
                                             std::uint64_t subject)>& visit) const;

 private:
  Vault& vault_;
};

}  // namespace medchain::vault
