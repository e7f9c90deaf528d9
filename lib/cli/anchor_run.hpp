// One run of medchain-anchor: settle what was pending, then read, prepare, append and tell, batch
// by batch, in the order of DESIGN 12.
#pragma once

#include "cli/anchor_batches.hpp"
#include "cli/export_source.hpp"
#include "cli/session.hpp"
#include "cli/stop_or_alarm.hpp"
#include "source/source.hpp"

namespace medchain::cli {

struct AnchorRequest {
  std::unique_ptr<source::Reader> reader;
  Places inputs;    ///< what the reader opens
  std::string job;  ///< its file; empty: none.  With one a line for logs is told at the end
  Retry retry;
  std::shared_ptr<const ExportReport> exports;  ///< told at the end; null: none
  ReceiptWishes wishes;
  bool keep_copies = false;  ///< of the records' bytes, in the vault
  /// Of a stream that is followed: it interrupts the reader.  Null: none is.
  std::unique_ptr<StopOrAlarm> alarm;
  std::int64_t commit_every = 0;  ///< seconds
};

/// receipts, with-openings, with-names, keep-going; and what they say.
std::vector<Option> anchor_options();
ReceiptWishes receipt_wishes(const Session& session, Receipts receipts);

/// Exit status 0, 3 (input rejected), 10 (an export is not complete), or an Error; the summary line
/// is printed in every case in which the run began.  A stream that is followed is committed when a
/// batch is full or commit_every is over, the vault being open to others between; SIGTERM ends it
/// with status 0, all complete records being committed.
Result<int> run_anchor(Session& session, AnchorRequest request);

}  // namespace medchain::cli
