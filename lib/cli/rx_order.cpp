#include "cli/rx_order.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/text_input.hpp"
#include "crypto/sha256.hpp"
#include "entry/message.hpp"
#include "entry/terms.hpp"
#include "json/differing.hpp"
#include "json/foreign.hpp"

namespace medchain::cli {
namespace {

/// As a person wrote it, in any order and spacing.
Result<exchange::RxOrder> own_order(std::string_view text) {
  MC_ASSIGN(const auto written,
            entry::decode_message<entry::RxDocument>(entry::RxDocument::type, text));
  exchange::RxOrder order;
  MC_ASSIGN(order.document, entry::parse_rx_document(entry::format_rx(written)));
  return order;
}

/// What the signature is over stays as it is: the bytes of the document go along.
Status add_signature(Session& session, std::string bytes, SignedOrder& signed_order) {
  MC_ASSIGN(const auto signature, read_bytes_option(session, "signature"));
  if (!signature) return {};
  if (signature->empty()) return fail(Code::input_invalid, "option '--signature': it is empty");
  entry::RxDocument& document = signed_order.order.document;
  document.original = std::move(bytes);
  document.signature = to_base64(as_bytes(*signature));
  package::ValueOpening opening;
  opening.field = "signature";
  opening.digest = Digest(crypto::sha256(as_bytes(*signature)));
  session.random().fill(opening.salt.bytes);
  signed_order.signature = std::move(opening);
  return {};
}

}  // namespace

Result<exchange::RxOrder> parse_rx_order(std::string_view text) {
  if (!is_utf8(text)) return fail(Code::input_encoding, "the prescription is not UTF-8");
  if (!exchange::looks_like_fhir(text)) return own_order(text);
  MC_ASSIGN(auto order, exchange::read_medication_requests(text));
  MC_TRY(entry::parse_rx_document(entry::format_rx(order.document)));
  return order;
}

Result<SignedOrder> read_signed_order(Session& session) {
  MC_ASSIGN(auto bytes, read_bytes_option(session, "document"));
  if (!bytes) return fail(Code::usage, "option '--document' is needed");
  SignedOrder signed_order;
  MC_ASSIGN(signed_order.order, parse_rx_order(*bytes));
  const entry::RxDocument& document = signed_order.order.document;
  if (document.signature || (document.original && document.original != bytes))
    return fail(Code::input_invalid,
                "fields 'original' and 'signature' are of what was issued: they are made here");
  MC_TRY(add_signature(session, std::move(*bytes), signed_order));
  if (entry::format_rx(document).size() > entry::max_terms)
    return fail(Code::input_too_long,
                "the prescription is over " + std::to_string(entry::max_terms) + " bytes");
  return signed_order;
}

Status check_counts(const entry::RxDocument& document,
                    const std::vector<std::uint64_t>& on_ledger) {
  const auto differs = [](const std::string& field, std::uint64_t here, std::uint64_t there) {
    return fail(Code::verify_failed, field + ": " + std::to_string(here) + " in the document, " +
                                         std::to_string(there) + " on the ledger");
  };
  const auto counts = entry::quantities_of(document);
  if (counts.size() != on_ledger.size()) return differs("items", counts.size(), on_ledger.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != on_ledger[i])
      return differs("items[" + std::to_string(i) + "].quantity", counts[i], on_ledger[i]);
  return {};
}

std::vector<std::string> changed_fields(entry::RxDocument issued, entry::RxDocument shown) {
  std::vector<std::string> changed;
  if (!shown.signature) issued.signature.reset();
  if (issued.original && shown.original && issued.original != shown.original) {
    const auto a = json::parse_foreign_object(*issued.original);
    const auto b = json::parse_foreign_object(*shown.original);
    if (!a || !b) changed.push_back("original");
    if (a && b)
      for (const std::string& path : json::differing_paths(*a, *b))
        changed.push_back("original." + path);
  }
  issued.original.reset();
  shown.original.reset();
  const auto fields = entry::differing_fields(issued, shown);
  changed.insert(changed.begin(), fields.begin(), fields.end());
  return changed;
}

}  // namespace medchain::cli
