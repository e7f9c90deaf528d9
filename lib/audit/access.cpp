#include "audit/access.hpp"

#include "entry/codec.hpp"

namespace medchain::audit {
namespace {

/// What a use is about is what its release was about.
struct Released {
  Watch::Counts resources;
  Ground ground;
};

class Reader {
 public:
  Reader(const ledger::Snapshot& view, const Watch& watch) : view_(view), watch_(watch) {}

  Result<Access> read(Reached reached) {
    Access access;
    const entry::Body& body = reached.body;
    if (std::holds_alternative<entry::Anchor>(body)) {
      access.resources = watch_.count(reached.event.index);
    } else if (const auto* release = std::get_if<entry::Release>(&body)) {
      access.resources = watch_.count(release->records);
      MC_ASSIGN(access.ground, ground_of(view_, *release));
      released_.emplace(reached.event.hash, Released{access.resources, *access.ground});
    } else if (const auto* use = std::get_if<entry::Use>(&body)) {
      const auto found = released_.find(use->release);
      if (found != released_.end()) {
        access.resources = found->second.resources;
        access.ground = found->second.ground;
      }
    } else {
      access.resources = watch_.count(reached.event.places);
      if (const auto* grant = std::get_if<entry::Grant>(&body))
        access.ground = Ground{GroundKind::grant, reached.event.index, reached.event.author,
                               grant->basis,      std::nullopt,        0};
      const auto* referral = std::get_if<entry::Referral>(&body);
      if (referral != nullptr && referral->share)
        access.ground = Ground{GroundKind::referral,   reached.event.index, reached.event.author,
                               referral->share->basis, std::nullopt,        0};
    }
    access.reached = std::move(reached);
    return access;
  }

 private:
  const ledger::Snapshot& view_;
  const Watch& watch_;
  std::map<EntryHash, Released> released_;
};

Error missing() {
  return fail(Code::store_damaged, "a release rests on what is not on the ledger");
}

}  // namespace

Result<Ground> ground_of(const rules::View& view, const entry::Release& release) {
  if (release.emergency) {
    MC_ASSIGN(const auto state, rules::emergency(view, *release.emergency));
    if (!state) return missing();
    return Ground{GroundKind::emergency, state->index,       state->author,
                  std::nullopt,          state->body.reason, 0};
  }
  if (!release.grant) return missing();
  MC_ASSIGN(const auto state, rules::grant(view, *release.grant));
  if (!state) return missing();
  const auto kind = state->referral ? GroundKind::referral : GroundKind::grant;
  return Ground{kind, state->index, state->author, state->body.basis, std::nullopt, state->depth};
}

Status for_each_access(const ledger::Snapshot& view, Watch& watch,
                       const std::function<Status()>& go_on,
                       const std::function<Status(const Access&)>& visit) {
  Reader reader(view, watch);
  return for_each_reached(view, watch, go_on, [&](Reached reached) -> Status {
    MC_ASSIGN(const Access access, reader.read(std::move(reached)));
    return visit(access);
  });
}

}  // namespace medchain::audit
