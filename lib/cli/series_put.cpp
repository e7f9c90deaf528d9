#include "cli/series_put.hpp"

#include "base/text.hpp"
#include "cli/anchor_run.hpp"
#include "cli/series_inputs.hpp"
#include "cli/stop_or_alarm.hpp"
#include "cli/text_input.hpp"
#include "vault/day_records.hpp"

namespace medchain::cli {
namespace {

constexpr std::uint64_t most_waiting = 1'000'000;  ///< readings in memory, about 60 MB

struct SeriesRequest {
  vault::SeriesKey key;
  source::SeriesOptions options;
  std::vector<std::string> names;
  ReceiptWishes wishes;
  bool follow = false;
  std::int64_t every = 60;
  std::uint64_t batch = most_waiting;
};

Result<SeriesRequest> series_request(Session& session) {
  SeriesRequest request;
  request.follow = session.has("follow");
  request.names = session.operands();
  if (request.names.empty()) request.names = {"-"};
  if (session.setting("subject-file") == "-")
    return fail(Code::usage, "option '--subject-file': expected a file, got '-'");
  MC_ASSIGN(const auto subject, subject_option(session));
  request.key = {session.setting("source").value_or(""), subject.value_or(""), "glucose"};
  for (const std::string* name : {&request.key.subject, &request.key.source})
    if (name->size() > source::max_id)
      return fail(Code::usage, "options '--subject' and '--source': expected at most " +
                                   std::to_string(source::max_id) + " bytes");
  if (request.key.subject.empty())
    return fail(Code::usage, "option '--subject': expected a name, got nothing");
  if (const auto zone = session.setting("zone")) {
    auto parsed = source::Zone::parse(*zone);
    if (!parsed) return fail(Code::usage, "option '--zone': " + parsed.error().message);
    request.options.zone = std::move(*parsed);
  }
  if (const auto order = session.setting("date-order"))
    request.options.date_order =
        *order == "month-first" ? source::DateOrder::month_first : source::DateOrder::day_first;
  if (const auto unit = session.setting("unit")) request.options.unit = source::find_unit(*unit);
  request.wishes = receipt_wishes(session, Receipts::none);
  if (!request.follow) return request;
  MC_ASSIGN(const auto batch, session.number("batch", 1, most_waiting));
  request.batch = batch.value_or(1'000);
  MC_ASSIGN(const auto every, session.duration("every"));
  request.every = every.value_or(60);
  if (request.every < 1 || request.every > 86'400)
    return fail(Code::usage, "option '--every': expected 1s to 24h");
  return request;
}

class SeriesRun {
 public:
  SeriesRun(Session& session, SeriesRequest request)
      : session_(session), request_(std::move(request)), side_(session, true) {}

  Result<int> run() {
    MC_ASSIGN(alarm_, StopOrAlarm::open(session_.stop_descriptor()));
    request_.options.stop_fd = alarm_->descriptor();
    MC_ASSIGN(inputs_,
              SeriesInputs::open(session_, request_.names, request_.options, request_.follow));
    MC_TRY(side_.open());
    MC_TRY(side_.open_vault());
    // Before anything of others is read; a stream that is followed has its vault opened again.
    Places places = request_.follow ? Places() : inputs_to_read(request_.names);
    places.add(side_.places(request_.follow));
    session_.seal(places);
    if (!session_.dry_run()) MC_TRY(side_.settle());
    if (request_.follow) side_.close_vault();
    progress_ = session_.progress("readings", 0);
    Status status = read_all();
    const Status told = summarize(status.ok());
    if (status) status = told;
    MC_TRY(side_.judge(std::move(status)));
    return rejected_ > 0 ? info(Code::input_invalid).exit : 0;
  }

 private:
  Status read_all() {
    for (;;) {
      if (session_.interrupted()) return stop();
      auto item = inputs_->next();
      if (!item && item.error().code != Code::interrupted) return std::move(item).error();
      if (!item || alarm_->is_due()) {
        if (!item && session_.interrupted()) return stop();
        if (alarm_->is_due()) MC_TRY(commit());
        if (!item) continue;
      }
      if (!*item) return commit();
      if ((*item)->problem) {
        MC_TRY(reject(std::move(**item)));
        continue;
      }
      readings_.push_back(std::move(*(*item)->reading));
      line_ = (*item)->line;
      if (request_.follow) alarm_->set(request_.every);
      if (readings_.size() >= request_.batch) MC_TRY(commit());
      progress_->update(read_ += 1, inputs_->bytes_read());
    }
  }

  Status stop() {
    MC_TRY(commit());
    return fail(Code::interrupted, "stopped by a signal; run the same command again to go on");
  }

  /// A bad row ends the run, or is told and skipped with --keep-going.  What came in front of it in
  /// a stream is committed.
  Status reject(source::SeriesItem item) {
    ++rejected_;
    Error error = std::move(*item.problem);
    if (!item.place.empty()) error = std::move(error).context(item.place);
    if (request_.wishes.keep_going) {
      session_.report(error);
      return {};
    }
    if (request_.follow) MC_TRY(commit());
    if (error.hint.empty()) error.hint = "with --keep-going bad inputs are told and skipped";
    return error;
  }

  /// Others may use the vault between two rounds: it is waited for as long as it takes.
  Status open_again() {
    for (bool told = false;;) {
      Status opened = side_.open_vault();
      if (opened) break;
      if (opened.error().code != Code::lock_timeout || session_.interrupted()) {
        return std::move(opened).error().context(counted(readings_.size(), "reading") +
                                                 " not committed");
      }
      if (!told) session_.warn("another process has the vault: readings wait");
      told = true;
    }
    MC_TRY(side_.settle());
    // What is merged with a version that may never be on the ledger could be lost with it.
    if (side_.settled().early > 0)
      return fail(Code::entry_time,
                  "an entry prepared earlier has a time that is still to come: no reading is "
                  "acknowledged before it");
    return {};
  }

  Status commit() {
    alarm_->clear();
    if (readings_.empty()) return {};
    if (request_.follow) MC_TRY(open_again());
    const std::uint64_t count = readings_.size();
    auto days = source::to_days(request_.key.series, std::move(readings_));
    readings_.clear();
    if (!days) return std::move(days).error();
    AnchorBatches batches(side_, request_.wishes);
    MC_TRY(batches.begin());
    vault::DayTotals totals;
    Status status = anchor(batches, std::move(*days), totals);
    if (Status noted = batches.finish(); status) status = std::move(noted);
    const vault::Tally& tally = batches.durable();
    tally_ += tally;
    MC_TRY(std::move(status));
    if (request_.follow) side_.close_vault();
    readings_done_ += count;
    added_ += totals.added;
    conflicts_ += totals.conflicts;
    if (totals.conflicts > 0)
      session_.warn(counted(totals.conflicts, "time") +
                    " of readings that do not agree: all of them are kept");
    return acknowledge(count, totals, tally);
  }

  Status anchor(AnchorBatches& batches, std::vector<source::DayDocument> days,
                vault::DayTotals& totals) {
    MC_ASSIGN(auto merged, vault::MergedDays::open(side_.vault(), batches.anchoring(), request_.key,
                                                   std::move(days)));
    for (;;) {
      MC_ASSIGN(auto item, merged.next());
      if (!item) break;
      MC_TRY(batches.add(std::move(*item), merged.bytes()));
      if (batches.full()) MC_TRY(batches.flush());
    }
    MC_TRY(batches.flush());
    totals = merged.totals();
    return {};
  }

  /// Whoever sends need not send again what is in front of this line.
  Status acknowledge(std::uint64_t count, const vault::DayTotals& totals,
                     const vault::Tally& tally) {
    if (session_.has("emit")) return {};
    json::Object line = message("committed");
    line.set("count", count).set("added", totals.added);
    line.set("days", tally.anchored + tally.versions).set("total", readings_done_);
    if (request_.follow) line.set("line", line_);
    if (tally.anchored + tally.versions > 0 && side_.last() && !session_.dry_run())
      line.set("entry", side_.last()->get());
    if (session_.dry_run()) line.set("dry_run", true);
    MC_TRY(session_.out().line(line));
    return session_.out().flush();
  }

  void tell_what_was_skipped() {
    const SeriesTotals totals = inputs_->totals();
    if (const std::uint64_t all = totals.all_skipped(); all > 0) {
      std::vector<std::string> parts;
      for (std::size_t i = 0; i < source::skipped_kinds; ++i)
        if (totals.skipped[i] > 0)
          parts.push_back(std::to_string(totals.skipped[i]) + " " +
                          std::string(source::skipped_name(static_cast<source::Skipped>(i))));
      session_.tell("skipped " + counted(all, "row") + " without a reading: " + join(parts, ", "));
    }
    if (totals.repeated_hour > 0)
      session_.warn(counted(totals.repeated_hour, "reading") +
                    " in an hour that the clock showed twice: told apart by the order of rows");
  }

  /// What is durable (of a dry run: what would be), whatever happened then.
  Status summarize(bool complete) {
    progress_.reset();
    tell_what_was_skipped();
    json::Object line = message("summary");
    line.set("count", readings_done_)
        .set("added", added_)
        .set("duplicates", readings_done_ - added_)
        .set("conflicts", conflicts_)
        .set("skipped", inputs_->totals().all_skipped())
        .set("anchored", tally_.anchored)
        .set("versions", tally_.versions)
        .set("unchanged", tally_.unchanged);
    line.set("rejected", rejected_).set("bytes", tally_.bytes).set("entries", side_.entries());
    if (side_.first()) line.set("first", side_.first()->get()).set("last", side_.last()->get());
    if (side_.settled().appended > 0) line.set("settled", side_.settled().appended);
    if (session_.dry_run()) line.set("dry_run", true);
    line.set("complete", complete && rejected_ == 0);
    const std::uint64_t records = tally_.anchored + tally_.versions;
    std::string text = std::string(session_.dry_run()     ? "would anchor "
                                   : session_.has("emit") ? "prepared "
                                                          : "anchored ") +
                       std::to_string(records) + (records == 1 ? " day (" : " days (") +
                       std::to_string(tally_.versions) + " new versions) of " +
                       counted(readings_done_, "reading") + ", " + std::to_string(added_) +
                       " of them new";
    if (rejected_ > 0) text += ", " + std::to_string(rejected_) + " rejected";
    if (side_.first()) text += "; appended " + index_range(*side_.first(), *side_.last());
    session_.tell(text);
    MC_TRY(session_.out().line(line));
    return session_.out().flush();
  }

  Session& session_;
  SeriesRequest request_;
  AnchorSide side_;
  std::optional<StopOrAlarm> alarm_;
  std::optional<SeriesInputs> inputs_;
  std::unique_ptr<Progress> progress_;
  std::vector<source::Reading> readings_;  ///< not committed yet
  std::uint64_t line_ = 0;                 ///< of the last of them
  std::uint64_t read_ = 0, readings_done_ = 0, added_ = 0, conflicts_ = 0, rejected_ = 0;
  vault::Tally tally_;
};

}  // namespace

Result<int> put_series(Session& session) {
  MC_ASSIGN(SeriesRequest request, series_request(session));
  return SeriesRun(session, std::move(request)).run();
}

}  // namespace medchain::cli
