#include "audit/walk.hpp"

namespace medchain::audit {
Status for_each_entry(const ledger::Snapshot& view, const std::function<Status()>& go_on,
                      const std::function<Status(const Passed&)>& visit) {
  LogTimes times;
  return for_each_entry(view, times, go_on, visit);
}

Status for_each_entry(const ledger::Snapshot& view, LogTimes& times,
                      const std::function<Status()>& go_on,
                      const std::function<Status(const Passed&)>& visit) {
  MC_ASSIGN(const TreeSize size, view.size());
  for (std::uint64_t i = 0; i < size.get(); ++i) {
    const EntryIndex index(i);
    if (i % entries_between == 0) MC_TRY(go_on());
    MC_ASSIGN(std::string bytes, view.entry_bytes(index));
    MC_TRY(times.pass(view, index, bytes));
    MC_ASSIGN(const UnixSeconds logged, times.at(view, index));
    MC_TRY(visit({index, std::move(bytes), logged}));
  }
  return {};
}

}  // namespace medchain::audit
