// What is in the record and subject indexes, as sums to compare with those of the manifests; found
// by a second thread while entries are checked, if there can be one.  Internal to lib/verify.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "crypto/random.hpp"
#include "crypto/sha256.hpp"
#include "ledger/snapshot.hpp"
#include "verify/ledger_check.hpp"

namespace medchain::verify {

/// A sum of keyed hashes: equal for equal multisets in any order, and nobody who does not know the
/// key can make another multiset with it.
class MultisetHash {
 public:
  explicit MultisetHash(crypto::Random& random) {
    random.fill(keys_[0]);
    random.fill(keys_[1]);
  }
  void add(ByteView item) {
    sums_[0] += crypto::siphash(keys_[0], item);
    sums_[1] += crypto::siphash(keys_[1], item);
    ++count_;
  }
  /// The same key, nothing added.
  MultisetHash fresh() const {
    MultisetHash other(*this);
    other.sums_ = {};
    other.count_ = 0;
    return other;
  }
  std::uint64_t count() const { return count_; }
  bool same_as(const MultisetHash& other) const {
    return sums_ == other.sums_ && count_ == other.count_;
  }

 private:
  std::array<ByteArray<16>, 2> keys_;
  std::array<std::uint64_t, 2> sums_{};
  std::uint64_t count_ = 0;
};

struct IndexSum {
  MultisetHash keys;
  bool has_versions = false;  ///< two keys begin alike: of versions of one record, or by chance
};

/// Fails with store_damaged, interrupted.
Result<IndexSum> sum_index(const ledger::Snapshot& view, const store::KeySetTables& index,
                           const MultisetHash& key, const std::function<bool()>& interrupted);

class IndexSums {
 public:
  struct Both {
    Result<IndexSum> records, subjects;
  };

  explicit IndexSums(const MultisetHash& key) : key_(key.fresh()) {}
  IndexSums(const IndexSums&) = delete;
  IndexSums& operator=(const IndexSums&) = delete;
  ~IndexSums();

  /// Begins in a second thread, if it gets a view of `size` entries.  `interrupted` is asked there.
  void begin(TreeSize size, const LedgerView& again, const std::function<bool()>& interrupted);
  /// Waits for that; where there was no second thread, or it saw another size, finds them now.
  Both take(const ledger::Snapshot& view, const std::function<bool()>& interrupted);

 private:
  MultisetHash key_;
  std::atomic<bool> is_left_ = false;
  std::optional<Both> both_;  ///< the thread's until it is joined
  std::thread thread_;
};

}  // namespace medchain::verify
