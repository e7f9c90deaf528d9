#include "verify/steps.hpp"

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "rules/prescription_state.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::verify {
namespace {

/// What makes a body a step: of what, and what it follows.
struct Place {
  const EntryHash* of = nullptr;  ///< null: it begins, or has no steps
  const std::vector<EntryHash>* follows = nullptr;
  bool begins = false;
};

template <class Body>
void place(const Body& body, const std::optional<EntryHash>& of, Place& found) {
  found.of = of ? &*of : nullptr;
  found.begins = !of;
  found.follows = body.follows ? &*body.follows : nullptr;
}

Place place_of(const entry::Body& body) {
  Place found;
  if (const auto* referral = std::get_if<entry::Referral>(&body))
    place(*referral, referral->referral, found);
  else if (const auto* prescription = std::get_if<entry::Prescription>(&body))
    place(*prescription, prescription->prescription, found);
  return found;
}

EntryHash hash_of(const Step& step) { return EntryHash(entry::entry_hash(step.entry.bytes)); }

Error wrong(std::string message) { return fail(Code::proof_invalid, std::move(message)); }
std::string name_of(const Step& step) { return "entry " + std::to_string(step.index.get()); }

/// `step` follows only what is among those before it, and one of them.
Status check_follows(const Step& step, const std::vector<EntryHash>& follows,
                     const std::map<EntryHash, EntryIndex>& before) {
  if (follows.empty()) return wrong(name_of(step) + " follows nothing");
  for (const EntryHash& each : follows)
    if (before.find(each) == before.end())
      return wrong("a step is left out or out of order: " + name_of(step) + " follows " +
                   to_text(each) + ", which is not before it");
  return {};
}

/// Nothing if it has begun neither.
Result<std::optional<EntryIndex>> beginning_of(const ledger::Snapshot& view, const EntryHash& of) {
  MC_ASSIGN(const auto referral, rules::referral(view, of));
  if (referral) return std::optional(referral->index);
  MC_ASSIGN(const auto prescription, rules::prescription(view, of));
  return prescription ? std::optional(prescription->index) : std::nullopt;
}

}  // namespace

Result<std::vector<Step>> steps_of(const ledger::Snapshot& view, const EntryHash& of) {
  const auto add = [&view](std::vector<Step>& steps, EntryIndex index) -> Status {
    MC_ASSIGN(entry::Entry entry, view.entry(index));
    steps.push_back({index, std::move(entry)});
    return {};
  };
  MC_ASSIGN(const auto begun, beginning_of(view, of));
  if (!begun)
    return fail(Code::entry_missing,
                to_text(of) + " has begun no referral and no prescription on this ledger");
  std::vector<Step> steps;
  MC_TRY(add(steps, *begun));
  MC_ASSIGN(const auto others, rules::steps_of(view, of));
  for (const auto& [index, hash] : others) MC_TRY(add(steps, index));
  return steps;
}

Result<std::vector<EntryHash>> last_steps(const ledger::Snapshot& view, const EntryHash& of) {
  MC_ASSIGN(const auto others, rules::steps_of(view, of));
  std::vector<EntryHash> last{of};
  for (const auto& [index, hash] : others) {
    MC_ASSIGN(const entry::Entry entry, view.entry(index));
    const Place found = place_of(entry.statement.body);
    if (found.follows == nullptr)
      last.clear();
    else
      std::erase_if(last, [&](const EntryHash& each) {
        return std::binary_search(found.follows->begin(), found.follows->end(), each);
      });
    last.push_back(hash);
  }
  if (last.size() > entry::max_follows)
    last.erase(last.begin(), last.end() - static_cast<std::ptrdiff_t>(entry::max_follows));
  std::sort(last.begin(), last.end());
  return last;
}

Status set_follows(const ledger::Snapshot& view, entry::Body& body) {
  const EntryHash* of = place_of(body).of;
  if (of == nullptr) return {};
  MC_ASSIGN(const auto last, last_steps(view, *of));
  if (auto* referral = std::get_if<entry::Referral>(&body)) referral->follows = last;
  if (auto* prescription = std::get_if<entry::Prescription>(&body)) prescription->follows = last;
  return {};
}

Status check_steps(std::span<const Step> steps) {
  if (steps.empty()) return wrong("there are no steps");
  const Step& first = steps.front();
  if (!place_of(first.entry.statement.body).begins)
    return wrong(name_of(first) + " begins neither a referral nor a prescription");
  const EntryHash begun = hash_of(first);
  std::map<EntryHash, EntryIndex> before{{begun, first.index}};
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (step.index <= steps[i - 1].index)
      return wrong("out of order: " + name_of(step) + " comes after " + name_of(steps[i - 1]));
    const Place found = place_of(step.entry.statement.body);
    if (step.entry.statement.body.index() != first.entry.statement.body.index() ||
        found.of == nullptr || *found.of != begun)
      return wrong(name_of(step) + " is no step of " + name_of(first));
    if (found.follows == nullptr)
      return wrong(name_of(step) +
                   " does not say what it follows, so that nobody can tell whether "
                   "a step before it was left out");
    MC_TRY(check_follows(step, *found.follows, before));
    before.emplace(hash_of(step), step.index);
  }
  return {};
}

}  // namespace medchain::verify
