#include <doctest/doctest.h>

#include <algorithm>

#include "unit/entry/entry_support.hpp"
#include "unit/entry/random_statement.hpp"

using namespace medchain;
using test::check_refused;

namespace {

/// The entry's note with its signature lines in this order.
std::string with_lines(const entry::Entry& entry, const std::vector<std::size_t>& order) {
  note::Note note{entry.text, {}};
  for (const std::size_t i : order) note.signatures.push_back(entry.signatures.at(i));
  return note::format(note);
}

entry::Entry must_sign(std::initializer_list<std::pair<std::string, unsigned char>> by) {
  auto entry = test::sign(test::tick_by("clock"), by);
  REQUIRE_MESSAGE(entry.ok(), (entry ? "" : entry.error().message));
  return std::move(*entry);
}

void refused(const std::string& bytes, std::string_view piece) {
  CAPTURE(bytes);
  check_refused(entry::parse_entry(bytes), Code::entry_invalid, piece);
}

}  // namespace

TEST_CASE("signed entries of every kind keep their value and their bytes") {
  auto author = test::signer(1);
  auto other = test::signer(2);
  for (std::size_t kind = 0; kind < test::kinds; ++kind) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      test::RandomFill random(seed);
      const auto statement = test::random_statement(random, kind);
      const std::vector<entry::SignAs> by = {{statement.header.author.get(), &author}, {"zz", &other}, {"aa", &other}};
      const auto signed_entry = entry::sign_statement(statement, by);
      REQUIRE_MESSAGE(signed_entry.ok(), (signed_entry ? "" : signed_entry.error().message));
      const auto parsed = entry::parse_entry(signed_entry->bytes);
      REQUIRE(parsed);
      CHECK(parsed->statement == statement);
      CHECK(parsed->text == entry::format_statement(statement));
      CHECK(parsed->bytes == signed_entry->bytes);
      REQUIRE(parsed->signatures.size() == 3);
      CHECK(parsed->signatures[0].name == statement.header.author.get());
      CHECK(parsed->signatures[1].name == "aa");
      CHECK(parsed->signatures[2].name == "zz");
      // Authorship is an ordinary signed note's.
      const std::vector<note::VerifierKey> keys = {test::key(statement.header.author.get(), author)};
      CHECK(note::open(parsed->bytes, keys));
    }
  }
}

TEST_CASE("the author's line comes first, the others ascend by name and key id") {
  // Keys 2 and 3 sign both as "b": their order is that of the key ids.
  const auto entry = must_sign({{"clock", 1}, {"b", 3}, {"b", 2}, {"z", 4}, {"a", 5}});
  REQUIRE(entry.signatures.size() == 5);
  CHECK(entry.signatures[0].name == "clock");
  CHECK(entry.signatures[1].name == "a");
  CHECK(entry.signatures[2].name == "b");
  CHECK(entry.signatures[3].name == "b");
  CHECK(entry.signatures[2].id < entry.signatures[3].id);
  CHECK(entry.signatures[4].name == "z");
  CHECK(entry::parse_entry(entry.bytes));

  // Every other order is refused.
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  std::size_t refusals = 0;
  while (std::next_permutation(order.begin(), order.end())) {
    const auto parsed = entry::parse_entry(with_lines(entry, order));
    refusals += !parsed;
    if (order[0] != 0)
      check_refused(parsed, Code::entry_invalid, "the first signature must be the author's");
    else
      check_refused(parsed, Code::entry_invalid, "signature lines after the first must ascend by name and key id");
  }
  CHECK(refusals == 119);
}

TEST_CASE("double signature lines are refused") {
  const auto entry = must_sign({{"clock", 1}, {"a", 2}});
  refused(with_lines(entry, {0, 0}), "the author's signature is there twice");
  refused(with_lines(entry, {0, 1, 1}), "signature lines after the first must ascend by name and key id, each once");
  refused(with_lines(entry, {0, 1, 0}), "the author's signature is there twice");
  // With other signature bytes under the same name and key id, too.
  note::Note note{entry.text, {entry.signatures[0], entry.signatures[1], entry.signatures[1]}};
  note.signatures[2].signature[5] ^= std::byte{1};
  refused(note::format(note), "each once");
}

TEST_CASE("an entry without the author's signature or without any is refused") {
  const auto entry = must_sign({{"clock", 1}, {"a", 2}});
  refused(with_lines(entry, {1}), "the first signature must be the author's");
  refused(with_lines(entry, {1, 0}), "the first signature must be the author's");
  refused(entry.text, "no empty line");
  refused(entry.text + "\n", "no signature lines");
  check_refused(test::sign(test::tick_by("clock"), {{"clock2", 1}}), Code::entry_invalid, "must be the author's");
  // A staff key of the author is not the author.
  check_refused(test::sign(test::tick_by("clock"), {{"clock/s-0123456789abcdef", 1}}), Code::entry_invalid,
                "must be the author's");
}

TEST_CASE("bytes around and inside of an entry that are not its one spelling are refused") {
  const auto entry = must_sign({{"clock", 1}});
  refused("", "no empty line");
  refused("\n" + entry.bytes, "not the one spelling of this statement: differs at byte 0");
  refused(entry.bytes + "\n", "no signature lines");
  refused(entry.bytes + "x\n", "expected a signature line");
  refused(entry.bytes.substr(0, entry.bytes.size() - 1), "does not end in a newline");
  refused(entry.text + entry.bytes, "json at byte");
  refused("\xef\xbb\xbf" + entry.bytes, "byte order mark");
  refused(entry.text + "\n" + entry.bytes.substr(entry.text.size()), "not the one spelling of this statement");
  std::string latin = entry.bytes;
  latin[10] = '\xe9';
  refused(latin, "is not UTF-8");
}

TEST_CASE("a changed byte is refused or changes the entry hash, and never keeps the signature") {
  const auto entry = must_sign({{"clock", 1}});
  const std::vector<note::VerifierKey> keys = {test::key("clock", test::signer(1))};
  for (std::size_t i = 0; i < entry.bytes.size(); ++i) {
    CAPTURE(i);
    std::string bytes = entry.bytes;
    bytes[i] = static_cast<char>(bytes[i] ^ 1);
    CHECK(entry::entry_hash(bytes) != entry::entry_hash(entry.bytes));
    const auto parsed = entry::parse_entry(bytes);
    if (!parsed) continue;
    CHECK(parsed->bytes == bytes);
    CHECK_FALSE(note::open(bytes, keys));
  }
}

TEST_CASE("an entry has at most 65,535 bytes") {
  auto statement = test::tick_by("clock");
  entry::Group group;
  group.group = test::name("g");
  // Members until the entry has exactly the greatest size: names are of our choice, 3 to 66 bytes each with quotes and comma.
  const auto sized = [&](std::size_t count, std::size_t last) {
    group.members.assign(count, test::name(std::string(60, 'm')));
    group.members.push_back(test::name(std::string(last, 'n')));
    statement.body = group;
    return test::sign(statement, {{"clock", 1}});
  };
  const auto small = sized(900, 1);
  REQUIRE(small);
  const std::size_t missing = entry::max_entry_size - small->bytes.size();
  const std::size_t more = missing / 63;
  const auto largest = sized(900 + more, 1 + missing % 63);
  REQUIRE_MESSAGE(largest.ok(), (largest ? "" : largest.error().message));
  CHECK(largest->bytes.size() == entry::max_entry_size);
  CHECK(entry::parse_entry(largest->bytes));
  check_refused(sized(900 + more, 2 + missing % 63), Code::entry_invalid, "an entry is at most 65535 bytes, got 65536");
}

TEST_CASE("an entry has at most 100 signature lines") {
  auto entry = must_sign({{"clock", 1}});
  note::Note note{entry.text, entry.signatures};
  for (int i = 0; i < 99; ++i) {
    auto line = entry.signatures[0];
    line.name = "m" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    note.signatures.push_back(line);
  }
  CHECK(entry::parse_entry(note::format(note)));
  note.signatures.push_back(note.signatures.back());
  note.signatures.back().name = "n";
  refused(note::format(note), "more than 100 signature lines");
}

TEST_CASE("a signature is added at its place, whoever adds it") {
  auto first = test::signer(1), second = test::signer(2), third = test::signer(3);
  const auto all = must_sign({{"clock", 1}, {"a", 2}, {"b", 3}});
  const auto one = must_sign({{"clock", 1}});
  const auto a_then_b = entry::add_signature(*entry::add_signature(one, {"a", &second}), {"b", &third});
  const auto b_then_a = entry::add_signature(*entry::add_signature(one, {"b", &third}), {"a", &second});
  REQUIRE(a_then_b);
  REQUIRE(b_then_a);
  CHECK(a_then_b->bytes == all.bytes);
  CHECK(b_then_a->bytes == all.bytes);
  CHECK(a_then_b->statement == one.statement);
  check_refused(entry::add_signature(all, {"a", &second}), Code::signature_superfluous, "'a' has signed this entry already");
  check_refused(entry::add_signature(all, {"clock", &first}), Code::signature_superfluous, "'clock' has signed this entry already");
  // Another key under the same name is another line: whether it may stand there is for the rules.
  const auto both = entry::add_signature(all, {"clock", &second});
  REQUIRE(both);
  CHECK(both->signatures.front() == all.signatures.front());
  CHECK(both->signatures[3].name == "clock");
  check_refused(entry::add_signature(all, {"two words", &first}), Code::input_invalid, "it holds a space");
}
