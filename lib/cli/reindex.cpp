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
  MC_ASSIGN(const std::uint64_t rows, ledger->reindex(session.random()));
  session.tell("made the record and subject indexes of " + quote(ledger->directory()) +
               " anew: " + counted(rows, "record"));
  return 0;
}

Result<int> reindex_vault(Session& session) {
  vault::OpenOptions options;
  options.read_only = false;
  MC_ASSIGN(options.lock_wait, lock_wait(session));
  MC_ASSIGN(const auto vault, open_vault(session, options));
  MC_ASSIGN(const std::uint64_t versions, vault::Indexes(*vault).rebuild());
  session.tell("made the indexes of the vault anew: " + counted(versions, "version"));
  return 0;
}

}  // namespace

Verb reindex_ledger_verb() {
  Verb verb;
  verb.name = "reindex";
  verb.summary = "make the ledger's indexes anew out of its manifests";
  verb.common = {"ledger", "wait"};
  verb.writes = {"ledger"};
  verb.max_operands = 0;
  verb.run = reindex_ledger;
  return verb;
}

Verb reindex_vault_verb() {
  Verb verb;
  verb.name = "reindex";
  verb.summary = "make the vault's indexes anew out of its versions";
  verb.common = {"vault", "wait"};
  verb.writes = {"vault"};
  verb.max_operands = 0;
  verb.run = reindex_vault;
  return verb;
}

}  // namespace medchain::cli
