// Our packages and tar of others: GNU tar, bsdtar and Python's tarfile read what we write, and what
// they write of the same files is refused by name unless it is spelled as ours.
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "package/store.hpp"
#include "package/unpack.hpp"
#include "unit/crypto/process.hpp"
#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;

namespace {

const std::string names =
    "manifest.json\nrecords/Observation-9.json\nrecords/scan.pdf\nopenings.json\n"
    "proofs/scan.pdf.tlog-proof\napplication.json\n";

/// The program, or nothing where it is not installed.
std::string find(const std::string& program) {
  const std::string path = test::find_program(program);
  if (path.empty()) MESSAGE("skipped: no " << program);
  return path;
}

void write(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

void check_extracted(const std::string& directory, const test::Files& files) {
  for (const auto& [name, content] : files)
    CHECK(test::read_all(directory + "/" + name) == content);
}

}  // namespace

TEST_CASE("GNU tar and bsdtar list, compare and extract a package") {
  const test::TempDir dir;
  const test::Files files = test::sample_files();
  write(dir.path("p.tar"), test::pack(files));
  for (const std::string program : {"tar", "bsdtar"}) {
    const std::string tar = find(program);
    if (tar.empty()) continue;
    CAPTURE(program);
    const auto listed = test::run({tar, "tf", dir.path("p.tar")});
    CHECK(listed.exit == 0);
    CHECK(listed.output == names);
    const std::string out = dir.path(program);
    std::filesystem::create_directory(out);
    const auto extracted = test::run({tar, "xf", dir.path("p.tar"), "-C", out});
    CHECK(extracted.exit == 0);
    CHECK(extracted.output.empty());
    check_extracted(out, files);
    const auto long_list =
        test::run({tar, "tvf", dir.path("p.tar"), "records/scan.pdf"}, {"TZ=UTC"});
    CHECK(long_list.output.starts_with("-rw-------"));
    CHECK(long_list.output.find(" 100000 ") != std::string::npos);
  }
}

TEST_CASE("Python's tarfile reads every field of a package as we mean it") {
  const std::string python = find("python3");
  if (python.empty()) return;
  const test::TempDir dir;
  const test::Files files = test::sample_files();
  write(dir.path("p.tar"), test::pack(files));
  const auto read = test::run(
      {python, "-c",
       "import tarfile, sys\n"
       "with tarfile.open(sys.argv[1], 'r:', ignore_zeros=False) as t:\n"
       "  for m in t:\n"
       "    assert m.isreg() and m.mode == 0o600 and m.uid == m.gid == 0 and m.mtime == "
       "1795000000\n"
       "    assert m.uname == m.gname == m.linkname == '' and not m.pax_headers and not m.sparse\n"
       "    print(m.name)\n"
       "    t.extract(m, sys.argv[2])\n",
       dir.path("p.tar"), dir.path("out")});
  CHECK(read.exit == 0);
  CHECK(read.output == names);
  check_extracted(dir.path("out"), files);
}

TEST_CASE("archives that others make of the same files are refused, unless spelled as ours") {
  const test::TempDir dir;
  const test::Files files = test::sample_files();
  const auto manifest = test::manifest_of(files);
  test::Files all = files;
  all.emplace(all.begin(), "manifest.json", format_manifest(manifest));
  for (const auto& [name, content] : all) {
    std::filesystem::create_directories(parent_directory(dir.path("in/" + name)));
    write(dir.path("in/" + name), content);
  }
  const auto refused = [&](const std::vector<std::string>& command, std::string_view part) {
    std::vector<std::string> full = command;
    for (const auto& item : all) full.push_back(item.first);
    const auto made = test::run(full);
    CAPTURE(made.output);
    REQUIRE(made.exit == 0);
    CAPTURE(full[1]);
    test::check_error_part(test::unpack_all(test::read_all(dir.path("p.tar"))),
                           Code::package_invalid, part);
    std::filesystem::remove(dir.path("p.tar"));
  };
  const std::string to = dir.path("p.tar"), in = dir.path("in");
  if (const std::string tar = find("tar"); !tar.empty()) {
    const std::vector<std::string> same = {"--mtime=@1795000000", "--mode=0600", "--owner=:0",
                                           "--group=:0", "--numeric-owner"};
    const auto with = [&](std::string format) {
      std::vector<std::string> command = {tar, "--format=" + std::move(format)};
      command.insert(command.end(), same.begin(), same.end());
      command.insert(command.end(), {"-C", in, "-cf", to});
      return command;
    };
    refused({tar, "--format=ustar", "--mtime=@1795000000", "-C", in, "-cf", to},
            "member 'manifest.json': field 'mode': expected 0600, got 0644");
    // The same fields, spelled otherwise: ustar leaves choices.
    refused(with("ustar"), "member 'manifest.json': byte 103 of its header: expected '6', got '0'");
    refused(with("gnu"), "member 'manifest.json': byte 103 of its header: expected '6', got '0'");
    refused(with("v7"), "member 'manifest.json': byte 103 of its header: expected '6', got '0'");
    refused(with("posix"), "member 'manifest.json': byte 0");
    refused({tar, "--format=ustar", "--mtime=@1795000000", "--mode=0600", "--owner=:0",
             "--group=:0", "--numeric-owner", "-C", in, "-cf", to, "records"},
            "member 'records/': field 'typeflag': expected a regular file, got a directory");
  }
  if (const std::string tar = find("bsdtar"); !tar.empty()) {
    refused({tar, "--format=pax", "-C", in, "-cf", to}, "field '");
    refused({tar, "--format=ustar", "-C", in, "-cf", to}, "field '");
    const char* no_tar = "no header of tar stands where 'manifest.json' should";
    refused({tar, "--format=cpio", "-C", in, "-cf", to}, no_tar);
    for (const std::string filter : {"-z", "-j", "-J", "--zstd", "--lz4", "--uuencode"})
      refused({tar, filter, "--format=ustar", "-C", in, "-cf", to}, no_tar);
    for (const auto& item : all) {
      const std::filesystem::path path = dir.path("in/" + item.first);
      std::filesystem::permissions(path, std::filesystem::perms(0600));
      const timespec times[2] = {{1'795'000'000, 0}, {1'795'000'000, 0}};
      REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    }
    std::vector<std::string> same = {
        tar, "--format=ustar", "--uid", "0",  "--gid", "0",   "--uname",
        "",  "--gname",        "",      "-C", in,      "-cf", to};
    for (const auto& item : all) same.push_back(item.first);
    REQUIRE(test::run(same).exit == 0);
    CHECK(test::read_all(to) == test::pack(files));
  }
}

TEST_CASE("hostile archives of Python's tarfile are refused by member and field") {
  const std::string python = find("python3");
  if (python.empty()) return;
  const test::TempDir dir;
  const test::Files files = {{"records/a", "abc"}, {"openings.json", "o"}};
  const std::string manifest =
      test::raw_member("manifest.json", format_manifest(test::manifest_of(files)));
  const auto refused = [&](const std::string& body, std::string_view part) {
    const auto made = test::run(
        {python, "-c",
         "import tarfile, sys, io\n"
         "def add(name, data=b'', **fields):\n"
         "  m = tarfile.TarInfo(name); m.size = len(data); m.mode = 0o600; m.mtime = 1795000000\n"
         "  for k in fields: setattr(m, k, fields[k])\n"
         "  t.addfile(m, io.BytesIO(data))\n"
         "t = tarfile.open(sys.argv[1], 'w', format=tarfile.USTAR_FORMAT)\n" +
             body + "\nt.close()\n",
         dir.path("p.tar")});
    CAPTURE(made.output);
    REQUIRE(made.exit == 0);
    CAPTURE(body);
    test::check_error_part(test::unpack_all(manifest + test::read_all(dir.path("p.tar"))),
                           Code::package_invalid, part);
  };
  refused("add('records/a', type=tarfile.SYMTYPE, linkname='/etc/passwd')",
          "member 'records/a': field 'typeflag': expected a regular file, got a symbolic link");
  refused("add('records/a', type=tarfile.LNKTYPE, linkname='manifest.json')",
          "member 'records/a': field 'typeflag': expected a regular file, got a hard link");
  refused("add('records/a', type=tarfile.CHRTYPE, devmajor=1, devminor=8)",
          "member 'records/a': field 'typeflag': expected a regular file, got a character device");
  refused("add('records', type=tarfile.DIRTYPE)",
          "member 'records/': field 'typeflag': expected a regular file, got a directory");
  refused("add('records/a', type=tarfile.FIFOTYPE)",
          "member 'records/a': field 'typeflag': expected a regular file, got a FIFO");
  refused("add('/etc/passwd', b'abc')", "member '/etc/passwd': field 'name': the name is absolute");
  refused("add('records/../../a', b'abc')",
          "member 'records/../../a': field 'name': a part of the name is '..'");
  refused("add('records/a', b'abc', mode=0o4755)",
          "member 'records/a': field 'mode': expected 0600, got 04755");
  refused("add('records/a', b'abc')",
          "member 'records/a': byte 103 of its header: expected '6', got '0'");
  refused("t.format = tarfile.PAX_FORMAT; add('records/a', b'abc', pax_headers={'path': '../x'})",
          "member '../x': field 'name': a part of the name is '..'");
  refused("t.format = tarfile.GNU_FORMAT; add('records/' + 'a' * 200, b'abc')",
          "': field 'name': expected a name of 1 to 100 bytes, got 208");
}

TEST_CASE("a package sealed with stock age goes through the store, and stock age opens it") {
  const std::string age = find("age"), keygen = find("age-keygen"), sum = find("sha256sum");
  if (age.empty() || keygen.empty() || sum.empty()) return;
  const test::TempDir dir;
  const test::Files files = test::sample_files();
  write(dir.path("p.tar"), test::pack(files));
  REQUIRE(test::run({keygen, "-o", dir.path("key")}).exit == 0);
  const std::string printed = test::run({keygen, "-y", dir.path("key")}).output;
  const std::string recipient = printed.substr(0, printed.find('\n'));
  const std::string sealed = dir.path("p.age");
  REQUIRE(test::run({age, "-r", recipient, "-o", sealed, dir.path("p.tar")}).exit == 0);

  Store store = test::must(Store::open(dir.path("packages")));
  PackageHash hash;
  {
    Staged staged = test::must(store.stage());
    test::must(staged.sink()(as_bytes(test::read_all(sealed))));
    hash = test::must(staged.seal()).hash;
    test::must(staged.publish());
  }
  const std::string hex = to_hex(hash.view());
  CHECK(test::run({sum, store.path(hash)}).output == hex + "  " + store.path(hash) + "\n");
  CHECK(store.path(hash) == dir.path("packages/" + hex.substr(0, 2) + "/" + hex + ".age"));

  const std::string opened = dir.path("opened.tar");
  REQUIRE(test::run({age, "-d", "-i", dir.path("key"), "-o", opened, store.path(hash)}).exit == 0);
  const std::string archive = test::read_all(opened);
  auto unpacked = test::must(Unpacked::unpack(read_from(as_bytes(archive)), dir.path("in")));
  test::must(std::move(unpacked).publish(Unpacked::What::records));
  CHECK(test::read_all(dir.path("in/scan.pdf")) == std::string(100'000, 'p'));
}
