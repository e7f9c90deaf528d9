#include <doctest/doctest.h>

#include "cli/program.hpp"
#include "cli/program_internal.hpp"

using namespace medchain;
using namespace medchain::cli;

namespace {

Program referrals() {
  Program program;
  program.name = "medchain-refer";
  program.summary = "Referrals between members.";
  program.examples = {"medchain-refer create --to union", "medchain-refer list --json"};
  program.formats_read = {"ledger: 1", "entries: 1-2"};
  Verb create;
  create.name = "create";
  create.operands = "[FILE...]";
  create.summary = "Send a patient on.";
  create.options = {
      {"to", 0, ValueKind::text, "MEMBER", "who is asked"},
      {"a-rather-long-option", 0, ValueKind::text, "VALUE",
       "a help so long that it does not fit into the hundred columns of the screen and goes on"},
      {"urgency", 'u', ValueKind::words, "WORD", "how soon", "", "routine|urgent|stat"},
      {"trace", 0, ValueKind::flag, "", "not for people", "", "", false, true}};
  create.common = {"ledger", "wait"};
  Verb list;
  list.name = "list";
  list.max_operands = 0;
  list.summary = "List referrals.";
  list.formats = "text|json";
  program.verbs = {create, list};
  return program;
}

}  // namespace

TEST_CASE("help of a tool lists its verbs") {
  CHECK(help_text(referrals(), nullptr) ==
        "usage: medchain-refer VERB [OPTION...] [OPERAND...]\n"
        "Referrals between members.\n"
        "\n"
        "Verbs:\n"
        "  create [FILE...]        Send a patient on.\n"
        "  list                    List referrals.\n"
        "\n"
        "'medchain-refer VERB --help' shows the options of a verb.\n"
        "\n"
        "Examples:\n"
        "  medchain-refer create --to union\n"
        "  medchain-refer list --json\n"
        "\n"
        "See medchain-refer(1).\n");
}

TEST_CASE("help of a verb shows its own options first") {
  const Program program = referrals();
  CHECK(help_text(program, &program.verbs[0]) ==
        "usage: medchain-refer create [OPTION...] [FILE...]\n"
        "Send a patient on.\n"
        "\n"
        "Options:\n"
        "      --to=MEMBER         who is asked\n"
        "      --a-rather-long-option=VALUE\n"
        "                          a help so long that it does not fit into the hundred columns of "
        "the screen\n"
        "                          and goes on\n"
        "  -u, --urgency=WORD      how soon: routine, urgent or stat\n"
        "\n"
        "Common options:\n"
        "  -l, --ledger=DIR        ledger directory (MEDCHAIN_LEDGER)\n"
        "      --profile=NAME      named set of defaults (MEDCHAIN_PROFILE)\n"
        "      --config=FILE       configuration file; 'none' reads no file (MEDCHAIN_CONFIG)\n"
        "      --wait=DURATION     wait so long for the writer lock (default: 10s)\n"
        "  -q, --quiet             only errors\n"
        "  -v, --verbose           more detail; twice: debug\n"
        "      --color=WHEN        colour of messages: auto, always or never\n"
        "  -h, --help              show this help and exit\n"
        "      --version           show the version and exit\n"
        "\n"
        "Examples:\n"
        "  medchain-refer create --to union\n"
        "\n"
        "See medchain-refer(1).\n");
}

TEST_CASE("help of a tool without verbs is that of its one act") {
  Program program = referrals();
  program.verbs.resize(1);
  program.verbs[0].name = "";
  program.verbs[0].summary = "";
  const std::string text = help_text(program, nullptr);
  CHECK(text.starts_with(
      "usage: medchain-refer [OPTION...] [FILE...]\nReferrals between members.\n\nOptions:\n"));
  CHECK(text.find("medchain-refer list --json") != std::string::npos);
}

TEST_CASE("a verb with every common option stays within a hundred columns and fifty lines") {
  Program program = referrals();
  for (const Option& option : common_options()) program.verbs[1].common.push_back(option.name);
  std::size_t lines = 0;
  std::size_t begin = 0;
  const std::string text = help_text(program, &program.verbs[1]);
  for (std::size_t at = 0; (at = text.find('\n', begin)) != std::string::npos; begin = at + 1) {
    CHECK(at - begin <= 100);
    CHECK((at == begin || text[at - 1] != ' '));
    ++lines;
  }
  CHECK(lines <= 50);
}

TEST_CASE("the version is followed by the formats read") {
  CHECK(version_text(referrals()) == "medchain-refer (medchain) " MEDCHAIN_VERSION
                                     "\nledger: 1\nentries: 1-2\n");
}

TEST_CASE("the short usage has a line for each verb") {
  CHECK(short_usage(referrals()) ==
        "usage: medchain-refer create [OPTION...] [FILE...]\n"
        "   or: medchain-refer list [OPTION...]\n");
}

TEST_CASE("the option table is printed for generators") {
  CHECK(print_options(referrals()) ==
        "program\tmedchain-refer\tReferrals between members.\n"
        "verb\tcreate\t[FILE...]\tfile\tSend a patient on.\n"
        "option\tcreate\t--to\t-\ttext\tMEMBER\t-\t-\twho is asked\n"
        "option\tcreate\t--a-rather-long-option\t-\ttext\tVALUE\t-\t-\t"
        "a help so long that it does not fit into the hundred columns of the screen and goes on\n"
        "option\tcreate\t--urgency\t-u\twords\tWORD\troutine|urgent|stat\t-\thow soon\n"
        "option\tcreate\t--ledger\t-l\tdirectory\tDIR\t-\tMEDCHAIN_LEDGER\tledger directory\n"
        "option\tcreate\t--profile\t-\ttext\tNAME\t-\tMEDCHAIN_PROFILE\tnamed set of defaults\n"
        "option\tcreate\t--config\t-\tfile\tFILE\t-\tMEDCHAIN_CONFIG\t"
        "configuration file; 'none' reads no file\n"
        "option\tcreate\t--wait\t-\tduration\tDURATION\t-\t-\t"
        "wait so long for the writer lock (default: 10s)\n"
        "option\tcreate\t--quiet\t-q\tflag\t-\t-\t-\tonly errors\n"
        "option\tcreate\t--verbose\t-v\tflag\t-\t-\t-\tmore detail; twice: debug\n"
        "option\tcreate\t--color\t-\twords\tWHEN\tauto|always|never\t"
        "NO_COLOR,CLICOLOR_FORCE,TERM\tcolour of messages\n"
        "option\tcreate\t--help\t-h\tflag\t-\t-\t-\tshow this help and exit\n"
        "option\tcreate\t--version\t-\tflag\t-\t-\t-\tshow the version and exit\n"
        "verb\tlist\t-\t-\tList referrals.\n"
        "option\tlist\t--profile\t-\ttext\tNAME\t-\tMEDCHAIN_PROFILE\tnamed set of defaults\n"
        "option\tlist\t--config\t-\tfile\tFILE\t-\tMEDCHAIN_CONFIG\t"
        "configuration file; 'none' reads no file\n"
        "option\tlist\t--format\t-\twords\tFORMAT\ttext|json\t-\toutput format\n"
        "option\tlist\t--json\t-\tflag\t-\t-\t-\tthe same as --format=json\n"
        "option\tlist\t--quiet\t-q\tflag\t-\t-\t-\tonly errors\n"
        "option\tlist\t--verbose\t-v\tflag\t-\t-\t-\tmore detail; twice: debug\n"
        "option\tlist\t--color\t-\twords\tWHEN\tauto|always|never\t"
        "NO_COLOR,CLICOLOR_FORCE,TERM\tcolour of messages\n"
        "option\tlist\t--help\t-h\tflag\t-\t-\t-\tshow this help and exit\n"
        "option\tlist\t--version\t-\tflag\t-\t-\t-\tshow the version and exit\n");
}
