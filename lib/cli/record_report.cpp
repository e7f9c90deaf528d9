#include "cli/record_report.hpp"

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"

namespace medchain::cli {

using report::Level;
using verify::RecordVerdict;

std::vector<report::FindingKind> record_kinds() {
  return {
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
      {"index.damaged", Level::error, "an index of the vault does not match its versions"},
  };
}

std::vector<report::FindingKind> copy_kinds() {
  return {
      {"copy.missing", Level::error, "the file that a copy is in is not there"},
      {"copy.damaged", Level::error, "a copy does not open, or has other bytes than were anchored"},
      {"copy.kept", Level::error, "the record was erased, and its copy can still be read"},
      {"copy.orphaned", Level::error, "a file among the copies that nothing refers to"},
      {"package.missing", Level::error, "an entry names a package that is not there"},
      {"package.damaged", Level::error, "a package has other bytes than its name and entry say"},
      {"package.orphaned", Level::error, "a package that no entry names"},
      {"package.foreign", Level::error, "a file among the packages that is none"},
  };
}

RecordReport::RecordReport(Session& session, std::string ledger,
                           std::vector<report::FindingKind> kinds)
    : session_(session) {
  report_.tool = session.program().name;
  report_.version = MEDCHAIN_VERSION;
  report_.ledger = std::move(ledger);
  report_.kinds = std::move(kinds);
}

Status RecordReport::add(const std::string& place, const verify::RecordFinding& finding) {
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
  report_.checks.push_back({"records", place, good, good ? "" : verdict + ": " + finding.message});
  return {};
}

Status RecordReport::add_problem(std::string_view id, const std::string& place,
                                 const std::string& text) {
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

void RecordReport::count_good() {
  ++count_;
  ++good_;
}

Status RecordReport::add_other(std::string_view id, const std::string& place,
                               const std::string& text) {
  ++others_;
  add_finding(std::string(id), place, text, {});
  if (session_.format() == "text")
    return session_.out().write(pad_to(std::string(id), 18) + place + "  " + text + "\n");
  if (session_.format() == "json") {
    json::Object line = message("finding");
    line.set("id", id).set("level", "error").set("message", text).set("subject", place);
    return session_.out().line(line);
  }
  report_.checks.push_back({std::string(id.substr(0, id.find('.'))), place, false, text});
  return {};
}

Result<int> RecordReport::finish_after(const Status& done) {
  if (done) return finish(true);
  const Code code = done.error().code;
  if ((good_ == count_ && others_ == 0) || code == Code::interrupted || code == Code::output_failed)
    return done.error();
  session_.report(done.error());
  return finish(false);
}

Result<int> RecordReport::finish(bool complete) {
  const int status = status_of(complete);
  json::Object summary = message("summary");
  summary.set("count", count_)
      .set("good", good_)
      .set("findings", count_ - good_ + others_)
      .set("status", status)
      .set("complete", complete);
  if (session_.format() == "json") {
    MC_TRY(session_.out().line(summary));
  } else if (session_.format() != "text") {
    report_.summary = summary;
    MC_TRY(session_.out().write(report::write(report_, session_.format())));
  }
  const std::string told =
      count_ == 0 && may_be_empty_ && complete
          ? "the vault holds no record"
          : std::to_string(good_) + " of " + std::to_string(count_) + " records are as anchored";
  session_.tell(told + (others_ > 0 ? "; " + std::to_string(others_) + " other findings" : ""));
  return status;
}

int RecordReport::status_of(bool complete) const {
  if ((count_ == 0 && !may_be_empty_) || !complete || others_ > 0 ||
      good_ + erased_ + pending_ < count_)
    return 1;
  if (erased_ > 0) return info(Code::record_erased).exit;
  return pending_ > 0 ? info(Code::policy_unmet).exit : 0;
}

void RecordReport::add_finding(std::string id, const std::string& place, const std::string& text,
                               const std::optional<ledger::RowPlace>& where) {
  if (session_.format() == "text" || session_.format() == "json")
    return;  // told line by line, memory stays bounded
  report::Finding finding{std::move(id), Level::error, text, {}, place};
  if (where) finding.entry = where->entry.get();
  report_.findings.push_back(std::move(finding));
}

}  // namespace medchain::cli
