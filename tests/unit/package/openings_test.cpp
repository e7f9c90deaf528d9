#include "package/openings.hpp"

#include "entry/row.hpp"
#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
using test::check_error;
using test::digest_of;
using test::manifest_of;

namespace {

Openings sample() {
  Openings openings;
  RecordOpening a;
  a.file = "records/a";
  a.entry = EntryIndex(7);
  a.row = 3;
  a.digest = digest_of("abc");
  a.salt.bytes.fill(std::byte{0x44});
  RecordOpening b = a;
  b.file = "records/b";
  b.source = "his";
  b.type = "Observation";
  b.id = "9";
  openings.records = {a, b};
  ValueOpening application{"application", digest_of("why"), a.salt, "application.json", {}};
  ValueOpening reason{"reason", digest_of("pain"), a.salt, {}, "pain"};
  ValueOpening terms{"terms", digest_of("x"), a.salt, {}, {}};
  openings.values = {application, reason, terms};
  return openings;
}
Manifest manifest() {
  return manifest_of({{"records/a", "abc"},
                      {"records/b", "bcd"},
                      {"openings.json", ""},
                      {"proofs/a.tlog-proof", ""},
                      {"application.json", "why"}});
}

template <class Change>
void refused(Change change, const std::string& message) {
  Openings openings = sample();
  change(openings);
  CAPTURE(message);
  check_error(check_openings(openings, manifest()), Code::package_invalid,
              "openings.json: " + message);
  check_error(parse_openings(format_openings(openings), manifest()), Code::package_invalid,
              "openings.json: " + message);
}

}  // namespace

TEST_CASE("openings are one line of JSON in a fixed order") {
  const std::string text = format_openings(sample());
  const std::string salt = "\"salt\":\"sha256:" + [] {
    std::string hex;
    for (int i = 0; i < 32; ++i) hex += "44";
    return hex;
  }() + "\"";
  const auto digest = [](std::string_view of) {
    return "\"digest\":\"" + to_text(digest_of(of)) + "\",";
  };
  CHECK(text ==
        "{\"schema\":\"medchain/1\",\"type\":\"openings\",\"records\":["
        "{\"file\":\"records/a\",\"entry\":7,\"row\":3," +
            digest("abc") + salt +
            "},"
            "{\"file\":\"records/b\",\"entry\":7,\"row\":3," +
            digest("abc") + salt +
            ",\"source\":\"his\",\"type\":\"Observation\",\"id\":\"9\"}],\"values\":["
            "{\"field\":\"application\"," +
            digest("why") + salt +
            ",\"file\":\"application.json\"},"
            "{\"field\":\"reason\"," +
            digest("pain") + salt +
            ",\"text\":\"pain\"},"
            "{\"field\":\"terms\"," +
            digest("x") + salt + "}]}\n");
  CHECK(test::must(parse_openings(text, manifest())) == sample());
  check_error(parse_openings(text + "\n", manifest()), Code::package_invalid,
              "openings.json: not spelled as medchain/1 spells it: one line without spaces, fields "
              "in their order");
  check_error(parse_openings("{}", manifest()), Code::package_invalid,
              "openings.json: field 'schema' is missing");
}

TEST_CASE("there is one opening for each record, in order") {
  refused([](Openings& o) { o.records.pop_back(); }, "nothing opens 'records/b'");
  refused([](Openings& o) { o.records.clear(); }, "nothing opens 'records/a'");
  refused([](Openings& o) { std::swap(o.records[0], o.records[1]); },
          "records[0]: field 'file': expected 'records/a', got 'records/b'");
  refused(
      [](Openings& o) { o.records.push_back(o.records[1]); },
      "records[2]: field 'file': there is no such record, or it is opened already: 'records/b'");
  refused([](Openings& o) { o.records[1].file = "../x"; },
          "records[1]: field 'file': expected 'records/b', got '../x'");
  refused([](Openings& o) { o.records[1].row = entry::max_rows; },
          "records[1]: field 'row': expected at most 8191, got 8192");
  refused([](Openings& o) { o.records[1].id = std::string(1'025, 'i'); },
          "records[1]: field 'id': expected at most 1024 bytes, got 1025");
}

TEST_CASE("values are opened by field, and by what the package holds") {
  refused([](Openings& o) { std::swap(o.values[0], o.values[2]); },
          "values[1]: field 'field': fields must be ascending, each once; got 'reason'");
  refused([](Openings& o) { o.values[1].field = "application"; },
          "values[1]: field 'field': fields must be ascending, each once; got 'application'");
  refused([](Openings& o) { o.values[2].field = "a b"; },
          "values[2]: field 'field': expected a word of [A-Za-z0-9._-], got 'a b'");
  refused([](Openings& o) { o.values[1].text = "pains"; },
          "values[1]: field 'text': it has not the digest that is opened");
  refused([](Openings& o) { o.values[0].text = "why"; },
          "values[0]: field 'text': the value is a member of the package already");
  refused([](Openings& o) { o.values[0].file = "application.pdf"; },
          "values[0]: field 'file': no member is named 'application.pdf'");
  refused([](Openings& o) { o.values[0].file = "records/a"; },
          "values[0]: field 'file': member 'records/a' has not the digest that is opened");
}
