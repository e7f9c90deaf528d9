// Finding records again by their bytes.
#include "source/locate.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/source/compressed.hpp"
#include "unit/source/helper.hpp"

using namespace test;
using medchain::source::locate;
using medchain::source::Located;
using medchain::source::Locator;
using medchain::source::Sought;
using medchain::source::Spot;
using medchain::source::Trace;
using medchain::source::trace_of;

namespace {

Sought sought(std::string_view bytes, std::uint64_t line = 0, std::uint64_t offset = 0) {
  return {digest_of(bytes), bytes.size(), line, offset, false};
}

Located look(const std::string& path, const std::vector<Sought>& wanted) {
  auto located = locate(path, wanted, [] { return false; });
  REQUIRE(located.ok());
  return std::move(*located);
}

bool fails(const medchain::Result<Located>& result, Code code) {
  return !result && result.error().code == code;
}

void check_at(const std::optional<Spot>& spot, std::uint64_t line, std::uint64_t offset) {
  REQUIRE(spot.has_value());
  CHECK(spot->line == line);
  CHECK(spot->offset == offset);
}

}  // namespace

TEST_CASE("records are found as whole files, as lines and as messages") {
  TempDir folder;
  const std::string path = folder.path("x");
  write_file(path, "{\"a\":1}\r\n\n{\"b\":2}\n{\"c\":3}");
  const Located lines =
      look(path, {sought("{\"c\":3}", 9), sought("{\"a\":1}"), sought("{\"d\":4}"), sought("")});
  check_at(lines.spots[0], 4, 18);
  check_at(lines.spots[1], 1, 0);
  CHECK_FALSE(lines.spots[2].has_value());
  CHECK_FALSE(lines.spots[3].has_value());  // sums: whole files only
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK(lines.mtime == info.st_mtim.tv_sec);

  write_file(path, "%PDF {\"a\":1}\n{\"a\":1}\n");
  CHECK_FALSE(look(path, {sought("{\"a\":1}")}).spots[0].has_value());  // no file of records
  write_file(path, "");
  check_at(look(path, {sought("")}).spots[0], 0, 0);

  const std::string one = "MSH|^~\\&|A|B|C|D|2025||ADT^A01|1|P|2.5\r", nameless = "MSH|^~\\&|A\r";
  write_file(path, one + nameless + one);
  const Located messages =
      look(path, {sought(one), sought(nameless), sought(one, 0, one.size() + nameless.size())});
  check_at(messages.spots[0], 0, 0);
  check_at(messages.spots[1], 0, one.size());
  check_at(messages.spots[2], 0, one.size() + nameless.size());
}

TEST_CASE(
    "of bytes that are there several times the place where they were is taken, else the first") {
  TempDir folder;
  const std::string path = folder.path("x.ndjson");
  write_file(path, "{}\n{}\n{}\n");
  const Located found = look(path, {sought("{}", 2), sought("{}", 7), sought("{}", 3)});
  check_at(found.spots[0], 2, 3);
  check_at(found.spots[1], 1, 0);
  check_at(found.spots[2], 3, 6);
}

TEST_CASE("a canonical form is not the bytes, and is found however it is spelled") {
  TempDir folder;
  const std::string path = folder.path("x.ndjson"), form = "{\"a\":1,\"b\":2}";
  Sought canonical = sought(form);
  canonical.canonical = true;
  write_file(path, "{]\n{\"b\": 2, \"a\": 1}\n");
  const Located found = look(path, {canonical, sought(form)});
  check_at(found.spots[0], 2, 3);
  CHECK_FALSE(found.spots[1].has_value());
  write_file(path, "\xef\xbb\xbf{\n\"b\": 2,\n\"a\": 1}");
  check_at(look(path, {canonical}).spots[0], 0, 0);
}

TEST_CASE("what is no file is not looked into, and a stop is obeyed") {
  TempDir folder;
  const auto never = [] { return false; };
  const std::vector<Sought> wanted = {sought("x")};
  CHECK(fails(locate(folder.path("none"), wanted, never), Code::input_unreadable));
  CHECK(fails(locate(folder.path(), wanted, never), Code::input_unreadable));
  REQUIRE(mkfifo(folder.path("fifo").c_str(), 0600) == 0);
  CHECK(fails(locate(folder.path("fifo"), wanted, never), Code::input_unreadable));
  write_file(folder.path("x"), "x");
  CHECK(fails(locate(folder.path("x"), wanted, [] { return true; }), Code::interrupted));
}

TEST_CASE("a place is told to be there, missing or changed without reading it") {
  TempDir folder;
  const std::string path = folder.path("x");
  write_file(path, "12345");
  const auto trace = [&](std::uint64_t line, std::uint64_t offset, std::uint64_t size,
                         bool canonical, const std::string& type = "file") {
    return trace_of({path, type, line, offset, size, canonical});
  };
  CHECK(trace(0, 0, 5, false) == Trace::there);
  CHECK(trace(0, 0, 4, false) == Trace::changed);
  CHECK(trace(0, 0, 6, false) == Trace::changed);
  CHECK(trace(0, 0, 0, false) == Trace::there);  // of sums
  CHECK(trace(0, 0, 6, true) == Trace::there);
  CHECK(trace(2, 3, 2, false) == Trace::there);
  CHECK(trace(2, 3, 3, false) == Trace::changed);
  CHECK(trace(2, 6, 9, true) == Trace::changed);
  CHECK(trace(0, 0, 4, false, "HL7v2") == Trace::there);
  CHECK(trace(0, 0, 6, false, "HL7v2") == Trace::changed);
  CHECK(trace_of({folder.path("none"), "file", 0, 0, 5, false}) == Trace::missing);
  CHECK(trace_of({path + "/below", "file", 0, 0, 5, false}) == Trace::missing);
  CHECK(trace_of({folder.path(), "file", 0, 0, 5, false}) == Trace::changed);
}

namespace {

// What gzip makes of `no records in this`, and of `{"a": 1}` behind an empty line and a blank.
constexpr std::string_view opaque_gzip =
    "1f8b0800000000000203cbcb57284a4dce2f4a2956c8cc5328c9c82c0600ff025f0812000000";
constexpr std::string_view json_gzip =
    "1f8b0800000000000203e352a8564a54b25230ac0500e22bdae80a000000";

std::string from_hex(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  REQUIRE(parse_hex(digits, std::as_writable_bytes(std::span(bytes))));
  return bytes;
}

}  // namespace

TEST_CASE("a compressed file that was anchored as it is changes like any other") {
  TempDir folder;
  const auto trace = [&](const std::string& name, std::uint64_t size, const std::string& type,
                         std::uint64_t line = 0) {
    return trace_of({folder.path(name), type, line, line, size, false});
  };
  const std::string opaque = from_hex(opaque_gzip), json = from_hex(json_gzip);
  write_file(folder.path("opaque.gz"), opaque);
  write_file(folder.path("json.gz"), json);
  write_file(folder.path("none.gz"), "{\"a\": 1}");
  CHECK(trace("opaque.gz", opaque.size(), "file") == Trace::there);
  for (const std::string type : {"file", "Scan"})
    CHECK(trace("opaque.gz", opaque.size() + 1, type) == Trace::changed);
  CHECK(trace("opaque.gz", 0, "file") == Trace::there);  // of sums
  // Of what is inside only reading tells more.
  for (const std::string type : {"file", "Patient"})
    CHECK(trace("json.gz", 7, type) == Trace::there);
  CHECK(trace("opaque.gz", 4000, "DICOM") == Trace::there);
  CHECK(trace("opaque.gz", 4000, "Patient", 3) == Trace::there);
  // It is not compressed any more, or never was.
  CHECK(trace("none.gz", 8, "Patient") == Trace::there);
  CHECK(trace("none.gz", 9, "Patient") == Trace::changed);
  CHECK(trace("none.gz", 9, "Patient", 3) == Trace::changed);
}

TEST_CASE("records in a compressed file are found by their own bytes, and the file by its") {
  TempDir folder;
  const std::string lines = folder.path("x.ndjson.gz"), whole = folder.path("y.json.gz");
  write_file(lines, bytes_of(two_lines));
  write_file(whole, bytes_of(one_value));
  const Located in_lines = look(lines, {sought(line_b), sought(line_a), sought("other")});
  check_at(in_lines.spots[0], 2, line_a.size() + 1);
  check_at(in_lines.spots[1], 1, 0);
  CHECK(!in_lines.spots[2]);
  check_at(look(whole, {sought(line_a)}).spots[0], 0, 0);
  check_at(look(lines, {sought(bytes_of(two_lines))}).spots[0], 0, 0);
}
