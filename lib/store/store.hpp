// Store: ordered key-value tables in one LMDB environment.  Nothing above this directory sees LMDB.
// Durable commits only; many processes; one writer at a time.  Views are valid until their transaction ends
// (in a write transaction: until the next write).  Data may be unaligned.  One environment per process and path.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace medchain::store {

class ReadTxn;
class WriteTxn;

/// A table, opened with the environment; lives as long as it.
struct Table {
  unsigned handle = 0;
};

struct OpenOptions {
  std::vector<std::string> tables;           ///< created if missing when `create`, else a missing one is store_damaged
  std::vector<std::string> later_tables = {};   ///< added since: made where the environment is written, may be missing where not
  bool create = false;                       ///< make data.mdb and lock.mdb in an existing directory, if not there
  bool read_only = false;                    ///< still takes lock.mdb read-write: never a read without lock (STYLE 8.5)
  mode_t mode = 0644;
  std::size_t map_size = std::size_t{1} << 40;  ///< address space, not disk
  bool random_access = false;                ///< single-record tools: no read-ahead
  std::chrono::milliseconds lock_wait{10'000};  ///< how long begin_write() waits for the writer lock, and begin_read() for a process id
};

class Environment {
 public:
  /// `directory` holds data.mdb and lock.mdb.  Fails with ledger_missing (no data.mdb), ledger_unavailable (network file system;
  /// lock.mdb not writable, e.g. a read-only mount), memory_exhausted (no map), ledger_newer (data version), store_damaged (not LMDB,
  /// wrong size, bad meta page; data.mdb shorter than its meta page says, but for free pages), storage_failed, lock_timeout
  /// (tables to create, and as begin_read()), internal (open in this process already).  Less address space than `map_size` is made do with.
  /// Stale readers are cleared at open.
  static Result<std::unique_ptr<Environment>> open(const std::string& directory, const OpenOptions& options);
  virtual ~Environment() = default;

  virtual Table table(std::string_view name) const = 0;  ///< precondition: named in options.tables
  /// Nothing for one of options.later_tables that is not there.
  virtual std::optional<Table> later_table(std::string_view name) const = 0;
  /// Fails with lock_timeout (all reader slots taken, or a reader of another pid namespace has our process id), storage_full (another process made the file larger than this map,
  /// while this process has other transactions open).
  virtual Result<ReadTxn> begin_read() = 0;
  /// Waits up to `lock_wait` for the writer lock: then lock_timeout, also where this process itself is writing.
  /// To be ended by the thread that began it.
  virtual Result<WriteTxn> begin_write() = 0;
  /// Pages in use, file size and size of the map in bytes, number of read transactions, for status.
  struct Usage {
    std::uint64_t file_bytes = 0, used_bytes = 0, map_bytes = 0, readers = 0, max_readers = 0;
    std::uint64_t reader_lag = 0;  ///< commits since the oldest of them began: what it sees is kept until it ends
  };
  virtual Result<Usage> usage() = 0;
  /// A consistent copy of all tables, while in use and row by row, so that no damaged page gets into it: a new
  /// environment in an existing directory, which is closed and durable on return.  Fails with store_damaged and
  /// storage_failed, and then leaves files.
  virtual Status copy_to(const std::string& directory) = 0;
};

/// Walks one table in key order.  Ends with its transaction.  Moves fail with store_damaged (also where keys are out of
/// order, so that no walk goes on for ever) or storage_failed.
class Cursor {
 public:
  /// First key >= `from`; false at the end.
  Result<bool> seek(ByteView from);
  Result<bool> first();
  Result<bool> last();
  Result<bool> next();
  ByteView key() const;  ///< precondition, also of value(): the last move returned true
  ByteView value() const;

  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

 private:
  friend class ReadTxn;
  struct Impl;
  explicit Cursor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class ReadTxn {
 public:
  ReadTxn(ReadTxn&&) noexcept;
  ReadTxn& operator=(ReadTxn&&) noexcept;
  virtual ~ReadTxn();

  /// Nothing if there is no such key.  Fails with store_damaged or storage_failed.
  Result<std::optional<ByteView>> get(Table table, ByteView key) const;
  Result<Cursor> cursor(Table table) const;
  Result<std::uint64_t> count(Table table) const;

 protected:
  friend class EnvironmentImpl;
  struct Impl;
  explicit ReadTxn(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Aborts unless commit() was called (STYLE 8.2).
class WriteTxn : public ReadTxn {
 public:
  WriteTxn(WriteTxn&&) noexcept;
  WriteTxn& operator=(WriteTxn&&) noexcept;
  ~WriteTxn() override;

  /// Inserts; an existing key is an internal error (history is never overwritten, STYLE 8.4).
  Status insert(Table table, ByteView key, ByteView value);
  /// The same for a key greater than all others: cheaper.
  Status append(Table table, ByteView key, ByteView value);
  /// Inserts or replaces: derived state only.
  Status put(Table table, ByteView key, ByteView value);
  /// An absent key is not an error.
  Status erase(Table table, ByteView key);
  /// Removes all rows: derived state only.
  Status clear(Table table);
  /// Durable when it returns.  Fails with storage_failed (disk, full) or storage_full (map); then nothing was written.
  Status commit() &&;

 private:
  friend class EnvironmentImpl;
  using ReadTxn::ReadTxn;
};

/// Runs `work`, which reads store maps, so that SIGBUS or SIGSEGV raised by damaged pages inside of it becomes store_damaged
/// instead of the death of the tool.  After such an error only the process's end may follow: resources held by `work` leak,
/// no transaction begins or commits any more.  What is damaged but leads nowhere wrong (a changed value) is not noticed here.
Status guard_damage(const std::function<Status()>& work);

}  // namespace medchain::store
