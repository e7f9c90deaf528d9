// medchain-verify proof.
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/ledger_checking.hpp"
#include "cli/places.hpp"
#include "cli/verify_acts.hpp"
#include "source/source.hpp"
#include "verify/proof.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_proof_size = 4u << 20;

/// The digest of the record given with --record: the bytes as they are, or in the canonical form
/// that the row names.
Result<Digest> digest_of(const std::string& path, bool canonical) {
  return source::read_digest({path, "", 0, 0, 0, canonical});
}

/// Is the record the one whose opening is in the proof?  Fails with usage where there is none.
Result<std::optional<Error>> compare(const verify::CheckedProof& proof, const std::string& path) {
  if (!proof.row)
    return fail(Code::usage, "option '--record': the proof is of an entry, not of a record");
  if (!proof.row->opening)
    return fail(Code::usage,
                "option '--record': the proof was made with '--private', so that no "
                "record can be compared with it");
  const bool canonical = (proof.row->row.flags & entry::Row::flag_canonical_json) != 0;
  MC_ASSIGN(const Digest digest, digest_of(path, canonical));
  const Digest& anchored = proof.row->opening->digest;
  if (digest == anchored) return std::optional<Error>();
  return std::optional(
      fail(Code::proof_invalid,
           "the record " + quote(path) + " is not the one that was anchored: its digest is " +
               to_hex(digest.view()) + ", anchored was " + to_hex(anchored.view())));
}

/// What a step did.
std::string act_of(const verify::Step& step) {
  return std::visit(
      [](const auto& body) -> std::string {
        if constexpr (requires { body.act; }) return std::string(entry::word_of(body.act));
        return "";
      },
      step.entry.statement.body);
}

std::string words_of_steps(const verify::CheckedProof& proof) {
  std::string text = "valid: " + std::to_string(proof.steps.size()) + " steps of a " +
                     std::string(entry::type_of(proof.entry.statement.body)) + " of " +
                     proof.entry.statement.header.ledger + ", in order, none left out:\n";
  for (const verify::Step& step : proof.steps)
    text += "  " + format_time(step.entry.statement.header.time) + "  " + act_of(step) + ", by " +
            step.entry.statement.header.author.get() + ", entry " +
            std::to_string(step.index.get()) + "\n";
  return text + "what came after entry " + std::to_string(proof.index.get()) +
         " is not in the proof\n";
}

void add_proven(const verify::CheckedProof& proof, json::Object& decision) {
  const entry::Header& header = proof.entry.statement.header;
  decision.set("ledger", header.ledger)
      .set("entry", proof.index.get())
      .set("kind", entry::type_of(proof.entry.statement.body))
      .set("hash", to_text(EntryHash(entry::entry_hash(proof.entry.bytes))))
      .set("author", header.author.get())
      .set(proof.row ? "anchored" : "time", format_time(header.time))
      .set("size", proof.log.checkpoint.size.get());
  json::Array steps;
  for (const verify::Step& step : proof.steps) {
    json::Object one;
    one.set("entry", step.index.get())
        .set("act", act_of(step))
        .set("author", step.entry.statement.header.author.get())
        .set("time", format_time(step.entry.statement.header.time));
    steps.emplace_back(std::move(one));
  }
  if (!proof.steps.empty()) decision.set("steps", std::move(steps));
  if (proof.row && proof.row->opening) decision.set("digest", to_text(proof.row->opening->digest));
  decision.set("witnesses", static_cast<std::uint64_t>(proof.log.cosigned.size()));
}

std::string words_of(const verify::CheckedProof& proof, bool compared) {
  const entry::Header& header = proof.entry.statement.header;
  const std::string place = "entry " + std::to_string(proof.index.get()) + " of " + header.ledger;
  std::string text;
  if (!proof.steps.empty()) {
    text = words_of_steps(proof);
  } else if (!proof.row) {
    text = "valid: " + place + " is of kind " +
           std::string(entry::type_of(proof.entry.statement.body)) + ", signed by " +
           header.author.get() + " at " + format_time(header.time) + "\n";
  } else {
    const auto& opening = proof.row->opening;
    text = compared ? "valid: the record is the one"
           : opening
               ? "valid: a record with digest " + to_hex(opening->digest.view()) + " is the one"
               : "valid: a record, kept private, is the one";
    text += " that " + header.author.get() + " anchored at " + format_time(header.time) + " as " +
            place + "\n";
  }
  text += proof.log.cosigned.empty()
              ? "signed by the log, not witnessed\n"
              : "cosigned by " + std::to_string(proof.log.cosigned.size()) + " witnesses\n";
  if (proof.row && proof.row->opening && !compared)
    text += "no record was compared: give it with --record\n";
  return text;
}

}  // namespace

Result<int> verify_proof(Session& session) {
  MC_TRY(session.required("policy"));
  const std::string& proof_path = session.operands().front();
  MC_ASSIGN(const CheckpointDemands demands, checkpoint_demands(session));
  const note::Policy& policy = *demands.policy;
  MC_ASSIGN(const std::string text, read_file(proof_path, max_proof_size, Code::input_unreadable));
  const auto record_path = session.setting("record");
  session.seal(record_path ? file_to_read(*record_path) : Places());
  const auto checked = verify::check_proof(text, policy);
  std::optional<Error> problem;
  if (!checked) {
    // No answer is not a no: a missing quorum is told by its own status.
    if (checked.error().code == Code::policy_unmet) return checked.error();
    problem = checked.error();
  }
  const bool compared = checked && record_path;
  if (compared) {
    MC_ASSIGN(problem, compare(*checked, *record_path));
  }
  std::optional<CheckpointLacks> lacks;
  if (checked && !problem)
    lacks = checkpoint_lacks(policy, checked->log.cosigned, std::nullopt, demands);
  json::Object decision = message("decision");
  decision.set("valid", !problem.has_value()).set("record_compared", compared);
  if (checked) add_proven(*checked, decision);
  if (problem) decision.set("reason", problem->message);
  if (session.format() == "json")
    MC_TRY(session.out().line(decision));
  else if (problem)
    MC_TRY(session.out().write("not valid: " + escape_for_terminal(problem->message) + "\n"));
  else
    MC_TRY(session.out().write(words_of(*checked, compared)));
  if (lacks) session.warn(lacks->text);
  return problem ? 1 : lacks ? info(Code::policy_unmet).exit : 0;
}

}  // namespace medchain::cli
