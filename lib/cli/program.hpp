// Programs as tables (CLI.md 1, 2, 11): the option table of a tool is the only source of its
// parser, its --help, its completions (hidden --print-options) and the manual page test.  CLI11 is
// behind this header.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace medchain::cli {

class Places;
class Session;

/// What a value is, for completions and messages.  `words`, `number`, `time` (or a duration from
/// now) and `duration` are checked when the command line is parsed, before anything is done; ranges
/// by Session::number.
enum class ValueKind { flag, text, file, directory, words, number, time, duration };

struct Option {
  std::string_view name;  ///< without dashes: "ledger"
  char letter = 0;        ///< 'l', or 0
  ValueKind kind = ValueKind::flag;
  std::string_view value = {};  ///< "DIR" in usage and help; empty for a flag
  std::string_view help = {};   ///< one line, lower case, no full stop
  std::string_view env =
      {};  ///< environment variable, or empty; several with commas between where none is the value
  std::string_view words = {};  ///< "auto|always|never" when kind == words
  bool repeat = false;          ///< may be given several times
  bool hidden = false;
};

/// Options that mean the same in every tool (CLI.md 2).  A verb lists the names of those it has;
/// every verb has profile, config, format and json where `formats` is not empty, quiet, verbose,
/// color, help, version.
std::span<const Option> common_options();

struct Verb {
  std::string_view name;                 ///< empty for a tool without verbs
  std::string_view operands;             ///< "[FILE...]", "MEMBER", or empty
  std::string_view summary;              ///< one sentence for --help
  std::vector<Option> options;           ///< its own
  std::vector<std::string_view> common;  ///< names out of common_options()
  std::size_t min_operands = 0;
  std::size_t max_operands = SIZE_MAX;
  std::string_view formats =
      {};  ///< "text|json|junit": words of --format, first is the default; empty: none
  bool appends =
      false;  ///< ignores SIGPIPE: entries are durable before receipts are printed (CLI.md 3)
  std::function<Result<int>(Session&)>
      run;  ///< exit status (0 or an answer such as 1), or an Error
  ValueKind operand_kind = ValueKind::file;  ///< for completions
  /// With this flag --profile is the verb's own, and the profile of the configuration is named by
  /// the environment alone.
  std::string_view profile_flag = {};
  bool makes_profile = false;  ///< --profile may name one that does not exist yet
  // What it may open when it is sealed (places.hpp): what options and operands name, to be read.
  std::vector<std::string_view> writes = {};  ///< options whose places are written too
  bool signs = false;                         ///< private keys are read from key directories
  bool asks = false;                          ///< Session::confirm may be called
  /// Adds places that no option or operand names.
  std::function<void(const Session&, Places&)> also_opens = {};
  bool secret_output = false;  ///< results are records or keys: a file of -o has 0600
  bool runs_others = false;    ///< becomes another program, which is not to be sealed
};

struct Program {
  std::string_view name;                       ///< "medchain-anchor"
  std::string_view summary;                    ///< one sentence
  std::vector<Verb> verbs;                     ///< one with an empty name, or several with names
  std::vector<std::string_view> examples;      ///< two command lines for --help
  std::vector<std::string_view> formats_read;  ///< lines after the first of --version
};

/// What was typed, after all checks.  Values from environment and profile are not in here: see
/// Session.
struct Arguments {
  const Verb* verb = nullptr;
  std::vector<std::string> operands;
  std::vector<std::pair<std::string, std::string>>
      values;  ///< option name, value ("" for flags), in order

  bool has(std::string_view option) const;
  std::optional<std::string> value(std::string_view option) const;
  std::vector<std::string> all(std::string_view option) const;
  std::size_t count(std::string_view option) const;
};

/// Parses what follows argv[0].  Fails with usage; unknown options and words get a `did you mean`
/// hint.
Result<Arguments> parse_arguments(const Program& program, std::span<const std::string> words);

/// Text of --help (one screen, at most 100 columns) of the tool, or of one verb.
std::string help_text(const Program& program, const Verb* verb);
std::string version_text(const Program& program);
/// TSV for generators and tests: a line per verb and per option (see scripts/gen-completions).
std::string print_options(const Program& program);

/// The main function of every tool: scans --help/--version first, parses, loads configuration,
/// runs, prints the error once, flushes stdout with a check, and returns the exit status (re-raises
/// a signal that ended the run).
int run_program(const Program& program, int argc, char** argv);

}  // namespace medchain::cli
