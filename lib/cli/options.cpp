// CLI11 stays in this file.  CLI11 2.1.2 alone would take the next word as the value of `--opt=`,
// options for values, and the last of two single values without a word; so the words are first
// checked by the rules of CLI.md 1 and spelled in one way (`--name=value`, `--flag`, then `--` and
// the operands), which CLI11 then parses.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/program_internal.hpp"

namespace medchain::cli {
namespace {

Error usage(std::string message, std::string hint = {}) {
  return fail(Code::usage, std::move(message)).with_hint(std::move(hint));
}

std::string dashed(const Option& option) { return "option '--" + std::string(option.name) + "'"; }

/// The words of a command line, checked and respelled.
class Speller {
 public:
  Speller(const Program& program, const Verb& verb, std::vector<Option> options)
      : program_(program), verb_(verb), options_(std::move(options)) {}

  Status read(std::span<const std::string> words, std::optional<std::size_t> verb_at) {
    bool options_end = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (verb_at == i) continue;
      if (options_end || word == "-" || !word.starts_with('-')) {
        MC_TRY(add_operand(word));
      } else if (word == "--") {
        options_end = true;
      } else if (word[1] == '-') {
        MC_TRY(read_long(words, i));
      } else {
        MC_TRY(read_cluster(words, i));
      }
    }
    return check_together();
  }

  /// For CLI11, which wants them last word first.
  std::vector<std::string> reversed() const {
    std::vector<std::string> words = spelled_;
    words.push_back("--");
    words.insert(words.end(), operands_.begin(), operands_.end());
    std::reverse(words.begin(), words.end());
    return words;
  }
  const std::vector<Option>& options() const { return options_; }

 private:
  Status add_operand(const std::string& word) {
    if (word.empty()) return usage("an operand is empty");
    if (word == "-") MC_TRY(take_standard_input());
    if (operands_.size() == verb_.max_operands)
      return usage("unexpected operand " + quote(word), "usage: " + usage_line(program_, verb_));
    operands_.push_back(word);
    return {};
  }

  Status take_standard_input() {
    if (std::exchange(standard_input_taken_, true))
      return usage("only one argument may be standard input, '-'");
    return {};
  }

  Error unknown(const std::string& word, std::string_view name) const {
    std::vector<std::string> candidates;
    std::vector<std::string> completions;
    for (const Option& option : options_) {
      if (option.hidden) continue;
      candidates.emplace_back(option.name);
      if (option.name.starts_with(name)) completions.emplace_back(option.name);
    }
    std::optional<std::string> meant = nearest(name, candidates);
    if (completions.size() == 1) meant = completions.front();
    std::string hint = meant ? "did you mean '--" + *meant + "'?" : std::string();
    if (hint.empty()) hint = "'" + help_command() + "' lists the options";
    return usage("unknown option " + quote(word), std::move(hint));
  }

  std::string help_command() const {
    std::string text(program_.name);
    if (!verb_.name.empty()) text += " " + std::string(verb_.name);
    return text + " --help";
  }

  Status read_long(std::span<const std::string> words, std::size_t& i) {
    const std::string_view word = words[i];
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(2, equals == word.npos ? word.npos : equals - 2);
    const Option* option = find_option(options_, name);
    if (option == nullptr) return unknown(std::string(word.substr(0, equals)), name);
    if (option->kind == ValueKind::flag) {
      if (equals != word.npos) return usage(dashed(*option) + " takes no value");
      return add_flag(*option);
    }
    if (equals != word.npos) return add_value(*option, std::string(word.substr(equals + 1)));
    return read_value(*option, words, i);
  }

  Status read_cluster(std::span<const std::string> words, std::size_t& i) {
    const std::string_view word = words[i];
    // `-ledger` would be `-l edger`: a directory nobody meant.
    const std::string_view name = word.substr(1, word.find('=') - 1);
    if (name.size() > 2 && find_option(options_, name) != nullptr)
      return usage("unknown option " + quote(word.substr(0, name.size() + 1)),
                   "did you mean '--" + std::string(name) + "'?");
    for (std::size_t at = 1; at < word.size(); ++at) {
      const Option* option = find_letter(options_, word[at]);
      if (option == nullptr) return unknown_letter(word, at);
      if (option->kind == ValueKind::flag) {
        MC_TRY(add_flag(*option));
        continue;
      }
      if (at + 1 == word.size()) return read_value(*option, words, i);
      if (word[at + 1] == '=')
        return usage("a value follows '-" + std::string(1, word[at]) + "' without '='",
                     "write '" + spelled(*option) + "'");
      return add_value(*option, std::string(word.substr(at + 1)));
    }
    return {};
  }

  Error unknown_letter(std::string_view word, std::size_t at) const {
    std::size_t size = 1;
    while (at + size < word.size() && (static_cast<unsigned char>(word[at + size]) & 0xc0) == 0x80)
      ++size;
    std::string message = "unknown option " + quote("-" + std::string(word.substr(at, size)));
    if (word.size() > 1 + size) message += " in " + quote(word);
    const bool like_number = word[1] >= '0' && word[1] <= '9';
    return usage(std::move(message), like_number
                                         ? "an operand that begins with '-' comes after '--'"
                                         : "'" + help_command() + "' lists the options");
  }

  /// The value in the word after the option.
  Status read_value(const Option& option, std::span<const std::string> words, std::size_t& i) {
    if (i + 1 == words.size())
      return usage(dashed(option) + " needs a value, " + std::string(option.value));
    const std::string& word = words[++i];
    if (word.starts_with('-') && word != "-")
      return usage(
          dashed(option) + " needs a value, " + std::string(option.value) + ", got " + quote(word),
          "if this is the value, write " + quote("--" + std::string(option.name) + "=" + word));
    return add_value(option, word);
  }

  Status add_flag(const Option& option) {
    spelled_.push_back("--" + std::string(option.name));
    ++counts_[std::string(option.name)];
    return {};
  }

  Status add_value(const Option& option, const std::string& value) {
    if (value.empty())
      return usage(dashed(option) + " needs a value, " + std::string(option.value) +
                   ", got nothing");
    if (++counts_[std::string(option.name)] > 1 && !option.repeat)
      return usage(dashed(option) + " is given twice");
    if (option.kind == ValueKind::file && value == "-" && option.name != "output")
      MC_TRY(take_standard_input());
    if (option.name == "format") format_ = value;
    MC_TRY(check_value(option, value));
    spelled_.push_back("--" + std::string(option.name) + "=" + value);
    return {};
  }

  Status check_value(const Option& option, const std::string& value) const {
    const auto checked = [&](const auto& result) -> Status {
      if (result) return {};
      return usage(dashed(option) + ": " + result.error().message, result.error().hint);
    };
    switch (option.kind) {
      case ValueKind::flag:
      case ValueKind::text:
      case ValueKind::file:
      case ValueKind::directory:
        return {};
      case ValueKind::words: {
        const std::vector<std::string> words = words_of(option.words);
        if (std::find(words.begin(), words.end(), value) != words.end()) return {};
        const std::optional<std::string> meant = nearest(value, words);
        return usage(
            dashed(option) + ": expected " + listed(words) + ", got " + quote(value),
            meant ? "did you mean '--" + std::string(option.name) + "=" + *meant + "'?" : "");
      }
      case ValueKind::number:
        return checked(parse_u64(value));
      case ValueKind::time:
        // A time may be told from now (Session::time), but not the time that is now.
        if (option.name != "time" && parse_duration(value)) return {};
        return checked(parse_time(value));
      case ValueKind::duration:
        return checked(parse_duration(value));
    }
    MC_ASSERT(false);
    return {};
  }

  Status check_together() {
    const auto given = [&](const char* name) { return counts_.count(name) > 0; };
    if (given("quiet") && given("verbose"))
      return usage("options '--quiet' and '--verbose' exclude each other");
    if (given("json") && given("format") && format_ != "json")
      return usage("options '--json' and '--format=" + format_ + "' exclude each other");
    if (operands_.size() < verb_.min_operands)
      return usage("an operand is missing: expected " + std::string(verb_.operands),
                   "usage: " + usage_line(program_, verb_));
    return {};
  }

  const Program& program_;
  const Verb& verb_;
  std::vector<Option> options_;
  std::vector<std::string> spelled_;
  std::vector<std::string> operands_;
  std::map<std::string, std::size_t> counts_;
  std::string format_;
  bool standard_input_taken_ = false;
};

Result<Arguments> parse_spelled(const Speller& speller, const Verb& verb) {
  Arguments arguments;
  arguments.verb = &verb;
  try {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    std::map<const CLI::Option*, const Option*> table;
    for (const Option& option : speller.options()) {
      const std::string name = "--" + std::string(option.name);
      CLI::Option* added = option.kind == ValueKind::flag
                               ? app.add_flag(name)
                               : app.add_option(name)->expected(1)->multi_option_policy(
                                     CLI::MultiOptionPolicy::TakeAll);
      table[added] = &option;
    }
    app.parse(speller.reversed());
    std::map<const CLI::Option*, std::size_t> taken;
    for (const CLI::Option* parsed : app.parse_order()) {
      const Option& option = *table.at(parsed);
      const std::size_t at = taken[parsed]++;
      arguments.values.emplace_back(option.name,
                                    option.kind == ValueKind::flag ? "" : parsed->results().at(at));
    }
    // The first of what is left is the `--` before the operands.
    arguments.operands = app.remaining();
    MC_ASSERT(!arguments.operands.empty() && arguments.operands.front() == "--");
    arguments.operands.erase(arguments.operands.begin());
  } catch (const CLI::Error& error) {
    return usage(error.what());
  }
  return arguments;
}

Error unknown_verb(const Program& program, const std::string& word) {
  std::vector<std::string> names;
  for (const Verb& verb : program.verbs) names.emplace_back(verb.name);
  const std::optional<std::string> meant = nearest(word, names);
  return usage("unknown verb " + quote(word) + ": expected " + listed(names),
               meant ? "did you mean '" + std::string(program.name) + " " + *meant + "'?" : "");
}

}  // namespace

bool Arguments::has(std::string_view option) const { return count(option) > 0; }

std::optional<std::string> Arguments::value(std::string_view option) const {
  for (const auto& [name, value] : values)
    if (name == option) return value;
  return std::nullopt;
}

std::vector<std::string> Arguments::all(std::string_view option) const {
  std::vector<std::string> found;
  for (const auto& [name, value] : values)
    if (name == option) found.push_back(value);
  return found;
}

std::size_t Arguments::count(std::string_view option) const { return all(option).size(); }

Result<Arguments> parse_arguments(const Program& program, std::span<const std::string> words) {
  const Verb* verb = &program.verbs.front();
  std::optional<std::size_t> verb_at;
  if (has_verbs(program)) {
    verb_at = first_operand(program, words);
    if (!verb_at) {
      std::vector<std::string> names;
      for (const Verb& each : program.verbs) names.emplace_back(each.name);
      return usage("a verb is missing: expected " + listed(names),
                   "'" + std::string(program.name) + " --help' shows them");
    }
    verb = find_verb(program, words[*verb_at]);
    if (verb == nullptr) return unknown_verb(program, words[*verb_at]);
  }
  Speller speller(program, *verb, options_of(*verb));
  MC_TRY(speller.read(words, verb_at));
  return parse_spelled(speller, *verb);
}

}  // namespace medchain::cli
