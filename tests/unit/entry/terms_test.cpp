#include "entry/terms.hpp"

#include <doctest/doctest.h>

#include "crypto/sha256.hpp"
#include "unit/entry/random_fill.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using entry::Conditions;
using entry::format_terms;
using entry::parse_terms;
using entry::Terms;
using test::check_refused;

namespace {

const std::string empty_conditions =
    R"({"codes":[],"labels":[],"authors":[],"related":[],"records":[]})";
const std::string smallest =
    R"({"schema":"medchain/1","type":"terms","subjects":[],"conditions":)" + empty_conditions +
    R"(,"exceptions":[]})"
    "\n";
const std::string sample =
    R"({"schema":"medchain/1","type":"terms","subjects":["S1"],"text":"why","conditions":)"
    R"({"codes":["2339-0"],"labels":[],"authors":[],"related":[],"records":[]},"exceptions":[]})"
    "\n";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}
void refused(const std::string& text, std::string_view piece) {
  CAPTURE(text);
  check_refused(parse_terms(text), Code::entry_invalid, piece);
  check_refused(parse_terms(text), Code::entry_invalid, "terms: ");
}

Salt counting_salt() {
  Salt salt;
  for (std::size_t i = 0; i < salt.bytes.size(); ++i) salt.bytes[i] = static_cast<std::byte>(i);
  return salt;
}

}  // namespace

TEST_CASE("terms are one line of JSON in the order of their fields") {
  CHECK(format_terms({}) == smallest);
  CHECK(Terms().conditions.is_empty());
  Terms terms;
  terms.subjects = {"S1"};
  terms.text = "why";
  terms.conditions.codes = {"2339-0"};
  CHECK_FALSE(terms.conditions.is_empty());
  CHECK(format_terms(terms) == sample);
  CHECK(*parse_terms(sample) == terms);

  terms.justification = "all of it";
  terms.contact = "desk \"3\"";
  terms.conditions = {{"http://loinc.org|2339-0", "b"},
                      {"N", "R"},
                      UnixSeconds(0),
                      UnixSeconds(86'400),
                      {"Practitioner/9"},
                      {"Encounter/7"},
                      {"Observation/9"}};
  terms.exceptions = {Conditions{}, terms.conditions};
  const std::string conditions =
      R"({"codes":["http://loinc.org|2339-0","b"],"labels":["N","R"],)"
      R"("data_from":"1970-01-01T00:00:00Z","data_until":"1970-01-02T00:00:00Z",)"
      R"("authors":["Practitioner/9"],"related":["Encounter/7"],"records":["Observation/9"]})";
  const std::string all = R"({"schema":"medchain/1","type":"terms","subjects":["S1"],"text":"why",)"
                          R"("justification":"all of it","contact":"desk \"3\"","conditions":)" +
                          conditions + R"(,"exceptions":[)" + empty_conditions + "," + conditions +
                          "]}\n";
  CHECK(format_terms(terms) == all);
  CHECK(*parse_terms(all) == terms);
}

TEST_CASE("terms of a referral say the service, the document, and what goes along") {
  Terms terms;
  terms.service = "cardiology";
  terms.fhir = "{\"a\":1}";
  terms.attached = {{{"Observation/9", "2339-0", "2025-02-01"}, {"File/x", {}, {}}}};
  const std::string text = replaced(
      smallest, R"("exceptions":[])",
      R"("exceptions":[],"service":"cardiology","fhir":"{\"a\":1}","attached":[)"
      R"({"record":"Observation/9","code":"2339-0","date":"2025-02-01"},{"record":"File/x"}])");
  CHECK(format_terms(terms) == text);
  CHECK(*parse_terms(text) == terms);
  // None and an empty list are two things, with a spelling each.
  terms.attached->clear();
  CHECK(*parse_terms(format_terms(terms)) == terms);
  refused(replaced(text, R"(,"attached":[{"record":"Observation/9",)", R"(,"attached":[{)"),
          "field 'attached[0].record' is missing");
  refused(replaced(text, R"({"record":"File/x"})", R"({"record":"File/x","more":1})"),
          "unknown field 'attached[1].more'");
}

TEST_CASE("what is not the one spelling of terms is refused") {
  REQUIRE(parse_terms(sample));
  refused("", "do not end in a line feed");
  refused(sample.substr(0, sample.size() - 1), "do not end in a line feed");
  refused("\n", "");
  refused("{}\n", "field 'schema' is missing");
  refused("[]\n", "");
  refused("null\n", "");
  refused(sample + "\n", "");
  refused(sample + sample, "");
  refused("\xef\xbb\xbf" + sample, "");
  refused(replaced(sample, "}\n", "}\r\n"), "");
  refused(" " + sample, "not the one spelling");
  refused(replaced(sample, "\":\"", "\": \""), "not the one spelling of these terms");
  refused(replaced(sample, "why", "\\u0077hy"), "not the one spelling");
  refused(replaced(sample, "why", "\xff"), "");
  refused(replaced(sample, "\"exceptions\":[]", "\"exceptions\":[],\"more\":1"),
          "unknown field 'more'");
  refused(replaced(sample, "\"labels\":[]", "\"labels\":[],\"label\":[]"),
          "unknown field 'conditions.label'");
  refused(replaced(sample, "\"subjects\":[\"S1\"],", ""), "field 'subjects' is missing");
  refused(replaced(sample, "\"labels\":[],", ""), "field 'conditions.labels' is missing");
  refused(replaced(sample, "\"text\":\"why\"", "\"text\":\"why\",\"text\":\"why\""),
          "duplicate key");
  refused(replaced(sample, "\"text\":\"why\"", "\"text\":null"), "");
  refused(replaced(sample, "\"text\":\"why\"", "\"text\":7"), "field 'text': expected text");
  refused(replaced(sample, "\"text\":\"why\"", "\"text\":\"\""), "field 'text': expected text");
  refused(replaced(sample, "[\"S1\"]", "[\"S1\",\"\"]"), "field 'subjects[1]': expected text");
  refused(replaced(sample, "[\"S1\"]", "\"S1\""), "field 'subjects': expected an array");
  refused(replaced(sample, "\"labels\":[]", "\"labels\":[],\"data_from\":\"2026-01-01\""),
          "field 'conditions.data_from'");
  refused(replaced(sample, "\"labels\":[]",
                   "\"labels\":[],\"data_until\":\"2026-01-01T00:00:00+00:00\""),
          "field 'conditions.data_until'");
  refused(replaced(sample, "\"exceptions\":[]", "\"exceptions\":[[]]"),
          "field 'exceptions[0]': expected an object");
  refused(replaced(sample, "\"exceptions\":[]", "\"exceptions\":[{}]"),
          "field 'exceptions[0].codes'");
  refused(replaced(sample, "medchain/1", "medchain/2"),
          "expected schema 'medchain/1' and type 'terms', got 'medchain/2' and 'terms'");
  refused(replaced(sample, "\"terms\"", "\"grant\""), "got 'medchain/1' and 'grant'");
  refused(replaced(sample, R"("schema":"medchain/1","type":"terms")",
                   R"("type":"terms","schema":"medchain/1")"),
          "not the one spelling");
}

TEST_CASE("random terms are read as they were written, and not with a byte changed") {
  const std::uint64_t seed = 20'261'125;
  CAPTURE(seed);
  test::RandomFill random(seed);
  std::size_t accepted = 0;
  for (int round = 0; round < 500; ++round) {
    Terms terms;
    random.fill(terms);
    const std::string text = format_terms(terms);
    const auto again = parse_terms(text);
    REQUIRE_MESSAGE(again.ok(), text);
    REQUIRE(*again == terms);
    // A changed byte makes other terms, or none: never the same.
    std::string other = text;
    other[random.below(other.size())] ^= static_cast<char>(1u << random.below(7));
    const auto changed = parse_terms(other);
    if (!changed) {
      REQUIRE(changed.error().code == Code::entry_invalid);
      continue;
    }
    ++accepted;
    REQUIRE_FALSE(*changed == terms);
    REQUIRE(format_terms(*changed) == other);
  }
  CHECK(accepted > 50);
}

// Computed with Python's hashlib from the words of the headers, salt 000102...1f:
//   sha256(b"medchain/1 terms\n" + salt + sha256(text).digest())
TEST_CASE("commitments to terms and documents") {
  const Salt salt = counting_salt();
  CHECK(to_hex(entry::commit_terms(salt, sample).view()) ==
        "05a519827a3fb2f56408612544a67c4a9e4e5f0887d55b221b98749a1bb7e483");
  CHECK(to_hex(entry::commit_terms(salt, "").view()) ==
        "cf1bee2c2b0a00d1fc4a6bd141784b5f910281e2f3e672745aa69c28384ffa8b");
  const Digest form(crypto::sha256(as_bytes("consent form")));
  CHECK(to_hex(entry::commit_document(salt, form).view()) ==
        "c6d4665cc9ec259ae15f06d656e777d556081d2f8ace3f6218ed7ee7bc22ae46");
  // Terms, documents and records of the same bytes have nothing to do with each other.
  CHECK(entry::commit_terms(salt, "consent form") != entry::commit_document(salt, form));
  CHECK(entry::commit_terms(salt, sample) != entry::commit_terms(Salt(), sample));
  CHECK(entry::commit_document(salt, form) != entry::commit_document(Salt(), form));
}
