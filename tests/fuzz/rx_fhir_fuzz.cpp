// FHIR prescriptions: what is read has items with counts and makes a document that is read again.
#include <cstdint>
#include <string_view>

#include "base/text.hpp"
#include "exchange/rx_fhir.hpp"
#include "fuzz/require.hpp"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto order = exchange::read_medication_requests(text);
  if (!order) {
    const Code code = order.error().code;
    require(code == Code::input_invalid || code == Code::input_encoding || code == Code::input_too_long);
    return 0;
  }
  require(exchange::looks_like_fhir(text) && is_utf8(text));
  const auto again = entry::parse_rx_document(entry::format_rx(order->document));
  require(again.ok() && *again == order->document && again->original == text);
  return 0;
}
