// ArrivingPackage: a package that comes in chunks (medchain-ndjson(5)), taken into private staging.
// What is wrong with it is kept until it is known whose package it is, and nothing of it is left.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/emitted.hpp"
#include "crypto/sha256.hpp"
#include "package/store.hpp"

namespace medchain::cli {

/// Whole, with the hash that was said.
struct ArrivedPackage {
  package::Sealed sealed;
  /// Nothing in a rehearsal, and where the store has the package, or the note of its deletion.
  std::optional<package::Staged> staged;
};

/// What came of a package until now.
struct PackageSoFar {
  PackageHash hash;
  std::uint64_t bytes = 0, received = 0, line = 0;
  std::optional<package::Staged> staged;
  crypto::Sha256 digest;  ///< where nothing is staged
  std::optional<Error> fault;
};

class ArrivingPackage {
 public:
  /// A package over `limit` bytes is not taken.  `rehearses`: nothing is written.
  ArrivingPackage(package::Store& store, bool rehearses, std::uint64_t limit)
      : store_(store), rehearses_(rehearses), limit_(limit) {}

  bool is_there() const { return now_.has_value(); }
  /// Precondition of all three: is_there().
  const PackageHash& hash() const { return now_->hash; }
  std::uint64_t line() const { return now_->line; }  ///< where it begins
  /// Takes what came, and is ready for another.  Fails with input_truncated if the last chunk is
  /// missing, input_too_long, or input_invalid: what is wrong with it.
  Result<ArrivedPackage> take();

  /// The next chunk, in `line`, or the first.  Fails with storage_failed only.  Precondition: of
  /// this package, if one is there.
  Status add(const PackageChunk& chunk, std::uint64_t line);

 private:
  Status begin(const PackageChunk& chunk, std::uint64_t line);
  std::optional<Error> fault_of(const PackageChunk& chunk, std::uint64_t line) const;

  package::Store& store_;
  bool rehearses_;
  std::uint64_t limit_;
  std::optional<PackageSoFar> now_;
};

}  // namespace medchain::cli
