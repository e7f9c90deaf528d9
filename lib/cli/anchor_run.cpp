#include "cli/anchor_run.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/workspace.hpp"
#include "vault/anchoring.hpp"
#include "vault/settle.hpp"

namespace medchain::cli {
namespace {

std::string_view outcome_word(vault::Outcome outcome) {
  switch (outcome) {
    case vault::Outcome::anchored: return "anchored";
    case vault::Outcome::version: return "version";
    case vault::Outcome::unchanged: return "unchanged";
  }
  return "";
}

class AnchorRun {
 public:
  AnchorRun(Session& session, AnchorRequest request) : session_(session), request_(std::move(request)) {}

  Result<int> run() {
    MC_TRY(open());
    MC_TRY(settle());
    anchoring_.emplace(*vault_, vault::Anchoring::Identity{keys_.card.name, keys_.as_author()}, session_.random());
    if (!session_.dry_run()) MC_TRY(anchoring_->begin());
    progress_ = session_.progress("records", 0);
    Status status = read_all();
    // What was appended stays; what waits in an unfinished batch is not lost, it was never promised.
    if (status) status = anchoring_->finish();
    const Status told = summarize(status.ok());
    if (!status) return std::move(status).error();
    MC_TRY(told);
    return rejected_ > 0 ? info(Code::input_invalid).exit : 0;
  }

 private:
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
      if (!member) return fail(Code::member_unknown, quote(owner.member.get()) + " is not a member of this ledger");
      return {};
    }));
    MC_ASSIGN(const std::string directory, session_.required("vault"));
    if (!vault::Vault::exists(directory)) {
      MC_TRY(vault::Vault::create(directory, owner, session_.random()));
      session_.tell("made a vault in " + quote(directory) + "; back it up: without it nothing can be opened");
    }
    vault::OpenOptions vault_options;
    vault_options.read_only = false;
    MC_ASSIGN(vault_options.lock_wait, lock_wait(session_));
    MC_ASSIGN(vault_, vault::Vault::open(directory, vault_options));
    return vault_->check_owner(owner);
  }

  Status settle() {
    vault::Append append;
    if (!session_.has("emit") && !session_.dry_run())
      append = [&](const ledger::Prepared& prepared) -> Result<EntryIndex> {
        MC_ASSIGN(const auto result, append_now(prepared));
        return result.entries.front().index;
      };
    MC_ASSIGN(const auto settled, vault::settle(*vault_, *ledger_, session_.now(), append));
    if (settled.appended > 0)
      session_.tell("completed an interrupted run: appended " + std::to_string(settled.appended) + " pending entries");
    if (settled.abandoned > 0)
      session_.warn(std::to_string(settled.abandoned) + " pending entries were too late for the ledger; their records are anchored anew");
    if (settled.waiting > 0)
      session_.tell(std::to_string(settled.waiting) + " emitted entries are not on the ledger yet");
    return {};
  }

  Result<ledger::AppendResult> append_now(const ledger::Prepared& prepared) {
    const ledger::AppendOptions options{session_.now(), session_.dry_run()};
    MC_ASSIGN(auto result, ledger_->append(std::span(&prepared, 1), *host_, options, session_.random()));
    if (result.derived_file_error) session_.report(*result.derived_file_error);
    return result;
  }

  Status read_all() {
    for (;;) {
      if (session_.interrupted()) {
        MC_TRY(flush());
        return fail(Code::interrupted, "stopped by a signal; run the same command again to go on");
      }
      MC_ASSIGN(auto item, request_.reader->next());
      if (!item) break;
      Status taken = item->problem ? Status(*item->problem) : anchoring_->add(*item);
      if (!taken) {
        Error error = std::move(taken).error();
        if (item->record && !item->place.empty()) error = std::move(error).context(item->place);
        MC_TRY(reject(*item, std::move(error)));
        continue;
      }
      if (anchoring_->full()) MC_TRY(flush());
      progress_->update(anchoring_->tally().inputs, request_.reader->bytes_read());
    }
    for (const std::string& notice : request_.reader->take_notices()) session_.tell(notice);
    if (rejected_ > 0 && !request_.keep_going) return {};
    return flush();
  }

  /// A bad input stops the batch it is in, or is told and skipped with --keep-going (CLI.md 4).
  Status reject(const source::Item& item, Error error) {
    ++rejected_;
    if (!request_.keep_going) return std::move(error).with_hint("with --keep-going bad inputs are told and skipped");
    if (request_.receipts == Receipts::each) {
      json::Object line = error_object(error);
      line.set("input", item.number);
      MC_TRY(session_.out().line(line));
    }
    session_.report(error);
    return {};
  }

  Status flush() {
    if (session_.dry_run()) return flush_dry();
    MC_ASSIGN(auto batch, anchoring_->flush(session_.now()));
    std::optional<EntryIndex> index;
    if (!batch.prepared.rows.empty()) {
      if (session_.has("emit")) {
        MC_TRY(session_.out().line(emitted(batch.prepared)));
        ++entries_;
      } else {
        auto appended = append_now(batch.prepared);
        if (!appended) {
          // Refused: nothing of the batch is on the ledger.  It stays pending only if trying again can help.
          Error error = std::move(appended).error();
          const bool again = error.code == Code::lock_timeout || error.code == Code::storage_full ||
                             error.code == Code::storage_failed || error.code == Code::entry_time;
          if (!again) MC_TRY(anchoring_->abandon(batch.number));
          return error;
        }
        index = appended->entries.front().index;
        anchoring_->landed(batch.number, *index);
        if (!first_) first_ = index;
        last_ = index;
        ++entries_;
      }
    }
    return tell(batch, index);
  }

  Status flush_dry() {
    MC_ASSIGN(const auto taken, anchoring_->discard());
    if (request_.receipts != Receipts::each) return {};
    for (const auto& one : taken) MC_TRY(session_.out().line(receipt(one, std::nullopt, nullptr)));
    return {};
  }

  json::Object receipt(const vault::Taken& taken, std::optional<EntryIndex> entry, const Salt* salt) {
    json::Object line = message("receipt");
    line.set("kind", "anchor").set("input", taken.input);
    if (taken.line > 0) line.set("line", taken.line);
    line.set("status", outcome_word(taken.outcome)).set("digest", to_text(taken.digest)).set("size", taken.size);
    if (entry) line.set("entry", entry->get()).set("row", static_cast<std::uint64_t>(taken.row));
    if (request_.with_names) {
      line.set("record", is_utf8(taken.name) ? taken.name : escape_for_terminal(taken.name));
      if (!taken.path.empty()) line.set("path", escape_for_terminal(taken.path));
    }
    if (salt != nullptr) line.set("salt", to_text(*salt));
    if (session_.dry_run()) line.set("dry_run", true);
    return line;
  }

  Status tell(const vault::ReadyBatch& batch, std::optional<EntryIndex> index) {
    if (session_.has("emit")) return {};
    if (request_.receipts == Receipts::batch && index) {
      const auto& anchor = std::get<entry::Anchor>(batch.prepared.entry.statement.body);
      json::Object line = message("receipt");
      line.set("kind", "anchor").set("entry", index->get()).set("count", anchor.count);
      line.set("root", to_text(anchor.root)).set("hash", to_text(entry::entry_hash(batch.prepared.entry.bytes)));
      return session_.out().line(line);
    }
    if (request_.receipts != Receipts::each) return {};
    for (const vault::Taken& taken : batch.taken) {
      if (!taken.known) {  // in this batch
        const Salt* salt = request_.with_openings ? &batch.salts[taken.row] : nullptr;
        MC_TRY(session_.out().line(receipt(taken, index, salt)));
        continue;
      }
      MC_TRY(vault_->read([&]() -> Status {
        MC_ASSIGN(const vault::Version version, vault_->version(*taken.known));
        MC_ASSIGN(const vault::Batch known, vault_->batch(version.batch));
        vault::Taken placed = taken;
        placed.row = static_cast<std::uint32_t>(*taken.known - known.first);
        MC_ASSIGN(const Salt salt, vault_->salt(version));
        // Marked anchored only with the next flush: this run's own batches are on the ledger at their own index.
        const auto entry = entry_of(known, version.batch);
        return session_.out().line(receipt(placed, entry, request_.with_openings ? &salt : nullptr));
      }));
    }
    return session_.out().flush();
  }

  std::optional<EntryIndex> entry_of(const vault::Batch& batch, std::uint64_t number) const {
    if (batch.state == vault::BatchState::anchored) return batch.entry;
    return anchoring_->landed_at(number);
  }

  Status summarize(bool complete) {
    const vault::Tally& tally = anchoring_->tally();
    progress_.reset();
    json::Object line = message("summary");
    line.set("count", tally.inputs).set("anchored", tally.anchored).set("versions", tally.versions);
    line.set("unchanged", tally.unchanged).set("rejected", rejected_).set("bytes", tally.bytes).set("entries", entries_);
    if (first_) line.set("first", first_->get()).set("last", last_->get());
    if (session_.dry_run()) line.set("dry_run", true);
    line.set("complete", complete && rejected_ == 0);
    std::string text = std::string(session_.dry_run() ? "would anchor " : "anchored ") +
                       std::to_string(tally.anchored + tally.versions) + " records (" +
                       std::to_string(tally.versions) + " new versions), " + std::to_string(tally.unchanged) + " unchanged";
    if (rejected_ > 0) text += ", " + std::to_string(rejected_) + " rejected";
    if (first_) text += "; appended " + index_range(*first_, *last_);
    session_.tell(text);
    auto printed = session_.out().line(line);
    if (!printed && first_)
      return fail(Code::output_failed, "appended " + index_range(*first_, *last_) + ", but the receipts could not be written");
    return printed;
  }

  Session& session_;
  AnchorRequest request_;
  KeyDirectory keys_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<ledger::Host> host_;
  std::unique_ptr<vault::Vault> vault_;
  std::optional<vault::Anchoring> anchoring_;
  std::unique_ptr<Progress> progress_;
  std::uint64_t rejected_ = 0, entries_ = 0;
  std::optional<EntryIndex> first_, last_;
};

}  // namespace

Result<int> run_anchor(Session& session, AnchorRequest request) { return AnchorRun(session, std::move(request)).run(); }

}  // namespace medchain::cli
