// The side of an anchoring run: keys, ledger, host and vault, what an earlier run left pending, and
// where entries were appended.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/job_retry.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "vault/settle.hpp"

namespace medchain::cli {

/// A dry run without a vault: an empty one that goes as soon as it is open.
class ScratchVault {
 public:
  ScratchVault() = default;
  ScratchVault(const ScratchVault&) = delete;
  ScratchVault& operator=(const ScratchVault&) = delete;
  ~ScratchVault() { remove(); }
  Result<std::string> make(const Session& session);
  void remove();

 private:
  std::string path_;
};

class AnchorSide {
 public:
  /// `copies`: of the records' bytes are kept in the vault.
  AnchorSide(Session& session, bool copies, const Retry& retry = {})
      : session_(session), copies_(copies && !session.dry_run()), retry_(retry) {}

  /// Keys, ledger and host.
  Status open();
  /// Made if it is not there; locked until close_vault(), but for a dry run.
  Status open_vault();
  void close_vault() { vault_.reset(); }
  /// What stays open to a run whose vault is open; with `reopens` it is opened again.
  Places places(bool reopens = false) const;
  /// What was pending in the vault.
  Status settle();
  Result<ledger::AppendResult> append_now(const ledger::Prepared& prepared);
  void note_appended(EntryIndex index);

  Session& session() const { return session_; }
  bool copies() const { return copies_; }
  const KeyDirectory& keys() const { return keys_; }
  ledger::Ledger& ledger() const { return *ledger_; }
  vault::Vault& vault() const { return *vault_; }
  const vault::Settled& settled() const { return settled_; }
  std::uint64_t entries() const { return entries_; }
  void note_printed() { ++entries_; }
  std::optional<EntryIndex> first() const { return first_; }
  std::optional<EntryIndex> last() const { return last_; }
  /// Of a run that ended with `status`: what is durable all the same is said.
  Status judge(Status status) const;

 private:
  Result<std::optional<EntryIndex>> append_pending(const ledger::Prepared& prepared);

  Session& session_;
  bool copies_;
  Retry retry_;           ///< of locks
  ScratchVault scratch_;  // goes after the vault in it
  KeyDirectory keys_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<ledger::Host> host_;
  vault::Owner owner_;
  std::unique_ptr<vault::Vault> vault_;
  vault::Settled settled_;
  std::uint64_t entries_ = 0;
  std::optional<EntryIndex> first_, last_;
  std::optional<Error> unwritten_;  ///< a file derived from the ledger could not be rewritten
};

/// For Verb::also_opens: a vault that is made or written.
void add_vault_to_write(const Session& session, Places& places);

}  // namespace medchain::cli
