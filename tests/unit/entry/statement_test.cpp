#include <doctest/doctest.h>

#include <functional>

#include "entry/entry.hpp"
#include "unit/entry/random_statement.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using test::check_refused;

namespace {

constexpr std::uint64_t seed = 20261123;

/// A statement whose every optional field is there.
entry::Statement full_statement(std::size_t kind) {
  test::RandomFill random(seed, test::RandomFill::Optional::all);
  return test::random_statement(random, kind);
}

json::Object object_of(const entry::Statement& statement) {
  auto object = json::parse_object(entry::format_statement(statement));
  REQUIRE(object);
  return std::move(*object);
}

/// The text of the object after `change` of its members.
std::string changed(const json::Object& object, const std::function<void(std::vector<json::Member>&)>& change) {
  auto members = object.members();
  change(members);
  json::Object out;
  for (auto& [name, value] : members) out.set(std::move(name), std::move(value));
  return json::write(out) + "\n";
}

/// `text` with the first `from` replaced.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  MC_ASSERT(at != std::string::npos);  // also runs before the tests do
  return text.replace(at, from.size(), to);
}

void refused(const std::string& text, std::string_view piece) {
  CAPTURE(text);
  check_refused(entry::parse_statement(text), Code::entry_invalid, piece);
}

const std::string tick =
    R"({"schema":"medchain/1","type":"tick","ledger":"ledger.example/main","genesis":"sha256:)" +
    std::string(64, '0') + R"(","author":"clock","id":")" + std::string(32, 'a') +
    R"(","time":"2026-11-23T01:00:00Z"})" + "\n";
const std::string anchor = replaced(replaced(tick, R"("tick")", R"("anchor")"), "}\n",
                                    R"(,"custodian":"hosp","count":1,"root":"sha256:)" + std::string(64, '1') +
                                        R"(","types":["Observation"],"bytes":10})" + "\n");

}  // namespace

TEST_CASE("statements of every kind keep their value and their bytes through format and parse") {
  for (std::size_t kind = 0; kind < test::kinds; ++kind) {
    for (std::uint64_t i = 0; i < 150; ++i) {
      CAPTURE(kind);
      CAPTURE(seed + i);
      test::RandomFill random(seed + i);
      const auto statement = test::random_statement(random, kind);
      const auto text = entry::format_statement(statement);
      const auto parsed = entry::parse_statement(text);
      REQUIRE_MESSAGE(parsed.ok(), (parsed ? "" : parsed.error().message + text));
      CHECK(*parsed == statement);
      CHECK(entry::format_statement(*parsed) == text);
      CHECK(text.starts_with(R"({"schema":"medchain/1","type":")" + std::string(entry::type_of(statement.body)) +
                             R"(","ledger":)"));
      CHECK(text.find('\n') == text.size() - 1);
    }
  }
}

TEST_CASE("different statements have different texts and different statement hashes") {
  test::RandomFill random(seed);
  const auto statement = test::random_statement(random, 4);
  auto other = statement;
  other.header.id.bytes[15] ^= std::byte{1};
  CHECK(entry::format_statement(statement) != entry::format_statement(other));
  CHECK(entry::statement_hash(entry::format_statement(statement)) !=
        entry::statement_hash(entry::format_statement(other)));
}

TEST_CASE("a missing field is refused by its name, in every kind") {
  for (std::size_t kind = 0; kind < test::kinds; ++kind) {
    const auto statement = full_statement(kind);
    const auto object = object_of(statement);
    for (const auto& field : test::fields_of(statement)) {
      if (object.find(field.name) == nullptr) continue;
      const auto text = changed(object, [&](auto& members) {
        std::erase_if(members, [&](const json::Member& member) { return member.first == field.name; });
      });
      if (field.is_optional && field.name != "genesis")
        CHECK(entry::parse_statement(text));  // another statement, as well formed
      else
        refused(text, "field '" + field.name + "' is missing");
    }
    for (const std::string name : {"schema", "type"})
      refused(changed(object, [&](auto& members) {
                std::erase_if(members, [&](const json::Member& member) { return member.first == name; });
              }),
              "'" + name + "'");
  }
}

TEST_CASE("an unknown field, a field twice and any other order are refused, in every kind") {
  for (std::size_t kind = 0; kind < test::kinds; ++kind) {
    const auto object = object_of(full_statement(kind));
    const std::size_t count = object.members().size();
    for (std::size_t i = 0; i <= count; ++i)
      refused(changed(object, [&](auto& members) {
                members.insert(members.begin() + static_cast<std::ptrdiff_t>(i), {"extra", json::Value(1)});
              }),
              "unknown field 'extra'");
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = object.members()[i].first;
      refused(changed(object, [&](auto& members) { members.push_back(members[i]); }), "duplicate key '" + name + "'");
      if (i + 1 < count)
        refused(changed(object, [&](auto& members) { std::swap(members[i], members[i + 1]); }),
                "not the one spelling of this statement: differs at byte");
    }
  }
}

TEST_CASE("a value of another type is refused by the field's name, in every kind") {
  for (std::size_t kind = 0; kind < test::kinds; ++kind) {
    const auto object = object_of(full_statement(kind));
    for (std::size_t i = 0; i < object.members().size(); ++i) {
      const auto& [name, value] = object.members()[i];
      const auto with = [&](json::Value other) {
        return changed(object, [&](auto& members) { members[i].second = std::move(other); });
      };
      refused(with(value.boolean() != nullptr ? json::Value(1) : json::Value(true)), "'" + name + "'");
      refused(with(value.string() != nullptr ? json::Value(7) : json::Value("7")), "'" + name + "'");
      refused(with(value.array() != nullptr ? json::Value(json::Object()) : json::Value(json::Array())), "'" + name + "'");
      // Empty text is no value of any field.
      if (value.string() != nullptr) refused(with(""), name == "type" ? "unknown entry type ''" : "'" + name + "'");
    }
  }
}

TEST_CASE("a field inside of another is named with its path") {
  auto statement = full_statement(0);
  auto& genesis = std::get<entry::Genesis>(statement.body);
  test::RandomFill random(seed);
  genesis.members.resize(2);
  for (auto& card : genesis.members) random.fill(card);
  genesis.members[1].kind = entry::MemberKind::hospital;
  const auto text = entry::format_statement(statement);
  const auto last_card = text.rfind(R"({"name":)");
  const auto in_last_card = [&](std::string_view from, std::string_view to) {
    return text.substr(0, last_card) + replaced(text.substr(last_card), from, to);
  };
  refused(in_last_card(R"("kind":"hospital")", R"("kind":"castle")"), "field 'members[1].kind': expected one of hospital, clinic");
  refused(in_last_card(R"("kind":"hospital")", R"("kind":["hospital"])"), "field 'members[1].kind': expected text, got array");
  refused(in_last_card(R"("kind":"hospital",)", ""), "field 'members[1].kind' is missing");
  refused(in_last_card(R"("name":)", R"("a":1,"name":)"), "unknown field 'members[1].a'");
  refused(replaced(text, R"("max_skew":)", R"("max_skew":"x","b":)"), "field 'policy.max_skew': expected a number, got string");
  refused(replaced(text, R"("log":")", R"("log":"x)"), "field 'log'");
}

TEST_CASE("floats, null, signs, leading zeros and numbers over 2^53-1 are refused") {
  REQUIRE(entry::parse_statement(anchor));
  const auto count = [](std::string_view value) { return replaced(anchor, R"("count":1)", R"("count":)" + std::string(value)); };
  CHECK(entry::parse_statement(count("9007199254740991")));
  refused(count("9007199254740992"), "integer outside of");
  refused(count("18446744073709551617"), "integer outside of");
  refused(count("1.0"), "only integers are allowed, got '1.0'");
  refused(count("1e0"), "only integers are allowed");
  refused(count("-0"), "'-0' is not allowed");
  refused(count("-1"), "field 'count': is negative");
  refused(count("01"), "json at byte");
  refused(count("+1"), "json at byte");
  refused(count("null"), "null is not allowed");
  refused(count("NaN"), "json at byte");
  refused(count("\"1\""), "field 'count': expected a number, got string");
  refused(count("[1]"), "field 'count': expected a number, got array");
  refused(replaced(anchor, R"(["Observation"])", "null"), "null is not allowed");
  refused(replaced(anchor, R"(["Observation"])", R"(["Observation",null])"), "null is not allowed");
}

TEST_CASE("spaces, other escapes and other spellings of the same JSON are refused") {
  REQUIRE(entry::parse_statement(tick));
  refused(replaced(tick, R"("type":)", R"("type": )"), "not the one spelling");
  refused(replaced(tick, R"(,"type")", R"( ,"type")"), "not the one spelling");
  refused(" " + tick, "not the one spelling");
  refused(replaced(tick, "}\n", "} \n"), "not the one spelling");
  refused(replaced(tick, "}\n", "}\r\n"), "not the one spelling");
  refused(replaced(tick, "}\n", "}\n\n"), "not the one spelling");
  refused(replaced(tick, "clock", "cl\\u006fck"), "not the one spelling");
  refused(replaced(tick, "ledger.example/main", "ledger.example\\/main"), "not the one spelling");
  refused(replaced(tick, R"("author")", R"("\u0061uthor")"), "not the one spelling");
  refused(tick.substr(0, tick.size() - 1), "does not end in a line feed");
  refused("", "does not end in a line feed");
  refused("\n", "json at byte");
  refused(replaced(tick, "}\n", "}x\n"), "json at byte");
  refused(replaced(tick, "}\n", "}{}\n"), "json at byte");
  refused(tick + tick, "json at byte");
  refused("\xef\xbb\xbf" + tick, "byte order mark");
  refused("[" + tick.substr(0, tick.size() - 1) + "]\n", "expected an object, got array");
  refused(replaced(tick, "ledger.example", "ledger\xff.example"), "not well-formed UTF-8");
  refused(replaced(tick, "ledger.example", "ledger\xed\xa0\x80.example"), "not well-formed UTF-8");
  refused(replaced(tick, "ledger.example", std::string("ledger\0.example", 15)), "NUL byte");
}

TEST_CASE("schema and type must be those of this format") {
  refused(replaced(tick, "medchain/1", "medchain/2"), "field 'schema': expected 'medchain/1'");
  refused(replaced(tick, R"("medchain/1")", "1"), "field 'schema': expected 'medchain/1'");
  refused(replaced(tick, R"("tick")", R"("tock")"), "unknown entry type 'tock'");
  refused(replaced(tick, R"("tick")", R"("")"), "unknown entry type ''");
  refused(replaced(tick, R"("tick")", R"("Tick")"), "unknown entry type 'Tick'");
  refused(replaced(tick, R"("tick")", "1"), "'type'");
  refused(replaced(tick, R"("tick")", R"("anchor")"), "field 'custodian' is missing");
  refused(replaced(anchor, R"("anchor")", R"("tick")"), "unknown field 'custodian'");
}

TEST_CASE("the genesis hash is in every entry but the genesis entry") {
  const auto genesis = full_statement(0);
  refused(replaced(entry::format_statement(genesis), R"("author":)",
                   R"("genesis":"sha256:)" + std::string(64, '0') + R"(","author":)"),
          "field 'genesis' in a genesis entry");
  refused(replaced(tick, R"("genesis":"sha256:)" + std::string(64, '0') + "\",", ""), "field 'genesis' is missing");
}

TEST_CASE("each scalar has one spelling") {
  refused(replaced(tick, R"("clock")", R"("Clock")"), "field 'author'");
  refused(replaced(tick, R"("clock")", R"("-clock")"), "field 'author'");
  refused(replaced(tick, R"("clock")", "\"" + std::string(65, 'a') + "\""), "field 'author'");
  refused(replaced(tick, R"("clock")", R"("a/b")"), "field 'author'");
  refused(replaced(tick, std::string(32, 'a'), std::string(31, 'a')), "field 'id'");
  refused(replaced(tick, std::string(32, 'a'), std::string(33, 'a')), "field 'id'");
  refused(replaced(tick, std::string(32, 'a'), std::string(32, 'A')), "field 'id'");
  refused(replaced(tick, std::string(64, '0'), std::string(63, '0')), "field 'genesis'");
  refused(replaced(tick, "sha256:", "SHA256:"), "field 'genesis'");
  refused(replaced(tick, "sha256:", ""), "field 'genesis'");
  for (const std::string_view time : {"2026-11-23T01:00:00+00:00", "2026-11-23T01:00:00.0Z", "2026-11-23t01:00:00z",
                                      "2026-11-23 01:00:00Z", "2026-02-29T01:00:00Z", "2026-11-23T24:00:00Z",
                                      "2026-11-23T01:00:60Z", "0000-11-23T01:00:00Z", "2026-11-23", "20261-1-23T01:00:00Z"})
    refused(replaced(tick, "2026-11-23T01:00:00Z", time), "field 'time'");
  refused(replaced(tick, "ledger.example/main", ""), "field 'ledger': expected text, got none");
  for (const std::string_view origin : {"a b", "a+b", "a\\nb", "a\\u00a0b"})
    refused(replaced(tick, "ledger.example/main", origin), "field 'ledger': not an origin");
  CHECK(entry::parse_statement(replaced(tick, "ledger.example/main", std::string(255, 'o'))));
  refused(replaced(tick, "ledger.example/main", std::string(256, 'o')), "field 'ledger': not an origin");
  refused(replaced(anchor, R"("Observation")", R"("two words")"), "field 'types[0]'");
  refused(replaced(anchor, R"("Observation")", "\"" + std::string(65, 'w') + "\""), "field 'types[0]'");
}

TEST_CASE("nesting beyond the limit is refused and does not exhaust the stack") {
  const std::string deep(100'000, '[');
  refused(replaced(anchor, R"(["Observation"])", deep), "nested deeper than");
}
