// DiagnosticReport and DocumentReference.

#include "draft.hpp"
#include "text.hpp"

namespace medchain::testdata {

void write_diagnostic_report(Draft& draft) {
  const Language& language = draft.language();
  static constexpr Coded panel{"11502-2", "Laboratory report", "\u68c0\u9a8c\u62a5\u544a"};
  draft.narrative(3);
  draft.text(R"(,"identifier":[{"system":"http://hospital.example.org/report","value":)",
             "R" + std::to_string(draft.place.patient()));
  draft.raw(R"(}],"status":)");
  draft.raw(draft.version.salt == 0 ? R"("final")" : R"("corrected")");
  draft.raw(R"(,"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074",)"
            R"("code":"LAB")");
  draft.text(R"(,"display":)", language.is_chinese ? "\u68c0\u9a8c" : "Laboratory");
  draft.concept_of(R"(}]}],"code":)", "http://loinc.org", panel);
  draft.subject_and_encounter();
  draft.time(R"(,"effectiveDateTime":)", draft.day, draft.second);
  draft.time(R"(,"issued":)", draft.day, draft.second + draft.content.between(600, 14'400));
  draft.text(R"(,"performer":[{"display":)", draft.code.pick(language.hospitals));
  draft.doctor(R"(}],"resultsInterpreter":[{"display":)");
  // Slots 2 and 5 of each patient are observations.
  draft.reference(R"(}],"result":[)", 2);
  draft.sentence(R"(,"display":)", 3);
  draft.reference("},", 5);
  draft.sentence(R"(,"display":)", 3);
  draft.sentence(R"(}],"conclusion":)", 4);
  draft.concept_of(R"(,"conclusionCode":[)", "http://hl7.org/fhir/sid/icd-10",
                   draft.content.pick(diagnoses()));
  draft.raw("]");
}

void write_document_reference(Draft& draft, const Note& body) {
  const Language& language = draft.language();
  static constexpr Coded kind{"11506-3", "Progress note", "\u75c5\u7a0b\u8bb0\u5f55"};
  const bool is_narrative = draft.code.one_in(4);
  const std::string author = make_doctor(draft.content, language);
  Note note = body;
  note.author = author;
  note.day = draft.day;
  if (is_narrative) draft.note_narrative(note);
  std::string unique = "urn:uuid:";
  append_uuid(unique, draft.code.next(), draft.content.next());
  draft.text(R"(,"masterIdentifier":{"system":"urn:ietf:rfc:3986","value":)", unique);
  draft.raw(R"(},"status":"current","docStatus":)");
  draft.raw(draft.version.salt == 0 ? R"("final")" : R"("amended")");
  draft.concept_of(R"(,"type":)", "http://loinc.org", kind);
  draft.text(R"(,"category":[{"text":)", language.is_chinese ? "\u4e34\u5e8a\u6587\u6863" : "Note");
  draft.raw("}]");
  draft.reference(R"(,"subject":)", 0);
  draft.text(R"(,"display":)", draft.person().full);
  draft.time(R"(},"date":)", draft.day, draft.second);
  draft.text(R"(,"author":[{"display":)", author);
  draft.text(R"(}],"custodian":{"display":)", draft.code.pick(language.hospitals));
  draft.sentence(R"(},"description":)", 0);
  draft.text(R"(,"securityLabel":[{"text":)", language.is_chinese ? "\u666e\u901a" : "normal");
  draft.raw(R"(}],"content":[{"attachment":{"contentType":"text/plain; charset=utf-8",)"
            R"("language":")");
  draft.raw(note.language->code);
  draft.raw("\"");
  if (!is_narrative) draft.note_data(note);
  draft.text(R"(,"title":)", draft.code.pick(language.note_kinds));
  draft.time(R"(,"creation":)", draft.day, draft.second);
  draft.time(R"(}}],"context":{"period":{"start":)", draft.day, draft.second);
  draft.text(R"(},"facilityType":{"text":)", draft.code.pick(language.departments));
  draft.raw("}}");
}

}  // namespace medchain::testdata
