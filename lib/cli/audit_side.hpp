// What every verb of medchain-audit opens and how people say what they ask about: a subject or
// record by its name, which the caller's vault turns into tags, or by tags alone.  Nothing is
// written and no private key is read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/tags.hpp"
#include "audit/watch.hpp"
#include "cli/audit_rows.hpp"
#include "cli/named_record.hpp"
#include "cli/workspace.hpp"

namespace medchain::cli {

/// person, person-tag.
std::vector<Option> audit_person_options();
/// --person-tag, if it is given.  Fails with usage: not together with --person.
Result<std::optional<PersonTag>> person_tag_option(const Session& session);
/// subject, subject-file, subject-tag.
std::vector<Option> audit_subject_options();
/// record, record-tag, source.
std::vector<Option> audit_record_options();
/// since, until: of log time.
std::vector<Option> audit_period_options();

struct AuditPeriod {
  std::optional<UnixSeconds> since, until;
  bool contains(UnixSeconds time) const {
    return (!since || time >= *since) && (!until || time < *until);
  }
};
/// Fails with usage: it ends before it begins.
Result<AuditPeriod> audit_period(Session& session);

/// A subject as it was named.
struct NamedSubject {
  std::optional<std::string> name;
  std::optional<SubjectTag> tag;
};
/// --subject-tag.  Fails with usage.
Result<std::optional<SubjectTag>> subject_tag_option(const Session& session);
/// By the options, or by the first operand where the verb has one; nothing if neither is given.
/// Reads standard input if asked to.  Fails with usage.
Result<std::optional<NamedSubject>> audit_subject(Session& session);

/// A record as it was named: by name or digest, which need a vault, by place or by tag.
struct MeantRecord {
  std::optional<NamedRecord> named;
  std::optional<ledger::RowPlace> place;
  std::optional<RecordTag> tag;
};
Result<std::optional<MeantRecord>> audit_record(Session& session,
                                                const std::optional<std::string>& operand);

class AuditSide {
 public:
  /// The ledger, for a few reads or for a walk; the vault where names are to be translated.  Fails
  /// as open_ledger() and open_vault() do; with usage where names are given and no vault.
  static Result<AuditSide> open(Session& session, bool needs_vault, bool walks);

  ledger::Ledger& ledger() { return *ledger_; }
  vault::Vault* vault() { return vault_.get(); }
  /// The vault is of this ledger.  Fails with vault_conflict.
  Status check(const ledger::Snapshot& view) const;

  Result<std::vector<audit::KnownTag>> tags_of(const ledger::Snapshot& view,
                                               const NamedSubject& subject) const;
  /// Of a person whom the vault knows.  Fails with record_unknown.
  Result<PersonTag> person_tag(const std::string& person, crypto::Random& random) const;
  /// Fails with record_unknown.
  Result<RecordTag> tag_of(const ledger::Snapshot& view, const MeantRecord& record) const;

 private:
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<vault::Vault> vault_;
};

/// Whose tags a report covers, and who holds records under tags that are not known.
Result<std::string> coverage_text(const rules::View& view,
                                  const std::vector<audit::KnownTag>& tags);
/// The same as an object.
Result<json::Object> coverage_line(const ledger::Snapshot& view,
                                   const std::vector<audit::KnownTag>& tags);
/// The same as the beginning of a report: lines for people, or an object; of CSV and FHIR on
/// standard error.
Status write_coverage(Session& session, AuditRows& rows, const ledger::Snapshot& view,
                      const std::vector<audit::KnownTag>& tags);

}  // namespace medchain::cli
