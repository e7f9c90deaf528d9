// medchain-grant: data sharing.
#include "cli/act_session.hpp"
#include "cli/basis_options.hpp"
#include "cli/grant_acts.hpp"
#include "cli/grant_emergency.hpp"
#include "cli/grant_queries.hpp"
#include "cli/own_side.hpp"
#include "cli/program.hpp"
#include "cli/scope_options.hpp"

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
  verb.run = std::move(run);
  return verb;
}

void add(cli::Verb& verb, const std::vector<cli::Option>& options) {
  verb.options.insert(verb.options.end(), options.begin(), options.end());
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-grant";
  tool.summary = "ask for records of others, and permit, forbid and end their use";
  tool.examples = {
      "medchain-grant request --from hosp-b --type Observation --purpose HRESCH --uses 3 --until "
      "90d",
      "medchain-grant give 42 --uses 1"};
  const cli::Option reason{"reason", 0, ValueKind::text, "CODE", "a reason code"};

  auto request = act("request", "", "ask a custodian for records", cli::grant_request);
  add(request, {{"from", 0, ValueKind::text, "MEMBER", "who is asked"}});
  add(request, cli::scope_options());
  add(request, {{"expires", 0, ValueKind::time, "TIME",
                 "log time at which the request ends unanswered (default: 30d, or --until)"}});
  request.max_operands = 0;
  auto give = act("give", "[REQUEST]",
                  "permit or forbid the use of records: answer a request, or "
                  "unasked",
                  cli::grant_give);
  add(give, cli::give_options());
  add(give, cli::basis_options());
  add(give, cli::scope_options());
  give.max_operands = 1;
  auto deny = act("deny", "REQUEST", "refuse a request", cli::grant_deny);
  add(deny, {reason,
             {"text-file", 0, ValueKind::file, "FILE",
              "the reason in words, for who asked alone; '-' is stdin"}});
  auto revoke = act("revoke", "GRANT", "end a grant for ever", cli::grant_revoke);
  auto suspend = act("suspend", "GRANT", "suspend a grant", cli::grant_suspend);
  auto resume = act("resume", "GRANT", "end a suspension", cli::grant_resume);
  for (cli::Verb* verb : {&revoke, &suspend, &resume}) add(*verb, {reason});
  auto assess =
      act("assess", "FILE", "record an impact assessment; FILE is committed to, not stored",
          cli::grant_assess);
  assess.operand_kind = ValueKind::file;
  auto emergency = act("emergency", "", "break the glass: a person needs one subject's records now",
                       cli::grant_emergency);
  add(emergency, cli::emergency_options());
  emergency.max_operands = 0;
  auto review =
      act("review", "EMERGENCY", "judge an emergency of another person", cli::grant_review);
  add(review, cli::review_options());
  auto attest = act("attest", "GRANT|RELEASE|NOTICE", "state that what was received is erased",
                    cli::grant_attest);
  add(attest, cli::attest_options());
  auto acknowledge =
      act("acknowledge", "NOTICE...", "state that notices were read", cli::grant_acknowledge);
  acknowledge.min_operands = 1;
  for (cli::Verb* verb : {&deny, &revoke, &suspend, &resume, &assess, &review, &attest})
    verb->min_operands = verb->max_operands = 1;

  auto release =
      act("release", "[GRANT|EMERGENCY [RECORD...]]",
          "seal records for one use of a grant, which the ledger counts", cli::grant_release);
  add(release, cli::release_options());
  add(release, cli::standing_options());
  release.operand_kind = ValueKind::file;
  release.also_opens = cli::act_opens_scratch;
  auto open = act("open", "RELEASE",
                  "check what was released, declare the use, and write the files", cli::grant_open);
  add(open, cli::open_options());
  open.min_operands = open.max_operands = 1;
  open.also_opens = cli::open_opens;

  cli::Verb list;
  list.name = "list";
  list.summary = "list requests, grants, emergencies, releases and uses with their states";
  list.options = {{"requests", 0, ValueKind::flag, {}, "requests only"},
                  {"grants", 0, ValueKind::flag, {}, "grants only"},
                  {"emergencies", 0, ValueKind::flag, {}, "emergencies only"},
                  {"releases", 0, ValueKind::flag, {}, "releases only"},
                  {"uses", 0, ValueKind::flag, {}, "uses only"},
                  {"by", 0, ValueKind::text, "MEMBER", "whose they are"},
                  {"to", 0, ValueKind::text, "MEMBER", "to whom they are"},
                  {"state",
                   0,
                   ValueKind::words,
                   "STATE",
                   "of this state",
                   {},
                   "requested|granted|narrowed|denied|expired|active|exhausted|revoked|suspended|"
                   "replaced|erasure-due|erasure-attested|erasure-overdue|released|used|opened|"
                   "failed|awaiting-review|justified|unjustified|escalated"}};
  list.common = {"ledger", "output"};
  list.formats = "text|json";
  list.max_operands = 0;
  list.run = cli::grant_list;

  cli::Verb check;
  check.name = "check";
  check.summary = "does what was granted permit this use? status 0 permitted, 1 denied";
  const auto many = [](std::string_view name, std::string_view value, std::string_view help) {
    cli::Option option{name, 0, ValueKind::text, value, help};
    option.repeat = true;
    return option;
  };
  check.options = {{"member", 0, ValueKind::text, "MEMBER", "who wants to use"},
                   {"person", 0, ValueKind::text, "ID|TAG", "who there"},
                   {"custodian", 0, ValueKind::text, "MEMBER", "whose records (default: oneself)"},
                   {"action",
                    0,
                    ValueKind::words,
                    "WORD",
                    "what for (default: read)",
                    {},
                    "read|copy|store|derive"},
                   {"record", 0, ValueKind::text, "RECORD", "Observation/9 or ENTRY:ROW"},
                   {"type", 0, ValueKind::text, "WORD", "type of the record"},
                   {"subject", 0, ValueKind::text, "ID|TAG", "whom the record is about"},
                   many("code", "CODE", "clinical code that the record has"),
                   many("label", "LABEL", "security label that the record has"),
                   many("author", "REF", "who made the record"),
                   many("related", "REF", "encounter or care plan of the record"),
                   {"at", 0, ValueKind::time, "TIME", "when (default: log time)"},
                   {"explain", 0, ValueKind::flag, {}, "say why, and what remains to be met"}};
  check.common = {"ledger", "key", "vault", "packages", "purpose", "output"};
  check.formats = "text|json";
  check.max_operands = 0;
  check.also_opens = cli::own_side_opens;
  check.run = cli::grant_check;

  cli::Verb overdue;
  overdue.name = "overdue";
  overdue.summary =
      "list what is not done in time: reviews, erasures, uses, notices; then status 1";
  overdue.options = cli::overdue_options();
  overdue.common = {"ledger", "key", "time", "output"};
  overdue.formats = "text|json";
  overdue.max_operands = 0;
  overdue.run = cli::grant_overdue;

  tool.verbs = {request, give, deny,      revoke, suspend, resume,      check,   assess,
                release, open, emergency, review, attest,  acknowledge, overdue, list};
  tool.formats_read = {
      "formats: medchain/1, ledger layout 2, vault layout 2, rules 1, packages age v1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
