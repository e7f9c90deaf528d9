#include "verify/index_sums.hpp"

#include <new>

#include "base/second_thread.hpp"
#include "store/key_set.hpp"

namespace medchain::verify {
namespace {

IndexSums::Both sum_both(const ledger::Snapshot& view, const MultisetHash& key,
                         const std::function<bool()>& interrupted) {
  return {sum_index(view, view.tables().records, key, interrupted),
          sum_index(view, view.tables().subjects, key, interrupted)};
}

}  // namespace

Result<IndexSum> sum_index(const ledger::Snapshot& view, const store::KeySetTables& index,
                           const MultisetHash& key, const std::function<bool()>& interrupted) {
  MC_TRY(store::check_runs(view.txn(), index));
  IndexSum sum{key.fresh(), false};
  std::optional<std::uint64_t> before;
  MC_ASSIGN(auto walk, store::KeySetWalk::open(view.txn(), index));
  MC_ASSIGN(bool there, walk.next());
  while (there) {
    if (interrupted()) return fail(Code::interrupted, "stopped by a signal");
    const auto hash = load_be<std::uint64_t>(walk.key());
    sum.has_versions |= before == hash;
    before = hash;
    sum.keys.add(walk.key());
    MC_ASSIGN(there, walk.next());
  }
  return sum;
}

IndexSums::~IndexSums() {
  is_left_.store(true);
  if (thread_.joinable()) thread_.join();
}

void IndexSums::begin(TreeSize size, const LedgerView& again,
                      const std::function<bool()>& interrupted) {
  if (!again) return;
  thread_ = start_thread([this, size, again, interrupted] {
    const auto is_over = [&] { return is_left_.load(std::memory_order_relaxed) || interrupted(); };
    try {
      const Status read = again([&](const ledger::Snapshot& view) -> Status {
        MC_ASSIGN(const TreeSize seen, view.size());
        if (seen == size) both_.emplace(sum_both(view, key_, is_over));
        return {};
      });
      // Both indexes are in one file: which of them is damaged is not known.
      if (!read && read.error().code == Code::store_damaged)
        both_.emplace(Both{read.error(), read.error()});
    } catch (const std::bad_alloc&) {
    }
  });
}

IndexSums::Both IndexSums::take(const ledger::Snapshot& view,
                                const std::function<bool()>& interrupted) {
  if (thread_.joinable()) thread_.join();
  return both_ ? std::move(*both_) : sum_both(view, key_, interrupted);
}

}  // namespace medchain::verify
