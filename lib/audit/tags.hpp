// Tags: what a subject or record is called on a ledger.  Each member has tags of its own for a
// subject; which of them mean one person is known from the caller's vault (its own tag, those that
// it received with referrals) and from links, which are on the ledger for everybody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/snapshot.hpp"
#include "vault/vault.hpp"

namespace medchain::audit {

/// own: of the vault's owner; received: kept when a referral was accepted; linked: by a link entry;
/// given: named as a tag.
enum class TagOrigin { own, received, linked, given };

}  // namespace medchain::audit

template <>
struct medchain::entry::EnumWords<medchain::audit::TagOrigin> {
  static constexpr std::string_view words[] = {"own", "received", "linked", "given"};
};

namespace medchain::audit {

struct KnownTag {
  std::optional<MemberName> member;  ///< whose; absent: the ledger does not say
  SubjectTag tag;
  TagOrigin origin = TagOrigin::own;
};

/// Of the vault's subject of this name, the owner's first.  An erased subject is found by its
/// records, which stay on the ledger.  Fails with record_unknown; record_erased (erased, and no
/// record of it is on the ledger).  Not within Vault::read().
Result<std::vector<KnownTag>> tags_of_subject(vault::Vault& vault, const ledger::Snapshot& view,
                                              std::string_view name);
/// Of a tag, with those that it is linked to.
Result<std::vector<KnownTag>> tags_of_tag(const ledger::Snapshot& view, const SubjectTag& tag);

/// Where a batch is on the ledger, also if the vault has not noted it yet; nothing: it is not.
Result<std::optional<EntryIndex>> entry_of_batch(const vault::Batch& batch,
                                                 const rules::View& view);
/// Where the newest version of a record of the vault is on the ledger, erased or not.  Within
/// Vault::read().  Fails with entry_state: it is signed but not on the ledger yet.
Result<ledger::RowPlace> place_of_version(const vault::Vault& vault, const ledger::Snapshot& view,
                                          std::uint64_t number);

/// Members that hold records and that no tag is known of: what a report does not cover.
Result<std::vector<MemberName>> uncovered(const rules::View& view,
                                          const std::vector<KnownTag>& tags);

}  // namespace medchain::audit
