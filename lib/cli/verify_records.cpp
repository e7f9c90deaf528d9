// medchain-verify records and vault.
#include <fcntl.h>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/places.hpp"
#include "cli/record_inputs.hpp"
#include "cli/verify_acts.hpp"
#include "cli/workspace.hpp"
#include "report/findings.hpp"
#include "verify/record_check.hpp"

namespace medchain::cli {
namespace {

using report::Level;
using verify::RecordVerdict;

constexpr std::size_t max_receipts = 256u << 20;

const std::vector<report::FindingKind>& record_kinds() {
  static const std::vector<report::FindingKind> kinds = {
      {"record.differs", Level::error,
       "the bytes are none of the anchored versions of this record"},
      {"record.unknown", Level::error, "neither the id nor the bytes were anchored"},
      {"record.erased", Level::error,
       "the record was erased: nothing can be said about it any more"},
      {"record.pending", Level::error, "the record is signed in the vault, but not on the ledger"},
      {"record.damaged", Level::error, "the ledger does not hold what the vault or receipt says"},
      {"record.unreadable", Level::error, "the record cannot be read"},
      {"source.missing", Level::error, "the file that was anchored is not there any more"},
      {"source.changed", Level::error, "the file is not what was anchored"},
  };
  return kinds;
}

/// Findings, counts and one line a record, for every format.
class RecordReport {
 public:
  RecordReport(Session& session, std::string ledger) : session_(session) {
    report_.tool = session.program().name;
    report_.version = MEDCHAIN_VERSION;
    report_.ledger = std::move(ledger);
    report_.kinds = record_kinds();
  }

  Status add(const std::string& place, const verify::RecordFinding& finding) {
    const bool good = verify::is_good(finding.verdict);
    ++count_;
    good_ += good;
    erased_ += finding.verdict == RecordVerdict::erased;
    pending_ += finding.verdict == RecordVerdict::pending;
    const std::string verdict(verify::to_text(finding.verdict));
    if (!good) add_finding("record." + verdict, place, finding.message, finding.place);
    if (session_.format() == "text") {
      std::string line = pad_to(verdict, 11) + place;
      if (finding.place) line += "  (entry " + std::to_string(finding.place->entry.get()) + ")";
      if (finding.time) line += "  anchored " + format_time(*finding.time);
      if (!finding.message.empty()) line += "  " + finding.message;
      return session_.out().write(line + "\n");
    }
    if (session_.format() == "json") {
      json::Object line = message("record");
      line.set("place", place).set("verdict", verdict);
      if (finding.place)
        line.set("entry", finding.place->entry.get())
            .set("row", static_cast<std::uint64_t>(finding.place->row));
      if (finding.time) line.set("anchored", format_time(*finding.time));
      if (finding.versions > 0)
        line.set("version", finding.version).set("versions", finding.versions);
      if (finding.by_content) line.set("by_content", true);
      if (!finding.message.empty()) line.set("message", finding.message);
      return session_.out().line(line);
    }
    report_.checks.push_back(
        {"records", place, good, good ? "" : verdict + ": " + finding.message});
    return {};
  }

  Status add_problem(std::string_view id, const std::string& place, const std::string& text) {
    ++count_;
    add_finding(std::string(id), place, text, {});
    if (session_.format() == "text")
      return session_.out().write(pad_to(std::string(id.substr(id.find('.') + 1)), 11) + place +
                                  "  " + text + "\n");
    if (session_.format() == "json") {
      json::Object line = message("record");
      line.set("place", place).set("verdict", id.substr(id.find('.') + 1)).set("message", text);
      return session_.out().line(line);
    }
    report_.checks.push_back({"records", place, false, text});
    return {};
  }

  void count_good() {
    ++count_;
    ++good_;
  }
  std::uint64_t count() const { return count_; }

  /// The status of work that ended with `done`: what was found before trouble is the answer all the
  /// same (CLI.md 5).
  Result<int> finish_after(const Status& done) {
    if (done) return finish(true);
    const Code code = done.error().code;
    if (good_ == count_ || code == Code::interrupted || code == Code::output_failed)
      return done.error();
    session_.report(done.error());
    return finish(false);
  }

  /// The summary; the exit status.  Nothing checked is not good: "missing" is never "empty".
  Result<int> finish(bool complete) {
    const int status = status_of(complete);
    json::Object summary = message("summary");
    summary.set("count", count_)
        .set("good", good_)
        .set("findings", count_ - good_)
        .set("status", status)
        .set("complete", complete);
    if (session_.format() == "json") {
      MC_TRY(session_.out().line(summary));
    } else if (session_.format() != "text") {
      report_.summary = summary;
      MC_TRY(session_.out().write(report::write(report_, session_.format())));
    }
    session_.tell(std::to_string(good_) + " of " + std::to_string(count_) +
                  " records are as anchored");
    return status;
  }

 private:
  /// 0 good; 1 something is wrong; else gone (9) and incomplete (10) are no proof of anything
  /// (CLI.md 5).
  int status_of(bool complete) const {
    if (count_ == 0 || !complete || good_ + erased_ + pending_ < count_) return 1;
    if (erased_ > 0) return info(Code::record_erased).exit;
    return pending_ > 0 ? info(Code::policy_unmet).exit : 0;
  }

  void add_finding(std::string id, const std::string& place, const std::string& text,
                   const std::optional<ledger::RowPlace>& where) {
    if (session_.format() == "text" || session_.format() == "json")
      return;  // told line by line, memory stays bounded
    report::Finding finding{std::move(id), Level::error, text, {}, place};
    if (where) finding.entry = where->entry.get();
    report_.findings.push_back(std::move(finding));
  }

  Session& session_;
  report::Report report_;
  std::uint64_t count_ = 0, good_ = 0, erased_ = 0, pending_ = 0;
};

Result<std::vector<verify::Opening>> read_openings(const std::string& path) {
  MC_ASSIGN(const std::string text, read_file(path, max_receipts, Code::input_unreadable));
  std::vector<verify::Opening> openings;
  std::uint64_t line_number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++line_number;
    if (trim_ascii(line).empty()) continue;
    auto opening = verify::parse_opening(line);
    if (!opening)
      return std::move(opening).error().context(quote(path) + ":" + std::to_string(line_number));
    if (*opening) openings.push_back(**opening);
  }
  if (openings.empty())
    return fail(Code::input_invalid, quote(path) + " has no receipt with an opening")
        .with_hint("anchor with --with-openings to get such receipts");
  return openings;
}

Result<std::unique_ptr<vault::Vault>> open_vault(const Session& session) {
  MC_ASSIGN(const std::string directory, session.required("vault"));
  return vault::Vault::open(directory, {});
}

Status check_ledger(const Session& session, const vault::Vault& vault,
                    const ledger::Snapshot& view) {
  MC_ASSIGN(const GenesisHash genesis, rules::genesis(view));
  if (vault.owner().genesis == genesis) return {};
  return fail(Code::vault_conflict, "the vault " + quote(session.setting("vault").value_or("")) +
                                        " is of another ledger: " + quote(vault.owner().origin));
}

Status check_inputs(Session& session, source::Reader& reader, verify::RecordChecker& checker,
                    RecordReport& out) {
  for (;;) {
    if (session.interrupted())
      return fail(Code::interrupted,
                  "stopped by a signal after " + std::to_string(out.count()) + " records");
    MC_ASSIGN(auto item, reader.next());
    if (!item) return {};
    if (item->problem) {
      MC_TRY(out.add_problem("record.unreadable", item->place, item->problem->message));
      continue;
    }
    MC_ASSIGN(const auto finding, checker.check(*item->record));
    MC_TRY(out.add(item->place, finding));
  }
}

}  // namespace

Result<int> verify_records(Session& session) {
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(auto inputs, open_record_inputs(session));
  std::vector<verify::Opening> openings;
  const auto receipts = session.setting("receipts");
  if (receipts) {
    MC_ASSIGN(openings, read_openings(*receipts));
  }
  std::unique_ptr<vault::Vault> vault;
  if (!receipts) {
    MC_ASSIGN(vault, open_vault(session));
  }
  session.seal(inputs.places);
  RecordReport out(session, ledger->directory());
  const Status done = ledger->read([&](const ledger::Snapshot& view) -> Status {
    if (receipts) {
      verify::RecordChecker checker(view, nullptr, openings);
      return check_inputs(session, *inputs.reader, checker, out);
    }
    MC_TRY(check_ledger(session, *vault, view));
    return vault->read([&]() -> Status {
      verify::RecordChecker checker(view, vault.get(), {});
      return check_inputs(session, *inputs.reader, checker, out);
    });
  });
  for (const std::string& notice : inputs.reader->take_notices()) session.detail(notice);
  return out.finish_after(done);
}

Result<int> verify_vault(Session& session) {
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto vault, open_vault(session));
  session.seal(session.has("ledger-only") ? Places() : everything());
  RecordReport out(session, ledger->directory());
  const Status done = ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(check_ledger(session, *vault, view));
    return vault->read([&]() -> Status {
      verify::RecordChecker checker(view, vault.get(), {});
      const auto progress = session.progress("records", 0);
      return vault->for_each_version(
          [&](std::uint64_t number, const vault::Version& version) -> Status {
            if (session.interrupted())
              return fail(Code::interrupted,
                          "stopped by a signal after " + std::to_string(out.count()) + " records");
            progress->update(out.count(), 0);
            MC_ASSIGN(const vault::Batch batch, vault->batch(version.batch));
            if (batch.state == vault::BatchState::abandoned) return {};
            MC_ASSIGN(const std::string path, vault->path(version.path));
            std::string place =
                path.empty() ? "version " + std::to_string(number) : escape_for_terminal(path);
            if (version.line > 0) place += ":" + std::to_string(version.line);
            MC_ASSIGN(const auto finding, checker.check_version(number, version));
            if (finding.verdict == RecordVerdict::erased) {
              out.count_good();
              return {};
            }
            if (!verify::is_good(finding.verdict)) return out.add(place, finding);
            // Only the newest version is expected to stand at its source; what came by standard
            // input has none.
            MC_ASSIGN(const auto latest,
                      vault->find(vault::record_key(version.source, version.type, version.id)));
            if (path.empty() || session.has("ledger-only") || !latest || latest->number != number) {
              out.count_good();
              return {};
            }
            const auto read =
                source::read_digest({path, version.type, version.line, version.offset, version.size,
                                     (version.flags & entry::Row::flag_canonical_json) != 0});
            if (!read)
              return out.add_problem(file_exists(path) ? "source.changed" : "source.missing", place,
                                     read.error().message);
            if (*read != version.digest)
              return out.add_problem("source.changed", place,
                                     "the bytes are not those that were anchored");
            out.count_good();
            return {};
          });
    });
  });
  return out.finish_after(done);
}

}  // namespace medchain::cli
