// medchain-floor: what scripts/bench measures against, and how.  Uses LMDB itself, nothing of
// medchain.  Not a tool.
//   medchain-floor commits DIRECTORY COUNT   so many durable commits of a row, in an environment
//   that
//                                            is made if it is not there
//   medchain-floor single DIRECTORY FILE     two such commits, and a page of FILE written and
//   synced:
//                                            the least that a durable act on ledger and vault does
//   medchain-floor peak FILE COMMAND...      runs it, and writes its peaks into FILE, in KiB:
//                                            resident memory, as the kernel counts it, with pages
//                                            of mapped files; anonymous memory, sampled
#include <fcntl.h>
#include <lmdb.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void stop(const std::string& message) {
  std::cerr << "medchain-floor: " << message << '\n';
  std::exit(2);
}

void check(int code, const std::string& what) {
  if (code != 0) stop(what + ": " + mdb_strerror(code));
}

/// Rows of 100 bytes under ascending numbers, one a commit.
void commits(const std::string& directory, std::uint64_t count) {
  if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) stop("cannot make " + directory);
  MDB_env* env = nullptr;
  check(mdb_env_create(&env), "create");
  check(mdb_env_set_mapsize(env, std::size_t{1} << 30), "map size");
  check(mdb_env_open(env, directory.c_str(), 0, 0666), "open " + directory);
  std::array<unsigned char, 100> row{};
  for (std::uint64_t i = 0; i < count; ++i) {
    MDB_txn* txn = nullptr;
    MDB_dbi table = 0;
    MDB_stat stat;
    check(mdb_txn_begin(env, nullptr, 0, &txn), "begin");
    check(mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &table), "table");
    check(mdb_stat(txn, table, &stat), "stat");
    std::size_t number = stat.ms_entries;
    MDB_val key{sizeof(number), &number}, value{row.size(), row.data()};
    check(mdb_put(txn, table, &key, &value, MDB_APPEND), "put");
    check(mdb_txn_commit(txn), "commit");
  }
  mdb_env_close(env);
}

void sync_page(const char* path) {
  const std::array<char, 4'096> page{};
  const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0 || pwrite(fd, page.data(), page.size(), 0) != static_cast<ssize_t>(page.size()) ||
      fdatasync(fd) != 0 || close(fd) != 0)
    stop(std::string("cannot write ") + path + ": " + std::strerror(errno));
}

/// RssAnon of a process, in KiB; 0 if it has ended.
std::uint64_t anonymous(const std::string& status_file) {
  std::ifstream status(status_file);
  for (std::string line; std::getline(status, line);)
    if (line.rfind("RssAnon:", 0) == 0) return std::strtoull(line.c_str() + 8, nullptr, 10);
  return 0;
}

int peak(const char* into, char** command) {
  constexpr int every_ms = 5;
  const pid_t pid = fork();
  if (pid < 0) stop("cannot fork");
  if (pid == 0) {
    execvp(command[0], command);
    std::cerr << "medchain-floor: cannot run " << command[0] << ": " << std::strerror(errno)
              << '\n';
    _exit(127);
  }
  // Whoever has ended is noticed at once, so that nothing takes longer for being sampled.
  pollfd ended{static_cast<int>(syscall(SYS_pidfd_open, pid, 0)), POLLIN, 0};
  if (ended.fd < 0) stop(std::string("pidfd_open: ") + std::strerror(errno));
  const std::string status_file = "/proc/" + std::to_string(pid) + "/status";
  std::uint64_t most = 0;
  while (poll(&ended, 1, every_ms) <= 0) most = std::max(most, anonymous(status_file));
  int status = 0;
  rusage used{};
  if (wait4(pid, &status, 0, &used) != pid) stop("cannot wait");
  std::ofstream out(into);
  out << used.ru_maxrss << ' ' << most << '\n';
  if (!out.flush()) stop(std::string("cannot write ") + into);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 3 ? argv[1] : "";
  if (verb == "commits" && argc == 4) {
    commits(argv[2], std::strtoull(argv[3], nullptr, 10));
  } else if (verb == "single" && argc == 4) {
    commits(argv[2], 2);
    sync_page(argv[3]);
  } else if (verb == "peak") {
    return peak(argv[2], argv + 3);
  } else {
    stop("expected 'commits DIRECTORY COUNT', 'single DIRECTORY FILE' or 'peak FILE COMMAND...'");
  }
}
