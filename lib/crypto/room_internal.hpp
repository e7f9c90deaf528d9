// Room: a large buffer that nobody fills with zeros first, as small messages use little of it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace medchain::crypto {

class Room {
 public:
  explicit Room(std::size_t size)
      : bytes_(std::make_unique_for_overwrite<std::byte[]>(size)), size_(size) {}
  /// What was used is wiped.
  ~Room() { wipe(all().first(used_)); }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  std::size_t size() const { return size_; }
  MutableByteView all() { return {bytes_.get(), size_}; }
  ByteView all() const { return {bytes_.get(), size_}; }
  /// Its first bytes, so many, hold something, or will.  Precondition: it has so many.
  void use(std::size_t bytes) {
    MC_ASSERT(bytes <= size_);
    used_ = std::max(used_, bytes);
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
  std::size_t used_ = 0;
};

}  // namespace medchain::crypto
