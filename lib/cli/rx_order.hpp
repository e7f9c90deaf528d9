// What is prescribed, as `issue` and `accept` are given it: our own JSON, or FHIR.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"
#include "exchange/rx_fhir.hpp"
#include "exchange/sealed_package.hpp"

namespace medchain::cli {

/// One that people or programs give: ours in any order and spacing, or FHIR.  Fails with
/// input_invalid naming the field, and with input_encoding.
Result<exchange::RxOrder> parse_rx_order(std::string_view text);

struct SignedOrder {
  exchange::RxOrder order;
  std::optional<package::ValueOpening> signature;  ///< opens the commitment to --signature
};
/// What --document prescribes, with the signature of --signature in it.  Fails with usage if there
/// is none, with input_too_long, and as parse_rx_order() does.
Result<SignedOrder> read_signed_order(Session& session);

/// The document has the counts that are on the ledger.  Fails with verify_failed naming the field.
Status check_counts(const entry::RxDocument& document, const std::vector<std::uint64_t>& on_ledger);

/// Names of the fields in which what is shown is not what was issued, `items[0].dose` and
/// `original.dosageInstruction[0].text`.  Of what is shown without its original the fields alone
/// are compared.
std::vector<std::string> changed_fields(entry::RxDocument issued, entry::RxDocument shown);

}  // namespace medchain::cli
