// Lines for people on stderr (CLI.md 6 and 8), each written with one system call.  Failures of
// stderr are ignored: there is nowhere left to tell them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "json/value.hpp"

namespace medchain::cli {

/// Looks up an environment variable; an empty one counts as unset.
using Environment = std::function<std::optional<std::string>(std::string_view)>;
std::optional<std::string> process_environment(std::string_view name);

/// `when` is auto, always or never; the rest of CLI.md 8 decides auto.
bool color_wanted(std::string_view when, bool is_terminal, const Environment& environment);

struct ConsoleStyle {
  bool color = false;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};

class Console {
 public:
  /// `fd` is stderr, or a file in tests.
  Console(std::string program, int fd) : program_(std::move(program)), fd_(fd) {}
  void set_style(const ConsoleStyle& style) { style_ = style; }
  const ConsoleStyle& style() const { return style_; }
  const std::string& program() const { return program_; }

  void error(const Error& error);
  void warn(std::string_view text);
  void tell(std::string_view text);
  /// The same; the object in place of the text where messages are JSON.
  void warn(std::string_view text, const json::Object& object);
  void tell(std::string_view text, const json::Object& object);
  void detail(std::string_view text);
  /// `PROGRAM: hint: TEXT`.
  void hint(std::string_view text);
  /// Text as it is.
  void print(std::string_view text);

  /// A line that is shown until the next output or clear_status().
  void show_status(const std::string& line);
  void clear_status();

 private:
  void labelled(std::string_view label, std::string_view color, std::string_view text);
  void plain(std::string_view type, std::string_view text);

  std::string program_;
  int fd_;
  ConsoleStyle style_;
  bool status_shown_ = false;
};

}  // namespace medchain::cli
