// Opening an environment, so that neither a damaged file nor missing locks can do harm later.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <set>

#include "store/guard_internal.hpp"
#include "store/header_internal.hpp"
#include "store/lmdb_internal.hpp"

namespace medchain::store {
namespace {

constexpr unsigned max_readers = 1024;
constexpr const char* group_hint =
    "who reads a ledger belongs to the group of its directory: medchain-ledger(5)";
/// Below this a map is not worth having; a process with less address space cannot work anyway.
constexpr std::size_t smallest_map = std::size_t{1} << 20;

std::mutex claims_mutex;
std::set<std::pair<dev_t, ino_t>>& claims() {
  static std::set<std::pair<dev_t, ino_t>> open;
  return open;
}

bool fits_address_space(std::size_t bytes) {
  void* const probe =
      mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) return false;
  munmap(probe, bytes);
  return true;
}

void close_on_exec(MDB_env* env) {
  int fd = -1;
  if (mdb_env_get_fd(env, &fd) == 0 && fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

}  // namespace

OpenClaim::~OpenClaim() {
  if (!id_) return;
  const std::lock_guard lock(claims_mutex);
  claims().erase(*id_);
}

Status OpenClaim::claim(const std::string& directory) {
  struct stat info = {};
  if (stat(directory.c_str(), &info) != 0)
    return fail_errno(Code::ledger_unavailable, "open", directory, errno);
  const std::lock_guard lock(claims_mutex);
  if (!claims().insert({info.st_dev, info.st_ino}).second)
    return fail(Code::internal, quote(directory) + " is open in this process already");
  id_.emplace(info.st_dev, info.st_ino);
  return {};
}

Result<std::unique_ptr<Environment>> Environment::open(const std::string& directory,
                                                       const OpenOptions& options) {
  auto environment = std::make_unique<EnvironmentImpl>(directory, options);
  MC_TRY(environment->open());
  return std::unique_ptr<Environment>(std::move(environment));
}

EnvironmentImpl::EnvironmentImpl(const std::string& directory, const OpenOptions& options)
    : directory_(directory),
      data_path_(directory + "/data.mdb"),
      lock_path_(directory + "/lock.mdb"),
      options_(options) {}

EnvironmentImpl::~EnvironmentImpl() {
  if (damage_was_caught()) return;
  MC_ASSERT(active_ == 0);
  if (env_ != nullptr) mdb_env_close(env_);
}

Status EnvironmentImpl::open() {
  MC_ASSERT(!(options_.create && options_.read_only));
  if (damage_was_caught()) return met_damage(data_path_);
  MC_TRY(check_file_system(directory_));
  MC_TRY(claim_.claim(directory_));
  MC_TRY(open_data_file());
  MC_TRY(check_lock_file());
  return guard_damage([this]() -> Status {
    MC_TRY(open_lmdb());
    if (!data_.is_open()) {  // LMDB has made it
      MC_ASSIGN(data_, open_file(data_path_, O_RDWR, Code::ledger_unavailable));
      MC_TRY(share(data_, data_path_, 0640));
    }
    writer_lock_.use(data_.fd(), data_path_);
    MC_TRY(check_length());
    return open_tables();
  });
}

/// Opens data.mdb if it is there and looks at its header, before LMDB maps it.
Status EnvironmentImpl::open_data_file() {
  struct stat info = {};
  if (stat(data_path_.c_str(), &info) != 0) {
    const int code = errno;
    if (code != ENOENT)
      return fail_errno(Code::ledger_unavailable, "open", data_path_, code)
          .with_hint(code == EACCES ? group_hint : "");
    if (options_.create) return {};
    return fail(Code::ledger_missing, "there is no " + quote(data_path_));
  }
  if (!S_ISREG(info.st_mode))
    return fail(Code::store_damaged, quote(data_path_) + " is not a regular file");
  MC_ASSIGN(data_, open_file(data_path_, options_.read_only ? O_RDONLY : O_RDWR,
                             Code::ledger_unavailable));
  MC_ASSIGN(const Header header, read_header(data_, data_path_));
  static_cast<void>(header);  // its length is checked when LMDB can tell free pages
  return {};
}

/// LMDB opens for reading without any lock where lock.mdb cannot be written (a read-only mount),
/// and a concurrent writer then changes pages under the reader, which reports nonsense without an
/// error (STYLE 8.5).
Status EnvironmentImpl::check_lock_file() const {
  // O_NONBLOCK: somebody may have put a pipe there.
  const int flags = O_RDWR | O_NONBLOCK | O_CREAT;
  const Result<File> lock = open_file(lock_path_, flags, Code::ledger_unavailable, options_.mode);
  if (!lock)
    return Error(lock.error())
        .context("reading without the lock would be unsafe while others write")
        .with_hint(file_exists(data_path_) && !file_exists(lock_path_)
                       ? "it is not there; any command of the directory's owner makes it anew"
                       : group_hint);
  struct stat info = {};
  if (fstat(lock->fd(), &info) != 0 || !S_ISREG(info.st_mode))
    return fail(Code::ledger_unavailable, quote(lock_path_) + " is not a regular file");
  return share(*lock, lock_path_, 0660);
}

Status EnvironmentImpl::share(const File& file, const std::string& path, mode_t mode) const {
  struct stat directory = {}, own = {};
  if (stat(directory_.c_str(), &directory) != 0 || fstat(file.fd(), &own) != 0)
    return fail_errno(Code::ledger_unavailable, "look at", path, errno);
  // What root made, to look into another user's ledger, must not lock that user out.  Where root
  // may not give it away (user namespaces), it is still the reader's to use.
  if (geteuid() == 0 && own.st_uid == 0 && directory.st_uid != 0) {
    const bool is_given = fchown(file.fd(), directory.st_uid, static_cast<gid_t>(-1)) == 0;
    static_cast<void>(is_given);
  }
  const bool is_shared = (directory.st_mode & S_ISGID) != 0;
  if (!is_shared || own.st_uid != geteuid() || (own.st_mode & 07777) == mode) return {};
  if (fchmod(file.fd(), mode) != 0)
    return fail_errno(Code::ledger_unavailable, "set the mode of", path, errno);
  return {};
}

int EnvironmentImpl::try_open_lmdb(std::size_t map_size) {
  int code = mdb_env_create(&env_);
  if (code != 0) return code;
  mdb_env_set_assert(env_, on_lmdb_assertion);
  code = mdb_env_set_maxreaders(env_, max_readers);
  if (code == 0)
    code = mdb_env_set_maxdbs(env_, static_cast<MDB_dbi>(std::max<std::size_t>(
                                        1, options_.tables.size() + options_.later_tables.size())));
  if (code == 0) code = mdb_env_set_mapsize(env_, map_size);
  // MDB_NOTLS: a thread may have several read transactions.
  unsigned flags = MDB_NOTLS;
  if (options_.random_access) flags |= MDB_NORDAHEAD;
  if (options_.read_only) flags |= MDB_RDONLY;
  if (code == 0) code = mdb_env_open(env_, directory_.c_str(), flags, options_.mode);
  if (code != 0) {
    mdb_env_close(env_);
    env_ = nullptr;
  }
  return code;
}

Status EnvironmentImpl::open_lmdb() {
  // A signal while waiting for LMDB's lock on lock.mdb, or a leftover errno, makes it fail with
  // EINTR.
  const auto open_patiently = [this](std::size_t map_size) {
    int code = EINTR;
    for (int i = 0; i < 100 && code == EINTR; ++i) code = try_open_lmdb(map_size);
    return code;
  };
  int code = open_patiently(options_.map_size);
  if (code == ENOMEM) {
    // Less address space than asked for (ulimit -v).  Take the largest power of two that leaves as
    // much again for the rest of the process; LMDB itself never maps less than the data need.
    std::size_t map_size = std::bit_floor(options_.map_size);
    while (map_size > smallest_map && !fits_address_space(2 * map_size)) map_size /= 2;
    code = open_patiently(map_size);
    if (code == ENOMEM)
      return fail(Code::memory_exhausted,
                  "cannot map " + quote(data_path_) + ": not enough address space")
          .with_hint(std::string(memory_hint));
  }
  if (code == EACCES || code == EPERM || code == EROFS)
    return fail_errno(Code::ledger_unavailable, "open", data_path_, code);
  if (code == MDB_INVALID)  // data.mdb has been looked at already
    return fail(Code::ledger_unavailable, quote(lock_path_) + " is damaged and in use, or " +
                                              quote(data_path_) + " could not be read whole");
  if (code != 0) return lmdb_error(code, "open the map", data_path_);
  close_on_exec(env_);
  int dead = 0;
  code = mdb_reader_check(env_, &dead);
  if (code != 0) return lmdb_error(code, "check the readers", data_path_);
  return {};
}

/// A file that ends before the last page its header knows has been cut, unless all pages behind its
/// end are free: LMDB does not write pages that were allocated and freed again in one transaction
/// (seen at 3 % of random commits).
Status EnvironmentImpl::check_length() {
  // The free list must be that of the header looked at; where others commit all the time, a later
  // guard has to do.
  constexpr int max_tries = 10;
  for (int i = 0; i < max_tries; ++i) {
    MC_ASSIGN(const Header header, read_header(data_, data_path_));
    // After the header: a writer lengthens the file before it writes a header that says so.
    MC_ASSIGN(const std::uint64_t bytes, file_bytes(data_, data_path_));
    if (bytes >= header.bytes()) return {};

    MC_ASSIGN(MDB_txn* const txn, begin(false));
    const TxnCore core(*this, txn, false);
    if (mdb_txn_id(txn) != header.txn) continue;
    const std::uint64_t whole_pages = bytes / header.page_size;
    bool are_free = false;
    // The free list itself may be what is missing: a failure of this is the same finding.
    const Status walked = guard_damage([&]() -> Status {
      MC_ASSIGN(std::vector<std::uint64_t> free, free_pages(txn));
      std::sort(free.begin(), free.end());
      const auto end = std::unique(free.begin(), free.end());
      const auto from = std::lower_bound(free.begin(), end, whole_pages);
      const auto to = std::upper_bound(from, end, header.last_page);
      are_free = static_cast<std::uint64_t>(to - from) == header.last_page + 1 - whole_pages;
      return {};
    });
    if (walked && are_free) return {};
    return fail(Code::store_damaged, quote(data_path_) + " is " + std::to_string(bytes) +
                                         " bytes, its header says at least " +
                                         std::to_string(header.bytes()));
  }
  return {};
}

Result<std::vector<std::uint64_t>> EnvironmentImpl::free_pages(MDB_txn* txn) const {
  constexpr MDB_dbi free_list = 0;
  MDB_cursor* cursor = nullptr;
  int code = mdb_cursor_open(txn, free_list, &cursor);
  std::vector<std::uint64_t> pages;
  MDB_val key, value;
  while (code == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
    // A list of page numbers behind their count.
    std::uint64_t count = 0;
    if (value.mv_size >= sizeof count) std::memcpy(&count, value.mv_data, sizeof count);
    if (value.mv_size < sizeof count || count > value.mv_size / sizeof count - 1) {
      code = MDB_CORRUPTED;
      break;
    }
    const std::size_t at = pages.size();
    pages.resize(at + count);
    if (count != 0)
      std::memcpy(&pages[at], static_cast<const char*>(value.mv_data) + sizeof count,
                  count * sizeof count);
  }
  if (cursor != nullptr) mdb_cursor_close(cursor);
  if (code != MDB_NOTFOUND) return lmdb_error(code, "read the free list", data_path_);
  return pages;
}

Status EnvironmentImpl::open_tables() {
  std::vector<std::string> missing, names = options_.tables;
  names.insert(names.end(), options_.later_tables.begin(), options_.later_tables.end());
  {
    MC_ASSIGN(MDB_txn* const txn, begin(false));
    TxnCore core(*this, txn, false);
    // The check of lock.mdb may have been overtaken by a remount: this transaction must be in the
    // table of readers.
    MDB_envinfo info = {};
    mdb_env_info(env_, &info);
    if (info.me_numreaders == 0)
      return fail(Code::ledger_unavailable,
                  "cannot lock " + quote(lock_path_) + ": reading without the lock is unsafe");
    for (const std::string& name : names) {
      MDB_dbi handle = 0;
      const int code = mdb_dbi_open(txn, name.c_str(), 0, &handle);
      unsigned flags = 0;
      if (code == MDB_NOTFOUND) {
        missing.push_back(name);
      } else if (code != 0) {
        return lmdb_error(code, "open table '" + name + "'", data_path_);
      } else if (mdb_dbi_flags(txn, handle, &flags) != 0 || flags != 0) {
        return fail(Code::store_damaged,
                    "table '" + name + "' of " + quote(data_path_) + " has wrong flags");
      } else {
        tables_.emplace_back(name, handle);
      }
    }
    // Handles outlive only a transaction that is committed.
    if (const int code = core.commit(); code != 0)
      return lmdb_error(code, "open the tables", data_path_);
  }
  for (const std::string& name : missing)
    if (!options_.create &&
        std::find(options_.tables.begin(), options_.tables.end(), name) != options_.tables.end())
      return fail(Code::store_damaged, "table '" + name + "' is missing in " + quote(data_path_));
  if (missing.empty() || options_.read_only) return {};
  return create_tables(missing);
}

Status EnvironmentImpl::create_tables(const std::vector<std::string>& missing) {
  MC_TRY(writer_lock_.acquire(options_.lock_wait));
  Result<MDB_txn*> txn = begin(true);
  if (!txn) {
    writer_lock_.release();
    return std::move(txn).error();
  }
  TxnCore core(*this, *txn, true);
  for (const std::string& name : missing) {
    MDB_dbi handle = 0;
    const int code = mdb_dbi_open(*txn, name.c_str(), MDB_CREATE, &handle);
    if (code != 0) return lmdb_error(code, "create table '" + name + "'", data_path_);
    tables_.emplace_back(name, handle);
  }
  if (const int code = core.commit(); code != 0)
    return lmdb_error(code, "create the tables", data_path_);
  return sync_directory(directory_);
}

}  // namespace medchain::store
