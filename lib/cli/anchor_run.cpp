#include "cli/anchor_run.hpp"

#include <chrono>

#include "base/text.hpp"

namespace medchain::cli {
namespace {

constexpr int exit_incomplete = 10;  // CLI.md 5

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
    places.add(side_.places());
    session_.seal(places);
    if (!session_.dry_run()) MC_TRY(side_.settle());
    batches_.emplace(side_, request_.wishes);
    MC_TRY(batches_->begin());
    progress_ = session_.progress("records", 0);
    Status status = read_all();
    // What was appended stays; what waits in an unfinished batch is not lost, it was never
    // promised.
    if (Status noted = batches_->finish(); status) status = std::move(noted);
    const Status told = summarize(status.ok());
    if (status) status = told;
    MC_TRY(side_.judge(std::move(status)));
    if (batches_->rejected() > 0) return info(Code::input_invalid).exit;
    return exports_are_complete() ? 0 : exit_incomplete;
  }

 private:
  Status read_all() {
    for (;;) {
      if (session_.interrupted()) return stop();
      auto item = request_.reader->next();
      if (!item && item.error().code == Code::interrupted) return stop();
      if (!item) return std::move(item).error();
      if (!*item) break;
      Status taken = (*item)->problem ? Status(*(*item)->problem) : add(**item);
      if (!taken && !is_of_input(taken.error())) return taken;
      if (!taken) MC_TRY(batches_->reject(**item, taken.error()));
      if (batches_->full()) MC_TRY(batches_->flush());
      progress_->update(batches_->anchoring().tally().inputs, request_.reader->bytes_read());
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

  Status add(const source::Item& item) { return batches_->add(item, request_.reader->bytes()); }

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
                  field("unchanged", durable.unchanged) + field("rejected", batches_->rejected()) +
                  field("left", request_.reader->left_out()) + field("entries", side_.entries()) +
                  field("bytes", durable.bytes) + field("seconds", seconds));
  }

  /// What is durable (of a dry run: what would be), whatever happened then.
  Status summarize(bool complete) {
    progress_.reset();
    const vault::Tally& durable = batches_->durable();
    const std::uint64_t rejected = batches_->rejected();
    json::Object line = message("summary");
    line.set("count", durable.inputs)
        .set("anchored", durable.anchored)
        .set("versions", durable.versions);
    line.set("unchanged", durable.unchanged)
        .set("rejected", rejected)
        .set("bytes", durable.bytes)
        .set("entries", side_.entries());
    if (side_.first()) line.set("first", side_.first()->get()).set("last", side_.last()->get());
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
    if (rejected > 0) text += ", " + std::to_string(rejected) + " rejected";
    if (left_out > 0) text += ", " + counted(left_out, "file") + " left for a later run";
    if (side_.first()) text += "; appended " + index_range(*side_.first(), *side_.last());
    session_.tell(text);
    if (!request_.job.empty()) tell_job(durable, took, is_complete);
    MC_TRY(session_.out().line(line));
    return session_.out().flush();
  }

  Session& session_;
  AnchorRequest request_;
  AnchorSide side_;
  std::optional<AnchorBatches> batches_;
  std::unique_ptr<Progress> progress_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

Result<int> run_anchor(Session& session, AnchorRequest request) {
  return AnchorRun(session, std::move(request)).run();
}

}  // namespace medchain::cli
