// A small program of two verbs: what the process tests run, and a sample for
// scripts/gen-completions.
#include <unistd.h>

#include <stdexcept>

#include "cli/program.hpp"
#include "cli/session.hpp"

using namespace medchain;
using namespace medchain::cli;

namespace {

/// Waits for a signal the way a tool does: system calls end with EINTR, the flag says why.
Error wait_for_signal(Session& session) {
  session.tell("ready");
  while (!session.interrupted()) usleep(10'000);
  return fail(Code::interrupted, "stopped after 3 lines");
}

Status show_progress(Session& session) {
  const std::unique_ptr<Progress> progress = session.progress("lines", 100);
  session.tell("ready");
  for (std::uint64_t done = 0; done < 65 && !session.interrupted(); ++done) {
    progress->update(done, done * 1024);
    usleep(20'000);
  }
  return {};
}

Result<int> print_lines(Session& session) {
  MC_ASSIGN(const std::optional<std::uint64_t> lines, session.number("lines", 0, 10'000'000));
  for (std::uint64_t i = 0; i < lines.value_or(0); ++i)
    MC_TRY(session.out().line(message("record").set("line", i)));
  for (const std::string& name : session.arguments().all("show")) {
    const std::optional<std::string> value = session.setting(name);
    MC_TRY(session.out().write(name + "=" + value.value_or("(none)") + "\n"));
  }
  if (session.has("need")) {
    MC_ASSIGN(const std::string ledger, session.required("ledger"));
    MC_TRY(session.out().write(ledger + "\n"));
  }
  if (session.has("now")) {
    MC_ASSIGN(const std::optional<UnixSeconds> since, session.time("since"));
    MC_TRY(session.out().write(std::to_string(session.now().get()) + " " +
                               std::to_string(since ? since->get() : -1) + "\n"));
  }
  if (session.has("read")) {
    MC_ASSIGN(const int fd, session.standard_input());
    char byte = 0;
    while (read(fd, &byte, 1) == 1) MC_TRY(session.out().write({&byte, 1}));
  }
  if (session.has("ask")) {
    MC_ASSIGN(const bool yes, session.confirm("erase 'x'?", "--yes"));
    MC_TRY(session.out().write(yes ? "yes\n" : "no\n"));
  }
  if (session.has("progress-test")) MC_TRY(show_progress(session));
  if (session.has("messages")) {
    session.tell("appended 3 entries (42-44)");
    session.warn("clock is behind");
    session.detail("opened the ledger");
    session.report(fail(Code::input_invalid, "line 12: \033[31mred").with_hint("look at it"));
  }
  if (session.has("until-signal")) return wait_for_signal(session);
  if (session.has("throw")) throw std::runtime_error("thrown");
  if (session.has("fail")) return fail(Code::ledger_missing, "no ledger at 'x'");
  MC_ASSIGN(const std::optional<std::uint64_t> answer, session.number("answer", 0, 127));
  return static_cast<int>(answer.value_or(0));
}

Result<int> append_lines(Session& session) {
  for (int i = 0; i < 100'000; ++i) {
    if (auto status = session.out().line(message("receipt").set("entry", i)); !status)
      return fail(Code::output_failed, "appended 42-44, but the receipts could not be written");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Verb print_verb;
  print_verb.name = "print";
  print_verb.operands = "[FILE...]";
  print_verb.summary = "Print lines.";
  print_verb.options = {
      {"lines", 0, ValueKind::number, "N", "print N lines"},
      {"show", 's', ValueKind::text, "SETTING", "print a setting", "", "", true},
      {"since", 0, ValueKind::time, "TIME", "begin at TIME, or so long ago"},
      {"answer", 0, ValueKind::number, "N", "end with status N"},
      {"shape", 0, ValueKind::words, "SHAPE", "it's a [shape]: any", "", "round|square"},
      {"need", 0, ValueKind::flag, "", "need a ledger"},
      {"now", 0, ValueKind::flag, "", "print the time"},
      {"read", 'r', ValueKind::flag, "", "copy standard input"},
      {"ask", 0, ValueKind::flag, "", "ask a question"},
      {"yes", 0, ValueKind::flag, "", "answer it"},
      {"progress-test", 0, ValueKind::flag, "", "show progress"},
      {"messages", 0, ValueKind::flag, "", "say something"},
      {"until-signal", 0, ValueKind::flag, "", "wait for a signal"},
      {"throw", 0, ValueKind::flag, "", "throw an exception", "", "", false, true},
      {"fail", 0, ValueKind::flag, "", "fail"},
  };
  print_verb.common = {"ledger", "person", "time-zone", "output", "dry-run", "time", "progress"};
  print_verb.formats = "text|json";
  print_verb.asks = true;
  print_verb.run = print_lines;

  Verb append_verb;
  append_verb.name = "append";
  append_verb.operands = "DIR";
  append_verb.operand_kind = ValueKind::directory;
  append_verb.summary = "Append lines.";
  append_verb.common = {"ledger", "key"};
  append_verb.min_operands = 1;
  append_verb.max_operands = 1;
  append_verb.appends = true;
  append_verb.run = append_lines;

  Program program;
  program.name = "medchain-sample";
  program.summary = "A sample of a program.";
  program.verbs = {print_verb, append_verb};
  program.examples = {"medchain-sample print --lines=3", "medchain-sample append ledger -k keys/a"};
  program.formats_read = {"lines: 1"};
  return run_program(program, argc, argv);
}
