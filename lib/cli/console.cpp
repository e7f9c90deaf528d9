#include <cstdlib>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/console_internal.hpp"
#include "cli/session.hpp"

namespace medchain::cli {
namespace {

constexpr std::string_view red = "\033[1;31m";
constexpr std::string_view yellow = "\033[1;33m";
constexpr std::string_view cyan = "\033[36m";
constexpr std::string_view plain_again = "\033[0m";

/// JSON must be UTF-8, whatever a message quotes.
std::string as_utf8(std::string_view text) {
  return is_utf8(text) ? std::string(text) : escape_for_terminal(text);
}

}  // namespace

json::Object message(std::string_view type) {
  json::Object object;
  object.set("schema", "medchain/1").set("type", type);
  return object;
}

json::Object error_object(const Error& error) {
  const ErrorInfo& row = info(error.code);
  json::Object object = message("error");
  object.set("id", row.id).set("exit", row.exit).set("message", as_utf8(error.message));
  if (!error.hint.empty()) object.set("hint", as_utf8(error.hint));
  return object;
}

std::optional<std::string> process_environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

bool color_wanted(std::string_view when, bool is_terminal, const Environment& environment) {
  if (when == "always") return true;
  if (when == "never") return false;
  if (environment("NO_COLOR")) return false;
  if (environment("CLICOLOR_FORCE").value_or("0") != "0") return true;
  return is_terminal && environment("TERM").value_or("dumb") != "dumb";
}

void Console::print(std::string_view text) {
  clear_status();
  (void)write_all(fd_, text, "standard error").ok();
}

void Console::labelled(std::string_view label, std::string_view color, std::string_view text) {
  std::string line = program_ + ": ";
  if (style_.color) line += color;
  line += label;
  if (style_.color) line += plain_again;
  print(line + ": " + escape_for_terminal(text) + "\n");
}

void Console::plain(std::string_view type, std::string_view text) {
  if (style_.json) {
    json::Object object = message(type);
    object.set("message", as_utf8(text));
    print(json::write(object) + "\n");
  } else {
    print(program_ + ": " + escape_for_terminal(text) + "\n");
  }
}

void Console::error(const Error& error) {
  if (style_.json) return print(json::write(error_object(error)) + "\n");
  labelled("error", red, error.message);
  if (!error.hint.empty()) hint(error.hint);
}

void Console::hint(std::string_view text) { labelled("hint", cyan, text); }

void Console::warn(std::string_view text) {
  if (style_.quiet) return;
  if (style_.json) return plain("warning", text);
  labelled("warning", yellow, text);
}

void Console::tell(std::string_view text) {
  if (!style_.quiet) plain("message", text);
}

void Console::warn(std::string_view text, const json::Object& object) {
  if (style_.json && !style_.quiet) return print(json::write(object) + "\n");
  warn(text);
}

void Console::tell(std::string_view text, const json::Object& object) {
  if (style_.json && !style_.quiet) return print(json::write(object) + "\n");
  tell(text);
}

void Console::detail(std::string_view text) {
  if (style_.verbose) plain("message", text);
}

void Console::show_status(const std::string& line) {
  (void)write_all(fd_, "\r" + line + "\033[K", "standard error").ok();
  status_shown_ = true;
}

void Console::clear_status() {
  if (std::exchange(status_shown_, false)) (void)write_all(fd_, "\r\033[K", "standard error").ok();
}

}  // namespace medchain::cli
