#include "entry/rx_document.hpp"

#include "base/text.hpp"
#include "entry/message.hpp"
#include "entry/prescription.hpp"
#include "json/differing.hpp"

namespace medchain::entry {
namespace {

Error wrong(std::string message) { return fail(Code::input_invalid, std::move(message)); }

template <class T>
std::string format(const T& value) {
  return json::write(encode_message(T::type, value)) + "\n";
}

template <class T>
Result<T> parse(std::string_view text) {
  if (text.empty() || text.back() != '\n') return wrong("the document does not end in a line feed");
  MC_ASSIGN(auto value, decode_message<T>(T::type, text.substr(0, text.size() - 1)));
  if (format(value) != text) return wrong("not the one spelling of this document");
  return value;
}

}  // namespace

std::string format_rx(const RxDocument& document) { return format(document); }
std::string format_rx(const RxNote& note) { return format(note); }

Result<RxDocument> parse_rx_document(std::string_view text) {
  MC_ASSIGN(auto document, parse<RxDocument>(text));
  if (document.items.empty()) return wrong("field 'items': nothing is prescribed");
  for (std::size_t i = 0; i < document.items.size(); ++i)
    if (document.items[i].quantity == 0)
      return wrong("field 'items[" + std::to_string(i) + "].quantity': expected 1 or more");
  return document;
}

Result<RxNote> parse_rx_note(std::string_view text) {
  MC_ASSIGN(auto note, parse<RxNote>(text));
  for (std::size_t i = 0; i < note.products.size(); ++i) {
    const std::string path = "field 'products[" + std::to_string(i) + "].";
    if (note.products[i].quantity == 0) return wrong(path + "quantity': expected 1 or more");
    if (note.products[i].item == 0) return wrong(path + "item': items are counted from 1");
  }
  return note;
}

std::vector<std::uint64_t> quantities_of(const RxDocument& document) {
  std::vector<std::uint64_t> counts;
  for (const RxItem& item : document.items) counts.push_back(item.quantity);
  return counts;
}

Result<std::vector<std::uint64_t>> quantities_of(const RxNote& note, std::size_t items) {
  std::vector<std::uint64_t> counts(items, 0);
  for (const RxProduct& product : note.products) {
    if (product.item == 0 || product.item > items)
      return wrong("item " + std::to_string(product.item) + ": the prescription has " +
                   std::to_string(items));
    std::uint64_t& count = counts[product.item - 1];
    // The sum of two that are in range does not wrap.
    if (product.quantity > max_rx_quantity || count + product.quantity > max_rx_quantity)
      return wrong("item " + std::to_string(product.item) + ": expected up to " +
                   std::to_string(max_rx_quantity) + " in all");
    count += product.quantity;
  }
  return counts;
}

std::vector<std::string> differing_fields(const RxDocument& a, const RxDocument& b) {
  return json::differing_paths(encode(a), encode(b));
}

}  // namespace medchain::entry
