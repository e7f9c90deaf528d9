// What the tests of lib/store share: opening with defaults, and child processes that talk over
// pipes.
#pragma once

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "store/store.hpp"
#include "unit/support.hpp"

namespace test {

namespace store = medchain::store;
using medchain::as_bytes;
using medchain::as_text;
using medchain::ByteView;
using medchain::Code;
using medchain::Result;
using medchain::Status;
using Rows = std::vector<std::pair<std::string, std::string>>;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

#if !defined(__has_feature)  // gcc
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) || \
    __has_feature(thread_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

inline store::OpenOptions options(bool create = false) {
  store::OpenOptions options;
  options.tables = {"a", "b"};
  options.create = create;
  return options;
}

/// The environment, or the end of this test.
inline std::unique_ptr<store::Environment> must_open(const std::string& directory,
                                                     const store::OpenOptions& options) {
  auto environment = store::Environment::open(directory, options);
  REQUIRE_MESSAGE(environment.ok(), (environment ? "" : environment.error().message));
  return std::move(environment).value();
}

template <class T>
void must(const Result<T>& result) {
  REQUIRE_MESSAGE(result.ok(), (result ? "" : result.error().message));
}

/// The error code and a piece of the message.
template <class T>
void check_error(const Result<T>& result, Code code, std::string_view part) {
  REQUIRE(!result.ok());
  INFO(result.error().message);
  CHECK(medchain::info(result.error().code).id == medchain::info(code).id);
  CHECK(result.error().message.find(part) != std::string::npos);
}

inline Status write_rows(store::Environment& environment, std::string_view table,
                         const Rows& rows) {
  MC_ASSIGN(store::WriteTxn txn, environment.begin_write());
  for (const auto& [key, value] : rows)
    MC_TRY(txn.put(environment.table(table), as_bytes(key), as_bytes(value)));
  return std::move(txn).commit();
}

inline Result<Rows> read_rows(const store::ReadTxn& txn, store::Table table) {
  MC_ASSIGN(store::Cursor cursor, txn.cursor(table));
  Rows rows;
  for (Result<bool> more = cursor.first();; more = cursor.next()) {
    if (!more) return std::move(more).error();
    if (!*more) return rows;
    rows.emplace_back(as_text(cursor.key()), as_text(cursor.value()));
  }
}

inline Result<Rows> read_rows(store::Environment& environment, std::string_view table) {
  MC_ASSIGN(store::ReadTxn txn, environment.begin_read());
  return read_rows(txn, environment.table(table));
}

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

inline milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

}  // namespace test
