// Whole archives: what the writer makes, and what an attacker makes of it.
#include "package/reader.hpp"

#include <sys/resource.h>

#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
using test::check_error;
using test::Files;
using test::raw_end;
using test::raw_member;
using test::RawHeader;
using test::unpack_all;

namespace {

const std::string openings = "openings.json";

/// A package of one record, part by part.
struct Parts {
  std::string manifest, record, opening, end;
  std::string all() const { return manifest + record + opening + end; }
};
Parts parts() {
  const Files files = {{"records/a", "abc"}, {openings, "o"}};
  return {raw_member("manifest.json", format_manifest(test::manifest_of(files))),
          raw_member("records/a", "abc"), raw_member(openings, "o"), raw_end()};
}

void refused(const std::string& archive, std::string_view message,
             Code code = Code::package_invalid) {
  CAPTURE(message);
  check_error(unpack_all(archive), code, message);
}

}  // namespace

TEST_CASE("an archive of raw parts is what the writer writes") {
  CHECK(test::pack({{"records/a", "abc"}, {openings, "o"}}) == parts().all());
  CHECK(test::must(unpack_all(parts().all())) == Files{{"records/a", "abc"}, {openings, "o"}});
}

TEST_CASE("what is written is read, in pieces of any size") {
  const Files files = test::sample_files();
  const std::string archive = test::pack(files);
  CHECK(archive.size() % test::tar_block == 0);
  for (const std::size_t piece : {1u, 511u, 512u, 513u, 65'536u, 1u << 20}) {
    CAPTURE(piece);
    CHECK(test::must(unpack_all(test::in_pieces(archive, piece))) == files);
  }
}

TEST_CASE("members of every size around the blocks come back") {
  for (const std::size_t size : {0u, 1u, 511u, 512u, 513u, 1024u, 65'535u, 65'536u, 65'537u}) {
    const Files files = {{"records/a", std::string(size, 'x')}, {openings, ""}};
    CHECK(test::must(unpack_all(test::pack(files))) == files);
  }
}

TEST_CASE("the writer refuses a source that is not what the manifest says") {
  const auto add = [](const std::string& content) {
    std::string archive;
    auto writer = test::must(Writer::begin(
        test::manifest_of({{"records/a", "abc"}, {openings, ""}}), test::append_to(archive)));
    return writer.add(read_from(as_bytes(content)));
  };
  CHECK(add("abc"));
  check_error(add("ab"), Code::input_changed, "'records/a': it ends 1 bytes before the 3 it had");
  check_error(add(""), Code::input_changed, "'records/a': it ends 3 bytes before the 3 it had");
  check_error(add("abcd"), Code::input_changed, "'records/a': it has more than the 3 bytes it had");
  check_error(add("abd"), Code::input_changed, "'records/a': its bytes are not those it had");
}

TEST_CASE("the writer hands on failures of sink and source, and refuses a wrong manifest") {
  const auto manifest = test::manifest_of({{"records/a", "abc"}, {openings, ""}});
  for (int good = 0; good < 8; ++good) {  // header, data, padding of each but no data; the end
    int calls = 0;
    const auto sink = [&](ByteView) -> Status {
      if (calls++ == good) return fail(Code::storage_failed, "full");
      return {};
    };
    const auto write = [&]() -> Status {
      MC_ASSIGN(Writer writer, Writer::begin(manifest, sink));
      MC_TRY(writer.add(read_from(as_bytes("abc"))));
      MC_TRY(writer.add(read_from(as_bytes(""))));
      return writer.finish();
    };
    check_error(write(), Code::storage_failed, "full");
    CHECK(calls == good + 1);  // not called again
  }
  std::string archive;
  auto writer = test::must(Writer::begin(manifest, test::append_to(archive)));
  check_error(writer.add([](MutableByteView) -> Result<std::size_t> {
    return fail(Code::input_unreadable, "gone");
  }),
              Code::input_unreadable, "gone");
  archive.clear();
  check_error(Writer::begin(test::manifest_of({{"x", ""}}), test::append_to(archive)),
              Code::package_invalid,
              "manifest.json: member 'x': field 'name': a package has no member of this name");
  Limits small;
  small.manifest_bytes = 100;
  check_error(Writer::begin(manifest, test::append_to(archive), small), Code::input_too_long,
              "manifest.json: expected at most 100 bytes, got " +
                  std::to_string(format_manifest(manifest).size()));
  CHECK(archive.empty());
}

TEST_CASE("every archive that is cut is refused") {
  const std::string archive = parts().all();
  for (std::size_t size = 0; size < archive.size(); ++size) {
    CAPTURE(size);
    const auto read = unpack_all(archive.substr(0, size));
    REQUIRE_FALSE(read);
    CAPTURE(read.error().message);
    REQUIRE(read.error().code == Code::input_truncated);
  }
  refused("", "the package ends within 'manifest.json'", Code::input_truncated);
  refused(archive.substr(0, archive.size() - 1), "the package ends within 'the end of the archive'",
          Code::input_truncated);
}

TEST_CASE("every archive with a changed byte is refused") {
  const std::string archive = parts().all();
  for (std::size_t i = 0; i < archive.size(); ++i)
    for (const char mask : {'\x01', '\x20', '\x7f'}) {
      CAPTURE(i);
      std::string changed = archive;
      changed[i] = static_cast<char>(changed[i] ^ mask);
      const auto read = unpack_all(changed);
      // The manifest's own fields, which nothing in the archive repeats, are the only place.
      if (read) {
        REQUIRE(i >= test::tar_block);
        REQUIRE(i < parts().manifest.size());
        const auto reader = Reader::open(read_from(as_bytes(changed)));
        REQUIRE(test::pack(reader->manifest(), *read) == changed);
        continue;
      }
      REQUIRE((read.error().code == Code::package_invalid ||
               read.error().code == Code::input_truncated));
    }
}

TEST_CASE("bytes after the end are refused") {
  const std::string archive = parts().all();
  refused(archive + std::string(1, '\0'), "there are bytes after the end of the archive");
  refused(archive + raw_end(), "there are bytes after the end of the archive");
  refused(archive + archive, "there are bytes after the end of the archive");
  std::string second = archive;
  second[archive.size() - 1] = 'x';
  refused(second, "the end of the archive is not two blocks of zeros");
}

TEST_CASE("members stand as the manifest says") {
  const Parts p = parts();
  refused(p.record + p.manifest + p.opening + p.end,
          "member 'records/a': field 'name': expected 'manifest.json', the first of a package");
  refused(p.manifest + p.opening + p.record + p.end,
          "member 'openings.json': field 'name': it is out of order; expected 'records/a'");
  refused(p.manifest + p.record + p.record + p.opening + p.end,
          "member 'records/a': field 'name': it is there twice; expected 'openings.json'");
  refused(p.manifest + p.manifest + p.record + p.opening + p.end,
          "member 'manifest.json': field 'name': it is there twice; expected 'records/a'");
  refused(p.manifest + p.record + p.opening + p.record + p.end,
          "member 'records/a': field 'name': it is there twice; expected the end of the archive");
  refused(p.manifest + p.record + p.opening + raw_member("records/b", "x") + p.end,
          "member 'records/b': field 'name': it is not in the manifest; expected the end of the "
          "archive");
  refused(p.manifest + raw_member("../../etc/cron.d/x", "x") + p.end,
          "member '../../etc/cron.d/x': field 'name': a part of the name is '..'");
  refused(p.manifest + raw_member("records/b", "x") + p.record + p.opening + p.end,
          "member 'records/b': field 'name': it is not in the manifest; expected 'records/a'");
  refused(p.manifest + p.record + p.end,
          "member 'openings.json' is missing: the end of the archive stands in its place");
  refused(p.end, "member 'manifest.json' is missing: the end of the archive stands in its place");
}

TEST_CASE("links, folders and extensions are refused wherever they stand") {
  const Parts p = parts();
  const auto everywhere = [&p](const std::string& member, std::string_view first,
                               std::string_view between, std::string_view last) {
    CAPTURE(member[156]);
    test::check_error_part(unpack_all(member + p.all()), Code::package_invalid, first);
    test::check_error_part(unpack_all(p.manifest + member + p.record + p.opening + p.end),
                           Code::package_invalid, between);
    test::check_error_part(unpack_all(p.manifest + p.record + p.opening + member + p.end),
                           Code::package_invalid, last);
  };
  for (const char type : std::string("123456")) {
    const auto message = "member 'records/a': field 'typeflag': expected a regular file, got ";
    everywhere(RawHeader("records/a", 0, type).set(157, "/etc/passwd").text(), message, message,
               message);
  }
  const auto contiguous = "member 'records/a': byte 156 of its header: expected '0', got '7'";
  everywhere(RawHeader("records/a", 0, '7').text(), contiguous, contiguous, contiguous);
  // What libarchive puts into the member behind it, or skips.
  for (const char type : std::string("gxKLVMNSXZ ")) {
    const std::string data = type == 'K' || type == 'L' ? "records/a" : "13 comment=a\n";
    everywhere(raw_member(RawHeader("front", data.size(), type), data), "", "", "");
  }
  // A pax header that renames the next member, one that makes it sparse, and one that says nothing
  // new.
  const std::pair<std::string, const char*> pax[] = {
      {"25 path=../../etc/passwd\n",
       "member '../../etc/passwd': field 'name': a part of the name is '..'"},
      {"22 GNU.sparse.major=1\n", "'records/a'"},
      {"18 path=records/a\n", "member 'records/a': byte 0 of its header: expected 'r', got 'x'"},
      {"20 SCHILY.xattr.a=b\n", "member 'records/a': byte 0 of its header: expected 'r', got 'x'"},
      {"11 uid=1000\n", "'records/a'"}};
  for (const auto& [record, message] : pax)
    test::check_error_part(
        unpack_all(p.manifest + raw_member(RawHeader("x", record.size(), 'x'), record) + p.record +
                   p.opening + p.end),
        Code::package_invalid, message);
}

TEST_CASE("sizes, times and bytes are those of the manifest") {
  const Parts p = parts();
  refused(p.manifest + raw_member("records/a", "abcd") + p.opening + p.end,
          "member 'records/a': field 'size': the manifest says 3, the header 4");
  refused(p.manifest + raw_member("records/a", "") + p.opening + p.end,
          "member 'records/a': field 'size': the manifest says 3, the header 0");
  refused(p.manifest + raw_member("records/a", "abd") + p.opening + p.end,
          "member 'records/a': its bytes are not those that the manifest names: expected " +
              to_text(test::digest_of("abc")) + ", got " + to_text(test::digest_of("abd")));
  RawHeader late("records/a", 3);
  late.set(136, "15277303301");
  refused(p.manifest + raw_member(late, "abc") + p.opening + p.end,
          "member 'records/a': field 'mtime': the manifest says 2026-11-18T11:06:40Z, the header "
          "2026-11-18T11:06:41Z");
  const std::string manifest =
      format_manifest(test::manifest_of({{"records/a", "abc"}, {openings, "o"}}));
  RawHeader early("manifest.json", manifest.size());
  early.set(136, "00000000000");
  refused(raw_member(early, manifest) + p.record + p.opening + p.end,
          "member 'manifest.json': field 'mtime': the manifest says 2026-11-18T11:06:40Z, the "
          "header 1970-01-01T00:00:00Z");
  std::string padded = p.record;
  padded[test::tar_block + 3] = 'x';
  refused(p.manifest + padded + p.opening + p.end,
          "member 'records/a': the bytes up to the next header are not zeros");
}

TEST_CASE("limits are looked at before anything is taken") {
  Limits limits;
  limits.manifest_bytes = 300;
  std::string huge = RawHeader("manifest.json", max_member_size).text();
  check_error(unpack_all(huge, limits), Code::package_invalid,
              "member 'manifest.json': field 'size': expected at most 300, got 8589934591");
  check_error(unpack_all(huge), Code::package_invalid,
              "member 'manifest.json': field 'size': expected at most 8388608, got 8589934591");
  limits = {};
  limits.record_bytes = 2;
  check_error(unpack_all(parts().all(), limits), Code::package_invalid,
              "manifest.json: member 'records/a': field 'size': expected at most 2, got 3");
}

TEST_CASE("failures of the source are handed on with the member that was read, also at the very end") {
  const std::string archive = parts().all();
  // The source is asked for some KiB at once, here for all of the archive when its first member is read.
  for (const std::size_t good :
       {std::size_t{0}, std::size_t{600}, archive.size() - 1, archive.size()}) {
    CAPTURE(good);
    auto rest = test::in_pieces(std::string_view(archive).substr(0, good), 1000);
    bool failed = false;
    const auto read = unpack_all([&](MutableByteView space) -> Result<std::size_t> {
      REQUIRE_FALSE(failed);
      MC_ASSIGN(const std::size_t got, rest(space));
      failed = got == 0;
      if (failed) return fail(Code::key_invalid, "the last chunk is not authentic");
      return got;
    });
    check_error(read, Code::key_invalid, "member 'manifest.json': the last chunk is not authentic");
  }
  auto reader = test::must(Reader::open(read_from(as_bytes(archive))));
  test::must(reader.next());
  check_error(reader.copy([](ByteView) -> Status { return fail(Code::storage_failed, "full"); }),
              Code::storage_failed, "full");
}

TEST_CASE("memory does not grow with a member") {
  const auto peak = [] {
    rusage usage{};
    REQUIRE(::getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_maxrss;
  };
  constexpr std::size_t size = 64 << 20;
  const auto zeros = [](std::size_t left) {
    return [left](MutableByteView space) mutable -> Result<std::size_t> {
      const std::size_t some = std::min(left, space.size());
      std::fill_n(space.begin(), some, std::byte{0});
      left -= some;
      return some;
    };
  };
  crypto::Sha256 hash;
  for (std::size_t i = 0; i < size; i += test::tar_block) hash.update(ByteArray<test::tar_block>{});
  Manifest manifest = test::manifest_of({{"records/a", ""}, {openings, "o"}});
  manifest.files[0].size = size;
  manifest.files[0].digest = Digest(hash.finish());
  const std::string front =
      raw_member("manifest.json", format_manifest(manifest)) + RawHeader("records/a", size).text();
  const std::string back = raw_member(openings, "o") + raw_end();
  const long before = peak();

  std::size_t written = 0;
  auto writer = test::must(Writer::begin(manifest, [&written](ByteView bytes) -> Status {
    written += bytes.size();
    return {};
  }));
  test::must(writer.add(zeros(size)));
  test::must(writer.add(read_from(as_bytes("o"))));
  test::must(writer.finish());
  CHECK(written == front.size() + size + back.size());

  std::vector<ByteSource> parts = {read_from(as_bytes(back)), zeros(size),
                                   read_from(as_bytes(front))};
  auto reader = test::must(Reader::open([&parts](MutableByteView space) -> Result<std::size_t> {
    while (!parts.empty()) {
      MC_ASSIGN(const std::size_t got, parts.back()(space));
      if (got > 0) return got;
      parts.pop_back();
    }
    return 0;
  }));
  std::size_t read = 0;
  while (test::must(reader.next()) != nullptr)
    test::must(reader.copy([&read](ByteView bytes) -> Status {
      read += bytes.size();
      return {};
    }));
  CHECK(read == size + 1);
  CHECK(peak() - before < 8 << 10);  // KiB
}
