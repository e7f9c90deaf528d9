// What the sources of this directory share about option tables.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/program.hpp"

namespace medchain::cli {

/// The verb's own options, the common ones it lists, and those that every verb has, in this order.
/// Asserts that no name and no letter is there twice.  The views live as long as the verb.
std::vector<Option> options_of(const Verb& verb);
const Option* find_option(std::span<const Option> options, std::string_view name);
const Option* find_letter(std::span<const Option> options, char letter);
/// A common option by name.  Precondition: there is one.
const Option& common_option(std::string_view name);

/// `a|b|c` in parts.
std::vector<std::string> words_of(std::string_view words);
/// `a, b or c`.
std::string listed(const std::vector<std::string>& words);
std::string_view kind_name(ValueKind kind);
/// `--ledger=DIR`, or `--json` for a flag.
std::string spelled(const Option& option);
/// The one variable whose value stands in for the option, or nothing.
std::optional<std::string_view> value_variable(const Option& option);

/// True for a program whose verb is its first operand.
bool has_verbs(const Program& program);
const Verb* find_verb(const Program& program, std::string_view name);
/// Position of the first operand.  Which options take a value is asked of all verbs together,
/// because the verb is what is being looked for; a letter or name should take a value in all verbs
/// of a tool or in none.
std::optional<std::size_t> first_operand(const Program& program,
                                         std::span<const std::string> words);
/// The verb that the words name, the only verb, or null.
const Verb* verb_of(const Program& program, std::span<const std::string> words);

/// What is answered before anything is parsed (CLI.md 1): the first of these words before `--`.
enum class Request { none, help, version, print_options };
Request find_request(const Program& program, std::span<const std::string> words);
/// `--json` or `--format=json` before `--`, for errors in the other words.
bool asks_for_json(std::span<const std::string> words);
/// The last valid `--color=WHEN` before `--`, or `auto`, for errors in the other words.
std::string color_word(std::span<const std::string> words);

/// Lines for stderr where arguments are missing altogether.
std::string short_usage(const Program& program);
/// `medchain-refer accept [OPTION...] REF`.
std::string usage_line(const Program& program, const Verb& verb);

}  // namespace medchain::cli
