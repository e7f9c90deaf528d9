// Runs other programs for tests that compare with them.  No shell; standard error is joined to
// standard output.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace test {

/// Where a program of this name is in PATH, or nothing: the test then says so and passes.
inline std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (const std::string_view directory : medchain::split(path == nullptr ? "" : path, ':')) {
    const std::string candidate = std::string(directory) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

/// Starts a program; its output goes to `output` if that is a descriptor.
inline pid_t start(const std::vector<std::string>& command, int output = -1,
                   const std::vector<std::string>& variables = {}) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, 0);
  ::dup2(output < 0 ? nothing : output, 1);
  ::dup2(output < 0 ? nothing : output, 2);
  for (const std::string& variable : variables) ::putenv(const_cast<char*>(variable.c_str()));
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

struct Outcome {
  int exit = -1;
  std::string output;
};

inline Outcome run(const std::vector<std::string>& command,
                   const std::vector<std::string>& variables = {}) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  const pid_t child = start(command, ends[1], variables);
  ::close(ends[1]);
  Outcome outcome;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    outcome.output.append(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

/// A program that runs until the object goes.
class Background {
 public:
  explicit Background(const std::vector<std::string>& command) : child_(start(command)) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }

 private:
  pid_t child_;
};

}  // namespace test
