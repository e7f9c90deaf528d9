#include "store/key_set.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "store/key_set_internal.hpp"

namespace medchain::store {
namespace {

Error damaged(std::string what) { return fail(Code::store_damaged, std::move(what)); }

std::string run_name(std::uint64_t run) { return "index run " + std::to_string(run); }

/// A chunk's size, and that its row is named by its last key.
Status check_chunk(const KeySetTables& tables, ByteView row, ByteView chunk) {
  const std::size_t size = tables.key_size;
  if (row.size() != 8 + size || chunk.empty() || chunk.size() % size != 0 ||
      chunk.size() / size > keys_of_chunk(tables) || !equal(row.subspan(8), chunk.last(size)))
    return damaged("an index chunk of " + std::to_string(chunk.size()) +
                   " bytes is not what its row says");
  return {};
}

/// Offset of the first key that is not less than `prefix`, which may be shorter than a key; those
/// before `from` are.
std::size_t lower_bound(ByteView chunk, std::size_t key_size, ByteView prefix, std::size_t from) {
  std::size_t low = from / key_size, high = chunk.size() / key_size;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (is_less(chunk.subspan(middle * key_size, prefix.size()), prefix))
      low = middle + 1;
    else
      high = middle;
  }
  return low * key_size;
}

bool begins_with(ByteView key, ByteView prefix) { return equal(key.first(prefix.size()), prefix); }

Status check_loose_row(const KeySetTables& tables, const Cursor& row) {
  if (row.key().size() != tables.key_size)
    return damaged("a key of " + std::to_string(row.key().size()) + " bytes");
  if (!row.value().empty())
    return damaged("expected keys alone, got a value of " + std::to_string(row.value().size()) +
                   " bytes");
  return {};
}

}  // namespace

void sort_keys(Bytes& keys, std::size_t size) {
  std::vector<std::uint32_t> order(keys.size() / size);
  std::iota(order.begin(), order.end(), 0U);
  const auto key = [&](std::uint32_t i) { return ByteView(keys).subspan(i * size, size); };
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return is_less(key(a), key(b)); });
  Bytes sorted;
  sorted.reserve(keys.size());
  for (const std::uint32_t i : order) append(key(i), sorted);
  keys = std::move(sorted);
}

Result<std::vector<Run>> read_directory(const ReadTxn& txn, const KeySetTables& tables) {
  std::vector<Run> runs;
  std::size_t inputs = 0, outputs = 0;
  if (!tables.runs) return runs;
  MC_ASSIGN(const auto found, txn.get(*tables.runs, directory_key));
  if (!found) return runs;
  if (found->size() % bytes_of_run != 0) return damaged("the directory of index runs is damaged");
  for (std::size_t at = 0; at < found->size(); at += bytes_of_run) {
    const ByteView row = found->subspan(at, bytes_of_run);
    const auto role = std::to_integer<std::uint8_t>(row[16]);
    Run run{load_be<std::uint64_t>(row), load_be<std::uint64_t>(row.subspan(8)),
            static_cast<Run::Role>(role)};
    const std::uint64_t before = runs.empty() ? 0 : runs.back().id;
    if (role > 2 || run.id <= before) return damaged("the directory of index runs is damaged");
    inputs += run.role == Run::Role::input ? 1 : 0;
    outputs += run.role == Run::Role::output ? 1 : 0;
    runs.push_back(run);
  }
  if (outputs > 1 || (outputs == 1 ? inputs < 2 : inputs > 0))
    return damaged("the directory of index runs is damaged");
  return runs;
}

// RunWalk

RunWalk::RunWalk(const ReadTxn& txn, const KeySetTables& tables, std::uint64_t run)
    : txn_(&txn), tables_(tables), run_(run) {}

/// The first chunk whose row is at or after `from`.
Result<bool> RunWalk::load(ByteView from) {
  MC_ASSIGN(Cursor row, txn_->cursor(*tables_.runs));
  MC_ASSIGN(const bool there, row.seek(from));
  chunk_.clear();
  at_ = 0;
  if (!there || row.key().size() < 8 || load_be<std::uint64_t>(row.key()) != run_) return false;
  MC_TRY(check_chunk(tables_, row.key(), row.value()));
  row_.assign(row.key().begin(), row.key().end());
  chunk_.assign(row.value().begin(), row.value().end());
  return true;
}

Result<bool> RunWalk::first() {
  Bytes from;
  append_be(run_, from);
  return load(from);
}

ByteView RunWalk::key() const { return ByteView(chunk_).subspan(at_, tables_.key_size); }

Result<bool> RunWalk::next() {
  const std::size_t size = tables_.key_size;
  if (is_last_of_row()) {
    const Bytes last(chunk_.end() - static_cast<std::ptrdiff_t>(size), chunk_.end());
    Bytes from;
    set_chunk_key(run_, last, from);
    from.push_back(std::byte{0});  // the least row behind this one
    MC_ASSIGN(const bool there, load(from));
    if (there && !is_less(last, key())) return damaged(run_name(run_) + " is out of order");
    return there;
  }
  at_ += size;
  if (!is_less(ByteView(chunk_).subspan(at_ - size, size), key()))
    return damaged(run_name(run_) + " is out of order");
  return true;
}

// KeySetReader

Result<KeySetReader> KeySetReader::open(const ReadTxn& txn, const KeySetTables& tables) {
  KeySetReader reader(tables);
  if (tables.loose) {
    MC_ASSIGN(reader.loose_, txn.cursor(*tables.loose));
  }
  MC_ASSIGN(const std::vector<Run> runs, read_directory(txn, tables));
  for (const Run& run : runs) {
    MC_ASSIGN(Cursor row, txn.cursor(*tables.runs));
    reader.places_.push_back({run.id, std::move(row), {}, 0});
  }
  return reader;
}

Status KeySetReader::find_loose(ByteView prefix) {
  if (!loose_) return {};
  MC_ASSIGN(bool there, loose_->seek(prefix));
  while (there && loose_->key().size() == tables_.key_size && begins_with(loose_->key(), prefix)) {
    append(loose_->key(), found_);
    MC_ASSIGN(there, loose_->next());
  }
  return {};
}

/// Finds the first chunk that can have such keys, and in it the first that is not less.
Status KeySetReader::seek(Place& place, ByteView prefix) {
  const auto begin = [&](std::size_t at) { return place.chunk.subspan(at, prefix.size()); };
  // Prefixes that ascend are often in the chunk of the last one, and behind it.
  if (!place.chunk.empty() && is_less(begin(0), prefix) &&
      !is_less(begin(place.chunk.size() - tables_.key_size), prefix)) {
    const std::size_t from = is_less(begin(place.at), prefix) ? place.at : 0;
    place.at = lower_bound(place.chunk, tables_.key_size, prefix, from);
    return {};
  }
  place.chunk = {};
  set_chunk_key(place.run, prefix, wanted_);
  MC_ASSIGN(const bool there, place.row.seek(wanted_));
  MC_TRY(take_chunk(place, there));
  place.at = lower_bound(place.chunk, tables_.key_size, prefix, 0);
  return {};
}

/// The chunk of the row, if that is one of the run.
Status KeySetReader::take_chunk(Place& place, bool there) {
  place.chunk = {};
  place.at = 0;
  if (!there || place.row.key().size() < 8 || load_be<std::uint64_t>(place.row.key()) != place.run)
    return {};
  MC_TRY(check_chunk(tables_, place.row.key(), place.row.value()));
  place.chunk = place.row.value();
  return {};
}

Status KeySetReader::find_in(Place& place, ByteView prefix) {
  MC_TRY(seek(place, prefix));
  while (!place.chunk.empty()) {
    for (; place.at < place.chunk.size(); place.at += tables_.key_size) {
      const ByteView key = place.chunk.subspan(place.at, tables_.key_size);
      if (!begins_with(key, prefix)) return {};
      append(key, found_);
    }
    MC_ASSIGN(const bool there, place.row.next());
    MC_TRY(take_chunk(place, there));
  }
  return {};
}

Result<ByteView> KeySetReader::find(ByteView prefix) {
  MC_ASSERT(prefix.size() <= tables_.key_size);
  found_.clear();
  MC_TRY(find_loose(prefix));
  for (Place& place : places_) MC_TRY(find_in(place, prefix));
  if (found_.size() > tables_.key_size && !places_.empty()) sort_keys(found_, tables_.key_size);
  return ByteView(found_);
}

// KeySetWalk

Status KeySetWalk::check_loose() {
  if (!has_loose_) return {};
  return check_loose_row(tables_, *loose_);
}

Result<KeySetWalk> KeySetWalk::open(const ReadTxn& txn, const KeySetTables& tables) {
  KeySetWalk walk(tables);
  if (tables.loose) {
    MC_ASSIGN(walk.loose_, txn.cursor(*tables.loose));
    MC_ASSIGN(walk.has_loose_, walk.loose_->first());
  }
  MC_TRY(walk.check_loose());
  MC_ASSIGN(const std::vector<Run> runs, read_directory(txn, tables));
  for (const Run& run : runs) {
    RunWalk one(txn, tables, run.id);
    MC_ASSIGN(const bool there, one.first());
    if (there) walk.runs_.push_back(std::move(one));
  }
  return walk;
}

Result<bool> KeySetWalk::next() {
  std::size_t least = runs_.size();
  for (std::size_t i = 0; i < runs_.size(); ++i)
    if (least == runs_.size() || is_less(runs_[i].key(), runs_[least].key())) least = i;
  const bool from_loose =
      has_loose_ && (least == runs_.size() || is_less(loose_->key(), runs_[least].key()));
  if (!from_loose && least == runs_.size()) return false;
  const ByteView found = from_loose ? loose_->key() : runs_[least].key();
  key_.assign(found.begin(), found.end());
  if (from_loose) {
    MC_ASSIGN(has_loose_, loose_->next());
    MC_TRY(check_loose());
  } else {
    MC_ASSIGN(const bool more, runs_[least].next());
    if (!more) runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(least));
  }
  return true;
}

Result<std::uint64_t> count_keys(const ReadTxn& txn, const KeySetTables& tables) {
  std::uint64_t count = 0;
  if (tables.loose) {
    MC_ASSIGN(count, txn.count(*tables.loose));
  }
  MC_ASSIGN(const std::vector<Run> runs, read_directory(txn, tables));
  for (const Run& run : runs) count += run.count;
  return count;
}

Status check_runs(const ReadTxn& txn, const KeySetTables& tables) {
  if (!tables.runs) return {};
  struct Found {
    std::uint64_t count = 0;
    Bytes first, last;
  };
  MC_ASSIGN(const std::vector<Run> runs, read_directory(txn, tables));
  std::map<std::uint64_t, Found> rows;
  MC_ASSIGN(Cursor row, txn.cursor(*tables.runs));
  MC_ASSIGN(bool there, row.first());
  while (there) {
    if (!equal(row.key(), directory_key)) {
      const ByteView chunk = row.value();
      MC_TRY(check_chunk(tables, row.key(), chunk));
      Found& found = rows[load_be<std::uint64_t>(row.key())];
      found.count += chunk.size() / tables.key_size;
      const ByteView first = chunk.first(tables.key_size), last = chunk.last(tables.key_size);
      if (found.first.empty()) found.first.assign(first.begin(), first.end());
      found.last.assign(last.begin(), last.end());
    }
    MC_ASSIGN(there, row.next());
  }
  Bytes merged_to;
  for (const Run& run : runs) {
    if (rows[run.id].count != run.count)
      return damaged(run_name(run.id) + " has " + std::to_string(rows[run.id].count) +
                     " keys, expected " + std::to_string(run.count));
    if (run.role == Run::Role::output) merged_to = rows[run.id].last;
  }
  for (const Run& run : runs) {
    const Bytes& first = rows[run.id].first;
    if (run.role == Run::Role::input && !merged_to.empty() && !first.empty() &&
        !is_less(merged_to, first))
      return damaged(run_name(run.id) + " has keys that were merged already");
    rows.erase(run.id);
  }
  if (!rows.empty()) return damaged(run_name(rows.begin()->first) + " is in no directory");
  return {};
}

}  // namespace medchain::store
