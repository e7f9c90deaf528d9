// HL7 CDA release 2 documents.

#include "file_draft.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

constexpr std::string_view mrn_root = "2.25.141421356237309504";
constexpr std::string_view resident_root = "2.25.173205080756887729";

void put_attribute(std::string& out, std::string_view before, std::string_view value) {
  out += before;
  append_xml(out, value);
}

void put_element(std::string& out, unsigned depth, std::string_view name, std::string_view value) {
  out.append(2 * depth, ' ');
  out += '<';
  out += name;
  out += '>';
  append_xml(out, value);
  out += "</";
  out += name.substr(0, name.find(' '));
  out += ">\n";
}

void put_patient(std::string& out, FileDraft& draft) {
  const Person& person = draft.person;
  out += "  <recordTarget>\n    <patientRole>\n";
  put_attribute(out, "      <id root=\"", mrn_root);
  put_attribute(out, "\" extension=\"", draft.mrn());
  put_attribute(out, "\"/>\n      <id root=\"", resident_root);
  put_attribute(out, "\" extension=\"", draft.resident_id());
  out += "\"/>\n      <addr use=\"HP\">\n";
  put_element(out, 4, "streetAddressLine", draft.field(person.place->street));
  put_element(out, 4, "city", draft.field(person.place->city));
  put_element(out, 4, "postalCode", draft.field(person.place->postal_code));
  put_element(out, 4, "country", draft.field(person.place->country));
  put_attribute(out, "      </addr>\n      <telecom value=\"", draft.field("tel:" + person.phone));
  out += "\"/>\n      <patient>\n        <name>\n";
  put_element(out, 5, "given", draft.field(person.given));
  put_element(out, 5, "family", draft.field(person.family));
  out += "        </name>\n        <administrativeGenderCode code=\"";
  out += person.is_male ? "M" : "F";
  out += "\" codeSystem=\"2.16.840.1.113883.5.1\"/>\n        <birthTime value=\"";
  append_compact_date(out, person.birth_day);
  out += "\"/>\n      </patient>\n    </patientRole>\n  </recordTarget>\n";
}

void put_author(std::string& out, FileDraft& draft, std::string_view time) {
  put_attribute(out, "  <author>\n    <time value=\"", time);
  out += "\"/>\n    <assignedAuthor>\n      <id nullFlavor=\"NI\"/>\n      <assignedPerson>\n";
  put_element(out, 4, "name", draft.field(make_doctor(draft.content, *draft.person.language)));
  out += "      </assignedPerson>\n    </assignedAuthor>\n  </author>\n";
  out += "  <custodian>\n    <assignedCustodian>\n      <representedCustodianOrganization>\n";
  out += "        <id nullFlavor=\"NI\"/>\n";
  put_element(out, 4, "name", draft.field(draft.code.pick(draft.person.language->hospitals)));
  out += "      </representedCustodianOrganization>\n    </assignedCustodian>\n  </custodian>\n";
}

void put_sections(std::string& out, FileDraft& draft) {
  const Language& language = *draft.person.language;
  out += "  <component>\n    <structuredBody>\n";
  for (unsigned s = 0; s < language.sections.size(); ++s) {
    out += "      <component>\n        <section>\n";
    put_element(out, 5, "title", draft.field(language.sections[s].title));
    out += "          <text>\n";
    for (unsigned i = 0; i < language.sections[s].sentences; ++i) {
      std::string sentence;
      append_sentence(sentence, s, draft.content, language);
      put_element(out, 6, "paragraph", draft.field(sentence));
    }
    out += "          </text>\n        </section>\n      </component>\n";
  }
  out += "    </structuredBody>\n  </component>\n";
}

}  // namespace

std::string make_cda(FileDraft& draft) {
  const Language& language = *draft.person.language;
  std::string time;
  append_compact_date(time, draft.day);
  append_compact_time(time, draft.second);
  time += "+0800";
  std::string extension = "DOC-";
  append_number(extension, draft.number);
  draft.canaries.log_fixed(draft.key);
  draft.canaries.append_fixed(extension, draft.key);

  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<ClinicalDocument xmlns=\"urn:hl7-org:v3\">\n"
      "  <typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n";
  put_attribute(out, "  <id root=\"", draft.uid(draft.key));
  put_attribute(out, "\" extension=\"", extension);
  put_attribute(out,
                "\"/>\n  <code code=\"34133-9\" codeSystem=\"2.16.840.1.113883.6.1\" "
                "displayName=\"",
                draft.field("Summary of episode"));
  out += "\"/>\n";
  put_element(out, 1, "title", draft.field(draft.code.pick(language.note_kinds)));
  put_attribute(out, "  <effectiveTime value=\"", time);
  out += "\"/>\n  <confidentialityCode code=\"N\" codeSystem=\"2.16.840.1.113883.5.25\"/>\n";
  put_attribute(out, "  <languageCode code=\"", language.code);
  out += "\"/>\n";
  put_patient(out, draft);
  put_author(out, draft, time);
  put_sections(out, draft);
  out += "</ClinicalDocument>\n";
  return out;
}

}  // namespace medchain::testdata
