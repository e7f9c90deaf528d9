// prove: a self-contained proof of one record, of one entry, or of a referral or prescription with
// its steps.
#include "base/parse.hpp"
#include "cli/audit_acts.hpp"
#include "cli/entry_operand.hpp"
#include "cli/named_record.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "verify/proof.hpp"
#include "verify/record_check.hpp"

namespace medchain::cli {
namespace {

constexpr std::string_view how_to_verify = "; verify with 'medchain-verify proof FILE ";

/// Within Vault::read().
Result<std::string> prove_one(Session& session, const ledger::Snapshot& view, vault::Vault& vault,
                              const NamedRecord& named) {
  MC_ASSIGN(const auto numbers, find_record(vault, named));
  if (numbers.empty())
    return fail(Code::record_unknown, "the record was not anchored from this vault");
  const std::uint64_t number = numbers.back();
  MC_ASSIGN(const vault::Version version, vault.version(number));
  MC_ASSIGN(const auto finding, verify::find_intact(view, vault, number, version));
  std::optional<verify::ProvenOpening> opening;
  if (!session.has("private")) {
    MC_ASSIGN(const Salt salt, vault.salt(version));
    opening = verify::ProvenOpening{salt, version.digest};
  }
  MC_ASSIGN(std::string proof, verify::prove_record(view, *finding.place, opening));
  session.tell("proved: anchored " + format_time(*finding.time) + " at entry " +
               std::to_string(finding.place->entry.get()) + " row " +
               std::to_string(finding.place->row) + std::string(how_to_verify) +
               (opening ? "--record RECORD --policy POLICY'" : "--policy POLICY'"));
  return proof;
}

Result<std::string> prove_record(Session& session, ledger::Ledger& ledger) {
  const std::string& name = session.operands().front();
  MC_ASSIGN(const std::string directory, session.required("vault"));
  MC_ASSIGN(const auto vault, vault::Vault::open(directory, {}));
  MC_ASSIGN(const auto digest, named_digest(name));
  session.seal({});
  std::string proof;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    return vault->read([&]() -> Status {
      MC_ASSIGN(proof, prove_one(session, view, *vault,
                                 {name, session.setting("source").value_or(""), digest}));
      return {};
    });
  }));
  return proof;
}

/// Proofs of entries open nothing.
Status check_alone(Session& session, const std::string& what) {
  for (const std::string_view option : {"source", "private"})
    if (session.has(option))
      return fail(Code::usage,
                  "option '--" + std::string(option) + "' does not go with '--" + what + "'");
  return {};
}

Result<std::string> prove_steps(Session& session, ledger::Ledger& ledger, const std::string& of) {
  MC_TRY(check_alone(session, "steps-of"));
  session.seal({});
  std::string proof;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const EntryHash hash, find_entry(view, of));
    MC_ASSIGN(proof, verify::prove_steps(view, hash));
    return {};
  }));
  session.tell("proved: the steps of " + of + std::string(how_to_verify) + "--policy POLICY'");
  return proof;
}

Result<std::string> prove_entry(Session& session, ledger::Ledger& ledger, EntryIndex index) {
  MC_TRY(check_alone(session, "entry"));
  session.seal({});
  std::string proof;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(proof, verify::prove_entry(view, index));
    return {};
  }));
  session.tell("proved: entry " + std::to_string(index.get()) + std::string(how_to_verify) +
               "--policy POLICY'");
  return proof;
}

}  // namespace

Result<int> audit_prove(Session& session) {
  MC_ASSIGN(const auto entry, session.number("entry", 0, INT64_MAX));
  const auto steps_of = session.arguments().value("steps-of");
  if (session.operands().size() + entry.has_value() + steps_of.has_value() != 1)
    return fail(Code::usage, "expected RECORD, or '--entry', or '--steps-of'");
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const std::string proof, entry      ? prove_entry(session, *ledger, EntryIndex(*entry))
                                     : steps_of ? prove_steps(session, *ledger, *steps_of)
                                                : prove_record(session, *ledger));
  MC_TRY(session.out().write(proof));
  return 0;
}

}  // namespace medchain::cli
