#include "package/unpack.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "base/file.hpp"
#include "unit/child.hpp"
#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
using test::Files;
namespace fs = std::filesystem;

namespace {

constexpr auto all = Unpacked::What::records_and_proofs;
constexpr auto records = Unpacked::What::records;

std::set<std::string> names_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& item : fs::directory_iterator(directory)) names.insert(item.path().filename());
  return names;
}
mode_t mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::lstat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}
Result<Unpacked> unpack(const std::string& archive, const std::string& directory) {
  return Unpacked::unpack(read_from(as_bytes(archive)), directory);
}
Result<std::vector<std::string>> open(const std::string& archive, const std::string& directory,
                                      Unpacked::What what = records) {
  MC_ASSIGN(Unpacked unpacked, unpack(archive, directory));
  return std::move(unpacked).publish(what);
}
std::string archive_of(const Files& records_only) {
  Files files = records_only;
  files.emplace_back("openings.json", test::openings_of(records_only));
  return test::pack(files);
}

}  // namespace

TEST_CASE("files appear when they are published, private, and not before") {
  for (const mode_t mask : {mode_t{0}, mode_t{077}, mode_t{0777}}) {
    const test::TempDir dir;
    const std::string out = dir.path("in");
    fs::create_directory(out);
    const mode_t before = ::umask(mask);
    auto unpacked = unpack(test::pack(test::sample_files()), out);
    ::umask(before);
    test::must(unpacked ? Status() : unpacked.error());
    const auto names = names_in(out);
    REQUIRE(names.size() == 1);
    CHECK(names.begin()->starts_with(".medchain-staging-"));
    CHECK(mode_of(out + "/" + *names.begin()) == 0700);
    CHECK(unpacked->openings().records.size() == 2);
    for (const FileEntry& file : unpacked->manifest().files)
      if (file.name != openings_name)
        CHECK(test::digest_of(test::read_all(unpacked->staged(file))) == file.digest);
    const auto paths = test::must(std::move(*unpacked).publish(all));
    CHECK(paths == std::vector<std::string>{out + "/Observation-9.json", out + "/scan.pdf",
                                            out + "/scan.pdf.tlog-proof",
                                            out + "/application.json"});
    for (const std::string& path : paths) CHECK(mode_of(path) == 0600);
    CHECK(test::read_all(out + "/scan.pdf") == std::string(100'000, 'p'));
    const Unpacked gone = std::move(*unpacked);
  }
}

TEST_CASE("nothing but the files is left, and proofs only if they are wanted") {
  const test::TempDir dir;
  const std::string out = dir.path("in");
  test::must(open(test::pack(test::sample_files()), out));
  CHECK(mode_of(out) == 0700);
  CHECK(names_in(out) ==
        std::set<std::string>{"Observation-9.json", "scan.pdf", "application.json"});
  test::must(open(test::pack(test::sample_files()), out, all));
  CHECK(names_in(out).size() == 4);
}

TEST_CASE("nothing is left of a package that is refused, wherever it is wrong") {
  const std::string good = test::pack(test::sample_files());
  for (std::size_t at = 0; at < good.size(); at += 509) {
    CAPTURE(at);
    const test::TempDir dir;
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    for (const std::string& archive : {bad, good.substr(0, at)}) {
      const auto unpacked = unpack(archive, dir.path("new"));
      if (unpacked) {
        REQUIRE(&archive != &good);
        continue;  // a field of the manifest that nothing repeats
      }
      REQUIRE(names_in(dir.path()).empty());
      fs::create_directory(dir.path("there"));
      REQUIRE_FALSE(unpack(archive, dir.path("there")));
      REQUIRE(names_in(dir.path("there")).empty());
      fs::remove(dir.path("there"));
    }
  }
  const test::TempDir dir;
  const Files files = {{"records/a", "abc"}, {"openings.json", "{}"}};
  test::check_error(unpack(test::pack(files), dir.path("x")), Code::package_invalid,
                    "openings.json: field 'schema' is missing");
  CHECK(names_in(dir.path()).empty());
}

TEST_CASE("what the caller does not publish goes") {
  const test::TempDir dir;
  { const Unpacked unpacked = test::must(unpack(test::pack(test::sample_files()), dir.path("x"))); }
  CHECK(names_in(dir.path()).empty());
}

TEST_CASE("nothing is overwritten: then no file appears") {
  const std::string archive =
      archive_of({{"records/a", "aaa"}, {"records/b", "bbb"}, {"records/c", "c"}});
  const auto conflicts = [&](const char* kind, auto prepare) {
    CAPTURE(kind);
    const test::TempDir dir;
    prepare(dir.path("b"));
    test::check_error(
        open(archive, dir.path()), Code::output_failed,
        "cannot create '" + dir.path("b") + "': it is there already, with other bytes");
    CHECK(names_in(dir.path()) == std::set<std::string>{"b"});
  };
  conflicts("other bytes", [](const std::string& path) { std::ofstream(path) << "bbB"; });
  conflicts("fewer bytes", [](const std::string& path) { std::ofstream(path) << "bb"; });
  conflicts("empty", [](const std::string& path) { std::ofstream(path) << ""; });
  conflicts("folder", [](const std::string& path) { fs::create_directory(path); });
  conflicts("dangling link", [](const std::string& path) { fs::create_symlink("nowhere", path); });
  conflicts("FIFO", [](const std::string& path) { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); });
  const test::TempDir dir;
  std::ofstream(dir.path("good")) << "bbb";
  conflicts("link to the same bytes",
            [&](const std::string& path) { fs::create_symlink(dir.path("good"), path); });
}

TEST_CASE("the same bytes under the same name are left: a run can be repeated") {
  const std::string archive = archive_of({{"records/a", "aaa"}, {"records/b", "bbb"}});
  const test::TempDir dir;
  std::ofstream(dir.path("b")) << "bbb";
  struct stat before {
  }, after{};
  REQUIRE(::stat(dir.path("b").c_str(), &before) == 0);
  for (int i = 0; i < 2; ++i) CHECK(test::must(open(archive, dir.path())).size() == 2);
  REQUIRE(::stat(dir.path("b").c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  CHECK(names_in(dir.path()) == std::set<std::string>{"a", "b"});
}

TEST_CASE("the next run removes what a killed run left, and not what others do") {
  const test::TempDir dir;
  const std::string archive = test::pack(test::sample_files());
  {
    const test::Child killed([&](const test::Child::Channel& channel) {
      const auto unpacked = unpack(archive, dir.path());
      if (!unpacked) return 1;
      channel.say('u');
      channel.hear();
      return 0;
    });
    REQUIRE(killed.hear() == 'u');
    REQUIRE(names_in(dir.path()).size() == 1);
    // While it lives it is left alone.
    test::must(open(archive_of({{"records/x", "x"}}), dir.path()));
    CHECK(names_in(dir.path()).size() == 2);
  }
  CHECK(names_in(dir.path()).size() == 2);
  fs::create_directory(dir.path(".medchain-staging-notours"));
  std::ofstream(dir.path(".medchain-staging-aaaaaa")) << "a file";
  fs::create_symlink(dir.path(".medchain-staging-notours"), dir.path(".medchain-staging-bbbbbb"));
  test::must(open(archive_of({{"records/x", "x"}}), dir.path()));
  CHECK(names_in(dir.path()) == std::set<std::string>{"x", ".medchain-staging-notours",
                                                      ".medchain-staging-aaaaaa",
                                                      ".medchain-staging-bbbbbb"});
}

TEST_CASE("killed at any moment, a run leaves whole files or none, and can be repeated") {
  Files records_only;
  for (int i = 10; i < 22; ++i)
    records_only.emplace_back("records/r" + std::to_string(i), std::string(50'000, 'r'));
  const std::string archive = archive_of(records_only);
  int alive = 0;
  for (int delay = 0; delay < 25; ++delay) {
    const test::TempDir dir;
    test::Child run([&](const test::Child::Channel& channel) {
      channel.say('s');
      return open(archive, dir.path()) ? 0 : 1;
    });
    REQUIRE(run.hear() == 's');
    ::usleep(static_cast<useconds_t>(delay * 800));
    run.kill(SIGKILL);
    alive += run.wait() == 0;
    for (const std::string& name : names_in(dir.path()))
      if (!name.starts_with(".medchain-staging-"))
        REQUIRE(test::read_all(dir.path(name)) == std::string(50'000, 'r'));
    test::must(open(archive, dir.path()));
    REQUIRE(names_in(dir.path()).size() == records_only.size());
  }
  CHECK(alive < 25);
}

TEST_CASE("processes that open into one directory do not disturb each other") {
  const test::TempDir dir;
  std::vector<std::unique_ptr<test::Child>> children;
  for (int i = 0; i < 8; ++i)
    children.push_back(
        std::make_unique<test::Child>([&dir, i](const test::Child::Channel& channel) {
          channel.hear();
          const std::string own = "records/own" + std::to_string(i);
          for (int round = 0; round < 5; ++round)
            if (!open(archive_of({{own, "abc"}, {"records/shared", "same"}}), dir.path())) return 1;
          return 0;
        }));
  for (const auto& child : children) child->say('g');
  for (const auto& child : children) CHECK(child->wait() == 0);
  CHECK(names_in(dir.path()).size() == 9);
}

TEST_CASE("a full disk is storage.failed, and nothing is left") {
  const std::string archive = archive_of(
      {{"records/a", std::string(100'000, 'a')}, {"records/b", std::string(400'000, 'b')}});
  const test::TempDir dir;
  const auto status = test::run_with_mounts([&] {
    if (mount("none", dir.path().c_str(), "tmpfs", 0, "size=300k") != 0) return 1;
    const auto full = open(archive, dir.path("in"));
    if (full || full.error().code != Code::storage_failed) return 2;
    if (full.error().message.find("no space left on device") == std::string::npos) return 3;
    if (!fs::is_empty(dir.path())) return 4;
    return open(archive_of({{"records/a", "abc"}}), dir.path("in")) ? 0 : 5;
  });
  if (status) CHECK(*status == 0);
}

TEST_CASE("a file size limit is storage.failed, and nothing is left") {
  const std::string archive = archive_of({{"records/a", std::string(100'000, 'a')}});
  const test::TempDir dir;
  CHECK(test::run_in_child([&] {
          signal(SIGXFSZ, SIG_IGN);
          const rlimit limit = {50'000, 50'000};
          if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
          const auto failed = open(archive, dir.path());
          return !failed && failed.error().code == Code::storage_failed ? 0 : 2;
        }) == 0);
  CHECK(names_in(dir.path()).empty());
}

TEST_CASE("a place that is no directory, or may not be written, is storage.failed") {
  const test::TempDir dir;
  const std::string archive = archive_of({{"records/a", "a"}});
  std::ofstream(dir.path("f")) << "x";
  test::check_error(open(archive, dir.path("f")), Code::storage_failed,
                    "cannot open '" + dir.path("f") + "': not a directory");
  test::check_error(
      open(archive, dir.path("no/where")), Code::storage_failed,
      "cannot create directory '" + dir.path("no/where") + "': no such file or directory");
  CHECK(test::read_all(dir.path("f")) == "x");
  fs::create_directory(dir.path("closed"));
  fs::permissions(dir.path(), fs::perms(0755));
  fs::permissions(dir.path("closed"), fs::perms(0555));
  CHECK(test::run_in_child([&] {
          if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 1;
          const auto failed = open(archive, dir.path("closed"));
          if (failed || failed.error().code != Code::storage_failed) return 2;
          return failed.error().message == "cannot create a directory in '" + dir.path("closed") +
                                               "': permission denied"
                     ? 0
                     : 3;
        }) == 0);
}
