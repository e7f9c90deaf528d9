// medchain-vault: a member's private copies of its records.
#include <algorithm>

#include "cli/anchor_run.hpp"
#include "cli/places.hpp"
#include "cli/program.hpp"
#include "cli/record_inputs.hpp"
#include "cli/reindex.hpp"
#include "cli/series_put.hpp"
#include "cli/vault_acts.hpp"
#include "cli/vault_own_acts.hpp"

namespace medchain {
namespace {

using cli::Session;
using cli::ValueKind;

void put_also_opens(const Session& session, cli::Places& places) {
  cli::add_vault_to_write(session, places);
  cli::add_record_inputs(session, places);
  cli::add_series_places(session, places);
}

void check_also_opens(const Session& session, cli::Places& places) {
  if (!session.has("copies-only")) places.add(cli::everything());
}

Result<int> run_put(Session& session) {
  MC_TRY(cli::check_series_options(session));
  if (session.has("series")) return cli::put_series(session);
  cli::AnchorRequest request;
  request.wishes = cli::receipt_wishes(session, cli::Receipts::each);
  MC_ASSIGN(cli::RecordInputs inputs, cli::open_record_inputs(session, cli::Reading::here));
  request.reader = std::move(inputs.reader);
  request.inputs = inputs.places;
  request.keep_copies = true;
  return cli::run_anchor(session, std::move(request));
}

cli::Verb put_verb() {
  cli::Verb verb;
  verb.name = "put";
  verb.operands = "[FILE...]";
  verb.summary = "commit records as medchain-anchor does, and keep sealed copies of them";
  // Sums come without bytes.
  verb.options = cli::record_input_options();
  std::erase_if(verb.options, [](const cli::Option& option) { return option.name == "from-sums"; });
  verb.options.push_back(cli::min_age_option());
  verb.options.push_back(cli::ignore_option());
  for (const auto& more : {cli::series_options(), cli::anchor_options()})
    verb.options.insert(verb.options.end(), more.begin(), more.end());
  verb.profile_flag = "series";
  verb.common = {"ledger", "key",  "vault",   "host",   "emit",
                 "time",   "wait", "dry-run", "output", "progress"};
  verb.formats = "json";
  verb.appends = true;
  verb.writes = {"ledger", "host"};
  verb.signs = true;
  verb.also_opens = put_also_opens;
  verb.run = run_put;
  return verb;
}

cli::Verb get_verb() {
  cli::Verb verb;
  verb.name = "get";
  verb.operands = "RECORD";
  verb.summary =
      "write the bytes of one record (TYPE/ID, digest or file), checked against the ledger";
  verb.options = {
      {"source", 0, ValueKind::text, "NAME", "system that gave the id, as it was anchored"}};
  verb.common = {"ledger", "vault", "output"};
  verb.min_operands = verb.max_operands = 1;
  verb.operand_kind = ValueKind::text;
  verb.secret_output = true;
  verb.run = cli::vault_get;
  return verb;
}

cli::Verb list_verb() {
  cli::Verb verb;
  verb.name = "list";
  verb.summary = "list versions of records by subject, type, time and state";
  verb.options = {
      {"subject", 0, ValueKind::text, "NAME", "only records of this subject"},
      {"subject-file", 0, ValueKind::file, "FILE", "the subject's name is the first line of FILE"},
      {"type", 0, ValueKind::text, "WORD", "only records of this type"},
      {"since", 0, ValueKind::time, "TIME", "anchored at this time or later"},
      {"until", 0, ValueKind::time, "TIME", "anchored before this time"},
      {"state",
       0,
       ValueKind::words,
       "STATE",
       "only versions in this state",
       {},
       "anchored|pending|superseded|erased"}};
  verb.common = {"ledger", "vault", "output"};
  verb.formats = "text|json";
  verb.max_operands = 0;
  verb.secret_output = true;
  verb.run = cli::vault_list;
  return verb;
}

cli::Verb check_verb() {
  cli::Verb verb;
  verb.name = "check";
  verb.summary = "compare sources, copies and packages with the ledger";
  verb.options = {{"copies-only", 0, ValueKind::flag, {}, "read no sources"}};
  verb.common = {"ledger", "vault", "packages", "output", "progress"};
  verb.formats = "text|json|junit|tap|sarif";
  verb.max_operands = 0;
  verb.also_opens = check_also_opens;
  verb.run = cli::vault_check;
  return verb;
}

cli::Verb backup_verb() {
  cli::Verb verb;
  verb.name = "backup";
  verb.operands = "DIR";
  verb.summary = "copy the vault to a new directory, also while it is in use";
  verb.common = {"vault"};
  verb.min_operands = verb.max_operands = 1;
  verb.operand_kind = ValueKind::directory;
  verb.also_opens = cli::add_backup_places;
  verb.run = cli::vault_backup;
  return verb;
}

cli::Verb restore_verb() {
  cli::Verb verb;
  verb.name = "restore";
  verb.operands = "DIR";
  verb.summary = "make the vault out of a backup, without what was erased since";
  verb.common = {"ledger", "vault", "wait"};
  verb.min_operands = verb.max_operands = 1;
  verb.operand_kind = ValueKind::directory;
  verb.also_opens = cli::add_restore_places;
  verb.run = cli::vault_restore;
  return verb;
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-vault";
  tool.summary = "a member's private copies of its records";
  tool.examples = {"medchain-vault put scans/", "medchain-vault get Observation/9 -o obs9.json"};
  tool.verbs = {put_verb(),    get_verb(),     list_verb(),      check_verb(),
                backup_verb(), restore_verb(), cli::gaps_verb(), cli::prune_verb(),
                cli::reindex_vault_verb()};
  for (cli::Verb verb : cli::own_act_verbs()) tool.verbs.push_back(std::move(verb));
  tool.formats_read = {"formats: medchain/1, ledger layout 2, vault layout 2, rules 1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
