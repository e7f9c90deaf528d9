// medchain-refer: referral and consultation.
#include "cli/act_session.hpp"
#include "cli/documents.hpp"
#include "cli/grant_acts.hpp"
#include "cli/own_side.hpp"
#include "cli/program.hpp"
#include "cli/refer_acts.hpp"
#include "cli/refer_duplicates.hpp"

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
  verb.max_operands = 0;
  verb.run = std::move(run);
  return verb;
}

void add(cli::Verb& verb, const std::vector<cli::Option>& options) {
  verb.options.insert(verb.options.end(), options.begin(), options.end());
}

/// A step: the referral is its operand.
cli::Verb step(std::string_view name, std::string_view summary,
               std::function<Result<int>(cli::Session&)> run) {
  cli::Verb verb = act(name, "REFERRAL", summary, std::move(run));
  add(verb, cli::words_options());
  add(verb, {cli::document_option("document", "a file that goes with the words; sealed")});
  verb.min_operands = verb.max_operands = 1;
  return verb;
}

std::vector<cli::Option> flags(
    std::initializer_list<std::pair<std::string_view, std::string_view>> all) {
  std::vector<cli::Option> options;
  for (const auto& [name, help] : all) options.push_back({name, 0, ValueKind::flag, {}, help});
  return options;
}

cli::Verb query(std::string_view name, std::string_view summary,
                std::function<Result<int>(cli::Session&)> run) {
  cli::Verb verb;
  verb.name = name;
  verb.summary = summary;
  verb.options = {{"max-age", 0, ValueKind::duration, "DURATION",
                   "what waits for longer is overdue: then status 1"}};
  verb.formats = "text|json|fhir";
  verb.max_operands = 0;
  verb.run = std::move(run);
  return verb;
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-refer";
  tool.summary = "refer a subject with its records, and ask others for their opinion";
  tool.examples = {
      "medchain-refer create --to union --subject-file subject --service cardiology --text-file "
      "why",
      "medchain-refer accept 42"};

  cli::Option to{"to", 0, ValueKind::text, "MEMBER", "to whom"};
  auto create = act("create", "", "refer a subject to a member", cli::refer_create);
  add(create, {to,
               {"fhir", 0, ValueKind::file, "FILE", "a FHIR ServiceRequest or Task; '-' is stdin"},
               {"valid-until", 0, ValueKind::time, "TIME", "accepted before, or not at all"}});
  auto consult = act("consult", "", "ask members and groups for an opinion", cli::refer_consult);
  to.repeat = true;
  to.help = "who is asked";
  cli::Option group{"group", 0, ValueKind::text, "GROUP", "a care team that is asked"};
  group.repeat = true;
  add(consult, {to, group});
  for (cli::Verb* verb : {&create, &consult}) {
    add(*verb, cli::order_options());
    add(*verb, cli::share_options());
    verb->also_opens = cli::share_opens;
    add(*verb, cli::words_options());
    add(*verb, {cli::duplicate_option()});
  }

  auto accept = step("accept", "take a referral over", cli::refer_accept);
  add(accept,
      {{"subject", 0, ValueKind::text, "ID", "what the subject is called here; kept in the vault"},
       {"subject-file", 0, ValueKind::file, "FILE", "the same, in its first line; '-' is stdin"}});
  auto decline = step("decline", "refuse a referral, or to give an opinion", cli::refer_decline);
  auto update = step("update", "say where a referral is", cli::refer_update);
  add(update, flags({{"schedule", "an appointment is made"},
                     {"reschedule", "it is moved"},
                     {"no-show", "the subject did not come"},
                     {"appointment-cancel", "it is cancelled"},
                     {"interim-note", "the subject was seen; there is a note"}}));
  auto complete = step("complete", "end a referral with its outcome", cli::refer_complete);
  auto cancel = step("cancel", "end a referral without one", cli::refer_cancel);
  add(cancel,
      flags({{"request", "the initiator asks for it"}, {"confirm", "the recipient agrees"}}));
  auto opinion = step("opinion", "answer a consultation", cli::refer_opinion);
  auto close = step("close", "end a consultation with a summary", cli::refer_close);
  for (cli::Verb* verb : {&update, &complete, &opinion}) {
    add(*verb, cli::share_options());
    verb->also_opens = cli::share_opens;
  }

  auto release = act("release", "[REFERRAL [RECORD...]]",
                     "seal the records of a referral that was accepted", cli::refer_release);
  add(release, cli::release_options());
  add(release,
      {{"standing", 0, ValueKind::flag, {}, "of every referral, what was not sealed yet"}});
  release.operand_kind = ValueKind::file;
  release.max_operands = SIZE_MAX;
  release.also_opens = cli::act_opens_scratch;
  auto open = act("open", "REFERRAL", "check the records of a referral, and write the files",
                  cli::refer_open);
  add(open, cli::open_options());
  open.min_operands = open.max_operands = 1;
  open.also_opens = cli::open_opens;

  auto inbox = query("inbox", "what waits for me", cli::refer_inbox);
  inbox.common = {"ledger", "key", "vault", "packages", "output", "time"};
  inbox.also_opens = cli::own_side_opens;
  add(inbox, {cli::duplicate_option()});
  cli::Verb show;
  show.name = "show";
  show.operands = "ENTRY";
  show.summary = "what was said of a referral, and its documents as files";
  show.options = cli::show_options();
  show.formats = "text|json";
  show.operand_kind = ValueKind::text;
  show.min_operands = show.max_operands = 1;
  show.common = {"ledger", "key", "vault", "packages", "output"};
  show.also_opens = cli::show_opens;
  show.run = cli::refer_show;
  auto list = query("list", "referrals and consultations with their states", cli::refer_list);
  add(list, {{"by", 0, ValueKind::text, "MEMBER", "whose they are"},
             {"to", 0, ValueKind::text, "MEMBER", "to whom they are"},
             {"open", 0, ValueKind::flag, {}, "only those that have not ended"},
             {"state",
              0,
              ValueKind::words,
              "STATE",
              "of this state",
              {},
              "received|accepted|rejected|scheduled|no-show|appointment-cancelled|visit-noted|"
              "cancel-requested|cancelled|completed|consulting|closed"}});
  list.common = {"ledger", "key", "vault", "packages", "output", "time"};
  list.also_opens = cli::own_side_opens;

  tool.verbs = {create,  accept, decline, update, complete, cancel, consult,
                opinion, close,  release, open,   inbox,    show,   list};
  tool.formats_read = {
      "formats: medchain/1, ledger layout 2, vault layout 2, rules 1, packages age v1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
