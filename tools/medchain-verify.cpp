// medchain-verify: is it intact?
#include "cli/places.hpp"
#include "cli/program.hpp"
#include "cli/record_inputs.hpp"
#include "cli/verify_acts.hpp"

namespace medchain {
namespace {

using cli::Session;
using cli::ValueKind;

void also_opens_sources(const Session& session, cli::Places& places) {
  if (!session.has("ledger-only")) places.add(cli::everything());
}

cli::Option max_age() {
  return {"max-age", 0, ValueKind::duration, "DURATION",
          "end with status 10 if the checkpoint is older"};
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-verify";
  tool.summary = "verify a ledger, records, a vault or a proof";
  tool.examples = {"medchain-verify ledger --seen /var/lib/medchain/last",
                   "medchain-verify proof obs9.tlog-proof --record obs9.json --policy policy"};
  cli::Verb ledger;
  ledger.name = "ledger";
  ledger.summary = "verify every signature, rule, manifest, tree hash and index from genesis";
  ledger.options = {
      {"seen", 0, ValueKind::file, "FILE", "pin what was seen; prove that history only grew since"},
      {"from", 0, ValueKind::directory, "DIR",
       "verify the tree that 'medchain-sync tiles' publishes, not a ledger"},
      {"policy", 0, ValueKind::file, "FILE", "tlog-policy to demand, in place of the ledger's own"},
      max_age()};
  ledger.common = {"ledger", "time", "output", "progress"};
  ledger.formats = "text|json|junit|tap|sarif";
  ledger.max_operands = 0;
  ledger.writes = {"seen"};
  ledger.run = cli::verify_ledger;

  cli::Verb records;
  records.name = "records";
  records.operands = "[FILE...]";
  records.summary = "are these bytes what was anchored?";
  records.options = cli::record_input_options();
  records.options.push_back(
      {"receipts", 0, ValueKind::file, "FILE", "use receipts with openings instead of the vault"});
  records.common = {"ledger", "vault", "output"};
  records.formats = "text|json|junit|tap|sarif";
  records.also_opens = cli::add_record_inputs;
  records.run = cli::verify_records;

  cli::Verb vault;
  vault.name = "vault";
  vault.summary = "read every anchored source again and compare vault and ledger";
  vault.options = {
      {"ledger-only", 0, ValueKind::flag, {}, "compare vault and ledger, read no sources"}};
  vault.common = {"ledger", "vault", "output", "progress"};
  vault.formats = "text|json|junit|tap|sarif";
  vault.max_operands = 0;
  vault.also_opens = also_opens_sources;
  vault.run = cli::verify_vault;

  cli::Verb proof;
  proof.name = "proof";
  proof.operands = "PROOF";
  proof.summary = "check a proof offline, with the record and a policy only";
  proof.options = {{"record", 0, ValueKind::file, "FILE", "the record that the proof is about"},
                   {"policy", 0, ValueKind::file, "FILE",
                    "pinned tlog-policy: the log key and witnesses to trust"},
                   max_age()};
  proof.common = {"time", "output"};
  proof.formats = "text|json";
  proof.min_operands = proof.max_operands = 1;
  proof.run = cli::verify_proof;

  tool.verbs = {ledger, records, vault, proof};
  tool.formats_read = {
      "formats: medchain/1, ledger layout 2, vault layout 2, rules 1, tlog-proof@v1, tlog-tiles"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
