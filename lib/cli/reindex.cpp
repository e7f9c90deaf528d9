#include "cli/reindex.hpp"

#include "base/text.hpp"
#include "cli/workspace.hpp"
#include "vault/indexes.hpp"

namespace medchain::cli {
namespace {

Result<int> reindex_ledger(Session& session) {
  ledger::OpenOptions options;
  options.read_only = false;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const std::uint64_t rows,
            ledger->reindex(session.random(), [&] { return session.interrupted(); }));
  session.tell("made the record and subject indexes of " + quote(ledger->directory()) +
               " anew: " + counted(rows, "record"));
  return 0;
}

Result<int> reindex_vault(Session& session) {
  vault::OpenOptions options;
  options.read_only = false;
  MC_ASSIGN(options.lock_wait, lock_wait(session));
  MC_ASSIGN(const auto vault, open_vault(session, options));
  MC_ASSIGN(const std::uint64_t versions,
            vault::Indexes(*vault, [&] { return session.interrupted(); }).rebuild());
  session.tell("made the indexes of the vault anew: " + counted(versions, "version"));
  return 0;
}

/// `place` is what it writes.
Verb reindex_verb(std::string_view place, std::string_view summary,
                  std::function<Result<int>(Session&)> run) {
  Verb verb;
  verb.name = "reindex";
  verb.summary = summary;
  verb.common = {place, "wait"};
  verb.writes = {place};
  verb.max_operands = 0;
  verb.run = std::move(run);
  return verb;
}

}  // namespace

Verb reindex_ledger_verb() {
  return reindex_verb("ledger", "make the ledger's indexes anew out of its manifests",
                      reindex_ledger);
}

Verb reindex_vault_verb() {
  return reindex_verb("vault", "make the vault's indexes anew out of its versions", reindex_vault);
}

}  // namespace medchain::cli
