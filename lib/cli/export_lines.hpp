// A whole ledger as lines (medchain-ndjson(5)): a head, the entries in order, each behind the rows
// of its manifest, the signed checkpoint, a summary.  Who reads it believes nothing of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "cli/stream_lines.hpp"
#include "ledger/ledger.hpp"

namespace medchain::cli {

struct ExportHead {
  std::string ledger;  ///< origin
  GenesisHash genesis;
  std::uint64_t size = 0;  ///< entries
};

struct Exported {
  ExportHead head;
  std::uint64_t records = 0;
};

/// Prints the ledger as it is in this snapshot.  `told` is called with the entries printed so far.
/// Fails with store_damaged, interrupted and as the output does.
Result<Exported> write_export(Session& session, const ledger::Snapshot& view,
                              const std::function<void(std::uint64_t)>& told);

/// Reads such lines.  All fail with input_invalid, input_truncated and as StreamLines does.
class ExportReader {
 public:
  static Result<ExportReader> open(Session& session);

  /// First.
  Result<ExportHead> head();
  /// The next entry with its rows; nothing at the checkpoint.
  Result<std::optional<ledger::Prepared>> entry();
  /// After the last entry: the signed checkpoint.  The summary is behind it.
  Result<std::string> checkpoint();

  std::uint64_t line() const { return lines_.number(); }

 private:
  explicit ExportReader(StreamLines lines) : lines_(std::move(lines)) {}
  /// The next line that is not empty: its type and itself.
  Result<json::Object> object();

  StreamLines lines_;
  std::uint64_t entries_ = 0;
  std::optional<std::string> checkpoint_;
};

}  // namespace medchain::cli
