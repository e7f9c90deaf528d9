#include "json/record_scanner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "unit/support.hpp"

using medchain::Code;
using medchain::Result;
using medchain::json::canonical_json;
using medchain::json::FhirFields;
using medchain::json::RecordScanner;
using Pointers = std::vector<std::string>;
using Found = std::vector<std::optional<std::string>>;

namespace {

/// Keeps the padded text and the scanner alive while views are looked at.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text), size_(text.size()) {
    text_.append(RecordScanner::padding, '}');
  }
  Result<FhirFields> fhir() { return scanner_.scan_fhir(view()); }
  Result<Found> pointers(const Pointers& pointers) {
    return scanner_.scan_pointers(view(), pointers);
  }

 private:
  std::string_view view() const { return std::string_view(text_).substr(0, size_); }
  std::string text_;
  std::size_t size_;
  RecordScanner scanner_;
};

void check_fields(std::string_view text, const FhirFields& expected) {
  CAPTURE(text);
  Scan scan(text);
  const auto fields = scan.fhir();
  REQUIRE_MESSAGE(fields.ok(), (fields ? "" : fields.error().message));
  CHECK(fields->resource_type == expected.resource_type);
  CHECK(fields->id == expected.id);
  CHECK(fields->subject == expected.subject);
  CHECK(fields->date == expected.date);
  CHECK(fields->code == expected.code);
  CHECK(fields->last_updated == expected.last_updated);
  CHECK(fields->labels == expected.labels);
}

void check_labels(const std::string& meta, std::optional<std::string_view> labels) {
  FhirFields expected;
  expected.resource_type = "X";
  expected.labels = labels;
  check_fields("{\"resourceType\":\"X\",\"meta\":" + meta + "}", expected);
}

void check_subject(const std::string& member, std::string_view subject) {
  FhirFields expected;
  expected.resource_type = "X";
  expected.subject = subject;
  check_fields("{\"resourceType\":\"X\"," + member + "}", expected);
}

void check_date(const std::string& members, std::string_view date) {
  FhirFields expected;
  expected.date = date;
  check_fields("{" + members + "}", expected);
}

void check_code(const std::string& members, std::string_view code) {
  FhirFields expected;
  expected.code = code;
  check_fields("{" + members + "}", expected);
}

void check_refused(std::string_view text, Code code, std::string_view part) {
  CAPTURE(text.substr(0, 100));
  Scan scan(text);
  const auto fields = scan.fhir();
  REQUIRE(!fields);
  INFO(fields.error().message);
  CHECK(fields.error().code == code);
  CHECK(fields.error().message.find(part) != std::string::npos);
  const auto found = scan.pointers({"/a"});
  REQUIRE(!found);
  CHECK(found.error().message == fields.error().message);
  const auto canonical = canonical_json(text);
  REQUIRE(!canonical);
  CHECK(canonical.error().message == fields.error().message);
}

void check_found(std::string_view text, const std::string& pointer,
                 const std::optional<std::string>& expected) {
  CAPTURE(text);
  CAPTURE(pointer);
  Scan scan(text);
  const auto found = scan.pointers({pointer});
  REQUIRE_MESSAGE(found.ok(), (found ? "" : found.error().message));
  REQUIRE(found->size() == 1);
  CHECK(found->front() == expected);
}

void check_canonical(std::string_view text, std::string_view expected) {
  CAPTURE(text);
  const auto canonical = canonical_json(text);
  REQUIRE_MESSAGE(canonical.ok(), (canonical ? "" : canonical.error().message));
  CHECK(*canonical == expected);
  CHECK(*canonical_json(*canonical) == *canonical);
}

std::string nested(std::size_t depth, std::string_view inner = "") {
  return std::string(depth, '[') + std::string(inner) + std::string(depth, ']');
}

/// The members that the fields come from, read slowly: `path` steps through objects and first items
/// of arrays.
std::string slow(const nlohmann::json& value, const std::vector<std::string>& path) {
  const nlohmann::json* at = &value;
  for (const std::string& step : path) {
    if (step == "0") {
      if (!at->is_array() || at->empty()) return {};
      at = &at->front();
      continue;
    }
    if (!at->is_object() || !at->contains(step)) return {};
    at = &at->at(step);
  }
  return at->is_string() ? at->get<std::string>() : std::string();
}

std::string slow_subject(const nlohmann::json& value) {
  if (slow(value, {"resourceType"}) == "Patient") return "Patient/" + slow(value, {"id"});
  for (const char* name : {"subject", "patient", "beneficiary", "individual", "for"})
    if (const std::string text = slow(value, {name, "reference"});
        !text.empty() && text.front() != '#')
      return text;
  return {};
}

std::vector<std::filesystem::path> shared_fhir(std::string_view extension) {
  std::vector<std::filesystem::path> files;
  const auto folder = test::shared_folder();
  if (!folder || !std::filesystem::exists(*folder / "data/dev")) {
    MESSAGE("skipped: no shared folder");
    return files;
  }
  for (const auto& item : std::filesystem::recursive_directory_iterator(*folder / "data/dev"))
    if (item.path().extension() == extension) files.push_back(item.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("a text of no bytes is refused by a scanner that has read nothing yet") {
  const auto fields = Scan("").fhir();
  REQUIRE(!fields.ok());
  CHECK(fields.error().code == Code::input_invalid);
}

TEST_CASE("the fields of an observation are found wherever they stand") {
  check_fields(
      R"({"valueQuantity":{"value":4.0,"code":"no"},"code":{"text":"x","coding":[{"system":"s","code":"2339-0"},
      {"code":"other"}]},"id":"o1","subject":{"display":"d","reference":"Patient/p1"},"meta":{"versionId":"1",
      "lastUpdated":"2024-01-02T03:04:05Z"},"effectiveDateTime":"2024-01-01","resourceType":"Observation"})",
      {"Observation", "o1", "Patient/p1", "2024-01-01", "2339-0", "2024-01-02T03:04:05Z"});
  check_fields(R"({"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"})",
               {"Patient", "p1", "Patient/p1", "", "", ""});
  check_fields(R"({"resourceType":"Patient"})", {"Patient", "", "", "", "", ""});
  check_fields(
      R"({"resourceType":"Bundle","id":"b","type":"document","timestamp":"2024-01-01T00:00:00Z",
      "entry":[{"resource":{"resourceType":"Patient","id":"inner","subject":{"reference":"Patient/inner"}}}]})",
      {"Bundle", "b", "", "2024-01-01T00:00:00Z", "", ""});
}

TEST_CASE("what is not fhir has no fields and is no error") {
  for (const char* text :
       {"{}", "[]", "1", "\"x\"", "null", "true", "[{\"resourceType\":\"Patient\"}]",
        R"({"resourceType":7,"id":[],"subject":"x","code":{"coding":{}},"meta":null,"date":{}})"})
    check_fields(text, {});
}

TEST_CASE("subjects are taken as they are spelled, contained ones are none") {
  for (const std::string name : {"subject", "patient", "beneficiary", "individual", "for"}) {
    const auto with = [&name](const std::string& reference) {
      return "\"" + name + "\":{\"reference\":\"" + reference + "\"}";
    };
    check_subject(with("Patient/1"), "Patient/1");
    check_subject(with("http://x/fhir/Patient/1"), "http://x/fhir/Patient/1");
    check_subject(with("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
                  "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0");
    check_subject(with("Patient\\/\\u0041"), "Patient/A");
    check_subject(with("#p"), "");
    check_subject(with(""), "");
    check_subject("\"" + name + "\":{\"identifier\":{\"value\":\"1\"}}", "");
  }
  check_subject(R"("patient":{"reference":"Patient/2"},"subject":{"reference":"Patient/1"})",
                "Patient/1");
  check_subject(R"("patient":{"reference":"Patient/2"},"subject":{"reference":"#c"})", "Patient/2");
  check_subject(R"("subject":[{"reference":"Patient/1"}])", "Patient/1");
  check_subject(R"("subject":[{"reference":"Patient/1"},{"reference":"Patient/2"}])", "");
  check_subject(R"("subject":[])", "");
}

TEST_CASE("dates and codes are taken in their order of preference") {
  check_date(R"("issued":"2","effectiveDateTime":"1")", "1");
  check_date(R"("effectivePeriod":{"end":"9","start":"1"},"issued":"2")", "1");
  check_date(R"("authoredOn":"1")", "1");
  check_date(R"("period":{"start":"1"})", "1");
  check_date(R"("period":{"end":"1"},"recordedDate":"2")", "2");
  check_date(R"("performedPeriod":{"start":"3"})", "3");
  check_date(R"("occurrenceDateTime":"3")", "3");
  check_date(R"("birthDate":"1")", "");
  check_code(R"("vaccineCode":{"coding":[{"code":"140"}]})", "140");
  check_code(R"("medicationCodeableConcept":{"coding":[{"code":"m"}]})", "m");
  check_code(R"("type":[{"coding":[{"code":"t"}]},{"coding":[{"code":"u"}]}])", "t");
  check_code(R"("type":{"coding":[{"code":"t"}]},"code":{"text":"only text"})", "t");
  check_code(R"("type":{"coding":[{"code":"t"}]},"code":{"coding":[{"code":"c"}]})", "c");
  check_code(R"("code":"primitive")", "");
  check_code(R"("code":{"coding":[]})", "");
}

TEST_CASE("of double keys the first counts") {
  check_fields(R"({"id":"1","id":"2","resourceType":"A","resourceType":"B"})",
               {"A", "1", "", "", "", ""});
  check_found(R"({"a":1,"a":2})", "/a", "1");
  check_found(R"({"a":"1","a":"2"})", "/a", "1");
}

TEST_CASE("the whole text is checked, whatever is asked for") {
  const std::string before = R"({"resourceType":"A","id":"1","x":[{"y":)", after = "}]}";
  for (const char* bad :
       {"01",       "1.",    "-",    "tru",     "nul",         "\"\\x\"",     "\"\\u12\"",
        "\"\x01\"", "{,}",   "[1,]", "{\"a\"}", "{\"a\":}",    "1 2",         "'a'",
        "+1",       ".5",    "0x1",  "NaN",     "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
        "\"\t\"",   "[1 2]", "[}",   "1e",      "1e+",         "--1",         "\"a",
        "\\\"",     "/**/1"})
    check_refused(before + bad + after, Code::input_invalid, "json at byte ");
  for (const char* bad :
       {"\"\x80\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\""})
    check_refused(before + bad + after, Code::input_encoding, "not well-formed UTF-8");
  check_refused("", Code::input_invalid, "json at byte 0: unexpected end, expected a value");
  check_refused("  ", Code::input_invalid, "json at byte 2: unexpected end");
  check_refused("{} x", Code::input_invalid, "json at byte 3: expected nothing after the value");
  check_refused("{}{}", Code::input_invalid, "json at byte 2");
  check_refused("\xef\xbb\xbf{}", Code::input_invalid, "byte order mark");
  check_refused(std::string_view("{}\0", 3), Code::input_invalid, "json at byte 2");
  check_refused(std::string_view("\0", 1), Code::input_invalid, "json at byte 0");
  check_refused("{\"a\":1", Code::input_invalid,
                "json at byte 6: unexpected end, expected ',' or '}'");
  check_refused("[1e999,2,3,01]", Code::input_invalid,
                "json at byte 11: number with a leading zero");
}

TEST_CASE("numbers of any size are valid and keep their spelling") {
  for (const char* number :
       {"0", "-0", "0.0", "-0.0", "1E5", "1e-7", "1.10", "4.0", "100000000000000000000000000000",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e999", "-1e-999",
        "3.14159265358979323846264338327950288", "7", "-12"}) {
    const std::string text =
        std::string("{\"id\":\"a\",\"n\":{\"v\":[0,") + number + "]},\"m\":true}";
    check_fields(text, {"", "a", "", "", "", ""});
    check_found(text, "/n/v/1", number);
    check_found(text, "/id", "a");
    check_canonical(text,
                    std::string("{\"id\":\"a\",\"m\":true,\"n\":{\"v\":[0,") + number + "]}}");
    check_found(number, "", number);
    check_canonical(number, number);
  }
}

TEST_CASE("pointers follow RFC 6901") {
  const char* text =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"t":true,"f":false,
      "z":null,"o":{},"\u00e9":"e"})";
  check_found(text, "/foo/0", "bar");
  check_found(text, "/foo/1", "baz");
  check_found(text, "/", "0");
  check_found(text, "/a~1b", "1");
  check_found(text, "/c%d", "2");
  check_found(text, "/e^f", "3");
  check_found(text, "/g|h", "4");
  check_found(text, "/i\\j", "5");
  check_found(text, "/k\"l", "6");
  check_found(text, "/ ", "7");
  check_found(text, "/m~0n", "8");
  check_found(text, "/t", "true");
  check_found(text, "/f", "false");
  check_found(text, "/\xc3\xa9", "e");
  for (const char* nothing :
       {"", "/foo", "/o", "/z", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/x", "/foo/",
        "/foo/99999999999999999999", "/none", "/t/x", "/foo/0/x", "/z/a"})
    check_found(text, nothing, std::nullopt);
  Scan scan(text);
  const auto found = scan.pointers({"/t", "/none", "/m~0n"});
  REQUIRE(found);
  CHECK(*found == Found{"true", std::nullopt, "8"});
  CHECK(scan.pointers({})->empty());
}

TEST_CASE("wrong pointers are refused") {
  Scan scan("{}");
  for (const char* wrong : {"a", "#/a", "/~", "/a~2b", "/a~"}) {
    const auto found = scan.pointers({wrong});
    REQUIRE(!found);
    CHECK(found.error().code == Code::input_invalid);
    CHECK(found.error().message.find("json pointer") == 0);
  }
}

TEST_CASE("nesting ends at 512 for all readers of records") {
  check_fields(nested(512), {});
  check_fields(nested(512, "1"), {});
  check_canonical(nested(512, "{}").substr(1, 1024), nested(511, "{}"));
  check_found(
      nested(512, "7"),
      std::string("/0") +
          [] {
            std::string more;
            for (int i = 0; i < 511; ++i) more += "/0";
            return more;
          }(),
      "7");
  check_fields(nested(513), {});  // an empty one is no level
  check_canonical(nested(513), nested(513));
  check_refused(nested(513, "1"), Code::input_invalid, "json at byte 513: nested deeper than 512");
  check_refused(nested(514), Code::input_invalid, "json at byte 513: nested deeper than 512");
  std::string objects = "1";
  for (int i = 0; i < 512; ++i) objects = "{\"a\":" + objects + "}";
  check_fields(objects, {});
  check_canonical(objects, objects);
  check_refused("{\"a\":" + objects + "}", Code::input_invalid, "nested deeper than 512");
  check_refused(std::string(1'000'000, '['), Code::input_invalid, "nested deeper than 512");
}

TEST_CASE("one scanner takes records of all sizes up to 64 MiB, in any order") {
  RecordScanner scanner;
  const auto check_size = [&scanner](std::size_t size) {
    CAPTURE(size);
    const std::string head = R"({"resourceType":"Binary","id":"b","data":")", tail = "\"}";
    std::string text = head + std::string(size - head.size() - tail.size(), 'x') + tail;
    text.append(RecordScanner::padding, '\0');
    const auto fields = scanner.scan_fhir(std::string_view(text).substr(0, size));
    REQUIRE_MESSAGE(fields.ok(), (fields ? "" : fields.error().message));
    CHECK(fields->id == "b");
  };
  for (const std::size_t size :
       {std::size_t{100}, std::size_t{5000}, std::size_t{64} << 20, std::size_t{50},
        std::size_t{5} << 20, std::size_t{4} << 20, std::size_t{1} << 20, std::size_t{60}})
    check_size(size);
  std::string text((std::size_t{64} << 20) + 1, ' ');
  text[0] = '1';
  const std::size_t size = text.size();
  text.append(RecordScanner::padding, ' ');
  const auto fields = scanner.scan_fhir(std::string_view(text).substr(0, size));
  REQUIRE(!fields);
  CHECK(fields.error().code == Code::input_too_long);
  CHECK(canonical_json(std::string_view(text).substr(0, size)).error().code ==
        Code::input_too_long);
  check_size(70);
}

TEST_CASE("canonical json sorts by bytes, drops white space, and keeps numbers") {
  check_canonical(
      " { \"b\" : 1.0 , \"a\" : [ 2 , { \"z\" : null , \"y\" : -0e5 } ] , \"\" : true } ",
      R"({"":true,"a":[2,{"y":-0e5,"z":null}],"b":1.0})");
  // By UTF-8 bytes and not by UTF-16 units: U+FB33 before U+1F600.
  check_canonical("{\"\\ud83d\\ude00\":1,\"\\ufb33\":2,\"\\u00e9\":3,\"z\":4,\"Z\":5}",
                  "{\"Z\":5,\"z\":4,\"\xc3\xa9\":3,\"\xef\xac\xb3\":2,\"\xf0\x9f\x98\x80\":1}");
  check_canonical(R"("\u0041\/\u00e9\b\f\n\r\t\u0000\u001F\u007f\"\\")",
                  "\"A/\xc3\xa9\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\\\"\\\\\"");
  check_canonical(R"({"a\/b":1,"a.b":2})", R"({"a.b":2,"a/b":1})");
  check_canonical("[]", "[]");
  check_canonical("{\"k\":[[],{}]}", "{\"k\":[[],{}]}");
}

TEST_CASE("canonical json refuses double keys however they are spelled") {
  for (const char* text : {R"({"a":1,"b":2,"a":3})", R"([{"x":{"a":1,"\u0061":3}}])"}) {
    const auto canonical = canonical_json(text);
    REQUIRE(!canonical);
    CHECK(canonical.error().code == Code::input_invalid);
    CHECK(canonical.error().message.find("duplicate key 'a'") != std::string::npos);
  }
  CHECK(canonical_json(R"({"a":1,"b":2,"a":3})").error().message ==
        "json at byte 13: duplicate key 'a'");
}

TEST_CASE("what is accepted agrees with a slow reader, on valid texts with a byte changed") {
  const std::string good =
      R"({"a":[1,-2.5e+3,true,false,null,"x\n\u00e9\ud83d\ude00"],"b":{"c":{}}, "d" : [ ] ,"e":0})";
  const std::uint64_t seed = 99;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  constexpr std::string_view bytes = "{}[]\":,\\01289eE+-.tfnu \n\x01\x80\xc3\xa9\xffx/";
  RecordScanner scanner;
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (std::uint64_t n = random() % 3 + 1; n > 0; --n) {
      const std::size_t at = random() % text.size();
      const char byte = bytes[random() % bytes.size()];
      switch (random() % 3) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          text.erase(at, 1);
          break;
      }
    }
    const bool expected = nlohmann::json::accept(text);
    const std::size_t size = text.size();
    text.append(RecordScanner::padding, ' ');
    const std::string_view view = std::string_view(text).substr(0, size);
    CAPTURE(view);
    CHECK(scanner.scan_fhir(view).ok() == expected);
    const auto canonical = canonical_json(view);
    if (!canonical && canonical.error().message.find("duplicate key") != std::string::npos)
      continue;
    CHECK(canonical.ok() == expected);
    if (canonical) {
      ++accepted;
      CHECK(nlohmann::json::parse(*canonical) == nlohmann::json::parse(view));
    }
  }
  CHECK(accepted > 500);
}

TEST_CASE("shared fhir lines scan, with the fields that a slow reader finds") {
  RecordScanner scanner;
  std::size_t lines = 0, with_subject = 0, with_date = 0, with_code = 0;
  for (const auto& file : shared_fhir(".ndjson")) {
    CAPTURE(file.string());
    std::ifstream in(file, std::ios::binary);
    for (std::string line; std::getline(in, line); ++lines) {
      const nlohmann::json value = nlohmann::json::parse(line);
      const std::size_t size = line.size();
      line.append(RecordScanner::padding, '\0');
      const std::string_view text = std::string_view(line).substr(0, size);
      const auto fields = scanner.scan_fhir(text);
      REQUIRE(fields);
      CHECK(fields->resource_type == slow(value, {"resourceType"}));
      CHECK(fields->id == slow(value, {"id"}));
      CHECK(fields->subject == slow_subject(value));
      CHECK(fields->last_updated == slow(value, {"meta", "lastUpdated"}));
      if (const std::string code = slow(value, {"code", "coding", "0", "code"}); !code.empty())
        CHECK(fields->code == code);
      if (const std::string date = slow(value, {"effectiveDateTime"}); !date.empty())
        CHECK(fields->date == date);
      with_subject += fields->subject.empty() ? 0U : 1U;
      with_date += fields->date.empty() ? 0U : 1U;
      with_code += fields->code.empty() ? 0U : 1U;
      const auto found = scanner.scan_pointers(text, {"/id", "/resourceType"});
      REQUIRE(found);
      if (value.contains("id")) CHECK(found->at(0) == slow(value, {"id"}));
      if (lines % 10 == 0) {
        const auto canonical = canonical_json(text);
        REQUIRE(canonical);
        CHECK(nlohmann::json::parse(*canonical) == value);
      }
    }
  }
  if (lines != 0)
    MESSAGE(lines << " lines: " << with_subject << " with subject, " << with_date << " with date, "
                  << with_code << " with code");
}

TEST_CASE("shared json files scan as a whole") {
  RecordScanner scanner;
  for (const auto& file : shared_fhir(".json")) {
    CAPTURE(file.string());
    std::string text = test::read_all(file);
    const bool has_mark = text.starts_with("\xef\xbb\xbf");
    const bool expected = !has_mark && nlohmann::json::accept(text);
    const std::size_t size = text.size();
    text.append(RecordScanner::padding, '\0');
    const std::string_view view = std::string_view(text).substr(0, size);
    const auto fields = scanner.scan_fhir(view);
    CHECK(fields.ok() == expected);
    if (!fields) continue;
    const nlohmann::json value = nlohmann::json::parse(view);
    CHECK(fields->resource_type == slow(value, {"resourceType"}));
    CHECK(fields->id == slow(value, {"id"}));
    CHECK(nlohmann::json::parse(*canonical_json(view)) == value);
  }
}

TEST_CASE("labels are the codes of meta.security, each once") {
  check_labels("{}", "");
  check_labels("[]", "");
  check_labels(R"({"security":[]})", "");
  check_labels(R"({"security":[{"code":"R"}]})", "R");
  check_labels(R"({"security":{"code":"R"}})", "R");
  check_labels(R"({"security":[{"code":"RR"},{"code":"R"},{"code":"RR"},{"code":"R"},{"code":"PSY"}]})", "RR\nR\nPSY");
  check_labels(R"({"security":[{"code":""},{"display":"R"},{"code":7},"R",{"code":"two words"}]})", "two words");
  // What would look like two labels, or moves a cursor, is no label that can be kept.
  check_labels(R"({"security":[{"code":"R"},{"code":"V\nN"}]})", std::nullopt);
  check_labels(R"({"security":[{"code":"\u001b[2J"},{"code":"R"}]})", std::nullopt);
  // Nothing is left of a record before.
  RecordScanner scanner;
  std::string labelled = R"({"resourceType":"X","meta":{"security":[{"code":"R"}]}})", plain = R"({"resourceType":"X","meta":{}})";
  for (std::string* text : {&labelled, &plain}) text->append(RecordScanner::padding, ' ');
  CHECK(scanner.scan_fhir(labelled).value().labels == "R");
  CHECK(scanner.scan_fhir(plain).value().labels == "");
}
