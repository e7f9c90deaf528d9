// medchain-audit: what happened, and proof of it.
#include "cli/audit_acts.hpp"
#include "cli/audit_anomalies.hpp"
#include "cli/audit_case.hpp"
#include "cli/audit_clones.hpp"
#include "cli/audit_exposed.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/audit_mismatches.hpp"
#include "cli/audit_report.hpp"
#include "cli/audit_rows.hpp"
#include "cli/program.hpp"

namespace medchain {
namespace {

using cli::ValueKind;

cli::Verb log_verb() {
  cli::Verb verb;
  verb.name = "log";
  verb.summary = "list what is on the ledger, an entry in a line";
  verb.options = cli::audit_log_options();
  verb.common = {"ledger", "vault", "no-pager", "output", "progress"};
  verb.max_operands = 0;
  verb.formats = cli::event_formats;
  verb.run = cli::audit_log;
  return verb;
}

cli::Verb record_verb() {
  cli::Verb verb;
  verb.name = "record";
  verb.operands = "[RECORD]";
  verb.summary = "show the whole life of a record (TYPE/ID, a file, a digest, ENTRY:ROW)";
  verb.options = cli::audit_life_options();
  verb.common = {"ledger", "vault", "no-pager", "output"};
  verb.max_operands = 1;
  verb.formats = "text|json|dot|svg|fhir|fhir-bundle";
  verb.run = cli::audit_life;
  return verb;
}

cli::Verb subject_verb() {
  cli::Verb verb;
  verb.name = "subject";
  verb.operands = "[SUBJECT]";
  verb.summary = "report who did what with the records of one subject, and why";
  verb.options = cli::audit_access_options();
  verb.common = {"ledger", "vault", "no-pager", "output"};
  verb.max_operands = 1;
  verb.formats = cli::event_formats;
  verb.operand_kind = cli::ValueKind::text;
  verb.run = cli::audit_access;
  return verb;
}

cli::Verb disclosures_verb() {
  cli::Verb verb;
  verb.name = "disclosures";
  verb.summary = "account for disclosures of one subject's records (45 CFR 164.528)";
  verb.options = cli::audit_disclosures_options();
  verb.common = {"ledger", "vault", "no-pager", "output"};
  verb.max_operands = 0;
  verb.formats = cli::event_formats;
  verb.run = cli::audit_disclosures;
  return verb;
}

cli::Verb flow_verb(std::string_view name, std::string_view summary,
                    Result<int> (*run)(cli::Session&)) {
  cli::Verb verb;
  verb.name = name;
  verb.summary = summary;
  verb.options = cli::audit_flow_options();
  verb.common = {"ledger", "no-pager", "output"};
  verb.max_operands = 0;
  verb.formats = cli::table_formats;
  verb.run = run;
  return verb;
}

cli::Verb ropa_verb() {
  cli::Verb verb;
  verb.name = "ropa";
  verb.summary = "list what each controller does with records, for GDPR Art. 30";
  verb.options = cli::audit_ropa_options();
  verb.common = {"ledger", "no-pager", "output"};
  verb.max_operands = 0;
  verb.formats = cli::table_formats;
  verb.run = cli::audit_ropa;
  return verb;
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-audit";
  tool.summary = "tell what happened to records, and prove it";
  tool.examples = {"medchain-audit log --since=24h --outcome=denied",
                   "medchain-audit prove Observation/9 -o obs9.tlog-proof",
                   "medchain-audit prove --entry 42 -o grant.tlog-proof"};
  cli::Verb prove;
  prove.name = "prove";
  prove.operands = "[RECORD]";
  prove.summary =
      "write a proof of one record (TYPE/ID or a file), of an entry, or of all steps of an act";
  prove.options = {
      {"source", 0, ValueKind::text, "NAME", "system that gave the id, as it was anchored"},
      {"private", 0, ValueKind::flag, "", "leave out what the record can be compared with"},
      {"entry", 0, ValueKind::number, "INDEX", "prove this entry, of whatever kind"},
      {"steps-of", 0, ValueKind::text, "ENTRY",
       "prove all steps of a referral or prescription, in order, none left out"}};
  prove.common = {"ledger", "vault", "output"};
  prove.max_operands = 1;
  prove.run = cli::audit_prove;
  tool.verbs = {log_verb(),
                record_verb(),
                subject_verb(),
                disclosures_verb(),
                flow_verb("uses", "list what each member got and used, by which grant, and its way",
                          cli::audit_uses),
                flow_verb("flows", "count what moved between members by purpose and month, no tags",
                          cli::audit_flows),
                ropa_verb(),
                cli::exposed_verb(),
                cli::anomalies_verb(),
                cli::clones_verb(),
                cli::mismatches_verb(),
                cli::case_verb(),
                cli::report_verb(),
                prove};
  tool.formats_read = {"formats: medchain/1, ledger layout 2, vault layout 2, tlog-proof@v1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
