#include "audit/history.hpp"

#include <algorithm>

#include "audit/log_times.hpp"
#include "audit/walk.hpp"

namespace medchain::audit {
namespace {

/// What names the record, what permits or forbids it without naming it, and what belongs to these.
std::vector<Reached> without_noise(std::vector<Reached> events) {
  const auto parents = parents_of(events);
  std::vector<char> kept(events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    kept[i] = events[i].reach == Reach::named || events[i].event.kind == entry::Grant::type ||
              (parents[i] && kept[*parents[i]]);
  for (std::size_t i = events.size(); i-- > 0;)
    if (kept[i] && parents[i]) kept[*parents[i]] = 1;
  std::vector<Reached> left;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (kept[i]) left.push_back(std::move(events[i]));
  return left;
}

}  // namespace

Status for_each_reached(const ledger::Snapshot& view, Watch& watch,
                        const std::function<Status()>& go_on,
                        const std::function<Status(Reached)>& visit) {
  MC_ASSIGN(auto candidates, watch.candidates(view));
  LogTimes times;
  // Those that are found on the way lie ahead.
  std::uint64_t looked = 0;
  for (auto at = candidates.begin(); at != candidates.end(); ++at) {
    const EntryIndex index = *at;
    if (looked++ % entries_between == 0) MC_TRY(go_on());
    MC_ASSIGN(const std::string bytes, view.entry_bytes(index));
    MC_ASSIGN(const Reach reach, watch.look(view, index, bytes));
    if (reach == Reach::none) continue;
    MC_TRY(watch.add_candidates(view, index, candidates));
    MC_ASSIGN(const UnixSeconds logged, times.at(view, index));
    MC_ASSIGN(entry::Entry entry, view.entry_of(index, bytes));
    MC_ASSIGN(Event event, event_of(view, index, entry, logged));
    MC_TRY(visit({std::move(event), reach, std::move(entry.statement.body)}));
  }
  return {};
}

Status for_each_event(const ledger::Snapshot& view, std::initializer_list<std::string_view> kinds,
                      const std::function<Status()>& go_on,
                      const std::function<Status(const Event&, const entry::Body&)>& visit) {
  return for_each_entry(view, go_on, [&](const Passed& passed) -> Status {
    if (std::find(kinds.begin(), kinds.end(), kind_of(passed.bytes)) == kinds.end()) return {};
    MC_ASSIGN(const entry::Entry entry, view.entry_of(passed.index, passed.bytes));
    MC_ASSIGN(const Event event, event_of(view, passed.index, entry, passed.logged));
    return visit(event, entry.statement.body);
  });
}

Result<Life> life_of(const ledger::Snapshot& view, const RecordTag& tag,
                     const std::function<Status()>& go_on) {
  Life life;
  life.tag = tag;
  MC_ASSIGN(const auto places, view.find_record(tag));
  if (places.empty()) return fail(Code::record_unknown, "no record with this tag is on the ledger");
  LogTimes times;
  for (const ledger::RowPlace& place : places)
    MC_TRY(view.placed_rows(place.entry, entry::RowRanges::of({place.row}),
                            [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
                              life.subject = placed.row.subject;
                              life.custodian = placed.custodian;
                              life.type = placed.type;
                              MC_ASSIGN(const UnixSeconds logged, times.at(view, place.entry));
                              life.versions.push_back({place, logged, placed.row.commitment});
                              return {};
                            }));
  MC_ASSIGN(life.erased, rules::erased_at(view, life.custodian, tag, life.subject));
  MC_ASSIGN(auto watch, Watch::on_record(view, tag));
  std::vector<Reached> events;
  MC_TRY(for_each_reached(view, watch, go_on, [&](Reached reached) -> Status {
    events.push_back(std::move(reached));
    return {};
  }));
  life.events = without_noise(std::move(events));
  return life;
}

std::vector<std::optional<std::size_t>> parents_of(const std::vector<Reached>& events) {
  std::map<EntryHash, std::size_t> places;
  std::vector<std::optional<std::size_t>> parents;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i].event;
    const auto found = event.about ? places.find(*event.about) : places.end();
    parents.push_back(found == places.end() ? std::nullopt : std::optional(found->second));
    places.emplace(event.hash, i);
  }
  return parents;
}

}  // namespace medchain::audit
