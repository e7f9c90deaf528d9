#include "audit/log_times.hpp"

#include "audit/event.hpp"
#include "rules/view.hpp"

namespace medchain::audit {
namespace {

bool may_set_time(std::string_view bytes) {
  const std::string_view kind = kind_of(bytes);
  return kind == entry::Tick::type || kind == entry::PolicyChange::type ||
         kind == entry::Genesis::type;
}

/// The time that an entry sets; nothing for most.
Result<std::optional<UnixSeconds>> time_set_by(const ledger::Snapshot& view, EntryIndex index) {
  MC_ASSIGN(const std::string bytes, view.entry_bytes(index));
  if (!may_set_time(bytes)) return std::optional<UnixSeconds>();
  MC_ASSIGN(const entry::Entry entry, view.entry(index));
  if (const auto* policy = std::get_if<entry::PolicyChange>(&entry.statement.body))
    return policy->set_time;
  return std::optional(entry.statement.header.time);
}

}  // namespace

Result<UnixSeconds> LogTimes::at(const ledger::Snapshot& view, EntryIndex index) {
  const std::uint64_t wanted = index.get();
  if (is_empty()) {
    // The newest is what the state says: who looks at the last entries need not look far back.
    MC_ASSIGN(const TreeSize size, view.size());
    if (wanted + 1 == size.get()) {
      MC_ASSIGN(const UnixSeconds newest, rules::log_time(view));
      last_ = wanted;
      times_.emplace(wanted, newest);
    }
  } else if (const auto first = times_.begin(); wanted + 1 == first->first) {
    MC_ASSIGN(const auto time, time_set_by(view, EntryIndex(first->first)));
    if (!time) {
      const UnixSeconds same = first->second;
      times_.erase(first);
      times_.emplace(wanted, same);
    }
  }
  if (!is_empty() && times_.begin()->first <= wanted && wanted <= last_)
    return std::prev(times_.upper_bound(wanted))->second;
  return search(view, wanted);
}

Result<UnixSeconds> LogTimes::search(const ledger::Snapshot& view, std::uint64_t wanted) {
  const bool goes_on = !is_empty() && wanted > last_;
  const bool goes_back = !is_empty() && wanted + 1 == times_.begin()->first;
  for (std::uint64_t i = wanted;; --i) {
    if (goes_on && i == last_) {
      last_ = wanted;
      return times_.rbegin()->second;
    }
    MC_ASSIGN(const auto time, time_set_by(view, EntryIndex(i)));
    if (time) {
      // What lies beyond a gap is forgotten.
      if (!goes_back && !(goes_on && i == last_ + 1)) times_.clear();
      times_.emplace(i, *time);
      if (!goes_back) last_ = wanted;
      return *time;
    }
    if (i == 0)
      return fail(Code::store_damaged, "entry 0 is no genesis entry: there is no log time");
  }
}

Status LogTimes::pass(const ledger::Snapshot& view, EntryIndex index, std::string_view bytes) {
  if (!is_empty() && index.get() == last_ + 1 && !may_set_time(bytes)) {
    last_ = index.get();
    return {};
  }
  MC_ASSIGN(const UnixSeconds time, at(view, index));
  static_cast<void>(time);
  return {};
}

}  // namespace medchain::audit
