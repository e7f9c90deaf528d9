// Loaded into a tool by LD_PRELOAD: makes one of its calls fail, fall short or lie, or its clock jump.  For tests/cli/*.t.
//
//   MEDCHAIN_FAULT=CALL:N:WHAT   strikes the Nth such call; with `+` behind N that one and all that follow
//     CALL  read pread write writev pwrite pwritev (of regular files) fsync fdatasync msync malloc clock open (of FIFOs)
//     WHAT  the number of an error (5: EIO); short: half of what was asked for; lose: says that it was done, and was not;
//           of those that move bytes: tell, nothing; term: SIGTERM comes within it
//           of open: the number of a signal that comes just before it; of clock: seconds that the clock of the day is wrong by from there on
//   MEDCHAIN_FAULT_LOG=FILE      gets a line for each call that was struck
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

extern "C" {
void* __libc_malloc(std::size_t);            // NOLINT: names of the C library
void* __libc_calloc(std::size_t, std::size_t);  // NOLINT
void* __libc_realloc(void*, std::size_t);    // NOLINT
}

namespace {

enum class What { error, fall_short, lose, tell, term };

char planned_call[16];
long at = 0;
bool from_there_on = false;
What what = What::error;
long value = 0;  // an errno, or seconds
int log_fd = -1;
std::atomic<long> calls = 0;

__attribute__((constructor)) void read_plan() {
  const char* const plan = std::getenv("MEDCHAIN_FAULT");
  if (plan == nullptr) return;
  char action[32] = "", number[24] = "";
  if (std::sscanf(plan, "%15[a-z]:%23[0-9+]:%31s", planned_call, number, action) != 3) std::_Exit(99);
  from_there_on = std::strchr(number, '+') != nullptr;
  const char* const words[] = {"", "short", "lose", "tell", "term"};
  for (int i = 1; i < 5; ++i)
    if (std::strcmp(action, words[i]) == 0) what = static_cast<What>(i);
  value = std::strtol(action, nullptr, 10);
  if (const char* const log = std::getenv("MEDCHAIN_FAULT_LOG")) {
    const int fd = ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    log_fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 200);
    ::close(fd);
  }
  at = std::strtol(number, nullptr, 10);  // last: nothing is struck before
}

void tell(const char* call, int fd) {
  char path[512] = "", link[32], line[600];
  if (fd >= 0) {
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = ::readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = '\0';
  }
  const int length = std::snprintf(line, sizeof line, "%s %ld %s\n", call, calls.load(), path);
  if (log_fd >= 0 && length > 0) syscall(SYS_write, log_fd, line, static_cast<std::size_t>(length));
}

/// Whether this call is the one; `fd` is -1 where there is none.
bool is_struck(const char* call, int fd) {
  if (at == 0 || std::strcmp(call, planned_call) != 0) return false;
  if (fd >= 0) {
    struct stat info = {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  }
  const long now = ++calls;
  if (now != at && !(from_there_on && now > at)) return false;
  if (std::strcmp(call, "clock") != 0 || now == at) tell(call, fd);
  return true;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/// One of the calls that move bytes: `work(size)` does it for so many of them.
template <class Work>
ssize_t moved(const char* call, int fd, std::size_t size, const Work& work) {
  if (!is_struck(call, fd)) return work(size);
  if (what == What::term) ::raise(SIGTERM);
  if (what == What::tell || what == What::term) return work(size);
  if (what == What::lose) return static_cast<ssize_t>(size);
  if (what == What::fall_short && size > 1) return work(size / 2);
  errno = static_cast<int>(value != 0 ? value : EIO);
  return -1;
}

/// The same for lists of buffers, of which the first are taken as far as they go.
template <class Work>
ssize_t moved_list(const char* call, int fd, const iovec* list, int count, const Work& work) {
  std::size_t size = 0;
  for (int i = 0; i < count; ++i) size += list[i].iov_len;
  return moved(call, fd, size, [&](std::size_t wanted) -> ssize_t {
    if (wanted == size) return work(list, count);
    iovec first = list[0];
    if (first.iov_len > wanted) first.iov_len = wanted;
    return work(&first, 1);
  });
}

int synced(const char* call, int fd) {
  if (!is_struck(call, fd)) return static_cast<int>(syscall(std::strcmp(call, "fsync") == 0 ? SYS_fsync : SYS_fdatasync, fd));
  if (what == What::lose) return 0;
  errno = static_cast<int>(value);
  return -1;
}

}  // namespace

extern "C" {

ssize_t read(int fd, void* data, std::size_t size) {
  return moved("read", fd, size, [&](std::size_t n) { return syscall(SYS_read, fd, data, n); });
}
ssize_t pread(int fd, void* data, std::size_t size, off_t from) {
  return moved("pread", fd, size, [&](std::size_t n) { return syscall(SYS_pread64, fd, data, n, from); });
}
ssize_t pread64(int fd, void* data, std::size_t size, off_t from) { return pread(fd, data, size, from); }
ssize_t write(int fd, const void* data, std::size_t size) {
  return moved("write", fd, size, [&](std::size_t n) { return syscall(SYS_write, fd, data, n); });
}
ssize_t pwrite(int fd, const void* data, std::size_t size, off_t to) {
  return moved("pwrite", fd, size, [&](std::size_t n) { return syscall(SYS_pwrite64, fd, data, n, to); });
}
ssize_t pwrite64(int fd, const void* data, std::size_t size, off_t to) { return pwrite(fd, data, size, to); }
ssize_t writev(int fd, const iovec* list, int count) {
  return moved_list("writev", fd, list, count, [&](const iovec* l, int n) { return syscall(SYS_writev, fd, l, n); });
}
ssize_t pwritev(int fd, const iovec* list, int count, off_t to) {
  return moved_list("pwritev", fd, list, count,
                    [&](const iovec* l, int n) { return syscall(SYS_pwritev, fd, l, n, to, 0L); });
}
ssize_t pwritev64(int fd, const iovec* list, int count, off_t to) { return pwritev(fd, list, count, to); }

int open(const char* path, int flags, ...) {  // NOLINT: so it is declared
  va_list more;
  va_start(more, flags);
  const mode_t mode = va_arg(more, mode_t);
  va_end(more);
  struct stat info = {};
  if (at != 0 && ::stat(path, &info) == 0 && S_ISFIFO(info.st_mode) && is_struck("open", -1)) std::raise(static_cast<int>(value));
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }
int msync(void* data, std::size_t size, int flags) {
  if (!is_struck("msync", -1)) return static_cast<int>(syscall(SYS_msync, data, size, flags));
  errno = static_cast<int>(value);
  return what == What::lose ? 0 : -1;
}

void* malloc(std::size_t size) { return is_struck("malloc", -1) ? (errno = ENOMEM, nullptr) : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
  return is_struck("malloc", -1) ? (errno = ENOMEM, nullptr) : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  return is_struck("malloc", -1) ? (errno = ENOMEM, nullptr) : __libc_realloc(old, size);
}

time_t time(time_t* to) {
  timespec now = {};
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  if (is_struck("clock", -1)) now.tv_sec += value;
  if (to != nullptr) *to = now.tv_sec;
  return now.tv_sec;
}
int clock_gettime(clockid_t clock, timespec* time) {
  const int result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  if (result == 0 && clock == CLOCK_REALTIME && is_struck("clock", -1)) time->tv_sec += value;
  return result;
}
}
