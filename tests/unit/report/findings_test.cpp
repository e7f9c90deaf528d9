#include "report/findings.hpp"

#include <doctest/doctest.h>

using namespace medchain;
using namespace medchain::report;

namespace {

Report sample() {
  Report report;
  report.tool = "medchain-verify";
  report.version = "1.2.3";
  report.ledger = "a b:c/ledger";
  report.kinds = {{"chain.altered", Level::error, "an entry is not what was signed"},
                  {"host.slow", Level::warning, "the clock lags"}};
  report.findings = {{"chain.altered", Level::error, "hash <differs> & \"more\"", 42, "x\x1b.dcm"},
                     {"host.slow", Level::warning, "3 s behind", std::nullopt, ""},
                     {"other", Level::note, "look", 0, ""}};
  report.checks = {{"signatures", "entries 0-41", true, ""},
                   {"tree", "root #1", false, "got \\ other"},
                   {"signatures", "entries 42-50", true, ""}};
  report.summary.set("schema", "medchain/1").set("type", "summary");
  report.summary.set("entry_count", 51).set("complete", true).set("origin", "a\nb");
  report.summary.set("list", json::Array{1});
  return report;
}

}  // namespace

TEST_CASE("text is a line for each finding and a summary") {
  CHECK(write(sample(), "text") ==
        "error: entry 42: 'x\\x1b.dcm': hash <differs> & \"more\" [chain.altered]\n"
        "warning: 3 s behind [host.slow]\n"
        "note: entry 0: look [other]\n"
        "medchain-verify: 3 checks, 1 failed; 1 error, 1 warning, 1 note; entry count 51, "
        "complete true, origin a\\x0ab\n");
}

TEST_CASE("text of an empty report is the summary alone") {
  Report report;
  report.tool = "medchain-audit";
  CHECK(write(report, "text") == "medchain-audit: 0 errors, 0 warnings, 0 notes\n");
}

TEST_CASE("json is an object for each finding and the summary last") {
  CHECK(
      write(sample(), "json") ==
      R"({"schema":"medchain/1","type":"finding","id":"chain.altered","level":"error","entry":42,)"
      R"("subject":"x\u001b.dcm","message":"hash <differs> & \"more\""})"
      "\n"
      R"({"schema":"medchain/1","type":"finding","id":"host.slow","level":"warning",)"
      R"("message":"3 s behind"})"
      "\n"
      R"({"schema":"medchain/1","type":"finding","id":"other","level":"note","entry":0,)"
      R"("message":"look"})"
      "\n"
      R"({"schema":"medchain/1","type":"summary","entry_count":51,"complete":true,)"
      R"("origin":"a\nb","list":[1]})"
      "\n");
}

TEST_CASE("json of a subject that is not UTF-8 is UTF-8") {
  Report report;
  report.findings = {{"a", Level::note, "m", std::nullopt, "caf\xe9"}};
  CHECK(write(report, "json").find(R"("subject":"caf\\xe9")") != std::string::npos);
}

TEST_CASE("junit has a suite for each group and one for findings") {
  CHECK(write(sample(), "junit") ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"medchain-verify\" tests=\"6\" failures=\"2\">\n"
        "  <testsuite name=\"signatures\" tests=\"2\" failures=\"0\">\n"
        "    <testcase classname=\"signatures\" name=\"entries 0-41\"/>\n"
        "    <testcase classname=\"signatures\" name=\"entries 42-50\"/>\n"
        "  </testsuite>\n"
        "  <testsuite name=\"tree\" tests=\"1\" failures=\"1\">\n"
        "    <testcase classname=\"tree\" name=\"root #1\">\n"
        "      <failure message=\"got \\ other\"/>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "  <testsuite name=\"findings\" tests=\"3\" failures=\"1\">\n"
        "    <testcase classname=\"findings\" name=\"chain.altered entry 42\">\n"
        "      <failure type=\"chain.altered\" message=\"entry 42: 'x\\x1b.dcm': "
        "hash &lt;differs&gt; &amp; &quot;more&quot;\"/>\n"
        "    </testcase>\n"
        "    <testcase classname=\"findings\" name=\"host.slow\">\n"
        "      <system-out>warning: 3 s behind [host.slow]</system-out>\n"
        "    </testcase>\n"
        "    <testcase classname=\"findings\" name=\"other entry 0\">\n"
        "      <system-out>note: entry 0: look [other]</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

TEST_CASE("junit writes no character that XML does not have") {
  Report report;
  std::string all;
  for (char c = 1; c < 0x20; ++c) all += c;
  report.checks = {{"g", all + "\x7f\xef\xbf\xbe\xef\xbf\xbf\xff", true, ""}};
  const std::string text = write(report, "junit");
  for (const char c : text) CHECK((c == '\n' || (c >= 0x20 && c < 0x7f)));
  CHECK(text.find("\\x1f\\x7f\\u{fffe}\\u{ffff}\\xff\"") != std::string::npos);
}

TEST_CASE("tap has a line for each check and findings as comments") {
  CHECK(write(sample(), "tap") ==
        "TAP version 14\n"
        "1..3\n"
        "ok 1 - signatures: entries 0-41\n"
        "not ok 2 - tree: root \\#1\n"
        "# got \\ other\n"
        "ok 3 - signatures: entries 42-50\n"
        "# error: entry 42: 'x\\x1b.dcm': hash <differs> & \"more\" [chain.altered]\n"
        "# warning: 3 s behind [host.slow]\n"
        "# note: entry 0: look [other]\n");
}

TEST_CASE("sarif names rules, ledger and entries") {
  Report report = sample();
  report.findings.resize(2);
  CHECK(
      write(report, "sarif") ==
      R"({"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",)"
      R"("version":"2.1.0","runs":[{"tool":{"driver":{"name":"medchain-verify","version":"1.2.3","rules":[)"
      R"({"id":"chain.altered","shortDescription":{"text":"an entry is not what was signed"},)"
      R"("defaultConfiguration":{"level":"error"}},)"
      R"({"id":"host.slow","shortDescription":{"text":"the clock lags"},)"
      R"("defaultConfiguration":{"level":"warning"}}]}},"results":[)"
      R"({"ruleId":"chain.altered","ruleIndex":0,"level":"error",)"
      R"("message":{"text":"entry 42: 'x\\x1b.dcm': hash <differs> & \"more\""},)"
      R"("locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b%3Ac/ledger"}},)"
      R"("logicalLocations":[{"fullyQualifiedName":"entry/42"}]}]},)"
      R"({"ruleId":"host.slow","ruleIndex":1,"level":"warning","message":{"text":"3 s behind"},)"
      R"("locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b%3Ac/ledger"}}}]}]}]})"
      "\n");
}

TEST_CASE(
    "a check that was not done is neither passed nor failed, in every format that has checks") {
  Report report = sample();
  report.findings.clear();
  report.checks = {{"anchor", "host.slow", true, "", "no vault & no \"date\""},
                   {"tree", "root", false, "got other"}};
  CHECK(
      write(report, "text").starts_with("medchain-verify: 2 checks, 1 failed, 1 not done; 0 err"));
  CHECK(write(report, "tap") ==
        "TAP version 14\n"
        "1..2\n"
        "ok 1 - anchor: host.slow # SKIP no vault & no \"date\"\n"
        "not ok 2 - tree: root\n"
        "# got other\n");
  CHECK(write(report, "junit")
            .find("    <testcase classname=\"anchor\" name=\"host.slow\">\n"
                  "      <skipped message=\"no vault &amp; no &quot;date&quot;\"/>\n"
                  "    </testcase>\n") != std::string::npos);
  CHECK(write(report, "sarif")
            .find(R"("invocations":[{"executionSuccessful":true,"toolConfigurationNotifications":[)"
                  R"({"level":"note","associatedRule":{"id":"host.slow"},)"
                  R"("message":{"text":"not done: no vault & no \"date\""}}]}],"results":[])") !=
        std::string::npos);
  report.checks[0].passed = false;
  CHECK(write(report, "text").find("2 checks, 1 failed, 1 not done") != std::string::npos);
}
