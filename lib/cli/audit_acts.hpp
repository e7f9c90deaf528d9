// The verbs of medchain-audit that read.  They read one snapshot of the ledger each, whatever
// writers do meanwhile, and write nothing.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

std::vector<Option> audit_log_options();
Result<int> audit_log(Session& session);

/// record: the whole life of one.
std::vector<Option> audit_life_options();
Result<int> audit_life(Session& session);

/// subject: what happened to the records of one.
std::vector<Option> audit_access_options();
Result<int> audit_access(Session& session);

/// uses and flows: what moved between members.
std::vector<Option> audit_flow_options();
Result<int> audit_uses(Session& session);
Result<int> audit_flows(Session& session);

/// disclosures: an accounting (45 CFR 164.528).
std::vector<Option> audit_disclosures_options();
Result<int> audit_disclosures(Session& session);

/// ropa: records of processing activities (GDPR Art. 30).
std::vector<Option> audit_ropa_options();
Result<int> audit_ropa(Session& session);

/// Writes a tlog-proof of one record.
Result<int> audit_prove(Session& session);

}  // namespace medchain::cli
