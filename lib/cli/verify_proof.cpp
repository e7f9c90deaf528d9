// medchain-verify proof and medchain-audit prove.
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/named_record.hpp"
#include "cli/places.hpp"
#include "cli/verify_acts.hpp"
#include "cli/workspace.hpp"
#include "source/source.hpp"
#include "verify/proof.hpp"
#include "verify/record_check.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_proof_size = 4u << 20;

/// The digest of the record given with --record: the bytes as they are, or in the canonical form
/// that the row names.
Result<Digest> digest_of(const std::string& path, bool canonical) {
  return source::read_digest({path, "", 0, 0, 0, canonical});
}

}  // namespace

Result<int> audit_prove(Session& session) {
  const std::string& name = session.operands().front();
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const std::string directory, session.required("vault"));
  MC_ASSIGN(const auto vault, vault::Vault::open(directory, {}));
  MC_ASSIGN(const auto digest, named_digest(name));
  session.seal({});
  std::string proof;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    return vault->read([&]() -> Status {
      MC_ASSIGN(const auto numbers,
                find_record(*vault, {name, session.setting("source").value_or(""), digest}));
      if (numbers.empty())
        return fail(Code::record_unknown, "the record was not anchored from this vault");
      const std::uint64_t number = numbers.back();
      MC_ASSIGN(const vault::Version version, vault->version(number));
      verify::RecordChecker checker(view, vault.get(), {});
      MC_ASSIGN(const auto finding, checker.check_version(number, version));
      switch (finding.verdict) {
        case verify::RecordVerdict::intact:
          break;
        case verify::RecordVerdict::erased:
          return fail(Code::record_erased, "the record " + finding.message);
        case verify::RecordVerdict::pending:
          return fail(Code::entry_missing, "the record is " + finding.message);
        case verify::RecordVerdict::superseded:
        case verify::RecordVerdict::differs:
        case verify::RecordVerdict::unknown:
        case verify::RecordVerdict::damaged:
          return fail(Code::store_damaged, finding.message);
      }
      MC_ASSIGN(const Salt salt, vault->salt(version));
      MC_ASSIGN(proof, verify::prove_record(view, *finding.place, salt, version.digest));
      session.tell("proved: anchored " + format_time(*finding.time) + " at entry " +
                   std::to_string(finding.place->entry.get()) + " row " +
                   std::to_string(finding.place->row) +
                   "; verify with 'medchain-verify proof FILE --record RECORD --policy POLICY'");
      return {};
    });
  }));
  MC_TRY(session.out().write(proof));
  return 0;
}

Result<int> verify_proof(Session& session) {
  MC_ASSIGN(const std::string policy_path, session.required("policy"));
  MC_ASSIGN(const std::string policy_text, read_file(policy_path, 1 << 20, Code::config_invalid));
  auto policy = note::parse_policy(policy_text);
  if (!policy) return std::move(policy).error().context(quote(policy_path));
  const std::string& proof_path = session.operands().front();
  MC_ASSIGN(const std::string text, read_file(proof_path, max_proof_size, Code::input_unreadable));
  const auto record_path = session.setting("record");
  session.seal(record_path ? file_to_read(*record_path) : Places());
  const auto checked = verify::check_proof(text, *policy);
  std::optional<Error> problem;
  if (!checked) {
    const Code code = checked.error().code;
    // No answer is not a no: a missing quorum is told by its own status.
    if (code == Code::policy_unmet) return checked.error();
    problem = checked.error();
  }
  bool compared = false;
  if (!problem && record_path) {
    const bool canonical = (checked->record.row.flags & entry::Row::flag_canonical_json) != 0;
    MC_ASSIGN(const Digest digest, digest_of(*record_path, canonical));
    compared = true;
    if (digest != checked->record.digest)
      problem = fail(Code::proof_invalid, "the record " + quote(*record_path) +
                                              " is not the one that was anchored: its digest is " +
                                              to_hex(digest.view()) + ", anchored was " +
                                              to_hex(checked->record.digest.view()));
  }
  json::Object decision = message("decision");
  decision.set("valid", !problem.has_value()).set("record_compared", compared);
  if (checked) {
    const auto& entry = checked->record.entry.statement;
    decision.set("ledger", entry.header.ledger)
        .set("entry", checked->index.get())
        .set("author", entry.header.author.get());
    decision.set("anchored", format_time(entry.header.time))
        .set("size", checked->log.checkpoint.size.get());
    decision.set("digest", to_text(checked->record.digest))
        .set("witnesses", static_cast<std::uint64_t>(checked->log.cosigned.size()));
  }
  if (problem) decision.set("reason", problem->message);
  if (session.format() == "json") {
    MC_TRY(session.out().line(decision));
  } else if (problem) {
    MC_TRY(session.out().write("not valid: " + escape_for_terminal(problem->message) + "\n"));
  } else {
    const auto& header = checked->record.entry.statement.header;
    std::string line = compared ? "valid: the record is the one"
                                : "valid: a record with digest " +
                                      to_hex(checked->record.digest.view()) + " is the one";
    line += " that " + header.author.get() + " anchored at " + format_time(header.time) +
            " as entry " + std::to_string(checked->index.get()) + " of " + header.ledger + "\n";
    line += checked->log.cosigned.empty()
                ? "signed by the log, not witnessed\n"
                : "cosigned by " + std::to_string(checked->log.cosigned.size()) + " witnesses\n";
    if (!compared) line += "no record was compared: give it with --record\n";
    MC_TRY(session.out().write(line));
  }
  return problem ? 1 : 0;
}

}  // namespace medchain::cli
