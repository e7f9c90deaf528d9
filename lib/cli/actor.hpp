// Actor: the member that acts on the ledger, and the person who acts for it: keys, ledger, host and
// vault are opened by the settings, and persons and documents become tags and commitments.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/workspace.hpp"
#include "vault/vault.hpp"

namespace medchain::cli {

class Actor {
 public:
  explicit Actor(Session& session) : session_(session) {}

  /// Keys, ledger and host (no host with --emit), and the staff key of --person-key.  Fails with
  /// member_unknown, and with key_invalid for a staff key that is not registered.
  Status open();
  /// The vault, after open().  Where there is none one is made if `make_vault`; a dry run then goes
  /// on without.  A restored vault is completed first.
  Status open_vault(bool make_vault);

  Session& session() const { return session_; }
  ledger::Ledger& ledger() const { return *ledger_; }
  ledger::Host* host() const { return host_.get(); }
  vault::Vault* vault() const { return vault_.get(); }
  const KeyDirectory& keys() const { return keys_; }
  const MemberName& member() const { return keys_.card.name; }
  bool has_staff_key() const { return staff_ != nullptr; }
  std::vector<entry::SignAs> signers() const;

  /// --person or --person-file as a tag; nothing for patients and devices.  Fails with
  /// person_missing.
  Result<std::optional<PersonTag>> person();
  /// Tag of another person of this member.
  Result<PersonTag> person_of(std::string_view name);
  /// Commitment to a document of this member, the same for the same document.
  Result<Commitment> commit_document(const Digest& digest);

 private:
  Status open_staff(const std::string& path);

  Session& session_;
  KeyDirectory keys_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<ledger::Host> host_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<crypto::Signer> staff_;
  std::string staff_name_;
  vault::Owner owner_;
};

/// --person-file and --person-key.
std::vector<Option> person_options();

}  // namespace medchain::cli
