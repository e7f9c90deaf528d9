#include "audit/exposed.hpp"

#include <algorithm>

#include "audit/walk.hpp"

namespace medchain::audit {
namespace {

Reaching reaching_of(const Event& event, const entry::Body& body) {
  if (std::holds_alternative<entry::Anchor>(body)) return Reaching::anchored;
  if (std::holds_alternative<entry::Release>(body)) return Reaching::gave;
  if (std::holds_alternative<entry::Use>(body))
    return event.outcome == Outcome::done ? Reaching::opened : Reaching::received;
  return Reaching::named;
}

/// Nothing: the entry is not the suspect's, nor for it.
std::optional<Reaching> reaches(const Suspect& suspect, const Event& event,
                                const entry::Entry& entry) {
  const entry::Body& body = entry.statement.body;
  const auto* release = std::get_if<entry::Release>(&body);
  bool acts = false, receives = false;
  if (suspect.person) {
    acts = event.person == suspect.person;
    receives = release != nullptr && release->receiver == suspect.person;
  } else if (suspect.member) {
    acts = event.author == *suspect.member;
    receives = release != nullptr && release->to == *suspect.member;
  } else if (suspect.key) {
    acts = std::any_of(entry.signatures.begin(), entry.signatures.end(),
                       [&](const note::SignatureLine& line) {
                         return line.name == suspect.key->name && line.id == suspect.key->id;
                       });
  }
  if (acts) return reaching_of(event, body);
  if (receives) return Reaching::received;
  return std::nullopt;
}

class Gathering {
 public:
  void add(const Event& event, Reaching how, std::vector<Concerned> concerned) {
    ++all_.acts;
    all_.unnamed += concerned.empty();
    for (Concerned& one : concerned) {
      const auto [at, is_new] = places_.emplace(one.subject, all_.subjects.size());
      if (is_new) all_.subjects.push_back({one.subject, {}, {}, {}, event.logged, {}, {}});
      Exposure& exposure = all_.subjects[at->second];
      exposure.how.insert(how);
      if (one.custodian) exposure.custodian = one.custodian;
      exposure.last = event.logged;
      exposure.entries.push_back(event.index);
      if (how != Reaching::named) exposure.rows.merge(one.rows);
    }
  }
  Exposed take() { return std::move(all_); }

 private:
  Exposed all_;
  std::map<SubjectTag, std::size_t> places_;
};

}  // namespace

Result<Exposed> exposed_to(const ledger::Snapshot& view, const Suspect& suspect,
                           const std::function<bool(UnixSeconds)>& contains,
                           const std::function<Status()>& go_on) {
  Gathering gathering;
  MC_TRY(for_each_entry(view, go_on, [&](const Passed& passed) -> Status {
    if (!contains(passed.logged)) return {};
    MC_ASSIGN(const entry::Entry entry, view.entry_of(passed.index, passed.bytes));
    MC_ASSIGN(const Event event, event_of(view, passed.index, entry, passed.logged));
    if (event.outcome == Outcome::denied) return {};
    const auto how = reaches(suspect, event, entry);
    if (!how) return {};
    MC_ASSIGN(auto concerned, concerned_by(view, event, entry.statement.body, {}));
    gathering.add(event, *how, std::move(concerned));
    return {};
  }));
  return gathering.take();
}

}  // namespace medchain::audit
