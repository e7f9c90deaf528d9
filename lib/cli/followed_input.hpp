// --follow: records that come in without an end are committed again and again.
#pragma once

#include <memory>
#include <vector>

#include "cli/record_inputs.hpp"
#include "cli/stop_or_alarm.hpp"

namespace medchain::cli {

/// follow, commit-every.
std::vector<Option> follow_options();

struct FollowedInput {
  File list;                           ///< kept open for the reader
  std::unique_ptr<StopOrAlarm> alarm;  ///< makes the reader stop, too
  std::unique_ptr<source::Reader> reader;
  std::int64_t every = 0;  ///< seconds from the first record until it is committed
  Places places;           ///< what the reader opens
};

/// NDJSON from standard input, or from the one file or FIFO that is named.  Fails with usage.
Result<FollowedInput> open_followed(Session& session);

/// For Verb::also_opens: a file that is replaced is opened again by its name.
void add_followed(const Session& session, Places& places);

}  // namespace medchain::cli
