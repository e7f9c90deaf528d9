// Sketch: what is kept of a text so that texts like it can be found, without the text: MinHash by
// one permutation (Li, Owen, Zhang 2012) with the empty bins filled from others (Shrivastava 2017),
// over runs of words.  It stays in the vault, and goes when its record is erased.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "vault/vault.hpp"

namespace medchain::vault {

/// Words of a run.
constexpr std::size_t sketch_run = 4;
/// A text of fewer words is like too many others.
constexpr std::size_t min_sketch_words = 16;

struct Sketch {
  static constexpr std::size_t bins = 252;

  std::uint64_t words = 0;
  std::uint64_t text = 0;                  ///< hash of all its words: equal for equal texts
  std::array<std::uint8_t, bins> least{};  ///< lowest bits of the least hash of each bin
  std::string author;                      ///< as the record refers to the first one; or empty
  bool operator==(const Sketch&) const = default;
};

/// Of UTF-8 text.  Case of ASCII letters, punctuation and white space do not count; a Chinese or
/// Japanese character is a word.  Nothing for a text of too few words.
std::optional<Sketch> sketch_of(std::string_view text);
/// Share of runs that two texts have in common (Jaccard), 0 to 100, estimated: at 80 within 3
/// points two times of three.  100 only for equal texts.
unsigned similarity(const Sketch& a, const Sketch& b);

Bytes encode(const Sketch& sketch);
/// Fails with store_damaged.
Result<Sketch> decode_sketch(ByteView bytes);

class Sketches {
 public:
  explicit Sketches(Vault& vault) : vault_(vault) {}
  // In a transaction that changes the version too.
  Status put(store::WriteTxn& txn, std::uint64_t version, const Sketch& sketch);
  Status erase(store::WriteTxn& txn, std::uint64_t version);
  // Within Vault::read().
  Result<std::optional<Sketch>> find(std::uint64_t version) const;
  Status for_each(
      const std::function<Status(std::uint64_t version, const Sketch& sketch)>& visit) const;

 private:
  Vault& vault_;
};

}  // namespace medchain::vault
