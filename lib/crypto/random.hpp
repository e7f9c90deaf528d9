// Randomness is passed in (STYLE 1.4): tools give SystemRandom, tests a seeded one.
#pragma once

#include "base/bytes.hpp"
#include "base/types.hpp"

namespace medchain::crypto {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(MutableByteView out) = 0;

  StatementId statement_id() {
    StatementId id;
    fill(id.bytes);
    return id;
  }
};

/// The kernel's generator through libsodium.  One call per buffer: it is a system call.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(MutableByteView out) override;
};

/// ChaCha20 stream of a seed: for tests and reproducible demonstrations only, never for keys in use.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
  void fill(MutableByteView out) override;

 private:
  std::uint64_t seed_;
  std::uint64_t calls_ = 0;
};

}  // namespace medchain::crypto
