// A set of keys of one size that only grows, and for which adding costs the same however large it
// is: a log-structured merge tree (O'Neil et al. 1996).  A B-tree of random keys touches a page for
// each key once it is large.  Here new keys are rows of one table, `loose`; many of them become a
// run, sorted keys in chunks of one page each, and runs of like size are merged, a bounded piece of
// work with each addition.  Layout: medchain-ledger(5), decision 0032.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "store/key_set_tables.hpp"

namespace medchain::store {

/// At least so many loose keys become a run.
constexpr std::size_t keys_of_smallest_run = 4'096;
/// Bytes of keys in a chunk at most: one page with LMDB's header.
constexpr std::size_t chunk_bytes = 4'064;

/// What the directory of a set says of a run.
struct Run {
  enum class Role : std::uint8_t {
    whole = 0,
    input = 1,
    output = 2
  };                        ///< the last two: of the merge under way
  std::uint64_t id = 0;     ///< from 1
  std::uint64_t count = 0;  ///< keys in its chunks
  Role role = Role::whole;
};

/// Reads one run in order.  Fails with store_damaged where a chunk is not as writers make it.
class RunWalk {
 public:
  RunWalk(const ReadTxn& txn, const KeySetTables& tables, std::uint64_t run);
  Result<bool> first();  ///< false: there is no key
  Result<bool> next();   ///< false at the end
  ByteView key() const;  ///< precondition: the last move returned true.  Valid until the next move
  /// The row that holds the key, and the keys in it from this one on.
  ByteView row() const { return row_; }
  ByteView rest() const { return ByteView(chunk_).subspan(at_); }
  bool is_first_of_row() const { return at_ == 0; }
  bool is_last_of_row() const { return at_ + tables_.key_size == chunk_.size(); }

 private:
  Result<bool> load(ByteView from);

  const ReadTxn* txn_;
  KeySetTables tables_;
  std::uint64_t run_;
  Bytes chunk_, row_;  ///< copies, as who merges changes the table meanwhile
  std::size_t at_ = 0;
};

/// Looks keys up in one transaction.  Not for a transaction that writes the set meanwhile.
class KeySetReader {
 public:
  static Result<KeySetReader> open(const ReadTxn& txn, const KeySetTables& tables);
  /// All keys that begin with `prefix`, ascending, one after the other; empty: there is none.
  /// Prefixes in ascending order are found fastest.  Valid until the next call.  Fails with
  /// store_damaged or storage_failed.
  Result<ByteView> find(ByteView prefix);

 private:
  explicit KeySetReader(const KeySetTables& tables) : tables_(tables) {}
  /// Where the last search in a run has ended.
  struct Place {
    std::uint64_t run = 0;
    Cursor row;
    ByteView chunk;  ///< of the row; empty: of none
    std::size_t at = 0;
  };

  Status find_loose(ByteView prefix);
  Status find_in(Place& place, ByteView prefix);
  Status seek(Place& place, ByteView prefix);
  Status take_chunk(Place& place, bool there);

  KeySetTables tables_;
  std::optional<Cursor> loose_;
  std::vector<Place> places_;
  Bytes wanted_, found_;
};

/// All keys of a set, ascending.
class KeySetWalk {
 public:
  static Result<KeySetWalk> open(const ReadTxn& txn, const KeySetTables& tables);
  Result<bool> next();
  ByteView key() const {
    return key_;
  }  ///< precondition: next() returned true.  Valid until the next move

 private:
  explicit KeySetWalk(const KeySetTables& tables) : tables_(tables) {}
  Status check_loose();

  KeySetTables tables_;
  std::optional<Cursor> loose_;
  bool has_loose_ = false;
  std::vector<RunWalk> runs_;  ///< those that are at a key
  Bytes key_;
};

/// Whether rows are where the directory says and nowhere else, with as many keys: fails with
/// store_damaged.  Their order and size is for KeySetWalk.
Status check_runs(const ReadTxn& txn, const KeySetTables& tables);

Result<std::uint64_t> count_keys(const ReadTxn& txn, const KeySetTables& tables);

/// Adds `keys`, one after the other, ascending, none of them in the set; goes on merging.
/// Precondition, also of clear_keys(): both tables are there, as where it is written.
Status add_keys(WriteTxn& txn, const KeySetTables& tables, ByteView keys);

/// Adds keys that come in any order, many at a time.
class KeySetFiller {
 public:
  KeySetFiller(WriteTxn& txn, const KeySetTables& tables) : txn_(txn), tables_(tables) {}
  Status add(ByteView key);
  Status flush();

 private:
  WriteTxn& txn_;
  KeySetTables tables_;
  Bytes keys_;
};

/// Removes all keys: a derived set is made anew.
Status clear_keys(WriteTxn& txn, const KeySetTables& tables);

}  // namespace medchain::store
