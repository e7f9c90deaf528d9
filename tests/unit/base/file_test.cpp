#include "base/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "unit/child.hpp"
#include "unit/support.hpp"

using namespace medchain;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

std::size_t count_files(const std::string& path) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& item : fs::directory_iterator(path)) ++count;
  return count;
}

template <class T>
void check_error(const Result<T>& result, Code code, std::string_view piece) {
  REQUIRE_FALSE(result);
  CHECK(info(result.error().code).id == info(code).id);
  CAPTURE(result.error().message);
  CHECK(result.error().message.find(piece) != std::string::npos);
}

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

}  // namespace

TEST_CASE("files are read up to the limit") {
  const test::TempDir dir;
  const std::string path = dir.path("f");
  for (const std::size_t size : {0u, 1u, 100u, 4096u, 65535u, 65536u, 65537u, 200000u}) {
    const std::string text(size, 'x');
    REQUIRE(replace_file(path, text, 0644));
    CHECK(*read_file(path, size, Code::input_unreadable) == text);
    CHECK(*read_file(path, SIZE_MAX, Code::input_unreadable) == text);
    if (size > 0)
      check_error(read_file(path, size - 1, Code::input_unreadable), Code::input_too_long,
                  "expected at most " + std::to_string(size - 1) + " bytes, got more");
  }
}

TEST_CASE("files without a size are read too") {
  CHECK(read_file("/proc/self/status", 1 << 20, Code::input_unreadable)->starts_with("Name:"));
  CHECK(read_file("/dev/null", 0, Code::input_unreadable)->empty());
  check_error(read_file("/dev/zero", 100000, Code::input_unreadable), Code::input_too_long,
              "/dev/zero");
}

TEST_CASE("unreadable files fail with the code of the caller") {
  const test::TempDir dir;
  check_error(read_file(dir.path("none"), 10, Code::config_invalid), Code::config_invalid,
              "cannot open '" + dir.path("none") + "': no such file or directory");
  check_error(read_file(dir.path(), 10, Code::input_unreadable), Code::input_unreadable,
              "is a directory");
  CHECK_FALSE(read_file_if_exists(dir.path("none"), 10, Code::config_invalid)->has_value());
  check_error(read_file_if_exists(dir.path(), 10, Code::config_invalid), Code::config_invalid,
              "is a directory");
  check_error(read_file_if_exists("/dev/null/x", 10, Code::config_invalid), Code::config_invalid,
              "not a directory");
  REQUIRE(replace_file(dir.path("f"), "abc", 0600));
  CHECK(**read_file_if_exists(dir.path("f"), 3, Code::config_invalid) == "abc");
}

TEST_CASE("a descriptor is closed once and with its object") {
  int fd = -1;
  {
    auto file = open_file("/dev/null", O_RDONLY, Code::internal);
    REQUIRE(file);
    fd = file->fd();
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    File moved(std::move(file).value());
    File assigned;
    assigned = std::move(moved);
    CHECK_FALSE(moved.is_open());  // NOLINT use after move is what is tested
    CHECK(assigned.fd() == fd);
    assigned = std::move(*&assigned);
    CHECK(assigned.is_open());
  }
  CHECK(::fcntl(fd, F_GETFD) == -1);
}

TEST_CASE("writing to a full device is an error") {
  const auto full = open_file("/dev/full", O_WRONLY, Code::internal);
  if (!full) {
    MESSAGE("skipped: no /dev/full");
    return;
  }
  check_error(write_all(full->fd(), "x", "results"), Code::output_failed,
              "cannot write 'results': no space left on device");
  CHECK(write_all(full->fd(), "", "results"));
}

TEST_CASE("all bytes pass through a pipe that does not block") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  File reader(ends[0]);
  File writer(ends[1]);
  REQUIRE(::fcntl(writer.fd(), F_SETFL, O_NONBLOCK) == 0);
  const std::string text(1 << 20, 'y');
  std::size_t got = 0;
  std::thread other([&] {
    char buffer[5000];
    for (ssize_t n = 0; (n = ::read(reader.fd(), buffer, sizeof buffer)) > 0;)
      got += static_cast<std::size_t>(n);
  });
  CHECK(write_all(writer.fd(), text, "pipe"));
  writer.reset();
  other.join();
  CHECK(got == text.size());
}

TEST_CASE("a file is created once, with the exact mode whatever the umask") {
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{0777}}) {
    const test::TempDir dir;
    const Umask umask(mask);
    for (const mode_t mode : {mode_t{0600}, mode_t{0644}, mode_t{0400}, mode_t{0666}}) {
      const std::string path = dir.path("m" + std::to_string(mode));
      REQUIRE(create_file_exclusive(path, "secret", mode, Code::key_invalid));
      CHECK(mode_of(path) == mode);
      CHECK(test::read_all(path) == "secret");
      check_error(create_file_exclusive(path, "other", mode, Code::key_invalid), Code::key_invalid,
                  "file exists");
      CHECK(test::read_all(path) == "secret");
    }
  }
}

TEST_CASE("exclusive creation refuses a dangling link and a missing directory") {
  const test::TempDir dir;
  fs::create_symlink("nowhere", dir.path("link"));
  check_error(create_file_exclusive(dir.path("link"), "x", 0600, Code::key_invalid),
              Code::key_invalid, "file exists");
  CHECK_FALSE(file_exists(dir.path("nowhere")));
  check_error(create_file_exclusive(dir.path("no/f"), "x", 0600, Code::key_invalid),
              Code::key_invalid, "no such file or directory");
}

TEST_CASE("replacing keeps nothing of the old file and leaves nothing else") {
  const test::TempDir dir;
  const Umask umask(0077);
  const std::string path = dir.path("f");
  REQUIRE(replace_file(path, "one, longer", 0600));
  REQUIRE(replace_file(path, "two", 0644));
  CHECK(test::read_all(path) == "two");
  CHECK(mode_of(path) == 0644);
  CHECK(count_files(dir.path()) == 1);
}

TEST_CASE("a replacement that fails leaves the old state and no temporary file") {
  const test::TempDir dir;
  fs::create_directory(dir.path("target"));
  std::ofstream(dir.path("target/inside")) << "kept";
  check_error(replace_file(dir.path("target"), "x", 0600), Code::storage_failed, "cannot replace");
  CHECK(count_files(dir.path()) == 1);
  CHECK(test::read_all(dir.path("target/inside")) == "kept");
  check_error(replace_file(dir.path("none/f"), "x", 0600), Code::storage_failed,
              "cannot create a file beside");
  CHECK(count_files(dir.path()) == 1);
}

TEST_CASE("a secret file must be closed to group and others") {
  const test::TempDir dir;
  const std::string path = dir.path("key");
  REQUIRE(create_file_exclusive(path, "k", 0600, Code::key_invalid));
  CHECK(check_private(path));
  for (const mode_t mode :
       {mode_t{0640}, mode_t{0620}, mode_t{0610}, mode_t{0604}, mode_t{0602}, mode_t{0601}}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    const Status status = check_private(path);
    check_error(status, Code::key_unsafe, "is open to group or others: expected mode 0600, got 06");
    CHECK(status.error().hint == "chmod 600 " + path);
    check_error(read_private_file(path, 10), Code::key_unsafe, "open to group");
  }
  for (const mode_t mode : {mode_t{0400}, mode_t{0700}, mode_t{0600}}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    CHECK(check_private(path));
  }
  fs::create_symlink("key", dir.path("link"));
  CHECK(check_private(dir.path("link")));
  CHECK(*read_private_file(dir.path("link"), 1) == "k");
  REQUIRE(replace_file(path, "longer", 0600));
  check_error(read_private_file(path, 5), Code::input_too_long, "at most 5 bytes");
}

TEST_CASE("what is not a file of this user is no secret file") {
  const test::TempDir dir;
  check_error(check_private(dir.path()), Code::key_unsafe, "is not a regular file");
  REQUIRE(::mkfifo(dir.path("fifo").c_str(), 0600) == 0);
  check_error(check_private(dir.path("fifo")), Code::key_unsafe, "is not a regular file");
  check_error(check_private("/dev/null"), Code::key_unsafe, "is not a regular file");
  check_error(check_private(dir.path("none")), Code::key_missing, "no such file");
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can give a file away");
    return;
  }
  REQUIRE(create_file_exclusive(dir.path("theirs"), "k", 0600, Code::key_invalid));
  REQUIRE(::chown(dir.path("theirs").c_str(), 65534, 65534) == 0);
  check_error(check_private(dir.path("theirs")), Code::key_unsafe,
              "belongs to user 65534, expected user 0");
}

TEST_CASE("a process that was told to end waits for no FIFO, and still opens its files") {
  const test::TempDir dir;
  REQUIRE(::mkfifo(dir.path("fifo").c_str(), 0600) == 0);
  REQUIRE(create_file_exclusive(dir.path("file"), "text", 0600, Code::input_unreadable));
  CHECK(test::run_in_child([&dir] {
          stop_waiting();
          ::alarm(20);
          const auto opened = open_file(dir.path("fifo"), O_RDONLY, Code::input_unreadable);
          if (opened || opened.error().code != Code::interrupted) return 1;
          const auto read = read_file_if_exists(dir.path("fifo"), 100, Code::input_unreadable);
          if (read || read.error().code != Code::interrupted) return 2;
          const auto text = read_file(dir.path("file"), 100, Code::input_unreadable);
          return text && *text == "text" ? 0 : 3;
        }) == 0);
}

TEST_CASE("the hint quotes a path that a shell would split") {
  const test::TempDir dir;
  const std::string path = dir.path("my key");
  REQUIRE(create_file_exclusive(path, "k", 0644, Code::key_invalid));
  CHECK(check_private(path).error().hint == "chmod 600 '" + path + "'");
}

TEST_CASE("directories") {
  const test::TempDir dir;
  const std::string path = dir.path("d");
  REQUIRE(make_directory(path, 0700, false));
  CHECK(mode_of(path) == 0700);
  CHECK(make_directory(path, 0700, true));
  check_error(make_directory(path, 0700, false), Code::storage_failed, "file exists");
  REQUIRE(replace_file(dir.path("f"), "", 0600));
  check_error(make_directory(dir.path("f"), 0700, true), Code::storage_failed, "file exists");
  check_error(make_directory(dir.path("a/b"), 0700, true), Code::storage_failed, "no such file");
  CHECK(sync_directory(path));
  check_error(sync_directory(dir.path("f")), Code::storage_failed, "not a directory");
  CHECK(file_exists(path));
  CHECK_FALSE(file_exists(dir.path("none")));
}

TEST_CASE("paths") {
  CHECK(parent_directory("a") == ".");
  CHECK(parent_directory("") == ".");
  CHECK(parent_directory("/a") == "/");
  CHECK(parent_directory("/") == "/");
  CHECK(parent_directory("a/b") == "a");
  CHECK(parent_directory("a//b//") == "a");
  CHECK(parent_directory("/a/b") == "/a");
  CHECK(absolute_path("/a/./b/../c//d/") == "/a/c/d");
  CHECK(absolute_path("/../..") == "/");
  CHECK(absolute_path("x/../y") == (fs::current_path() / "y").string());
  CHECK(absolute_path("") == fs::current_path().string());
}

TEST_CASE("a rename never takes the place of what is there") {
  const test::TempDir dir;
  REQUIRE(replace_file(dir.path("a"), "new", 0600));
  REQUIRE(replace_file(dir.path("b"), "old", 0600));
  fs::create_directory(dir.path("d"));
  fs::create_symlink("nowhere", dir.path("s"));
  for (const char* taken : {"b", "d", "s"}) {
    const auto renamed = rename_new(dir.path("a"), dir.path(taken));
    REQUIRE(renamed);
    CHECK_FALSE(*renamed);
  }
  CHECK(test::read_all(dir.path("b")) == "old");
  CHECK(*rename_new(dir.path("a"), dir.path("c")));
  CHECK(test::read_all(dir.path("c")) == "new");
  CHECK_FALSE(file_exists(dir.path("a")));
  check_error(rename_new(dir.path("a"), dir.path("e")), Code::storage_failed,
              "cannot create '" + dir.path("e") + "': no such file or directory");
}
