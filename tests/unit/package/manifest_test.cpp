#include "package/manifest.hpp"

#include "unit/package/package_support.hpp"

using namespace medchain;
using namespace medchain::package;
using test::check_error;
using test::manifest_of;

namespace {

const std::string openings = "openings.json";

/// The error about a manifest of these members, each of content "x".
void refused(const std::vector<std::string>& names, const std::string& message) {
  test::Files files;
  for (const std::string& name : names) files.emplace_back(name, "x");
  CAPTURE(message);
  check_error(check_manifest(manifest_of(files), {}), Code::package_invalid,
              "manifest.json: " + message);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a manifest is one line of JSON in a fixed order") {
  const Manifest manifest = manifest_of({{"records/a", "abc"}, {openings, ""}});
  const std::string text = format_manifest(manifest);
  CHECK(text ==
        "{\"schema\":\"medchain/1\",\"type\":\"package\",\"ledger\":\"ledger.union.example/main\","
        "\"genesis\":\"sha256:" +
            std::string(64, '1') + "\",\"author\":\"hosp-a\",\"id\":\"" + std::string(32, '2') +
            "\",\"time\":\"2026-11-18T11:06:40Z\",\"files\":["
            "{\"name\":\"records/a\",\"size\":3,\"digest\":\"sha256:"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"},"
            "{\"name\":\"openings.json\",\"size\":0,\"digest\":\"sha256:"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}]}\n");
  CHECK(test::must(parse_manifest(text, {})) == manifest);
}

TEST_CASE("other spellings, unknown and missing fields are refused") {
  const std::string good = format_manifest(manifest_of({{"records/a", "abc"}, {openings, ""}}));
  const auto refuses = [&](const std::string& text, const std::string& message) {
    check_error(parse_manifest(text, {}), Code::package_invalid, "manifest.json: " + message);
  };
  const std::string spelling =
      "not spelled as medchain/1 spells it: one line without spaces, fields in their order";
  refuses(good + " ", spelling);
  refuses(good.substr(0, good.size() - 1), spelling);
  refuses(replaced(good, "\"size\":3", "\"size\": 3"), spelling);
  refuses(replaced(good, "records/a", "\\u0072ecords/a"), spelling);
  refuses(replaced(good, "\"author\":\"hosp-a\",\"id\":\"" + std::string(32, '2') + "\"",
                   "\"id\":\"" + std::string(32, '2') + "\",\"author\":\"hosp-a\""),
          spelling);
  refuses(replaced(good, "medchain/1", "medchain/2"),
          "field 'schema': expected 'medchain/1', got 'medchain/2'");
  refuses(replaced(good, "\"package\"", "\"receipt\""),
          "field 'type': expected 'package', got 'receipt'");
  refuses(replaced(good, "\"size\":3", "\"size\":-3"), "field 'files[0].size': is negative");
  refuses(replaced(good, "\"size\":3", "\"size\":\"3\""),
          "field 'files[0].size': expected a number, got string");
  refuses(replaced(good, "\"size\":3,", ""), "field 'files[0].size' is missing");
  refuses(replaced(good, "\"size\":3", "\"size\":3,\"mode\":511"), "unknown field 'files[0].mode'");
  refuses(replaced(good, "\"time\"", "\"expires\":1,\"time\""), "unknown field 'expires'");
  test::check_error_part(parse_manifest("", {}), Code::package_invalid, "manifest.json: ");
  test::check_error_part(parse_manifest(replaced(good, "\"size\":3", "\"size\":3.0"), {}),
                         Code::package_invalid, "manifest.json: ");
  test::check_error_part(parse_manifest(replaced(good, "\"size\":3", "\"size\":3,\"size\":3"), {}),
                         Code::package_invalid, "manifest.json: ");
}

TEST_CASE("members are known ones, in order, each once") {
  const std::string a = "records/a", b = "records/b";
  CHECK(check_manifest(manifest_of({{openings, "x"}}), {}));
  refused({}, "member 'openings.json' is missing");
  refused({a}, "member 'openings.json' is missing");
  refused({a, a, openings}, "member 'records/a': field 'name': it is there twice");
  refused({openings, openings}, "member 'openings.json': field 'name': it is there twice");
  refused({b, a, openings}, "member 'records/a': field 'name': it must stand before 'records/b'");
  refused({openings, a}, "member 'records/a': field 'name': it must stand before 'openings.json'");
  refused({a, "proofs/a.tlog-proof", openings},
          "member 'openings.json': field 'name': it must stand before 'proofs/a.tlog-proof'");
  refused({a, openings, "proofs/b.tlog-proof"},
          "member 'proofs/b.tlog-proof': field 'name': there is no record of this name");
  refused({openings, "application.json", "application.pdf"},
          "member 'application.pdf': field 'name': there is an application already");
  refused({"records/application.json", openings, "application.json"},
          "member 'application.json': field 'name': two members are taken out under this name");
  refused({a, a + ".tlog-proof", openings, "proofs/a.tlog-proof"},
          "member 'proofs/a.tlog-proof': field 'name': two members are taken out under this name");
  for (const char* name : {"readme", "records", "record/a", "manifest.json", "Openings.json",
                           "application", "application.", "application.JSON", "application.a/b",
                           "application.aaaaaaaaaaaaaaaaa", "proofs", ".hidden", "a/b"})
    refused({name}, "member '" + std::string(name) +
                        "': field 'name': a package has no member of this name");
  for (const char* name : {"proofs/a", "proofs/tlog-proof", "proofs/a.tlog-proof.x"})
    refused({name}, "member '" + std::string(name) +
                        "': field 'name': a proof is named proofs/RECORD.tlog-proof");
  refused({"proofs/.tlog-proof"},
          "member 'proofs/.tlog-proof': field 'name': expected a name of 1 to 80 bytes, got 0");
}

TEST_CASE("records have names that are harmless everywhere") {
  const std::string wide = "\xe5\xbc\xa0\xe4\xb8\x89 \xe5\x87\xba\xe9\x99\xa2.pdf";
  for (const std::string& name : {std::string("a"), std::string(80, 'n'), wide, std::string("a b"),
                                  std::string("a.b-c_d~"), std::string("Observation-9.json")})
    CHECK(check_record_name(name));
  const std::pair<std::string, const char*> bad[] = {
      {"", "expected a name of 1 to 80 bytes, got 0"},
      {std::string(81, 'n'), "expected a name of 1 to 80 bytes, got 81"},
      {"a/b", "the name has a '/'"},
      {"..\\a", "the name has a '\\'"},
      {".profile", "the name begins with '.'"},
      {"-rf", "the name begins with '-'"},
      {" a", "the name begins with ' '"},
      {"a ", "the name ends in ' '"},
      {"a.", "the name ends in '.'"},
      {"..", "a part of the name is '..'"},
      {"a\tb", "the name has control characters"},
      {"a\xff", "the name is not UTF-8"},
  };
  for (const auto& [name, message] : bad) {
    const std::string& tried = name;
    CAPTURE(tried);
    check_error(check_record_name(name), Code::package_invalid, message);
    CHECK_FALSE(kind_of("records/" + name));
    CHECK_FALSE(kind_of("proofs/" + name + ".tlog-proof"));
  }
}

TEST_CASE("each limit holds at its edge") {
  const auto with = [](const test::Files& files, auto change) {
    Limits limits;
    change(limits);
    return check_manifest(manifest_of(files), limits);
  };
  const test::Files files = {{"records/a", "aaaa"},
                             {"records/b", "bbb"},
                             {openings, "oo"},
                             {"proofs/a.tlog-proof", "p"},
                             {"application.pdf", "ppppp"}};
  CHECK(with(files, [](Limits& l) { l = {2, 0, 2, 1, 5, 15}; }));
  check_error(with(files, [](Limits& l) { l.records = 1; }), Code::package_invalid,
              "manifest.json: there are more than 1 records");
  check_error(with(files, [](Limits& l) { l.openings_bytes = 1; }), Code::package_invalid,
              "manifest.json: member 'openings.json': field 'size': expected at most 1, got 2");
  check_error(
      with(files, [](Limits& l) { l.proof_bytes = 0; }), Code::package_invalid,
      "manifest.json: member 'proofs/a.tlog-proof': field 'size': expected at most 0, got 1");
  check_error(with(files, [](Limits& l) { l.record_bytes = 3; }), Code::package_invalid,
              "manifest.json: member 'records/a': field 'size': expected at most 3, got 4");
  check_error(with(files, [](Limits& l) { l.record_bytes = 4; }), Code::package_invalid,
              "manifest.json: member 'application.pdf': field 'size': expected at most 4, got 5");
  check_error(with(files, [](Limits& l) { l.total_bytes = 14; }), Code::package_invalid,
              "manifest.json: member 'application.pdf': field 'size': all members together are "
              "over 14 bytes");
  Manifest large = manifest_of(files);
  large.files[0].size = max_member_size;
  CHECK(check_manifest(large, {}));
  large.files[0].size += 1;
  Limits wide;
  wide.record_bytes = UINT64_MAX;
  wide.total_bytes = UINT64_MAX;
  check_error(check_manifest(large, wide), Code::package_invalid,
              "manifest.json: member 'records/a': field 'size': expected at most 8589934591, got "
              "8589934592");
  Manifest late = manifest_of(files);
  late.time = UnixSeconds(max_member_time);
  CHECK(check_manifest(late, {}));
  late.time = UnixSeconds(max_member_time + 1);
  check_error(check_manifest(late, {}), Code::package_invalid,
              "manifest.json: field 'time': expected a time from 1970 to 2242, got "
              "2242-03-16T12:56:32Z");
  late.time = UnixSeconds(-1);
  check_error(check_manifest(late, {}), Code::package_invalid,
              "manifest.json: field 'time': expected a time from 1970 to 2242, got "
              "1969-12-31T23:59:59Z");
  Manifest nameless = manifest_of(files);
  nameless.ledger = "a\nb";
  check_error(check_manifest(nameless, {}), Code::package_invalid,
              "manifest.json: field 'ledger': expected a name of 1 to 255 bytes, got 'a\\x0ab'");
  nameless = manifest_of(files);
  nameless.author = {};
  check_error(check_manifest(nameless, {}), Code::package_invalid,
              "manifest.json: field 'author': it is empty");
}

TEST_CASE("a manifest of as many records as there may be is within its limit") {
  Manifest manifest = manifest_of({});
  // The longest names, of characters that JSON escapes.
  for (int i = 0; i < 8'192; ++i) {
    const std::string number = std::to_string(10'000 + i);
    manifest.files.push_back(
        {"records/" + std::string(75, '"') + number, max_member_size / 64, Digest()});
  }
  manifest.files.push_back({openings, 1, Digest()});
  for (int i = 0; i < 8'192; ++i) {
    const FileEntry record = manifest.files[static_cast<std::size_t>(i)];
    manifest.files.push_back(
        {"proofs/" + std::string(output_name(record)) + ".tlog-proof", 1 << 20, Digest()});
  }
  Limits limits;
  limits.total_bytes = UINT64_MAX;
  const std::string text = format_manifest(manifest);
  CHECK(text.size() < limits.manifest_bytes);
  CHECK(test::must(parse_manifest(text, limits)) == manifest);
}
