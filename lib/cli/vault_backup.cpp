// medchain-vault backup and restore.
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/places.hpp"
#include "cli/vault_acts.hpp"
#include "cli/workspace.hpp"
#include "vault/backup.hpp"

namespace medchain::cli {
namespace {

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

void add_backup_places(const Session& session, Places& places) {
  if (!session.operands().empty())
    places.add(parent_directory(without_slash(session.operands().front())), Access::make);
}

void add_restore_places(const Session& session, Places& places) {
  if (const auto vault = session.setting("vault"))
    places.add(parent_directory(without_slash(*vault)), Access::make);
  if (!session.operands().empty()) places.add(store_to_read(session.operands().front()));
}

Result<int> vault_backup(Session& session) {
  const std::string& directory = session.operands().front();
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  MC_ASSIGN(const vault::BackedUp done, vault::backup(*vault, directory));
  session.tell("backed up to " + quote(directory) + ": " + counted(done.blobs, "file") +
               " of copies, " + std::to_string(done.bytes) + " bytes");
  if (done.missing == 0) return 0;
  session.warn(counted(done.missing, "copy") +
               " could not be backed up: their files are not there; 'medchain-vault check' names "
               "them");
  return info(Code::copy_damaged).exit;
}

Status finish_restore(Session& session, ledger::Ledger& ledger, const std::string& directory) {
  vault::OpenOptions options;
  options.read_only = false;
  options.restored = true;
  MC_ASSIGN(options.lock_wait, lock_wait(session));
  MC_ASSIGN(const auto vault, vault::Vault::open(directory, options));
  vault::Reapplied done;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(done, vault::reapply_erasures(*vault, view));
    return {};
  }));
  session.tell("erased again in the restored vault: " + counted(done.records, "version") + ", " +
               counted(done.subjects, "subject"));
  return {};
}

Result<int> vault_restore(Session& session) {
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const std::string directory, session.required("vault"));
  if (!vault::is_restored(directory)) {
    MC_TRY(vault::restore(session.operands().front(), directory));
    session.tell("restored the vault to " + quote(directory));
  }
  MC_TRY(finish_restore(session, *ledger, directory));
  return 0;
}

}  // namespace medchain::cli
