// Secret: bytes that are locked in memory, wiped when they go, and cannot be copied or printed
// (STYLE 7.3).
#pragma once

#include <cstddef>

#include "base/bytes.hpp"

namespace medchain::crypto {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::size_t size);
  static Secret copy_of(ByteView bytes);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::size_t size() const { return size_; }
  ByteView view() const { return {data_, size_}; }
  MutableByteView mutable_view() { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Overwrites what held a secret; the compiler cannot drop it.
void wipe(MutableByteView bytes);
bool equal_constant_time(ByteView a, ByteView b);

/// Wipes a buffer that held a secret (std::string, Bytes, an array) when the scope ends.  The
/// buffer must not have been reallocated meanwhile: reserve first.
template <class Buffer>
class WipeOnExit {
 public:
  explicit WipeOnExit(Buffer& buffer) : buffer_(buffer) {}
  WipeOnExit(const WipeOnExit&) = delete;
  WipeOnExit& operator=(const WipeOnExit&) = delete;
  ~WipeOnExit() {
    wipe(MutableByteView(reinterpret_cast<std::byte*>(buffer_.data()), buffer_.size()));
  }

 private:
  Buffer& buffer_;
};

}  // namespace medchain::crypto
