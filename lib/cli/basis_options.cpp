#include "cli/basis_options.hpp"

#include "cli/entry_operand.hpp"
#include "cli/scope_options.hpp"

namespace medchain::cli {

std::vector<Option> basis_options() {
  Option legal{"legal", 0, ValueKind::text, "CODE", "code of the legal basis"};
  legal.repeat = true;
  return {{"policy-uri", 0, ValueKind::text, "URI", "privacy policy it rests on"},
          {"policy-version", 0, ValueKind::text, "WORD", "version of that policy"},
          legal,
          {"consent", 0, ValueKind::file, "FILE", "signed consent; committed to, not stored"},
          {"consent-by",
           0,
           ValueKind::words,
           "WHO",
           "who consented",
           {},
           "custodian|subject|guardian|delegate"},
          {"assessment", 0, ValueKind::text, "ENTRY", "impact assessment, an entry of 'assess'"}};
}

Status read_basis(ActSession& act, entry::Basis& basis) {
  Session& session = act.session();
  std::string policy = session.setting("policy-uri").value_or(basis.policy.get());
  std::string version = session.setting("policy-version").value_or(basis.version.get());
  // What the members of this ledger have agreed on, where nothing else is named.
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    if (policy.empty()) {
      MC_ASSIGN(policy, rules::origin(view));
    }
    MC_ASSIGN(const std::uint64_t rules, rules::rules_number(view));
    if (version.empty()) version = "rules-" + std::to_string(rules);
    if (const auto named = session.setting("assessment")) {
      MC_ASSIGN(basis.assessment, find_entry(view, "assessment", *named));
    }
    return {};
  }));
  auto label = entry::Label::parse(policy);
  if (!label) return fail(Code::usage, "option '--policy-uri': " + label.error().message);
  basis.policy = *label;
  MC_ASSIGN(basis.version, word_option("policy-version", version));
  const std::vector<std::string> legal = session.arguments().all("legal");
  if (!legal.empty()) basis.legal.clear();
  for (const std::string& code : legal) {
    MC_ASSIGN(auto word, word_option("legal", code));
    basis.legal.push_back(std::move(word));
  }
  sort_unique(basis.legal);
  if (const auto by = session.setting("consent-by")) {
    MC_ASSIGN(basis.by, entry::parse_word<entry::ConsentBy>(*by));
  }
  if (const auto path = session.setting("consent")) {
    MC_ASSIGN(basis.consent, act.commit_document(*path));
  }
  return {};
}

}  // namespace medchain::cli
