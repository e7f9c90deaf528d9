// The corpus of the fuzz target package_tar, written by
//   MEDCHAIN_SOURCE=. build/.../unit_package --no-skip --test-case='the fuzz corpus*is written'
#include <cstdlib>

#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
using test::Files;
using test::raw_end;
using test::raw_member;
using test::RawHeader;

namespace {

/// Names and contents.
Files corpus() {
  const Files record = {{"records/a", "abc"}};
  const std::string openings = test::openings_of(record);
  Files small = record;
  small.emplace_back("openings.json", openings);
  const std::string nothing = test::openings_of({});
  const Files whole = {
      {"records/Observation-9.json", "{}"},
      {"records/\xe5\xbc\xa0\xe4\xb8\x89.pdf", std::string(513, 'p')},
      {"openings.json",
       test::openings_of({{"records/Observation-9.json", "{}"},
                          {"records/\xe5\xbc\xa0\xe4\xb8\x89.pdf", std::string(513, 'p')}})},
      {"proofs/\xe5\xbc\xa0\xe4\xb8\x89.pdf.tlog-proof", "c2sp.org/tlog-proof@v1\n"},
      {"application.json", "{}"}};
  const std::string manifest =
      raw_member("manifest.json", format_manifest(test::manifest_of(small)));
  const std::string opening = raw_member("openings.json", openings);
  const auto with = [&](const std::string& member) {
    return manifest + member + opening + raw_end();
  };
  RawHeader link("records/a", 0, '2');
  link.set(157, "/etc/passwd");
  RawHeader large("records/a", 3);
  large.set(124, std::string("\x80\0\0\0\0\0\0\0\0\0\0\x03", 12));
  RawHeader sparse("records/a", 3, 'S');
  sparse.set(386, "00000000000 00000000003 ").set(483, "00000000003 ");
  return {{"empty", test::pack({{"openings.json", nothing}})},
          {"small", test::pack(small)},
          {"whole", test::pack(whole)},
          {"link", with(link.text())},
          {"dot-dot", with(raw_member("../a", "abc"))},
          {"pax", with(raw_member(RawHeader("x", 23, 'x'), "23 path=../../etc/passwd\n"))},
          {"gnu-long", with(raw_member(RawHeader("././@LongLink", 4, 'L'), "../a"))},
          {"base-256", with(raw_member(large, "abc"))},
          {"twice", with(raw_member("records/a", "abc") + raw_member("records/a", "abc"))},
          {"digest", with(raw_member("records/a", "abd"))},
          {"trailing", test::pack(small) + std::string(512, '\0')},
          {"header", raw_member("records/a", "")},
          // Behind the manifest that the target puts in front.
          {"behind", raw_member("records/a", "abc") + raw_member("openings.json", "") + raw_end()},
          {"behind-pax", raw_member(RawHeader("x", 18, 'x'), "18 path=records/a\n") +
                             raw_member("records/a", "abc")},
          {"behind-gnu-long", raw_member(RawHeader("x", 10, 'L'), std::string("records/a\0", 10)) +
                                  raw_member("records/a", "abc")},
          {"behind-sparse", raw_member(sparse, "abc")},
          {"behind-link", link.text()},
          {"documents", format_manifest(test::manifest_of(whole)) + whole[2].second}};
}

std::filesystem::path folder() {
  const char* source = std::getenv("MEDCHAIN_SOURCE");
  REQUIRE(source != nullptr);
  return std::filesystem::path(source) / "tests/fuzz/corpus/package_tar";
}

}  // namespace

TEST_CASE("the fuzz corpus of packages is written" * doctest::skip()) {
  std::filesystem::create_directories(folder());
  for (const auto& [name, content] : corpus())
    std::ofstream(folder() / name, std::ios::binary) << content;
}

TEST_CASE("the fuzz corpus of packages is what these tests make") {
  if (std::getenv("MEDCHAIN_SOURCE") == nullptr) {
    MESSAGE("skipped: MEDCHAIN_SOURCE is not set");
    return;
  }
  for (const auto& [name, content] : corpus()) {
    const std::string& file = name;
    CAPTURE(file);
    CHECK(test::read_all(folder() / name) == content);
  }
  // The first three are packages, and stay so: what was packed is opened by every later medchain.
  for (const char* name : {"empty", "small", "whole"})
    test::must(test::unpack_all(test::read_all(folder() / name)));
}
