// Fields: how a kind says, once, what it is made of (STYLE 6.1).  A struct has
//   template <class Self, class Visitor> static void fields(Self& self, Visitor& visit) {
//     visit(Field{"count", Exposure::clear, "rows of the manifest"}, self.count);
//   }
// in the fixed key order.  Codec, manual table, random generator and fuzz seeds all walk this one
// list.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace medchain::entry {

/// Numbers are exact in the doubles of other readers (RFC 7493 section 2.2).
constexpr std::uint64_t max_integer = (std::uint64_t{1} << 53) - 1;

/// What a reader of the ledger sees of a field (DESIGN 5): its value, a keyed pseudonym, or a
/// salted commitment.
enum class Exposure { clear, tag, commitment };

struct Field {
  std::string_view name;
  Exposure exposure;
  std::string_view text;  ///< for the manual: lower case, no full stop
};

struct NullVisitor {
  template <class T>
  void operator()(const Field&, T&&) {}
};

template <class T>
concept HasFields = requires(T& value, NullVisitor& visitor) {
  T::fields(value, visitor);
};

}  // namespace medchain::entry
