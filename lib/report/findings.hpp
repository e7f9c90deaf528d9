// One list of findings and checks feeds every format (CLI.md 10): text, json (NDJSON), junit, tap,
// sarif.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace medchain::report {

enum class Level { note, warning, error };
std::string_view to_text(Level level);

/// A kind of finding: stable id, what it means.
struct FindingKind {
  std::string_view id;  ///< "chain.altered"
  Level level;
  std::string_view text;
};

struct Finding {
  std::string id;
  Level level = Level::error;
  std::string message;
  std::optional<std::uint64_t> entry;  ///< index
  std::string subject;  ///< record or file it is about, or empty; escaped by every writer
  /// Several that prove it; then there is no `entry`.
  std::vector<std::uint64_t> entries = {};
};

/// One thing that was checked, good or not: a test case in junit and tap.
struct Check {
  std::string group;  ///< "signatures"
  std::string name;   ///< "entries 0-41"
  bool passed = true;
  std::string message;       ///< if not passed
  std::string skipped = {};  ///< why it was not done, if it was not; then it is neither
};

struct Report {
  std::string tool;  ///< "medchain-verify"
  std::string version;
  std::string ledger;              ///< directory, as typed
  std::vector<FindingKind> kinds;  ///< all the tool may report: rules of sarif
  std::vector<Finding> findings;
  std::vector<Check> checks;
  json::Object summary;  ///< medchain object of type "summary": its members are the tool's own
};

/// `format` is text, json, junit, tap or sarif (asserted); the whole document, ending in LF.
std::string write(const Report& report, std::string_view format);

}  // namespace medchain::report
