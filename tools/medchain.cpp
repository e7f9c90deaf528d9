// medchain: the front: runs medchain-X for `medchain X`, shows status, lists jobs.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/inbox.hpp"
#include "cli/own_side.hpp"
#include "cli/program.hpp"
#include "cli/reindex.hpp"
#include "cli/session.hpp"
#include "cli/status_act.hpp"

namespace medchain {
namespace {

using cli::Session;
using cli::ValueKind;

constexpr std::array<std::string_view, 11> tools = {
    "anchor", "audit", "grant", "init", "key", "member", "refer", "rx", "sync", "vault", "verify"};

constexpr std::string_view jobs =
    "make my keys                         medchain-key new --name hosp-a --profile hosp-a\n"
    "start a ledger                       medchain-init --origin ledger.union.example/main "
    "--profile union\n"
    "admit a member                       medchain-member add clinic-b.member\n"
    "see who is who                       medchain-member list\n"
    "anchor tonight's records             medchain-anchor exports/*.ndjson\n"
    "anchor on another host's ledger      medchain-anchor --emit < tonight.ndjson | ssh "
    "ledger-host "
    "medchain-sync apply\n"
    "publish the ledger                   medchain-sync tiles -o /var/www/ledger\n"
    "back it up                           medchain-sync backup -o ledger.backup\n"
    "is the ledger intact?                medchain-verify ledger --seen /var/lib/medchain/last\n"
    "is this file what was anchored?      medchain-verify records scan.pdf\n"
    "are all my sources unchanged?        medchain-verify vault\n"
    "prove a record to somebody           medchain-audit prove Observation/9 -o obs9.tlog-proof\n"
    "check a proof, offline               medchain-verify proof obs9.tlog-proof --record obs9.json "
    "--policy policy\n"
    "ask another institution for records  medchain-grant request --from hosp-b --type Observation "
    "--purpose HRESCH --until 90d\n"
    "what waits for me?                   medchain inbox\n"
    "refer a patient with records         medchain-refer create --to union --subject-file subject "
    "--service cardiology --record Observation/9 --text-file reason\n"
    "prescribe                            medchain-rx issue --document rx.json --token-file "
    "rx.token\n"
    "show the patient a code to redeem    medchain-rx token --token-file rx.token --qr utf8\n"
    "what came to nothing, nightly        medchain-rx list --by hosp-a --undispensed --since 24h\n"
    "permit what was asked for            medchain-grant give 42\n"
    "may they use it?                     medchain-grant check --member hosp-a --purpose HRESCH "
    "--explain\n"
    "is everything all right?             medchain status\n";

Result<int> run_help(Session& session) {
  if (session.operands().empty()) {
    MC_TRY(session.out().write(jobs));
    return 0;
  }
  std::string page = session.operands().front();
  if (std::find(tools.begin(), tools.end(), page) != tools.end()) page = "medchain-" + page;
  if (page != "medchain" && !page.starts_with("medchain-"))
    return fail(Code::usage, "there is no manual page for " + quote(page));
  MC_TRY(session.out().flush());
  execlp("man", "man", page.c_str(), static_cast<char*>(nullptr));
  return fail_errno(Code::usage, "run", "man", errno).with_hint(page + " --help");
}

cli::Program program() {
  cli::Program tool;
  tool.name = "medchain";
  tool.summary = "the front of the medchain tools: 'medchain X ...' runs 'medchain-X ...'";
  tool.examples = {"medchain status --warn-age 26h", "medchain help"};
  cli::Verb status;
  status.name = "status";
  status.summary = "who am I, last anchor, checkpoint, witnesses, what needs attention";
  const auto duration = [](std::string_view name, std::string_view help) {
    return cli::Option{name, 0, ValueKind::duration, "DURATION", help};
  };
  const auto number = [](std::string_view name, std::string_view value, std::string_view help) {
    return cli::Option{name, 0, ValueKind::number, value, help};
  };
  cli::Option max_age = duration("max-age", "the same as --warn-age");
  max_age.hidden = true;
  status.options = {
      duration("warn-age", "attention if nothing was anchored for so long"),
      duration("crit-age", "critical if nothing was anchored for so long"),
      duration("warn-log-age", "attention if log time stands still for so long"),
      duration("crit-log-age", "critical if log time stands still for so long"),
      duration("warn-pending", "attention if an entry is pending for so long (default: 0s)"),
      duration("crit-pending", "critical if an entry is pending for so long"),
      number("warn-free", "PERCENT", "attention if less of the disk is free"),
      number("crit-free", "PERCENT", "critical if less of the disk is free"),
      number("warn-readers", "COMMITS", "attention if a reader began more commits ago"),
      number("crit-readers", "COMMITS", "critical if a reader began more commits ago"),
      max_age};
  status.common = {"ledger", "key", "vault", "output", "time"};
  status.formats = "text|json|nagios|prometheus";
  status.max_operands = 0;
  status.run = cli::show_status;
  cli::Verb inbox;
  inbox.name = "inbox";
  inbox.summary = "what waits for me: requests, answers to mine, notices";
  inbox.options = {
      {"since", 0, ValueKind::time, "TIME", "answers since then (default: 30d before log time)"}};
  inbox.common = {"ledger", "key", "vault", "packages", "output"};
  inbox.formats = "text|json";
  inbox.max_operands = 0;
  inbox.also_opens = cli::own_side_opens;
  inbox.run = cli::show_inbox;
  cli::Verb help;
  help.name = "help";
  help.operands = "[PAGE]";
  help.summary = "list of jobs, or a manual page";
  help.operand_kind = ValueKind::text;
  help.max_operands = 1;
  help.run = run_help;
  help.runs_others = true;
  tool.verbs = {status, inbox, cli::reindex_ledger_verb(), help};
  tool.formats_read = {"formats: medchain/1, ledger layout 2, rules 1"};
  return tool;
}

/// `medchain anchor ...` becomes `medchain-anchor ...`, from the directory of this program or from
/// PATH.
void run_tool(char** argv) {
  const std::string name = "medchain-" + std::string(argv[1]);
  std::string self(4096, '\0');
  const ssize_t size = readlink("/proc/self/exe", self.data(), self.size());
  if (size > 0) {
    self.resize(static_cast<std::size_t>(size));
    const std::string beside = self.substr(0, self.rfind('/') + 1) + name;
    execv(beside.c_str(), argv + 1);
  }
  execvp(name.c_str(), argv + 1);
}

}  // namespace
}  // namespace medchain

int main(int argc, char** argv) {
  using namespace medchain;
  if (argc > 1 && std::find(tools.begin(), tools.end(), argv[1]) != tools.end()) run_tool(argv);
  return cli::run_program(program(), argc, argv);
}
