#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"
#include "cli/pager_internal.hpp"

namespace medchain::cli {
namespace {

constexpr std::string_view for_the_shell = "|&;<>()$`\\\"'*?[#~=%\n";

std::vector<std::string> words_of_command(const std::string& command) {
  if (command.find_first_of(for_the_shell) != std::string::npos) return {"sh", "-c", command};
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = command.find_first_not_of(" \t", at)) != std::string::npos;) {
    const std::size_t end = std::min(command.find_first_of(" \t", at), command.size());
    words.push_back(command.substr(at, end - at));
    at = end;
  }
  return words;
}

/// In the child.  What went wrong is written to `failed`, which is closed where nothing did.
[[noreturn]] void become(char* const* arguments, int input, int failed) {
  // What git(1) sets: quit if it is one screen, show colours, leave the screen as it was.
  setenv("LESS", "FRX", 0);
  setenv("LV", "-c", 0);
  // Parents may have had them ignored; a pager decides for itself.
  signal(SIGPIPE, SIG_DFL);
  if (dup2(input, STDIN_FILENO) >= 0) execvp(arguments[0], arguments);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(failed, &error, sizeof error);
  _exit(127);
}

void wait_for(pid_t child) {
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

std::string pager_wanted(const Environment& environment) {
  if (environment("TERM").value_or("dumb") == "dumb") return {};
  auto command = environment("MEDCHAIN_PAGER");
  if (!command) command = environment("PAGER");
  const std::string wanted(trim_ascii(command.value_or("less")));
  return wanted == "cat" ? std::string() : wanted;
}

std::unique_ptr<Pager> Pager::start(const std::string& command) {
  std::vector<std::string> words = words_of_command(command);
  if (words.empty()) return nullptr;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int input[2], failed[2];
  if (pipe2(input, O_CLOEXEC) != 0) return nullptr;
  const File read_end(input[0]);
  File write_end(input[1]);
  if (pipe2(failed, O_CLOEXEC) != 0) return nullptr;
  const File failed_read(failed[0]);
  File failed_write(failed[1]);
  const pid_t child = fork();
  if (child < 0) return nullptr;
  if (child == 0) become(arguments.data(), read_end.fd(), failed_write.fd());
  failed_write = File();
  int error = 0;
  ssize_t got = -1;
  while ((got = read(failed_read.fd(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (got != 0) {
    wait_for(child);
    return nullptr;
  }
  std::unique_ptr<Pager> pager(new Pager);
  pager->child_ = child;
  pager->input_ = std::move(write_end);
  if (isatty(STDERR_FILENO) == 1) {
    pager->error_before_ = File(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (pager->error_before_.is_open()) dup2(pager->input_.fd(), STDERR_FILENO);
  }
  return pager;
}

Pager::~Pager() {
  if (error_before_.is_open()) dup2(error_before_.fd(), STDERR_FILENO);
  input_ = File();
  wait_for(child_);
}

}  // namespace medchain::cli
