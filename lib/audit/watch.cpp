#include "audit/watch.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "audit/event.hpp"
#include "base/encoding.hpp"
#include "rules/about.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::audit {

/// Looks at one entry; learns acts and patients that later ones refer to.
class Looking {
 public:
  Looking(const rules::View& view, Watch& watch, const EntryHash& own)
      : view_(view), watch_(watch), own_(own) {}

  Result<Reach> operator()(const entry::Genesis&) { return Reach::none; }
  Result<Reach> operator()(const entry::PolicyChange&) { return Reach::none; }
  Result<Reach> operator()(const entry::Member&) { return Reach::none; }
  Result<Reach> operator()(const entry::Tick&) { return Reach::none; }
  Result<Reach> operator()(const entry::Group&) { return Reach::none; }
  /// Anchors are found by their index, before anything is parsed.
  Result<Reach> operator()(const entry::Anchor&) { return Reach::none; }
  Result<Reach> operator()(const entry::Erase& body) {
    return named(any(body.records, watch_.records_) || any(body.subjects, watch_.subjects_));
  }
  Result<Reach> operator()(const entry::Request& body) { return scope(body.scope, body.custodian); }
  Result<Reach> operator()(const entry::Grant& body) { return scope(body.scope, body.custodian); }
  Result<Reach> operator()(const entry::Answer& body) { return act(body.request); }
  Result<Reach> operator()(const entry::Revoke& body) { return act(body.grant); }
  Result<Reach> operator()(const entry::Release& body) {
    if (!watch_.covers(body.records)) return Reach::none;
    // Its reviews are about what it got.
    if (body.emergency) watch_.learn(*body.emergency, Reach::named);
    return Reach::named;
  }
  Result<Reach> operator()(const entry::Use& body) { return act(body.release); }
  Result<Reach> operator()(const entry::Denied& body) {
    if (body.refused) {
      const auto refused = entry::parse_entry(*body.refused);
      if (!refused) return fail(Code::store_damaged, "a refused statement is damaged");
      // Refusals are not nested.
      if (!std::holds_alternative<entry::Denied>(refused->statement.body)) {
        MC_ASSIGN(const Reach reach, std::visit(*this, refused->statement.body));
        if (reach == Reach::named) return reach;
      }
    }
    if (!body.object) return Reach::none;
    return named(act(*body.object) == Reach::named);
  }
  Result<Reach> operator()(const entry::Emergency& body) {
    if (watch_.subjects_.contains(body.subject)) return whole_subject();
    // Named by a tag of who asks; what was released tells whom the custodian understood.
    MC_ASSIGN(const auto state, rules::emergency(view_, own_));
    const bool is_ours = state && state->subject && watch_.subjects_.contains(*state->subject);
    return is_ours ? whole_subject() : Reach::none;
  }
  Result<Reach> operator()(const entry::Review& body) { return act(body.emergency); }
  Result<Reach> operator()(const entry::Notice& body) { return act(body.about); }
  Result<Reach> operator()(const entry::Attest& body) {
    return body.about ? act(*body.about) : Reach::none;
  }
  Result<Reach> operator()(const entry::Case& body) {
    if (body.closes) return act(*body.closes);
    return named(any(body.subjects, watch_.subjects_) || watch_.covers(body.records));
  }
  Result<Reach> operator()(const entry::Link& body) {
    const bool is_of_subject =
        (body.subject && watch_.subjects_.contains(*body.subject)) ||
        (body.other_subject && watch_.subjects_.contains(*body.other_subject));
    if (is_of_subject && body.act == entry::LinkAct::own && body.other)
      if (watch_.patients_.insert(*body.other).second) watch_.new_patients_.push_back(*body.other);
    const bool is_of_patient = body.patient && watch_.patients_.contains(*body.patient);
    return named(is_of_subject || is_of_patient || is_row(body.from) || is_row(body.target));
  }
  Result<Reach> operator()(const entry::Referral& body) {
    if (body.referral && act(*body.referral) != Reach::none) return Reach::named;
    if (body.share && watch_.covers(body.share->records)) return Reach::named;
    if (body.order)
      for (const EntryHash& passed : body.order->passed)
        if (act(passed) == Reach::named) return Reach::named;
    return named(!watch_.record_ && body.order && watch_.subjects_.contains(body.order->subject));
  }
  Result<Reach> operator()(const entry::Prescription& body) {
    if (body.prescription) return act(*body.prescription);
    return named(!watch_.record_ && body.subject && watch_.subjects_.contains(*body.subject));
  }

 private:
  /// What is about a subject may be about the one record that is watched.
  Reach whole_subject() const { return watch_.record_ ? Reach::general : Reach::named; }
  static Reach named(bool is) { return is ? Reach::named : Reach::none; }
  template <class T>
  static bool any(const std::vector<T>& named, const std::set<T>& wanted) {
    return std::any_of(named.begin(), named.end(),
                       [&](const T& one) { return wanted.contains(one); });
  }
  Reach act(const EntryHash& hash) const {
    const auto found = watch_.acts_.find(hash);
    return found == watch_.acts_.end() ? Reach::none : found->second;
  }
  bool is_row(const std::optional<entry::Place>& place) const {
    if (!place) return false;
    const auto rows = watch_.rows_.find(place->entry);
    return rows != watch_.rows_.end() &&
           rows->second.contains(static_cast<std::uint32_t>(place->row));
  }
  Result<Reach> scope(const entry::Scope& scope, const MemberName& custodian) {
    const auto is_ours = [&](const entry::Word& type) {
      return watch_.types_.contains(type.get());
    };
    if (!scope.types.empty() && !watch_.types_.empty() &&
        std::none_of(scope.types.begin(), scope.types.end(), is_ours))
      return Reach::none;
    if (!scope.subjects.empty() && !any(scope.subjects, watch_.subjects_)) return Reach::none;
    if (!scope.records.empty()) return named(watch_.covers(scope.records));
    if (!scope.subjects.empty()) return Reach::named;
    return watch_.holders_.contains(custodian) ? Reach::general : Reach::none;
  }

  const rules::View& view_;
  Watch& watch_;
  EntryHash own_;
};

Result<Watch> Watch::on_subject(const ledger::Snapshot& view, const std::vector<KnownTag>& tags) {
  Watch watch;
  for (const KnownTag& known : tags) {
    watch.subjects_.insert(known.tag);
    if (known.member) watch.holders_.insert(*known.member);
  }
  MC_TRY(watch.refresh(view));
  return watch;
}

Result<Watch> Watch::on_record(const ledger::Snapshot& view, const RecordTag& tag) {
  Watch watch;
  watch.record_ = tag;
  watch.records_.insert(tag);
  MC_TRY(watch.refresh(view));
  return watch;
}

Status Watch::refresh(const ledger::Snapshot& view) {
  if (record_) {
    MC_ASSIGN(const auto places, view.find_record(*record_));
    return add_rows(view, places);
  }
  // A copy: rows add no subjects here.
  const std::set<SubjectTag> subjects = subjects_;
  for (const SubjectTag& subject : subjects) {
    MC_ASSIGN(const auto places, view.find_subject(subject));
    MC_TRY(add_rows(view, places));
  }
  return {};
}

Status Watch::add_rows(const ledger::Snapshot& view, const std::vector<ledger::RowPlace>& places) {
  for (auto at = places.begin(); at != places.end();) {
    const EntryIndex index = at->entry;
    std::vector<std::uint32_t> rows;
    for (; at != places.end() && at->entry == index; ++at) rows.push_back(at->row);
    Rows& known = rows_[index];
    if (known.size() == rows.size()) continue;
    MC_TRY(view.placed_rows(index, entry::RowRanges::of(std::move(rows)),
                            [&](std::uint32_t row, const rules::PlacedRow& placed) -> Status {
                              known[row] = placed.type.get();
                              records_.insert(placed.row.record);
                              subjects_.insert(placed.row.subject);
                              types_.insert(placed.type.get());
                              holders_.insert(placed.custodian);
                              return {};
                            }));
  }
  return {};
}

Result<Reach> Watch::look(const rules::View& view, EntryIndex index, std::string_view bytes) {
  const std::string_view kind = kind_of(bytes);
  if (kind == entry::Anchor::type) return rows_.contains(index) ? Reach::named : Reach::none;
  if (!may_concern(kind, bytes)) return Reach::none;
  const auto parsed = entry::parse_entry(bytes);
  if (!parsed)
    return fail(Code::store_damaged,
                "entry " + std::to_string(index.get()) + ": " + parsed.error().message);
  const EntryHash own = entry::entry_hash(bytes);
  MC_ASSIGN(const Reach reach, std::visit(Looking(view, *this, own), parsed->statement.body));
  if (reach != Reach::none && !acts_.contains(own)) learn(own, reach);
  return reach;
}

void Watch::learn(const EntryHash& act, Reach reach) {
  acts_[act] = reach;
  new_acts_.push_back(act);
}

/// An emergency is named by a tag of who asked; what was released in it tells whom it was about.
Status Watch::add_emergencies(const ledger::Snapshot& view,
                              std::set<EntryIndex>& candidates) const {
  std::set<EntryIndex> emergencies;
  for (const EntryIndex index : candidates) {
    MC_ASSIGN(const std::string bytes, view.entry_bytes(index));
    if (kind_of(bytes) != entry::Release::type) continue;
    if (bytes.find("\"emergency\":") == std::string::npos) continue;
    MC_ASSIGN(const entry::Entry entry, view.entry(index));
    const auto& release = std::get<entry::Release>(entry.statement.body);
    if (!release.emergency || !covers(release.records)) continue;
    MC_ASSIGN(const auto emergency, rules::emergency(view, *release.emergency));
    if (emergency) emergencies.insert(emergency->index);
  }
  candidates.merge(emergencies);
  return {};
}

Result<std::set<EntryIndex>> Watch::candidates(const ledger::Snapshot& view) const {
  std::set<EntryIndex> found;
  const auto add = [&](const std::string& key) {
    return rules::add_entries_about(view, key, EntryIndex(0), found);
  };
  for (const auto& [anchor, rows] : rows_) {
    MC_TRY(add(rules::key_about_anchor(anchor)));
    for (const auto& [row, type] : rows) MC_TRY(add(rules::key_about_row(anchor, row)));
  }
  MC_TRY(add_emergencies(view, found));
  for (const auto& [anchor, rows] : rows_) found.insert(anchor);
  for (const SubjectTag& tag : subjects_) MC_TRY(add(rules::key_about(tag)));
  for (const RecordTag& tag : records_) MC_TRY(add(rules::key_about(tag)));
  for (const MemberName& name : holders_) MC_TRY(add(rules::key_about_custodian(name)));
  return found;
}

Status Watch::add_candidates(const ledger::Snapshot& view, EntryIndex index,
                             std::set<EntryIndex>& candidates) {
  const EntryIndex behind(index.get() + 1);
  for (const EntryHash& act : std::exchange(new_acts_, {})) {
    MC_TRY(rules::add_entries_about(view, rules::key_about(act), behind, candidates));
    MC_ASSIGN(const auto steps, rules::steps_of(view, act));
    for (const auto& [step, hash] : steps)
      if (step >= behind) candidates.insert(step);
  }
  for (const MemberName& patient : std::exchange(new_patients_, {}))
    MC_TRY(rules::add_entries_about(view, rules::key_about_patient(patient), behind, candidates));
  return {};
}

namespace {

/// `text` goes on behind `{"entry":`.  True also where it is no set of rows.
bool may_cover(std::string_view text, const Watch::Rows& watched) {
  constexpr std::string_view rows = ",\"rows\":\"";
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos || !text.substr(comma).starts_with(rows)) return true;
  text.remove_prefix(comma + rows.size());
  const auto ranges = entry::RowRanges::parse(text.substr(0, text.find('"')));
  return !ranges || std::any_of(watched.begin(), watched.end(),
                                [&](const auto& row) { return ranges->contains(row.first); });
}

}  // namespace

bool Watch::may_concern(std::string_view kind, std::string_view bytes) const {
  if (kind == entry::Tick::type || kind == entry::Member::type || kind == entry::Group::type ||
      kind == entry::PolicyChange::type || kind == entry::Genesis::type)
    return false;
  // Of those some may name nothing that is known, or it is quoted once more.
  if (kind == entry::Link::type || kind == entry::Emergency::type) return true;
  if (kind == entry::Denied::type && bytes.find("\"refused\":") != std::string_view::npos)
    return true;
  if (bytes.find("\"subjects\":[],\"records\":[]") != std::string_view::npos) return true;
  constexpr std::string_view hash = "sha256:", place = "{\"entry\":";
  for (std::size_t at = 0; (at = bytes.find(hash, at)) != std::string_view::npos;) {
    at += hash.size();
    ByteArray<32> value;
    if (!parse_hex(bytes.substr(at, 64), value)) continue;
    if (subjects_.contains(SubjectTag(value)) || records_.contains(RecordTag(value)) ||
        acts_.contains(EntryHash(value)))
      return true;
  }
  for (std::size_t at = 0; (at = bytes.find(place, at)) != std::string_view::npos;) {
    at += place.size();
    std::uint64_t index = 0;
    std::from_chars(bytes.data() + at, bytes.data() + bytes.size(), index);
    const auto rows = rows_.find(EntryIndex(index));
    if (rows != rows_.end() && may_cover(bytes.substr(at), rows->second)) return true;
  }
  return false;
}

bool Watch::covers(const std::vector<entry::RecordSet>& sets) const { return !count(sets).empty(); }

Watch::Counts Watch::count(const std::vector<entry::RecordSet>& sets) const {
  Counts counts;
  for (const entry::RecordSet& set : sets) {
    const auto rows = rows_.find(set.entry);
    if (rows == rows_.end()) continue;
    for (const auto& [row, type] : rows->second)
      if (set.rows.contains(row)) ++counts[type];
  }
  return counts;
}

Watch::Counts Watch::count(EntryIndex anchor) const {
  Counts counts;
  const auto rows = rows_.find(anchor);
  if (rows == rows_.end()) return counts;
  for (const auto& [row, type] : rows->second) ++counts[type];
  return counts;
}

}  // namespace medchain::audit
