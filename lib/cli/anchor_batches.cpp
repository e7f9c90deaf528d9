#include "cli/anchor_batches.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/emitted.hpp"

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

}  // namespace

bool is_of_input(const Error& error) {
  return info(error.code).exit == 3 || error.code == Code::record_erased;
}

AnchorBatches::AnchorBatches(AnchorSide& side, const ReceiptWishes& wishes)
    : session_(side.session()),
      side_(side),
      wishes_(wishes),
      anchoring_(side.vault(),
                 vault::Anchoring::Identity{
                     side.keys().card.name, side.keys().as_author(),
                     side.session().has("emit") ? max_emitted_rows : entry::max_rows, side.copies(),
                     side.session().has("sketch"), wishes.with_names},
                 side.session().random()) {}

Status AnchorBatches::begin() { return session_.dry_run() ? Status() : anchoring_.begin(); }

Status AnchorBatches::add(source::Item&& item, const std::optional<source::RecordBytes>& bytes) {
  return anchoring_.add(std::move(item), bytes);
}

bool AnchorBatches::full() const {
  return anchoring_.full() || waiting_errors_.size() >= max_waiting_errors;
}

Status AnchorBatches::reject(const source::Item& item, Error error) {
  ++rejected_;
  if (wishes_.receipts == Receipts::each && wishes_.keep_going && !session_.has("emit")) {
    json::Object line = error_object(error);
    line.set("input", item.number);
    if (item.line > 0) line.set("line", item.line);
    waiting_errors_.emplace_back(item.number, std::move(line));
  }
  // Places may identify people: on stderr only.
  if (!item.place.empty()) error = std::move(error).context(item.place);
  if (!wishes_.keep_going) {
    if (error.hint.empty()) error.hint = "with --keep-going bad inputs are told and skipped";
    return error;
  }
  session_.report(error);
  return {};
}

Status AnchorBatches::flush() {
  if (session_.dry_run()) return rehearse();
  MC_ASSIGN(const auto batch, anchoring_.flush(session_.now()));
  std::optional<EntryIndex> index;
  if (!batch.prepared.rows.empty()) {
    if (session_.has("emit")) {
      MC_TRY(session_.out().line(emitted(batch.prepared)));
      side_.note_printed();
    } else {
      auto appended = side_.append_now(batch.prepared);
      if (!appended) {
        Error error = std::move(appended).error();
        if (is_refusal(error)) MC_TRY(anchoring_.abandon(batch.number));
        return error;
      }
      index = appended->entries.front().index;
      anchoring_.landed(batch.number, *index);
      side_.note_appended(*index);
    }
  }
  durable_ = anchoring_.tally();
  return tell(batch, index);
}

Status AnchorBatches::rehearse() {
  MC_ASSIGN(const auto batch, anchoring_.rehearse(session_.now()));
  if (!batch.prepared.rows.empty() && !session_.has("emit"))
    MC_TRY(side_.append_now(batch.prepared));
  durable_ = anchoring_.tally();
  if (wishes_.receipts != Receipts::each) return {};
  return in_order(batch.taken, [&](const vault::Taken& taken) {
    return session_.out().line(receipt(taken, std::nullopt, nullptr));
  });
}

json::Object AnchorBatches::receipt(const vault::Taken& taken, std::optional<EntryIndex> entry,
                                    const Salt* salt) const {
  json::Object line = message("receipt");
  line.set("kind", "anchor").set("input", taken.input);
  if (taken.line > 0) line.set("line", taken.line);
  line.set("status", outcome_word(taken.outcome))
      .set("digest", to_text(taken.digest))
      .set("size", taken.size);
  if (taken.ignored) line.set("ignored", true);
  if (entry) line.set("entry", entry->get()).set("row", static_cast<std::uint64_t>(taken.row));
  if (wishes_.with_names) {
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
Status AnchorBatches::in_order(const std::vector<vault::Taken>& all, Print print) {
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

Status AnchorBatches::tell(const vault::ReadyBatch& batch, std::optional<EntryIndex> index) {
  if (session_.has("emit")) return session_.out().flush();
  if (wishes_.receipts == Receipts::batch && index) {
    const auto& anchor = std::get<entry::Anchor>(batch.prepared.entry.statement.body);
    json::Object line = message("receipt");
    line.set("kind", "anchor").set("entry", index->get()).set("count", anchor.count);
    line.set("root", to_text(anchor.root))
        .set("hash", to_text(entry::entry_hash(batch.prepared.entry.bytes)));
    MC_TRY(session_.out().line(line));
  }
  if (wishes_.receipts == Receipts::each)
    MC_TRY(in_order(batch.taken,
                    [&](const vault::Taken& taken) { return tell_one(batch, taken, index); }));
  return session_.out().flush();
}

Status AnchorBatches::tell_one(const vault::ReadyBatch& batch, const vault::Taken& taken,
                               std::optional<EntryIndex> index) {
  if (!taken.known) {  // in this batch
    const Salt* salt = wishes_.with_openings ? &batch.salts[taken.row] : nullptr;
    return session_.out().line(receipt(taken, index, salt));
  }
  return side_.vault().read([&]() -> Status {
    MC_ASSIGN(const vault::Version version, side_.vault().version(*taken.known));
    MC_ASSIGN(const vault::Batch known, side_.vault().batch(version.batch));
    vault::Taken placed = taken;
    placed.row = static_cast<std::uint32_t>(*taken.known - known.first);
    MC_ASSIGN(const Salt salt, side_.vault().salt(version));
    // Marked anchored only with the next flush: this run's own batches are on the ledger at their
    // own index.
    const auto entry = entry_of(known, version.batch);
    return session_.out().line(receipt(placed, entry, wishes_.with_openings ? &salt : nullptr));
  });
}

std::optional<EntryIndex> AnchorBatches::entry_of(const vault::Batch& batch,
                                                  std::uint64_t number) const {
  if (batch.state == vault::BatchState::anchored) return batch.entry;
  return anchoring_.landed_at(number);
}

}  // namespace medchain::cli
