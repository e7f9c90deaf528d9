// run_program as a process: exit statuses, streams, signals (CLI.md 1, 3, 5, 6, 8).
#include "unit/cli/process.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include "unit/support.hpp"

using test::Command;
using test::Ended;
using test::run_sample;

namespace {

void check_ended(const Ended& ended, int status, const std::string& out, const std::string& err) {
  CHECK(ended.signal == 0);
  CHECK(ended.status == status);
  CHECK(ended.out == out);
  CHECK(ended.err == err);
}

void check_run(const Command& command, int status, const std::string& out, const std::string& err) {
  check_ended(run_sample(command), status, out, err);
}

const std::string usage_of_sample =
    "usage: medchain-sample print [OPTION...] [FILE...]\n"
    "   or: medchain-sample append [OPTION...] DIR\n"
    "medchain-sample: hint: 'medchain-sample --help' shows more\n";

}  // namespace

TEST_CASE("results go to standard output and the status is the tool's") {
  check_run({{"print", "--lines=2"}}, 0,
            "{\"schema\":\"medchain/1\",\"type\":\"record\",\"line\":0}\n"
            "{\"schema\":\"medchain/1\",\"type\":\"record\",\"line\":1}\n",
            "");
  check_run({{"print", "--answer=11"}}, 11, "", "");
}

TEST_CASE("help and version win over every error") {
  const Ended help = run_sample({{"--nonsense", "print", "--ledger=", "--help"}});
  CHECK(help.status == 0);
  CHECK(help.err == "");
  CHECK(help.out.starts_with("usage: medchain-sample print [OPTION...] [FILE...]\n"));
  CHECK(run_sample({{"-h"}}).out.starts_with("usage: medchain-sample VERB "));
  const Ended version = run_sample({{"--version", "--nonsense"}});
  check_ended(version, 0, "medchain-sample (medchain) " MEDCHAIN_VERSION "\nlines: 1\n", "");
  CHECK(run_sample({{"--print-options"}}).out.starts_with("program\tmedchain-sample\t"));
  check_run({{"--", "--help"}}, 2, "",
            "medchain-sample: error: unknown verb '--help': expected print or append\n");
}

TEST_CASE("broken configuration does not keep from help") {
  CHECK(run_sample({{"print", "--config=/no/such", "--help"}}).status == 0);
}

TEST_CASE("without a verb there is a short usage") {
  check_run({{}}, 2, "", usage_of_sample);
  check_run({{"-q"}}, 2, "", usage_of_sample);
  check_run({{"--json"}}, 2, "",
            "{\"schema\":\"medchain/1\",\"type\":\"error\",\"id\":\"usage\",\"exit\":2,"
            "\"message\":\"a verb is missing: expected print or append\","
            "\"hint\":\"'medchain-sample --help' shows them\"}\n");
}

TEST_CASE("usage errors are told with a hint, as JSON where the words ask for it") {
  check_run({{"print", "--formt=json"}}, 2, "",
            "medchain-sample: error: unknown option '--formt'\n"
            "medchain-sample: hint: did you mean '--format'?\n");
  check_run({{"print", "--formt", "--json"}}, 2, "",
            "{\"schema\":\"medchain/1\",\"type\":\"error\",\"id\":\"usage\",\"exit\":2,"
            "\"message\":\"unknown option '--formt'\",\"hint\":\"did you mean '--format'?\"}\n");
}

TEST_CASE("errors have the status of their code, and keep what was printed before") {
  const std::string record = "{\"schema\":\"medchain/1\",\"type\":\"record\",\"line\":0}\n";
  check_run({{"print", "--lines=1", "--fail"}}, 4, record,
            "medchain-sample: error: no ledger at 'x'\n");
  check_run({{"print", "--lines=1", "--fail", "--format=json"}}, 4, record,
            "{\"schema\":\"medchain/1\",\"type\":\"error\",\"id\":\"ledger.missing\",\"exit\":4,"
            "\"message\":\"no ledger at 'x'\"}\n");
}

TEST_CASE("an exception is an internal error") {
  check_run({{"print", "--throw"}}, 70, "",
            "medchain-sample: error: internal error: thrown\n"
            "medchain-sample: hint: please report this\n");
}

TEST_CASE("messages are lines for people, escaped, less with -q, more with -v") {
  const std::string error =
      "medchain-sample: error: line 12: \\x1b[31mred\nmedchain-sample: hint: look at it\n";
  const std::string usual =
      "medchain-sample: appended 3 entries (42-44)\n"
      "medchain-sample: warning: clock is behind\n";
  check_run({{"print", "--messages"}}, 0, "", usual + error);
  check_run({{"print", "--messages", "-q"}}, 0, "", error);
  check_run({{"print", "--messages", "-v"}}, 0, "",
            usual + "medchain-sample: opened the ledger\n" + error);
}

TEST_CASE("messages are JSON with --format=json") {
  check_run({{"print", "--messages", "--json"}}, 0, "",
            R"j({"schema":"medchain/1","type":"message","message":"appended 3 entries (42-44)"})j"
            "\n"
            R"({"schema":"medchain/1","type":"warning","message":"clock is behind"})"
            "\n"
            R"({"schema":"medchain/1","type":"error","id":"input.invalid","exit":3,)"
            R"("message":"line 12: \u001b[31mred","hint":"look at it"})"
            "\n");
}

TEST_CASE("colour marks the word only") {
  check_run({{"print", "--fail", "--color=always"}}, 4, "",
            "medchain-sample: \033[1;31merror\033[0m: no ledger at 'x'\n");
  check_run({{"print", "--fail"}, {{"CLICOLOR_FORCE", "1"}}}, 4, "",
            "medchain-sample: \033[1;31merror\033[0m: no ledger at 'x'\n");
  check_run({{"print", "--fail"}, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}}, 4, "",
            "medchain-sample: error: no ledger at 'x'\n");
  check_run({{"print", "--bad-", "--color=always"}}, 2, "",
            "medchain-sample: \033[1;31merror\033[0m: unknown option '--bad-'\n"
            "medchain-sample: \033[36mhint\033[0m: 'medchain-sample print --help' lists the "
            "options\n");
}

TEST_CASE("a setting comes from option, environment, profile, configuration file in this order") {
  const test::TempDir home;
  std::filesystem::create_directories(home.path(".config/medchain/profiles"));
  std::ofstream(home.path(".config/medchain/config.yaml"))
      << "ledger: /config\nperson: config\nvault: /config\n";
  std::ofstream(home.path(".config/medchain/profiles/p.yaml")) << "ledger: /profile\n";
  const std::vector<std::string> show = {"print", "-sledger"};
  const auto shown = [&](std::vector<std::string> more,
                         std::map<std::string, std::string> variables) {
    std::vector<std::string> words = show;
    words.insert(words.end(), more.begin(), more.end());
    variables["HOME"] = home.path();
    const Ended ended = run_sample({words, variables});
    return ended.status == 0 ? ended.out : ended.err;
  };
  CHECK(shown({}, {}) == "ledger=/config\n");
  CHECK(shown({"--profile=p"}, {}) == "ledger=/profile\n");
  CHECK(shown({}, {{"MEDCHAIN_PROFILE", "p"}}) == "ledger=/profile\n");
  CHECK(shown({"--profile=p"}, {{"MEDCHAIN_LEDGER", "env"}}) == "ledger=env\n");
  CHECK(shown({"--profile=p", "-lo"}, {{"MEDCHAIN_LEDGER", "env"}}) == "ledger=o\n");
  CHECK(shown({}, {{"MEDCHAIN_LEDGER", ""}}) == "ledger=/config\n");
  CHECK(shown({"--config=none"}, {}) == "ledger=(none)\n");
  CHECK(shown({}, {{"MEDCHAIN_CONFIG", "none"}}) == "ledger=(none)\n");
  CHECK(shown({}, {{"XDG_CONFIG_HOME", home.path("elsewhere")}}) == "ledger=(none)\n");
  CHECK(shown({}, {{"XDG_CONFIG_HOME", ".config"}}) == "ledger=/config\n");
  CHECK(shown({"-sperson", "-svault", "-stime-zone", "-spurpose"}, {{"TZ", "Asia/Shanghai"}}) ==
        "ledger=/config\nperson=config\nvault=/config\ntime-zone=Asia/Shanghai\npurpose=(none)\n");
  CHECK(shown({"-scolor", "-sshape"}, {{"NO_COLOR", "1"}}) ==
        "ledger=/config\ncolor=(none)\nshape=(none)\n");
  CHECK(
      shown({"--profile=q"}, {}).starts_with("medchain-sample: error: profile 'q' does not exist"));
}

TEST_CASE("a broken configuration file stops the run before it begins") {
  const test::TempDir home;
  const std::string config = home.path("config.yaml");
  std::ofstream(config) << "legder: /x\n";
  check_run({{"print", "--lines=1", "--config=" + config}}, 2, "",
            "medchain-sample: error: " + config +
                ":1: unknown key 'legder'\nmedchain-sample: hint: did you mean 'ledger'?\n");
}

TEST_CASE("configuration is not read where every setting is given, and late trouble is told") {
  const test::TempDir home;
  const std::string config = "--config=" + home.path("config.yaml");
  std::ofstream(home.path("config.yaml")) << "legder: /x\n";
  const std::vector<std::string> words = {"print", "-l/x", "--person=p", "--time-zone=UTC", config};
  CHECK(run_sample({words}).status == 0);
  std::vector<std::string> asking = words;
  asking.push_back("-svault");
  const Ended ended = run_sample({asking});
  CHECK(ended.status == 2);
  CHECK(ended.err.find("unknown key 'legder'") != std::string::npos);
}

TEST_CASE("a needed setting says how to give it") {
  check_run({{"print", "--need", "-l", "x"}}, 0, "x\n", "");
  check_run({{"print", "--need"}}, 2, "",
            "medchain-sample: error: option '--ledger' is needed\n"
            "medchain-sample: hint: give '--ledger=DIR' or set MEDCHAIN_LEDGER\n");
}

TEST_CASE("the time is given, or told from it") {
  check_run({{"print", "--now", "--time=2025-03-01T09:30:00Z", "--since=24h"}}, 0,
            "1740821400 1740735000\n", "");
  check_run({{"print", "--now", "--time=1970-01-02", "--since=1970-01-01T00:00:09Z"}}, 0,
            "86400 9\n", "");
  const Ended ended = run_sample({{"print", "--now", "--since=9999999d"}});
  CHECK(ended.status == 2);
  CHECK(ended.err.find("is not in a year from 1 to 9999") != std::string::npos);
}

TEST_CASE("standard input is read, unless it is closed") {
  check_run({{"print", "-r"}, {}, "typed\n"}, 0, "typed\n", "");
  check_run({.words = {"print", "-r"}, .closed = {0}}, 3, "",
            "medchain-sample: error: standard input is closed\n");
}

TEST_CASE("a terminal as standard input is refused instead of waited for") {
  const Ended ended = run_sample({.words = {"print", "-r"}, .terminal = true});
  CHECK(ended.status == 2);
  CHECK(ended.err ==
        "medchain-sample: error: input is needed, and standard input is a terminal\r\n"
        "medchain-sample: hint: usage: medchain-sample print [OPTION...] [FILE...]\r\n");
}

TEST_CASE("a full device is exit 7") {
  const std::string expected =
      "medchain-sample: error: cannot write 'standard output': no space left on device\n";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"print", "--lines=1"}, {"print", "--lines=10000"}, {"--help"}, {"--version"}}) {
    const Ended ended = run_sample({.words = words, .stdout_path = "/dev/full"});
    CHECK(ended.status == 7);
    CHECK(ended.err == expected);
  }
  CHECK(run_sample({.words = {"print"}, .stdout_path = "/dev/full"}).status == 0);
}

TEST_CASE("an earlier error is not hidden by a full device") {
  const Ended ended =
      run_sample({.words = {"print", "--lines=1", "--fail"}, .stdout_path = "/dev/full"});
  CHECK(ended.status == 4);
  CHECK(ended.err == "medchain-sample: error: no ledger at 'x'\n");
}

TEST_CASE("a closed standard output is exit 7, and no file takes its place") {
  check_run({.words = {"print", "--lines=1"}, .closed = {1}}, 7, "",
            "medchain-sample: error: cannot write 'standard output': bad file descriptor\n");
  CHECK(run_sample({.words = {"--version"}, .closed = {0, 1, 2}}).status == 7);
  const test::TempDir dir;
  check_run({.words = {"print", "--lines=1", "-o", dir.path("out")}, .closed = {0, 1, 2}}, 0, "",
            "");
  CHECK(test::read_all(dir.path("out")) ==
        "{\"schema\":\"medchain/1\",\"type\":\"record\",\"line\":0}\n");
}

TEST_CASE("a result file is there after an answer, not after an error") {
  const test::TempDir dir;
  const std::string out = dir.path("out");
  CHECK(run_sample({{"print", "--lines=1", "--fail", "-o", out}}).status == 4);
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(run_sample({{"print", "--lines=1", "--throw", "-o", out}}).status == 70);
  CHECK(run_sample({{"print", "--answer=1", "--lines=1", "-o", out}}).status == 1);
  CHECK(test::read_all(out).size() == 49);
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
  check_run({{"print", "--lines=1", "-o-"}}, 0,
            "{\"schema\":\"medchain/1\",\"type\":\"record\",\"line\":0}\n", "");
  check_run(
      {{"print", out, "-o", out}}, 2, "",
      "medchain-sample: error: option '--output': '" + out + "' is also the input '" + out + "'\n");
}

TEST_CASE("a reading tool dies quietly of a lost reader") {
  const Ended ended =
      run_sample({.words = {"print", "--lines=1"}, .stdout_broken = true, .ignored = {SIGPIPE}});
  CHECK(ended.signal == SIGPIPE);
  CHECK(ended.err == "");
}

TEST_CASE("a tool that appends tells a lost reader and goes on to its end") {
  const Ended ended = run_sample({.words = {"append", "x"}, .stdout_broken = true});
  CHECK(ended.status == 7);
  CHECK(ended.err ==
        "medchain-sample: error: appended 42-44, but the receipts could not be written\n");
}

TEST_CASE("a signal ends the run in order and is raised again") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const Ended ended =
        run_sample({.words = {"print", "--lines=1", "--until-signal"}, .kill_when_ready = number});
    CHECK(ended.signal == number);
    CHECK(ended.out == "{\"schema\":\"medchain/1\",\"type\":\"record\",\"line\":0}\n");
    CHECK(ended.err == "medchain-sample: ready\nmedchain-sample: error: stopped after 3 lines\n");
  }
}

TEST_CASE("an interrupted run leaves no result file") {
  const test::TempDir dir;
  const Ended ended = run_sample(
      {.words = {"print", "--until-signal", "-o", dir.path("out")}, .kill_when_ready = SIGINT});
  CHECK(ended.signal == SIGINT);
  CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("a signal that the parent had ignored stays ignored") {
  const Ended ended = run_sample({.words = {"print", "--until-signal"},
                                  .kill_when_ready = SIGHUP,
                                  .then_kill = SIGTERM,
                                  .ignored = {SIGHUP}});
  CHECK(ended.signal == SIGTERM);
}

TEST_CASE("SIGUSR1 prints a progress line and does not end the run") {
  const Ended ended =
      run_sample({.words = {"print", "--progress-test"}, .kill_when_ready = SIGUSR1});
  CHECK(ended.status == 0);
  CHECK(ended.err.starts_with("medchain-sample: ready\nmedchain-sample: "));
  CHECK(ended.err.find(" of 100 lines (") != std::string::npos);
}

TEST_CASE("progress shows on a terminal and is erased") {
  const Ended ended = run_sample({.words = {"print", "--progress-test"}, .terminal = true});
  CHECK(ended.status == 0);
  CHECK(ended.err.find("\rmedchain-sample: ") != std::string::npos);
  CHECK(ended.err.ends_with("\r\033[K"));
  CHECK(run_sample({.words = {"print", "--progress-test", "--progress=never"}, .terminal = true})
            .err == "medchain-sample: ready\r\n");
}

TEST_CASE("colour is for terminals that can") {
  const auto error_on_terminal = [](const std::string& type) {
    return run_sample(
               {.words = {"print", "--fail"}, .environment = {{"TERM", type}}, .terminal = true})
        .err;
  };
  CHECK(error_on_terminal("xterm") ==
        "medchain-sample: \033[1;31merror\033[0m: no ledger at 'x'\r\n");
  CHECK(error_on_terminal("dumb") == "medchain-sample: error: no ledger at 'x'\r\n");
}

TEST_CASE("a question needs a terminal or its option") {
  check_run({.words = {"print", "--ask"}, .new_session = true}, 2, "",
            "medchain-sample: error: there is no terminal to ask: erase 'x'?\n"
            "medchain-sample: hint: give '--yes'\n");
  check_run({.words = {"print", "--ask", "--yes"}, .new_session = true}, 0, "yes\n", "");
  const auto answered = [](const std::string& typed) {
    return run_sample({.words = {"print", "--ask"}, .input = typed, .terminal = true});
  };
  const Ended yes = answered("y\n");
  CHECK(yes.status == 0);
  CHECK(yes.out == "yes\n");
  CHECK(yes.err.find("medchain-sample: erase 'x'? [y/N] ") != std::string::npos);
  CHECK(answered("Yes\n").out == "yes\n");
  CHECK(answered("\n").out == "no\n");
  CHECK(answered("yep\n").out == "no\n");
  CHECK(answered("\x04").out == "no\n");  // end of input
}
