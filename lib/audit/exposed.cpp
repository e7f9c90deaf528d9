#include "audit/exposed.hpp"

#include <algorithm>

#include "audit/log_times.hpp"

namespace medchain::audit {
namespace {

constexpr std::uint64_t entries_between = 1'024;  ///< two questions whether to go on

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
  LogTimes times;
  MC_ASSIGN(const TreeSize size, view.size());
  for (std::uint64_t i = 0; i < size.get(); ++i) {
    const EntryIndex index(i);
    if (i % entries_between == 0) MC_TRY(go_on());
    MC_ASSIGN(const std::string bytes, view.entry_bytes(index));
    MC_TRY(times.pass(view, index, bytes));
    MC_ASSIGN(const UnixSeconds logged, times.at(view, index));
    if (!contains(logged)) continue;
    MC_ASSIGN(const entry::Entry entry, view.entry(index));
    MC_ASSIGN(const Event event, event_of(view, index, entry, logged));
    if (event.outcome == Outcome::denied) continue;
    const auto how = reaches(suspect, event, entry);
    if (!how) continue;
    MC_ASSIGN(auto concerned, concerned_by(view, event, entry.statement.body, {}));
    gathering.add(event, *how, std::move(concerned));
  }
  return gathering.take();
}

}  // namespace medchain::audit
