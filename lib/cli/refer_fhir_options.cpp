// --fhir beside the other options of create.
#include <algorithm>

#include "cli/refer_fhir.hpp"
#include "cli/text_input.hpp"

namespace medchain::cli {

Result<FhirOrder> read_fhir_option(Session& session) {
  const std::vector<std::string> records = session.arguments().all("record");
  const bool wants_receipts = std::find(records.begin(), records.end(), "-") != records.end();
  if (wants_receipts && session.setting("fhir") == "-")
    return fail(Code::usage, "only one argument may be standard input, '-'");
  MC_ASSIGN(auto document, read_text_option(session, "fhir"));
  if (!document) return FhirOrder();
  auto order = parse_fhir_order(std::move(*document));
  if (!order) return std::move(order).error().context("the FHIR document");
  return order;
}

Result<std::optional<std::string>> agreed(std::string_view option, std::optional<std::string> typed,
                                          const std::optional<Said>& said) {
  if (!said) return typed;
  if (!typed) return std::optional(said->value);
  if (said->is(*typed)) return typed;
  return fail(Code::usage, "option '--" + std::string(option) + "' contradicts '" + said->pointer +
                               "' of the FHIR document");
}

Status add_records(ActSession& act, const FhirOrder& order, std::optional<ReceiptInput>& receipts) {
  std::vector<entry::RecordSet> places;
  std::vector<std::string> names;
  for (const std::string& name : order.records) {
    MC_ASSIGN(auto place, parse_rows(name));
    if (place)
      places.push_back(std::move(*place));
    else
      names.push_back(name);
  }
  if (!names.empty()) {
    if (act.vault() == nullptr) return fail(Code::vault_missing, "there is no vault");
    auto found = places_of_records(*act.vault(), names);
    if (!found) return std::move(found).error().context("the FHIR document");
    places.insert(places.end(), found->begin(), found->end());
  }
  if (places.empty()) return {};
  if (!receipts) receipts.emplace();
  receipts->places.insert(receipts->places.end(), places.begin(), places.end());
  return {};
}

}  // namespace medchain::cli
