// Reading records again where they were read.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "source/locate.hpp"
#include "source/rereader.hpp"
#include "unit/source/compressed.hpp"
#include "unit/source/helper.hpp"

using namespace test;

namespace {

Locator line_of(const std::string& path, std::uint64_t line, bool canonical = false) {
  const std::uint64_t before = line_a.size() + 1;
  return {path, "P", line, (line - 1) * before, line_a.size(), canonical};
}

/// Other bytes in the place of those of the file, which seems untouched.
void spoil(const std::string& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  const File file(open(path.c_str(), O_WRONLY));
  REQUIRE(write_all(file.fd(), std::string(static_cast<std::size_t>(info.st_size), '?'), path));
  const timespec times[] = {info.st_atim, info.st_mtim};
  REQUIRE(futimens(file.fd(), times) == 0);
}

void check_changed(Rereader& reader, const Locator& at, std::string_view message) {
  const auto found = reader.reread(at, 0);
  REQUIRE(!found);
  CHECK(found.error().code == Code::input_changed);
  CHECK(contains(found.error().message, message));
}

}  // namespace

TEST_CASE("places in compressed files are read again in every order") {
  TempDir folder;
  const std::string lines = folder.path("x.ndjson.gz"), whole = folder.path("y.json.gz");
  write_file(lines, bytes_of(two_lines));
  write_file(whole, bytes_of(one_value));
  const Locator a{lines, "P", 1, 0, line_a.size()},
      b{lines, "P", 2, line_a.size() + 1, line_b.size()}, w{whole, "P", 0, 0, line_a.size()};
  Rereader reader;
  for (const Locator& at : {a, b, b, a, w, a, b, w, w}) {
    const auto found = reader.reread(at, 100);
    REQUIRE(found.ok());
    CHECK(found->text == (at.line == 2 ? line_b : line_a));
    CHECK(found->digest == digest_of(found->text));
  }
  CHECK(read_digest({lines, "file", 0, 0, sizeof two_lines - 1}).value() ==
        digest_of(bytes_of(two_lines)));
  Locator form = b;
  form.canonical = true;
  CHECK(reader.reread(form, 0)->digest == digest_of(R"({"id":"b","resourceType":"P"})"));
  CHECK(trace_of(b) == Trace::there);
  check_changed(reader, {whole, "P", 0, 0, line_a.size() - 1}, "more than 28 bytes, 28 were");
  check_changed(reader, {whole, "P", 0, 0, line_a.size() + 1}, "ends before");
  check_changed(reader, {lines, "P", 3, 100, 5}, "ends before");
  write_file(lines, bytes_of(one_value));
  check_changed(reader, b, "ends before");
}

TEST_CASE("a compressed file is read on from the place before, canonical lines too") {
  TempDir folder;
  const std::string path = folder.path("x.ndjson.gz");
  for (const bool canonical : {false, true}) {
    write_file(path, bytes_of(two_lines));
    Rereader reader;
    CHECK(reader.reread(line_of(path, 1, canonical), 100)->text == line_a);
    // What was read of it is at hand; whoever begins anew finds no stream.
    spoil(path);
    const auto next = reader.reread(line_of(path, 2, canonical), 100);
    REQUIRE(next.ok());
    CHECK(next->text == line_b);
    CHECK(reader.reread(line_of(path, 1, canonical), 100)->text == line_a);
    const auto anew = Rereader().reread(line_of(path, 2, canonical), 100);
    CHECK_FALSE((anew && anew->text == line_b));
  }
}

TEST_CASE("a line is read again without what ends it") {
  TempDir folder;
  const std::string path = folder.path("x.ndjson");
  write_file(path, std::string(line_a) + "\r\n" + std::string(line_b));
  Rereader reader;
  const Locator first{path, "P", 1, 0, line_a.size(), true},
      second{path, "P", 2, line_a.size() + 2, line_b.size(), true};
  CHECK(reader.reread(first, 100)->text == line_a);
  CHECK(reader.reread(second, 100)->text == line_b);
  CHECK(reader.reread(first, 3)->text == line_a.substr(0, 3));
  CHECK_FALSE(reader.reread(first, 3)->complete);
}

TEST_CASE("a compressed file that was cut or damaged has changed") {
  TempDir folder;
  const std::string path = folder.path("x.ndjson.gz"), whole = folder.path("y.json.gz");
  const std::string lines = bytes_of(two_lines), value = bytes_of(one_value);
  const Locator file{whole, "P", 0, 0, line_a.size()};
  Rereader reader;
  write_file(path, lines.substr(0, 20));
  check_changed(reader, line_of(path, 2), "the gzip stream is cut");
  write_file(whole, value.substr(0, value.size() - 1));
  check_changed(reader, file, "the gzip stream is cut");
  std::string other = value;
  other[other.size() - 5] ^= 1;
  write_file(whole, other);
  check_changed(reader, file, "the gzip stream is damaged");
}

TEST_CASE("a compressed file that its content took the place of has the same records") {
  TempDir folder;
  const std::string path = folder.path("x.ndjson.gz"), whole = folder.path("y.json.gz");
  write_file(path, std::string(line_a) + "\n" + std::string(line_b) + "\n");
  write_file(whole, line_a);
  Rereader reader;
  CHECK(reader.reread(line_of(path, 2), 100)->text == line_b);
  CHECK(reader.reread({whole, "P", 0, 0, line_a.size()}, 100)->text == line_a);
}

TEST_CASE("of a compressed file that has the size of its content what was anchored is read") {
  TempDir folder;
  const std::string path = folder.path("x.json.gz"), lies = bytes_of(of_its_size);
  REQUIRE(lies.size() == its_content.size());
  write_file(path, lies);
  const auto digest_for = [&](std::string_view anchored) {
    return Rereader().reread({path, "P", 0, 0, lies.size(), false, digest_of(anchored)}, 0)->digest;
  };
  CHECK(digest_for(its_content) == digest_of(its_content));
  CHECK(digest_for(lies) == digest_of(lies));
  Locator form{path, "P", 0, 0, lies.size(), true};
  CHECK(Rereader().reread(form, 0)->digest == digest_of(its_content));
  // Neither: it is a file of other bytes.
  write_file(path, "\x1f\x8b" + lies.substr(2, 20) + lies.substr(0, lies.size() - 22));
  CHECK(digest_for(lies) != digest_of(lies));
}
