#include "cli/rx_order.hpp"

#include <doctest/doctest.h>

#include "entry/encoder.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using cli::changed_fields;

namespace {

const std::string own = R"({"type":"prescription-document","schema":"medchain/1","items":[{"unit":"u1","code":"c1","quantity":20},)"
                        R"({"code":"c2","unit":"u2","quantity":5}]})";
const std::string fhir = R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/1"},)"
                         R"("medicationCodeableConcept":{"coding":[{"code":"c1"}]},"dispenseRequest":{"quantity":{"value":20,"unit":"u1"}},)"
                         R"("note":[{"time":"2025-01-01T00:00:00Z"}]})";

entry::RxDocument document(std::string_view text) {
  const auto order = cli::parse_rx_order(text);
  REQUIRE_MESSAGE(order.ok(), (order ? "" : order.error().message));
  return order->document;
}
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}
using Fields = std::vector<std::string>;

}  // namespace

TEST_CASE("prescriptions are given as our own in any order and spacing, or as FHIR") {
  CHECK(document(own).items.size() == 2);
  CHECK_FALSE(document(own).original);
  CHECK(document(" " + own + "\n") == document(own));
  CHECK(document(fhir).original == fhir);
  test::check_refused(cli::parse_rx_order("\xff"), Code::input_encoding, "not UTF-8");
  test::check_refused(cli::parse_rx_order("{}"), Code::input_invalid, "");
  test::check_refused(cli::parse_rx_order(replaced(own, "\"quantity\":20", "\"quantity\":0")), Code::input_invalid,
                      "items[0].quantity");
}

TEST_CASE("what is shown differs where it does, also where only the original has it") {
  CHECK(changed_fields(document(own), document(own)).empty());
  CHECK(changed_fields(document(own), document(replaced(own, "u2", "u3"))) == Fields{"items[1].unit"});
  CHECK(changed_fields(document(fhir), document(fhir)).empty());
  CHECK(changed_fields(document(fhir), document(replaced(fhir, ":20,", ": 20,"))).empty());
  CHECK(changed_fields(document(fhir), document(replaced(fhir, "2025-01-01", "2025-01-02"))) ==
        Fields{"original.note[0].time"});
  CHECK(changed_fields(document(fhir), document(replaced(fhir, ":20,", ":21,"))) ==
        Fields{"items[0].quantity", "original.dispenseRequest.quantity.value"});
  // The fields alone, of who shows no more.
  auto fields = document(fhir);
  fields.original.reset();
  CHECK(changed_fields(document(fhir), fields).empty());
  auto issued = document(own);
  issued.original = "a";
  issued.signature = "QUJD";
  CHECK(changed_fields(issued, document(own)).empty());
  auto forged = issued;
  forged.original = "b";
  forged.signature = "QUJE";
  CHECK(changed_fields(issued, forged) == Fields{"signature", "original"});
}

TEST_CASE("a document has the counts that are on the ledger, or the field is named") {
  CHECK(cli::check_counts(document(own), {20, 5}).ok());
  test::check_refused(cli::check_counts(document(own), {20, 6}), Code::verify_failed,
                      "items[1].quantity: 5 in the document, 6 on the ledger");
  test::check_refused(cli::check_counts(document(own), {20}), Code::verify_failed, "items: 2 in the document, 1 on the ledger");
}
