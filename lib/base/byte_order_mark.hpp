// Byte order marks at the beginning of text.
#pragma once

#include <string_view>

namespace medchain {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  ///< of UTF-8

/// What stands behind a mark of UTF-8; all of the text where there is none.
inline std::string_view without_mark(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return text;
}

/// In either order.
inline bool has_utf16_mark(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
}

}  // namespace medchain
