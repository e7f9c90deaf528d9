#include "cli/wanted_findings.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace medchain::cli {

using report::Level;

std::vector<Option> wanted_findings_options(std::string_view fail_help) {
  return {{"kind", 0, ValueKind::text, "ID", "only this kind of finding; several may be given", "",
           "", true},
          {"fail-on", 0, ValueKind::words, "LEVEL", fail_help, "", "note|warning|error|never"}};
}

Result<WantedFindings> wanted_findings(const Session& session,
                                       std::span<const report::FindingKind> kinds,
                                       std::string_view what, std::string_view fail_default) {
  WantedFindings wanted;
  for (const std::string& id : session.arguments().all("kind")) {
    if (std::none_of(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.id == id; })) {
      Error error = fail(Code::usage, "option '--kind': there is no kind of " + std::string(what) +
                                          " " + quote(id));
      std::vector<std::string> known;
      for (const report::FindingKind& kind : kinds) known.emplace_back(kind.id);
      if (const auto near = nearest(id, known)) error.hint = "did you mean " + quote(*near) + "?";
      return error;
    }
    wanted.kinds.insert(id);
  }
  const std::string fail_on =
      session.arguments().value("fail-on").value_or(std::string(fail_default));
  for (const Level level : {Level::note, Level::warning, Level::error})
    if (fail_on == report::to_text(level)) wanted.fail_on = level;
  return wanted;
}

}  // namespace medchain::cli
