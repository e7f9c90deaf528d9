#include "crypto/secret.hpp"

#include <sodium.h>

#include <new>
#include <utility>

#include "base/result.hpp"
#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {

void ensure_sodium() {
  static const int started = sodium_init();  // once, whatever threads there are
  MC_ASSERT(started >= 0);
}

// sodium_malloc locks the pages and keeps them out of core dumps where the system allows it
// (RLIMIT_MEMLOCK); where it does not, the memory is given all the same.  sodium_free wipes.
Secret::Secret(std::size_t size) : size_(size) {
  if (size == 0) return;
  ensure_sodium();
  data_ = static_cast<std::byte*>(sodium_malloc(size));
  if (data_ == nullptr) throw std::bad_alloc();
  sodium_memzero(data_, size);
}

Secret Secret::copy_of(ByteView bytes) {
  Secret secret(bytes.size());
  if (!bytes.empty()) std::memcpy(secret.data_, bytes.data(), bytes.size());
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  if (data_ != nullptr) sodium_free(data_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

Secret::~Secret() {
  if (data_ != nullptr) sodium_free(data_);
}

void wipe(MutableByteView bytes) {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

bool equal_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace medchain::crypto
