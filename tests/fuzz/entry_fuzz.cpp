// Whatever parses as an entry, a statement or a card is in its one spelling and means the same when read again.
#include <cstdint>
#include <string_view>

#include "entry/card.hpp"
#include "entry/codec.hpp"
#include "entry/entry.hpp"
#include "fuzz/require.hpp"

using namespace medchain;

namespace {

void must_be_refusal(const Error& error) { require(error.code == Code::entry_invalid || error.code == Code::rules_newer); }

void check_statement(std::string_view text) {
  const auto statement = entry::parse_statement(text);
  if (!statement) {
    must_be_refusal(statement.error());
    return;
  }
  require(entry::format_statement(*statement) == text);
  const auto again = entry::parse_statement(text);
  require(again.ok() && *again == *statement);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_statement(bytes);

  const auto entry = entry::parse_entry(bytes);
  if (entry) {
    require(entry->bytes == bytes && size <= entry::max_entry_size);
    require(note::format({entry->text, entry->signatures}) == bytes);
    require(entry::format_statement(entry->statement) == entry->text);
    require(!entry->signatures.empty() && entry->signatures.front().name == entry->statement.header.author.get());
    check_statement(entry->text);
  } else {
    must_be_refusal(entry.error());
  }

  if (const auto card = entry::parse_card(bytes)) {
    require(entry::check_card(*card).ok());
    require(bytes.starts_with(json::write(entry::encode(*card)) + "\n\n"));
  }
  return 0;
}
