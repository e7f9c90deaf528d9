#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <new>

#include "cli/console_internal.hpp"
#include "cli/output_internal.hpp"
#include "cli/places.hpp"
#include "cli/program_internal.hpp"
#include "cli/signals_internal.hpp"
#include "cli/system_session_internal.hpp"

namespace medchain::cli {
namespace {

/// Where a standard descriptor is closed, the next file opened would become it, and a message could
/// be written into a ledger file.  /dev/null takes the place; for stdin and stdout the wrong way
/// round, so that using them fails.
void fill_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    const int opened = open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
    // The lowest free descriptor is the closed one.
    MC_ASSERT(opened == fd);
  }
}

struct Outcome {
  int status = 0;
  int signal = 0;  ///< to be raised again, or 0
};

ConsoleStyle style_of(std::string_view color, bool json) {
  ConsoleStyle style;
  style.color = color_wanted(color, isatty(STDERR_FILENO) == 1, process_environment);
  style.json = json;
  return style;
}

Outcome end_with(Console& console, const Error& error) {
  console.error(error);
  return {info(error.code).exit, error.code == Code::interrupted ? signal_received() : 0};
}

Outcome print_result(Console& console, const std::string& text) {
  const auto output = StreamOutput::to_descriptor(STDOUT_FILENO, "standard output");
  Status status = output->write(text);
  if (status) status = output->finish();
  return status ? Outcome{} : end_with(console, status.error());
}

/// Nothing was asked for: a screen of help on stderr rather than an error (CLI.md 1).
bool is_bare(const Program& program, std::span<const std::string> words) {
  if (has_verbs(program)) return !first_operand(program, words);
  return words.empty() && program.verbs.front().min_operands > 0;
}

Outcome run_verb(const Program& program, const Arguments& arguments, Console& console) {
  const auto end = [&](const Error& error) { return end_with(console, error); };
  SystemSession session(program, arguments, console);
  session.start_pager();
  if (!arguments.verb->runs_others) session.harden();
  if (auto status = session.prepare(); !status) return end(status.error());
  if (!arguments.verb->runs_others) session.seal(places_of(session));
  Result<int> result = arguments.verb->run(session);
  if (result && !session.configuration()) result = session.configuration().error();
  const Status closed = session.close(result.ok());
  if (!result) return end(result.error());
  if (!closed) return end(closed.error());
  return {*result, 0};
}

Outcome run_words(const Program& program, std::span<const std::string> words, Console& console) {
  switch (find_request(program, words)) {
    case Request::none:
      break;
    case Request::help:
      return print_result(console, help_text(program, verb_of(program, words)));
    case Request::version:
      return print_result(console, version_text(program));
    case Request::print_options:
      return print_result(console, print_options(program));
  }
  const Result<Arguments> arguments = parse_arguments(program, words);
  if (!arguments) {
    if (!is_bare(program, words) || console.style().json)
      return end_with(console, arguments.error());
    console.print(short_usage(program));
    console.hint("'" + std::string(program.name) + " --help' shows more");
    return {info(Code::usage).exit, 0};
  }
  ConsoleStyle style = style_of(arguments->value("color").value_or("auto"),
                                arguments->has("json") || arguments->value("format") == "json");
  style.quiet = arguments->has("quiet");
  style.verbose = arguments->has("verbose");
  console.set_style(style);
  install_signals(arguments->verb->appends);
  return run_verb(program, *arguments, console);
}

/// Memory that is short within a function that may not throw, some of the C++ library among them:
/// said without any more memory.  What else ends here is a bug, with a core dump where it may.
[[noreturn]] void on_terminate() {
  const auto say = [](std::string_view text) {
    static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()) < 0);
  };
  const auto out_of_memory = [&] {
    say("medchain: error: out of memory\nmedchain: hint: ");
    say(memory_hint);
    say("\n");
    _exit(info(Code::memory_exhausted).exit);
  };
  // On its way and not told to us: of the C++ library, whose functions throw nothing else there.
  if (!std::current_exception() && std::uncaught_exceptions() > 0) out_of_memory();
  try {
    if (std::current_exception()) throw;
  } catch (const std::bad_alloc&) {
    out_of_memory();
  } catch (const std::exception& exception) {
    say("medchain: internal error: ");
    say(exception.what());
    say("\n");
  } catch (...) {
  }
  std::abort();
}

Outcome run_caught(const Program& program, std::span<const std::string> words, Console& console) {
  try {
    return run_words(program, words, console);
  } catch (const std::bad_alloc&) {
    return end_with(console, out_of_memory());
  } catch (const std::exception& exception) {
    return end_with(console,
                    fail(Code::internal, std::string("internal error: ") + exception.what())
                        .with_hint("please report this"));
  } catch (...) {
    return end_with(console, fail(Code::internal, "internal error: unknown exception"));
  }
}

}  // namespace

int run_program(const Program& program, int argc, char** argv) {
  std::set_terminate(on_terminate);
  fill_standard_descriptors();
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  Console console(std::string(program.name), STDERR_FILENO);
  console.set_style(style_of(color_word(words), asks_for_json(words)));
  const Outcome outcome = run_caught(program, words, console);
  if (outcome.signal != 0) raise_again(outcome.signal);
  return outcome.status;
}

}  // namespace medchain::cli
