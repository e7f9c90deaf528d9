// Referrals as FHIR R4: an order that others wrote, read for `create`, and the systems of the
// identifiers by which our documents name what is on a ledger.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/act_session.hpp"
#include "cli/scope_options.hpp"

namespace medchain::cli {

namespace fhir {
constexpr std::string_view member = "urn:medchain:member";
constexpr std::string_view group = "urn:medchain:group";
constexpr std::string_view entry = "urn:medchain:entry";          ///< entry hash
constexpr std::string_view subject = "urn:medchain:subject-tag";  ///< of the referring member
constexpr std::string_view service_tag = "urn:medchain:service-tag";
constexpr std::string_view service = "urn:medchain:service";  ///< a code of no other system
constexpr std::string_view rows = "urn:medchain:rows";        ///< 42:0-99
constexpr std::string_view record = "urn:medchain:record-tag";
constexpr std::string_view person = "urn:medchain:person-tag";
constexpr std::string_view role = "urn:medchain:role";
constexpr std::string_view ledger = "urn:medchain:ledger";  ///< origin
// Extensions of the ServiceRequest.
constexpr std::string_view with_records = "urn:medchain:with-records";
constexpr std::string_view duplicate_of = "urn:medchain:duplicate-of";
constexpr std::string_view passed = "urn:medchain:passed";
}  // namespace fhir

/// Something that the document says once.
struct Said {
  std::string value;
  std::vector<std::string> also;  ///< other spellings of the same
  std::string pointer;            ///< where (RFC 6901)

  bool is(std::string_view text) const;
};

/// What a document asks for, in the words of the options of `create`.
struct FhirOrder {
  std::string document;  ///< as it was read
  std::optional<Said> subject, service, to, requester, valid_until, based_on, duplicate_of;
  std::optional<Said> urgent;        ///< "true" or "false"
  std::optional<Said> with_records;  ///< "true"
  std::vector<std::string> passed, records;
  std::optional<std::string> words;
};

/// A ServiceRequest, a Task, or a Task with its ServiceRequest (contained, or both in a Bundle).
/// What is not known is left alone; what could turn the meaning round is refused.  Fails with
/// input_invalid, naming the place, what was expected and what is there, but no value that could be
/// about a person; as parse_foreign().
Result<FhirOrder> parse_fhir_order(std::string document);

/// The document of --fhir; an empty one if it is not given.  Fails with usage if records are to be
/// read from standard input too.
Result<FhirOrder> read_fhir_option(Session& session);
/// What was typed, else what the document says.  Fails with usage if the two are not the same.
Result<std::optional<std::string>> agreed(std::string_view option, std::optional<std::string> typed,
                                          const std::optional<Said>& said);
/// Adds the places of the records that the document names to those of receipts.  Fails with
/// record_unknown, vault_missing.
Status add_records(ActSession& act, const FhirOrder& order, std::optional<ReceiptInput>& receipts);

}  // namespace medchain::cli
