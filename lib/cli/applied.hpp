// Applied: what became of emitted acts: one line on standard output for each, counts, and what went
// wrong after an entry was durable.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/session.hpp"
#include "ledger/ledger.hpp"

namespace medchain::cli {

class Applied {
 public:
  explicit Applied(Session& session) : session_(session) {}

  /// The act in `line` is on the ledger.
  Status tell(std::uint64_t line, const entry::Entry& entry, const ledger::Appended& appended);
  /// ... or is not; on standard error as well.
  Status tell(std::uint64_t line, Error refusal);
  /// The summary, whatever came before.
  Status summarize(bool complete);
  /// What failed although entries are durable; the first counts.
  void keep(Error error);
  void count_package() { ++packages_; }

  /// The outcome of a run that ended so: what is durable is said with what failed.
  Result<int> judge(Status status) const;

 private:
  Session& session_;
  std::uint64_t count_ = 0, entries_ = 0, existed_ = 0, refused_ = 0, packages_ = 0;
  std::optional<EntryIndex> first_, last_;
  std::optional<Error> unfinished_;
};

}  // namespace medchain::cli
