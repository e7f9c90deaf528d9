#include "cli/audit_fhir.hpp"

#include "audit/access.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/grant_states.hpp"
#include "cli/refer_fhir.hpp"

namespace medchain::cli {
namespace {

using audit::Concerned, audit::Event;
using json::Array, json::Object;
using report::fhir::Agent, report::fhir::AuditEvent, report::fhir::coding, report::fhir::concept_of,
    report::fhir::extension, report::fhir::refers_to, report::fhir::set_unless_empty;

constexpr std::string_view dicom = "http://dicom.nema.org/resources/ontology/DCM";
constexpr std::string_view snomed = "http://snomed.info/sct";
constexpr std::string_view participation =
    "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
constexpr std::string_view entity_types = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
constexpr std::string_view balp = "https://profiles.ihe.net/ITI/BALP/";
constexpr std::string_view person_type = "1", object_type = "2";
constexpr std::string_view patient_role = "1", domain_resource = "4", report_role = "3";
constexpr std::string_view success = "0", minor_failure = "4", serious_failure = "8";
constexpr std::string_view application_server = "4", security_server = "6";

constexpr std::size_t hash_digits = 32, tag_digits = 16;  // of an id, which has up to 64

std::string digits(ByteView bytes, std::size_t count) { return to_hex(bytes).substr(0, count); }

Object member(const MemberName& name) { return refers_to(fhir::member, name.get()); }
std::string address(const MemberName& name) { return std::string(fhir::member) + ":" + name.get(); }

std::vector<entry::RecordSet> sets_of(const Concerned& one) {
  std::map<EntryIndex, std::vector<std::uint32_t>> rows;
  for (const auto& [place, row] : one.rows) rows[place.entry].push_back(place.row);
  std::vector<entry::RecordSet> sets;
  for (auto& [index, numbers] : rows)
    sets.push_back({index, entry::RowRanges::of(std::move(numbers))});
  return sets;
}

Object unnamed(std::string_view type, std::string_view why) {
  Object made;
  if (!type.empty()) made.set("type", type);
  return std::move(made.set("display", why));
}

}  // namespace

/// One entry.
class EntryAsFhir {
 public:
  EntryAsFhir(AuditFhir& out, const ledger::Snapshot& view, const Event& event,
              const entry::Body& body)
      : out_(out), view_(view), event_(event), body_(body) {}

  Status write() {
    MC_ASSIGN(concerned_, audit::concerned_by(view_, event_, body_, out_.shown_));
    if (std::holds_alternative<entry::Anchor>(body_)) return anchor();
    if (const auto* erase = std::get_if<entry::Erase>(&body_)) return erased(*erase);
    if (const auto* release = std::get_if<entry::Release>(&body_)) return released(*release);
    if (std::holds_alternative<entry::Use>(body_)) return used();
    if (const auto* denied = std::get_if<entry::Denied>(&body_))
      return refused(denied->actor, denied->asker,
                     event_.problem->get() + " (" + std::string(event_.act) + ")");
    if (const auto* answer = std::get_if<entry::Answer>(&body_)) {
      const bool known = !event_.members.empty();
      return refused(known ? event_.members.front() : event_.author, std::nullopt,
                     answer->reason.get());
    }
    if (std::holds_alternative<entry::Revoke>(body_))
      return for_each_one("update", [&](AuditEvent& made) {
        rest(made, "Update", "update", "U");
        made.entities.push_back(data(refers_to(fhir::entry, to_text(*event_.about))));
      });
    if (const auto* emergency = std::get_if<entry::Emergency>(&body_))
      return broke_glass(*emergency);
    MC_TRY(for_each_one("create", [&](AuditEvent& made) {
      rest(made, "Create", "create", "C");
      made.entities.push_back(data(refers_to(fhir::entry, to_text(event_.hash))));
    }));
    return consents();
  }

 private:
  std::string id(std::string_view what) const {
    return digits(event_.hash.view(), hash_digits) + "-" + std::string(what);
  }
  template <class Tag>
  std::string id(std::string_view what, const Tag& tag) const {
    return id(what) + "-" + digits(tag.view(), tag_digits);
  }

  /// What every event says.
  AuditEvent base() const {
    AuditEvent made;
    const auto add = [&](std::string_view name, std::string_view type, json::Value value) {
      made.extensions.emplace_back(
          extension("urn:medchain:" + std::string(name), std::string(type), std::move(value)));
    };
    add("entry", "valueString", to_text(event_.hash));
    add("index", "valueString", std::to_string(event_.index.get()));
    add("kind", "valueCode", event_.kind);
    if (!event_.act.empty()) add("act", "valueCode", event_.act);
    if (event_.strength) add("step", "valueCode", entry::word_of(*event_.strength));
    if (event_.disclosure) add("disclosure", "valueCode", *event_.disclosure);
    if (event_.person) add("person-is", "valueCode", event_.staff ? "signed" : "asserted");
    made.start = format_time(event_.time);
    made.recorded = format_time(event_.logged);
    made.outcome = success;
    for (const entry::Word& purpose : event_.purposes)
      made.purposes.emplace_back(concept_of(coding(fhir::purposes, purpose.get())));
    made.site = out_.origin_;
    made.observer = member(event_.author);
    made.source_type = application_server;
    return made;
  }

  /// The person who acted, where one is named.
  void add_user(AuditEvent& made, std::string_view type) const {
    if (event_.person)
      made.agents.push_back({coding(participation, type),
                             refers_to(fhir::person, to_text(*event_.person)), true, ""});
  }
  void add_transaction(AuditEvent& made, const EntryHash& hash) const {
    made.entities.push_back(
        {coding(std::string(balp) + "CodeSystem/BasicAuditEntityType", "XrequestId"), "",
         refers_to(fhir::entry, to_text(hash))});
  }
  static void add_patient(AuditEvent& made, json::Object who) {
    made.entities.push_back(
        {coding(entity_types, person_type), std::string(patient_role), std::move(who)});
  }
  static report::fhir::Entity data(json::Object what, std::string_view role = domain_resource) {
    return {coding(entity_types, object_type), std::string(role), std::move(what)};
  }
  static void add_consent(AuditEvent& made, json::Object what) {
    made.entities.push_back({coding(fhir::resource_types, "Consent"), "", std::move(what)});
  }
  static std::string profile(std::string_view name) {
    return std::string(balp) + "StructureDefinition/IHE.BasicAudit." + std::string(name);
  }

  /// An entry as a call to the ledger.
  void rest(AuditEvent& made, std::string_view name, std::string_view interaction,
            std::string_view action) const {
    made.profile = profile((has_patient(made) ? "Patient" : "") + std::string(name));
    made.type = coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest");
    made.subtypes = {coding("http://hl7.org/fhir/restful-interaction", interaction)};
    made.action = action;
    const bool deletes = action == "D";
    made.agents.push_back({coding(dicom, deletes ? "110150" : "110153"), member(event_.author),
                           !event_.person, address(event_.author)});
    const Object server =
        deletes ? coding("http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                         "custodian")
                : coding(dicom, "110152");
    made.agents.push_back({server, refers_to(fhir::ledger, out_.origin_), false,
                           std::string(fhir::ledger) + ":" + out_.origin_});
    add_user(made, "AUT");
    add_transaction(made, event_.about ? *event_.about : event_.hash);
  }
  static bool has_patient(const AuditEvent& made) { return !made.entities.empty(); }

  /// An event for each subject, or one about none.
  Status for_each_one(std::string_view what, const std::function<void(AuditEvent&)>& fill) {
    const auto one = [&](const SubjectTag* subject) -> Status {
      AuditEvent made = base();
      made.id = subject != nullptr ? id(what, *subject) : id(what);
      if (subject != nullptr) add_patient(made, fhir::patient(*subject));
      fill(made);
      return out_.write(report::fhir::audit_event(made), made.id);
    };
    if (concerned_.empty()) return one(nullptr);
    for (const Concerned& each : concerned_) MC_TRY(one(&each.subject));
    return {};
  }

  Status anchor() {
    for (const Concerned& each : concerned_) {
      Concerned fresh = each, later = each;
      std::map<ledger::RowPlace, ledger::RowPlace> before;
      fresh.rows.clear();
      later.rows.clear();
      for (const auto& [place, row] : each.rows) {
        MC_ASSIGN(const auto previous, audit::version_before(view_, row.record, place));
        if (previous) before.emplace(place, *previous);
        (previous ? later : fresh).rows.emplace(place, row);
      }
      MC_TRY(anchored(fresh, "create", "Create", "C"));
      MC_TRY(anchored(later, "update", "Update", "U"));
      const std::string made_id = id("provenance", each.subject);
      MC_TRY(out_.write(fhir_provenance(made_id, event_, each, before), made_id));
    }
    return {};
  }
  Status anchored(const Concerned& rows, std::string_view interaction, std::string_view name,
                  std::string_view action) {
    if (rows.rows.empty()) return {};
    AuditEvent made = base();
    made.id = id(interaction, rows.subject);
    add_patient(made, fhir::patient(rows.subject));
    rest(made, name, interaction, action);
    for (const entry::RecordSet& set : sets_of(rows))  // one: they are of this anchor
      made.entities.push_back(data(refers_to(fhir::rows, rows_text(set))));
    return out_.write(report::fhir::audit_event(made), made.id);
  }

  /// A record, or all of a subject, for each.
  Status erased(const entry::Erase& erase) {
    const auto one = [&](const std::string& made_id, const SubjectTag& subject,
                         Object what) -> Status {
      AuditEvent made = base();
      made.id = made_id;
      made.outcome_text = erase.basis.get();
      add_patient(made, fhir::patient(subject));
      rest(made, "Delete", "delete", "D");
      made.entities.push_back(data(std::move(what)));
      return out_.write(report::fhir::audit_event(made), made.id);
    };
    for (const Concerned& each : concerned_) {
      std::set<RecordTag> records;
      for (const auto& [place, row] : each.rows) records.insert(row.record);
      for (const RecordTag& record : records)
        MC_TRY(one(id("delete", record), each.subject, refers_to(fhir::record, to_text(record))));
      const auto& whole = erase.subjects;
      if (std::find(whole.begin(), whole.end(), each.subject) == whole.end()) continue;
      Object all = refers_to(fhir::subject, to_text(each.subject));
      all.set("display", "all records of the subject");
      MC_TRY(one(id("delete", each.subject), each.subject, std::move(all)));
    }
    return {};
  }

  void disclosure(AuditEvent& made, const Concerned& each, const entry::Release& release,
                  const MemberName& from, const EntryHash& hash,
                  const std::optional<audit::Ground>& ground) const {
    const bool is_source = event_.author == from && event_.kind == entry::Release::type;
    made.profile = profile(is_source ? "PrivacyDisclosure.Source" : "PrivacyDisclosure.Recipient");
    made.type = coding(dicom, is_source ? "110106" : "110107");
    made.subtypes = {
        coding("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose")};
    made.action = is_source ? "R" : "C";
    made.agents.push_back(
        {coding(dicom, "110153"), member(from), is_source && !event_.person, address(from)});
    made.agents.push_back({coding(dicom, "110152"), member(release.to),
                           !is_source && !event_.person, address(release.to)});
    if (each.custodian)
      made.agents.push_back({coding(snomed, "159541003"), member(*each.custodian), false, ""});
    if (ground && ground->basis && ground->basis->by == entry::ConsentBy::subject)
      made.agents.push_back({coding(snomed, "429577009"), fhir::patient(each.subject), false, ""});
    add_user(made, is_source ? "AUT" : "IRCP");
    if (is_source && release.receiver)
      made.agents.push_back({coding(participation, "IRCP"),
                             refers_to(fhir::person, to_text(*release.receiver)), false, ""});
    add_patient(made, fhir::patient(each.subject));
    add_transaction(made, hash);
    if (release.grant)
      add_consent(made, refers_to(fhir::entry, to_text(*release.grant)));
    else if (release.emergency)
      made.entities.push_back(data(refers_to(fhir::entry, to_text(*release.emergency))));
    for (const entry::RecordSet& set : sets_of(each))
      made.entities.push_back(data(refers_to(fhir::rows, rows_text(set)), report_role));
  }

  Status released(const entry::Release& release) {
    MC_ASSIGN(const audit::Ground ground, audit::ground_of(view_, release));
    for (const Concerned& each : concerned_) {
      AuditEvent made = base();
      made.id = id("source", each.subject);
      disclosure(made, each, release, event_.author, event_.hash, ground);
      MC_TRY(out_.write(report::fhir::audit_event(made), made.id));
    }
    return {};
  }

  Status used() {
    const Error missing =
        fail(Code::store_damaged, "a use refers to a release that is not on the ledger");
    if (!event_.about_index) return missing;
    MC_ASSIGN(const entry::Entry entry, view_.entry(*event_.about_index));
    const auto* release = std::get_if<entry::Release>(&entry.statement.body);
    if (release == nullptr) return missing;
    MC_ASSIGN(const audit::Ground ground, audit::ground_of(view_, *release));
    for (const Concerned& each : concerned_) {
      AuditEvent made = base();
      made.id = id("recipient", each.subject);
      if (event_.outcome == audit::Outcome::failed) {
        made.outcome = minor_failure;
        if (event_.problem) made.outcome_text = event_.problem->get();
      }
      disclosure(made, each, *release, entry.statement.header.author, *event_.about, ground);
      MC_TRY(out_.write(report::fhir::audit_event(made), made.id));
    }
    return {};
  }

  Status refused(const MemberName& actor, const std::optional<PersonTag>& person,
                 const std::string& why) {
    return for_each_one("denied", [&](AuditEvent& made) {
      const bool named = has_patient(made);
      made.profile = profile("AuthZconsent");
      made.type = coding(dicom, "110113");
      made.subtypes = {coding(std::string(balp) + "CodeSystem/AuthZsubType", "AuthZ-Consent")};
      made.action = "E";
      made.outcome = serious_failure;
      made.outcome_text = why;
      made.source_type = security_server;
      made.agents.push_back({coding(dicom, "110150"), member(actor), false, address(actor)});
      made.agents.push_back(
          {coding(participation, "IRCP"),
           person ? refers_to(fhir::person, to_text(*person)) : unnamed("", "not named"), true,
           ""});
      made.agents.push_back({coding("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV"),
                             member(actor), false, ""});
      made.agents.push_back(
          {coding("http://terminology.hl7.org/CodeSystem/extra-security-role-type", "authserver"),
           member(event_.author), false, ""});
      if (event_.person)
        made.agents.push_back({coding(participation, "AUT"),
                               refers_to(fhir::person, to_text(*event_.person)), false, ""});
      if (!named) add_patient(made, unnamed("Patient", "not named"));
      add_consent(made, event_.about ? refers_to(fhir::entry, to_text(*event_.about))
                                     : unnamed("Consent", "none"));
    });
  }

  Status broke_glass(const entry::Emergency& emergency) {
    return for_each_one("emergency", [&](AuditEvent& made) {
      made.type = coding(dicom, "110113");
      made.subtypes = {coding(dicom, "110127")};
      made.action = "E";
      made.source_type = security_server;
      made.outcome_text = emergency.reason.get();
      made.purposes = {concept_of(coding(fhir::purposes, "BTG"))};
      made.agents.push_back(
          {coding(dicom, "110152"), member(event_.author), !event_.person, address(event_.author)});
      made.agents.push_back({coding(snomed, "159541003"), member(emergency.custodian), false, ""});
      add_user(made, "IRCP");
      add_transaction(made, event_.hash);
    });
  }

  /// Of a grant, or of a referral that shares records.
  Status consents() {
    const bool may = event_.kind == entry::Grant::type || event_.kind == entry::Referral::type;
    if (!may) return {};
    MC_ASSIGN(const auto state, rules::grant(view_, event_.hash));
    if (!state) return {};
    const auto one = [&](const std::string& made_id, const std::optional<SubjectTag>& subject,
                         const std::vector<entry::RecordSet>& sets) {
      return out_.write(fhir_consent(made_id, event_.hash, grant_state(*state, out_.log_time_),
                                     event_.time, state->body, subject, sets),
                        made_id);
    };
    if (concerned_.empty()) return one(id("consent"), std::nullopt, {});
    for (const Concerned& each : concerned_)
      MC_TRY(one(id("consent", each.subject), each.subject, sets_of(each)));
    return {};
  }

  AuditFhir& out_;
  const ledger::Snapshot& view_;
  const Event& event_;
  const entry::Body& body_;
  std::vector<Concerned> concerned_;
};

bool is_fhir(std::string_view format) { return format == "fhir" || format == "fhir-bundle"; }

Status AuditFhir::begin(const ledger::Snapshot& view) {
  MC_ASSIGN(origin_, rules::origin(view));
  MC_ASSIGN(log_time_, rules::log_time(view));
  if (session_.format() != "fhir-bundle") return {};
  MC_ASSIGN(const TreeSize size, view.size());
  return session_.out().write(report::fhir::bundle_begin(
      "medchain-audit-" + std::to_string(size.get()), format_time(log_time_)));
}

Status AuditFhir::write(const json::Object& resource, const std::string& id) {
  ++resources_;
  if (session_.format() == "fhir") return session_.out().line(resource);
  return session_.out().write(
      report::fhir::bundle_entry(resources_ == 1, "urn:medchain:resource:" + id, resource));
}

Status AuditFhir::add(const ledger::Snapshot& view, const audit::Event& event,
                      const entry::Body& body) {
  ++count_;
  return EntryAsFhir(*this, view, event, body).write();
}

Status AuditFhir::add(const ledger::Snapshot& view, EntryIndex index, UnixSeconds logged) {
  MC_ASSIGN(const entry::Entry entry, view.entry(index));
  MC_ASSIGN(const Event event, audit::event_of(view, index, entry, logged));
  return add(view, event, entry.statement.body);
}

Status AuditFhir::finish() {
  if (session_.format() == "fhir-bundle")
    MC_TRY(session_.out().write(report::fhir::bundle_end(resources_ == 0)));
  session_.tell(counted(count_, "entry") + ", " + counted(resources_, "resource"));
  return {};
}

}  // namespace medchain::cli
