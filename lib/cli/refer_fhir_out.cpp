// Referrals and consultations as FHIR R4 (4.0.1): a Task that says where it is, and in it the
// ServiceRequest that says what is asked for.  refer_fhir_in.cpp reads it.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "cli/fhir_document_internal.hpp"
#include "cli/refer_fhir.hpp"
#include "cli/refer_item.hpp"
#include "report/fhir.hpp"

namespace medchain::cli {
namespace {

using json::Array, json::Object;
using report::fhir::clean_text, report::fhir::coding, report::fhir::concept_of,
    report::fhir::extension, report::fhir::identifier, report::fhir::refers_to,
    report::fhir::set_unless_empty;
using rules::ReferralStatus;

constexpr std::string_view business_system =
    "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS";
constexpr std::string_view task_code_system = "http://hl7.org/fhir/CodeSystem/task-code";

struct Mapped {
  ReferralStatus status;
  std::string_view task, request;
  std::string_view business, display;  ///< of BSeR; a consultation has none
};

// Task and business status are those of the 360X/BSeR table (rules/referral_table.cpp).
constexpr Mapped mapping[] = {
    {ReferralStatus::received, "received", "active", "2.0", "Service Request Created"},
    {ReferralStatus::accepted, "accepted", "active", "3.0", "Service Request Accepted"},
    {ReferralStatus::rejected, "rejected", "revoked", "4.0", "Service Request Declined"},
    {ReferralStatus::scheduled, "in-progress", "active", "5.1.1",
     "Service Request Event Scheduled"},
    {ReferralStatus::no_show, "in-progress", "active", "5.1.2",
     "Scheduled Service Request Event Unattended"},
    {ReferralStatus::appointment_cancelled, "in-progress", "active", "5.1.3",
     "Scheduled Service Request Event Cancelled"},
    {ReferralStatus::visit_noted, "in-progress", "active", "5.1.4",
     "Service Request Event Completed"},
    {ReferralStatus::cancel_requested, "in-progress", "active", "5.2",
     "Service Request Cancellation Requested"},
    {ReferralStatus::cancelled, "cancelled", "revoked", "6.0",
     "Service Request Fulfillment Cancelled"},
    {ReferralStatus::completed, "completed", "completed", "7.0",
     "Service Request Fulfillment Completed"},
    {ReferralStatus::consulting, "in-progress", "active", "", ""},
    {ReferralStatus::closed, "completed", "completed", "", ""},
};

const Mapped& mapped(ReferralStatus status) {
  const auto found = std::find_if(std::begin(mapping), std::end(mapping),
                                  [&](const Mapped& one) { return one.status == status; });
  MC_ASSERT(found != std::end(mapping));
  return *found;
}

bool has_space(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

Object texts(std::string_view text) {
  Object made;
  made.set("text", text);
  return made;
}
/// `system|value` in its parts, where that is what it is.
std::optional<std::pair<std::string, std::string>> parts_of(const std::string& spelled) {
  const std::size_t bar = spelled.find('|');
  if (bar == std::string::npos || bar == 0 || bar + 1 == spelled.size()) return std::nullopt;
  auto parts = std::pair(spelled.substr(0, bar), spelled.substr(bar + 1));
  if (has_space(parts.first)) return std::nullopt;
  return parts;
}

Object subject_of(const ReferralItem& item) {
  if (!item.terms || item.terms->subjects.empty())
    return refers_to(fhir::subject, to_text(item.state.order.subject));
  const std::string name = clean_text(item.terms->subjects.front());
  Object made;
  if (fhir::is_plain_reference(name) && name.starts_with("Patient/"))
    return std::move(made.set("reference", name));
  Object named;
  if (const auto parts = parts_of(name))
    named = identifier(parts->first, parts->second);
  else
    named.set("value", name);
  return std::move(made.set("identifier", std::move(named)));
}

Object service_of(const ReferralItem& item) {
  if (!item.terms || !item.terms->service)
    return concept_of(coding(fhir::service_tag, to_text(item.state.order.service)));
  const std::string service = clean_text(*item.terms->service);
  const auto parts = parts_of(service);
  if (parts && !has_space(parts->second)) return concept_of(coding(parts->first, parts->second));
  if (!has_space(service)) return concept_of(coding(fhir::service, service));
  return texts(service);
}

Array extensions_of(const entry::Order& order) {
  Array all;
  if (order.with_records) all.emplace_back(extension(fhir::with_records, "valueBoolean", true));
  if (order.duplicate_of)
    all.emplace_back(extension(fhir::duplicate_of, "valueString", to_text(*order.duplicate_of)));
  for (const EntryHash& grant : order.passed)
    all.emplace_back(extension(fhir::passed, "valueString", to_text(grant)));
  return all;
}

/// By their names where the terms are open, else by their places on the ledger.
Array records_of(const ReferralItem& item, const entry::Referral& body) {
  Array all;
  if (item.terms && item.terms->attached) {
    for (const entry::AttachedRecord& one : *item.terms->attached) {
      Object made;
      const std::string name = clean_text(one.record);
      made.set(fhir::is_plain_reference(name) ? "reference" : "display", name);
      all.emplace_back(std::move(made));
    }
    return all;
  }
  if (!body.share) return all;
  for (const entry::RecordSet& set : body.share->records)
    all.emplace_back(
        refers_to(fhir::rows, std::to_string(set.entry.get()) + ":" + set.rows.text()));
  return all;
}

Array performers_of(const entry::Order& order) {
  Array all;
  for (const MemberName& name : order.to) all.emplace_back(refers_to(fhir::member, name.get()));
  for (const MemberName& name : order.groups) all.emplace_back(refers_to(fhir::group, name.get()));
  return all;
}

std::string_view priority_of(const entry::Order& order) {
  return order.urgent ? "urgent" : "routine";
}

Object request_of(const ReferralItem& item, const entry::Referral& body) {
  const entry::Order& order = item.state.order;
  Object made;
  made.set("resourceType", "ServiceRequest").set("id", "request");
  set_unless_empty(made, "extension", extensions_of(order));
  if (order.based_on) made.set("basedOn", Array{refers_to(fhir::entry, to_text(*order.based_on))});
  made.set("status", mapped(item.state.status).request)
      .set("intent", "order")
      .set("priority", priority_of(order))
      .set("code", service_of(item))
      .set("subject", subject_of(item))
      .set("authoredOn", format_time(item.state.created))
      .set("requester", refers_to(fhir::member, item.state.author.get()));
  set_unless_empty(made, "performer", performers_of(order));
  if (item.terms && item.terms->text)
    made.set("reasonCode", Array{texts(clean_text(*item.terms->text))});
  set_unless_empty(made, "supportingInfo", records_of(item, body));
  return made;
}

Object business_status(ReferralStatus status) {
  const Mapped& row = mapped(status);
  Object made;
  if (!row.business.empty())
    made.set("coding",
             Array{std::move(coding(business_system, row.business).set("display", row.display))});
  made.set("text", entry::word_of(status));
  return made;
}

/// From when it was taken over, or asked for, until its end.
Result<Object> execution_of(const ledger::Snapshot& view, const rules::ReferralState& state) {
  Object made;
  const bool consults =
      state.status == ReferralStatus::consulting || state.status == ReferralStatus::closed;
  std::optional<UnixSeconds> start;
  if (consults) start = state.created;
  if (state.accepted) {
    MC_ASSIGN(const entry::Entry entry, view.entry(*state.accepted));
    // A statement's own time may be off from the log time, by which all others are told.
    start = std::clamp(entry.statement.header.time, state.created, state.changed);
  }
  if (!start) return made;
  made.set("start", format_time(*start));
  if (rules::is_over(state.status)) made.set("end", format_time(state.changed));
  return made;
}

Array outputs_of(const rules::ReferralState& state) {
  Array all;
  const auto add = [&](std::string_view what, const EntryHash& hash, const MemberName* by) {
    Object reference = refers_to(fhir::entry, to_text(hash));
    if (by != nullptr) reference.set("display", by->get());
    Object made;
    made.set("type", texts(what)).set("valueReference", std::move(reference));
    all.emplace_back(std::move(made));
  };
  for (const rules::Opinion& one : state.opinions) add("opinion", one.entry, &one.member);
  if (state.outcome) add("outcome", *state.outcome, nullptr);
  return all;
}

}  // namespace

Result<json::Object> fhir_task(const ledger::Snapshot& view, const ReferralItem& item) {
  const rules::ReferralState& state = item.state;
  MC_ASSIGN(const entry::Entry entry, view.entry(state.index));
  const auto* body = std::get_if<entry::Referral>(&entry.statement.body);
  MC_ASSERT(body != nullptr);
  MC_ASSIGN(Object execution, execution_of(view, state));
  Object focus, made;
  focus.set("reference", "#request");
  made.set("resourceType", "Task")
      .set("id", to_hex(item.hash.bytes))
      .set("contained", Array{request_of(item, *body)})
      .set("identifier", Array{identifier(fhir::entry, to_text(item.hash))})
      .set("status", mapped(state.status).task)
      .set("businessStatus", business_status(state.status))
      .set("intent", "order")
      .set("priority", priority_of(state.order))
      .set("code", concept_of(coding(task_code_system, "fulfill")))
      .set("focus", std::move(focus))
      .set("for", subject_of(item));
  if (!execution.members().empty()) made.set("executionPeriod", std::move(execution));
  made.set("authoredOn", format_time(state.created))
      .set("lastModified", format_time(state.changed))
      .set("requester", refers_to(fhir::member, state.author.get()));
  if (state.order.to.size() == 1 && state.order.groups.empty())
    made.set("owner", refers_to(fhir::member, state.order.to.front().get()));
  if (state.order.valid_until) {
    Object period, restriction;
    period.set("end", format_time(*state.order.valid_until));
    made.set("restriction", std::move(restriction.set("period", std::move(period))));
  }
  set_unless_empty(made, "output", outputs_of(state));
  return made;
}

}  // namespace medchain::cli
