// History: everything on a ledger about one subject or record, in ledger order; only what may be
// about it is read.
#pragma once

#include <functional>
#include <vector>

#include "audit/event.hpp"
#include "audit/watch.hpp"

namespace medchain::audit {

struct Reached {
  Event event;
  Reach reach = Reach::named;
  entry::Body body;
};

/// Calls `visit` for each entry that reaches what is watched.  `go_on` is asked now and then
/// whether to stop (interrupted).  Fails with store_damaged and as they do.
Status for_each_reached(const ledger::Snapshot& view, Watch& watch,
                        const std::function<Status()>& go_on,
                        const std::function<Status(Reached)>& visit);

/// All entries of these kinds, in ledger order.
Status for_each_event(const ledger::Snapshot& view, std::initializer_list<std::string_view> kinds,
                      const std::function<Status()>& go_on,
                      const std::function<Status(const Event&, const entry::Body&)>& visit);

/// The whole life of a record.
struct Life {
  struct Version {
    ledger::RowPlace place;
    UnixSeconds logged;
    Commitment commitment;
  };
  RecordTag tag;
  SubjectTag subject;
  MemberName custodian;
  entry::Word type;
  std::vector<Version> versions;  ///< oldest first
  std::optional<EntryIndex> erased;
  /// What happened to it and what covers it: without requests, refusals and the like that name no
  /// record and led to nothing.
  std::vector<Reached> events;
};
/// Fails with record_unknown.
Result<Life> life_of(const ledger::Snapshot& view, const RecordTag& tag,
                     const std::function<Status()>& go_on);

/// Entries that are about another one of them stand below it.  Index into `events` of the one that
/// `events[at]` is about; nothing: none of them.
std::vector<std::optional<std::size_t>> parents_of(const std::vector<Reached>& events);

}  // namespace medchain::audit
