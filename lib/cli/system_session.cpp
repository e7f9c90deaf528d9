#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/program_internal.hpp"
#include "cli/progress_internal.hpp"
#include "cli/signals_internal.hpp"
#include "cli/system_session_internal.hpp"

namespace medchain::cli {
namespace {

/// One line without its end; nothing at the end of input.
Result<std::optional<std::string>> read_answer(int fd) {
  std::string line;
  for (;;) {
    char c = 0;
    const ssize_t got = read(fd, &c, 1);
    if (got < 0 && errno == EINTR && signal_received() == 0) continue;
    if (got < 0 && errno == EINTR) return fail(Code::interrupted, "interrupted at a question");
    if (got < 0) return fail_errno(Code::input_unreadable, "read", "/dev/tty", errno);
    if (got == 0 && line.empty()) return std::optional<std::string>();
    if (got == 0 || c == '\n') return std::optional(std::move(line));
    line += c;
  }
}

}  // namespace

SystemSession::SystemSession(const Program& program, const Arguments& arguments, Console& console)
    : program_(program),
      arguments_(arguments),
      options_(options_of(*arguments.verb)),
      console_(console),
      output_(StreamOutput::to_descriptor(STDOUT_FILENO, "standard output")),
      output_is_terminal_(isatty(STDOUT_FILENO) == 1) {
  if (output_is_terminal_) output_->before_write([&console] { console.clear_status(); });
}

void SystemSession::start_pager() {
  const bool wanted = output_is_terminal_ && find_option(options_, "no-pager") != nullptr &&
                      !has("no-pager") && !has("follow") && format() == "text" &&
                      arguments_.value("output").value_or("-") == "-";
  const std::string command = wanted ? pager_wanted(process_environment) : std::string();
  if (command.empty()) return;
  pager_ = Pager::start(command);
  if (!pager_) return;
  output_ = StreamOutput::to_descriptor(pager_->fd(), "the pager");
}

Status SystemSession::prepare() {
  if (has_open_settings()) load_configuration();
  MC_TRY(configuration());
  if (const std::optional<std::string> text = arguments_.value("time")) {
    const Option* option = find_option(options_, "time");
    if (option->kind == ValueKind::time) {
      MC_ASSIGN(fixed_time_, time("time"));
    }
  }
  const Option* option = find_option(options_, "output");
  const std::optional<std::string> path = arguments_.value("output");
  if (option == nullptr || option->kind != ValueKind::file || !path || *path == "-") return {};
  const std::vector<std::string> inputs = input_files();
  MC_ASSIGN(output_, StreamOutput::to_file(*path, inputs, arguments_.verb->secret_output));
  output_is_terminal_ = false;
  return {};
}

Status SystemSession::close(bool success) {
  if (success) return output_->finish();
  Status status = output_->flush();
  output_.reset();
  return status;
}

std::vector<std::string> SystemSession::input_files() const {
  std::vector<std::string> files;
  if (arguments_.verb->operand_kind == ValueKind::file) files = arguments_.operands;
  for (const Option& option : options_) {
    if (option.kind != ValueKind::file || option.name == "output") continue;
    for (std::string& file : arguments_.all(option.name)) files.push_back(std::move(file));
  }
  return files;
}

std::optional<std::string> SystemSession::given(std::string_view name) const {
  const std::string_view flag = arguments_.verb->profile_flag;
  const bool is_verbs_own = name == "profile" && !flag.empty() && has(flag);
  std::optional<std::string> value = arguments_.value(name);
  if (value && !is_verbs_own) return value;
  const Option* option = find_option(options_, name);
  if (option == nullptr) option = find_option(common_options(), name);
  if (option == nullptr) return std::nullopt;
  const std::optional<std::string_view> variable = value_variable(*option);
  return variable ? environment(*variable) : std::nullopt;
}

bool SystemSession::has_open_settings() const {
  const std::vector<std::string>& names = setting_names();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return find_option(options_, name) != nullptr && !given(name);
  });
}

void SystemSession::load_configuration() const {
  if (std::exchange(configuration_read_, true)) return;
  auto settings =
      load_settings({given("config"), given("profile"), config_directory(),
                     std::string(system_config_directory), arguments_.verb->makes_profile});
  if (settings)
    configuration_ = std::move(settings).value();
  else
    configuration_error_ = std::move(settings).error();
}

Status SystemSession::configuration() const {
  if (configuration_error_) return *configuration_error_;
  return {};
}

std::optional<std::string> SystemSession::setting(std::string_view name) const {
  if (std::optional<std::string> value = given(name)) return value;
  const std::vector<std::string>& names = setting_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::nullopt;
  load_configuration();
  const auto found = configuration_.find(std::string(name));
  return found == configuration_.end() ? std::nullopt : std::optional(found->second);
}

std::string SystemSession::format() const {
  if (arguments_.has("json")) return "json";
  if (const std::optional<std::string> format = arguments_.value("format")) return *format;
  const std::vector<std::string> words = words_of(arguments_.verb->formats);
  return words.empty() ? std::string() : words.front();
}

Result<int> SystemSession::standard_input() {
  const int flags = fcntl(STDIN_FILENO, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_WRONLY)
    return fail(Code::input_unreadable, "standard input is closed");
  if (isatty(STDIN_FILENO) == 1)
    return fail(Code::usage, "input is needed, and standard input is a terminal")
        .with_hint("usage: " + usage_line(program_, *arguments_.verb));
  return STDIN_FILENO;
}

void SystemSession::flush_if_terminal() {
  if (output_is_terminal_) (void)output_->flush().ok();
}

void SystemSession::tell(std::string_view text) {
  flush_if_terminal();
  console_.tell(text);
}

void SystemSession::warn(std::string_view text) {
  flush_if_terminal();
  console_.warn(text);
}

void SystemSession::tell(std::string_view text, const json::Object& object) {
  flush_if_terminal();
  console_.tell(text, object);
}

void SystemSession::warn(std::string_view text, const json::Object& object) {
  flush_if_terminal();
  console_.warn(text, object);
}

void SystemSession::detail(std::string_view text) {
  flush_if_terminal();
  console_.detail(text);
}

void SystemSession::report(const Error& error) {
  flush_if_terminal();
  console_.error(error);
}

UnixSeconds SystemSession::now() {
  return fixed_time_ ? *fixed_time_ : UnixSeconds(std::time(nullptr));
}

UnixSeconds SystemSession::clock() { return std::min(now(), UnixSeconds(std::time(nullptr))); }

crypto::Random& SystemSession::random() {
  if (!random_) random_ = std::make_unique<crypto::SystemRandom>();
  return *random_;
}

std::optional<std::string> SystemSession::environment(std::string_view name) const {
  return process_environment(name);
}

std::string SystemSession::config_directory() const {
  // The XDG Base Directory Specification has relative paths ignored.
  const std::optional<std::string> base = environment("XDG_CONFIG_HOME");
  if (base && base->starts_with('/')) return *base + "/medchain";
  const std::optional<std::string> home = environment("HOME");
  return home && home->starts_with('/') ? *home + "/.config/medchain" : std::string();
}

bool SystemSession::interrupted() const { return signal_received() != 0; }
int SystemSession::signal() const { return signal_received(); }

void SystemSession::harden() {
  if (const std::string failed = harden_process(); !failed.empty()) detail(failed);
}

void SystemSession::seal(const Places& places) {
  Places open = places;
  if (const auto directory = output_->directory()) open.add(*directory, Access::rename);
  if (verbosity() > 1)
    for (const Place& place : open.list())
      detail("may open: " + std::string(to_text(place.access)) + " " + quote(place.path));
  const Sealed sealed = seal_process(open);
  if (!sealed.lacking.empty() && sealed.lacking != lacking_) detail(sealed.lacking);
  lacking_ = sealed.lacking;
}

int SystemSession::stop_descriptor() const { return cli::stop_descriptor(); }

std::unique_ptr<Progress> SystemSession::progress(std::string_view unit, std::uint64_t total) {
  const ProgressLine::Mode mode = progress_mode(arguments_.value("progress").value_or("auto"),
                                                isatty(STDERR_FILENO) == 1, quiet());
  return std::make_unique<ProgressLine>(console_, system_surroundings(mode), std::string(unit),
                                        total);
}

Result<bool> SystemSession::confirm(std::string_view question, std::string_view option) {
  MC_ASSERT(arguments_.verb->asks);
  while (option.starts_with('-')) option.remove_prefix(1);
  if (has(option.substr(0, option.find('=')))) return true;
  const File terminal(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.is_open())
    return fail(Code::usage, "there is no terminal to ask: " + std::string(question))
        .with_hint("give '--" + std::string(option) + "'");
  flush_if_terminal();
  console_.clear_status();
  MC_TRY(write_all(terminal.fd(),
                   std::string(program_.name) + ": " + escape_for_terminal(question) + " [y/N] ",
                   "/dev/tty"));
  MC_ASSIGN(const std::optional<std::string> line, read_answer(terminal.fd()));
  if (!line) return false;
  const std::string answer = to_lower_ascii(trim_ascii(*line));
  return answer == "y" || answer == "yes";
}

}  // namespace medchain::cli
