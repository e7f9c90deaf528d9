#include <algorithm>

#include "base/text.hpp"
#include "cli/program_internal.hpp"

namespace medchain::cli {
namespace {

// CLI.md 2.  The order is the order of --help.
// clang-format off
constexpr Option common_table[] = {
    {"ledger", 'l', ValueKind::directory, "DIR", "ledger directory", "MEDCHAIN_LEDGER"},
    {"key", 'k', ValueKind::directory, "DIR", "your key directory; with only a .pub there, ssh-agent signs", "MEDCHAIN_KEY"},
    {"vault", 0, ValueKind::directory, "DIR", "your private store", "MEDCHAIN_VAULT"},
    {"host", 0, ValueKind::directory, "DIR", "log and clock key of who may append (default: LEDGER.host)", "MEDCHAIN_HOST"},
    {"packages", 0, ValueKind::directory, "DIR", "packages (default: LEDGER.packages)", "MEDCHAIN_PACKAGES"},
    {"person", 0, ValueKind::text, "ID", "who acts; stored as a keyed tag", "MEDCHAIN_PERSON"},
    {"purpose", 0, ValueKind::text, "CODE", "why; stored as a code"},
    {"id", 0, ValueKind::text, "HEX", "idempotency key of the entry"},
    {"emit", 0, ValueKind::flag, "", "print the signed entry instead of appending it"},
    {"profile", 0, ValueKind::text, "NAME", "named set of defaults", "MEDCHAIN_PROFILE"},
    {"config", 0, ValueKind::file, "FILE", "configuration file; 'none' reads no file", "MEDCHAIN_CONFIG"},
    {"time-zone", 0, ValueKind::text, "ZONE", "for dates typed and times shown; entries are UTC", "TZ"},
    {"format", 0, ValueKind::words, "FORMAT", "output format"},
    {"json", 0, ValueKind::flag, "", "the same as --format=json"},
    {"output", 'o', ValueKind::file, "FILE", "write results to FILE"},
    {"dry-run", 'n', ValueKind::flag, "", "do all but the last step"},
    {"time", 0, ValueKind::time, "TIME", "time written into entries (default: now)"},
    {"wait", 0, ValueKind::duration, "DURATION", "wait so long for the writer lock (default: 10s)"},
    {"quiet", 'q', ValueKind::flag, "", "only errors"},
    {"verbose", 'v', ValueKind::flag, "", "more detail; twice: debug", "", "", true},
    {"no-pager", 0, ValueKind::flag, "", "print on the terminal, with no pager between", "MEDCHAIN_PAGER,PAGER,LESS,LV"},
    {"color", 0, ValueKind::words, "WHEN", "colour of messages", "NO_COLOR,CLICOLOR_FORCE,TERM", "auto|always|never"},
    {"progress", 0, ValueKind::words, "WHEN", "progress on standard error", "", "auto|always|never"},
    {"help", 'h', ValueKind::flag, "", "show this help and exit"},
    {"version", 0, ValueKind::flag, "", "show the version and exit"},
};
// clang-format on

bool every_verb_has(std::string_view name, const Verb& verb) {
  if (name == "format") return !verb.formats.empty();
  if (name == "json") {
    const std::vector<std::string> formats = words_of(verb.formats);
    return std::find(formats.begin(), formats.end(), "json") != formats.end();
  }
  return name == "profile" || name == "config" || name == "quiet" || name == "verbose" ||
         name == "color" || name == "help" || name == "version";
}

bool ends_options(const std::string& word) { return word == "--"; }

std::span<const std::string> before_dashes(std::span<const std::string> words) {
  const auto end = std::find_if(words.begin(), words.end(), ends_options);
  return words.first(static_cast<std::size_t>(end - words.begin()));
}

/// Whether an option takes a value in any verb of the program.
template <class Matches>
bool takes_value(const Program& program, Matches matches) {
  for (const Verb& verb : program.verbs)
    for (const Option& option : options_of(verb))
      if (matches(option) && option.kind != ValueKind::flag) return true;
  return false;
}
bool name_takes_value(const Program& program, std::string_view name) {
  return takes_value(program, [&](const Option& option) { return option.name == name; });
}
bool letter_takes_value(const Program& program, char letter) {
  return takes_value(program, [&](const Option& option) { return option.letter == letter; });
}

bool is_cluster(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && word[1] != '-';
}

}  // namespace

std::span<const Option> common_options() { return common_table; }

const Option& common_option(std::string_view name) {
  const Option* option = find_option(common_table, name);
  MC_ASSERT(option != nullptr);
  return *option;
}

std::vector<Option> options_of(const Verb& verb) {
  std::vector<Option> options = verb.options;
  for (const std::string_view name : verb.common) (void)common_option(name);
  for (const Option& common : common_table) {
    const bool listed =
        std::find(verb.common.begin(), verb.common.end(), common.name) != verb.common.end();
    if (!listed && !every_verb_has(common.name, verb)) continue;
    options.push_back(common);
    if (common.name == "format") options.back().words = verb.formats;
  }
  for (std::size_t i = 0; i < options.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      MC_ASSERT(options[i].name != options[j].name);
      MC_ASSERT(options[i].letter == 0 || options[i].letter != options[j].letter);
    }
  return options;
}

const Option* find_option(std::span<const Option> options, std::string_view name) {
  for (const Option& option : options)
    if (option.name == name) return &option;
  return nullptr;
}

const Option* find_letter(std::span<const Option> options, char letter) {
  for (const Option& option : options)
    if (option.letter == letter && letter != 0) return &option;
  return nullptr;
}

std::vector<std::string> words_of(std::string_view words) {
  std::vector<std::string> parts;
  if (words.empty()) return parts;
  for (const std::string_view part : split(words, '|')) parts.emplace_back(part);
  return parts;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string_view kind_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::flag:
      return "flag";
    case ValueKind::text:
      return "text";
    case ValueKind::file:
      return "file";
    case ValueKind::directory:
      return "directory";
    case ValueKind::words:
      return "words";
    case ValueKind::number:
      return "number";
    case ValueKind::time:
      return "time";
    case ValueKind::duration:
      return "duration";
  }
  MC_ASSERT(false);
  return {};
}

std::string spelled(const Option& option) {
  std::string text = "--" + std::string(option.name);
  if (option.kind != ValueKind::flag) text += "=" + std::string(option.value);
  return text;
}

std::optional<std::string_view> value_variable(const Option& option) {
  if (option.env.empty() || option.env.find(',') != std::string_view::npos) return std::nullopt;
  return option.env;
}

bool has_verbs(const Program& program) {
  MC_ASSERT(!program.verbs.empty());
  return !program.verbs.front().name.empty();
}

const Verb* find_verb(const Program& program, std::string_view name) {
  for (const Verb& verb : program.verbs)
    if (verb.name == name) return &verb;
  return nullptr;
}

std::optional<std::size_t> first_operand(const Program& program,
                                         std::span<const std::string> words) {
  const auto is_value = [&](std::size_t at) {
    return at < words.size() && (words[at] == "-" || !words[at].starts_with('-'));
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") return i + 1 < words.size() ? std::optional(i + 1) : std::nullopt;
    if (word == "-" || !word.starts_with('-')) return i;
    bool value_follows = false;
    if (is_cluster(word)) {
      std::size_t at = 1;
      while (at < word.size() && !letter_takes_value(program, word[at])) ++at;
      value_follows = at + 1 == word.size();
    } else if (word.find('=') == std::string::npos) {
      value_follows = name_takes_value(program, std::string_view(word).substr(2));
    }
    if (value_follows && is_value(i + 1)) ++i;
  }
  return std::nullopt;
}

const Verb* verb_of(const Program& program, std::span<const std::string> words) {
  if (!has_verbs(program)) return &program.verbs.front();
  const std::optional<std::size_t> at = first_operand(program, words);
  return at ? find_verb(program, words[*at]) : nullptr;
}

Request find_request(const Program& program, std::span<const std::string> words) {
  for (const std::string& word : before_dashes(words)) {
    if (word == "--help") return Request::help;
    if (word == "--version") return Request::version;
    if (word == "--print-options") return Request::print_options;
    if (!is_cluster(word)) continue;
    for (const char letter : std::string_view(word).substr(1)) {
      if (letter == 'h') return Request::help;
      if (letter_takes_value(program, letter)) break;
    }
  }
  return Request::none;
}

bool asks_for_json(std::span<const std::string> words) {
  const auto options = before_dashes(words);
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i] == "--json" || options[i] == "--format=json") return true;
    if (options[i] == "--format" && i + 1 < options.size() && options[i + 1] == "json") return true;
  }
  return false;
}

std::string color_word(std::span<const std::string> words) {
  const auto options = before_dashes(words);
  std::string found = "auto";
  const auto take = [&](std::string_view word) {
    if (word == "auto" || word == "always" || word == "never") found = word;
  };
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i].starts_with("--color=")) take(std::string_view(options[i]).substr(8));
    if (options[i] == "--color" && i + 1 < options.size()) take(options[i + 1]);
  }
  return found;
}

}  // namespace medchain::cli
