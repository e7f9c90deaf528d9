#include "report/fhir.hpp"

#include <doctest/doctest.h>

using namespace medchain;
using namespace medchain::report::fhir;

TEST_CASE("an AuditEvent: members in the order of FHIR, nothing that is empty") {
  AuditEvent event;
  event.id = "a-1";
  event.type = coding("urn:t", "rest");
  event.action = "C";
  event.start = "2025-03-01T09:00:00Z";
  event.recorded = "2025-03-01T09:00:01Z";
  event.outcome = "0";
  event.agents = {{coding("urn:t", "who"), refers_to("urn:m", "hosp-a"), true, ""}};
  event.site = "ledger.example/L";
  event.observer = refers_to("urn:m", "hosp-a");
  event.source_type = "4";
  CHECK(json::write(audit_event(event)) ==
        R"({"resourceType":"AuditEvent","id":"a-1","type":{"system":"urn:t","code":"rest"},)"
        R"("action":"C","period":{"start":"2025-03-01T09:00:00Z"},)"
        R"("recorded":"2025-03-01T09:00:01Z","outcome":"0","agent":[{"type":{"coding":[)"
        R"({"system":"urn:t","code":"who"}]},"who":{"identifier":{"system":"urn:m",)"
        R"("value":"hosp-a"}},"requestor":true}],"source":{"site":"ledger.example/L",)"
        R"("observer":{"identifier":{"system":"urn:m","value":"hosp-a"}},"type":[{"system":)"
        R"("http://terminology.hl7.org/CodeSystem/security-source-type","code":"4"}]}})");
  event.profile = "http://p";
  event.extensions.emplace_back(extension("urn:e", "valueCode", "x"));
  event.subtypes.emplace_back(coding("urn:s", "create"));
  event.outcome_text = "why";
  event.purposes.emplace_back(concept_of(coding("urn:p", "TREAT")));
  event.agents.front().network = "urn:m:hosp-a";
  event.entities = {{coding("urn:t", "1"), "1", refers_to("urn:tag", "00")},
                    {coding("urn:t", "2"), "", refers_to("urn:tag", "01")}};
  const std::string text = json::write(audit_event(event));
  for (
      const char* part :
      {R"("id":"a-1","meta":{"profile":["http://p"]},"extension":[{"url":"urn:e","valueCode":"x"}])",
       R"("subtype":[{"system":"urn:s","code":"create"}],"action":"C")",
       R"("outcome":"0","outcomeDesc":"why","purposeOfEvent":[{"coding":[)",
       R"("requestor":true,"network":{"address":"urn:m:hosp-a","type":"5"}}])",
       R"("entity":[{"what":{"identifier":{"system":"urn:tag","value":"00"}},"type":{"system":)"
       R"("urn:t","code":"1"},"role":{"system":"http://terminology.hl7.org/CodeSystem/object-role",)"
       R"("code":"1"}},{"what":{"identifier":{"system":"urn:tag","value":"01"}},"type":{"system":)"
       R"("urn:t","code":"2"}}])"})
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
}

TEST_CASE("a Bundle in parts, and one without entries, for FHIR knows no empty array") {
  json::Object one;
  one.set("resourceType", "Basic");
  const std::string head =
      R"({"resourceType":"Bundle","id":"b","type":"collection","timestamp":"2025-03-01T09:00:00Z")";
  CHECK(bundle_begin("b", "2025-03-01T09:00:00Z") + bundle_end(true) == head + "}\n");
  CHECK(bundle_begin("b", "2025-03-01T09:00:00Z") + bundle_entry(true, "urn:1", one) +
            bundle_entry(false, "urn:2", one) + bundle_end(false) ==
        head +
            ",\"entry\":[\n{\"fullUrl\":\"urn:1\",\"resource\":{\"resourceType\":\"Basic\"}},\n"
            "{\"fullUrl\":\"urn:2\",\"resource\":{\"resourceType\":\"Basic\"}}\n]}\n");
}

TEST_CASE("control characters do not get into FHIR's strings") {
  CHECK(clean_text("a\x01"
                   "b\tc\nd\x1f") == "a b\tc\nd ");
}
