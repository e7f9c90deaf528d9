#include "cli/refer_words.hpp"

#include "base/text.hpp"
#include "cli/refer_duplicates.hpp"

namespace medchain::cli {

std::string words_row(std::string_view name, std::string_view value) {
  if (value.empty()) return "";
  return "    " + std::string(name) + ": " + escape_for_terminal(value) + "\n";
}

std::string words_rows(const std::optional<entry::Terms>& terms,
                       const std::optional<Error>& closed) {
  if (closed) return words_row("words", "cannot be opened: " + closed->message);
  if (!terms) return "";
  std::string text;
  for (const std::string& subject : terms->subjects) text += words_row("subject", subject);
  text += words_row("service", terms->service.value_or("")) +
          words_row("text", terms->text.value_or("")) +
          words_row("contact", terms->contact.value_or(""));
  if (terms->documents)
    for (const entry::TermsDocument& document : *terms->documents)
      text += words_row("document", document.name + ", " + counted(document.size, "byte"));
  if (terms->attached)
    for (const entry::AttachedRecord& one : *terms->attached)
      text += words_row("attached", text_of(one));
  return text;
}

}  // namespace medchain::cli
