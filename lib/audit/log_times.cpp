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
  const bool is_known = first_ <= last_;
  if (is_known && wanted >= first_ && wanted <= last_) return time_;
  if (!is_known) {
    // The newest is what the state says: who looks at the last entries need not look far back.
    MC_ASSIGN(const TreeSize size, view.size());
    if (wanted + 1 == size.get()) {
      MC_ASSIGN(time_, rules::log_time(view));
      first_ = last_ = wanted;
      return time_;
    }
  }
  if (is_known && wanted + 1 == first_) {
    MC_ASSIGN(const auto time, time_set_by(view, EntryIndex(first_)));
    if (!time) {
      first_ = wanted;
      return time_;
    }
  }
  return search(view, wanted, is_known && wanted > last_);
}

Result<UnixSeconds> LogTimes::search(const ledger::Snapshot& view, std::uint64_t wanted,
                                     bool goes_on) {
  for (std::uint64_t i = wanted;; --i) {
    if (goes_on && i == last_) {
      last_ = wanted;
      return time_;
    }
    MC_ASSIGN(const auto time, time_set_by(view, EntryIndex(i)));
    if (time) {
      first_ = i;
      last_ = wanted;
      time_ = *time;
      return time_;
    }
    if (i == 0)
      return fail(Code::store_damaged, "entry 0 is no genesis entry: there is no log time");
  }
}

Status LogTimes::pass(const ledger::Snapshot& view, EntryIndex index, std::string_view bytes) {
  const bool goes_on = first_ <= last_ && index.get() == last_ + 1;
  if (goes_on && !may_set_time(bytes)) {
    last_ = index.get();
    return {};
  }
  MC_ASSIGN(const UnixSeconds time, at(view, index));
  static_cast<void>(time);
  return {};
}

}  // namespace medchain::audit
