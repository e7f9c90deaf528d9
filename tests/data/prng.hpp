// The only source of randomness of the sample data: splitmix64, written out here so that the same
// seed gives the same bytes with every compiler and library.  Not for cryptography.
//
// Nothing is drawn from a shared stream: every record derives its own seed from (seed, what,
// which), so record number 900,000 can be made again without making those before it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace medchain::testdata {

/// The finaliser of splitmix64: a bijection of 64 bits.
constexpr std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15U;

/// Combines a seed with a number; chain it for more numbers.
constexpr std::uint64_t derive(std::uint64_t seed, std::uint64_t number) {
  return mix(mix(seed + golden_gamma) ^ (number * golden_gamma + 0x632be59bd9b4e019U));
}

template <typename... Rest>
constexpr std::uint64_t derive(std::uint64_t seed, std::uint64_t number, Rest... rest) {
  return derive(derive(seed, number), rest...);
}

/// What a derived seed is for.  Frozen: another number gives other sample data.
enum Purpose : std::uint64_t {
  for_person = 1,
  for_id = 2,
  for_code = 3,     // what a record is about; the same every night
  for_content = 4,  // what may change from night to night
  for_canary = 5,
  for_note = 6,
  for_edit = 7,
  for_plant = 8,
  for_night = 9,
  for_mrn = 10,
  for_resident_id = 11,
  for_file = 12,
  for_study = 13,
  for_pixels = 14,
  for_glucose = 15,
  for_directory = 16,
};

class Prng {
 public:
  constexpr explicit Prng(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += golden_gamma;
    return mix(state_);
  }

  /// 0 <= result < bound; bound > 0.  The bias is below bound / 2^32, which is no matter here.
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  /// low <= result <= high.
  constexpr int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::uint32_t>(high - low + 1)));
  }

  constexpr bool one_in(std::uint32_t n) { return below(n) == 0; }

  template <typename List>
  constexpr const auto& pick(const List& list) {
    return list[below(static_cast<std::uint32_t>(list.size()))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace medchain::testdata
