// What verification says of records, and of what belongs to them, in every format.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "report/findings.hpp"
#include "verify/record_check.hpp"

namespace medchain::cli {

/// Of records and their sources; of copies and packages.
std::vector<report::FindingKind> record_kinds();
std::vector<report::FindingKind> copy_kinds();

/// Findings, counts and one line a record, for every format.
class RecordReport {
 public:
  RecordReport(Session& session, std::string ledger, std::vector<report::FindingKind> kinds);

  Status add(const std::string& place, const verify::RecordFinding& finding);
  /// A record that could not be compared: its verdict is the second part of the id.
  Status add_problem(std::string_view id, const std::string& place, const std::string& text);
  /// Of a thing that is no record: in lines of JSON a finding.
  Status add_other(std::string_view id, const std::string& place, const std::string& text);
  void count_good();
  /// No record is no finding: all that there is was looked at.
  void allow_empty() { may_be_empty_ = true; }
  std::uint64_t count() const { return count_; }

  /// The status of work that ended with `done`: what was found before trouble is the answer all the
  /// same (CLI.md 5).
  Result<int> finish_after(const Status& done);
  /// The summary; the exit status.  Nothing checked is not good: "missing" is never "empty", but
  /// where it is known that there was nothing to check.
  Result<int> finish(bool complete);

 private:
  /// 0 good; 1 something is wrong; else gone (9) and incomplete (10) are no proof of anything
  /// (CLI.md 5).
  int status_of(bool complete) const;
  void add_finding(std::string id, const std::string& place, const std::string& text,
                   const std::optional<ledger::RowPlace>& where);

  Session& session_;
  report::Report report_;
  bool may_be_empty_ = false;
  std::uint64_t count_ = 0, good_ = 0, erased_ = 0, pending_ = 0, others_ = 0;
};

}  // namespace medchain::cli
