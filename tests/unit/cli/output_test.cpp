#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output_internal.hpp"
#include "unit/support.hpp"

using namespace medchain;
using namespace medchain::cli;

namespace {

std::size_t files_in(const test::TempDir& dir) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path()))
    ++count;
  return count;
}

std::unique_ptr<StreamOutput> opened(const std::string& path) {
  auto output = StreamOutput::to_file(path, {});
  if (!output) FAIL(output.error().message);
  return std::move(output).value();
}

mode_t mode_of(const std::string& path) {
  struct stat facts = {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777;
}

void check_refused(const std::string& path, const std::vector<std::string>& inputs, Code code,
                   const std::string& message) {
  const auto output = StreamOutput::to_file(path, inputs);
  REQUIRE_FALSE(output.ok());
  CHECK(output.error().code == code);
  CHECK(output.error().message.find(message) != std::string::npos);
}

}  // namespace

TEST_CASE("a file appears at success only, whole") {
  const test::TempDir dir;
  const std::string path = dir.path("out");
  auto output = opened(path);
  CHECK(output->write("one\n").ok());
  CHECK(output->line(json::Object().set("a", 1)).ok());
  CHECK(output->flush().ok());
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(output->finish().ok());
  CHECK(output->finish().ok());
  CHECK(test::read_all(path) == "one\n{\"a\":1}\n");
  CHECK(files_in(dir) == 1);
}

TEST_CASE("without success there is no file and an old one stays") {
  const test::TempDir dir;
  { auto output = opened(dir.path("out")); }
  CHECK(files_in(dir) == 0);
  std::ofstream(dir.path("out")) << "old";
  {
    auto output = opened(dir.path("out"));
    CHECK(output->write("new").ok());
    CHECK(output->flush().ok());
  }
  CHECK(files_in(dir) == 1);
  CHECK(test::read_all(dir.path("out")) == "old");
}

TEST_CASE("the umask counts for a new file, an old one keeps its mode") {
  const test::TempDir dir;
  const mode_t before = umask(027);
  CHECK(opened(dir.path("a"))->finish().ok());
  umask(before);
  CHECK(mode_of(dir.path("a")) == 0640);
  REQUIRE(chmod(dir.path("a").c_str(), 0600) == 0);
  CHECK(opened(dir.path("a"))->finish().ok());
  CHECK(mode_of(dir.path("a")) == 0600);
}

TEST_CASE("a link is followed, not replaced") {
  const test::TempDir dir;
  std::filesystem::create_directory(dir.path("real"));
  std::ofstream(dir.path("real/file")) << "old";
  std::filesystem::create_symlink("real/file", dir.path("link"));
  auto output = opened(dir.path("link"));
  CHECK(output->write("new").ok());
  CHECK(output->finish().ok());
  CHECK(std::filesystem::is_symlink(dir.path("link")));
  CHECK(test::read_all(dir.path("real/file")) == "new");
}

TEST_CASE("a device is written to, not replaced") {
  auto output = opened("/dev/null");
  CHECK(output->write("x").ok());
  CHECK(output->finish().ok());
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a result must not replace its own input") {
  const test::TempDir dir;
  std::ofstream(dir.path("in")) << "text";
  std::filesystem::create_hard_link(dir.path("in"), dir.path("same"));
  check_refused(dir.path("in"), {"-", dir.path("x"), dir.path("in")}, Code::usage,
                "is also the input");
  check_refused(dir.path("same"), {dir.path("in")}, Code::usage, "is also the input");
  CHECK(files_in(dir) == 2);
}

TEST_CASE("what cannot be written is told at once") {
  const test::TempDir dir;
  check_refused(dir.path("no/such"), {}, Code::output_failed, "no such file or directory");
  check_refused(dir.path(), {}, Code::output_failed, "is a directory");
}

TEST_CASE("a very long name has room for its temporary file") {
  const test::TempDir dir;
  const std::string path = dir.path(std::string(255, 'x'));
  CHECK(opened(path)->finish().ok());
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("a full device is noticed at the flush and remembered") {
  const int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  const auto output = StreamOutput::to_descriptor(fd, "standard output");
  CHECK(output->write("x").ok());
  for (int i = 0; i < 2; ++i) {
    const Status status = output->flush();
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == Code::output_failed);
    CHECK(status.error().message == "cannot write 'standard output': no space left on device");
  }
  CHECK_FALSE(output->write("y").ok());
  CHECK_FALSE(output->finish().ok());
  close(fd);
}

TEST_CASE("texts around the size of the buffer arrive whole and in order") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{65535}, std::size_t{65536},
                                 std::size_t{65537}, std::size_t{200'000}}) {
    const test::TempDir dir;
    auto output = opened(dir.path("out"));
    std::string expected;
    for (const char c : {'a', 'b', 'c'}) {
      CHECK(output->write(std::string(size, c)).ok());
      CHECK(output->write("|").ok());
      expected += std::string(size, c) + "|";
    }
    CHECK(output->finish().ok());
    CHECK(test::read_all(dir.path("out")) == expected);
  }
}
