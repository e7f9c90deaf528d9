// Orders in FHIR: what is refused is refused with a place; what is read is text, and means the same
// when read again.
#include <cstdint>

#include "base/text.hpp"
#include "cli/refer_fhir.hpp"
#include "fuzz/require.hpp"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto order = cli::parse_fhir_order(text);
  if (!order) {
    const Code code = order.error().code;
    require(code == Code::input_invalid || code == Code::input_encoding ||
            code == Code::input_too_long);
    return 0;
  }
  require(order->document == text);
  for (const auto* said : {&order->subject, &order->service, &order->to, &order->requester,
                           &order->valid_until, &order->based_on, &order->duplicate_of}) {
    if (!*said) continue;
    require(!(*said)->value.empty() && is_utf8((*said)->value));
    require((*said)->is((*said)->value));
    require((*said)->pointer.starts_with('/'));
  }
  if (order->urgent) require(order->urgent->is("true") || order->urgent->is("false"));
  for (const std::string& record : order->records) require(!record.empty() && is_utf8(record));
  const auto again = cli::parse_fhir_order(text);
  require(again.ok() && again->words == order->words && again->records == order->records);
  return 0;
}
