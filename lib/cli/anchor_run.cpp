#include "cli/anchor_run.hpp"

#include <signal.h>

#include <chrono>

#include "base/text.hpp"

namespace medchain::cli {
namespace {

constexpr int exit_incomplete = 10;  // CLI.md 5

/// Of fewer records any may have changed.
constexpr std::uint64_t few_known = 4;

/// Records that the vault is asked about at once, in the order of its index: it is large.
constexpr std::size_t looked_up_at_once = 4 * entry::max_rows;

bool is_mostly_changed(const vault::Tally& tally) {
  return tally.known >= few_known && tally.versions > tally.known / 2;
}

class AnchorRun {
 public:
  AnchorRun(Session& session, AnchorRequest request)
      : session_(session),
        request_(std::move(request)),
        side_(session, request_.keep_copies, request_.retry) {}

  Result<int> run() {
    MC_TRY(side_.open());
    MC_TRY(retry_locks(session_, request_.retry, [&] { return side_.open_vault(); }));
    // Before anything of others is read: keys and vault are open, and are not opened again.
    Places places = request_.inputs;
    places.add(side_.places(is_followed()));
    session_.seal(places);
    MC_TRY(begin_round());
    progress_ = session_.progress("records", 0);
    Status status = is_followed() ? follow() : read_all();
    // What was appended stays; what waits in an unfinished batch is not lost, it was never
    // promised.
    if (Status noted = end_round(); status) status = std::move(noted);
    const Status told = summarize(status.ok());
    if (status) status = told;
    MC_TRY(side_.judge(std::move(status)));
    if (rejected_ > 0) return info(Code::input_invalid).exit;
    return exports_are_complete() ? 0 : exit_incomplete;
  }

 private:
  bool is_followed() const { return request_.alarm != nullptr; }

  /// Precondition: the vault is open.
  Status begin_round() {
    if (!session_.dry_run()) MC_TRY(side_.settle());
    batches_.emplace(side_, request_.wishes);
    return batches_->begin();
  }

  /// What the round came to is counted, whatever became of it.
  Status end_round() {
    if (!batches_) return {};
    Status status = batches_->finish();
    durable_ += batches_->durable();
    rejected_ += batches_->rejected();
    batches_.reset();
    return status;
  }

  /// Others may use the vault while nothing comes; whoever has it then is waited for.
  Status open_round() {
    for (bool told = false;;) {
      Status opened = side_.open_vault();
      if (opened) break;
      if (opened.error().code != Code::lock_timeout || session_.interrupted()) return opened;
      if (!told) session_.warn("another process has the vault: records wait");
      told = true;
    }
    return begin_round();
  }

  Status commit() {
    request_.alarm->clear();
    if (!batches_) return {};
    MC_TRY(batches_->flush());
    MC_TRY(end_round());
    side_.close_vault();
    return {};
  }

  /// SIGTERM is how a stream that has no end is ended; to all else it is an interruption.
  Status stop_following() {
    MC_TRY(commit());
    if (session_.signal() == SIGTERM) return {};
    return fail(Code::interrupted, "stopped by a signal; run the same command again to go on");
  }

  Status follow() {
    MC_TRY(commit());
    for (;;) {
      // Lines that were read before a signal came are given out: a pipe has them no more.
      auto item = request_.reader->next();
      if (!item) {
        const bool is_waiting = item.error().code == Code::interrupted;
        if (is_waiting && session_.interrupted()) return stop_following();
        MC_TRY(commit());
        if (is_waiting) continue;
        return std::move(item).error();
      }
      if (!*item) break;
      if (!batches_) MC_TRY(open_round());
      MC_TRY(take(**item));
      request_.alarm->set(request_.commit_every);
      if (batches_->full()) MC_TRY(batches_->flush());
      if (request_.alarm->is_due()) MC_TRY(commit());
      progress_->update(taken_ += 1, request_.reader->bytes_read());
    }
    for (const std::string& notice : request_.reader->take_notices()) session_.tell(notice);
    return commit();
  }

  /// A bad input ends the run without --keep-going; in a stream what came before it is committed.
  Status take(source::Item& item) {
    Status taken = item.problem ? Status(*item.problem)
                                : batches_->add(std::move(item), request_.reader->bytes());
    if (taken || !is_of_input(taken.error())) return taken;
    Status rejected = batches_->reject(item, std::move(taken).error());
    if (!rejected && is_followed()) MC_TRY(commit());
    return rejected;
  }

  /// Of a record whose bytes are wanted they are there until the next is read.
  std::size_t most_at_once() const {
    return request_.keep_copies || session_.has("sketch") ? 1 : looked_up_at_once;
  }

  Status read_all() {
    std::vector<source::Item> items;
    for (bool more = true; more;) {
      if (session_.interrupted()) return stop();
      // What a pipe gave is taken, whatever comes: it is there no more.
      const auto read = source::read_some(*request_.reader, most_at_once(), items);
      if (items.size() > 1) MC_TRY(batches_->expect(items));
      for (source::Item& item : items) {
        MC_TRY(take(item));
        if (batches_->full()) MC_TRY(batches_->flush());
        progress_->update(batches_->anchoring().tally().inputs, request_.reader->bytes_read());
      }
      if (!read && read.error().code == Code::interrupted) return stop();
      MC_TRY(read);
      more = *read;
    }
    for (const std::string& notice : request_.reader->take_notices()) session_.tell(notice);
    if (request_.exports) {
      for (const std::string& notice : request_.exports->notices) session_.tell(notice);
      for (const std::string& warning : request_.exports->warnings) session_.warn(warning);
    }
    return batches_->flush();
  }

  bool exports_are_complete() const { return !request_.exports || request_.exports->is_complete(); }

  static void add_exports(const ExportReport& exports, json::Object& line) {
    if (exports.deleted > 0) line.set("deleted_at_source", exports.deleted);
    if (exports.errors > 0) line.set("export_errors", exports.errors);
    if (exports.mismatches > 0) line.set("export_mismatches", exports.mismatches);
  }

  Status stop() {
    MC_TRY(batches_->flush());
    return fail(Code::interrupted, "stopped by a signal; run the same command again to go on");
  }

  std::uint64_t seconds() const {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began_)
            .count());
  }

  /// For logs: one line, words that stay.
  void tell_job(const vault::Tally& durable, std::uint64_t seconds, bool complete) {
    const auto field = [](std::string_view name, std::uint64_t value) {
      return " " + std::string(name) + "=" + std::to_string(value);
    };
    session_.tell("job " + quote(request_.job) + ": complete=" + (complete ? "yes" : "no") +
                  field("anchored", durable.anchored) + field("versions", durable.versions) +
                  field("unchanged", durable.unchanged) + field("rejected", rejected_) +
                  field("left", request_.reader->left_out()) + field("entries", side_.entries()) +
                  field("bytes", durable.bytes) + field("seconds", seconds));
  }

  /// What is durable (of a dry run: what would be), whatever happened then.
  Status summarize(bool complete) {
    progress_.reset();
    const vault::Tally& durable = durable_;
    const std::uint64_t rejected = rejected_;
    json::Object line = message("summary");
    line.set("count", durable.inputs)
        .set("anchored", durable.anchored)
        .set("versions", durable.versions);
    line.set("unchanged", durable.unchanged)
        .set("rejected", rejected)
        .set("bytes", durable.bytes)
        .set("entries", side_.entries());
    if (side_.first()) line.set("first", side_.first()->get()).set("last", side_.last()->get());
    if (durable.ignored > 0) line.set("ignored", durable.ignored);
    if (is_mostly_changed(durable)) line.set("mostly_changed", true);
    const std::uint64_t left_out = request_.reader->left_out();
    if (left_out > 0) line.set("left", left_out);
    if (side_.settled().appended > 0) line.set("settled", side_.settled().appended);
    if (request_.exports) add_exports(*request_.exports, line);
    if (session_.dry_run()) line.set("dry_run", true);
    const bool is_complete = complete && rejected == 0 && exports_are_complete();
    const std::uint64_t took = seconds();
    if (!request_.job.empty()) line.set("seconds", took);
    line.set("complete", is_complete);
    const std::string_view done = session_.dry_run()     ? "would anchor "
                                  : session_.has("emit") ? "prepared "
                                                         : "anchored ";
    const std::uint64_t records = durable.anchored + durable.versions;
    std::string text = std::string(done) + std::to_string(records) +
                       (records == 1 ? " record (" : " records (") +
                       std::to_string(durable.versions) + " new versions), " +
                       std::to_string(durable.unchanged) + " unchanged";
    if (durable.ignored > 0)
      text += " (" + std::to_string(durable.ignored) + " but for what is ignored)";
    if (rejected > 0) text += ", " + std::to_string(rejected) + " rejected";
    if (left_out > 0) text += ", " + counted(left_out, "file") + " left for a later run";
    if (side_.first()) text += "; appended " + index_range(*side_.first(), *side_.last());
    session_.tell(text);
    if (is_mostly_changed(durable))
      session_.warn(
          std::to_string(durable.versions) + " of " + std::to_string(durable.known) +
          " records that were known before have changed: is the export of another format, "
          "or does a server touch members such as meta (--ignore=/meta)?");
    if (!request_.job.empty()) tell_job(durable, took, is_complete);
    MC_TRY(session_.out().line(line));
    return session_.out().flush();
  }

  Session& session_;
  AnchorRequest request_;
  AnchorSide side_;
  std::optional<AnchorBatches> batches_;  ///< of the round at hand
  vault::Tally durable_;                  ///< of the rounds that ended
  std::uint64_t rejected_ = 0, taken_ = 0;
  std::unique_ptr<Progress> progress_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

Result<int> run_anchor(Session& session, AnchorRequest request) {
  return AnchorRun(session, std::move(request)).run();
}

}  // namespace medchain::cli
