#include "cli/anchor_run.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/data_act.hpp"
#include "cli/places.hpp"
#include "cli/vault_acts.hpp"
#include "cli/workspace.hpp"
#include "vault/anchoring.hpp"
#include "vault/backup.hpp"
#include "vault/settle.hpp"

namespace medchain::cli {
namespace {

/// Rows of a printed entry: its line, with the manifest in base64 and the largest note, stays below
/// 1 MiB (CLI.md 4).
constexpr std::size_t max_emitted_rows = 7'000;
/// Error lines that wait for the receipts before them.
constexpr std::size_t max_waiting_errors = 4 * entry::max_rows;

/// The ledger's no: nothing of the batch is there, and nobody else has its entry.  After trouble
/// with storage or locks it stays pending.
bool is_refusal(const Error& error) {
  const int exit = info(error.code).exit;
  return exit == 3 || exit == 5 || exit == 8 || exit == 9 || exit == 10;
}

/// The fault of one input, and not of the vault that takes it.
bool is_of_input(const Error& error) {
  return info(error.code).exit == 3 || error.code == Code::record_erased;
}

std::string_view outcome_word(vault::Outcome outcome) {
  switch (outcome) {
    case vault::Outcome::anchored:
      return "anchored";
    case vault::Outcome::version:
      return "version";
    case vault::Outcome::unchanged:
      return "unchanged";
  }
  return "";
}

/// A dry run without a vault: an empty one that goes as soon as it is open.
class ScratchVault {
 public:
  ScratchVault() = default;
  ScratchVault(const ScratchVault&) = delete;
  ScratchVault& operator=(const ScratchVault&) = delete;
  ~ScratchVault() { remove(); }
  Result<std::string> make(const Session& session) {
    std::string path = scratch_directory(session) + "/medchain-dry-run.XXXXXX";
    if (mkdtemp(path.data()) == nullptr)
      return fail_errno(Code::storage_failed, "create directory", path, errno);
    path_ = path;
    return path;
  }
  void remove() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    path_.clear();
  }

 private:
  std::string path_;
};

class AnchorRun {
 public:
  AnchorRun(Session& session, AnchorRequest request)
      : session_(session), request_(std::move(request)) {}

  Result<int> run() {
    MC_TRY(open());
    seal();
    if (!session_.dry_run()) MC_TRY(settle());
    anchoring_.emplace(*vault_,
                       vault::Anchoring::Identity{
                           keys_.card.name, keys_.as_author(),
                           session_.has("emit") ? max_emitted_rows : entry::max_rows, copies()},
                       session_.random());
    if (!session_.dry_run()) MC_TRY(anchoring_->begin());
    progress_ = session_.progress("records", 0);
    Status status = read_all();
    // What was appended stays; what waits in an unfinished batch is not lost, it was never
    // promised.
    if (Status noted = anchoring_->finish(); status) status = std::move(noted);
    const Status told = summarize(status.ok());
    if (status) status = told;
    if (!status && status.error().code == Code::output_failed && first_)
      return fail(Code::output_failed,
                  "appended " + index_range(*first_, *last_) +
                      ", but the receipts could not be written: " + status.error().message);
    MC_TRY(std::move(status));
    if (unwritten_)
      return fail(unwritten_->code,
                  "appended " + index_range(*first_, *last_) + ", but " + unwritten_->message);
    return rejected_ > 0 ? info(Code::input_invalid).exit : 0;
  }

 private:
  bool copies() const { return request_.keep_copies && !session_.dry_run(); }

  Status open() {
    MC_ASSIGN(keys_, open_keys(session_));
    const bool emits = session_.has("emit");
    ledger::OpenOptions options;
    options.read_only = emits;
    MC_ASSIGN(ledger_, open_ledger(session_, options));
    if (!emits) {
      MC_ASSIGN(host_, open_host(session_, *ledger_));
    }
    vault::Owner owner{keys_.card.name, {}, {}};
    MC_TRY(ledger_->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(owner.origin, rules::origin(view));
      MC_ASSIGN(owner.genesis, rules::genesis(view));
      MC_ASSIGN(const auto member, rules::member(view, owner.member));
      if (!member)
        return fail(Code::member_unknown,
                    quote(owner.member.get()) + " is not a member of this ledger");
      return {};
    }));
    return open_vault(owner);
  }

  Status open_vault(const vault::Owner& owner) {
    MC_ASSIGN(std::string directory, session_.required("vault"));
    if (!vault::Vault::exists(directory)) {
      if (session_.dry_run()) {
        MC_ASSIGN(directory, scratch_.make(session_));
      }
      MC_TRY(vault::Vault::create(directory, owner, session_.random()));
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
    MC_TRY(vault_->check_owner(owner));
    return copies() ? vault_->make_blobs() : Status();
  }

  /// Before anything of others is read: keys and vault are open, and are not opened again.
  void seal() {
    Places places = request_.inputs;
    if (!session_.dry_run()) places.add(vault_->blobs(), Access::replace);
    if (!session_.has("emit")) {
      places.add(ledger_->directory(), Access::replace);
      places.add(host_to_write(host_directory(session_, ledger_->directory())));
    }
    session_.seal(places);
  }

  Status settle() {
    const vault::Append append = [&](const ledger::Prepared& prepared) {
      return append_pending(prepared);
    };
    MC_ASSIGN(settled_, vault::settle(*vault_, *ledger_, append));
    const entry::SignAs author = keys_.as_author();
    MC_TRY(settle_erasures(session_, *vault_, *ledger_, host_.get(), std::span(&author, 1)));
    if (settled_.appended > 0)
      session_.tell("completed an interrupted run: appended " +
                    counted(settled_.appended, "entry") + " prepared then");
    if (settled_.abandoned > 0)
      session_.warn(counted(settled_.abandoned, "entry") +
                    " prepared earlier can no longer be appended; the records are anchored anew");
    if (settled_.waiting > 0)
      session_.tell("printed " + counted(settled_.waiting, "entry") +
                    " again that the ledger does not have yet");
    if (settled_.early > 0)
      session_.warn(counted(settled_.early, "entry") +
                    " prepared earlier, with a time that is still to come, cannot be appended yet");
    return {};
  }

  /// An entry of an earlier run: appended, or with --emit printed again, as nobody may have got it.
  Result<std::optional<EntryIndex>> append_pending(const ledger::Prepared& prepared) {
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

  Result<ledger::AppendResult> append_now(const ledger::Prepared& prepared) {
    const ledger::AppendOptions options{session_.clock(), session_.dry_run()};
    MC_ASSIGN(auto result,
              ledger_->append(std::span(&prepared, 1), *host_, options, session_.random()));
    if (result.derived_file_error) unwritten_ = result.derived_file_error;
    return result;
  }

  void note_appended(EntryIndex index) {
    if (!first_) first_ = index;
    last_ = index;
    ++entries_;
  }

  Status read_all() {
    for (;;) {
      if (session_.interrupted()) return stop();
      auto item = request_.reader->next();
      if (!item && item.error().code == Code::interrupted) return stop();
      if (!item) return std::move(item).error();
      if (!*item) break;
      Status taken = (*item)->problem ? Status(*(*item)->problem) : add(**item);
      if (!taken && !is_of_input(taken.error())) return taken;
      if (!taken) MC_TRY(reject(**item, taken.error()));
      if (anchoring_->full() || waiting_errors_.size() >= max_waiting_errors) MC_TRY(flush());
      progress_->update(anchoring_->tally().inputs, request_.reader->bytes_read());
    }
    for (const std::string& notice : request_.reader->take_notices()) session_.tell(notice);
    return flush();
  }

  Status add(const source::Item& item) {
    if (!copies()) return anchoring_->add(item);
    return anchoring_->add(item, request_.reader->bytes());
  }

  Status stop() {
    MC_TRY(flush());
    return fail(Code::interrupted, "stopped by a signal; run the same command again to go on");
  }

  /// A bad input stops the batch it is in, or is told and skipped with --keep-going (CLI.md 4).
  Status reject(const source::Item& item, Error error) {
    ++rejected_;
    if (request_.receipts == Receipts::each && request_.keep_going && !session_.has("emit")) {
      json::Object line = error_object(error);
      line.set("input", item.number);
      if (item.line > 0) line.set("line", item.line);
      waiting_errors_.emplace_back(item.number, std::move(line));
    }
    // Places may identify people: on stderr only.
    if (!item.place.empty()) error = std::move(error).context(item.place);
    if (!request_.keep_going) {
      if (error.hint.empty()) error.hint = "with --keep-going bad inputs are told and skipped";
      return error;
    }
    session_.report(error);
    return {};
  }

  Status flush() {
    if (session_.dry_run()) return rehearse();
    MC_ASSIGN(const auto batch, anchoring_->flush(session_.now()));
    std::optional<EntryIndex> index;
    if (!batch.prepared.rows.empty()) {
      if (session_.has("emit")) {
        MC_TRY(session_.out().line(emitted(batch.prepared)));
        ++entries_;
      } else {
        auto appended = append_now(batch.prepared);
        if (!appended) {
          Error error = std::move(appended).error();
          if (is_refusal(error)) MC_TRY(anchoring_->abandon(batch.number));
          return error;
        }
        index = appended->entries.front().index;
        anchoring_->landed(batch.number, *index);
        note_appended(*index);
      }
    }
    durable_ = anchoring_->tally();
    return tell(batch, index);
  }

  Status rehearse() {
    MC_ASSIGN(const auto batch, anchoring_->rehearse(session_.now()));
    if (!batch.prepared.rows.empty() && !session_.has("emit")) MC_TRY(append_now(batch.prepared));
    durable_ = anchoring_->tally();
    if (request_.receipts != Receipts::each) return {};
    return in_order(batch.taken, [&](const vault::Taken& taken) {
      return session_.out().line(receipt(taken, std::nullopt, nullptr));
    });
  }

  json::Object receipt(const vault::Taken& taken, std::optional<EntryIndex> entry,
                       const Salt* salt) {
    json::Object line = message("receipt");
    line.set("kind", "anchor").set("input", taken.input);
    if (taken.line > 0) line.set("line", taken.line);
    line.set("status", outcome_word(taken.outcome))
        .set("digest", to_text(taken.digest))
        .set("size", taken.size);
    if (entry) line.set("entry", entry->get()).set("row", static_cast<std::uint64_t>(taken.row));
    if (request_.with_names) {
      line.set("record", is_utf8(taken.name) ? taken.name : escape_for_terminal(taken.name));
      if (!taken.path.empty()) line.set("path", escape_for_terminal(taken.path));
    }
    if (salt != nullptr) line.set("salt", to_text(*salt));
    if (session_.dry_run()) line.set("dry_run", true);
    return line;
  }

  /// One line for each input in the order of inputs: receipts, and between them the errors of
  /// --keep-going.
  template <class Print>
  Status in_order(const std::vector<vault::Taken>& all, Print print) {
    std::size_t next_error = 0;
    for (const vault::Taken& taken : all) {
      for (; next_error < waiting_errors_.size() && waiting_errors_[next_error].first < taken.input;
           ++next_error)
        MC_TRY(session_.out().line(waiting_errors_[next_error].second));
      MC_TRY(print(taken));
    }
    for (; next_error < waiting_errors_.size(); ++next_error)
      MC_TRY(session_.out().line(waiting_errors_[next_error].second));
    waiting_errors_.clear();
    return {};
  }

  Status tell(const vault::ReadyBatch& batch, std::optional<EntryIndex> index) {
    if (session_.has("emit")) return session_.out().flush();
    if (request_.receipts == Receipts::batch && index) {
      const auto& anchor = std::get<entry::Anchor>(batch.prepared.entry.statement.body);
      json::Object line = message("receipt");
      line.set("kind", "anchor").set("entry", index->get()).set("count", anchor.count);
      line.set("root", to_text(anchor.root))
          .set("hash", to_text(entry::entry_hash(batch.prepared.entry.bytes)));
      MC_TRY(session_.out().line(line));
    }
    if (request_.receipts == Receipts::each)
      MC_TRY(in_order(batch.taken,
                      [&](const vault::Taken& taken) { return tell_one(batch, taken, index); }));
    return session_.out().flush();
  }

  Status tell_one(const vault::ReadyBatch& batch, const vault::Taken& taken,
                  std::optional<EntryIndex> index) {
    if (!taken.known) {  // in this batch
      const Salt* salt = request_.with_openings ? &batch.salts[taken.row] : nullptr;
      return session_.out().line(receipt(taken, index, salt));
    }
    return vault_->read([&]() -> Status {
      MC_ASSIGN(const vault::Version version, vault_->version(*taken.known));
      MC_ASSIGN(const vault::Batch known, vault_->batch(version.batch));
      vault::Taken placed = taken;
      placed.row = static_cast<std::uint32_t>(*taken.known - known.first);
      MC_ASSIGN(const Salt salt, vault_->salt(version));
      // Marked anchored only with the next flush: this run's own batches are on the ledger at their
      // own index.
      const auto entry = entry_of(known, version.batch);
      return session_.out().line(receipt(placed, entry, request_.with_openings ? &salt : nullptr));
    });
  }

  std::optional<EntryIndex> entry_of(const vault::Batch& batch, std::uint64_t number) const {
    if (batch.state == vault::BatchState::anchored) return batch.entry;
    return anchoring_->landed_at(number);
  }

  /// What is durable (of a dry run: what would be), whatever happened then.
  Status summarize(bool complete) {
    progress_.reset();
    json::Object line = message("summary");
    line.set("count", durable_.inputs)
        .set("anchored", durable_.anchored)
        .set("versions", durable_.versions);
    line.set("unchanged", durable_.unchanged)
        .set("rejected", rejected_)
        .set("bytes", durable_.bytes)
        .set("entries", entries_);
    if (first_) line.set("first", first_->get()).set("last", last_->get());
    if (settled_.appended > 0) line.set("settled", settled_.appended);
    if (session_.dry_run()) line.set("dry_run", true);
    line.set("complete", complete && rejected_ == 0);
    const std::string_view done = session_.dry_run()     ? "would anchor "
                                  : session_.has("emit") ? "prepared "
                                                         : "anchored ";
    const std::uint64_t records = durable_.anchored + durable_.versions;
    std::string text = std::string(done) + std::to_string(records) +
                       (records == 1 ? " record (" : " records (") +
                       std::to_string(durable_.versions) + " new versions), " +
                       std::to_string(durable_.unchanged) + " unchanged";
    if (rejected_ > 0) text += ", " + std::to_string(rejected_) + " rejected";
    if (first_) text += "; appended " + index_range(*first_, *last_);
    session_.tell(text);
    MC_TRY(session_.out().line(line));
    return session_.out().flush();
  }

  Session& session_;
  AnchorRequest request_;
  ScratchVault scratch_;  // goes after the vault in it
  KeyDirectory keys_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<ledger::Host> host_;
  std::unique_ptr<vault::Vault> vault_;
  std::optional<vault::Anchoring> anchoring_;
  std::unique_ptr<Progress> progress_;
  vault::Settled settled_;
  vault::Tally durable_;  ///< inputs that were answered for
  std::uint64_t rejected_ = 0, entries_ = 0;
  std::vector<std::pair<std::uint64_t, json::Object>> waiting_errors_;  ///< input number, line
  std::optional<EntryIndex> first_, last_;
  std::optional<Error> unwritten_;  ///< a file derived from the ledger could not be rewritten
};

}  // namespace

Result<int> run_anchor(Session& session, AnchorRequest request) {
  return AnchorRun(session, std::move(request)).run();
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
