// What a member that only looks can know more than the ledger shows: its name by its card, its
// vault, and its seal key, which opens the terms that others sealed to it.  No signing key is read.
#pragma once

#include <memory>
#include <optional>

#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "entry/terms.hpp"
#include "exchange/open_terms.hpp"
#include "package/store.hpp"
#include "package/unpack.hpp"

namespace medchain::cli {

class OwnSide {
 public:
  /// By --key and --vault, as far as they are given and there.  Fails as read_card(),
  /// load_age_identity() and Vault::open() do, with vault_conflict for another's vault.
  static Result<OwnSide> open(const Session& session, ledger::Ledger& ledger);

  const std::optional<MemberName>& member() const { return member_; }
  vault::Vault* vault() const { return vault_.get(); }

  /// Terms of the entry; nothing if it has none.  Fails as exchange::open_terms() does; with
  /// key_missing where there is no seal key.
  Result<std::optional<entry::Terms>> terms(const ledger::Snapshot& view, EntryIndex index) const;
  /// The document of a prescription's entry.  Fails as exchange::open_document() does; with
  /// key_missing where there is no seal key.
  Result<std::optional<exchange::OpenedDocument>> document(const entry::Entry& entry) const;
  const package::Store& packages() const { return packages_; }

  /// Package with the documents of an entry whose terms were read.  Fails as
  /// exchange::open_documents() does.
  Result<package::Unpacked> documents(const entry::Entry& entry,
                                      const std::string& directory) const;

 private:
  explicit OwnSide(package::Store packages) : packages_(std::move(packages)) {}

  std::optional<MemberName> member_;
  std::unique_ptr<vault::Vault> vault_;
  std::optional<crypto::Secret> identity_;
  package::Store packages_;
};

/// Places of packages and the seal key, for Verb::also_opens.
void own_side_opens(const Session& session, Places& places);

}  // namespace medchain::cli
