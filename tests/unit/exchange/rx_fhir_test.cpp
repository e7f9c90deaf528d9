#include "exchange/rx_fhir.hpp"

#include <doctest/doctest.h>

#include "json/foreign.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using exchange::read_medication_requests;

namespace {

const std::string request = R"({"resourceType":"MedicationRequest","status":"active","intent":"order",)"
                            R"("subject":{"identifier":{"system":"s","value":"v"}},"priority":"urgent",)"
                            R"("medicationCodeableConcept":{"coding":[{"code":"a"},{"system":"x","code":"b","display":"B","userSelected":true}]},)"
                            R"("authoredOn":"2025-03-01T09:30:00+08:00","dosageInstruction":[{"sequence":2,"text":"c"},{"sequence":1,"text":"a"},)"
                            R"({"sequence":1,"text":"b","asNeededBoolean":true}],"dispenseRequest":{"numberOfRepeatsAllowed":2,)"
                            R"("dispenseInterval":{"value":48,"code":"h"},"quantity":{"value":20.00,"code":"TAB"},)"
                            R"("expectedSupplyDuration":{"value":2,"unit":"weeks"}},)"
                            R"("substitution":{"allowedCodeableConcept":{"coding":[{"system":"y","code":"G"}]}}})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("fhir: what is understood becomes fields") {
  const auto order = read_medication_requests(request);
  REQUIRE_MESSAGE(order.ok(), (order ? "" : order.error().message));
  const entry::RxItem& item = order->document.items.front();
  CHECK(item.code == "x|b");
  CHECK(item.name == "B");
  CHECK(item.unit == "TAB");
  CHECK(item.quantity == 20);
  CHECK(item.dose == "a and b, as needed; then c");
  CHECK(item.substitution == "y|G");
  CHECK(order->document.text == "priority: urgent");
  CHECK(order->document.original == request);
  CHECK(order->subject == "s|v");
  CHECK(order->days == 14);
  CHECK(order->repeats == 2);
  CHECK(order->interval_days == 2);
  CHECK(order->authored == exchange::FhirTime{UnixSeconds(1740792600), false});
  CHECK(exchange::looks_like_fhir(request));
  CHECK_FALSE(exchange::looks_like_fhir(R"({"schema":"medchain/1"})"));
  CHECK_FALSE(exchange::looks_like_fhir("{"));
}

TEST_CASE("fhir: a day is noon in UTC, whatever day that is elsewhere") {
  const auto order = read_medication_requests(replaced(request, "2025-03-01T09:30:00+08:00", "2025-03-01"));
  REQUIRE(order);
  CHECK(order->authored == exchange::FhirTime{UnixSeconds(1740830400), true});
}

TEST_CASE("fhir: each member that is taken away or is another is still read, or refused by its name") {
  // Fractions become strings here.
  const auto whole = json::parse_foreign_object(replaced(request, "20.00", "20"));
  REQUIRE(whole);
  for (const auto& [name, value] : whole->members()) {
    json::Object without, wrong;
    for (const auto& [other, kept] : whole->members()) {
      if (other != name) without.set(other, kept);
      wrong.set(other, other == name ? json::Value(7) : kept);
    }
    const auto refused = read_medication_requests(json::write(wrong));
    test::check_refused(refused, Code::input_invalid, "field '" + name);
    const auto result = read_medication_requests(json::write(without));
    if (!result) CHECK(result.error().message.find("field '") != std::string::npos);
  }
}

TEST_CASE("fhir: messages name fields and never what stands in them") {
  const auto refused = [](std::string_view from, std::string_view to, std::string_view piece) {
    const auto result = read_medication_requests(replaced(request, from, to));
    test::check_refused(result, Code::input_invalid, piece);
    if (!result) CHECK(result.error().message.find("canary") == std::string::npos);
  };
  refused("\"active\"", "\"canary\"", "field 'status': expected active");
  refused("20.00", "\"canary\"", "field 'dispenseRequest.quantity.value': expected a whole number");
  refused("20.00", "20.5", "expected a whole number");
  refused("20.00", "\"20\"", "expected a whole number");
  refused("20.00", "9007199254740992.0", "expected a whole number");
  refused("20.00", "1e3", "expected a whole number");
  refused("20.00", "-1", "expected a whole number");
  refused("\"code\":\"h\"", "\"code\":\"canary\"", "field 'dispenseRequest.dispenseInterval.code'");
  refused("48", "47", "expected whole days");
  refused("48", "9007199254740991", "whole number of up to 731 days");
  refused("09:30:00+08:00", "09:30:00", "field 'authoredOn': expected a day, or a time with its offset");
  refused("\"value\":\"v\"", "\"values\":\"canary\"", "field 'subject': expected a reference or an identifier");
}
