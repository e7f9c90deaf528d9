// Places of a run: what its verb may open, by the option table, the settings and the operands.
#pragma once

#include "cli/sealing.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

/// What the options, settings and operands of this run name, to be read, the places of
/// Verb::writes to be written, and those of Verb::also_opens.  For the first sealing, before
/// anything of them is opened; results (--output) are not in it.
Places places_of(const Session& session);

/// A ledger or vault that is read: its lock is written all the same.
Places store_to_read(const std::string& directory);
/// A ledger that is written.
Places store_to_write(const std::string& directory);
/// The host directory of a ledger that is written.
Places host_to_write(const std::string& directory);
/// The packages beside a ledger; read in a dry run.
Places packages_to_write(const Session& session, const std::string& ledger);
Places file_to_read(const std::string& path);
/// Files and directories by name.  Of very many names, the directories they are in: a rule for each
/// would take as long as reading it.
Places inputs_to_read(const std::vector<std::string>& names);
/// A file that is replaced by renaming, and files beside it.
Places file_to_replace(const std::string& path);
/// Where a profile is written.
Places profile_to_write(const Session& session);
/// What the system knows of time zones.
Places zone_data();
/// How the C library converts encodings.
Places encoding_data();
/// Every file of the system, to be read.
Places everything();

/// For files that a dry run makes and removes: TMPDIR, or /tmp.
std::string scratch_directory(const Session& session);

}  // namespace medchain::cli
