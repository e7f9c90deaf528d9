// Bytes: the borrowed and owned shapes in which data move through medchain, and explicit big-endian
// access.  Nothing here allocates except Bytes itself.  Data may be unaligned: use load/put, never
// casts.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace medchain {

using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;
using Bytes = std::vector<std::byte>;
template <std::size_t N>
using ByteArray = std::array<std::byte, N>;

/// Text seen as bytes; the view lives as long as the text.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
/// Bytes seen as text, without any check of encoding.
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline const unsigned char* raw(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* raw(MutableByteView bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
template <std::size_t N>
unsigned char* raw(ByteArray<N>& bytes) {
  return raw(MutableByteView(bytes));
}
inline unsigned char* raw(Bytes& bytes) { return raw(MutableByteView(bytes)); }

template <class T>
T byte_swapped(T value) {
  static_assert(std::is_unsigned_v<T>);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  return value;
}
/// From the machine's order to big-endian, and back.
template <class T>
T big_endian(T value) {
  return std::endian::native == std::endian::little ? byte_swapped(value) : value;
}

/// Big-endian load of an unsigned integer from the first sizeof(T) bytes.  Precondition: there are
/// so many.
template <class T>
T load_be(ByteView from) {
  T value;
  std::memcpy(&value, from.data(), sizeof value);
  return big_endian(value);
}

/// Big-endian store into the first sizeof(T) bytes.  Precondition: there are so many.
template <class T>
void store_be(T value, MutableByteView to) {
  value = big_endian(value);
  std::memcpy(to.data(), &value, sizeof value);
}

template <class T>
void append_be(T value, Bytes& to) {
  const std::size_t at = to.size();
  to.resize(at + sizeof(T));
  store_be(value, MutableByteView(to).subspan(at));
}
template <class T>
void append_be(T value, std::string& to) {
  ByteArray<sizeof(T)> buffer;
  store_be(value, buffer);
  to.append(as_text(buffer));
}
inline void append(ByteView bytes, Bytes& to) { to.insert(to.end(), bytes.begin(), bytes.end()); }

inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace medchain
