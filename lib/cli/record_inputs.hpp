// Inputs that are records: what medchain-anchor and medchain-verify records have in common, options
// and choice of reader.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cli/places.hpp"
#include "cli/session.hpp"
#include "source/read_ahead.hpp"

namespace medchain::cli {

/// id-from, subject-from, type, source, canonical, from-sums, files0-from, follow-links.
std::vector<Option> record_input_options();

/// min-age, for verbs that anchor and so come again; open_record_inputs() heeds it.
Option min_age_option();
/// ignore, for them too; so does it that.
Option ignore_option();
/// source::Options::newest for files that must be `age` seconds old.
std::int64_t newest_of_age(Session& session, std::int64_t age);

/// Of those options, and of min-age and ignore.  Fails with usage.
Result<source::Options> source_options(Session& session);

/// A named list file or `-` for standard input.
Result<File> open_list(Session& session, const std::string& name);

struct RecordInputs {
  File list;  ///< kept open for the reader
  std::unique_ptr<source::Reader> reader;
  Places places;  ///< what the reader opens
};

/// Who wants source::Reader::bytes() reads itself; else records are read ahead in a second thread.
enum class Reading : std::uint8_t { here, ahead };

/// Files and directories by operands; NDJSON on standard input without operands or for `-`;
/// sha256sum output; NUL-separated names.  Fails with usage, input_unreadable.
Result<RecordInputs> open_record_inputs(Session& session, Reading reading);

/// What `make` makes, once reading begins.
std::unique_ptr<source::Reader> read_as(Reading reading, int stop_fd, source::MakeReader make);

/// For Verb::also_opens: lists of names and links may lead anywhere.
void add_record_inputs(const Session& session, Places& places);

}  // namespace medchain::cli
