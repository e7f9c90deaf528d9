#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "exchange/rx_fhir_request_internal.hpp"

namespace medchain::exchange {
namespace {

constexpr std::string_view request_members[] = {"resourceType",
                                                "meta",
                                                "language",
                                                "text",
                                                "contained",
                                                "identifier",
                                                "status",
                                                "statusReason",
                                                "intent",
                                                "category",
                                                "priority",
                                                "doNotPerform",
                                                "reportedBoolean",
                                                "reportedReference",
                                                "medicationCodeableConcept",
                                                "medicationReference",
                                                "subject",
                                                "encounter",
                                                "supportingInformation",
                                                "authoredOn",
                                                "requester",
                                                "performer",
                                                "performerType",
                                                "recorder",
                                                "reasonCode",
                                                "reasonReference",
                                                "instantiatesCanonical",
                                                "instantiatesUri",
                                                "basedOn",
                                                "groupIdentifier",
                                                "courseOfTherapyType",
                                                "insurance",
                                                "note",
                                                "dosageInstruction",
                                                "dispenseRequest",
                                                "substitution",
                                                "priorPrescription",
                                                "detectedIssue",
                                                "eventHistory"};
constexpr std::string_view dosage_members[] = {"sequence",
                                               "text",
                                               "additionalInstruction",
                                               "patientInstruction",
                                               "timing",
                                               "asNeededBoolean",
                                               "asNeededCodeableConcept",
                                               "site",
                                               "route",
                                               "method",
                                               "doseAndRate",
                                               "maxDosePerPeriod",
                                               "maxDosePerAdministration",
                                               "maxDosePerLifetime"};
constexpr std::string_view dispense_members[] = {"dispenseInterval",       "validityPeriod",
                                                 "numberOfRepeatsAllowed", "quantity",
                                                 "expectedSupplyDuration", "performer"};
constexpr std::string_view quantity_members[] = {"value", "unit", "system", "code"};
constexpr std::string_view period_members[] = {"start", "end"};
constexpr std::string_view substitution_members[] = {"allowedBoolean", "allowedCodeableConcept",
                                                     "reason"};

/// With one of these somebody wants it dispensed.
constexpr std::string_view intents[] = {"order", "original-order", "reflex-order", "instance-order",
                                        "filler-order"};

Result<std::string> reference_or_identifier(const FhirNode& node) {
  MC_ASSIGN(const auto reference, node.string("reference"));
  if (reference) return *reference;
  MC_ASSIGN(const auto identifier, node.object("identifier"));
  if (identifier) {
    MC_ASSIGN(const auto system, identifier->string("system"));
    MC_ASSIGN(const auto value, identifier->string("value"));
    if (value) return system ? *system + "|" + *value : *value;
  }
  return fhir_error(node.path(), "expected a reference or an identifier");
}

Result<std::optional<FhirTime>> read_time(const FhirNode& node, std::string_view name) {
  MC_ASSIGN(const auto text, node.string(name));
  if (!text) return std::optional<FhirTime>();
  constexpr std::size_t day_size = 10;
  constexpr std::int64_t noon = 12 * 3'600;
  const auto time = parse_time(*text);
  if (!time) return node.wrong(name, "expected a day, or a time with its offset");
  if (text->size() > day_size) return std::optional(FhirTime{*time, false});
  return std::optional(FhirTime{UnixSeconds(time->get() + noon), true});
}

/// Whole days, of a Duration in days, weeks or hours.
Result<std::optional<std::uint64_t>> read_days(const FhirNode& node, std::string_view name) {
  MC_ASSIGN(const auto duration, node.object(name));
  if (!duration) return std::optional<std::uint64_t>();
  MC_TRY(duration->check_members(quantity_members));
  MC_ASSIGN(const auto value, duration->whole("value"));
  MC_ASSIGN(auto unit, duration->string("code"));
  if (!unit) {
    MC_ASSIGN(unit, duration->string("unit"));
  }
  constexpr std::uint64_t longest = 731;
  const auto too_long = [&] {
    return duration->wrong("value", "expected a whole number of up to 731 days");
  };
  if (!value || *value > longest * 24) return too_long();
  std::uint64_t days = 0;
  if (unit == "d" || unit == "day" || unit == "days")
    days = *value;
  else if (unit == "wk" || unit == "week" || unit == "weeks")
    days = *value * 7;
  else if (unit == "h" && *value % 24 == 0)
    days = *value / 24;
  else
    return duration->wrong("code", "expected whole days (d), weeks (wk) or hours (h)");
  if (days == 0 || days > longest) return too_long();
  return std::optional(days);
}

Status read_status(const FhirNode& request) {
  MC_TRY(request.check_members(request_members));
  MC_ASSIGN(const auto status, request.string("status"));
  if (status != "active") return request.wrong("status", "expected active");
  MC_ASSIGN(const auto intent, request.string("intent"));
  if (std::find(std::begin(intents), std::end(intents), intent) == std::end(intents))
    return request.wrong("intent", "expected an order");
  for (const std::string_view name : {"doNotPerform", "reportedBoolean"}) {
    MC_ASSIGN(const auto is, request.boolean(name));
    if (is.value_or(false)) return request.wrong(name, "this is not a prescription");
  }
  if (request.has("reportedReference"))
    return request.wrong("reportedReference", "this is not a prescription");
  return {};
}

Status read_medication(const FhirNode& request, const FindResource& find, entry::RxItem& item) {
  MC_ASSIGN(auto coded, request.object("medicationCodeableConcept"));
  if (!coded) {
    MC_ASSIGN(const auto reference, request.object("medicationReference"));
    if (!reference) return request.wrong("medicationCodeableConcept", "there is no medication");
    MC_ASSIGN(const std::string to, reference_or_identifier(*reference));
    const auto medication = find(to);
    if (!medication) return reference->wrong("reference", "the medication is not contained");
    MC_ASSIGN(coded, medication->object("code"));
    if (!coded) return medication->wrong("code", "there is no code of the medication");
  }
  MC_ASSIGN(Coded read, read_concept(*coded));
  if (!read.code) return coded->wrong("coding", "there is no code of the medication");
  item.code = std::move(*read.code);
  if (!read.name.empty()) item.name = std::move(read.name);
  return {};
}

void add_words(std::string& all, std::string_view words, std::string_view between) {
  if (words.empty()) return;
  if (!all.empty()) all += between;
  all += words;
}

Result<std::string> dosage_words(const FhirNode& dosage) {
  MC_TRY(dosage.check_members(dosage_members));
  MC_ASSIGN(const auto text, dosage.string("text"));
  if (!text || text->empty()) return dosage.wrong("text", "expected the dosage in words");
  std::string words = *text;
  MC_ASSIGN(const auto more, dosage.objects("additionalInstruction"));
  for (const FhirNode& each : more) {
    MC_ASSIGN(const Coded read, read_concept(each));
    add_words(words, read.name.empty() ? read.code.value_or("") : read.name, ", ");
  }
  MC_ASSIGN(const auto patient, dosage.string("patientInstruction"));
  add_words(words, patient.value_or(""), ", ");
  MC_ASSIGN(const auto as_needed, dosage.boolean("asNeededBoolean"));
  if (as_needed.value_or(false)) add_words(words, "as needed", ", ");
  MC_ASSIGN(const auto needed_for, dosage.object("asNeededCodeableConcept"));
  if (needed_for) {
    MC_ASSIGN(const Coded read, read_concept(*needed_for));
    add_words(words, "as needed for " + (read.name.empty() ? read.code.value_or("") : read.name),
              ", ");
  }
  return words;
}

Status read_dosage(const FhirNode& request, entry::RxItem& item) {
  MC_ASSIGN(const auto dosages, request.objects("dosageInstruction"));
  std::vector<std::pair<std::uint64_t, std::string>> in_order;
  for (const FhirNode& dosage : dosages) {
    MC_ASSIGN(std::string words, dosage_words(dosage));
    MC_ASSIGN(const auto sequence, dosage.whole("sequence"));
    in_order.emplace_back(sequence.value_or(0), std::move(words));
  }
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string all;
  // Those of one number go together, further ones follow (Dosage.sequence).
  for (std::size_t i = 0; i < in_order.size(); ++i)
    add_words(all, in_order[i].second,
              i > 0 && in_order[i].first == in_order[i - 1].first ? " and " : "; then ");
  if (!all.empty()) item.dose = std::move(all);
  return {};
}

Status read_quantity(const FhirNode& dispense, entry::RxItem& item) {
  MC_ASSIGN(const auto quantity, dispense.object("quantity"));
  if (!quantity) return dispense.wrong("quantity", "expected how many are to be dispensed");
  MC_TRY(quantity->check_members(quantity_members));
  MC_ASSIGN(const auto value, quantity->whole("value"));
  if (!value || *value == 0) return quantity->wrong("value", "expected 1 or more");
  item.quantity = *value;
  MC_ASSIGN(auto unit, quantity->string("unit"));
  if (!unit) {
    MC_ASSIGN(unit, quantity->string("code"));
  }
  if (!unit || unit->empty()) return quantity->wrong("unit", "expected what is counted");
  item.unit = std::move(*unit);
  return {};
}

Status read_pharmacy(const FhirNode& dispense, RxRequest& read) {
  MC_ASSIGN(const auto performer, dispense.object("performer"));
  if (!performer) return {};
  read.pharmacy_field = performer->path();
  if (performer->has("reference") || performer->has("identifier")) {
    MC_ASSIGN(read.shared.pharmacy, reference_or_identifier(*performer));
  } else {
    MC_ASSIGN(read.shared.pharmacy, performer->string("display"));
  }
  return {};
}

Status read_dispense(const FhirNode& request, RxRequest& read) {
  MC_ASSIGN(const auto dispense, request.object("dispenseRequest"));
  if (!dispense) return request.wrong("dispenseRequest", "expected how many are to be dispensed");
  if (dispense->has("initialFill"))
    return dispense->wrong("initialFill", "a first part that is not like the others");
  MC_TRY(dispense->check_members(dispense_members));
  MC_TRY(read_quantity(*dispense, read.item));
  MC_ASSIGN(read.days, read_days(*dispense, "expectedSupplyDuration"));
  MC_ASSIGN(const auto repeats, dispense->whole("numberOfRepeatsAllowed"));
  if (repeats.value_or(0) > 0) read.shared.repeats = repeats;
  MC_ASSIGN(read.shared.interval_days, read_days(*dispense, "dispenseInterval"));
  MC_ASSIGN(const auto period, dispense->object("validityPeriod"));
  if (period) {
    MC_TRY(period->check_members(period_members));
    MC_ASSIGN(read.shared.begins, read_time(*period, "start"));
    MC_ASSIGN(read.shared.ends, read_time(*period, "end"));
  }
  return read_pharmacy(*dispense, read);
}

Status read_substitution(const FhirNode& request, entry::RxItem& item) {
  MC_ASSIGN(const auto substitution, request.object("substitution"));
  if (!substitution) return {};
  MC_TRY(substitution->check_members(substitution_members));
  MC_ASSIGN(const auto allowed, substitution->boolean("allowedBoolean"));
  if (allowed) item.substitution = *allowed ? "allowed" : "not-allowed";
  MC_ASSIGN(const auto by_what, substitution->object("allowedCodeableConcept"));
  if (by_what) {
    MC_ASSIGN(const Coded read, read_concept(*by_what));
    item.substitution = read.code ? *read.code : read.name;
  }
  if (!item.substitution || item.substitution->empty())
    return substitution->wrong("allowedBoolean", "expected whether it is allowed");
  return {};
}

Status read_words(const FhirNode& request, RxRequest& read) {
  MC_ASSIGN(const auto reasons, request.objects("reasonCode"));
  for (const FhirNode& reason : reasons) {
    MC_ASSIGN(const Coded coded, read_concept(reason));
    std::string words = coded.code.value_or("");
    add_words(words, coded.name, " ");
    read.reasons.push_back(std::move(words));
  }
  MC_ASSIGN(const auto notes, request.objects("note"));
  for (const FhirNode& note : notes) {
    MC_ASSIGN(const auto text, note.string("text"));
    if (text) read.words.push_back(*text);
  }
  MC_ASSIGN(const auto priority, request.string("priority"));
  if (priority && *priority != "routine") read.words.push_back("priority: " + *priority);
  return {};
}

}  // namespace

Result<Coded> read_concept(const FhirNode& concept_) {
  Coded read;
  MC_ASSIGN(const auto codings, concept_.objects("coding"));
  const FhirNode* chosen = codings.empty() ? nullptr : &codings.front();
  for (const FhirNode& coding : codings) {
    MC_ASSIGN(const auto selected, coding.boolean("userSelected"));
    if (selected.value_or(false)) chosen = &coding;
  }
  MC_ASSIGN(const auto text, concept_.string("text"));
  if (text) read.name = *text;
  if (chosen == nullptr) return read;
  MC_ASSIGN(const auto system, chosen->string("system"));
  MC_ASSIGN(const auto code, chosen->string("code"));
  MC_ASSIGN(const auto display, chosen->string("display"));
  if (code) read.code = system ? *system + "|" + *code : *code;
  if (display && read.name.empty()) read.name = *display;
  return read;
}

Result<RxRequest> read_medication_request(const FhirNode& request, const FindResource& find) {
  RxRequest read;
  MC_TRY(read_status(request));
  MC_TRY(read_medication(request, find, read.item));
  MC_TRY(read_dosage(request, read.item));
  MC_TRY(read_dispense(request, read));
  MC_TRY(read_substitution(request, read.item));
  MC_TRY(read_words(request, read));
  MC_ASSIGN(const auto subject, request.object("subject"));
  if (!subject) return request.wrong("subject", "for whom is it");
  MC_ASSIGN(read.shared.subject, reference_or_identifier(*subject));
  MC_ASSIGN(const auto group, request.object("groupIdentifier"));
  if (group) {
    MC_ASSIGN(const auto system, group->string("system"));
    MC_ASSIGN(const auto value, group->string("value"));
    read.shared.group = system.value_or("") + "|" + value.value_or("");
  }
  MC_ASSIGN(read.shared.authored, read_time(request, "authoredOn"));
  return read;
}

}  // namespace medchain::exchange
