#include "audit/flows.hpp"

#include <algorithm>

#include "base/parse.hpp"

namespace medchain::audit {
namespace {

/// `YYYY-MM`
std::string month_of(UnixSeconds time) { return format_time(time).substr(0, 7); }

Result<std::optional<Ground>> ground_of_state(const rules::View& view,
                                              const rules::ReleaseState& state) {
  entry::Release release;
  release.grant = state.grant;
  release.emergency = state.emergency;
  MC_ASSIGN(auto ground, ground_of(view, release));
  return std::optional(std::move(ground));
}

/// What a refusal was about, as far as that is a ground or a release.
Result<std::optional<Ground>> ground_of_object(const rules::View& view, const EntryHash& object) {
  MC_ASSIGN(const auto released, rules::release(view, object));
  if (released) return ground_of_state(view, *released);
  entry::Release release;
  MC_ASSIGN(const auto granted, rules::grant(view, object));
  MC_ASSIGN(const auto emergency, rules::emergency(view, object));
  if (granted) release.grant = object;
  if (emergency) release.emergency = object;
  if (!granted && !emergency) return std::optional<Ground>();
  MC_ASSIGN(auto ground, ground_of(view, release));
  return std::optional(std::move(ground));
}

Result<Step> step_of(const rules::View& view, const Event& event, const entry::Body& body) {
  Step step{event, body, event.author, event.author, std::nullopt};
  if (const auto* release = std::get_if<entry::Release>(&body)) {
    step.to = release->to;
    MC_ASSIGN(step.ground, ground_of(view, *release));
  } else if (const auto* use = std::get_if<entry::Use>(&body)) {
    MC_ASSIGN(const auto state, rules::release(view, use->release));
    if (!state) return fail(Code::store_damaged, "a use is of no release on the ledger");
    step.from = state->author;
    MC_ASSIGN(step.ground, ground_of_state(view, *state));
  } else if (const auto* denied = std::get_if<entry::Denied>(&body)) {
    step.to = denied->actor;
    if (denied->object) {
      MC_ASSIGN(step.ground, ground_of_object(view, *denied->object));
    }
  }
  return step;
}

Result<std::vector<Link>> chain_of(const ledger::Snapshot& view, EntryIndex index) {
  std::vector<Link> chain;
  MC_ASSIGN(EntryHash hash, view.leaf(index));
  for (;;) {
    MC_ASSIGN(const auto state, rules::grant(view, hash));
    if (!state) return fail(Code::store_damaged, "a grant rests on none on the ledger");
    chain.push_back({state->index, state->author});
    if (!state->body.parent) break;
    hash = *state->body.parent;
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

Status take_records(const ledger::Snapshot& view, const entry::Release& release, Usage& usage) {
  for (const entry::RecordSet& set : release.records)
    MC_TRY(view.placed_rows(
        set.entry, set.rows, [&](std::uint32_t row, const rules::PlacedRow& placed) -> Status {
          const auto [at, is_new] = usage.records[set.entry].emplace(row, placed.type.get());
          if (is_new) ++usage.resources[at->second];
          return {};
        }));
  return {};
}

}  // namespace

void count(Tally& tally, const Step& step) {
  const bool is_first = tally.releases + tally.uses + tally.failed + tally.denied == 0;
  if (is_first) tally.first = step.event.logged;
  tally.last = step.event.logged;
  switch (step.event.outcome) {
    case Outcome::failed:
      ++tally.failed;
      return;
    case Outcome::denied:
      ++tally.denied;
      return;
    case Outcome::done:
      break;
  }
  if (step.event.strength == Strength::enforced) {
    ++tally.releases;
    tally.records += step.event.count;
  } else {
    ++tally.uses;
    tally.opened += step.event.count;
  }
}

Status for_each_step(const ledger::Snapshot& view, const std::function<Status()>& go_on,
                     const std::function<Status(const Step&)>& visit) {
  return for_each_event(view, {entry::Release::type, entry::Use::type, entry::Denied::type}, go_on,
                        [&](const Event& event, const entry::Body& body) -> Status {
                          MC_ASSIGN(const Step step, step_of(view, event, body));
                          return visit(step);
                        });
}

Result<std::vector<Usage>> usages(const ledger::Snapshot& view,
                                  const std::function<Status()>& go_on,
                                  const std::function<bool(const Step&)>& wanted) {
  std::map<std::pair<MemberName, EntryIndex>, Usage> all;
  MC_TRY(for_each_step(view, go_on, [&](const Step& step) -> Status {
    if (!step.ground || !wanted(step)) return {};
    auto [at, is_new] = all.try_emplace({step.to, step.ground->index});
    Usage& usage = at->second;
    if (is_new) {
      usage.to = step.to;
      usage.ground = *step.ground;
      if (usage.ground.kind != GroundKind::emergency) {
        MC_ASSIGN(usage.chain, chain_of(view, usage.ground.index));
      }
    }
    count(usage.tally, step);
    for (const entry::Word& purpose : step.event.purposes)
      if (std::find(usage.purposes.begin(), usage.purposes.end(), purpose) == usage.purposes.end())
        usage.purposes.push_back(purpose);
    const auto* release = std::get_if<entry::Release>(&step.body);
    return release == nullptr ? Status() : take_records(view, *release, usage);
  }));
  std::vector<Usage> usages;
  for (auto& [key, usage] : all) usages.push_back(std::move(usage));
  return usages;
}

Result<std::map<Flow, Tally>> flows(const ledger::Snapshot& view,
                                    const std::function<Status()>& go_on,
                                    const std::function<bool(const Step&)>& wanted) {
  std::map<Flow, Tally> flows;
  MC_TRY(for_each_step(view, go_on, [&](const Step& step) -> Status {
    if (!wanted(step)) return {};
    const auto& purposes = step.event.purposes;
    const std::string purpose = purposes.empty() ? "" : purposes.front().get();
    count(flows[{month_of(step.event.logged), step.from, step.to, purpose}], step);
    return {};
  }));
  return flows;
}

}  // namespace medchain::audit
