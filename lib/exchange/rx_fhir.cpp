#include "exchange/rx_fhir.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "exchange/rx_fhir_request_internal.hpp"
#include "json/foreign.hpp"

namespace medchain::exchange {
namespace {

/// What was given: one resource, or the entries of a bundle.
struct Given {
  std::vector<FhirNode> requests;
  std::vector<std::pair<std::string, FhirNode>> others;  ///< by fullUrl, and by Type/id
};

Result<std::string> type_of(const FhirNode& resource) {
  MC_ASSIGN(const auto type, resource.string("resourceType"));
  if (!type) return resource.wrong("resourceType", "it is missing");
  return *type;
}

Status add_entry(const FhirNode& entry, Given& given) {
  MC_ASSIGN(const auto resource, entry.object("resource"));
  if (!resource) return {};
  MC_ASSIGN(const std::string type, type_of(*resource));
  if (type == "MedicationRequest") {
    given.requests.push_back(*resource);
    return {};
  }
  MC_ASSIGN(const auto url, entry.string("fullUrl"));
  if (url) given.others.emplace_back(*url, *resource);
  MC_ASSIGN(const auto id, resource->string("id"));
  if (id) given.others.emplace_back(type + "/" + *id, *resource);
  return {};
}

Result<Given> read_given(const FhirNode& root) {
  Given given;
  MC_ASSIGN(const std::string type, type_of(root));
  if (type == "MedicationRequest") {
    given.requests.push_back(root);
    return given;
  }
  if (type != "Bundle") return root.wrong("resourceType", "expected MedicationRequest or Bundle");
  MC_ASSIGN(const auto entries, root.objects("entry"));
  for (const FhirNode& entry : entries) MC_TRY(add_entry(entry, given));
  if (given.requests.empty()) return root.wrong("entry", "there is no MedicationRequest");
  return given;
}

std::optional<FhirNode> find_in(const Given& given, std::string_view reference) {
  for (const auto& [name, resource] : given.others)
    if (name == reference) return resource;
  return std::nullopt;
}

/// `#id` is in the request itself, all else in the bundle.
Result<RxRequest> read_one(const FhirNode& request, const Given& given) {
  MC_ASSIGN(const auto contained, request.objects("contained"));
  return read_medication_request(request, [&](std::string_view reference) {
    if (!reference.starts_with('#')) return find_in(given, reference);
    for (const FhirNode& each : contained)
      if (const auto id = each.string("id"); id && *id == reference.substr(1))
        return std::optional(each);
    return std::optional<FhirNode>();
  });
}

/// A prescription has one of each: fails where a request has another than the first.
Status check_same(const FhirNode& request, const RxShared& a, const RxShared& b) {
  const auto differs = [&](std::string_view name) {
    return request.wrong(name, "it is not that of the first request: issue them apart");
  };
  if (a.subject != b.subject) return differs("subject");
  if (a.group != b.group) return differs("groupIdentifier");
  if (a.authored != b.authored) return differs("authoredOn");
  if (a.begins != b.begins || a.ends != b.ends) return differs("dispenseRequest.validityPeriod");
  if (a.repeats != b.repeats) return differs("dispenseRequest.numberOfRepeatsAllowed");
  if (a.interval_days != b.interval_days) return differs("dispenseRequest.dispenseInterval");
  if (a.pharmacy != b.pharmacy) return differs("dispenseRequest.performer");
  return {};
}

/// A reference that means nothing outside of its message is told by the patient's identifier.
Result<std::optional<std::string>> subject_of(const std::string& reference, const Given& given) {
  const bool is_local = reference.starts_with("urn:") || reference.starts_with('#');
  if (!is_local) return std::optional(reference);
  const auto patient = find_in(given, reference);
  if (!patient) return std::optional<std::string>();
  MC_ASSIGN(const auto identifiers, patient->objects("identifier"));
  if (identifiers.empty()) return std::optional<std::string>();
  MC_ASSIGN(const auto system, identifiers.front().string("system"));
  MC_ASSIGN(const auto value, identifiers.front().string("value"));
  if (!value) return std::optional<std::string>();
  return std::optional(system ? *system + "|" + *value : *value);
}

void append(const std::string& words, std::optional<std::string>& all) {
  all = all ? *all + "; " + words : words;
}

/// Told apart by item where there are several.
void add_words(const RxRequest& request, std::size_t number, bool one_of_many,
               std::optional<std::string>& text) {
  for (const std::string& words : request.words)
    append(one_of_many ? "item " + std::to_string(number) + ": " + words : words, text);
}

Status set_repeats(const FhirNode& request, const RxShared& shared, RxOrder& order) {
  order.repeats = shared.repeats;
  if (!order.repeats) return {};
  const auto interval = shared.interval_days ? shared.interval_days : order.days;
  if (!interval)
    return request.wrong("dispenseRequest.dispenseInterval",
                         "repeats need it, or expectedSupplyDuration");
  order.interval_days = *interval;
  return {};
}

}  // namespace

bool looks_like_fhir(std::string_view text) {
  const auto root = json::parse_foreign(std::string(text));
  return root && root->member("resourceType").has_value();
}

Result<RxOrder> read_medication_requests(std::string_view text) {
  MC_ASSIGN(json::Node root, json::parse_foreign(std::string(text)));
  if (!root.is_object())
    return fail(Code::input_invalid, "expected an object, got " + std::string(root.kind()));
  MC_ASSIGN(const Given given, read_given(FhirNode(std::move(root), "")));
  RxOrder order;
  std::optional<RxShared> shared;
  std::set<std::string> reasons;  // each is told once
  for (const FhirNode& node : given.requests) {
    MC_ASSIGN(RxRequest request, read_one(node, given));
    if (shared) MC_TRY(check_same(node, *shared, request.shared));
    if (!shared) shared = request.shared;
    if (request.days) order.days = std::max(order.days.value_or(0), *request.days);
    if (request.pharmacy_field && !order.pharmacy) order.pharmacy = request.pharmacy_field;
    for (const std::string& reason : request.reasons)
      if (reasons.insert(reason).second) append(reason, order.document.reason);
    order.document.items.push_back(std::move(request.item));
    add_words(request, order.document.items.size(), given.requests.size() > 1, order.document.text);
  }
  MC_TRY(set_repeats(given.requests.front(), *shared, order));
  order.authored = shared->authored;
  order.begins = shared->begins;
  order.ends = shared->ends;
  MC_ASSIGN(order.subject, subject_of(shared->subject, given));
  order.document.patient = order.subject;
  order.document.original = std::string(text);
  return order;
}

}  // namespace medchain::exchange
