// Text: UTF-8 checking, escaping for terminals, display width, ASCII helpers.  Locale is never
// used.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace medchain {

/// Offset of the first byte that is not well-formed UTF-8 (Unicode 15 table 3-7), nothing if all is
/// well.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);
inline bool is_utf8(std::string_view text) { return !find_invalid_utf8(text); }

/// Next code point of well-formed UTF-8 at `at`, moving `at` past it; U+FFFD and one byte for
/// ill-formed.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// C0, C1, DEL, bidirectional controls, line separators and ill-formed bytes become \xHH or
/// \u{HEX}. What comes from a record or a file goes through this before it reaches a terminal.
std::string escape_for_terminal(std::string_view text);

/// Columns a terminal uses: wide East Asian characters and emoji 2, combining marks 0.
std::size_t display_width(std::string_view text);
/// Padded with spaces to `width` columns; longer text is cut at a whole character, ending in '~'.
std::string pad_to(std::string_view text, std::size_t width);

std::string to_lower_ascii(std::string_view text);
bool is_space_ascii(char c);
std::string_view trim_ascii(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// The candidate nearest to `word` by edit distance, if one is near enough to be meant (<= 2, <
/// half).
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

/// "1 version", "3 versions", "2 copies", "2 days", "2 batches".
std::string counted(std::uint64_t count, std::string_view thing);

}  // namespace medchain
