// Acts between members: statements, each with the package that goes with it, put on the ledger in
// the order of DESIGN 12, so that a crash anywhere leaves either nothing or what the next run
// completes:
//   package sealed in staging -> statement pending in the vault -> ledger -> package published ->
//   act marked anchored.
// Who acts settles first what earlier runs have left (settle_acts).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "exchange/sealed_package.hpp"
#include "ledger/ledger.hpp"
#include "vault/acts.hpp"

namespace medchain::exchange {

/// A signed statement; its body names the package if there is one.
struct SignedAct {
  entry::Entry entry;
  std::optional<SealedPackage> package;
  Digest intent;  ///< vault/acts.hpp
};

/// Appends all, in one transaction, or nothing, and says where each is.  Nothing: this run does not
/// append, others were given the statements.  An error means that nothing was appended.  Who
/// refuses for time has first made the log time durable that it judged by.
using AppendActs = std::function<Result<std::optional<std::vector<ledger::Appended>>>(
    std::span<const ledger::Prepared>)>;

struct Done {
  std::vector<ledger::Appended> entries;  ///< in order; empty: given away, still pending
  /// The entries are on the ledger, but something after that failed; the next run completes it.
  std::optional<Error> unfinished;
};

/// `given_away`: `append` hands the statements to others.
/// Precondition: the vault is open for writing, settle_acts() came before.  After a refusal the
/// acts are abandoned and their packages discarded.  After trouble with storage, when it is not
/// sure what is on the disk, they stay pending.
Result<Done> act(vault::Vault& vault, std::vector<SignedAct> acts, const AppendActs& append,
                 bool given_away);

/// An act of an earlier run that is on the ledger now.
struct Completed {
  StatementId id;
  EntryIndex entry;
  Digest intent;
  bool appended = false;  ///< just now
};

/// An act that was given away and is not on the ledger yet.
struct Waiting {
  StatementId id;
  Digest intent;
};

struct SettledActs {
  std::vector<Completed> completed;
  std::uint64_t abandoned = 0;  ///< can never land
  std::vector<Waiting> waiting;
  std::uint64_t early = 0;    ///< log time has not come near theirs
  std::size_t published = 0;  ///< packages that were still in staging
};

/// Looks each pending act up by (author, id): there -> finished; not there and still within its
/// time rule -> the very same statement appended; can never land, or refused while nobody else has
/// it -> abandoned.  Then publishes or discards the packages that killed runs left in staging.
/// `store` must be opened for the vault's owner; null: packages are left alone.
Result<SettledActs> settle_acts(vault::Vault& vault, ledger::Ledger& ledger, package::Store* store,
                                const AppendActs& append);

}  // namespace medchain::exchange
