// medchain-rx: prescriptions outside of the hospital.
#include "cli/act_session.hpp"
#include "cli/program.hpp"
#include "cli/rx_acts.hpp"

namespace medchain {
namespace {

using cli::ValueKind;

cli::Verb act(std::string_view name, std::string_view operands, std::string_view summary,
              std::function<Result<int>(cli::Session&)> run) {
  cli::Verb verb;
  verb.name = name;
  verb.operands = operands;
  verb.summary = summary;
  verb.options = cli::person_options();
  verb.common = cli::act_common();
  verb.formats = "json";
  verb.appends = true;
  verb.writes = {"ledger", "host"};
  verb.signs = true;
  verb.also_opens = cli::act_opens;
  verb.operand_kind = ValueKind::text;
  verb.min_operands = verb.max_operands = operands.empty() ? 0 : 1;
  verb.run = std::move(run);
  return verb;
}

void add(cli::Verb& verb, const std::vector<cli::Option>& options) {
  verb.options.insert(verb.options.end(), options.begin(), options.end());
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-rx";
  tool.summary = "issue prescriptions, redeem each once, dispense, deliver and claim them";
  tool.examples = {
      "medchain-rx issue --document rx.json --subject-file patient --token-file rx.token",
      "medchain-rx accept --token-file rx.token"};
  const cli::Option document{"document", 0, ValueKind::file, "FILE",
                             "products, reason and words as JSON; '-' is stdin"};
  auto issue = act("issue", "", "issue a prescription and make its redeem token", cli::rx_issue);
  add(issue, cli::issue_options());
  issue.also_opens = cli::issue_opens;
  auto approve = act("approve", "PRESCRIPTION", "review a prescription", cli::rx_approve);
  add(approve, {{"refuse", 0, ValueKind::flag, {}, "the review refuses it"}});
  auto accept = act("accept", "", "redeem a prescription by its token and read it", cli::rx_accept);
  add(accept, {{"token-file", 0, ValueKind::file, "FILE", "the redeem token"},
               {"shown", 0, ValueKind::file, "FILE", "what the patient shows, to be compared"}});
  auto give_back = act("return", "PRESCRIPTION", "give a prescription back", cli::rx_return);
  auto dispense = act("dispense", "PRESCRIPTION", "dispense items", cli::rx_dispense);
  auto deliver = act("deliver", "PRESCRIPTION", "record a step of delivery", cli::rx_deliver);
  add(deliver, {{"step",
                 0,
                 ValueKind::words,
                 "STEP",
                 "what happened",
                 {},
                 "handed-over|shipped|signed-for"}});
  auto close = act("close", "PRESCRIPTION", "say that all of it is dispensed", cli::rx_close);
  auto cancel = act("cancel", "PRESCRIPTION", "cancel a prescription", cli::rx_cancel);
  auto claim = act("claim", "PRESCRIPTION", "pay for what was dispensed, once", cli::rx_claim);
  add(claim, {{"receipt", 0, ValueKind::text, "ENTRY", "of what ended the hold"}});
  auto extend = act("extend", "PRESCRIPTION", "let a prescription be valid longer", cli::rx_extend);
  add(extend,
      {{"until", 0, ValueKind::time, "TIME", "its new end (default: the policy's latest)"}});
  for (cli::Verb* verb :
       {&approve, &give_back, &dispense, &deliver, &close, &cancel, &extend, &claim})
    add(*verb, {document});

  tool.verbs = {issue,
                cli::rx_token_verb(),
                approve,
                accept,
                give_back,
                dispense,
                deliver,
                close,
                cancel,
                extend,
                claim,
                cli::rx_show_verb(),
                cli::rx_list_verb()};
  tool.formats_read = {
      "formats: medchain/1, ledger layout 2, vault layout 2, rules 1, packages age v1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
