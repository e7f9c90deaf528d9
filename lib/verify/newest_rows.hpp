// Where the newest row of each record tag is, in memory: for who replays a ledger without its
// indexes.  Slots of 16 bytes, of which a third to two thirds are used.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "crypto/random.hpp"
#include "crypto/sha256.hpp"
#include "ledger/snapshot.hpp"

namespace medchain::verify {

class NewestRows {
 public:
  /// Gives the row at a place that was put here.
  using ReadRow = std::function<Result<entry::Row>(const ledger::RowPlace&)>;

  /// The hashes are keyed, so that nobody can make tags that collide.
  explicit NewestRows(crypto::Random& random) { random.fill(key_); }

  struct Found {
    ledger::RowPlace place;
    entry::Row row;
  };
  /// Fails as `read` does.
  Result<std::optional<Found>> find(const RecordTag& tag, const ReadRow& read) const;
  /// From here on this is the newest one of its tag.  Precondition: entry < 2^50, row < 2^13.
  Status put(const RecordTag& tag, const ledger::RowPlace& place, const ReadRow& read);

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint64_t place = empty;
  };
  static constexpr std::uint64_t empty = UINT64_MAX;

  /// The slot of this tag, or the empty one where it would be; with its row, if it is there.
  Result<std::size_t> slot_of(std::uint64_t hash, const RecordTag& tag, const ReadRow& read,
                              std::optional<Found>& found) const;
  void grow();

  ByteArray<16> key_;
  std::vector<Slot> slots_{1024};
  std::size_t used_ = 0;
};

}  // namespace medchain::verify
