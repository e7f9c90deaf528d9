#include "base/stream.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "base/file.hpp"
#include "unit/support.hpp"

using namespace medchain;

TEST_CASE("a file is written by a sink and read by a source") {
  const test::TempDir dir;
  const auto out = open_file(dir.path("f"), O_WRONLY | O_CREAT, Code::internal, 0600);
  REQUIRE(out);
  const ByteSink sink = write_to(out->fd(), "f");
  CHECK(sink(as_bytes("abc")));
  CHECK(sink(as_bytes("")));
  CHECK(sink(as_bytes("defg")));
  const auto in = open_file(dir.path("f"), O_RDONLY, Code::internal);
  REQUIRE(in);
  const ByteSource source = read_from(in->fd(), "f", Code::input_unreadable);
  Bytes space(5);
  CHECK(*source(space) == 5);
  CHECK(as_text(space) == "abcde");
  CHECK(*source(space) == 2);
  CHECK(*source(space) == 0);
}

TEST_CASE("failures of files name the file and have the code that was asked for") {
  const test::TempDir dir;
  const auto folder = open_file(dir.path(), O_RDONLY, Code::internal);
  REQUIRE(folder);
  Bytes space(5);
  const auto got = read_from(folder->fd(), "the folder", Code::input_unreadable)(space);
  REQUIRE_FALSE(got);
  CHECK(got.error().code == Code::input_unreadable);
  CHECK(got.error().message == "cannot read 'the folder': is a directory");
  const auto full = open_file("/dev/full", O_WRONLY, Code::internal);
  if (!full) {
    MESSAGE("skipped: no /dev/full");
    return;
  }
  const Status written = write_to(full->fd(), "the file")(as_bytes("x"));
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Code::storage_failed);
  CHECK(written.error().message == "cannot write 'the file': no space left on device");
}

TEST_CASE("bytes in memory are a source") {
  const ByteSource source = read_from(as_bytes("abcdefg"));
  Bytes space(3);
  std::string all;
  for (std::size_t got = 0; (got = *source(space)) > 0;) all += as_text(ByteView(space).first(got));
  CHECK(all == "abcdefg");
  CHECK(*source(space) == 0);
}
