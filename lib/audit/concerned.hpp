// Concerned: which subjects an entry is about, and which of their records, as the ledger's rows and
// tags say; for reports that tell of one subject at a time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "audit/event.hpp"
#include "ledger/snapshot.hpp"

namespace medchain::audit {

struct Concerned {
  SubjectTag subject;
  std::optional<MemberName> custodian;  ///< who holds the rows; nothing: no row is named
  struct Row {
    RecordTag record;
    std::string type;
  };
  std::map<ledger::RowPlace, Row> rows;
};

/// What a report is about; empty functions: everything.
struct Shown {
  std::function<bool(const SubjectTag&)> subject;
  std::function<bool(const ledger::RowPlace&)> row;
};

/// By subject tag.  What names no subject or record itself and follows another act (a use its
/// release, a revocation its grant, a refusal what was asked for) concerns whom that act does.
/// Fails with store_damaged.
Result<std::vector<Concerned>> concerned_by(const ledger::Snapshot& view, const Event& event,
                                            const entry::Body& body, const Shown& shown);

/// The version before this one of the same record; nothing for the first.
Result<std::optional<ledger::RowPlace>> version_before(const ledger::Snapshot& view,
                                                       const RecordTag& record,
                                                       const ledger::RowPlace& place);

}  // namespace medchain::audit
