#include "package/archive.hpp"

#include <clocale>

#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
using test::check_error;
using test::raw_end;
using test::raw_member;
using test::RawHeader;

namespace {

std::string written(const Member& member, std::string_view data) {
  std::string archive;
  ArchiveWriter writer(test::append_to(archive));
  test::must(writer.begin(member));
  test::must(writer.data(as_bytes(data)));
  test::must(writer.end_member());
  test::must(writer.finish());
  return archive;
}

Result<Member> first_of(std::string_view archive) {
  ArchiveReader reader(read_from(as_bytes(archive)));
  MC_ASSIGN(const std::optional<Member> member, reader.next("records/a"));
  REQUIRE(member);
  return *member;
}
Result<Member> first_of(const RawHeader& header) { return first_of(header.text()); }

}  // namespace

TEST_CASE("an archive is what POSIX says, byte by byte") {
  std::string expected = "records/scan.pdf";
  expected.resize(100, '\0');
  expected += std::string(
      "000600 \0"
      "000000 \0"
      "000000 \0"
      "00000000005 "
      "15277303300 "
      "012267\0 "
      "0",
      57);
  expected.resize(257, '\0');
  expected += std::string(
      "ustar\0"
      "00",
      8);
  expected.resize(329, '\0');
  expected += std::string(
      "000000 \0"
      "000000 \0",
      16);
  expected.resize(512, '\0');
  expected += "bytes";
  expected.resize(1024 + 1024, '\0');
  const Member member{"records/scan.pdf", 5, UnixSeconds(1'795'000'000)};
  CHECK(written(member, "bytes") == expected);
  CHECK(raw_member("records/scan.pdf", "bytes") + raw_end() == expected);
}

TEST_CASE("what is written is read, at every limit and in every locale") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* locale : {"C", "C.UTF-8"}) {
    REQUIRE(std::setlocale(LC_ALL, locale) != nullptr);
    for (const std::string& name : {std::string("a"), std::string(100, 'n'), std::string("a/b/c"),
                                    std::string("records/\xe5\xbc\xa0\xe4\xb8\x89.pdf")})
      for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{511}, max_member_size})
        for (const std::int64_t time : {std::int64_t{0}, max_member_time}) {
          const Member member{name, size, UnixSeconds(time)};
          std::string archive;
          ArchiveWriter writer(test::append_to(archive));
          test::must(writer.begin(member));
          CHECK(archive == RawHeader(name, size, '0', static_cast<std::uint64_t>(time)).text());
          CHECK(test::must(first_of(archive)) == member);
        }
  }
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("a writer that is not finished writes nothing more") {
  std::string archive;
  { ArchiveWriter writer(test::append_to(archive)); }
  CHECK(archive.empty());
  {
    ArchiveWriter writer(test::append_to(archive));
    test::must(writer.begin({"records/a", 1000, UnixSeconds(0)}));
    ArchiveWriter moved(std::move(writer));
    test::must(moved.data(as_bytes("abc")));
  }
  CHECK(archive.size() == 515);
}

TEST_CASE("with a right checksum, what is accepted has one spelling") {
  const RawHeader good("records/scan.pdf", 1000);
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < test::tar_block; ++i) {
    if (i >= 148 && i < 156) continue;
    // What a field of tar can have, and every bit the other way.
    std::string values("\0 /012345678-.ax\x80\xff", 18);
    for (int bit = 0; bit < 8; ++bit) values += static_cast<char>(good.text()[i] ^ (1 << bit));
    for (const char value : values) {
      RawHeader changed = good;
      changed.set(i, std::string(1, value));
      const auto member = first_of(changed);
      CAPTURE(i);
      CAPTURE(value);
      if (!member) {
        REQUIRE((member.error().code == Code::package_invalid ||
                 member.error().code == Code::input_truncated));
        continue;
      }
      if (changed.text() == good.text()) continue;
      ++accepted;
      REQUIRE((i < 100 || (i >= 124 && i < 148)));  // name, size, mtime
      std::string again;
      test::must(ArchiveWriter(test::append_to(again)).begin(*member));
      REQUIRE(again == changed.text());
    }
  }
  CHECK(accepted > 500);
}

TEST_CASE("every spelling of a checksum but one is refused") {
  const RawHeader good("records/a", 10);
  const std::string digits = good.text().substr(148, 6);
  for (std::string sum :
       {digits + "  ", " " + digits.substr(1) + std::string("\0 ", 2),
        digits + std::string("\0\0", 2), digits.substr(1) + std::string(" \0 ", 3)}) {
    std::string text = good.text();
    text.replace(148, 8, sum);
    test::check_error_part(first_of(text), Code::package_invalid,
                           "member 'records/a': byte 1");  // 148 to 155 of its header
  }
  std::string text = good.text();
  text.replace(148, 6, "000000");
  check_error(first_of(text + raw_end()), Code::package_invalid,
              "no header of tar stands where 'records/a' should");
}

TEST_CASE("what is no regular file is refused by its name") {
  const std::pair<char, const char*> kinds[] = {
      {'1', "a hard link"},    {'2', "a symbolic link"}, {'3', "a character device"},
      {'4', "a block device"}, {'5', "a directory"},     {'6', "a FIFO"}};
  for (const auto& [type, name] : kinds)
    check_error(
        first_of(RawHeader("records/a", 0, type).set(157, "/etc/passwd")), Code::package_invalid,
        "member 'records/a': field 'typeflag': expected a regular file, got " + std::string(name));
  // What old tars take for a directory, and files of other kinds than ours.
  check_error(first_of(RawHeader("records/")), Code::package_invalid,
              "member 'records/': field 'typeflag': expected a regular file, got a directory");
  for (const char type : {'7', 'S', '\0', 'Z'})
    check_error(
        first_of(RawHeader("records/a", 0, type)), Code::package_invalid,
        "member 'records/a': byte 156 of its header: expected '0', got " + quote({&type, 1}));
}

TEST_CASE("names that lead elsewhere are refused") {
  const std::pair<std::string, const char*> names[] = {
      {"", "expected a name of 1 to 100 bytes, got 0"},
      {"/etc/passwd", "the name is absolute"},
      {"..", "a part of the name is '..'"},
      {"records/../../x", "a part of the name is '..'"},
      {"./records/a", "a part of the name is '.'"},
      {"records/.", "a part of the name is '.'"},
      {"records//a", "a part of the name is empty"},
      {"records/\xff", "the name is not UTF-8"},
      {"records/\xc0\xaf", "the name is not UTF-8"},
      {"records/\xed\xa0\x80", "the name is not UTF-8"},
      {"records/a\n", "the name has control characters"},
      {"records/\x1b[2J", "the name has control characters"},
      {"records/\xc2\x9b", "the name has control characters"},
      {"records/\x7f", "the name has control characters"},
      {"records/a\xe2\x80\xae"
       "fdp.exe",
       "the name has control characters"},
  };
  for (const auto& [name, message] : names) {
    const std::string& tried = name;
    CAPTURE(tried);
    check_error(check_member_name(name), Code::package_invalid, message);
    test::check_error_part(first_of(RawHeader(name)), Code::package_invalid,
                           "field 'name': " + std::string(message));
  }
  check_error(check_member_name("/"), Code::package_invalid, "the name is absolute");
  check_error(check_member_name("records/"), Code::package_invalid, "a part of the name is empty");
  check_error(check_member_name(std::string(101, 'a')), Code::package_invalid,
              "expected a name of 1 to 100 bytes, got 101");
  // 102 bytes, in the two fields that ustar has for them.
  test::check_error_part(first_of(RawHeader(std::string(100, 'a')).set(345, "b")),
                         Code::package_invalid, "expected a name of 1 to 100 bytes, got 102");
}

TEST_CASE("what extensions hide in a header is refused by its field or byte") {
  const auto refused = [](RawHeader header, const char* message) {
    check_error(first_of(header), Code::package_invalid,
                "member 'records/a': " + std::string(message));
  };
  const RawHeader good("records/a", 10);
  check_error(first_of(RawHeader(good).set(345, "..")), Code::package_invalid,
              "member '../records/a': field 'name': a part of the name is '..'");
  refused(RawHeader("a", 10).set(345, "records"), "byte 0 of its header: expected 'r', got 'a'");
  refused(RawHeader(good).set(157, "/etc/passwd"),
          "byte 157 of its header: expected '\\x00', got '/'");
  refused(RawHeader(good).set(100, "000644"), "field 'mode': expected 0600, got 0644");
  refused(RawHeader(good).set(100, "004600"), "field 'mode': expected 0600, got 04600");
  refused(RawHeader(good).set(100, "0000600"), "byte 103 of its header: expected '6', got '0'");
  refused(RawHeader(good).set(108, "001750"), "field 'uid': expected 0, got 1000");
  refused(RawHeader(good).set(116, "001750"), "field 'gid': expected 0, got 1000");
  refused(RawHeader(good).set(265, "root"), "field 'uname': expected '', got 'root'");
  refused(RawHeader(good).set(297, "root"), "field 'gname': expected '', got 'root'");
  refused(RawHeader(good).set(329, "000010"), "byte 333 of its header: expected '0', got '1'");
  refused(RawHeader(good).set(337, "000010"), "byte 341 of its header: expected '0', got '1'");
  refused(RawHeader(good).set(500, "x"), "byte 500 of its header: expected '\\x00', got 'x'");
  refused(RawHeader(good).set(263, "  "), "byte 263 of its header: expected '0', got ' '");
  refused(RawHeader(good).set(257, std::string("ustar  \0", 8)),
          "byte 262 of its header: expected '\\x00', got ' '");
  refused(RawHeader(good).set(257, std::string(8, '\0')),
          "byte 257 of its header: expected 'u', got '\\x00'");
  // A second name behind the first.
  refused(RawHeader(good).set(10, "b"), "byte 10 of its header: expected '\\x00', got 'b'");
}

TEST_CASE("sizes and times that are not octal digits and a space are refused") {
  const RawHeader good("records/a", 10);
  // Base 256, blanks, NULs and signs, all of which other readers take.
  for (const std::string& size :
       {std::string("\x80\0\0\0\0\0\0\0\0\0\0\x0a", 12), std::string("         12 ", 12),
        std::string("00000000012\0", 12), std::string("0000000012 \0", 12),
        std::string("000000000012", 12), std::string("00000000018 ", 12)})
    for (const std::size_t at : {124u, 136u}) {
      CAPTURE(size);
      const auto member = first_of(RawHeader(good).set(at, size));
      test::check_error_part(member, Code::package_invalid, "'records/a'");
      // libarchive itself refuses digits that are none.
      const char* message =
          size.find('8') == std::string::npos ? " of its header: expected '" : "no header";
      test::check_error_part(member, Code::package_invalid, message);
    }
  const std::string large("\x80\0\0\0\0\0\0\x02\0\0\0\0", 12), negative(12, '\xff');
  check_error(first_of(RawHeader(good).set(124, large)), Code::package_invalid,
              "member 'records/a': field 'size': expected 0 to 8589934591, got 8589934592");
  test::check_error_part(first_of(RawHeader(good).set(124, negative).text() + raw_end()),
                         Code::package_invalid, "'records/a'");
  check_error(first_of(RawHeader(good).set(136, large)), Code::package_invalid,
              "member 'records/a': field 'mtime': expected 0 to 8589934591, got 8589934592");
  check_error(first_of(RawHeader(good).set(136, negative)), Code::package_invalid,
              "member 'records/a': field 'mtime': expected 0 to 8589934591, got -1");
}

TEST_CASE("what is no tar is refused, and no filter is tried") {
  const std::string gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
  for (const std::string& text :
       {std::string(1024, 'x'), gzip + std::string(1024, 'x'), "070707" + std::string(1024, '0')})
    check_error(first_of(text), Code::package_invalid,
                "no header of tar stands where 'records/a' should");
}

TEST_CASE("headers in front of a header are not read on for ever") {
  // pax, GNU long name, GNU long link: all are followed by a header that is right.
  const RawHeader good("records/a", 10);
  for (const char type : {'x', 'g', 'L', 'K'}) {
    CAPTURE(type);
    for (const std::size_t size : {10u, 100'000u, 10'000'000u}) {
      std::size_t taken = 0;
      const std::string front =
          raw_member(RawHeader("x", size, type), std::string(size, 'a')) + good.text();
      const auto all = test::in_pieces(front, 1000);
      ArchiveReader reader([&](MutableByteView space) -> Result<std::size_t> {
        MC_ASSIGN(const std::size_t got, all(space));
        taken += got;
        return got;
      });
      const auto member = reader.next("records/a");
      REQUIRE_FALSE(member.ok());
      CHECK(member.error().code == Code::package_invalid);
      CHECK(taken <= 2 * (65'536 + 3 * test::tar_block));
    }
  }
}
