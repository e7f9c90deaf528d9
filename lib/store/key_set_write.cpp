// Adding to a key set: loose keys become runs, runs of like size are merged.
#include <algorithm>

#include "store/key_set_internal.hpp"

namespace medchain::store {
namespace {

/// Each key is merged about once for each doubling of the set; more than the doublings there can be
/// keeps the number of runs small.
constexpr std::uint64_t merged_per_added = 64;
/// So that merges end where few keys come: two chunks.
constexpr std::uint64_t merged_at_least = 512;
constexpr std::size_t max_inputs = 8;
/// Of loose keys, as a set that was made before there were runs has very many.
constexpr std::size_t most_taken = 131'072;

/// Writes one run, in key order.
class RunWriter {
 public:
  RunWriter(WriteTxn& txn, const KeySetTables& tables, Run& run)
      : txn_(txn), tables_(tables), run_(run) {}
  Status add(ByteView key) {
    append(key, chunk_);
    return chunk_.size() / tables_.key_size < keys_of_chunk(tables_) ? Status() : flush();
  }
  Status flush() {
    if (chunk_.empty()) return {};
    set_chunk_key(run_.id, ByteView(chunk_).last(tables_.key_size), row_);
    MC_TRY(txn_.insert(*tables_.runs, row_, chunk_));
    run_.count += chunk_.size() / tables_.key_size;
    chunk_.clear();
    return {};
  }
  bool is_between_chunks() const { return chunk_.empty(); }

 private:
  WriteTxn& txn_;
  const KeySetTables& tables_;
  Run& run_;
  Bytes chunk_, row_;
};

class Changing {
 public:
  Changing(WriteTxn& txn, const KeySetTables& tables, std::vector<Run> runs)
      : txn_(txn), tables_(tables), runs_(std::move(runs)) {}

  Status make_run(ByteView keys) {
    Run run{next_id(), 0, Run::Role::whole};
    RunWriter writer(txn_, tables_, run);
    for (std::size_t at = 0; at < keys.size(); at += tables_.key_size)
      MC_TRY(writer.add(keys.subspan(at, tables_.key_size)));
    MC_TRY(writer.flush());
    runs_.push_back(run);
    changed_ = true;
    return {};
  }

  /// The loose keys become a run; of very many, as a set made before there were runs has them, the
  /// first ones.
  Status take_loose(std::uint64_t count) {
    Bytes keys;
    {
      MC_ASSIGN(Cursor row, txn_.cursor(*tables_.loose));
      MC_ASSIGN(bool there, row.first());
      while (there && keys.size() < most_taken * tables_.key_size) {
        if (row.key().size() != tables_.key_size)
          return fail(Code::store_damaged,
                      "an index has a key of " + std::to_string(row.key().size()) + " bytes");
        append(row.key(), keys);
        MC_ASSIGN(there, row.next());
      }
    }
    if (keys.size() == count * tables_.key_size) {
      MC_TRY(txn_.clear(*tables_.loose));
    } else {
      for (std::size_t at = 0; at < keys.size(); at += tables_.key_size)
        MC_TRY(txn_.erase(*tables_.loose, ByteView(keys).subspan(at, tables_.key_size)));
    }
    return make_run(keys);
  }

  Status merge(std::uint64_t budget) {
    while (budget > 0) {
      if (!has_merge() && !begin_merge()) return {};
      MC_ASSIGN(const std::uint64_t done, go_on(budget));
      budget -= std::min(budget, done);
    }
    return {};
  }

  Status save() {
    if (!changed_) return {};
    Bytes out;
    for (const Run& run : runs_) {
      append_be(run.id, out);
      append_be(run.count, out);
      out.push_back(static_cast<std::byte>(run.role));
    }
    return txn_.put(*tables_.runs, directory_key, out);
  }

 private:
  std::uint64_t next_id() const { return runs_.empty() ? 1 : runs_.back().id + 1; }

  bool has_merge() const {
    return std::any_of(runs_.begin(), runs_.end(),
                       [](const Run& run) { return run.role == Run::Role::output; });
  }

  /// Chooses runs of which each is less than twice all smaller ones chosen; false: there are no
  /// two.
  bool begin_merge() {
    std::vector<Run*> by_size;
    for (Run& run : runs_) by_size.push_back(&run);
    std::stable_sort(by_size.begin(), by_size.end(),
                     [](const Run* a, const Run* b) { return a->count < b->count; });
    for (std::size_t first = 0; first + 1 < by_size.size(); ++first) {
      std::uint64_t sum = by_size[first]->count;
      std::size_t end = first + 1;
      for (; end < by_size.size() && end - first < max_inputs && by_size[end]->count < 2 * sum;
           ++end)
        sum += by_size[end]->count;
      if (end - first < 2) continue;
      for (std::size_t i = first; i < end; ++i) by_size[i]->role = Run::Role::input;
      runs_.push_back({next_id(), 0, Run::Role::output});
      changed_ = true;
      return true;
    }
    return false;
  }

  /// Moves so many keys from the inputs to the output, or some more to fill a chunk; returns how
  /// many.
  Result<std::uint64_t> go_on(std::uint64_t budget) {
    std::vector<Input> inputs;
    Run* output = nullptr;
    for (Run& run : runs_) {
      if (run.role == Run::Role::output) output = &run;
      if (run.role != Run::Role::input) continue;
      Input input{&run, RunWalk(txn_, tables_, run.id)};
      MC_ASSIGN(const bool there, input.walk.first());
      if (there) inputs.push_back(std::move(input));
    }
    for (const Input& input : inputs) MC_TRY(check_behind(*output, input.walk.key()));
    RunWriter writer(txn_, tables_, *output);
    std::uint64_t done = 0;
    while (!inputs.empty() && (done < budget || !writer.is_between_chunks())) {
      std::size_t least = 0;
      for (std::size_t i = 1; i < inputs.size(); ++i)
        if (is_less(inputs[i].walk.key(), inputs[least].walk.key())) least = i;
      MC_TRY(writer.add(inputs[least].walk.key()));
      ++done;
      MC_ASSIGN(const bool more, advance(inputs[least]));
      if (!more) inputs.erase(inputs.begin() + static_cast<std::ptrdiff_t>(least));
    }
    MC_TRY(writer.flush());
    // Each key is in one place.
    for (Input& input : inputs)
      if (!input.walk.is_first_of_row())
        MC_TRY(txn_.put(*tables_.runs, input.walk.row(), input.walk.rest()));
    if (inputs.empty()) end_merge();
    changed_ = true;
    return std::max<std::uint64_t>(done, 1);
  }

  struct Input {
    Run* run;
    RunWalk walk;
  };

  /// What a run has is only ever continued.
  Status check_behind(const Run& output, ByteView key) {
    Bytes wanted;
    set_chunk_key(output.id, key, wanted);
    MC_ASSIGN(Cursor row, txn_.cursor(*tables_.runs));
    MC_ASSIGN(const bool there, row.seek(wanted));
    if (there && row.key().size() >= 8 && load_be<std::uint64_t>(row.key()) == output.id)
      return fail(Code::store_damaged,
                  "index run " + std::to_string(output.id) + " has keys that are not merged yet");
    return {};
  }

  Result<bool> advance(Input& input) {
    if (input.run->count == 0)
      return fail(Code::store_damaged, "index run " + std::to_string(input.run->id) +
                                           " has more keys than its directory says");
    --input.run->count;
    if (!input.walk.is_last_of_row()) return input.walk.next();
    const Bytes row(input.walk.row().begin(), input.walk.row().end());
    MC_ASSIGN(const bool more, input.walk.next());
    MC_TRY(txn_.erase(*tables_.runs, row));
    return more;
  }

  void end_merge() {
    std::erase_if(runs_, [](const Run& run) { return run.role == Run::Role::input; });
    for (Run& run : runs_) run.role = Run::Role::whole;
  }

  WriteTxn& txn_;
  const KeySetTables& tables_;
  std::vector<Run> runs_;  ///< by id
  bool changed_ = false;
};

}  // namespace

Status add_keys(WriteTxn& txn, const KeySetTables& tables, ByteView keys) {
  MC_ASSERT(tables.loose && tables.runs && keys.size() % tables.key_size == 0);
  const std::uint64_t added = keys.size() / tables.key_size;
  MC_ASSIGN(auto runs, read_directory(txn, tables));
  Changing changing(txn, tables, std::move(runs));
  if (added >= keys_of_smallest_run) {
    MC_TRY(changing.make_run(keys));
  } else {
    for (std::size_t at = 0; at < keys.size(); at += tables.key_size)
      MC_TRY(txn.insert(*tables.loose, keys.subspan(at, tables.key_size), {}));
    MC_ASSIGN(const std::uint64_t loose, txn.count(*tables.loose));
    if (loose >= keys_of_smallest_run) MC_TRY(changing.take_loose(loose));
  }
  MC_TRY(changing.merge(merged_per_added * added + merged_at_least));
  return changing.save();
}

Status KeySetFiller::add(ByteView key) {
  constexpr std::size_t most = std::size_t{20} << 20;
  append(key, keys_);
  return keys_.size() < most ? Status() : flush();
}

Status KeySetFiller::flush() {
  sort_keys(keys_, tables_.key_size);
  MC_TRY(add_keys(txn_, tables_, keys_));
  keys_.clear();
  return {};
}

Status clear_keys(WriteTxn& txn, const KeySetTables& tables) {
  MC_TRY(txn.clear(*tables.loose));
  return txn.clear(*tables.runs);
}

}  // namespace medchain::store
