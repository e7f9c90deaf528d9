// Directories and files that are hostile or change: nothing hangs, nothing is read twice, every
// trouble is told.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "source/whole_file_internal.hpp"
#include "unit/source/helper.hpp"

using namespace test;
namespace fs = std::filesystem;

namespace {

using Summary = std::vector<std::string>;

void check_problem(const Drained& drained, std::size_t item, Code code, std::string_view piece) {
  REQUIRE(drained.items.size() > item);
  REQUIRE(drained.items[item].problem);
  INFO(drained.items[item].problem->message);
  CHECK(info(drained.items[item].problem->code).id == info(code).id);
  CHECK(contains(drained.items[item].problem->message, piece));
}

/// Opens `path`, lets `change` do something to it, and says how its description ends.
std::string changed_by(const std::string& path, const std::function<void()>& change) {
  Run run({});
  PaddedBuffer buffer(FileContent::head_size);
  auto file = FileContent::open(path, true, buffer, run);
  REQUIRE(file.ok());
  Record record;
  record.path = path;
  change();
  const auto content = classify(run, *file, path);
  if (!content) return content.error().message;
  const Status status = describe_file(run, *file, *content, "x", record);
  if (status) return "ok";
  CHECK(status.error().code == Code::input_changed);
  return status.error().message;
}

}  // namespace

TEST_CASE("directories are walked in byte order of names") {
  TempDir folder;
  for (const char* name : {"b", "B", "a", "a.txt", "\xc3\xa4", "Z"})
    write_file(folder.path(name), name);
  fs::create_directories(folder.path("a0/inner"));
  write_file(folder.path("a0/inner/y"), "y");
  write_file(folder.path("a0/x"), "x");
  const std::string root = folder.path();
  const Summary expected = {root + "/B",          root + "/Z",    root + "/a", root + "/a.txt",
                            root + "/a0/inner/y", root + "/a0/x", root + "/b", root + "/\xc3\xa4"};
  CHECK(drain_files({root}).summary() == expected);
  CHECK(drain_files({root + "/"}).summary() == expected);
  CHECK(drain_files({root + "/a0/.."}).summary() == expected);
  CHECK(drain_files({root + "/b", root + "/a0"}).summary() ==
        Summary{root + "/b", root + "/a0/inner/y", root + "/a0/x"});
  CHECK(drain_files({}).items.empty());
  CHECK(drain_files({folder.path("a0/inner"), folder.path("a0/inner/y")}).summary().size() == 2);
}

TEST_CASE("a directory given twice is read once and said") {
  TempDir folder;
  fs::create_directory(folder.path("d"));
  write_file(folder.path("d/a"), "1");
  const Drained drained = drain_files({folder.path("d"), folder.path("d/"), folder.path()});
  CHECK(drained.summary() == Summary{folder.path("d/a")});
  CHECK(has_notice(drained, "2 directories named or linked to again"));
}

TEST_CASE("names with newlines and bytes that are not UTF-8 are read and are ids, shown escaped") {
  TempDir folder;
  const std::string newline = folder.path("a\nb"), latin = folder.path("b\xe9"),
                    escape = folder.path("c\x1b[2J.dcm");
  write_file(newline, "1");
  write_file(latin, "2");
  write_file(escape, small_dicom());
  const Drained drained = drain_files({folder.path()});
  CHECK(drained.summary() == Summary{newline, latin, "1.2.3.4"});
  CHECK(drained.items[2].record->path == escape);
  for (const Item& item : drained.items) {
    CHECK(item.place.find('\n') == std::string::npos);
    CHECK(item.place.find('\x1b') == std::string::npos);
    CHECK(item.place.find('\xe9') == std::string::npos);
  }
}

TEST_CASE("fifos, sockets and devices are problems and never wait") {
  TempDir folder;
  REQUIRE(::mkfifo(folder.path("a").c_str(), 0600) == 0);
  const File socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = folder.path("b");
  REQUIRE(name.size() < sizeof address.sun_path);
  std::copy(name.begin(), name.end(), address.sun_path);
  REQUIRE(::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  write_file(folder.path("c"), "1");
  for (const Drained& drained :
       {drain_files({folder.path()}),
        drain_files({folder.path("a"), folder.path("b"), folder.path("c")})}) {
    CHECK(drained.summary() == Summary{"!input.unreadable", "!input.unreadable", folder.path("c")});
    check_problem(drained, 0, Code::input_unreadable, "a fifo");
    CHECK(contains(drained.items[0].problem->hint, "standard input"));
    check_problem(drained, 1, Code::input_unreadable, "a socket");
  }
  check_problem(drain_files({"/dev/zero"}), 0, Code::input_unreadable, "a character device");
  CHECK(!read_record(folder.path("a"), 0, 0, {}));
}

TEST_CASE("a name that becomes a fifo after it was looked at does not hang") {
  TempDir folder;
  REQUIRE(::mkfifo(folder.path("a").c_str(), 0600) == 0);
  // What open() does once the file has been asked about: it must come back without a writer.
  const File opened(::open(folder.path("a").c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  CHECK(opened.is_open());
}

TEST_CASE("symbolic links inside of directories are not followed unless asked, those named are") {
  TempDir folder;
  fs::create_directories(folder.path("d/sub"));
  fs::create_directory(folder.path("out"));
  write_file(folder.path("out/x"), "x");
  fs::create_symlink("../out/x", folder.path("d/file"));
  fs::create_symlink("../out", folder.path("d/folder"));
  fs::create_symlink("nowhere", folder.path("d/hanging"));
  fs::create_symlink("..", folder.path("d/sub/up"));
  fs::create_symlink("self", folder.path("d/sub/self"));

  const Drained without = drain_files({folder.path("d")});
  CHECK(without.items.empty());
  CHECK(has_notice(without, "5 symbolic links not followed"));

  Options options;
  options.follow_links = true;
  const Drained with = drain_files({folder.path("d")}, options);
  CHECK(with.summary() == Summary{folder.path("d/file"), folder.path("d/folder/x"),
                                  "!input.unreadable", "!input.unreadable", "!input.unreadable"});
  check_problem(with, 2, Code::input_unreadable, "follow the symbolic link");
  check_problem(with, 3, Code::input_unreadable, "too many levels");
  check_problem(with, 4, Code::input_unreadable, "a loop");
  CHECK(with.items[4].place == folder.path("d/sub/up"));

  CHECK(drain_files({folder.path("d/file")}).summary() == Summary{folder.path("d/file")});
  CHECK(drain_files({folder.path("d/folder")}).summary() == Summary{folder.path("d/folder/x")});
}

TEST_CASE("links that multiply are each followed once") {
  TempDir folder;
  Options options;
  options.follow_links = true;
  for (int i = 0; i < 40; ++i) {
    const std::string level = folder.path("d" + std::to_string(i));
    fs::create_directory(level);
    for (const char* name : {"a", "b"})
      fs::create_symlink("../d" + std::to_string(i + 1), level + "/" + name);
  }
  fs::create_directory(folder.path("d40"));
  write_file(folder.path("d40/x"), "x");
  const Drained drained = drain_files({folder.path("d0")}, options);
  CHECK(drained.summary().size() == 1);
  CHECK(has_notice(drained, "40 directories named or linked to again"));
}

TEST_CASE("a tree deeper than a path can be long ends in a problem") {
  TempDir folder;
  const fs::path here = fs::current_path();
  fs::current_path(folder.path());
  const std::string name(200, 'd');
  for (int i = 0; i < 30; ++i) {
    REQUIRE(::mkdir(name.c_str(), 0700) == 0);
    REQUIRE(::chdir(name.c_str()) == 0);
  }
  fs::current_path(here);
  const Drained drained = drain_files({folder.path()});
  check_problem(drained, 0, Code::input_unreadable, "file name too long");
  CHECK(drained.items.size() == 1);
}

TEST_CASE("missing and unreadable names are problems, and the others are read") {
  TempDir folder;
  write_file(folder.path("a"), "1");
  write_file(folder.path("secret"), "2");
  fs::create_directory(folder.path("closed"));
  ::chmod(folder.path("secret").c_str(), 0);
  ::chmod(folder.path("closed").c_str(), 0);
  const Drained missing =
      drain_files({folder.path("none"), "", folder.path("a"), folder.path("a") + "/x"});
  CHECK(missing.summary() ==
        Summary{"!input.unreadable", "!input.unreadable", folder.path("a"), "!input.unreadable"});
  check_problem(missing, 0, Code::input_unreadable, "cannot read the file: no such file");

  const bool is_root = ::geteuid() == 0;
  ::chmod(folder.path().c_str(), 0755);
  if (is_root) REQUIRE(::seteuid(65534) == 0);
  const Drained closed = drain_files({folder.path()});
  if (is_root) REQUIRE(::seteuid(0) == 0);
  ::chmod(folder.path("closed").c_str(), 0700);
  CHECK(closed.summary() == Summary{folder.path("a"), "!input.unreadable", "!input.unreadable"});
  check_problem(closed, 1, Code::input_unreadable, "cannot open the directory: permission denied");
  check_problem(closed, 2, Code::input_unreadable, "cannot open the file: permission denied");
}

TEST_CASE("a file that changes while it is read is told, however it changes") {
  TempDir folder;
  for (const std::string& content :
       {std::string("text"), small_dicom(), small_cda(), std::string("{\"a\":1}"),
        std::string(1u << 20, 'x'), std::string()}) {
    const std::string path = folder.path("x");
    const auto fresh = [&] {
      fs::remove(path);
      write_file(path, content);
    };
    fresh();
    CHECK(changed_by(path, [] {}) == "ok");
    CHECK(contains(changed_by(path, [&] { std::ofstream(path, std::ios::app) << "more"; }),
                   "changed"));
    fresh();
    CHECK(contains(changed_by(path, [&] { fs::remove(path); }), "removed"));
    fresh();
    CHECK(contains(changed_by(path,
                              [&] {
                                write_file(path + ".new", content);
                                fs::rename(path + ".new", path);
                              }),
                   "replaced"));
    fresh();
    CHECK(contains(changed_by(path,
                              [&] {
                                const timespec times[2] = {{1, 0}, {1, 0}};
                                ::utimensat(AT_FDCWD, path.c_str(), times, 0);
                              }),
                   "changed"));
    if (content.empty()) continue;
    fresh();
    const std::string cut = changed_by(path, [&] { CHECK(::truncate(path.c_str(), 1) == 0); });
    CHECK((contains(cut, "became shorter") || contains(cut, "changed")));
  }
}

TEST_CASE("lines that are appended while a file is read are told behind its records") {
  TempDir folder;
  const std::string line = "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n";
  write_file(folder.path("x.ndjson"), line);
  write_file(folder.path("y.ndjson"), line);
  const auto reader = read_files({folder.path()}, {});
  CHECK((*reader->next())->record);
  std::ofstream(folder.path("x.ndjson"), std::ios::app) << line;
  const Drained rest = drain(*reader);
  CHECK(rest.summary() == Summary{"a", "!input.changed", "a"});
  CHECK(rest.items[1].place == folder.path("x.ndjson"));
  CHECK(rest.items[1].number == 3);
}

TEST_CASE("files of the kernel have no size and are refused") {
  if (!fs::exists("/proc/self/status")) return;
  check_problem(drain_files({"/proc/self/status"}), 0, Code::input_unreadable,
                "a file of the kernel");
}

TEST_CASE("bytes are counted for progress") {
  TempDir folder;
  write_file(folder.path("a"), std::string(1'000'000, 'x'));
  write_file(folder.path("b.ndjson"), std::string(1000, '\n'));
  write_file(folder.path("c.hl7"), hl7_message("1"));
  const auto reader = read_files({folder.path()}, {});
  (void)drain(*reader);
  CHECK(reader->bytes_read() >= 1'001'000 + hl7_message("1").size());
}
