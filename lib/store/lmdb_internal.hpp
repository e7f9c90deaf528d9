// The classes behind store.hpp.
#pragma once

#include <lmdb.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "store/guard_internal.hpp"
#include "store/store.hpp"
#include "store/writer_lock_internal.hpp"

namespace medchain::store {

/// The error of an LMDB return code other than 0.  `what` failed: `read table 'entries'`.
Error lmdb_error(int code, std::string_view what, const std::string& path);

/// Of every call after a fault was caught: LMDB's state in this process is not to be trusted any
/// more.
Error met_damage(const std::string& path);

inline MDB_val to_lmdb(ByteView bytes) {
  // LMDB does not write through mv_data unless MDB_RESERVE or a writable map is asked for, which we
  // never do.
  return {bytes.size(), const_cast<std::byte*>(bytes.data())};
}
inline ByteView to_view(const MDB_val& value) {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

/// A place in the process-wide list of open directories: two environments of one path in one
/// process would undo each other's locks.
class OpenClaim {
 public:
  OpenClaim() = default;
  OpenClaim(const OpenClaim&) = delete;
  OpenClaim& operator=(const OpenClaim&) = delete;
  ~OpenClaim();
  /// Fails with internal if the directory is open already.
  Status claim(const std::string& directory);

 private:
  std::optional<std::pair<dev_t, ino_t>> id_;
};

class EnvironmentImpl final : public Environment {
 public:
  explicit EnvironmentImpl(const std::string& directory, const OpenOptions& options);
  ~EnvironmentImpl() override;
  EnvironmentImpl(const EnvironmentImpl&) = delete;
  EnvironmentImpl& operator=(const EnvironmentImpl&) = delete;

  Status open();
  Table table(std::string_view name) const override;
  std::optional<Table> later_table(std::string_view name) const override;
  Result<ReadTxn> begin_read() override;
  Result<WriteTxn> begin_write() override;
  Result<Usage> usage() override;
  Status copy_to(const std::string& directory) override;

  const std::string& data_path() const { return data_path_; }
  std::string table_name(MDB_dbi handle) const;
  /// Called by each transaction when it has ended.
  void txn_ended(bool is_write);

 private:
  Status measure(Usage& usage);
  Status copy_rows(Environment& copy);
  Status reserve_lock_file(const std::string& path) const;
  Status check_lock_file() const;
  /// In a set-group-ID directory: the exact mode, whatever the umask, if the file is one's own.
  Status share(const File& file, const std::string& path, mode_t mode) const;
  Status open_data_file();
  Status open_lmdb();
  int try_open_lmdb(std::size_t map_size);
  Status check_length();
  Status open_tables();
  Status create_tables(const std::vector<std::string>& missing);
  /// A transaction counted in active_, the map grown if another process has outgrown it.
  Result<MDB_txn*> begin(bool is_write);
  int grow_map();
  Result<std::vector<std::uint64_t>> free_pages(MDB_txn* txn) const;

  const std::string directory_, data_path_, lock_path_;
  const OpenOptions options_;
  OpenClaim claim_;
  const FaultHandlers fault_handlers_;
  File data_;  // for the writer lock and for looking at the header; never written through
  MDB_env* env_ = nullptr;
  std::vector<std::pair<std::string, MDB_dbi>> tables_;
  WriterLock writer_lock_;
  std::mutex map_mutex_;  // held while the map is replaced and while active_ grows
  std::atomic<int> active_ = 0;
  bool map_is_lost_ = false;  // a map could not be replaced
};

/// The part of a transaction that its cursors need.
struct TxnCore {
  TxnCore(EnvironmentImpl& environment, MDB_txn* lmdb, bool write)
      : env(environment), txn(lmdb), is_write(write) {}
  TxnCore(const TxnCore&) = delete;
  TxnCore& operator=(const TxnCore&) = delete;
  ~TxnCore() { abort(); }

  void abort();
  /// Why a read or write did not succeed.  After a damaged page LMDB refuses all that follows in
  /// the same transaction with another code.
  Error failed(int code, std::string_view what) const;
  /// 0 or an LMDB code; the transaction has ended either way.
  int commit();

  EnvironmentImpl& env;
  MDB_txn* txn;  // null when it has ended
  const bool is_write;
  std::optional<Error> failure;  // of the first write that failed: commit must not succeed then
  std::vector<struct CursorCore*> cursors;  // open ones

 private:
  void close_cursors();
};

struct ReadTxn::Impl : TxnCore {
  using TxnCore::TxnCore;
};

struct CursorCore {
  CursorCore(TxnCore& owner, MDB_cursor* lmdb, MDB_dbi of_table);
  CursorCore(const CursorCore&) = delete;
  CursorCore& operator=(const CursorCore&) = delete;
  ~CursorCore();

  TxnCore* txn;  // null when the transaction has ended
  MDB_cursor* cursor;
  MDB_dbi table;
  MDB_val key{0, nullptr}, value{0, nullptr};
  bool is_at_item = false;
};

struct Cursor::Impl : CursorCore {
  using CursorCore::CursorCore;
};

}  // namespace medchain::store
