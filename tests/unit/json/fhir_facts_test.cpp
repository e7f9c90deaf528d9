#include <doctest/doctest.h>

#include "json/record_scanner.hpp"

using medchain::Code;
using medchain::Result;
using medchain::json::FhirFacts;
using medchain::json::RecordScanner;
using List = std::vector<std::string>;

namespace {

Result<std::optional<FhirFacts>> scan(std::string text) {
  const std::size_t size = text.size();
  text.append(RecordScanner::padding, '}');
  return RecordScanner().scan_facts(std::string_view(text).substr(0, size));
}

FhirFacts facts_of(std::string text) {
  auto facts = scan(std::move(text));
  REQUIRE(facts.ok());
  REQUIRE(facts->has_value());
  return **facts;
}

}  // namespace

TEST_CASE("codes of all codings, with their system where there is one") {
  const FhirFacts facts = facts_of(
      R"({"resourceType":"Observation","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"},)"
      R"({"code":"glu"},{"display":"no code"},{"code":7}],"text":"Glucose"}})");
  CHECK(facts.codes == List{"http://loinc.org|2339-0", "glu"});
  CHECK(facts_of(R"({"resourceType":"Immunization","vaccineCode":{"coding":[{"code":"a"}]}})")
            .codes == List{"a"});
  CHECK(facts_of(R"({"resourceType":"Encounter","type":[{"coding":[{"code":"a"}]},)"
                 R"({"coding":[{"code":"b"},{"code":"a"}]}]})")
            .codes == List{"a", "b"});
  CHECK(facts_of(R"({"resourceType":"MedicationRequest","medicationCodeableConcept":)"
                 R"({"coding":{"code":"one"}}})")
            .codes == List{"one"});
}

TEST_CASE("security labels") {
  const FhirFacts facts = facts_of(
      R"({"resourceType":"Observation","meta":{"security":[{"system":"s","code":"R"},{"code":"HIV"},{}]}})");
  CHECK(facts.labels == List{"R", "HIV"});
  CHECK(facts_of(R"({"resourceType":"Observation","meta":{"tag":[{"code":"R"}]}})").labels.empty());
  CHECK(facts_of(R"({"resourceType":"Observation","security":[{"code":"R"}]})").labels.empty());
}

TEST_CASE("who made it, in every place where FHIR says so") {
  CHECK(facts_of(R"({"resourceType":"Observation","performer":[{"reference":"Practitioner/9"},)"
                 R"({"display":"nobody"}]})")
            .authors == List{"Practitioner/9"});
  CHECK(facts_of(
            R"({"resourceType":"Procedure","performer":[{"actor":{"reference":"Practitioner/8"}}],)"
            R"("recorder":{"reference":"PractitionerRole/1"}})")
            .authors == List{"Practitioner/8", "PractitionerRole/1"});
  CHECK(
      facts_of(
          R"({"resourceType":"MedicationRequest","requester":{"agent":{"reference":"Organization/2"}}})")
          .authors == List{"Organization/2"});
}

TEST_CASE("references as they are spelled, and short") {
  CHECK(facts_of(R"({"resourceType":"Composition","author":[)"
                 R"({"reference":"https://a.example/fhir/Practitioner/9/_history/3"}]})")
            .authors == List{"https://a.example/fhir/Practitioner/9/_history/3", "Practitioner/9"});
  CHECK(facts_of(
            R"({"resourceType":"Composition","author":{"reference":"Practitioner/9/_history/3"}})")
            .authors == List{"Practitioner/9/_history/3", "Practitioner/9"});
  CHECK(
      facts_of(R"({"resourceType":"Composition","author":{"reference":"urn:uuid:1-2"}})").authors ==
      List{"urn:uuid:1-2"});
  for (const char* odd : {"/", "/9", "Practitioner/", "//", "a/b", "https://x.example/"}) {
    CAPTURE(odd);
    const std::string text =
        R"({"resourceType":"Composition","author":{"reference":")" + std::string(odd) + R"("}})";
    CHECK(facts_of(text).authors == List{odd});
  }
  CHECK(facts_of(R"({"resourceType":"Composition","author":{"reference":"#inside"}})")
            .authors.empty());
}

TEST_CASE("what it belongs to") {
  CHECK(facts_of(R"({"resourceType":"Observation","encounter":{"reference":"Encounter/7"},)"
                 R"("basedOn":[{"reference":"CarePlan/1"},{"reference":"ServiceRequest/2"}]})")
            .related == List{"Encounter/7", "CarePlan/1", "ServiceRequest/2"});
  CHECK(
      facts_of(
          R"({"resourceType":"DocumentReference","context":{"encounter":[{"reference":"Encounter/7"}],)"
          R"("related":[{"reference":"ServiceRequest/2"}]}})")
          .related == List{"Encounter/7", "ServiceRequest/2"});
}

TEST_CASE("the date is that of the record") {
  CHECK(facts_of(R"({"resourceType":"Observation","effectiveDateTime":"2026-01-02"})").date ==
        "2026-01-02");
}

TEST_CASE("what is not FHIR has no facts; what is no JSON fails") {
  for (const char* text : {R"({"a":1})", "[]", "7", R"({"resourceType":7})"}) {
    CAPTURE(text);
    const auto facts = scan(text);
    REQUIRE(facts.ok());
    CHECK_FALSE(facts->has_value());
  }
  for (const char* text : {"", "{", R"({"resourceType":"Observation",})"}) {
    CAPTURE(text);
    CHECK(scan(text).error().code == Code::input_invalid);
  }
}

TEST_CASE("members of an unexpected shape are passed over") {
  const FhirFacts facts = facts_of(
      R"({"resourceType":"Observation","meta":[1],"code":"x","performer":[[{"reference":"A/1"}],7,null],)"
      R"("encounter":{"reference":5},"context":"y","type":{"coding":[[]]}})");
  CHECK(facts.codes.empty());
  CHECK(facts.labels.empty());
  CHECK(facts.authors.empty());
  CHECK(facts.related.empty());
}

TEST_CASE("numbers that no machine holds do not hide the facts") {
  CHECK(facts_of(R"({"resourceType":"Observation","x":123456789012345678901234567890,)"
                 R"("meta":{"security":[{"code":"R"}]}})")
            .labels == List{"R"});
}
