// Member names (DESIGN 4): C2SP key names of at most 64 bytes of [a-z0-9.-], not starting with '.' or '-'.
// A staff key of a member is named MEMBER/STAFF with STAFF of the same alphabet.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace medchain {

class MemberName {
 public:
  static constexpr std::size_t max_size = 64;
  MemberName() = default;
  /// Fails with input_invalid, naming the first byte that does not fit.
  static Result<MemberName> parse(std::string_view text);
  const std::string& get() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const MemberName&) const = default;

 private:
  std::string text_;
};

}  // namespace medchain
