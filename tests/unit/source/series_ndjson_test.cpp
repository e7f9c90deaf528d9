#include <doctest/doctest.h>

#include "unit/source/series_helper.hpp"

using namespace test;
using namespace std::string_literals;

namespace {

using Lines = std::vector<std::string>;

std::string problem_of(const std::string& line, Code code = Code::input_invalid) {
  const Series series = read_lines(line + "\n");
  if (series.error || series.problems.size() != 1) return "no problem";
  CHECK(series.codes[0] == code);
  return series.problems[0];
}

/// An Observation with some of its members replaced or left out (empty).
struct Observation {
  std::string status = R"("status":"final",)";
  std::string code = R"("code":{"coding":[{"system":"http://loinc.org","code":"99504-3"}]},)";
  std::string time = R"("effectiveDateTime":"2026-11-23T08:00:00+01:00",)";
  std::string value =
      R"("valueQuantity":{"value":103,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"})";

  std::string line() const {
    return R"({"resourceType":"Observation",)" + status + code + time + value + "}\n";
  }
};

}  // namespace

TEST_CASE("our own readings: the three members, and what may stand beside them") {
  const Series series = read_lines(
      "\xef\xbb\xbf{\"time\":\"2026-11-23T08:00:00Z\",\"value\":\"5.60\",\"unit\":\"mmol/L\"}\n\n"
      "{\"schema\":\"medchain/1\",\"type\":\"reading\",\"time\":\"2026-11-23T09:05:00.5+01:00\","
      "\"value\":103,\"unit\":\"mg/dL\",\"method\":\"strip\"}\r\n"
      " {\"unit\":\"mg/dL\",\"value\":\"low\",\"time\":\"2026-11-23T08:10:00z\"} \n");
  CHECK(!series.error);
  CHECK(series.problems.empty());
  CHECK(series.lines() == Lines{"2026-11-23T08:00:00Z 5.60 mmol/L sensor",
                                "2026-11-23T08:05:00Z 103 mg/dL strip",
                                "2026-11-23T08:10:00Z low mg/dL sensor"});
  CHECK(series.counts.byte_order_mark);
  CHECK(read_lines("").readings.empty());
}

TEST_CASE("our own readings are strict: the member is named, its content is not") {
  const std::string time = R"({"time":"2026-11-23T08:00:00Z",)";
  const std::string rest = R"("value":"5.6","unit":"mmol/L"})";
  CHECK(problem_of(time + R"("value":5.6,"unit":"mmol/L"})") != "no problem");
  CHECK(
      contains(problem_of(time + R"("glucose":1,)" + rest), "is not known: expected time, value"));
  CHECK(!contains(problem_of(time + R"("Miller":1,)" + rest), "Miller"));
  CHECK(
      problem_of(time + R"("value":"5,6","unit":"mmol/L"})") ==
      "in.ndjson:1: field 'value': expected a number such as 103 or \"5.6\", \"low\" or \"high\", "
      "got '9,9'");
  CHECK(contains(problem_of(time + R"("value":-5,"unit":"mg/dL"})"), "got integer"));
  CHECK(contains(problem_of(time + R"("value":"Low","unit":"mg/dL"})"), "got 'aaa'"));
  CHECK(contains(problem_of(time + R"("value":true,"unit":"mg/dL"})"), "got boolean"));
  CHECK(contains(problem_of(time + R"("unit":"mg/dL"})"), "field 'value': "));
  CHECK(contains(problem_of(time + R"("value":5,"unit":"MG/DL"})"), "'mg/dL' or 'mmol/L'"));
  CHECK(contains(problem_of(time + R"("value":5})"), "field 'unit': expected"));
  CHECK(contains(problem_of(time + R"("value":5,"unit":"mg/dL","method":"guess"})"),
                 "sensor, scan, strip or lab, got 'aaaaa'"));
  CHECK(contains(problem_of(time + R"("value":5,"value":6,"unit":"mg/dL"})"), "value"));
  CHECK(contains(problem_of("{" + rest), "field 'time': expected"));
  for (const std::string text : {"2026-11-23T08:00:00", "2026-11-23", "2026-02-30T08:00:00Z",
                                 "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "now"})
    CHECK(contains(problem_of("{\"time\":\"" + text + "\"," + rest), "field 'time': expected"));
  CHECK(problem_of("{\"time\":\"9999-12-31T23:59:59-01:00\"," + rest) != "no problem");
  CHECK(contains(problem_of(R"({"schema":"medchain/2",)" + time.substr(1) + rest), "'medchain/1'"));
  CHECK(contains(problem_of(R"({"type":"receipt",)" + time.substr(1) + rest), "'reading'"));
  CHECK(problem_of("[1]") != "no problem");
  CHECK(problem_of("{}") != "no problem");
}

TEST_CASE("hostile lines: bad UTF-8, NUL, over-long, cut; the next line is read") {
  const std::string good = R"({"time":"2026-11-23T08:00:00Z","value":5,"unit":"mg/dL"})";
  CHECK(problem_of("{\"time\":\"\xff\"}", Code::input_encoding) != "no problem");
  CHECK(problem_of("{\"time\":\"\0\"}"s) != "no problem");
  CHECK(problem_of("\0"s) != "no problem");
  const std::string big =
      R"({"time":"2026-11-23T08:00:00Z","value":5,"unit":")" + std::string(10'000'000, 'x') + "\"}";
  CHECK(contains(problem_of(big, Code::input_too_long), "over 1048576 bytes"));
  const Series series = read_lines(big + "\n" + good + "\n" + good);
  CHECK(series.readings.size() == 1);
  CHECK(series.codes == std::vector<Code>{Code::input_too_long, Code::input_truncated});
  CHECK(contains(series.problems[1], "in.ndjson:3: the last line has no line end"));
  CHECK(read_lines(good.substr(0, 30)).codes == std::vector<Code>{Code::input_truncated});
  CHECK(problem_of(std::string(100'000, '[')) != "no problem");
}

TEST_CASE("FHIR Observations of glucose are readings; digits are kept") {
  CHECK(read_lines(Observation().line()).lines() == Lines{"2026-11-23T07:00:00Z 103 mg/dL sensor"});
  Observation each;
  each.value = R"("valueQuantity":{"value":5.60,"unit":"mmol/L"})";
  each.code =
      R"("code":{"coding":[{"system":"http://snomed.info/sct","code":"x"},{"code":"y"},{"system":"http://loinc.org","code":"14743-9"}]},)";
  CHECK(read_lines(each.line()).lines() == Lines{"2026-11-23T07:00:00Z 5.60 mmol/L strip"});
  each.value = R"("valueQuantity":{"value":40,"comparator":"<","unit":"mg/dL"})";
  each.code = R"("code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},)";
  each.status = R"("status":"corrected",)";
  CHECK(read_lines(each.line()).lines() == Lines{"2026-11-23T07:00:00Z <40 mg/dL lab"});
  // Records of others: a last line without line end is fine if it is whole.
  const std::string line = Observation().line();
  CHECK(read_lines(line.substr(0, line.size() - 1)).readings.size() == 1);
  CHECK(read_lines(line.substr(0, line.size() - 2)).codes ==
        std::vector<Code>{Code::input_truncated});
}

TEST_CASE("Observations that are no readings are skipped by kind") {
  Observation absent, draft, other, foreign;
  absent.value = R"("dataAbsentReason":{"coding":[{"code":"error"}]})";
  draft.status = R"("status":"entered-in-error",)";
  other.code = R"("code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},)";
  foreign.code = R"("code":{"coding":[{"system":"http://example.org","code":"99504-3"}]},)";
  const Series series = read_lines(absent.line() + draft.line() + other.line() + foreign.line() +
                                   R"({"resourceType":"Patient","id":"1"})" + "\n");
  CHECK(series.readings.empty());
  CHECK(series.problems.empty());
  CHECK(series.counts.of(Skipped::no_value) == 1);
  CHECK(series.counts.of(Skipped::not_final) == 1);
  CHECK(series.counts.of(Skipped::other_code) == 3);
}

TEST_CASE("Observations of glucose that cannot be read are problems") {
  const auto problem = [](std::string Observation::*part, const std::string& text) {
    Observation each;
    each.*part = text;
    const Series series = read_lines(each.line());
    return series.problems.empty() ? std::string("no problem") : series.problems[0];
  };
  CHECK(contains(problem(&Observation::status, ""), "field 'status'"));
  CHECK(contains(problem(&Observation::time, ""), "field 'effectiveDateTime': expected"));
  CHECK(contains(problem(&Observation::time, R"("effectiveDateTime":"2026-11-23",)"),
                 "got '9999-99-99'"));
  CHECK(contains(problem(&Observation::value, R"("valueString":"5.6")"),
                 "field 'valueQuantity.value': expected a number such as 103 or 5.6, got nothing"));
  for (const std::string value : {"-5", "1e2", "123456", "true", "\"5,6\""})
    CHECK(contains(
        problem(&Observation::value, R"("valueQuantity":{"unit":"mg/dL","value":)" + value + "}"),
        "field 'valueQuantity.value'"));
  CHECK(contains(problem(&Observation::value, R"("valueQuantity":{"value":5.6,"unit":"g/L"})"),
                 "field 'valueQuantity.unit': expected mg/dL or mmol/L, got 'a/a'"));
  CHECK(contains(
      problem(&Observation::value, R"("valueQuantity":{"value":5.6,"unit":"mg/dL",)"
                                   R"("system":"http://unitsofmeasure.org","code":"g/L"})"),
      "got 'a/a'"));
  CHECK(contains(problem(&Observation::value, R"("valueQuantity":{"value":5.6,"comparator":"~"})"),
                 "valueQuantity.value"));
}

TEST_CASE("both kinds of lines may follow each other") {
  CHECK(read_lines(Observation().line() +
                   "{\"time\":\"2026-11-23T08:00:00Z\",\"value\":5,\"unit\":\"mg/dL\"}\n" +
                   Observation().line())
            .readings.size() == 3);
}
