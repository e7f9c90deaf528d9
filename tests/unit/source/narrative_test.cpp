#include <doctest/doctest.h>

#include "source/narrative.hpp"

namespace source = medchain::source;

namespace {

std::string words_of(std::string type, std::string_view text) {
  source::Record record;
  record.type = std::move(type);
  const auto found = source::NarrativeReader().read(record, text);
  return found ? found->text : "";
}

}  // namespace

TEST_CASE("words of FHIR are those that people wrote") {
  CHECK(words_of("DiagnosticReport", R"({"resourceType":"DiagnosticReport","conclusion":"no sign of it","code":{"coding":[{"code":"1","display":"CT"}]}})") ==
        "no sign of it");
  CHECK(words_of("Condition", R"({"resourceType":"Condition","note":[{"text":"one"},{"text":"two"}]})") == "one\ntwo");
  CHECK(words_of("Composition", R"({"resourceType":"Composition","section":[{"text":{"status":"generated","div":"<div>he&nbsp;said <b>so</b></div>"}}]})") ==
        " he said  so  ");
  CHECK(words_of("DocumentReference", R"({"content":[{"attachment":{"contentType":"text/plain","data":"YSBsZXR0ZXI="}}]})") == "a letter");
  CHECK(words_of("DocumentReference", R"({"content":[{"attachment":{"contentType":"application/pdf","data":"YSBsZXR0ZXI="}}]})") == "");
  CHECK(words_of("Observation", R"({"resourceType":"Observation","valueQuantity":{"value":6.3}})") == "");
  CHECK(words_of("Composition", R"({"resourceType":"Composition","text":{"status":"additional","div":"<div>own words</div>"}})") == " own words ");
  CHECK(words_of("Composition", R"({"resourceType":"Composition","text":{"status":"generated","div":"<div>not one's own</div>"}})") == "");
  CHECK(words_of("Observation", R"({"text":)") == "");
  CHECK(words_of("Observation", R"(["text"])") == R"(["text"])");
}

TEST_CASE("the first author is told as the record refers to it") {
  const auto author_of = [](std::string_view text) {
    const auto found = source::NarrativeReader().read({}, text);
    REQUIRE(found);
    return found->author;
  };
  CHECK(author_of(R"({"text":"x","author":[{"reference":"Practitioner/1"},{"reference":"Practitioner/2"}]})") == "Practitioner/1");
  CHECK(author_of(R"({"text":"x","recorder":{"display":"Dr. Who"}})") == "Dr. Who");
  CHECK(author_of(R"({"text":"x","performer":[{"actor":{"reference":"Practitioner/3"}}]})") == "Practitioner/3");
  CHECK(author_of(R"({"text":"x","author":[]})") == "");
  CHECK(author_of(R"({"text":"x","author":"me"})") == "");
}

TEST_CASE("words of other records") {
  CHECK(words_of("HL7v2", "MSH|^~\\&|A\rOBX|1|NM|1||7\rOBX|2|TX|2||the words\rNTE|1||and a note\r") == "the words\nand a note\n");
  CHECK(words_of("CDA", "<ClinicalDocument><text>he was well</text></ClinicalDocument>") == "  he was well  ");
  CHECK(words_of("file", "a letter\nof two lines") == "a letter\nof two lines");
  CHECK(words_of("file", std::string_view("\x89PNG\0\1", 6)) == "");
  CHECK(words_of("file", "\xff\xfe") == "");
  CHECK(words_of("DICOM", "text") == "");
  CHECK(words_of("file", "") == "");
  CHECK(words_of("file", std::string(source::max_narrative + 1, 'x')) == "");
}
