#include "source/read_ahead.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>

#include "unit/source/helper.hpp"

using namespace test;

namespace {

std::string lines_of(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += i % 1000 == 7 ? "{\n"
                          : R"({"resourceType":"Patient","id":"p-)" + std::to_string(i) + "\"}\n";
  return text;
}

MakeReader lines_from(int fd, Options options = {}) {
  return [fd, options](int stop_fd) {
    Options own = options;
    own.stop_fd = stop_fd;
    return read_ndjson(fd, "in.ndjson", "/in.ndjson", own);
  };
}

std::vector<std::string> places_of(const Drained& drained) {
  std::vector<std::string> places;
  for (const Item& item : drained.items)
    places.push_back(item.place + " " + std::to_string(item.number));
  return places;
}

void check_same(const Drained& ahead, const Drained& plain) {
  CHECK(ahead.summary() == plain.summary());
  CHECK(places_of(ahead) == places_of(plain));
  CHECK(ahead.notices == plain.notices);
  CHECK(ahead.error.has_value() == plain.error.has_value());
}

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    out = File(ends[0]);
    in = File(ends[1]);
  }
  File in, out;
};

}  // namespace

TEST_CASE("a second thread gives the same items, notices and counts") {
  for (const std::size_t count : {0U, 1U, 255U, 256U, 257U, 10'000U}) {
    const std::string text = lines_of(count);
    const File file = descriptor_of(text);
    const auto reader = read_ahead(lines_from(file.fd()), -1);
    check_same(drain(*reader), drain_lines(text));
    CHECK(reader->bytes_read() == text.size());
    CHECK(!reader->bytes());
    const auto after = reader->next();
    REQUIRE(after);
    CHECK(!*after);
  }
}

TEST_CASE("an error of the reader comes behind the items before it") {
  SUBCASE("at once") {
    const File file = descriptor_of(lines_of(3));
    const Drained drained = drain(*read_ahead(lines_from(file.fd(), id_from("dicom")), -1));
    CHECK(drained.items.empty());
    REQUIRE(drained.error);
    CHECK(drained.error->code == Code::usage);
  }
  SUBCASE("a stop") {
    Pipe input, stop;
    REQUIRE(write_all(input.in.fd(), lines_of(300), "pipe"));
    const auto reader = read_ahead(lines_from(input.out.fd()), stop.out.fd());
    for (std::size_t i = 0; i < 256; ++i) REQUIRE(reader->next());
    REQUIRE(write_all(stop.in.fd(), "x", "pipe"));
    const Drained drained = drain(*reader);
    CHECK(drained.items.size() == 44);
    REQUIRE(drained.error);
    CHECK(drained.error->code == Code::interrupted);
  }
}

TEST_CASE("who wants no more leaves, whatever the thread waits for") {
  SUBCASE("for its caller") {
    const File file = descriptor_of(lines_of(10'000));
    const auto reader = read_ahead(lines_from(file.fd()), -1);
    REQUIRE(reader->next());
  }
  SUBCASE("for input") {
    Pipe input;
    REQUIRE(write_all(input.in.fd(), lines_of(300), "pipe"));
    const auto reader = read_ahead(lines_from(input.out.fd()), -1);
    REQUIRE(reader->next());
  }
  SUBCASE("for nothing, as it never began") {
    Pipe input;
    read_ahead(lines_from(input.out.fd()), -1);
  }
}

TEST_CASE("where no thread can begin the caller reads") {
  const std::string text = lines_of(600);
  const File file = descriptor_of(text);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = 3;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto reader = read_ahead(lines_from(file.fd()), -1);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  check_same(drain(*reader), drain_lines(text));
  CHECK(reader->bytes_read() == text.size());
}
