// What a ledger says happened, as FHIR R4 resources after the patterns of IHE BALP: each entry as
// one AuditEvent for each subject it is about, as they come.  medchain-audit(1) has the table.
#pragma once

#include "audit/concerned.hpp"
#include "cli/session.hpp"
#include "entry/scope.hpp"
#include "report/fhir.hpp"

namespace medchain::cli {

/// Words of --format of verbs that tell of entries: those of tables, and these.
constexpr std::string_view event_formats = "text|json|csv|fhir|fhir-bundle";

/// fhir: a resource in a line; fhir-bundle: one Bundle.
bool is_fhir(std::string_view format);

class AuditFhir {
 public:
  AuditFhir(Session& session, audit::Shown shown) : session_(session), shown_(std::move(shown)) {}
  /// Before the first add().
  Status begin(const ledger::Snapshot& view);
  /// All that the entry gives.
  Status add(const ledger::Snapshot& view, const audit::Event& event, const entry::Body& body);
  /// The same, read from the ledger.  `logged`: its log time.
  Status add(const ledger::Snapshot& view, EntryIndex index, UnixSeconds logged);
  /// Ends the stream, and tells of how many entries it is.
  Status finish();
  /// Entries.
  std::uint64_t count() const { return count_; }

 private:
  friend class EntryAsFhir;
  Status write(const json::Object& resource, const std::string& id);

  Session& session_;
  audit::Shown shown_;
  std::string origin_;
  UnixSeconds log_time_;
  std::uint64_t count_ = 0, resources_ = 0;
};

/// The grant of an entry (a grant, a referral with records) as a Consent about one subject, or
/// about any.  Nothing if it has none.  `status`: as grant_state() says it.
json::Object fhir_consent(const std::string& id, const EntryHash& hash, std::string_view status,
                          UnixSeconds given, const entry::Grant& grant,
                          const std::optional<SubjectTag>& subject,
                          const std::vector<entry::RecordSet>& records);

/// Of the records of a subject in an anchor.  `before`: the versions that some of them follow.
json::Object fhir_provenance(const std::string& id, const audit::Event& event,
                             const audit::Concerned& each,
                             const std::map<ledger::RowPlace, ledger::RowPlace>& before);

/// `3:0-2,7`.
std::string rows_text(const entry::RecordSet& set);

namespace fhir {
constexpr std::string_view state = "urn:medchain:state";  ///< extension of a Consent
constexpr std::string_view purposes = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
constexpr std::string_view resource_types = "http://hl7.org/fhir/resource-types";
/// A subject by its tag.
json::Object patient(const SubjectTag& tag);
}  // namespace fhir

}  // namespace medchain::cli
