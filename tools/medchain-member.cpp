// medchain-member: who is who on a ledger.
#include "cli/key_maker.hpp"
#include "cli/member_acts.hpp"
#include "cli/places.hpp"
#include "cli/program.hpp"

namespace medchain {
namespace {

using cli::ValueKind;

cli::Verb act(std::string_view name, std::string_view operands, std::string_view summary,
              std::function<Result<int>(cli::Session&)> run) {
  cli::Verb verb;
  verb.name = name;
  verb.operands = operands;
  verb.summary = summary;
  verb.common = {"ledger", "key", "host", "id", "emit", "time", "wait", "dry-run", "output"};
  verb.formats = "json";
  verb.appends = true;
  verb.writes = {"ledger", "host"};
  verb.signs = true;
  verb.run = std::move(run);
  return verb;
}

cli::Verb query(std::string_view name, std::string_view operands, std::string_view summary,
                std::function<Result<int>(cli::Session&)> run) {
  cli::Verb verb;
  verb.name = name;
  verb.operands = operands;
  verb.summary = summary;
  verb.common = {"ledger", "output"};
  verb.formats = "text|json";
  verb.operand_kind = ValueKind::text;
  verb.run = std::move(run);
  return verb;
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain-member";
  tool.summary = "admit, change, suspend and revoke members; groups; prove who somebody is";
  tool.examples = {"medchain-member add clinic-b.member",
                   "medchain-member add clinic-b.member --emit | ssh hosp-c medchain-member "
                   "endorse -k keys/hosp-c"};
  const cli::Option reason{"reason", 0, ValueKind::text, "CODE", "a reason code"};

  auto add = act("add", "CARD", "admit a member by its card", cli::member_add);
  auto update = act("update", "MEMBER|CARD",
                    "change roles, level or names of a member; its keys stay", cli::member_update);
  update.options = cli::card_changes();
  auto rotate = act("rotate", "", "replace one's own keys; signed by the old and the new key",
                    cli::member_rotate);
  rotate.options = {
      {"new-key", 0, ValueKind::directory, "DIR", "key directory with the new keys and card"}};
  auto suspend = act("suspend", "MEMBER", "suspend a member", cli::member_suspend);
  auto resume = act("resume", "MEMBER", "end a suspension", cli::member_resume);
  auto revoke = act("revoke", "MEMBER", "end a membership for ever", cli::member_revoke);
  suspend.options = revoke.options = {reason};
  auto staff_add = act("staff-add", "VKEY", "register a staff key under one's own member",
                       cli::member_staff_add);
  auto staff_revoke = act("staff-revoke", "VKEY", "end a staff key", cli::member_staff_revoke);
  auto policy = act("policy", "FILE", "change the ledger's policy (YAML)", cli::member_policy);
  policy.options = {{"set-time", 0, ValueKind::time, "TIME",
                     "set log time, backwards too, after a clock went wrong"}};
  policy.also_opens = [](const cli::Session&, cli::Places& open) { open.add(cli::zone_data()); };
  for (cli::Verb* verb :
       {&add, &update, &suspend, &resume, &revoke, &staff_add, &staff_revoke, &policy})
    verb->min_operands = verb->max_operands = 1;
  for (cli::Verb* verb : {&update, &suspend, &resume, &revoke, &staff_add, &staff_revoke})
    verb->operand_kind = ValueKind::text;
  rotate.max_operands = 0;
  auto endorse =
      act("endorse", "",
          "add one's signature to an emitted entry on standard input; append it when complete",
          cli::member_endorse);
  endorse.max_operands = 0;
  auto group = act("group", "ACT GROUP [MEMBER...]",
                   "create, join, leave or dissolve a group of members", cli::member_group);
  group.min_operands = 2;
  group.operand_kind = ValueKind::text;

  auto list = query("list", "", "list members and their state", cli::member_list);
  list.options = {{"groups", 0, ValueKind::flag, {}, "list groups instead"}};
  list.max_operands = 0;
  auto show = query("show", "MEMBER", "show one member with its card and keys", cli::member_show);
  show.min_operands = show.max_operands = 1;
  auto challenge =
      query("challenge", "", "print a challenge for 'medchain-key answer'", cli::member_challenge);
  challenge.options = {{"verifier", 0, ValueKind::text, "MEMBER", "who asks"}};
  challenge.common = {"ledger", "time", "output"};
  challenge.formats = "json";
  challenge.max_operands = 0;
  auto authenticate =
      query("authenticate", "", "check the answer on standard input", cli::member_authenticate);
  authenticate.options = {
      {"challenge", 0, ValueKind::file, "FILE", "the challenge that was sent"},
      {"max-age", 0, ValueKind::duration, "DURATION", "how old the challenge may be (default 5m)"}};
  authenticate.common = {"ledger", "time", "output"};
  authenticate.max_operands = 0;

  tool.verbs = {add,    update,  rotate, suspend, resume, revoke,    staff_add,   staff_revoke,
                policy, endorse, group,  list,    show,   challenge, authenticate};
  tool.formats_read = {"formats: medchain/1, ledger layout 2, rules 1"};
  return tool;
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  return medchain::cli::run_program(medchain::program(), argc, argv);
}
