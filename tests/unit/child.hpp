// Child processes that talk over pipes, and places where mounts can be made.
#pragma once

#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <optional>

namespace test {

/// A child process running `work`; its result is the exit status.  Fork with no environment open
/// (STYLE 8.6).
class Child {
 public:
  /// The two ends of a pair of pipes, in the child or in the parent.
  class Channel {
   public:
    Channel(int in, int out) : in_(in), out_(out) {}
    void say(char c) const {
      if (write(out_, &c, 1) != 1) _exit(99);
    }
    /// 0 at the end.
    char hear() const {
      char c = 0;
      return read(in_, &c, 1) == 1 ? c : '\0';
    }

   private:
    int in_, out_;
  };

  explicit Child(const std::function<int(const Channel&)>& work) {
    std::array<int, 2> down, up;
    if (pipe(down.data()) != 0 || pipe(up.data()) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      close(down[1]);
      close(up[0]);
      // The test program's own handlers have nothing to say about a child.
      for (const int fatal : {SIGSEGV, SIGBUS, SIGABRT, SIGTERM, SIGILL, SIGFPE})
        signal(fatal, SIG_DFL);
      _exit(work(Channel(down[0], up[1])));
    }
    close(down[0]);
    close(up[1]);
    in_ = up[0];
    out_ = down[1];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      wait();
    }
    close(in_);
    close(out_);
  }
  void say(char c) const { Channel(in_, out_).say(c); }
  char hear() const { return Channel(in_, out_).hear(); }
  void kill(int signal) const { ::kill(pid_, signal); }
  /// Exit status, or minus the signal.
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
};

inline int run_in_child(const std::function<int()>& work) {
  return Child([&work](const Child::Channel&) { return work(); }).wait();
}

/// Runs in a child in a mount namespace of its own; nothing where that is not allowed.
inline std::optional<int> run_with_mounts(const std::function<int()>& work) {
  constexpr int not_allowed = 77;
  const int status = run_in_child([&work] {
    if (unshare(CLONE_NEWNS) != 0) return not_allowed;
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return not_allowed;
    return work();
  });
  if (status == not_allowed) {
    MESSAGE("skipped: no mount namespace");
    return std::nullopt;
  }
  return status;
}

}  // namespace test
