#include <array>

#include "vocabulary.hpp"

namespace medchain::testdata {

namespace {

constexpr auto complaints = std::to_array<std::string_view>({
    "chest tightness",
    "shortness of breath",
    "a dry cough",
    "headache",
    "dizziness on standing",
    "abdominal pain",
    "joint stiffness",
    "poor sleep",
    "loss of appetite",
    "palpitations",
    "a rash",
    "fever with chills",
    "fatigue",
    "blurred vision",
    "numbness",
    "back pain",
    "difficulty swallowing",
    "swollen ankles",
    "night sweats",
    "frequent urination",
});
constexpr auto sites = std::to_array<std::string_view>({
    "the left knee",
    "the right shoulder",
    "the lower back",
    "the upper abdomen",
    "the left flank",
    "both hands",
    "the right calf",
    "the neck",
    "the left chest wall",
    "the right hip",
    "the throat",
    "both feet",
    "the scalp",
    "the left ear",
    "the right wrist",
});
constexpr auto qualities = std::to_array<std::string_view>({
    "mild",
    "moderate",
    "severe",
    "intermittent",
    "constant",
    "burning",
    "throbbing",
    "dull",
    "sharp",
    "slowly improving",
    "slowly worsening",
    "unchanged",
    "worse at night",
    "worse after meals",
    "relieved by rest",
});
constexpr auto findings = std::to_array<std::string_view>({
    "a soft systolic murmur",
    "clear breath sounds",
    "fine crackles at both bases",
    "no oedema",
    "pitting oedema to mid shin",
    "normal reflexes",
    "reduced grip strength",
    "a tender liver edge",
    "no enlarged nodes",
    "a healing scar",
    "a raised red patch",
    "full range of movement",
    "limited rotation",
    "a regular pulse",
    "an irregular pulse",
    "dry mucous membranes",
    "equal pupils",
    "normal bowel sounds",
    "mild wheeze",
    "tenderness on palpation",
});
constexpr auto times = std::to_array<std::string_view>({
    "days",
    "weeks",
    "months",
    "hours",
    "nights",
    "years",
});
constexpr auto advice = std::to_array<std::string_view>({
    "rest and plenty of fluids",
    "less salt",
    "a walk of half an hour each day",
    "foot care",
    "a pain diary",
    "a home blood pressure log",
    "no smoking",
    "less alcohol",
    "a high fibre diet",
    "breathing exercises",
    "a return visit if fever comes back",
    "weighing every morning",
    "physiotherapy twice a week",
    "compression stockings",
    "an annual eye check",
});
constexpr auto departments = std::to_array<std::string_view>({
    "Cardiology",
    "General Medicine",
    "Emergency Department",
    "Respiratory Ward",
    "Day Clinic",
    "Orthopaedics",
    "Laboratory",
    "Radiology",
    "Endocrinology",
    "Family Practice",
});
constexpr auto hospitals = std::to_array<std::string_view>({
    "Port Marrow General Hospital",
    "Saint-Ren\u00e9 Clinic",
    "Cold Ferry Health Centre",
    "H\u00f4pital des \u00c9rables",
    "Kelp Street Practice",
    "Nieder\u00f6ls District Hospital",
});
constexpr auto roles = std::to_array<std::string_view>({
    "attending physician",
    "ward nurse",
    "laboratory technician",
    "general practitioner",
    "pharmacist",
    "consultant",
    "radiographer",
});
constexpr auto note_kinds = std::to_array<std::string_view>({
    "Progress note",
    "Consultation note",
    "Discharge summary",
    "Admission note",
    "Telephone note",
});

constexpr auto complaint_sentences = std::to_array<std::string_view>({
    "Came because of %c for %n %t.",
    "Reports %q pain in %s and %c since %n %t ago.",
    "Sent by the family doctor with %c, %q, and a question about %g.",
    "Return visit after %n %t: %c is now %q.",
    "Brought in by relatives after %c that began %n hours earlier.",
});
constexpr auto history_sentences = std::to_array<std::string_view>({
    "Known %g for %n years, treated with %d.",
    "Had %c about %n %t ago, which was %q and settled with %d.",
    "Denies %c and %c; admits to %c on exertion.",
    "Takes %d and, when needed, %d, up to %n times a month.",
    "An operation on %s %n years ago left %f.",
    "Mother had %g, an uncle had %g at the age of %p months.",
    "Lives on floor %n, works with %n colleagues, smoked for %n years.",
    "Stopped %d after %n %t because of %c.",
    "The pain in %s is %q, rated %n of 30, and spreads to %s.",
});
constexpr auto examination_sentences = std::to_array<std::string_view>({
    "On examination %f and %f.",
    "Over %s there is %f, %q in character.",
    "Pulse %p per minute, breathing rate %n, oxygen %v kPa.",
    "Palpation of %s: %f; compared with %s, %f.",
    "Walked %p metres, then stopped because of %c.",
    "Blood pressure %p over %p lying, %p over %p after %n minutes of standing.",
});
constexpr auto result_sentences = std::to_array<std::string_view>({
    "Laboratory: pH %v, potassium %v mmol/L, glucose %p mg/dL.",
    "The film of %s of %n %t ago shows %f, otherwise nothing new.",
    "Creatinine rose from %v to %v mg/dL within %n %t.",
    "Ultrasound: %f; measured %p mm by %n mm near %s.",
    "Culture grew nothing after %n hours, C reactive protein %p mg/L.",
    "The electrocardiogram shows %f with an interval of %p ms.",
});
constexpr auto assessment_sentences = std::to_array<std::string_view>({
    "Most likely %g, with %c as the leading complaint.",
    "%g cannot be ruled out while %c stays %q.",
    "Compared with the visit %n %t ago, %c is %q and %f is new.",
    "The findings at %s speak for %g rather than %g.",
});
constexpr auto plan_sentences = std::to_array<std::string_view>({
    "Start %d for %n days, then review.",
    "Continue %d; stop %d from day %n.",
    "Advised %a and %a.",
    "Repeat potassium in %n days; call if above %v.",
    "Referred for %c to the clinic, expected in %n %t; until then %a.",
    "Next visit in %n %t, earlier if %c returns or %c begins.",
});

constexpr auto section_list = std::to_array<Section>({
    {"Complaint", 2, complaint_sentences},
    {"History", 5, history_sentences},
    {"Examination", 3, examination_sentences},
    {"Results", 3, result_sentences},
    {"Assessment", 2, assessment_sentences},
    {"Plan", 3, plan_sentences},
});

constexpr Language language{
    .code = "en",
    .complaints = complaints,
    .sites = sites,
    .qualities = qualities,
    .findings = findings,
    .times = times,
    .advice = advice,
    .departments = departments,
    .hospitals = hospitals,
    .roles = roles,
    .note_kinds = note_kinds,
    .patient_label = "Patient: ",
    .date_label = "Date: ",
    .signed_label = "Signed: ",
    .copied_label = "Addendum: ",
    .sections = section_list,
    .is_chinese = false,
};

}  // namespace

const Language& english() { return language; }

}  // namespace medchain::testdata
