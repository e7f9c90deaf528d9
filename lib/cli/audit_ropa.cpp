// ropa: records of processing activities (GDPR Art. 30(1)) of each member that holds records.
#include "audit/processing.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_acts.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_side.hpp"
#include "cli/entry_operand.hpp"
#include "cli/places.hpp"
#include "crypto/sha256.hpp"
#include "entry/encoder.hpp"

namespace medchain::cli {
namespace {

using report::Align;

json::Array array_of(const std::set<std::string>& texts) {
  json::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

std::string joined(const std::set<std::string>& texts) {
  return join({texts.begin(), texts.end()}, ", ");
}

/// `hosp-c (hospital, DE)`
std::string text_of(const audit::Recipient& recipient) {
  return recipient.name.get() + " (" + std::string(entry::word_of(recipient.kind)) +
         (recipient.territory ? ", " + recipient.territory->get() : "") + ")";
}

std::string texts_of(const std::set<audit::Recipient>& recipients) {
  std::vector<std::string> texts;
  for (const audit::Recipient& one : recipients) texts.push_back(text_of(one));
  return join(texts, ", ");
}

json::Array array_of(const std::set<audit::Recipient>& recipients) {
  json::Array array;
  for (const audit::Recipient& recipient : recipients) {
    json::Object one;
    one.set("member", recipient.name.get()).set("kind", entry::word_of(recipient.kind));
    if (recipient.territory) one.set("territory", recipient.territory->get());
    array.emplace_back(std::move(one));
  }
  return array;
}

/// What the ledger itself enforces, as its policy says.
std::vector<std::string> measures_of(const entry::Policy& policy) {
  std::vector<std::string> measures = {
      "records stay outside the ledger, which holds salted commitments and keyed pseudonyms",
      "records are released encrypted for the receiver alone, and each release is on record before",
      "erasure destroys salts and keys",
      "membership and policy change by " + counted(policy.admit, "admin signature")};
  measures.push_back(policy.witnesses.empty() ? "no witness signs the ledger"
                                              : std::to_string(policy.quorum) + " of " +
                                                    std::to_string(policy.witnesses.size()) +
                                                    " witnesses sign each state of the ledger");
  const auto add = [&](std::string text, const std::vector<entry::Word>& words) {
    if (!words.empty()) measures.push_back(std::move(text) + words_text(words));
  };
  add("persons sign themselves: ", policy.signed_person);
  add("the patient's own grant is needed for ",
      policy.patient_grant.value_or(std::vector<entry::Word>()));
  add("consent of its own is needed for ", policy.consent.value_or(std::vector<entry::Word>()));
  return measures;
}

json::Object controller_line(const audit::Controller& controller,
                             const std::vector<std::string>& measures) {
  json::Object line = message("controller");
  line.set("member", controller.card.name.get()).set("kind", entry::word_of(controller.card.kind));
  if (controller.card.display) line.set("display", controller.card.display->get());
  if (controller.card.contact) line.set("contact", controller.card.contact->get());
  if (controller.card.territory) line.set("territory", controller.card.territory->get());
  line.set("types", array_of(controller.types)).set("records", controller.records);
  json::Array erased;
  for (const auto& [basis, count] : controller.erased) {
    json::Object one;
    erased.emplace_back(std::move(one.set("basis", basis).set("count", count)));
  }
  json::Array texts;
  for (const std::string& measure : measures) texts.emplace_back(measure);
  return line.set("erasures", std::move(erased)).set("measures", std::move(texts));
}

std::string controller_text(const audit::Controller& controller,
                            const std::vector<std::string>& measures) {
  const auto row = [](std::string_view name, std::string_view value) {
    return value.empty() ? std::string()
                         : "  " + std::string(name) + ": " + escape_for_terminal(value) + "\n";
  };
  const entry::Card& card = controller.card;
  std::string erased;
  for (const auto& [basis, count] : controller.erased)
    erased += (erased.empty() ? "" : ", ") + std::to_string(count) + " for " + basis;
  return "Controller " + card.name.get() + "\n" +
         row("name", card.display ? card.display->get() : "") +
         row("contact", card.contact ? card.contact->get() : "") +
         row("where", card.territory ? card.territory->get() : "") +
         row("data subjects", "patients; staff who act, by pseudonym") +
         row("data",
             joined(controller.types) + " (" + counted(controller.records, "record") + ")") +
         row("erasures", erased) + row("measures", join(measures, "; ")) + "\n";
}

/// `30d` to `90d`, none where none is set.
std::string limits_text(const audit::Activity& activity) {
  if (!activity.shortest) return activity.grants > 0 ? "none set" : "";
  std::string text = format_duration(*activity.shortest);
  if (activity.longest != activity.shortest) text += " to " + format_duration(*activity.longest);
  return activity.unlimited > 0 ? text + ", or none set" : text;
}

std::string abroad_text(const audit::Activity& activity) {
  std::string text = texts_of(activity.abroad);
  if (activity.unplaced.empty()) return text;
  return text + (text.empty() ? "" : "; ") + "not known of " +
         counted(activity.unplaced.size(), "recipient");
}

std::string types_text(const audit::Activity& activity) {
  if (activity.any_type) return "any";
  return joined(activity.types);
}

json::Object activity_line(const MemberName& member, const std::string& purpose,
                           const audit::Activity& activity) {
  json::Object line = message("activity");
  line.set("member", member.get());
  if (!purpose.empty()) line.set("purpose", purpose);
  line.set("legal", array_of(activity.legal)).set("policies", array_of(activity.policies));
  line.set("types", array_of(activity.types)).set("any_type", activity.any_type);
  line.set("recipients", array_of(activity.recipients))
      .set("abroad", array_of(activity.abroad))
      .set("unplaced", array_of(activity.unplaced));
  line.set("grants", activity.grants)
      .set("releases", activity.releases)
      .set("records", activity.records);
  if (activity.shortest)
    line.set("erase_within", *activity.shortest).set("erase_within_longest", *activity.longest);
  return line.set("no_limit", activity.unlimited);
}

std::vector<std::string> activity_cells(const MemberName& member, const std::string& purpose,
                                        const audit::Activity& activity) {
  return {
      member.get(),          purpose.empty() ? "any" : purpose, joined(activity.legal),
      types_text(activity),  texts_of(activity.recipients),     abroad_text(activity),
      limits_text(activity), std::to_string(activity.grants),   std::to_string(activity.releases)};
}

Status print(Session& session, const ledger::Snapshot& view,
             const std::map<MemberName, audit::Controller>& controllers) {
  AuditRows rows(session,
                 {{"CONTROLLER"},
                  {"PURPOSE"},
                  {"LEGAL"},
                  {"DATA"},
                  {"RECIPIENTS", Align::left, 80},
                  {"ABROAD", Align::left, 80},
                  {"ERASE WITHIN"},
                  {"GRANTS", Align::right},
                  {"RELEASES", Align::right}},
                 {"member", "purpose", "legal", "policies", "types", "any_type", "recipients",
                  "abroad", "unplaced", "grants", "releases", "records", "erase_within",
                  "erase_within_longest", "no_limit"});
  MC_ASSIGN(const std::string checkpoint, view.checkpoint());
  const std::string asked = checkpoint + session.arguments().value("member").value_or("");
  rows.set_id("ropa-" + to_hex(crypto::sha256(as_bytes(asked))).substr(0, 32));
  MC_ASSIGN(const entry::Policy policy, rules::policy(view));
  const auto measures = measures_of(policy);
  for (const auto& [name, controller] : controllers)
    MC_TRY(rows.head(controller_text(controller, measures), controller_line(controller, measures)));
  for (const auto& [name, controller] : controllers)
    for (const auto& [purpose, activity] : controller.activities)
      MC_TRY(rows.add(activity_line(name, purpose, activity),
                      activity_cells(name, purpose, activity)));
  return rows.finish("activity");
}

}  // namespace

std::vector<Option> audit_ropa_options() {
  return {{"member", 0, ValueKind::text, "NAME", "only of this member"}};
}

Result<int> audit_ropa(Session& session) {
  std::optional<MemberName> only;
  if (const auto member = session.arguments().value("member")) {
    MC_ASSIGN(only, member_option("member", *member));
  }
  MC_ASSIGN(auto side, AuditSide::open(session, false, true));
  session.seal({});
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto controllers, audit::processing(view, only, going_on(session)));
    return print(session, view, controllers);
  }));
  return 0;
}

}  // namespace medchain::cli
