#include "cli/anchor_side.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/text.hpp"
#include "cli/data_act.hpp"
#include "cli/emitted.hpp"
#include "cli/vault_acts.hpp"
#include "vault/backup.hpp"

namespace medchain::cli {
Result<std::string> ScratchVault::make(const Session& session) {
  std::string path = scratch_directory(session) + "/medchain-dry-run.XXXXXX";
  if (mkdtemp(path.data()) == nullptr)
    return fail_errno(Code::storage_failed, "create directory", path, errno);
  path_ = path;
  return path;
}

void ScratchVault::remove() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  path_.clear();
}

Status AnchorSide::open() {
  MC_ASSIGN(keys_, open_keys(session_));
  const bool emits = session_.has("emit");
  ledger::OpenOptions options;
  options.read_only = emits;
  MC_ASSIGN(ledger_, open_ledger(session_, options));
  if (!emits) {
    MC_ASSIGN(host_, open_host(session_, *ledger_));
  }
  owner_ = {keys_.card.name, {}, {}};
  return ledger_->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(owner_.origin, rules::origin(view));
    MC_ASSIGN(owner_.genesis, rules::genesis(view));
    MC_ASSIGN(const auto member, rules::member(view, owner_.member));
    if (!member)
      return fail(Code::member_unknown,
                  quote(owner_.member.get()) + " is not a member of this ledger");
    return {};
  });
}

Status AnchorSide::open_vault() {
  MC_ASSIGN(std::string directory, session_.required("vault"));
  if (!vault::Vault::exists(directory)) {
    if (session_.dry_run()) {
      MC_ASSIGN(directory, scratch_.make(session_));
    }
    MC_TRY(vault::Vault::create(directory, owner_, session_.random()));
    if (!session_.dry_run())
      session_.tell("made a vault in " + quote(directory) +
                    "; back it up: without it nothing can be opened");
  }
  if (vault::is_restored(directory) && !session_.dry_run())
    MC_TRY(finish_restore(session_, *ledger_, directory));
  vault::OpenOptions options;
  options.read_only = session_.dry_run();
  MC_ASSIGN(options.lock_wait, lock_wait(session_));
  MC_ASSIGN(vault_, vault::Vault::open(directory, options));
  scratch_.remove();
  MC_TRY(vault_->check_owner(owner_));
  return copies_ ? vault_->make_blobs() : Status();
}

Places AnchorSide::places(bool reopens) const {
  Places places;
  if (reopens)
    places.add(store_to_write(vault_->directory()));
  else if (!session_.dry_run())
    places.add(vault_->blobs(), Access::replace);
  if (!session_.has("emit")) {
    places.add(ledger_->directory(), Access::replace);
    places.add(host_to_write(host_directory(session_, ledger_->directory())));
  }
  return places;
}

Status AnchorSide::settle() {
  const vault::Append append = [&](const ledger::Prepared& prepared) {
    return append_pending(prepared);
  };
  MC_ASSIGN(const vault::Settled now, vault::settle(*vault_, *ledger_, append));
  const entry::SignAs author = keys_.as_author();
  MC_TRY(settle_erasures(session_, *vault_, *ledger_, host_.get(), std::span(&author, 1)));
  if (now.appended > 0)
    session_.tell("completed an interrupted run: appended " + counted(now.appended, "entry") +
                  " prepared then");
  if (now.abandoned > 0)
    session_.warn(counted(now.abandoned, "entry") +
                  " prepared earlier can no longer be appended; the records are anchored anew");
  if (now.waiting > 0)
    session_.tell("printed " + counted(now.waiting, "entry") +
                  " again that the ledger does not have yet");
  if (now.early > 0)
    session_.warn(counted(now.early, "entry") +
                  " prepared earlier, with a time that is still to come, cannot be appended yet");
  const std::uint64_t appended = settled_.appended;
  settled_ = now;
  settled_.appended += appended;
  return {};
}

/// An entry of an earlier run: appended, or with --emit printed again, as nobody may have got it.
Result<std::optional<EntryIndex>> AnchorSide::append_pending(const ledger::Prepared& prepared) {
  if (session_.has("emit")) {
    MC_TRY(session_.out().line(emitted(prepared)));
    return std::optional<EntryIndex>();
  }
  auto appended = append_now(prepared);
  if (appended) {
    note_appended(appended->entries.front().index);
    return std::optional(appended->entries.front().index);
  }
  if (appended.error().code == Code::entry_time) {
    const ledger::AppendOptions options{session_.clock(), false, true};
    MC_TRY(ledger_->append({}, *host_, options, session_.random()));
  }
  return std::move(appended).error();
}

Result<ledger::AppendResult> AnchorSide::append_now(const ledger::Prepared& prepared) {
  const ledger::AppendOptions options{session_.clock(), session_.dry_run()};
  MC_ASSIGN(auto result, retry_locks(session_, retry_, [&] {
              return ledger_->append(std::span(&prepared, 1), *host_, options, session_.random());
            }));
  if (result.derived_file_error) unwritten_ = result.derived_file_error;
  return result;
}

void AnchorSide::note_appended(EntryIndex index) {
  if (!first_) first_ = index;
  last_ = index;
  ++entries_;
}

Status AnchorSide::judge(Status status) const {
  if (!status && status.error().code == Code::output_failed && first_)
    return fail(Code::output_failed,
                "appended " + index_range(*first_, *last_) +
                    ", but the receipts could not be written: " + status.error().message);
  MC_TRY(std::move(status));
  if (unwritten_)
    return fail(unwritten_->code,
                "appended " + index_range(*first_, *last_) + ", but " + unwritten_->message);
  return {};
}

void add_vault_to_write(const Session& session, Places& places) {
  const auto directory = session.setting("vault");
  if (!directory) return;
  if (!session.dry_run())
    places.add_new(*directory, Access::make);
  else if (!vault::Vault::exists(*directory))
    places.add(scratch_directory(session), Access::make);
}

}  // namespace medchain::cli
