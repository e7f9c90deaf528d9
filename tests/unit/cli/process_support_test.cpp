// Helper of the other tests of this directory; it has a test of its own so that a broken helper is
// noticed.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/cli/process.hpp"
#include "unit/support.hpp"

namespace test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

void become(int fd, int target) {
  if (fd == target) return;
  dup2(fd, target);
}

struct Files {
  std::string in, out, err;
  int terminal = -1;  ///< the side of the program
};

[[noreturn]] void start(const std::string& path, const Command& command, const Files& files) {
  if (command.new_session || command.terminal) setsid();
  if (command.terminal) {
    ioctl(files.terminal, TIOCSCTTY, 0);
    become(files.terminal, 0);
    become(files.terminal, 2);
  } else {
    become(open(files.in.c_str(), O_RDONLY), 0);
    become(open(files.err.c_str(), O_WRONLY | O_APPEND), 2);
  }
  if (command.stdout_broken) {
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) _exit(99);
    close(ends[0]);
    become(ends[1], 1);
  } else {
    const std::string& to = command.stdout_path.empty() ? files.out : command.stdout_path;
    become(open(to.c_str(), O_WRONLY), 1);
  }
  for (int fd = 3; fd < 64; ++fd) close(fd);
  for (const int fd : command.closed) close(fd);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, SIG_DFL);
  for (const int number : command.ignored) signal(number, SIG_IGN);
  std::vector<std::string> words = {path};
  words.insert(words.end(), command.words.begin(), command.words.end());
  // A sealed program cannot be searched for leaks at its end: that needs /proc and ptrace(2).
  std::vector<std::string> environment = {"LSAN_OPTIONS=detect_leaks=0"};
  for (const auto& [name, value] : command.environment) environment.push_back(name + "=" + value);
  execve(path.c_str(), pointers(words).data(), pointers(environment).data());
  _exit(99);
}

/// Everything that can be read from the terminal until nobody has it open.
std::string drain(int terminal) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = read(terminal, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

void wait_until_ready(const std::string& err) {
  for (int i = 0; i < 2000 && read_all(err).find("ready") == std::string::npos; ++i) usleep(5'000);
}

}  // namespace

Ended run_program_file(const std::string& path, const Command& command) {
  const TempDir dir;
  Files files{dir.path("in"), dir.path("out"), dir.path("err")};
  std::ofstream(files.in) << command.input;
  std::ofstream(files.out).flush();
  std::ofstream(files.err).flush();
  int terminal = -1;
  if (command.terminal) {
    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(grantpt(terminal) == 0);
    REQUIRE(unlockpt(terminal) == 0);
    files.terminal = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  }
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) start(path, command, files);
  Ended ended;
  if (command.terminal) {
    close(files.terminal);
    if (!command.input.empty())
      REQUIRE(write(terminal, command.input.data(), command.input.size()) ==
              static_cast<ssize_t>(command.input.size()));
    ended.err = drain(terminal);
    close(terminal);
  }
  if (command.kill_when_ready != 0) {
    wait_until_ready(files.err);
    kill(child, command.kill_when_ready);
  }
  if (command.then_kill != 0) {
    usleep(100'000);
    kill(child, command.then_kill);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.out = read_all(files.out);
  if (!command.terminal) ended.err = read_all(files.err);
  return ended;
}

Ended run_sample(const Command& command) { return run_program_file(MEDCHAIN_CLI_SAMPLE, command); }

}  // namespace test

TEST_CASE("the helper tells how a process ended") {
  const test::Ended ended =
      test::run_program_file("/bin/sh", {{"-c", "cat; echo e >&2; exit 5"}, {}, "typed"});
  CHECK(ended.status == 5);
  CHECK(ended.signal == 0);
  CHECK(ended.out == "typed");
  CHECK(ended.err == "e\n");
  CHECK(test::run_program_file("/bin/sh", {{"-c", "kill -TERM $$"}}).signal == SIGTERM);
}
