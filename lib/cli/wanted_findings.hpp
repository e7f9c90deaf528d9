// Which findings somebody asks for, and from which level on a run fails: options that verbs with
// findings share.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "report/findings.hpp"

namespace medchain::cli {

struct WantedFindings {
  std::set<std::string> kinds;  ///< empty: all
  std::optional<report::Level> fail_on;
  bool names(std::string_view id) const { return kinds.contains(std::string(id)); }
  bool has(std::string_view id) const { return kinds.empty() || names(id); }
  bool fails(report::Level level) const { return fail_on && level >= *fail_on; }
};

/// kind, fail-on; `fail_help` is the help of the second, which tells its default.
std::vector<Option> wanted_findings_options(std::string_view fail_help);
/// `what` is the word for one of `kinds` in messages: "anomaly".  Fails with usage.
Result<WantedFindings> wanted_findings(const Session& session,
                                       std::span<const report::FindingKind> kinds,
                                       std::string_view what, std::string_view fail_default);

}  // namespace medchain::cli
