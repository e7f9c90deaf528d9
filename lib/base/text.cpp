#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "base/width_table.hpp"

namespace medchain {
namespace {

constexpr char32_t replacement = 0xfffd;

/// Length of the well-formed sequence at the start of `text` (Unicode 15 table 3-7) or 0.  The
/// second byte has a narrower range after E0 (no overlong forms), ED (no surrogates), F0 (no
/// overlong forms), F4 (not over 10FFFF).
std::size_t decode(std::string_view text, char32_t& code_point) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    code_point = lead;
    return 1;
  }
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
    code_point = lead & 0x1fu;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    code_point = lead & 0x0fu;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    code_point = lead & 0x07u;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else {
    return 0;
  }
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (byte(i) < low || byte(i) > high) return 0;
    code_point = (code_point << 6) | (byte(i) & 0x3fu);
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||       // C0, DEL, C1
         c == 0x061c || c == 0x200e || c == 0x200f ||  // bidirectional marks
         (c >= 0x202a && c <= 0x202e) ||               // embeddings and overrides
         (c >= 0x2066 && c <= 0x2069) ||               // isolates
         c == 0x2028 || c == 0x2029;                   // line and paragraph separator
}

template <std::size_t N>
bool is_in(const CodePointRange (&ranges)[N], char32_t c) {
  const auto* range = std::upper_bound(
      std::begin(ranges), std::end(ranges), c,
      [](char32_t value, const CodePointRange& entry) { return value < entry.first; });
  return range != std::begin(ranges) && c <= std::prev(range)->last;
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (is_in(zero_width, c)) return 0;
  return is_in(double_width, c) ? 2 : 1;
}

/// Optimal string alignment distance: insertion, deletion, change, and swap of neighbours count one
/// each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight = 0;
    while (text.size() - at >= sizeof eight) {  // most text is ASCII: eight bytes at a time
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if ((eight & 0x8080808080808080u) != 0) break;
      at += sizeof eight;
    }
    if (at == text.size()) break;
    char32_t code_point = 0;
    const std::size_t length = decode(text.substr(at), code_point);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  char32_t code_point = 0;
  const std::size_t length = decode(text.substr(at), code_point);
  at += length == 0 ? 1 : length;
  return length == 0 ? replacement : code_point;
}

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char buffer[16];
  std::size_t at = 0;
  while (at < text.size()) {
    char32_t code_point = 0;
    const std::size_t length = decode(text.substr(at), code_point);
    if (length == 0 || (is_hidden(code_point) && code_point < 0x80)) {
      std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned char>(text[at]));
      out += buffer;
    } else if (is_hidden(code_point)) {
      std::snprintf(buffer, sizeof buffer, "\\u{%x}", static_cast<unsigned>(code_point));
      out += buffer;
    } else {
      out += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  std::size_t at = 0;
  while (at < text.size()) width += width_of(next_code_point(text, at));
  return width;
}

std::string pad_to(std::string_view text, std::size_t width) {
  const std::size_t full = display_width(text);
  if (full <= width) return std::string(text) + std::string(width - full, ' ');
  if (width == 0) return {};
  std::size_t used = 0;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size(); kept = at) {
    const std::size_t next = width_of(next_code_point(text, at));
    if (used + next > width - 1) break;
    used += next;
  }
  // A wide character that did not fit leaves one column.
  return std::string(text.substr(0, kept)) + std::string(width - 1 - used, ' ') + "~";
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_space_ascii(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trim_ascii(std::string_view text) {
  while (!text.empty() && is_space_ascii(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space_ascii(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = 3;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer - std::min(word.size(), candidate.size()) >= best_distance) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= best_distance || 2 * distance >= longer) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string counted(std::uint64_t count, std::string_view thing) {
  if (count == 1) return "1 " + std::string(thing);
  const bool keeps_y = thing.size() > 1 && std::string_view("aeou").find(thing[thing.size() - 2]) !=
                                               std::string_view::npos;
  if (thing.ends_with('y') && !keeps_y)
    return std::to_string(count) + " " + std::string(thing.substr(0, thing.size() - 1)) + "ies";
  return std::to_string(count) + " " + std::string(thing) + (thing.ends_with("ch") ? "es" : "s");
}

}  // namespace medchain
