// What a verifier remembers, and evidence.
#include <doctest/doctest.h>

#include "json/value.hpp"
#include "unit/ledger/ledger_support.hpp"
#include "verify/chain_check.hpp"
#include "verify/seen.hpp"

using namespace test;
namespace verify = medchain::verify;

namespace {

verify::Seen seen_of(Union& u) {
  return {origin, u.get([](const ledger::Snapshot& view) { return rules::genesis(view); }),
          u.get([](const ledger::Snapshot& view) { return rules::log_key(view); }), "log x\nquorum none\n",
          u.get([](const ledger::Snapshot& view) { return view.checkpoint(); })};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("what was seen is read as it was written") {
  Union u;
  const verify::Seen seen = seen_of(u);
  const std::string text = verify::format_seen(seen);
  CHECK(text.starts_with("{\"schema\":\"medchain/1\",\"type\":\"seen\",\"ledger\":"));
  CHECK(text.find('\n') == text.size() - 1);
  const verify::Seen again = must(verify::parse_seen(text));
  CHECK(again.ledger == seen.ledger);
  CHECK(again.genesis == seen.genesis);
  CHECK(again.log == seen.log);
  CHECK(again.policy == seen.policy);
  CHECK(again.checkpoint == seen.checkpoint);
  CHECK(verify::format_seen(again) == text);
}

TEST_CASE("a pin that is cut, incomplete or not signed is refused") {
  Union u;
  const std::string text = verify::format_seen(seen_of(u));
  check_refused(verify::parse_seen(""), Code::input_truncated, "may be cut");
  check_refused(verify::parse_seen(text.substr(0, text.size() - 1)), Code::input_truncated, "may be cut");
  for (std::size_t size = 1; size + 1 < text.size(); size += 13) CHECK_FALSE(verify::parse_seen(text.substr(0, size) + "\n").ok());
  for (const char* field : {"schema", "type", "ledger", "genesis", "log", "policy", "checkpoint"}) {
    const std::string named = "\"" + std::string(field) + "\":";
    check_refused(verify::parse_seen(replaced(text, named, "\"other\":")), Code::input_invalid,
                  "field '" + std::string(field) + "' is missing");
    check_refused(verify::parse_seen(replaced(text, named, "\"x\":7," + named)), Code::input_invalid, "unknown field 'x'");
  }
  check_refused(verify::parse_seen(replaced(text, "medchain/1", "medchain/2")), Code::input_invalid,
                "field 'schema': expected 'medchain/1', got 'medchain/2'");
  check_refused(verify::parse_seen(replaced(text, "\"seen\"", "\"evidence\"")), Code::input_invalid, "expected 'seen'");
  CHECK_FALSE(verify::parse_seen(replaced(text, "main\\n1\\n", "main\\n2\\n")).ok());
  Union other(8);
  verify::Seen mixed = seen_of(u);
  mixed.checkpoint = seen_of(other).checkpoint;
  CHECK_FALSE(verify::parse_seen(verify::format_seen(mixed)).ok());
}

TEST_CASE("no file is the first use; an unreadable one is an error") {
  Union u;
  CHECK_FALSE(must(verify::load_seen(u.dir.path("none"))).has_value());
  std::ofstream(u.dir.path("seen")) << verify::format_seen(seen_of(u));
  CHECK(must(verify::load_seen(u.dir.path("seen")))->ledger == origin);
  std::ofstream(u.dir.path("seen")) << "{}\n";
  check_refused(verify::load_seen(u.dir.path("seen")), Code::input_invalid, "seen'");
  CHECK_FALSE(verify::load_seen(u.dir.path("ledger")).ok());
}

TEST_CASE("evidence holds both notes, and what shows the contradiction") {
  verify::Evidence evidence{"fork", origin, "note one\n", "note two\n", hash_of<medchain::RootHash>("r"), {hash_of<medchain::TreeHash>("a")}};
  const std::string text = verify::format_evidence(evidence);
  const auto object = must(medchain::json::parse_object(text.substr(0, text.size() - 1)));
  CHECK(*object.find("kind")->string() == "fork");
  CHECK(*object.find("seen")->string() == "note one\n");
  CHECK(*object.find("found")->string() == "note two\n");
  CHECK(object.find("root_found") != nullptr);
  CHECK(object.find("consistency") != nullptr);
  evidence.root_found.reset();
  evidence.consistency.clear();
  CHECK(verify::format_evidence(evidence).find("root_found") == std::string::npos);
}

TEST_CASE("a multiset hash knows the items and how often, not their order") {
  medchain::crypto::SeededRandom random(1);
  verify::MultisetHash a(random);
  verify::MultisetHash b = a.fresh();
  const std::vector<std::string> items = {"one", "two", "three", "two", ""};
  for (const auto& item : items) a.add(medchain::as_bytes(item));
  for (auto it = items.rbegin(); it != items.rend(); ++it) b.add(medchain::as_bytes(*it));
  CHECK(a.same_as(b));
  CHECK(a.count() == 5);
  verify::MultisetHash fewer = a.fresh();
  for (const char* item : {"one", "two", "three", ""}) fewer.add(medchain::as_bytes(item));
  CHECK_FALSE(a.same_as(fewer));
  fewer.add(medchain::as_bytes("one"));  // as many, but another one twice
  CHECK(fewer.count() == a.count());
  CHECK_FALSE(a.same_as(fewer));
  CHECK(a.fresh().count() == 0);
  CHECK(a.fresh().same_as(b.fresh()));
  // Under another key the same items have another sum.
  verify::MultisetHash other(random);
  for (const auto& item : items) other.add(medchain::as_bytes(item));
  CHECK_FALSE(a.same_as(other));
}
