#include "cli/other_program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"

namespace medchain::cli {
namespace {

constexpr int not_installed = 127;

struct Pipe {
  File read, write;
  static Result<Pipe> open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
      return fail_errno(Code::output_failed, "make", "a pipe", errno);
    return Pipe{File(ends[0]), File(ends[1])};
  }
};

/// In the child: only calls that are safe after fork(2).
[[noreturn]] void become(char* const* arguments, const Pipe& input, const Pipe& output) {
  if (dup2(input.read.fd(), STDIN_FILENO) >= 0 && dup2(output.write.fd(), STDOUT_FILENO) >= 0)
    execvp(arguments[0], arguments);
  _exit(errno == ENOENT ? not_installed : not_installed - 1);
}

Result<std::string> read_to_end(const File& file) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = read(file.fd(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::output_failed, "read", "a pipe", errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<int> status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return fail_errno(Code::output_failed, "wait for", "a program", errno);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<std::string> output_of(std::vector<std::string> words, const crypto::Secret& input) {
  MC_ASSERT(!words.empty() && input.size() <= 4096);  // what a pipe takes without a reader
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  MC_ASSIGN(Pipe in, Pipe::open());
  MC_ASSIGN(Pipe out, Pipe::open());
  const ssize_t written = write(in.write.fd(), input.view().data(), input.size());
  if (written != static_cast<ssize_t>(input.size()))
    return fail_errno(Code::output_failed, "write", "a pipe", errno);
  const pid_t child = fork();
  if (child < 0) return fail_errno(Code::output_failed, "start", words.front(), errno);
  if (child == 0) become(arguments.data(), in, out);
  in = Pipe();
  out.write = File();
  auto text = read_to_end(out.read);
  MC_ASSIGN(const int status, status_of(child));
  if (status == not_installed)
    return fail(Code::output_failed, "cannot run " + quote(words.front()) + ": not installed");
  if (status != 0)
    return fail(Code::output_failed,
                quote(words.front()) + " ended with status " + std::to_string(status));
  return text;
}

}  // namespace medchain::cli
