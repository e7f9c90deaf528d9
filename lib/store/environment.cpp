// An open environment: its transactions, its numbers, its copy.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>

#include "store/guard_internal.hpp"
#include "store/header_internal.hpp"
#include "store/lmdb_internal.hpp"

namespace medchain::store {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Time points must not overflow.
constexpr milliseconds longest_wait = std::chrono::hours(24 * 365);

}  // namespace

Table EnvironmentImpl::table(std::string_view name) const {
  const auto it = std::find_if(tables_.begin(), tables_.end(),
                               [name](const auto& table) { return table.first == name; });
  MC_ASSERT(it != tables_.end());
  return Table{it->second};
}

std::optional<Table> EnvironmentImpl::later_table(std::string_view name) const {
  const auto it = std::find_if(tables_.begin(), tables_.end(),
                               [&](const auto& table) { return table.first == name; });
  if (it == tables_.end()) return std::nullopt;
  return Table{it->second};
}

std::string EnvironmentImpl::table_name(MDB_dbi handle) const {
  for (const auto& [name, table] : tables_)
    if (table == handle) return "table '" + name + "'";
  return "unknown table";
}

void EnvironmentImpl::txn_ended(bool is_write) {
  --active_;
  if (is_write) writer_lock_.release();
}

/// Takes over the size that another process has written beyond our map.  Precondition: map_mutex_
/// is held and no other transaction of this process is there.
int EnvironmentImpl::grow_map() {
  const Result<Header> header = read_header(data_, data_path_);
  if (!header) return MDB_MAP_RESIZED;
  const std::size_t wanted = std::max(options_.map_size, std::size_t{2 * header->bytes()});
  int code = mdb_env_set_mapsize(env_, wanted);
  if (code != 0) code = mdb_env_set_mapsize(env_, header->bytes());
  map_is_lost_ = code != 0;
  return code;
}

Result<MDB_txn*> EnvironmentImpl::begin(bool is_write) {
  {
    const std::lock_guard lock(map_mutex_);
    if (map_is_lost_)
      return fail(Code::ledger_unavailable,
                  "cannot map " + quote(data_path_) + ": not enough address space");
    ++active_;
  }
  MDB_txn* txn = nullptr;
  const auto begin_once = [&] {
    return mdb_txn_begin(env_, nullptr, is_write ? 0 : MDB_RDONLY, &txn);
  };
  int code = begin_once();
  if (code == MDB_READERS_FULL) {
    int dead = 0;
    if (mdb_reader_check(env_, &dead) == 0 && dead > 0) code = begin_once();
  }
  if (code == MDB_MAP_RESIZED) {
    const std::lock_guard lock(map_mutex_);
    if (active_ == 1 && grow_map() == 0) code = begin_once();
  }
  // Who reads holds a lock on the byte of lock.mdb that its process id names, so that the kernel
  // tells LMDB who is alive, in whatever pid namespace it is.  In two namespaces two processes can
  // have one id, as the first of each container has: the second has to wait until the first is
  // done.
  if (code == EAGAIN && !is_write) {
    const auto deadline =
        Clock::now() + std::clamp<milliseconds>(options_.lock_wait, milliseconds(0), longest_wait);
    while (code == EAGAIN && Clock::now() < deadline) {
      std::this_thread::sleep_for(milliseconds(10));
      code = begin_once();
    }
  }
  if (code == 0) return txn;
  --active_;
  if (code == EAGAIN && !is_write)
    return fail(Code::lock_timeout, "cannot begin a read of " + quote(data_path_) +
                                        ": a process of another pid namespace that reads it has "
                                        "the process id of this one")
        .with_hint(
            "containers that share a ledger need one pid namespace: 'podman run --pid=host'");
  return lmdb_error(code, is_write ? "begin a write" : "begin a read", data_path_);
}

Result<ReadTxn> EnvironmentImpl::begin_read() {
  if (damage_was_caught()) return met_damage(data_path_);
  // First, so that a transaction has an owner even where memory is short.
  auto impl = std::make_unique<ReadTxn::Impl>(*this, nullptr, false);
  MC_ASSIGN(impl->txn, begin(false));
  return ReadTxn(std::move(impl));
}

Result<WriteTxn> EnvironmentImpl::begin_write() {
  if (damage_was_caught()) return met_damage(data_path_);
  MC_ASSERT(!options_.read_only);
  auto impl = std::make_unique<ReadTxn::Impl>(*this, nullptr, true);
  MC_TRY(writer_lock_.acquire(options_.lock_wait));
  Result<MDB_txn*> txn = begin(true);
  if (!txn) {
    writer_lock_.release();
    return std::move(txn).error();
  }
  impl->txn = *txn;
  return WriteTxn(std::move(impl));
}

Result<Environment::Usage> EnvironmentImpl::usage() {
  if (damage_was_caught()) return met_damage(data_path_);
  Usage usage;
  // It walks the free list, which may be damaged where nothing else is.
  MC_TRY(guard_damage([&] { return measure(usage); }));
  return usage;
}

Status EnvironmentImpl::measure(Usage& usage) {
  // One line for each slot, after a heading: process, thread and what it reads, or "-".
  struct Readers {
    std::uint64_t count = 0, oldest = UINT64_MAX;
  } readers;
  const auto count_line = [](const char* line, void* to) {
    if (std::strpbrk(line, "0123456789") == nullptr) return 0;
    auto& all = *static_cast<Readers*>(to);
    ++all.count;
    unsigned long long txn = 0;
    if (std::sscanf(line, "%*s %*s %llu", &txn) == 1)
      all.oldest = std::min<std::uint64_t>(all.oldest, txn);
    return 0;
  };
  mdb_reader_list(env_, count_line, &readers);
  usage.readers = readers.count;

  MC_ASSIGN(MDB_txn* const txn, begin(false));
  TxnCore core(*this, txn, false);
  MC_ASSIGN(const std::vector<std::uint64_t> free, free_pages(txn));
  MDB_envinfo info = {};
  mdb_env_info(env_, &info);
  MDB_stat stat = {};
  mdb_env_stat(env_, &stat);
  MC_ASSIGN(usage.file_bytes, file_bytes(data_, data_path_));
  const std::uint64_t pages = std::uint64_t{info.me_last_pgno} + 1;
  usage.used_bytes = (pages - std::min<std::uint64_t>(pages, free.size())) * stat.ms_psize;
  usage.max_readers = info.me_maxreaders;
  usage.map_bytes = info.me_mapsize;
  // A writer may have gone on since the readers were listed, never back.
  const std::uint64_t newest = info.me_last_txnid;
  usage.reader_lag = newest > readers.oldest ? newest - readers.oldest : 0;
  return {};
}

Status EnvironmentImpl::copy_to(const std::string& directory) {
  if (damage_was_caught()) return met_damage(data_path_);
  OpenOptions options;
  for (const auto& [name, handle] : tables_) options.tables.push_back(name);
  options.create = true;
  options.mode = options_.mode;
  MC_TRY(reserve_lock_file(directory + "/lock.mdb"));
  MC_ASSIGN(const auto copy, Environment::open(directory, options));
  return guard_damage([&] { return copy_rows(*copy); });
}

/// LMDB writes into a map of this file: on a full disk that would be a fault, not an error.
Status EnvironmentImpl::reserve_lock_file(const std::string& path) const {
  struct stat own = {};
  if (stat(lock_path_.c_str(), &own) != 0)
    return fail_errno(Code::storage_failed, "look at", lock_path_, errno);
  MC_ASSIGN(const File lock,
            open_file(path, O_RDWR | O_CREAT, Code::storage_failed, options_.mode));
  const int code = posix_fallocate(lock.fd(), 0, own.st_size);
  if (code != 0) return fail_errno(Code::storage_failed, "write", path, code);
  return {};
}

Status EnvironmentImpl::copy_rows(Environment& copy) {
  // A transaction keeps its pages in memory.
  constexpr std::size_t transaction_bytes = std::size_t{32} << 20;
  MC_ASSIGN(const ReadTxn from, begin_read());
  std::optional<WriteTxn> to;
  std::size_t bytes = 0;
  for (const auto& [name, handle] : tables_) {
    MC_ASSIGN(Cursor row, from.cursor(table(name)));
    MC_ASSIGN(bool more, row.first());
    while (more) {
      if (!to) {
        MC_ASSIGN(WriteTxn begun, copy.begin_write());
        to.emplace(std::move(begun));
      }
      MC_TRY(to->append(copy.table(name), row.key(), row.value()));
      bytes += row.key().size() + row.value().size();
      if (bytes >= transaction_bytes) {
        MC_TRY(std::move(*to).commit());
        to.reset();
        bytes = 0;
      }
      MC_ASSIGN(more, row.next());
    }
  }
  return to ? std::move(*to).commit() : Status();
}

}  // namespace medchain::store
