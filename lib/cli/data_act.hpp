// DataAct: what the acts of medchain-vault on the ledger have in common: keys, ledger, host and
// vault are opened, what an earlier run left is settled, statements are signed by the member and,
// with --person-key, by the person.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/actor.hpp"
#include "cli/places.hpp"
#include "vault/erasing.hpp"

namespace medchain::cli {

/// A statement to be made.
struct Stated {
  entry::Entry entry;
  json::Object more;  ///< what its receipt says beside what every receipt says
  std::string what;   ///< for people: "erased 3 versions"
};

class DataAct {
 public:
  /// Opens everything by the settings, seals the process and settles.  Where there is no vault one
  /// is made if `make_vault`.
  static Result<std::unique_ptr<DataAct>> begin(Session& session, bool make_vault = false);

  Session& session() { return session_; }
  ledger::Ledger& ledger() { return actor_.ledger(); }
  vault::Vault& vault() { return *actor_.vault(); }
  const MemberName& member() const { return actor_.member(); }
  const vault::SettledErasures& settled() const { return settled_; }

  /// As Actor has it.
  Result<std::optional<PersonTag>> person() { return actor_.person(); }
  Result<Commitment> commit_document(const Digest& digest) {
    return actor_.commit_document(digest);
  }
  /// A statement of now; `id` is --id or random bits.
  Result<entry::Entry> sign(entry::Body body, const StatementId& id);
  /// In one transaction.  Precondition: not --emit.
  Result<ledger::AppendResult> append(std::span<const ledger::Prepared> entries);
  /// Appends (or prints with --emit) one statement and prints its receipt.
  Result<int> finish(entry::Body body, const std::string& what);
  /// Receipts of what was appended; whatever fails says that it was.
  Status print(const std::vector<Stated>& stated, const ledger::AppendResult& result);
  Status print_emitted(const std::vector<Stated>& stated);

 private:
  explicit DataAct(Session& session) : session_(session), actor_(session) {}
  Status open(bool make_vault);

  Session& session_;
  Actor actor_;
  vault::SettledErasures settled_;
};

/// Completes erasures that an earlier run began, and carries out those that the ledger alone knows
/// of (a vault out of a backup); tells of it.  Without `host` nothing is appended.
Result<vault::SettledErasures> settle_erasures(Session& session, vault::Vault& vault,
                                               ledger::Ledger& ledger, ledger::Host* host,
                                               std::span<const entry::SignAs> signers);

/// The notice to who received what an erase entry erases; nothing if nobody did.
Result<std::optional<entry::Notice>> notice_of(ledger::Ledger& ledger, const entry::Entry& erase,
                                               std::optional<UnixSeconds> due);

/// Of every act: ledger, key, vault, host, person and so on.
std::vector<std::string_view> data_act_common();
/// Of acts for which a vault is made where there is none.
void make_vault_opens(const Session& session, Places& places);

}  // namespace medchain::cli
