// Patient and Encounter.

#include "draft.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

/// The letters of an ASCII name in lower case.
void append_mail_part(std::string& out, std::string_view name) {
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 'a' && c <= 'z') {
      out += c;
    }
  }
}

std::string mail_address(const Person& person) {
  std::string address;
  append_mail_part(address, person.given_ascii);
  address += '.';
  append_mail_part(address, person.family_ascii);
  return address + "@mail.example.org";
}

void write_names(Draft& draft) {
  const Person& person = draft.person();
  draft.text(R"(,"name":[{"use":"official","text":)", person.full);
  draft.text(R"(,"family":)", person.family);
  draft.text(R"(,"given":[)", person.given);
  draft.raw("]}");
  if (draft.language().is_chinese) {
    draft.text(R"(,{"use":"usual","text":)", person.family_ascii + ' ' + person.given_ascii);
    draft.raw("}");
  }
  draft.raw("]");
}

void write_address(Draft& draft) {
  const Place& home = *draft.person().place;
  std::string line(home.street);
  line += " / ";
  append_number(line, 1 + draft.content.below(900));
  draft.text(R"(,"address":[{"use":"home","line":[)", line);
  draft.text(R"(],"city":)", home.city);
  draft.text(R"(,"postalCode":)", home.postal_code);
  draft.text(R"(,"country":)", home.country);
  draft.raw("}]");
}

void write_identifiers(Draft& draft) {
  const Person& person = draft.person();
  draft.raw(R"(,"identifier":[{"use":"usual","type":{"coding":[{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}])");
  draft.text(R"(,"text":)", draft.language().is_chinese ? "\u75c5\u6848\u53f7" : "Record number");
  draft.identifier(R"(},"system":"http://hospital.example.org/mrn","value":)",
                   mrn_of(person, draft.canaries()), person.mrn_key());
  draft.text(R"(,"assigner":{"display":)", draft.code.pick(draft.language().hospitals));
  draft.identifier(R"(}},{"system":"http://registry.example.org/resident","value":)",
                   resident_id_of(person, draft.canaries()), person.resident_key());
  draft.raw("}]");
}

}  // namespace

void write_patient(Draft& draft) {
  const Person& person = draft.person();
  const Language& language = draft.language();
  draft.raw(R"(,"language":")");
  draft.raw(language.code);
  draft.raw("\"");
  draft.narrative(1);
  std::string birth;
  append_date(birth, person.birth_day);
  draft.text(R"(,"extension":[{"url":"http://example.org/fhir/StructureDefinition/birth-as-told",)"
             R"("valueString":)",
             (language.is_chinese ? "\u751f\u4e8e " : "born ") + birth);
  draft.raw("}]");
  write_identifiers(draft);
  draft.raw(R"(,"active":true)");
  write_names(draft);
  draft.text(R"(,"telecom":[{"system":"phone","use":"mobile","value":)",
             draft.version.salt == 0 ? person.phone : make_phone(draft.content, language));
  draft.text(R"(},{"system":"email","value":)", mail_address(person));
  draft.raw(R"(}],"gender":)");
  draft.raw(person.is_male ? R"("male")" : R"("female")");
  draft.date(R"(,"birthDate":)", person.birth_day);
  write_address(draft);
  draft.text(R"(,"maritalStatus":{"text":)", language.is_chinese ? "\u5df2\u5a5a" : "married");
  draft.text(R"(},"contact":[{"relationship":[{"text":)",
             language.is_chinese ? "\u5bb6\u5c5e" : "next of kin");
  Prng relative(derive(person.key, 1));
  draft.text(R"(}],"name":{"text":)", make_name(relative, language));
  draft.text(R"(},"telecom":[{"system":"phone","value":)", make_phone(relative, language));
  draft.raw(R"(}]}],"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":")");
  draft.raw(language.code);
  draft.text(R"("}],"text":)", language.is_chinese ? "\u4e2d\u6587" : "English");
  draft.doctor(R"(}}],"generalPractitioner":[{"display":)");
  draft.text(R"(}],"managingOrganization":{"display":)", draft.code.pick(language.hospitals));
  draft.raw("}");
}

void write_encounter(Draft& draft) {
  const Language& language = draft.language();
  const Coded& diagnosis = draft.code.pick(diagnoses());
  const auto minutes = static_cast<unsigned>(draft.content.between(5, 170));
  draft.narrative(0);
  draft.text(R"(,"identifier":[{"system":"http://hospital.example.org/visit","value":)",
             "V" + std::to_string(draft.place.patient()));
  draft.raw(R"(}],"status":"finished","class":{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB")");
  draft.text(R"(,"display":)", language.is_chinese ? "\u95e8\u8bca" : "ambulatory");
  draft.text(R"(},"type":[{"text":)", draft.code.pick(language.note_kinds));
  draft.text(R"(}],"serviceType":{"text":)", draft.code.pick(language.departments));
  draft.raw("}");
  draft.reference(R"(,"subject":)", 0);
  draft.text(R"(,"display":)", draft.person().full);
  draft.doctor(R"(},"participant":[{"individual":{"display":)");
  draft.time(R"(}}],"period":{"start":)", draft.day, draft.second);
  draft.time(R"(,"end":)", draft.day, draft.second + static_cast<int>(60 * minutes));
  draft.number(R"(},"length":{"value":)", minutes);
  draft.text(R"(.0,"unit":)", language.is_chinese ? "\u5206\u949f" : "minutes");
  draft.raw(R"(,"system":"http://unitsofmeasure.org","code":"min"})");
  draft.concept_of(R"(,"reasonCode":[)", "http://hl7.org/fhir/sid/icd-10", diagnosis);
  draft.text(R"(],"location":[{"location":{"display":)", draft.code.pick(language.departments));
  draft.text(R"(}}],"serviceProvider":{"display":)", draft.code.pick(language.hospitals));
  draft.raw("}");
}

}  // namespace medchain::testdata
