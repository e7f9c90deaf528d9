#include <algorithm>

#include "base/text.hpp"
#include "cli/program_internal.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t columns = 100;
constexpr std::size_t help_column = 26;

/// `text` broken at spaces so that no line passes `columns`; lines after the first begin at
/// `indent`.
std::string wrapped(std::string_view text, std::size_t at, std::size_t indent) {
  std::string out;
  bool first = true;
  for (const std::string_view word : split(text, ' ')) {
    if (!first && at + 1 + word.size() > columns) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
    } else if (!first) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
    first = false;
  }
  return out;
}

/// Two spaces, `left`, `right` at the help column or, if `left` is too long, in the next line.
std::string row(const std::string& left, const std::string& right) {
  std::string line = "  " + left;
  if (right.empty()) return line + "\n";
  if (line.size() + 2 > help_column)
    line += "\n" + std::string(help_column, ' ');
  else
    line.resize(help_column, ' ');
  return line + wrapped(right, help_column, help_column) + "\n";
}

std::string option_row(const Option& option) {
  const std::string letter =
      option.letter != 0 ? "-" + std::string(1, option.letter) + ", " : "    ";
  std::string help(option.help);
  if (option.kind == ValueKind::words) help += ": " + listed(words_of(option.words));
  if (const auto variable = value_variable(option)) help += " (" + std::string(*variable) + ")";
  return row(letter + spelled(option), help);
}

std::string option_rows(std::span<const Option> options) {
  std::string text;
  for (const Option& option : options)
    if (!option.hidden) text += option_row(option);
  return text;
}

std::string examples(const Program& program, const Verb* verb) {
  std::string text;
  for (const std::string_view example : program.examples) {
    const bool is_of_verb = verb == nullptr || verb->name.empty() ||
                            example.find(std::string(program.name) + " " +
                                         std::string(verb->name)) != std::string_view::npos;
    if (is_of_verb) text += "  " + std::string(example) + "\n";
  }
  return text.empty() ? text : "\nExamples:\n" + text;
}

std::string pointer(const Program& program) {
  return "\nSee " + std::string(program.name) + "(1).\n";
}

std::string verbs_help(const Program& program) {
  std::string text = "usage: " + std::string(program.name) + " VERB [OPTION...] [OPERAND...]\n";
  text += wrapped(program.summary, 0, 0) + "\n\nVerbs:\n";
  for (const Verb& verb : program.verbs) {
    std::string left(verb.name);
    if (!verb.operands.empty()) left += " " + std::string(verb.operands);
    text += row(left, std::string(verb.summary));
  }
  text += "\n'" + std::string(program.name) + " VERB --help' shows the options of a verb.\n";
  return text + examples(program, nullptr) + pointer(program);
}

std::string cell(std::string_view text) { return text.empty() ? "-" : std::string(text); }

}  // namespace

std::string usage_line(const Program& program, const Verb& verb) {
  std::string text(program.name);
  if (!verb.name.empty()) text += " " + std::string(verb.name);
  text += " [OPTION...]";
  if (!verb.operands.empty()) text += " " + std::string(verb.operands);
  return text;
}

std::string short_usage(const Program& program) {
  std::string text;
  for (const Verb& verb : program.verbs)
    text += (text.empty() ? "usage: " : "   or: ") + usage_line(program, verb) + "\n";
  return text;
}

std::string help_text(const Program& program, const Verb* verb) {
  if (verb == nullptr && has_verbs(program)) return verbs_help(program);
  if (verb == nullptr) verb = &program.verbs.front();
  std::string text = "usage: " + usage_line(program, *verb) + "\n";
  text +=
      wrapped(verb->name.empty() && verb->summary.empty() ? program.summary : verb->summary, 0, 0) +
      "\n";
  const std::vector<Option> all = options_of(*verb);
  const std::span<const Option> own = std::span(all).first(verb->options.size());
  const std::string own_rows = option_rows(own);
  if (!own_rows.empty()) text += "\nOptions:\n" + own_rows;
  text += "\nCommon options:\n" + option_rows(std::span(all).subspan(own.size()));
  return text + examples(program, verb) + pointer(program);
}

std::string version_text(const Program& program) {
  std::string text = std::string(program.name) + " (medchain) " MEDCHAIN_VERSION "\n";
  for (const std::string_view line : program.formats_read) text += std::string(line) + "\n";
  return text;
}

std::string print_options(const Program& program) {
  std::string text = "program\t" + std::string(program.name) + "\t" + cell(program.summary) + "\n";
  for (const Verb& verb : program.verbs) {
    const std::string_view operand_kind =
        verb.max_operands == 0 ? std::string_view("-") : kind_name(verb.operand_kind);
    text += "verb\t" + cell(verb.name) + "\t" + cell(verb.operands) + "\t" +
            std::string(operand_kind) + "\t" + cell(verb.summary) + "\n";
    for (const Option& option : options_of(verb)) {
      if (option.hidden) continue;
      const std::string letter =
          option.letter != 0 ? "-" + std::string(1, option.letter) : std::string("-");
      text += "option\t" + cell(verb.name) + "\t--" + std::string(option.name) + "\t" + letter +
              "\t" + std::string(kind_name(option.kind)) + "\t" + cell(option.value) + "\t" +
              cell(option.words) + "\t" + cell(option.env) + "\t" + cell(option.help) + "\n";
    }
  }
  return text;
}

}  // namespace medchain::cli
