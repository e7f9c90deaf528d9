// The seeds of the fuzz target `entry` are made here (STYLE 9.6):
//   MEDCHAIN_SOURCE=. build/.../unit_entry --no-skip --test-case='the fuzz corpus*'
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "unit/entry/entry_support.hpp"
#include "unit/entry/random_statement.hpp"

using namespace medchain;

TEST_CASE("the fuzz corpus of entries is written" * doctest::skip()) {
  const char* source = std::getenv("MEDCHAIN_SOURCE");
  REQUIRE(source != nullptr);
  const std::filesystem::path folder = std::filesystem::path(source) / "tests/fuzz/corpus/entry";
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::ofstream out(folder / name, std::ios::binary);
    out << bytes;
    REQUIRE(out.flush());
  };
  auto author = test::signer(1), other = test::signer(2);
  for (std::size_t kind = 0; kind < test::kinds; ++kind) {
    // The smallest of some, so that mutations meet structure and not only text.
    std::string smallest;
    std::string type;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      test::RandomFill random(seed);
      const auto statement = test::random_statement(random, kind);
      const std::vector<entry::SignAs> by = {{statement.header.author.get(), &author}, {"aa", &other}};
      const auto entry = entry::sign_statement(statement, by);
      REQUIRE(entry);
      type = entry::type_of(statement.body);
      if (smallest.empty() || entry->bytes.size() < smallest.size()) smallest = entry->bytes;
    }
    write(type, smallest);
  }
  const auto tick = test::sign(test::tick_by("clock"), {{"clock", 1}});
  REQUIRE(tick);
  write("statement", tick->text);
  const auto signed_card = entry::sign_card(test::hospital(), author);
  REQUIRE(signed_card);
  write("card", *signed_card);
  write("empty", "");
}

TEST_CASE("every kind of entry is in the fuzz corpus") {
  const char* source = std::getenv("MEDCHAIN_SOURCE");
  if (source == nullptr) {
    MESSAGE("MEDCHAIN_SOURCE is not set");
    return;
  }
  for (std::size_t kind = 0; kind < test::kinds; ++kind)
    test::with_kind(kind, [&](const auto& body) {
      const auto path = std::filesystem::path(source) / "tests/fuzz/corpus/entry" / std::string(body.type);
      std::ifstream in(path, std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      CAPTURE(path.string());
      const auto entry = entry::parse_entry(bytes);
      REQUIRE_MESSAGE(entry.ok(), (entry ? "" : entry.error().message));
      CHECK(entry::type_of(entry->statement.body) == body.type);
    });
}
