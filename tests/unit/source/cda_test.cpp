#include <doctest/doctest.h>

#include "unit/source/helper.hpp"

using namespace test;

namespace {

Result<Identified> identify(const std::string& file) {
  return identify_cda(reader_of(file), file.size());
}

void check_fails(const std::string& file, Code code, std::string_view piece) {
  const auto found = identify(file);
  REQUIRE(!found);
  CHECK(found.error().code == code);
  INFO(found.error().message);
  CHECK(contains(found.error().message, piece));
}

}  // namespace

TEST_CASE("CDA gives document id, patient and date") {
  const auto found = identify(small_cda());
  REQUIRE(found.ok());
  CHECK(found->id == "1.2.3^D1");
  CHECK(found->subject == "9.8.7^P1");
  CHECK(found->date == "20260102");
  CHECK(looks_like_cda(as_bytes(small_cda())));
}

TEST_CASE("a CDA id without extension is its root, and a prefix changes nothing") {
  const auto found = identify(
      R"(<h:ClinicalDocument xmlns:h="urn:hl7-org:v3"><h:id root="2.2"/><h:recordTarget><h:patientRole>)"
      R"(<h:id nullFlavor="UNK"/><h:id root="4.4"/></h:patientRole></h:recordTarget></h:ClinicalDocument>)");
  REQUIRE(found.ok());
  CHECK(found->id == "2.2");
  CHECK(found->subject == "4.4");
}

TEST_CASE("ids of other elements and other namespaces are not taken") {
  const auto found = identify(cda_document(
      R"(<x:id xmlns:x="urn:other" root="0.0"/><author><id root="7.7"/></author><id root="1.1"/>)"
      R"(<recordTarget><patientRole><providerOrganization><id root="6.6"/></providerOrganization></patientRole></recordTarget>)"
      R"(<custodian><patientRole><id root="8.8"/></patientRole></custodian>)"));
  REQUIRE(found.ok());
  CHECK(found->id == "1.1");
  CHECK(found->subject.empty());
}

TEST_CASE("the body of a CDA document is not read") {
  const std::string cut = cda_document(R"(<id root="1.1"/>)", "<component><broken");
  const auto found = identify(cut);
  REQUIRE(found.ok());
  CHECK(found->id == "1.1");
}

TEST_CASE("CDA in UTF-16 and Latin-1 is read") {
  std::string latin = small_cda();
  latin.replace(latin.find("UTF-8"), 5, "ISO-8859-1");
  latin.replace(latin.find("a comment"), 1, "\xe4");
  CHECK(identify(latin)->id == "1.2.3^D1");
  std::string text = small_cda();
  text.replace(text.find("UTF-8"), 5, "UTF-16");
  std::string wide = "\xff\xfe";
  for (const char c : text) wide += {c, '\0'};
  CHECK(looks_like_cda(as_bytes(wide)));
  CHECK(identify(wide)->id == "1.2.3^D1");
}

TEST_CASE("CDA refusals name the reason") {
  check_fails("", Code::input_invalid, "not well-formed XML");
  check_fails("{}", Code::input_invalid, "not well-formed XML");
  check_fails("<ClinicalDocument><id root='1'/></ClinicalDocument>", Code::input_invalid,
              "urn:hl7-org:v3");
  check_fails("<a xmlns='urn:hl7-org:v3'/>", Code::input_invalid, "root element ClinicalDocument");
  check_fails(cda_document("<title>x</title>"), Code::input_no_identity, "ClinicalDocument/id");
  check_fails(cda_document("<id nullFlavor='UNK' extension='secret'/>"), Code::input_no_identity,
              "has no root");
  check_fails(cda_document("<id root='1^2'/>"), Code::input_invalid, "expected an OID or UUID");
  check_fails(cda_document("<id root='1"), Code::input_invalid, "line ");
  std::string deep;
  for (int i = 0; i < 120; ++i) deep += "<a>";
  check_fails(cda_document(deep), Code::input_invalid, "nested deeper than 100");
}

TEST_CASE("entities in CDA are refused before they expand") {
  const std::string laughs =
      "<!DOCTYPE ClinicalDocument [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
      "<ClinicalDocument xmlns='urn:hl7-org:v3'><id root='&b;'/></ClinicalDocument>";
  CHECK(looks_like_cda(as_bytes(laughs)));
  check_fails(laughs, Code::input_invalid, "entities");
  const std::string external =
      "<!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
      "<ClinicalDocument xmlns='urn:hl7-org:v3'><title>&x;</title><id "
      "root='1.1'/></ClinicalDocument>";
  check_fails(external, Code::input_invalid, "entities");
  // An external subset is not read, and what only it could declare is refused.
  const std::string subset =
      "<!DOCTYPE ClinicalDocument SYSTEM 'http://127.0.0.1:1/x.dtd'>"
      "<ClinicalDocument xmlns='urn:hl7-org:v3'><title>&x;</title><id "
      "root='1.1'/></ClinicalDocument>";
  check_fails(subset, Code::input_invalid, "external entity");
}

TEST_CASE("a header that does not end within 4 MiB is refused, and soon") {
  const std::string comment = "<!--" + std::string(5u << 20, ' ') + "-->";
  check_fails(cda_document(comment + "<id root='1.1'/>"), Code::input_invalid, "4 MiB");
  check_fails(cda_document("<id root='" + std::string(5u << 20, '1') + "'/>"), Code::input_invalid,
              "4 MiB");
  const auto found =
      identify(cda_document("<!--" + std::string(3u << 20, ' ') + "--><id root='1.1'/>"));
  REQUIRE(found.ok());
  CHECK(found->id == "1.1");
}

TEST_CASE("only CDA looks like CDA") {
  CHECK(!looks_like_cda({}));
  CHECK(!looks_like_cda(as_bytes("plain text with < in it")));
  CHECK(!looks_like_cda(as_bytes("<html><body>ClinicalDocument urn:hl7-org:v3")));
  CHECK(!looks_like_cda(as_bytes("<?xml version='1.0'?><!-- ClinicalDocument urn:hl7-org:v3 -->")));
  CHECK(!looks_like_cda(as_bytes("<svg xmlns='urn:hl7-org:v3'/>")));
  CHECK(looks_like_cda(as_bytes("\n <ClinicalDocument xmlns='urn:hl7-org:v3'>cut")));
}

TEST_CASE("every cut of a CDA header is refused or complete") {
  const std::string whole = small_cda();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto found = identify(whole.substr(0, size));
    if (found) CHECK(found->id == "1.2.3^D1");
  }
}

TEST_CASE("CDA samples of others are identified") {
  const auto shared = shared_folder();
  if (!shared) {
    MESSAGE("no shared folder");
    return;
  }
  std::size_t count = 0;
  for (const auto& each : std::filesystem::directory_iterator(*shared / "data/dev/cda")) {
    INFO(each.path().string());
    const std::string text = read_all(each.path());
    CHECK(looks_like_cda(as_bytes(text)));
    const auto found = identify(text);
    REQUIRE(found.ok());
    CHECK(!found->id.empty());
    CHECK(!found->subject.empty());
    CHECK(!found->date.empty());
    ++count;
  }
  CHECK(count > 0);
}
