// What anchoring gives out: batches ready for the ledger, and what became of the inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/types.hpp"
#include "ledger/ledger.hpp"

namespace medchain::vault {

/// First version, a new version of a known record, or what is anchored already.
enum class Outcome { anchored, version, unchanged };

/// What became of one input record; for receipts.
struct Taken {
  std::uint64_t input = 0;  ///< Item::number
  std::uint64_t line = 0;
  std::string name;  ///< `type/id`: identifies, for receipts that ask for it
  std::string path;
  Outcome outcome = Outcome::anchored;
  bool ignored = false;  ///< unchanged but for what does not count: digest and size are of the
                         ///< bytes that are anchored
  Digest digest;
  std::uint64_t size = 0;
  std::uint32_t row = 0;  ///< in this batch, or of the version that is there already
  std::optional<std::uint64_t>
      known;  ///< unchanged: number of the version; its batch may be this one
};

/// One anchor entry, ready for the ledger, and the inputs it answers for.
struct ReadyBatch {
  std::uint64_t number = 0;  ///< batch in the vault
  ledger::Prepared prepared;
  std::vector<Taken> taken;  ///< in input order, unchanged ones between the others
  std::vector<Salt> salts;   ///< by row: for receipts with openings
};

struct Tally {
  std::uint64_t inputs = 0, anchored = 0, versions = 0, unchanged = 0, bytes = 0;
  std::uint64_t ignored = 0;  ///< of unchanged, those that are but for what does not count
  std::uint64_t known = 0;    ///< records that an earlier run anchored; versions are among them

  Tally& operator+=(const Tally& other) {
    inputs += other.inputs;
    anchored += other.anchored;
    versions += other.versions;
    unchanged += other.unchanged;
    bytes += other.bytes;
    ignored += other.ignored;
    known += other.known;
    return *this;
  }
};

}  // namespace medchain::vault
