#include "audit/accounting.hpp"

#include <algorithm>

#include "base/parse.hpp"

namespace medchain::audit {
namespace {

using entry::Disclosure;

/// A suspension that holds now, over some of the subject's records of one custodian.
struct Suspension {
  EntryIndex index;
  MemberName custodian;
  bool all = false;
  std::vector<entry::RecordSet> records;
};

/// (a)(2) is about what went to health oversight agencies and law enforcement officials.
bool may_be_suspended(Disclosure disclosure) {
  return disclosure == Disclosure::oversight || disclosure == Disclosure::law;
}

bool meet(const std::vector<entry::RecordSet>& one, const std::vector<entry::RecordSet>& other) {
  for (const entry::RecordSet& a : one)
    for (const entry::RecordSet& b : other)
      if (a.entry == b.entry)
        for (const entry::RowRanges::Range& range : a.rows.ranges())
          for (std::uint32_t row = range.first; row <= range.last; ++row)
            if (b.rows.contains(row)) return true;
  return false;
}

class Accountant {
 public:
  Accountant(const ledger::Snapshot& view, const AccountingTerms& terms, const Watch& watch)
      : view_(view), terms_(terms), watch_(watch) {}

  Status take(const Access& access) {
    const entry::Body& body = access.reached.body;
    if (const auto* of = std::get_if<entry::Case>(&body)) return take_case(access, *of);
    if (const auto* release = std::get_if<entry::Release>(&body)) {
      releases_.push_back({access, *release});
      return {};
    }
    const auto* use = std::get_if<entry::Use>(&body);
    if (use != nullptr && use->outcome == entry::UseOutcome::opened) ++uses_[use->release];
    return {};
  }

  /// A suspension may come after what it suspends, so that rows are made at the end.
  Accounting finish() {
    for (const Given& given : releases_) add(given);
    for (auto& [key, row] : rows_) accounting_.rows.push_back(std::move(row));
    std::sort(accounting_.rows.begin(), accounting_.rows.end(),
              [](const Disclosed& a, const Disclosed& b) { return a.first.index < b.first.index; });
    for (const Suspension& suspension : suspensions_)
      accounting_.suspensions.push_back(suspension.index);
    return std::move(accounting_);
  }

 private:
  struct Given {
    Access access;
    entry::Release release;
  };
  using Key =
      std::tuple<MemberName, MemberName, entry::Word, Disclosure, std::optional<EntryIndex>>;

  Status take_case(const Access& access, const entry::Case& body) {
    if (body.of != entry::CaseOf::suspension || body.closes) return {};
    MC_ASSIGN(const auto state, rules::case_of(view_, access.reached.event.hash));
    MC_ASSIGN(const UnixSeconds now, rules::log_time(view_));
    if (!state || state->closed || !body.until || now >= *body.until) return {};
    const bool all = std::any_of(body.subjects.begin(), body.subjects.end(),
                                 [&](const auto& tag) { return watch_.subjects().contains(tag); });
    suspensions_.push_back({access.reached.event.index, body.custodian, all, body.records});
    return {};
  }

  bool is_wanted(const Given& given) const {
    const UnixSeconds logged = given.access.reached.event.logged;
    if (logged < terms_.since || logged >= terms_.until) return false;
    if (logged < terms_.compliance && !terms_.before_compliance) return false;
    const Disclosure disclosure = given.release.disclosure;
    return !is_excluded_class(disclosure) || terms_.included.contains(disclosure);
  }

  std::optional<EntryIndex> suspension_of(const Given& given) const {
    if (!may_be_suspended(given.release.disclosure)) return std::nullopt;
    for (const Suspension& suspension : suspensions_)
      if (suspension.custodian == given.access.reached.event.author &&
          (suspension.all || meet(given.release.records, suspension.records)))
        return suspension.index;
    return std::nullopt;
  }

  void add(const Given& given) {
    if (!is_wanted(given)) return;
    const Event& event = given.access.reached.event;
    const auto suspension = suspension_of(given);
    if (suspension && !terms_.suspended) {
      ++accounting_.withheld;
      return;
    }
    const entry::Release& release = given.release;
    auto [at, is_new] = rows_.try_emplace(
        {event.author, release.to, release.purpose, release.disclosure, suspension});
    Disclosed& row = at->second;
    if (is_new) {
      row.from = event.author;
      row.to = release.to;
      row.purpose = release.purpose;
      row.disclosure = release.disclosure;
      row.suspension = suspension;
      row.first = event;
      row.ground = *given.access.ground;
    }
    row.last = event.logged;
    ++row.times;
    ++accounting_.disclosures;
    row.signed_persons += event.staff.has_value();
    row.entries.push_back(event.index);
    if (release.receiver) row.receivers.insert(*release.receiver);
    if (const auto uses = uses_.find(event.hash); uses != uses_.end()) row.uses += uses->second;
    add_records(release.records, row);
  }

  void add_records(const std::vector<entry::RecordSet>& sets, Disclosed& row) const {
    for (const entry::RecordSet& set : sets) {
      const auto rows = watch_.rows().find(set.entry);
      if (rows == watch_.rows().end()) continue;
      for (const auto& [number, type] : rows->second)
        if (set.rows.contains(number) && row.records.insert({set.entry, number}).second)
          ++row.resources[type];
    }
  }

  const ledger::Snapshot& view_;
  const AccountingTerms& terms_;
  const Watch& watch_;
  std::vector<Given> releases_;
  std::map<EntryHash, std::uint64_t> uses_;
  std::vector<Suspension> suspensions_;
  std::map<Key, Disclosed> rows_;
  Accounting accounting_;
};

}  // namespace

bool is_excluded_class(Disclosure disclosure) {
  switch (disclosure) {
    case Disclosure::treatment:      // (i)
    case Disclosure::payment:        // (i)
    case Disclosure::operations:     // (i)
    case Disclosure::individual:     // (ii)
    case Disclosure::incident:       // (iii)
    case Disclosure::authorization:  // (iv)
    case Disclosure::directory:      // (v)
    case Disclosure::security:       // (vi)
    case Disclosure::custody:        // (vii)
    case Disclosure::limited:        // (viii)
      return true;
    case Disclosure::public_health:
    case Disclosure::research:
    case Disclosure::law:
    case Disclosure::oversight:
    case Disclosure::other:
      return false;
  }
  MC_ASSERT(false);
  return false;
}

UnixSeconds years_before(UnixSeconds time, std::int64_t years) {
  const std::string text = format_time(time);
  std::string year =
      std::to_string(std::max<std::int64_t>(1, std::stoll(text.substr(0, 4)) - years));
  year.insert(0, 4 - year.size(), '0');
  const auto same_day = parse_time_strict(year + text.substr(4));
  if (same_day) return *same_day;
  const auto day_before = parse_time_strict(year + "-02-28" + text.substr(10));
  MC_ASSERT(day_before.ok());
  return *day_before;
}

Result<Accounting> account(const ledger::Snapshot& view, const std::vector<KnownTag>& tags,
                           const AccountingTerms& terms, const std::function<Status()>& go_on) {
  MC_ASSIGN(auto watch, Watch::on_subject(view, tags));
  Accountant accountant(view, terms, watch);
  MC_TRY(for_each_access(view, watch, go_on,
                         [&](const Access& access) { return accountant.take(access); }));
  return accountant.finish();
}

}  // namespace medchain::audit
