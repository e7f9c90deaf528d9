// Sealing, tried by children that seal themselves and then do what must not go.  Every version of
// Landlock up to that of the kernel is tried; a kernel without it is one case more, and with a
// filter over its system calls it is there everywhere.
#include "cli/sealing.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>

#include "unit/support.hpp"

using namespace medchain::cli;

namespace {

/// The exit status of a child that does `work`, 200 + N if signal N ended it.
int in_child(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
}

/// What the child does after it has sealed itself; 120 if it could not.
int sealed(const Places& places, int version, const std::function<int()>& work) {
  return in_child([&] {
    if (!harden_process().empty()) return 120;
    if (seal_process(places, version).landlock != version) return 120;
    return work();
  });
}

int kernel_version() {
  return in_child([] {
    (void)harden_process();
    return seal_process({}).landlock;
  });
}

/// As on a kernel that does not know Landlock.
void hide_landlock() {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SYS_landlock_create_ruleset, 0, 2),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYS_landlock_restrict_self, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {std::size(code), code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

bool opens(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

/// A directory with the file `f`, the file `gone` and the directory `d`.
class Room {
 public:
  explicit Room(const std::string& name) : path_(temp_.path(name)) {
    std::filesystem::create_directories(path_ + "/d");
    for (const char* file : {"/f", "/gone", "/old"}) std::ofstream(path_ + file) << "text";
  }
  std::string path(const std::string& name = "") const { return path_ + "/" + name; }

  /// `r` read, `l` list, `w` write, `t` cut, `m` make, `x` remove, `n` rename, `D` make and remove
  /// a directory.
  std::string can() const {
    std::string done;
    const auto note = [&](char letter, bool ok) {
      if (ok) done += letter;
    };
    note('r', opens(path("f"), O_RDONLY));
    note('l', opens(path(), O_RDONLY | O_DIRECTORY));
    note('w', opens(path("f"), O_WRONLY));
    note('t', truncate(path("f").c_str(), 2) == 0);
    note('m', mknod(path("made").c_str(), S_IFREG | 0600, 0) == 0);
    note('x', unlink(path("gone").c_str()) == 0);
    note('n', rename(path("old").c_str(), path("new").c_str()) == 0);
    note('D', mkdir(path("e").c_str(), 0700) == 0 && rmdir(path("e").c_str()) == 0);
    return done;
  }
  const test::TempDir& temp() const { return temp_; }

 private:
  test::TempDir temp_;
  std::string path_;
};

/// What a child sealed to `access` in the room can do there.
std::string can(Access access, int version) {
  const Room room("room");
  Places places;
  places.add(room.path(), access);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const int status = sealed(places, version, [&] {
    const std::string done = room.can();
    return write(ends[1], done.data(), done.size()) == static_cast<ssize_t>(done.size()) ? 0 : 1;
  });
  CHECK(status == 0);
  close(ends[1]);
  char buffer[16];
  const ssize_t got = read(ends[0], buffer, sizeof buffer);
  close(ends[0]);
  return std::string(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
}

bool tcp_is_open() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(9);
  // Refused by the other side is not forbidden.
  const bool connects =
      connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 || errno != EACCES;
  address.sin_port = 0;
  const bool binds =
      bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 || errno != EACCES;
  return connects || binds;
}

/// Calls `check` with every version that this kernel can play.
void for_each_version(const std::function<void(int)>& check) {
  const int newest = kernel_version();
  if (newest == 0) MESSAGE("this kernel has no Landlock");
  for (int version = 1; version <= newest; ++version) {
    CAPTURE(version);
    check(version);
  }
}

}  // namespace

TEST_CASE("a hardened process has no new privileges, no core dump and cannot be traced") {
  CHECK(in_child([] {
          rlimit core = {1, 1};
          if (!harden_process().empty()) return 1;
          if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 2;
          if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 3;
          if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0)
            return 4;
          return harden_process().empty() ? 0 : 5;  // once more is no harm
        }) == 0);
  CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
}

TEST_CASE("a hardened process still reads its own descriptors through /proc") {
  // `medchain-verify proof <(...)`: the directory belongs to root then, and is open to the process
  // itself.
  CHECK(in_child([] {
          int ends[2];
          if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) return 1;
          if (!harden_process().empty() || pipe(ends) != 0) return 2;
          return opens("/proc/self/fd/" + std::to_string(ends[0]), O_RDONLY) ? 0 : 3;
        }) == 0);
}

TEST_CASE("a process that is sealed without a place opens nothing, whatever it tries") {
  const Room room("room");
  for_each_version([&](int version) {
    CHECK(sealed({}, version, [&] {
            if (!room.can().empty() && room.can() != "t") return 1;
            if (opens("/etc/passwd", O_RDONLY) || errno != EACCES) return 2;
            if (opens("/dev/null", O_RDWR) || opens("/", O_RDONLY | O_DIRECTORY)) return 3;
            if (opens(room.path(), O_RDWR | O_TMPFILE)) return 4;
            if (symlink("/", room.path("link").c_str()) == 0) return 5;
            if (link(room.path("f").c_str(), room.path("d/f").c_str()) == 0) return 6;
            if (rename(room.path("f").c_str(), room.path("d/f").c_str()) == 0) return 7;
            if (mkfifo(room.path("fifo").c_str(), 0600) == 0) return 8;
            execl("/bin/true", "true", nullptr);
            return errno == EACCES ? 0 : 9;
          }) == 0);
    // Cutting by name is sealed from version 3 on.
    CHECK(sealed({}, version, [&] { return room.can().empty() ? 1 : 0; }) ==
          (version >= 3 ? 1 : 0));
  });
}

TEST_CASE("a sealed process goes on with what is open") {
  const Room room("room");
  for_each_version([&](int version) {
    CHECK(sealed({}, version, [&] { return 0; }) == 0);
    CHECK(in_child([&] {
            const int fd = open(room.path("f").c_str(), O_RDWR);
            if (!harden_process().empty() || seal_process({}, version).landlock != version)
              return 1;
            char c = 0;
            return pwrite(fd, "x", 1, 0) == 1 && pread(fd, &c, 1, 0) == 1 && c == 'x' &&
                           ftruncate(fd, 1) == 0 && fsync(fd) == 0
                       ? 0
                       : 2;
          }) == 0);
  });
}

TEST_CASE("a pipe behind /dev/fd is a place like others, and costs no seal") {
  // `medchain-verify proof <(...)`
  for_each_version([&](int version) {
    CHECK(in_child([&] {
            int ends[2];
            if (!harden_process().empty() || pipe(ends) != 0) return 1;
            const std::string path = "/dev/fd/" + std::to_string(ends[0]);
            Places places;
            places.add(path, Access::read);
            if (seal_process(places, version).landlock != version) return 2;
            if (!opens(path, O_RDONLY)) return 3;
            return opens("/etc/passwd", O_RDONLY) ? 4 : 0;
          }) == 0);
  });
}

TEST_CASE("a sealed process has no TCP, and no signals for others") {
  for_each_version([](int version) {
    CHECK(sealed({}, version, [] { return tcp_is_open() ? 1 : 0; }) == (version >= 4 ? 0 : 1));
    CHECK(sealed({}, version, [] { return kill(getppid(), 0) == 0 ? 1 : 0; }) ==
          (version >= 6 ? 0 : 1));
    // Its own end by a signal is raised as ever.
    CHECK(sealed({}, version, [] {
            raise(SIGTERM);
            return 1;
          }) == 200 + SIGTERM);
  });
}

TEST_CASE("each access allows what it says, and no more") {
  for_each_version([](int version) {
    const std::string cut = version < 3 ? "t" : "";
    CHECK(can(Access::list, version) == "l" + cut);
    CHECK(can(Access::read, version) == "rl" + cut);
    CHECK(can(Access::update, version) == "rlwt");
    CHECK(can(Access::rename, version) == "l" + cut + "mxn");
    CHECK(can(Access::replace, version) == "rlwtmxn");
    CHECK(can(Access::make, version) == "rlwtmxnD");
  });
}

TEST_CASE("a place is what its path means at the time of sealing") {
  const Room room("room");
  std::filesystem::create_symlink(room.path("f"), room.temp().path("link"));
  Places places;
  places.add(room.temp().path("link"), Access::read);
  places.add(room.temp().path("not-there"), Access::make);
  for_each_version([&](int version) {
    CHECK(sealed(places, version, [&] {
            if (!opens(room.temp().path("link"), O_RDONLY) || !opens(room.path("f"), O_RDONLY))
              return 1;
            if (opens(room.path("gone"), O_RDONLY)) return 2;
            return opens(room.temp().path("not-there"), O_RDONLY | O_CREAT) ? 3 : 0;
          }) == 0);
    int ready[2], go[2];
    REQUIRE(pipe(ready) == 0);
    REQUIRE(pipe(go) == 0);
    const pid_t child = fork();
    if (child == 0) {
      char c = 0;
      (void)harden_process();
      (void)seal_process(places, version);
      if (write(ready[1], "x", 1) != 1 || read(go[0], &c, 1) != 1) _exit(120);
      _exit(opens(room.temp().path("link"), O_RDONLY) ? 1 : 0);
    }
    char c = 0;
    CHECK(read(ready[0], &c, 1) == 1);
    std::filesystem::remove(room.temp().path("link"));
    std::filesystem::create_symlink(room.path("gone"), room.temp().path("link"));
    CHECK(write(go[1], "x", 1) == 1);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    for (const int fd : {ready[0], ready[1], go[0], go[1]}) close(fd);
    std::filesystem::remove(room.temp().path("link"));
    std::filesystem::create_symlink(room.path("f"), room.temp().path("link"));
  });
}

TEST_CASE("sealing again narrows and never widens") {
  const Room room("room");
  Places both, file, other;
  both.add(room.path("f"), Access::read);
  both.add(room.path("gone"), Access::read);
  file.add(room.path("f"), Access::read);
  other.add(room.path("old"), Access::read);
  for_each_version([&](int version) {
    CHECK(sealed(both, version, [&] {
            if (!opens(room.path("f"), O_RDONLY) || !opens(room.path("gone"), O_RDONLY)) return 1;
            if (seal_process(file, version).landlock != version) return 2;
            if (!opens(room.path("f"), O_RDONLY) || opens(room.path("gone"), O_RDONLY)) return 3;
            if (seal_process(other, version).landlock != version) return 4;
            return opens(room.path("f"), O_RDONLY) || opens(room.path("old"), O_RDONLY) ? 5 : 0;
          }) == 0);
  });
}

TEST_CASE("a kernel without Landlock is told and is no error") {
  CHECK(in_child([] {
          hide_landlock();
          if (!harden_process().empty()) return 1;
          const Sealed result = seal_process({});
          if (result.landlock != 0) return 2;
          if (result.lacking != "this kernel has no Landlock, or it is switched off") return 3;
          return opens("/etc/passwd", O_RDONLY) ? 0 : 4;
        }) == 0);
  // Without no_new_privs the kernel refuses (only root may).
  CHECK(in_child([] {
          if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) return 1;
          const Sealed result = seal_process({});
          return result.landlock == 0 && !result.lacking.empty() ? 0 : 2;
        }) == 0);
}

TEST_CASE("what an older Landlock does not seal is told") {
  const int newest = kernel_version();
  const auto lacking = [&](int version, std::string_view text) {
    if (version > newest) return;
    CAPTURE(version);
    CHECK(in_child([&] {
            (void)harden_process();
            return seal_process({}, version).lacking == text ? 0 : 1;
          }) == 0);
  };
  const std::string before = "Landlock version ", after = " of this kernel does not seal ";
  lacking(1, before + "1" + after + "cutting files, TCP, signals and abstract sockets");
  lacking(2, before + "2" + after + "cutting files, TCP, signals and abstract sockets");
  lacking(3, before + "3" + after + "TCP, signals and abstract sockets");
  lacking(5, before + "5" + after + "signals and abstract sockets");
  lacking(6, "");
}

TEST_CASE("places that are to be made, and places behind links") {
  const Room room("room");
  Places places;
  places.add_new(room.path("d"), Access::make);
  places.add_new(room.path("a/b/c"), Access::make);
  places.add_new("no-such-thing/a", Access::make);
  places.add_if_link(room.path("f"), Access::read);
  CHECK(places.list() ==
        std::vector<Place>{{room.path("d"), Access::make},
                           {room.path().substr(0, room.path().size() - 1), Access::make},
                           {".", Access::make}});
  std::filesystem::create_symlink("f", room.path("to-f"));
  std::filesystem::create_symlink("nothing", room.path("to-nothing"));
  Places linked;
  linked.add_linked(room.path("."), Access::read);
  std::vector<std::string> found;
  for (const Place& place : linked.list()) found.push_back(place.path);
  std::sort(found.begin(), found.end());
  CHECK(found ==
        std::vector<std::string>{room.path("."), room.path("./to-f"), room.path("./to-nothing")});
  Places more;
  more.add(linked);
  CHECK(more.list() == linked.list());
  Places nothing;
  nothing.add_linked(room.path("none"), Access::list);
  CHECK(nothing.list() == std::vector<Place>{{room.path("none"), Access::list}});
}
