// HL7 v2.x, chapter 2: segments, the message header, batch files.  Nothing is unescaped; ids are
// bytes as sent.
#include "source/hl7v2_internal.hpp"

namespace medchain::source {
namespace {

bool is_end(char c) { return c == '\r' || c == '\n'; }
bool is_punctuation(char c) {
  return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c < 0x7f);
}

bool begins_message(std::string_view segment) { return segment.substr(0, 3) == "MSH"; }
/// Batch and file headers and trailers: outside of every message.
bool is_envelope(std::string_view segment) {
  const std::string_view name = segment.substr(0, 3);
  return name == "BHS" || name == "BTS" || name == "FHS" || name == "FTS";
}

/// The `number`th piece of `text` (from 0), empty if there are fewer.
std::string_view piece(std::string_view text, char separator, std::size_t number) {
  for (; number > 0; --number) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + 1);
  }
  return text.substr(0, text.find(separator));
}

std::string_view trim_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  // "" is the explicit null of HL7 v2.
  return text == "\"\"" ? std::string_view() : text;
}

std::string_view first_segment(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && !is_end(text[end])) ++end;
  return text.substr(0, end);
}

}  // namespace

bool looks_like_hl7v2(ByteView head) {
  const std::string_view text = as_text(head);
  if (text.size() < 8) return false;
  if (text.substr(0, 3) != "MSH" && text.substr(0, 3) != "FHS" && text.substr(0, 3) != "BHS")
    return false;
  // Field separator and at least the component and repetition separators.
  return is_punctuation(text[3]) && is_punctuation(text[4]) && is_punctuation(text[5]) &&
         text[3] != text[4] && text[4] != text[5] && text[3] != text[5];
}

Result<Hl7Window> split_hl7v2_window(ByteView window, std::uint64_t base, bool last) {
  const std::string_view text = as_text(window);
  Hl7Window result;
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t message = none;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view segment = first_segment(text.substr(at));
    std::size_t next = at + segment.size();
    // Segment ends belong to the segment before them, so that blank lines do not get lost.
    while (next < text.size() && is_end(text[next])) ++next;
    if (!last && next == text.size()) break;

    if (begins_message(segment) || is_envelope(segment)) {
      if (message != none) result.messages.push_back({message, at - message});
      message = begins_message(segment) ? at : none;
    } else if (message == none && !segment.empty()) {
      return fail(Code::input_invalid, "expected an MSH, FHS, BHS, BTS or FTS segment at byte " +
                                           std::to_string(base + at));
    }
    at = next;
  }
  if (last && message != none) {
    result.messages.push_back({message, text.size() - message});
    message = none;
  }
  result.consumed = message != none ? message : at;
  return result;
}

Result<std::vector<Hl7Message>> split_hl7v2(ByteView file) {
  MC_ASSIGN(Hl7Window all, split_hl7v2_window(file, 0, true));
  const std::string_view text = as_text(file);
  std::size_t at = 0;
  while (at < text.size() && is_end(text[at])) ++at;
  if (at == text.size())
    return fail(Code::input_invalid,
                "not HL7 v2: expected an MSH, FHS or BHS segment, got nothing");
  return std::move(all.messages);
}

Result<Identified> identify_hl7v2(ByteView message) {
  std::string_view text = as_text(message);
  const std::string_view header = first_segment(text);
  if (!looks_like_hl7v2(message) || !begins_message(header))
    return fail(Code::input_invalid,
                "not an HL7 v2 message: expected 'MSH' and its separators at the beginning");
  const char field = header[3];
  const std::string_view encoding = piece(header, field, 1);
  // MSH-2 may have been cut short by a second field separator; looks_like_hl7v2 saw two characters.
  const char component = encoding[0];
  const char repetition = encoding[1];

  // MSH-1 is the separator itself, so MSH-n is piece n-1; in all other segments field n is piece n.
  Identified found;
  found.id = trim_spaces(piece(header, field, 9));
  if (found.id.empty())
    return fail(Code::input_no_identity, "no message control id: MSH-10 is empty");
  found.date = trim_spaces(piece(piece(header, field, 6), component, 0));
  found.group = trim_spaces(piece(header, field, 8));

  while (!text.empty()) {
    const std::string_view segment = first_segment(text);
    if (segment.substr(0, 3) == "PID" && segment.size() > 3 && segment[3] == field) {
      const std::string_view identifier = piece(piece(segment, field, 3), repetition, 0);
      const std::string_view id = trim_spaces(piece(identifier, component, 0));
      const std::string_view authority = trim_spaces(piece(identifier, component, 3));
      found.subject = id;
      if (!id.empty() && !authority.empty()) found.subject.append("^^^").append(authority);
      break;
    }
    text.remove_prefix(segment.size());
    while (!text.empty() && is_end(text.front())) text.remove_prefix(1);
  }
  return found;
}

}  // namespace medchain::source
