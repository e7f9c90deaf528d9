// Condition, Observation and MedicationRequest.

#include "draft.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

constexpr unsigned condition_offset = 3;
constexpr std::string_view ucum = R"(,"system":"http://unitsofmeasure.org","code":")";

void write_quantity(Draft& draft, std::string_view before, const Measurement& kind, int value) {
  draft.decimal(before, value, kind.digits);
  draft.text(R"(,"unit":)", kind.unit);
  draft.raw(ucum);
  draft.raw(kind.unit);
  draft.raw("\"}");
}

void write_blood_pressure(Draft& draft) {
  const int systolic = draft.content.between(92, 188);
  const int diastolic = draft.content.between(52, 108);
  const bool is_chinese = draft.language().is_chinese;
  static constexpr Coded upper{"8480-6", "Systolic pressure", "\u6536\u7f29\u538b"};
  static constexpr Coded lower{"8462-4", "Diastolic pressure", "\u8212\u5f20\u538b"};
  draft.concept_of(R"(,"component":[{"code":)", "http://loinc.org", upper);
  draft.decimal(R"(,"valueQuantity":{"value":)", systolic * 10, 1);
  draft.text(R"(,"unit":)", is_chinese ? "\u6beb\u7c73\u6c5e\u67f1" : "mm[Hg]");
  draft.raw(ucum);
  draft.concept_of(R"(mm[Hg]"}},{"code":)", "http://loinc.org", lower);
  draft.decimal(R"(,"valueQuantity":{"value":)", diastolic * 10, 1);
  draft.text(R"(,"unit":)", is_chinese ? "\u6beb\u7c73\u6c5e\u67f1" : "mm[Hg]");
  draft.raw(ucum);
  draft.raw(R"(mm[Hg]"}}])");
}

void write_measured_value(Draft& draft, const Measurement& kind) {
  const int span = (kind.high - kind.low) / 4;
  const int value = draft.content.between(kind.low, kind.high);
  write_quantity(draft, R"(,"valueQuantity":{"value":)", kind, value);
  draft.raw(R"(,"interpretation":[{"coding":[{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":)");
  const bool is_low = value < kind.low + span;
  const bool is_high = value > kind.high - span;
  draft.raw(is_low ? R"("L"}])" : is_high ? R"("H"}])" : R"("N"}])");
  draft.text(R"(,"text":)", is_low ? "below range" : is_high ? "above range" : "in range");
  write_quantity(draft, R"(}],"referenceRange":[{"low":{"value":)", kind, kind.low + span);
  write_quantity(draft, R"(,"high":{"value":)", kind, kind.high - span);
  draft.text(R"(,"text":)", draft.language().is_chinese ? "\u6210\u4eba" : "adults");
  draft.raw("}]");
}

}  // namespace

void write_condition(Draft& draft) {
  const Language& language = draft.language();
  const bool is_active = draft.content.below(4) != 0;
  draft.narrative(4);
  draft.raw(R"(,"clinicalStatus":{"coding":[{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/condition-clinical","code":)");
  draft.raw(is_active ? R"("active"}]})" : R"("resolved"}]})");
  draft.raw(
      R"(,"verificationStatus":{"coding":[{"system":)"
      R"("http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]})");
  draft.raw(R"(,"category":[{"coding":[{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/condition-category",)"
            R"("code":"encounter-diagnosis"}]}])");
  draft.text(R"(,"severity":{"text":)", draft.content.pick(language.qualities));
  draft.raw("}");
  draft.concept_of(R"(,"code":)", "http://hl7.org/fhir/sid/icd-10", draft.code.pick(diagnoses()));
  draft.text(R"(,"bodySite":[{"text":)", draft.code.pick(language.sites));
  draft.raw("}]");
  draft.subject_and_encounter();
  draft.date(R"(,"onsetDateTime":)", draft.day - draft.code.between(1, 2000));
  draft.time(R"(,"recordedDate":)", draft.day, draft.second);
  draft.doctor(R"(,"recorder":{"display":)");
  draft.sentence(R"(},"note":[{"text":)", 1);
  draft.raw("}]");
}

void write_observation(Draft& draft) {
  const Language& language = draft.language();
  const Measurement& kind = draft.code.pick(measurements());
  const bool is_pressure = draft.code.one_in(6);
  const bool is_laboratory = !is_pressure && kind.category == "laboratory";
  if (draft.code.one_in(2)) draft.narrative(3);
  draft.raw(draft.version.salt == 0 ? R"(,"status":"final")" : R"(,"status":"amended")");
  draft.raw(R"(,"category":[{"coding":[{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/observation-category","code":)");
  draft.raw(is_laboratory ? R"("laboratory")" : R"("vital-signs")");
  draft.text(R"(,"display":)", is_laboratory ? "Laboratory" : "Vital signs");
  static constexpr Coded pressure{"85354-9", "Blood pressure panel", "\u8840\u538b"};
  draft.concept_of(R"(}]}],"code":)", "http://loinc.org",
                   is_pressure ? pressure : Coded{kind.loinc, kind.english, kind.chinese});
  draft.subject_and_encounter();
  draft.time(R"(,"effectiveDateTime":)", draft.day, draft.second);
  draft.time(R"(,"issued":)", draft.day, draft.second + draft.content.between(60, 7200));
  draft.doctor(R"(,"performer":[{"display":)");
  draft.raw("}]");
  if (is_pressure) {
    write_blood_pressure(draft);
  } else {
    write_measured_value(draft, kind);
  }
  if (draft.code.one_in(3)) {
    draft.sentence(R"(,"note":[{"text":)", 2);
    draft.raw("}]");
  }
  std::string device = is_laboratory ? "Analyser " : "Bedside monitor ";
  append_number(device, 100 + draft.code.below(60));
  draft.text(R"(,"device":{"display":)", device);
  draft.text(R"(},"method":{"text":)", draft.code.pick(language.departments));
  draft.raw("}");
}

void write_medication_request(Draft& draft) {
  const Language& language = draft.language();
  const bool is_chinese = language.is_chinese;
  const auto frequency = static_cast<unsigned>(draft.content.between(1, 4));
  const auto days = static_cast<unsigned>(draft.content.between(3, 90));
  draft.text(R"(,"identifier":[{"system":"http://hospital.example.org/prescription","value":)",
             "RX" + std::to_string(10'000'000 + draft.place.patient()));
  draft.raw(R"(}],"status":)");
  draft.raw(draft.version.salt == 0 ? R"("active")" : R"("stopped")");
  draft.raw(R"(,"intent":"order")");
  draft.text(R"(,"category":[{"text":)", is_chinese ? "\u95e8\u8bca\u5904\u65b9" : "Outpatient");
  draft.raw("}]");
  draft.concept_of(R"(,"medicationCodeableConcept":)", "http://www.whocc.no/atc",
                   draft.code.pick(drugs()));
  draft.subject_and_encounter();
  draft.time(R"(,"authoredOn":)", draft.day, draft.second);
  draft.doctor(R"(,"requester":{"display":)");
  draft.raw("}");
  draft.reference(R"(,"reasonReference":[)", condition_offset);
  draft.sentence(R"(,"display":)", 4);
  draft.sentence(R"(}],"note":[{"text":)", 5);
  draft.sentence(R"(}],"dosageInstruction":[{"sequence":1,"text":)", 5);
  draft.text(R"(,"patientInstruction":)", draft.content.pick(language.advice));
  draft.number(R"(,"timing":{"repeat":{"frequency":)", frequency);
  draft.raw(R"(,"period":1.0,"periodUnit":"d"}},"asNeededBoolean":false)");
  draft.text(R"(,"route":{"text":)", is_chinese ? "\u53e3\u670d" : "by mouth");
  draft.decimal(R"(},"doseAndRate":[{"doseQuantity":{"value":)", draft.code.between(1, 8) * 5, 1);
  draft.text(R"(,"unit":)", is_chinese ? "\u7247" : "tablet");
  draft.date(R"(}}]}],"dispenseRequest":{"validityPeriod":{"start":)", draft.day);
  draft.date(R"(,"end":)", draft.day + 90);
  draft.number(R"(},"numberOfRepeatsAllowed":)", draft.content.below(4));
  draft.decimal(R"(,"quantity":{"value":)", static_cast<int>(100 * days * frequency), 2);
  draft.text(R"(,"unit":)", is_chinese ? "\u7247" : "tablet");
  draft.number(R"(},"expectedSupplyDuration":{"value":)", days);
  draft.text(R"(,"unit":)", is_chinese ? "\u5929" : "days");
  draft.text(R"(},"performer":{"display":)", draft.code.pick(language.hospitals));
  draft.raw(R"(}},"substitution":{"allowedBoolean":true})");
}

}  // namespace medchain::testdata
