// Transactions and cursors.  Order matters at the end of a transaction: cursors, LMDB's
// transaction, writer lock.
#include <algorithm>
#include <cstring>

#include "store/guard_internal.hpp"
#include "store/lmdb_internal.hpp"

namespace medchain::store {

void TxnCore::close_cursors() {
  for (CursorCore* cursor : cursors) {
    mdb_cursor_close(cursor->cursor);
    cursor->txn = nullptr;
    cursor->is_at_item = false;
  }
  cursors.clear();
}

void TxnCore::abort() {
  if (txn == nullptr || damage_was_caught()) return;
  close_cursors();
  mdb_txn_abort(txn);
  txn = nullptr;
  env.txn_ended(is_write);
}

int TxnCore::commit() {
  close_cursors();
  const int code = mdb_txn_commit(txn);
  txn = nullptr;  // freed, also after a failure
  env.txn_ended(is_write);
  return code;
}

Error TxnCore::failed(int code, std::string_view what) const {
  if (code != MDB_BAD_TXN) return lmdb_error(code, what, env.data_path());
  return failure ? *failure : met_damage(env.data_path());
}

CursorCore::CursorCore(TxnCore& owner, MDB_cursor* lmdb, MDB_dbi of_table)
    : txn(&owner), cursor(lmdb), table(of_table) {
  owner.cursors.push_back(this);
}

CursorCore::~CursorCore() {
  if (txn == nullptr || damage_was_caught()) return;
  std::erase(txn->cursors, this);
  mdb_cursor_close(cursor);
}

// ReadTxn

ReadTxn::ReadTxn(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReadTxn::ReadTxn(ReadTxn&&) noexcept = default;
ReadTxn& ReadTxn::operator=(ReadTxn&&) noexcept = default;
ReadTxn::~ReadTxn() = default;

Result<std::optional<ByteView>> ReadTxn::get(Table table, ByteView key) const {
  MC_ASSERT(impl_ && impl_->txn != nullptr);
  if (key.empty()) return std::optional<ByteView>();  // LMDB has no empty keys
  MDB_val wanted = to_lmdb(key);
  MDB_val value = {0, nullptr};
  const int code = mdb_get(impl_->txn, table.handle, &wanted, &value);
  if (code == MDB_NOTFOUND) return std::optional<ByteView>();
  if (code != 0) return impl_->failed(code, "read " + impl_->env.table_name(table.handle));
  return std::optional<ByteView>(to_view(value));
}

Result<Cursor> ReadTxn::cursor(Table table) const {
  MC_ASSERT(impl_ && impl_->txn != nullptr);
  MDB_cursor* cursor = nullptr;
  const int code = mdb_cursor_open(impl_->txn, table.handle, &cursor);
  if (code != 0) return impl_->failed(code, "read " + impl_->env.table_name(table.handle));
  return Cursor(std::make_unique<Cursor::Impl>(*impl_, cursor, table.handle));
}

Result<std::uint64_t> ReadTxn::count(Table table) const {
  MC_ASSERT(impl_ && impl_->txn != nullptr);
  MDB_stat stat = {};
  const int code = mdb_stat(impl_->txn, table.handle, &stat);
  if (code != 0) return impl_->failed(code, "read " + impl_->env.table_name(table.handle));
  return std::uint64_t{stat.ms_entries};
}

// WriteTxn

WriteTxn::WriteTxn(WriteTxn&&) noexcept = default;
WriteTxn& WriteTxn::operator=(WriteTxn&&) noexcept = default;
WriteTxn::~WriteTxn() = default;

namespace {

Error not_written(TxnCore& core, Table table, int code) {
  Error error = core.failed(code, "write " + core.env.table_name(table.handle));
  if (!core.failure) core.failure = error;
  return error;
}

Status put_flags(TxnCore& core, Table table, ByteView key, ByteView value, unsigned flags) {
  MC_ASSERT(core.txn != nullptr);
  MDB_val key_value = to_lmdb(key);
  MDB_val data_value = to_lmdb(value);
  const int code = mdb_put(core.txn, table.handle, &key_value, &data_value, flags);
  if (code == 0) return {};
  if (code == MDB_KEYEXIST)
    return fail(Code::internal, "write " + core.env.table_name(table.handle) +
                                    (flags & MDB_APPEND ? ": key not greater than all others"
                                                        : ": key exists and is never overwritten"));
  return not_written(core, table, code);
}

}  // namespace

Status WriteTxn::insert(Table table, ByteView key, ByteView value) {
  MC_ASSERT(impl_);
  return put_flags(*impl_, table, key, value, MDB_NOOVERWRITE);
}

Status WriteTxn::append(Table table, ByteView key, ByteView value) {
  MC_ASSERT(impl_);
  return put_flags(*impl_, table, key, value, MDB_NOOVERWRITE | MDB_APPEND);
}

Status WriteTxn::put(Table table, ByteView key, ByteView value) {
  MC_ASSERT(impl_);
  return put_flags(*impl_, table, key, value, 0);
}

Status WriteTxn::erase(Table table, ByteView key) {
  MC_ASSERT(impl_ && impl_->txn != nullptr);
  MDB_val wanted = to_lmdb(key);
  const int code = mdb_del(impl_->txn, table.handle, &wanted, nullptr);
  return code == 0 || code == MDB_NOTFOUND ? Status() : not_written(*impl_, table, code);
}

Status WriteTxn::clear(Table table) {
  MC_ASSERT(impl_ && impl_->txn != nullptr);
  const int code = mdb_drop(impl_->txn, table.handle, 0);
  return code == 0 ? Status() : not_written(*impl_, table, code);
}

Status WriteTxn::commit() && {
  MC_ASSERT(impl_ && impl_->txn != nullptr);
  const std::unique_ptr<Impl> ending = std::move(impl_);
  if (ending->failure) return std::move(*ending->failure);  // aborts
  if (damage_was_caught())
    return met_damage(ending->env.data_path()).context("nothing was written");
  if (const int code = ending->commit(); code != 0)
    return lmdb_error(code, "commit the changes", ending->env.data_path())
        .context("nothing was written");
  return {};
}

// Cursor

Cursor::Cursor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

namespace {

/// LMDB's order of keys, which is that of memcmp and then of length.
bool is_less(ByteView a, ByteView b) {
  const std::size_t common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order < 0 || (order == 0 && a.size() < b.size());
}

Result<bool> move(CursorCore& core, MDB_cursor_op operation, ByteView from) {
  MC_ASSERT(core.txn != nullptr);
  const bool was_at_item = core.is_at_item;
  const MDB_val key_before = core.key;
  MDB_val key = to_lmdb(from);
  core.is_at_item = false;
  const int code = mdb_cursor_get(core.cursor, &key, &core.value, operation);
  if (code == MDB_NOTFOUND) return false;
  EnvironmentImpl& env = core.txn->env;
  if (code != 0) return core.txn->failed(code, "read " + env.table_name(core.table));
  core.key = key;
  core.is_at_item = true;
  // A damaged tree can lead round in a circle.  In a write transaction the key before may be gone
  // by now.
  const bool is_disordered = (operation == MDB_SET_RANGE && is_less(to_view(key), from)) ||
                             (operation == MDB_NEXT && was_at_item && !core.txn->is_write &&
                              !is_less(to_view(key_before), to_view(key)));
  if (is_disordered) {
    core.is_at_item = false;
    return fail(Code::store_damaged, env.table_name(core.table) + " of " + quote(env.data_path()) +
                                         ": keys are out of order");
  }
  return true;
}

}  // namespace

Result<bool> Cursor::seek(ByteView from) {
  MC_ASSERT(impl_);
  return from.empty() ? first() : move(*impl_, MDB_SET_RANGE, from);
}
Result<bool> Cursor::first() {
  MC_ASSERT(impl_);
  return move(*impl_, MDB_FIRST, {});
}
Result<bool> Cursor::last() {
  MC_ASSERT(impl_);
  return move(*impl_, MDB_LAST, {});
}
Result<bool> Cursor::next() {
  MC_ASSERT(impl_);
  return move(*impl_, MDB_NEXT, {});
}
ByteView Cursor::key() const {
  MC_ASSERT(impl_ && impl_->is_at_item);
  return to_view(impl_->key);
}
ByteView Cursor::value() const {
  MC_ASSERT(impl_ && impl_->is_at_item);
  return to_view(impl_->value);
}

}  // namespace medchain::store
