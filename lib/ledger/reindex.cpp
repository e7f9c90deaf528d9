// The indexes of a ledger made anew.
#include "ledger/ledger.hpp"
#include "store/key_set.hpp"

namespace medchain::ledger {

Result<std::uint64_t> Ledger::reindex(crypto::Random& random,
                                      const std::function<bool()>& is_stopped) {
  std::uint64_t count = 0;
  MC_TRY(store::guard_damage([&]() -> Status {
    MC_ASSIGN(auto txn, environment_->begin_write());
    ByteArray<16> secret;
    random.fill(secret);
    MC_TRY(txn.put(tables_.meta, as_bytes("layout"), as_bytes(layout)));
    MC_TRY(txn.put(tables_.meta, as_bytes("index-secret"), secret));
    MC_TRY(store::clear_keys(txn, tables_.records));
    MC_TRY(store::clear_keys(txn, tables_.subjects));
    store::KeySetFiller by_record(txn, tables_.records), by_subject(txn, tables_.subjects);
    const Snapshot view(txn, tables_);
    MC_ASSIGN(const TreeSize size, view.size());
    for (EntryIndex index; index.get() < size.get(); index = EntryIndex(index.get() + 1)) {
      if (is_stopped()) return fail(Code::interrupted, "stopped by a signal");
      MC_ASSIGN(const auto rows, view.rows(index));
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const RowPlace place{index, static_cast<std::uint32_t>(i)};
        MC_TRY(by_record.add(index_key(secret, rows[i].record.view(), place)));
        MC_TRY(by_subject.add(index_key(secret, rows[i].subject.view(), place)));
      }
      count += rows.size();
    }
    MC_TRY(by_record.flush());
    MC_TRY(by_subject.flush());
    return std::move(txn).commit();
  }));
  return count;
}

}  // namespace medchain::ledger
