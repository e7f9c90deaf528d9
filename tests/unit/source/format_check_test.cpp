#include "source/format_check.hpp"

#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "source/charsets.hpp"
#include "source/csv_widths.hpp"
#include "source/fhir_types.hpp"
#include "source/formats.hpp"
#include "source/profile_check_internal.hpp"
#include "source/xml_outline.hpp"

using namespace medchain;
using namespace medchain::source;
using namespace std::string_view_literals;

namespace {

Checked checked(const Declared& declared, std::string_view text, bool complete = true) {
  const Profiles profiles;
  std::string padded(text);
  padded.append(json::RecordScanner::padding, '\0');
  return FormatChecker(profiles).check(declared, std::string_view(padded).substr(0, text.size()),
                                       complete);
}

std::vector<MismatchKind> kinds(const Declared& declared, std::string_view text,
                                bool complete = true) {
  std::vector<MismatchKind> found;
  for (const Mismatch& one : checked(declared, text, complete).mismatches)
    found.push_back(one.kind);
  return found;
}

using Kinds = std::vector<MismatchKind>;

}  // namespace

TEST_CASE("a format is told by its beginning") {
  const std::pair<std::string_view, Format> samples[] = {
      {""sv, Format::empty},
      {"a"sv, Format::text},
      {"\0\0\0"sv, Format::binary},
      {"\xff\xfe"
       "a\0"sv,
       Format::text},
      {"a\0b\0"sv, Format::text},
      {" {"sv, Format::json},
      {"\xef\xbb\xbf["sv, Format::json},
      {"<a>"sv, Format::xml},
      {"< a"sv, Format::text},
      {"<?xml"sv, Format::xml},
      {"MSH|^~\\&|"sv, Format::hl7v2},
      {"MSH"sv, Format::text},
      {"%PDF-1.4"sv, Format::pdf},
      {"II*\0"sv, Format::tiff},
      {"BZh91AY&SY"sv, Format::bzip2},
      {"BZh"sv, Format::text},
      {"RIFF"sv, Format::text},
      {"RIFF1234WEBP"sv, Format::webp},
      {"PK\x03\x04"sv, Format::zip},
      {"\x1f\x8b\x08"sv, Format::gzip},
  };
  for (const auto& sample : samples) {
    CAPTURE(sample.first);
    CHECK(format_of(sample.first) == sample.second);
  }
  CHECK(format_of(std::string(128, '\0') + "DICM") == Format::dicom);
  CHECK(can_be(Format::pdf, "junk %PDF-"));
  CHECK_FALSE(can_be(Format::pdf, std::string(1024, ' ') + "%PDF-"));
  CHECK(can_be(Format::csv, "{}"));
  CHECK_FALSE(can_be(Format::csv, "PK\x03\x04"));
}

TEST_CASE("names and media types declare formats") {
  CHECK(declared_by_name("/a/b.PDF") == Format::pdf);
  CHECK(declared_by_name("a.tar.gz") == Format::gzip);
  CHECK_FALSE(declared_by_name("/a.pdf/b"));
  CHECK_FALSE(declared_by_name("/a/.pdf"));
  CHECK_FALSE(declared_by_name("a."));
  CHECK_FALSE(declared_by_name(""));
  CHECK(parse_media_type("Application/PDF").format == Format::pdf);
  const MediaType type = parse_media_type(" text/plain ; a=b; Charset=\"UTF-8\"");
  CHECK(type.format == Format::text);
  CHECK(type.charset == "UTF-8");
  CHECK_FALSE(parse_media_type("").format);
  CHECK(parse_media_type("text/plain;charset").charset.empty());
  CHECK(parse_media_type("text/plain;charset=\"").charset == "\"");
}

TEST_CASE("encodings are refuted by bytes that they do not have") {
  CHECK_FALSE(refute(Charset::utf8, "\xe6\x82\xa3", true));
  CHECK(refute(Charset::utf8, "\xbb\xbc", true) ==
        "other bytes from byte 0 on, which fit GB18030 or GBK");
  CHECK(refute(Charset::utf8, "a\xff", true) == "other bytes from byte 1 on");
  CHECK_FALSE(refute(Charset::gb18030, "\xbb\xbc\x81\x30\x81\x30", true));
  CHECK(refute(Charset::gb18030, "\xe6\x82\xa3", true) ==
        "other bytes from byte 2 on, which fit UTF-8");
  CHECK(refute(Charset::ascii, "\xc3\xa4", true) == "other bytes from byte 0 on, which fit UTF-8");
  CHECK(refute(Charset::utf8,
               "\xff\xfe"
               "a\0"sv,
               true) == "UTF-16");
  // A character that is cut is not a wrong one.
  CHECK_FALSE(refute(Charset::utf8, "aaaa\xe6\x82", false));
  CHECK(refute(Charset::utf8, "aaaa\xe6\x82", true));
  CHECK(refute(Charset::utf8,
               "\xe6\x82"
               "aaaaaa",
               false));
}

TEST_CASE("rows of a table are counted as RFC 4180 has them") {
  CHECK_FALSE(find_uneven_rows("", true));
  CHECK_FALSE(find_uneven_rows("a,b\n1,2", true));
  CHECK_FALSE(find_uneven_rows("a,b\r\n\r\n\"1,\n\"\"2\",3\r\n", true));
  CHECK_FALSE(find_uneven_rows("a title\na,b\n1,2\n", true));
  CHECK_FALSE(find_uneven_rows("one\ntwo\n", true));
  CHECK_FALSE(find_uneven_rows("a\tb\n1,5\t2\n", true));
  CHECK_FALSE(find_uneven_rows("a,b\n1,2\n3", false));
  CHECK_FALSE(find_uneven_rows("a,b\n1,2\n3,\"open", true));
  CHECK_FALSE(find_uneven_rows("a,b\n5\"x,2\n3\",4\n", true));
  const auto uneven = find_uneven_rows("a,b\n1,2\n\"x\ny\",2,3\n4\n", true);
  REQUIRE(uneven);
  CHECK(uneven->usual == 2);
  CHECK(uneven->columns == 3);
  CHECK(uneven->line == 3);
  CHECK(uneven->rows == 2);
}

TEST_CASE("an outline of XML says what it is, and refuses entities") {
  const XmlOutline fhir = outline_xml(
      R"(<Patient xmlns="http://hl7.org/fhir"><meta><profile value="p"/></meta><x:name xmlns:x="o"/></Patient>)",
      true);
  CHECK(fhir.state == XmlState::well_formed);
  CHECK(fhir.name_space == "http://hl7.org/fhir");
  CHECK(fhir.root == "Patient");
  CHECK(fhir.children == std::set<std::string>{"meta"});
  CHECK(fhir.profiles == std::vector<std::string>{"p"});
  // Not of the element before, for being within one of another name space.
  const XmlOutline foreign = outline_xml(
      R"(<Patient xmlns="http://hl7.org/fhir"><meta/><f:foo xmlns:f="urn:x"><profile value="p"/><tag/></f:foo></Patient>)",
      true);
  CHECK(foreign.state == XmlState::well_formed);
  CHECK(foreign.profiles.empty());
  CHECK_FALSE(foreign.is_subset);
  CHECK(outline_xml("<a>", true).state == XmlState::broken);
  CHECK(outline_xml("<a>", false).state == XmlState::cut);
  CHECK(outline_xml("", true).state == XmlState::broken);
  CHECK(outline_xml("<!DOCTYPE a SYSTEM 'x'><a/>", true).state == XmlState::unknown);
  const XmlOutline gbk = outline_xml("<?xml version='1.0' encoding='GBK'?><a/>", true);
  CHECK(gbk.state == XmlState::unknown);
  CHECK(gbk.encoding == "GBK");
}

TEST_CASE("an address of a profile tells its type only where it is certain") {
  CHECK(type_of_profile("http://hl7.org/fhir/StructureDefinition/Patient") == "Patient");
  CHECK(type_of_profile("http://hl7.org/fhir/StructureDefinition/Patient|4.0.1") == "Patient");
  CHECK(type_of_profile("http://hl7.org/fhir/StructureDefinition/bmi") == "Observation");
  CHECK(type_of_profile("http://hl7.org/fhir/StructureDefinition/DomainResource").empty());
  CHECK(type_of_profile("http://hl7.org/fhir/us/core/StructureDefinition/us-core-careteam") ==
        "CareTeam");
  CHECK(type_of_profile("http://hl7.org/fhir/us/core/StructureDefinition/us-core-new").empty());
  CHECK(type_of_profile("http://hl7.org/fhir/uv/ips/StructureDefinition/Quantity-uv-ips").empty());
  CHECK(type_of_profile("http://a/StructureDefinition/Encounter") == "Encounter");
  CHECK(type_of_profile("http://a/StructureDefinition/Encounter-x").empty());
  CHECK(type_of_profile("http://a/Encounter").empty());
  CHECK(type_of_profile("").empty());
  CHECK(find_fhir_type("Account") != nullptr);
  CHECK(find_fhir_type("VisionPrescription") != nullptr);
  CHECK(find_fhir_type("Visio") == nullptr);
}

TEST_CASE("what was declared is compared with the bytes, and told once") {
  CHECK(kinds({"file", "a.json"}, "{}") == Kinds{});
  CHECK(kinds({"Patient", "a.json"}, "%PDF-1.4") == Kinds{MismatchKind::other_format});
  CHECK(kinds({"Patient", "a.pdf"}, "%PDF-1.4") == Kinds{MismatchKind::class_only});
  CHECK(kinds({"Patient", ""}, "%PDF-1.4") == Kinds{MismatchKind::class_only});
  CHECK(kinds({"Patient", ""}, "") == Kinds{MismatchKind::not_fhir});
  CHECK(kinds({"JSON", "", true}, " \"a value\"") == Kinds{});
  CHECK(kinds({"JSON", "", true}, "a value") == Kinds{MismatchKind::unlike_format});
  CHECK(kinds({"JSON", "", true}, "{\"a\":") == Kinds{MismatchKind::broken_format});
  CHECK(kinds({"file", ""}, "{\"a\":") == Kinds{});
  CHECK(kinds({"Observation", ""}, R"({"schema":"medchain/1","type":"series-day"})") == Kinds{});
  CHECK(kinds({"Observation", ""}, R"({"schema":"medchain/1","type":"other"})") ==
        Kinds{MismatchKind::not_fhir});
  // Two members of one name: valid for the scanner, ambiguous as a tree.
  CHECK(kinds({"Observation", ""}, R"({"resourceType":"Observation","a":1,"a":2})") == Kinds{});
  CHECK(kinds({"Observation", "", true}, R"({"resourceType":"Obs)", false) == Kinds{});
  CHECK(checked({"Observation", "", true}, R"({"resourceType":"Obs)", false).partly);
}

TEST_CASE("no more than sixteen are told of one record") {
  std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
  for (int i = 0; i < 20; ++i)
    text += std::string(i > 0 ? "," : "") + R"({"resource":{"resourceType":"Observation"}})";
  const Checked found = checked({"Bundle", ""}, text + "]}");
  CHECK(found.mismatches.size() == max_mismatches);
  CHECK(found.more == 40 - max_mismatches);
  CHECK(found.mismatches[2].at == "/entry/1/resource");
}

TEST_CASE("resources are looked at however deep they stand, or it is said that they are not") {
  const auto nested = [](int depth) {
    std::string text = R"({"resourceType":"Observation"})";
    for (int i = 0; i < depth; ++i)
      text = R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + text + "}]}";
    return checked({"Bundle", ""}, text);
  };
  for (const int depth : {1, 8, 9, 150}) {
    const Checked found = nested(depth);
    CHECK(found.mismatches.size() == 2);
    CHECK_FALSE(found.partly);
  }
  CHECK(nested(200).partly);
}

TEST_CASE("a definition that is no good is no profile") {
  Profiles profiles;
  profiles.add("");
  profiles.add("[]");
  profiles.add(R"({"resourceType":"StructureDefinition","kind":"resource","url":"u"})");
  profiles.add(
      R"({"resourceType":"StructureDefinition","kind":"complex-type","url":"u","type":"Patient"})");
  CHECK(profiles.find("u") == nullptr);
  profiles.add(
      R"({"resourceType":"StructureDefinition","kind":"resource","url":"u","type":"Patient","snapshot":{"element":[
         {"path":"Patient","min":0},{"path":"Patient.name","min":1},{"path":"Patient.name","min":1},
         {"path":"Patient.name.family","min":1},{"path":"Patient.gender","min":"1"},{"min":1}]}})");
  REQUIRE(profiles.find("u|2") != nullptr);
  CHECK(profiles.find("u|2")->required == std::vector<std::string>{"name"});
}
