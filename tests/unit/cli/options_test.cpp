#include <doctest/doctest.h>

#include "cli/program.hpp"
#include "cli/program_internal.hpp"

using namespace medchain;
using namespace medchain::cli;

namespace {

Verb reading_verb() {
  Verb verb;
  verb.operands = "[FILE...]";
  verb.summary = "Read files.";
  verb.options = {{"sums", 'S', ValueKind::file, "FILE", "read digests"},
                  {"type", 't', ValueKind::text, "TYPE", "a type", "", "", true},
                  {"uses", 0, ValueKind::number, "N", "so often"},
                  {"since", 0, ValueKind::time, "TIME", "begin"},
                  {"scope", 0, ValueKind::words, "SCOPE", "what", "", "read|write|all"},
                  {"strict", 's', ValueKind::flag, "", "be strict"},
                  {"secret", 0, ValueKind::flag, "", "not shown", "", "", false, true}};
  verb.common = {"ledger", "id", "output", "dry-run", "time", "wait"};
  verb.formats = "text|json|junit";
  return verb;
}

Program made_reader() {
  Program program;
  program.name = "medchain-read";
  program.summary = "Reads.";
  program.verbs = {reading_verb()};
  return program;
}

Program made_referrals() {
  Program program;
  program.name = "medchain-refer";
  program.summary = "Refers.";
  Verb accept;
  accept.name = "accept";
  accept.operands = "REF";
  accept.operand_kind = ValueKind::text;
  accept.min_operands = 1;
  accept.max_operands = 1;
  accept.common = {"ledger", "key"};
  Verb list;
  list.name = "list";
  list.max_operands = 0;
  list.options = {{"days", 'd', ValueKind::number, "N", "days"}};
  list.formats = "text|json";
  program.verbs = {accept, list};
  return program;
}

// What is parsed points into the program.
const Program& reader() {
  static const Program program = made_reader();
  return program;
}
const Program& referrals() {
  static const Program program = made_referrals();
  return program;
}

/// Options and operands on one line: `ledger=a strict | x y`.
std::string shown(const Arguments& arguments) {
  std::string text;
  for (const auto& [name, value] : arguments.values)
    text += name + (value.empty() ? "" : "=" + value) + " ";
  text += "|";
  for (const std::string& operand : arguments.operands) text += " " + operand;
  return text;
}

std::string parsed(const Program& program, const std::vector<std::string>& words) {
  const Result<Arguments> arguments = parse_arguments(program, words);
  if (!arguments) return "error: " + arguments.error().message;
  return shown(*arguments);
}

void check_accepted(const std::vector<std::string>& words, const std::string& expected) {
  CHECK(parsed(reader(), words) == expected);
}

void check_refused_by(const Program& program, const std::vector<std::string>& words,
                      const std::string& message, const std::string& hint) {
  CAPTURE(message);
  const Result<Arguments> arguments = parse_arguments(program, words);
  REQUIRE_FALSE(arguments.ok());
  CHECK(arguments.error().code == Code::usage);
  CHECK(arguments.error().message == message);
  CHECK(arguments.error().hint == hint);
}

void check_refused(const std::vector<std::string>& words, const std::string& message,
                   const std::string& hint = "") {
  check_refused_by(reader(), words, message, hint);
}

}  // namespace

TEST_CASE("the common options are those of the sheet") {
  std::string names;
  for (const Option& option : common_options()) {
    names += std::string(option.name);
    if (option.letter != 0) names += "/" + std::string(1, option.letter);
    if (!option.env.empty()) names += "=" + std::string(option.env);
    names += " ";
  }
  CHECK(names ==
        "ledger/l=MEDCHAIN_LEDGER key/k=MEDCHAIN_KEY vault=MEDCHAIN_VAULT host=MEDCHAIN_HOST "
        "packages=MEDCHAIN_PACKAGES person=MEDCHAIN_PERSON purpose id emit "
        "profile=MEDCHAIN_PROFILE config=MEDCHAIN_CONFIG time-zone=TZ format json output/o "
        "dry-run/n time wait quiet/q verbose/v no-pager=MEDCHAIN_PAGER,PAGER,LESS,LV "
        "color=NO_COLOR,CLICOLOR_FORCE,TERM progress help/h "
        "version ");
}

TEST_CASE("a verb has its own options, the common ones it lists and those of every verb") {
  std::string names;
  for (const Option& option : options_of(reading_verb())) names += std::string(option.name) + " ";
  CHECK(names ==
        "sums type uses since scope strict secret ledger id profile config format json output "
        "dry-run time wait quiet verbose color help version ");
  Verb bare;
  names.clear();
  for (const Option& option : options_of(bare)) names += std::string(option.name) + " ";
  CHECK(names == "profile config quiet verbose color help version ");
  bare.formats = "csv|html";
  CHECK(find_option(options_of(bare), "json") == nullptr);
  CHECK(find_option(options_of(bare), "format")->words == "csv|html");
}

TEST_CASE("values follow with '=' or in the next word, letters may be packed") {
  check_accepted({}, "|");
  check_accepted({"--ledger=a"}, "ledger=a |");
  check_accepted({"--ledger", "a"}, "ledger=a |");
  check_accepted({"-l", "a"}, "ledger=a |");
  check_accepted({"-la"}, "ledger=a |");
  check_accepted({"-qn"}, "quiet dry-run |");
  check_accepted({"-qla"}, "quiet ledger=a |");
  check_accepted({"-ql", "a", "b"}, "quiet ledger=a | b");
  check_accepted({"--ledger=a=b"}, "ledger=a=b |");
  check_accepted({"--ledger=="}, "ledger== |");
  check_accepted({"--secret"}, "secret |");
}

TEST_CASE("options may follow operands until '--'") {
  check_accepted({"x", "-q", "y", "--ledger=a"}, "quiet ledger=a | x y");
  check_accepted({"--", "-q", "--ledger="}, "| -q --ledger=");
  check_accepted({"x", "--", "--", "y"}, "| x -- y");
  check_accepted({"--"}, "|");
}

TEST_CASE("operands reach the tool as they were typed") {
  check_accepted({"[a,b]", "++", "@file", "a=b", "/x", "a b", "{}", "%", "'"},
                 "| [a,b] ++ @file a=b /x a b {} % '");
  check_accepted({"--ledger=[a,b]", "--id=\"x\"", "-t[x]", "--type=a,b"},
                 "ledger=[a,b] id=\"x\" type=[x] type=a,b |");
  check_accepted({"caf\xe9", "--ledger=\xff"}, "ledger=\xff | caf\xe9");
}

TEST_CASE("values keep the order in which they were typed") {
  check_accepted({"-ta", "-s", "--type=b", "-q", "-t", "c"}, "type=a strict type=b quiet type=c |");
  const auto arguments =
      parse_arguments(reader(), std::vector<std::string>{"-ta", "-vv", "-tb", "-v"});
  REQUIRE(arguments.ok());
  CHECK(arguments->all("type") == std::vector<std::string>{"a", "b"});
  CHECK(arguments->count("verbose") == 3);
  CHECK(arguments->has("type"));
  CHECK_FALSE(arguments->has("quiet"));
  CHECK(arguments->value("type") == "a");
  CHECK(arguments->value("ledger") == std::nullopt);
  CHECK(arguments->verb->operands == "[FILE...]");
}

TEST_CASE("an empty value is refused and does not swallow the next word") {
  check_refused({"--ledger=", "x"}, "option '--ledger' needs a value, DIR, got nothing");
  check_refused({"--ledger", "", "x"}, "option '--ledger' needs a value, DIR, got nothing");
  check_refused({"-l", ""}, "option '--ledger' needs a value, DIR, got nothing");
  check_refused({""}, "an operand is empty");
  check_refused({"--", ""}, "an operand is empty");
}

TEST_CASE("a missing value is refused") {
  check_refused({"--ledger"}, "option '--ledger' needs a value, DIR");
  check_refused({"x", "-ql"}, "option '--ledger' needs a value, DIR");
}

TEST_CASE("a word that begins with '-' is a value only after '='") {
  check_refused({"--id", "-5"}, "option '--id' needs a value, HEX, got '-5'",
                "if this is the value, write '--id=-5'");
  check_refused({"-l", "--json"}, "option '--ledger' needs a value, DIR, got '--json'",
                "if this is the value, write '--ledger=--json'");
  check_refused({"--ledger", "--"}, "option '--ledger' needs a value, DIR, got '--'",
                "if this is the value, write '--ledger=--'");
  check_accepted({"--id=-5"}, "id=-5 |");
  check_accepted({"-l-x"}, "ledger=-x |");
  check_accepted({"--output", "-"}, "output=- |");
  check_accepted({"-o", "-", "-"}, "output=- | -");
}

TEST_CASE("a flag takes no value") {
  check_refused({"--strict=yes"}, "option '--strict' takes no value");
  check_refused({"--strict="}, "option '--strict' takes no value");
}

TEST_CASE("unknown options are refused with what was near") {
  check_refused({"--formt=json"}, "unknown option '--formt'", "did you mean '--format'?");
  check_refused({"--dryrun"}, "unknown option '--dryrun'", "did you mean '--dry-run'?");
  check_refused({"--xyzzy=1"}, "unknown option '--xyzzy'",
                "'medchain-read --help' lists the options");
  check_refused({"--print-options"}, "unknown option '--print-options'",
                "'medchain-read --help' lists the options");
  check_refused({"-x"}, "unknown option '-x'", "'medchain-read --help' lists the options");
  check_refused({"-qx"}, "unknown option '-x' in '-qx'",
                "'medchain-read --help' lists the options");
  check_refused({"-5"}, "unknown option '-5'", "an operand that begins with '-' comes after '--'");
  check_refused({"-\xc3\xa9"}, "unknown option '-\xc3\xa9'",
                "'medchain-read --help' lists the options");
}

TEST_CASE("options are never abbreviated") {
  check_refused({"--form=json"}, "unknown option '--form'", "did you mean '--format'?");
  check_refused({"--led=x"}, "unknown option '--led'", "did you mean '--ledger'?");
  check_refused({"--Ledger=x"}, "unknown option '--Ledger'", "did you mean '--ledger'?");
}

TEST_CASE("hidden options are not proposed") {
  check_refused({"--secre"}, "unknown option '--secre'",
                "'medchain-read --help' lists the options");
}

TEST_CASE("a long option with one dash is not taken for letters") {
  check_refused({"-ledger=x"}, "unknown option '-ledger'", "did you mean '--ledger'?");
  check_refused({"-ledger", "x"}, "unknown option '-ledger'", "did you mean '--ledger'?");
  check_refused({"-l=x"}, "a value follows '-l' without '='", "write '--ledger=DIR'");
}

TEST_CASE("a single value given twice is refused, a flag may be repeated") {
  check_refused({"--ledger=a", "-l", "a"}, "option '--ledger' is given twice");
  check_refused({"--format=json", "--format=json"}, "option '--format' is given twice");
  check_accepted({"--strict", "-s"}, "strict strict |");
}

TEST_CASE("options that contradict each other are refused") {
  check_refused({"-q", "-v"}, "options '--quiet' and '--verbose' exclude each other");
  check_refused({"--json", "--format=text"},
                "options '--json' and '--format=text' exclude each other");
  check_accepted({"--json", "--format=json"}, "json format=json |");
}

TEST_CASE("words are checked and listed") {
  check_accepted({"--scope=write", "--format=junit", "--color", "never"},
                 "scope=write format=junit color=never |");
  check_refused({"--format=jsn"}, "option '--format': expected text, json or junit, got 'jsn'",
                "did you mean '--format=json'?");
  check_refused({"--scope=everything"},
                "option '--scope': expected read, write or all, got 'everything'");
  check_refused({"--scope=Read"}, "option '--scope': expected read, write or all, got 'Read'",
                "did you mean '--scope=read'?");
  check_refused({"--color=red"}, "option '--color': expected auto, always or never, got 'red'");
}

TEST_CASE("numbers, times and durations are checked before anything is done") {
  check_accepted({"--uses=0", "--wait=10m", "--time=2025-03-01T09:30:00Z", "--since=2025-03-01"},
                 "uses=0 wait=10m time=2025-03-01T09:30:00Z since=2025-03-01 |");
  check_accepted({"--since=24h"}, "since=24h |");
  for (const std::string value : {"-5", "010", "1.5", "x", "+1", " 1", "18446744073709551616"}) {
    const std::string message = parsed(reader(), {"--uses=" + value});
    CHECK(message.starts_with("error: option '--uses': "));
  }
  CHECK(parsed(reader(), {"--wait=10"}).starts_with("error: option '--wait': "));
  CHECK(parsed(reader(), {"--since=10x"}).starts_with("error: option '--since': "));
  CHECK(parsed(reader(), {"--time=24h"}).starts_with("error: option '--time': "));
}

TEST_CASE("only one argument is standard input") {
  check_accepted({"-", "x"}, "| - x");
  check_accepted({"--", "-"}, "| -");
  check_refused({"-", "-"}, "only one argument may be standard input, '-'");
  check_refused({"--sums=-", "-"}, "only one argument may be standard input, '-'");
  check_accepted({"--sums", "-", "--output=-"}, "sums=- output=- |");
  check_accepted({"--type=-", "-"}, "type=- | -");
}

TEST_CASE("the verb is the first operand") {
  CHECK(parsed(referrals(), {"accept", "r1"}) == "| r1");
  CHECK(parsed(referrals(), {"--ledger", "accept", "accept", "r1"}) == "ledger=accept | r1");
  CHECK(parsed(referrals(), {"-l", "x", "accept", "r1"}) == "ledger=x | r1");
  CHECK(parsed(referrals(), {"-qlx", "accept", "r1"}) == "quiet ledger=x | r1");
  CHECK(parsed(referrals(), {"-v", "accept", "--", "-r1"}) == "verbose | -r1");
  CHECK(parsed(referrals(), {"--", "accept", "-r1"}) == "| -r1");
  CHECK(parsed(referrals(), {"-d", "7", "list"}) == "days=7 |");
  const auto arguments = parse_arguments(referrals(), std::vector<std::string>{"list"});
  REQUIRE(arguments.ok());
  CHECK(arguments->verb->name == "list");
}

TEST_CASE("an unknown or missing verb is told with the verbs") {
  check_refused_by(referrals(), {"acept", "r1"}, "unknown verb 'acept': expected accept or list",
                   "did you mean 'medchain-refer accept'?");
  check_refused_by(referrals(), {"xyzzy"}, "unknown verb 'xyzzy': expected accept or list", "");
  check_refused_by(referrals(), {"-"}, "unknown verb '-': expected accept or list", "");
  check_refused_by(referrals(), {}, "a verb is missing: expected accept or list",
                   "'medchain-refer --help' shows them");
  check_refused_by(referrals(), {"-q", "--"}, "a verb is missing: expected accept or list",
                   "'medchain-refer --help' shows them");
}

TEST_CASE("the options of another verb are unknown") {
  check_refused_by(referrals(), {"accept", "r1", "--days=3"}, "unknown option '--days'",
                   "'medchain-refer accept --help' lists the options");
}

TEST_CASE("operands are counted") {
  check_refused_by(referrals(), {"accept"}, "an operand is missing: expected REF",
                   "usage: medchain-refer accept [OPTION...] REF");
  check_refused_by(referrals(), {"accept", "a", "b"}, "unexpected operand 'b'",
                   "usage: medchain-refer accept [OPTION...] REF");
  check_refused_by(referrals(), {"list", "a"}, "unexpected operand 'a'",
                   "usage: medchain-refer list [OPTION...]");
}

TEST_CASE("help and version are found before '--' only, and not inside values") {
  const auto request = [](const std::vector<std::string>& words) {
    return find_request(referrals(), words);
  };
  CHECK(request({"--bad", "--help"}) == Request::help);
  CHECK(request({"--ledger", "--version"}) == Request::version);
  CHECK(request({"accept", "-h"}) == Request::help);
  CHECK(request({"-qh"}) == Request::help);
  CHECK(request({"-lh"}) == Request::none);
  CHECK(request({"--version", "--help"}) == Request::version);
  CHECK(request({"--print-options"}) == Request::print_options);
  CHECK(request({"--", "--help"}) == Request::none);
  CHECK(request({"--ledger=--help", "help"}) == Request::none);
  CHECK(request({}) == Request::none);
}

TEST_CASE("errors in the words are still told in the format the words ask for") {
  const auto json = [](const std::vector<std::string>& words) { return asks_for_json(words); };
  CHECK(json({"--bad", "--json"}));
  CHECK(json({"--format", "json", "--bad"}));
  CHECK(json({"--format=json"}));
  CHECK_FALSE(json({"--format=text", "json"}));
  CHECK_FALSE(json({"--", "--json"}));
  const auto color = [](const std::vector<std::string>& words) { return color_word(words); };
  CHECK(color({"--color=always", "--bad"}) == "always");
  CHECK(color({"--color", "never"}) == "never");
  CHECK(color({"--color=blue"}) == "auto");
}
