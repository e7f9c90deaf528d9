#include "cli/refer_duplicates.hpp"

#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/record_period.hpp"
#include "cli/refer_item.hpp"
#include "exchange/held_records.hpp"
#include "rules/sharing_view.hpp"
#include "vault/received_tags.hpp"
#include "vault/subjects.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t day = 86'400;
/// Terms are to hold the words and a document, too.
constexpr std::size_t max_attached_bytes = std::size_t{256} << 10;

/// Codes are compared without their system: a vault keeps none.
std::string_view bare(std::string_view code) { return code.substr(code.rfind('|') + 1); }

std::optional<UnixSeconds> begin_of(std::string_view date) {
  const auto period = period_of(date);
  if (!period) return std::nullopt;
  return period->begin;
}

entry::AttachedRecord told_by(const vault::Version& version) {
  entry::AttachedRecord one;
  one.record = printable(version.type + "/" + version.id);
  if (!version.code.empty()) one.code = printable(version.code);
  if (!version.date.empty()) one.date = printable(version.date);
  return one;
}

std::size_t size_of(const entry::AttachedRecord& one) {
  constexpr std::size_t names = 40;
  return names + one.record.size() + one.code.value_or("").size() + one.date.value_or("").size();
}

/// What the records say of themselves, as far as this vault has them and there is room.
Result<std::vector<entry::AttachedRecord>> described(const vault::Vault& vault,
                                                     const std::vector<entry::RecordSet>& sets) {
  std::map<EntryIndex, vault::Batch> batches;
  MC_TRY(vault.for_each_batch([&](std::uint64_t, const vault::Batch& batch) -> Status {
    if (batch.state == vault::BatchState::anchored) batches.emplace(batch.entry, batch);
    return {};
  }));
  std::vector<entry::AttachedRecord> all;
  std::size_t bytes = 0;
  for (const entry::RecordSet& set : sets) {
    const auto batch = batches.find(set.entry);
    if (batch == batches.end()) continue;  // another's anchor
    for (const entry::RowRanges::Range& range : set.rows.ranges())
      for (std::uint32_t row = range.first; row <= range.last && row < batch->second.count; ++row) {
        MC_ASSIGN(const vault::Version version, vault.version(batch->second.first + row));
        entry::AttachedRecord one = told_by(version);
        bytes += size_of(one);
        if (bytes > max_attached_bytes) return all;
        all.push_back(std::move(one));
      }
  }
  return all;
}

/// Grants by which others have released to `member`, by who releases.
Result<std::map<MemberName, std::set<EntryHash>>> grants_to(const ledger::Snapshot& view,
                                                            const MemberName& member) {
  std::map<MemberName, std::set<EntryHash>> grants;
  MC_TRY(rules::for_each_state<rules::ReleaseState>(
      view, "release/", [&](const EntryHash&, const rules::ReleaseState& state) -> Status {
        if (state.to == member && state.author != member && state.grant)
          grants[state.author].insert(*state.grant);
        return {};
      }));
  return grants;
}

/// Records that came by these grants, as far as the scope allows, with what they say.  A package
/// that is gone, or is not for the seal key of now, tells nothing.
Status for_each_received(ActSession& act, const ledger::Snapshot& view,
                         const std::set<EntryHash>& grants, const entry::Scope& scope,
                         const std::function<void(const rules::Facts&)>& visit) {
  MC_ASSIGN(const crypto::Secret* identity, act.identity());
  const std::string scratch =
      act.session().dry_run() ? scratch_directory(act.session()) : act.vault()->directory();
  for (const EntryHash& grant : grants) {
    const auto records = exchange::received_records(view, act.packages(), *identity, act.member(),
                                                    {grant}, scope, scratch);
    if (!records) {
      act.session().detail("not looked into: " + records.error().message);
      continue;
    }
    for (const exchange::HeldRecord& record : *records) {
      MC_ASSIGN(const auto facts, exchange::facts_of(record));
      if (facts) visit(*facts);
    }
  }
  return {};
}

/// What others have released of subjects that are linked to this one.
Status add_received(ActSession& act, const SubjectTag& subject, Examinations& known) {
  return act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto grants, grants_to(view, act.member()));
    for (const auto& [author, each] : grants) {
      entry::Scope scope;
      MC_ASSIGN(scope.subjects, rules::same_subjects(view, act.member(), subject, author));
      if (scope.subjects.empty()) continue;
      std::sort(scope.subjects.begin(), scope.subjects.end());
      MC_TRY(for_each_received(
          act, view, each, scope, [&known, &holder = author](const rules::Facts& facts) {
            if (!facts.date) return;
            for (const std::string& code : facts.codes)
              known.add(
                  {holder, facts.record, code, format_time(*facts.date), {}, SameSubject::link});
          }));
    }
    return {};
  });
}

struct Attached {
  std::vector<entry::AttachedRecord> told;
  RecordsAlong along;

  void add(const MemberName& holder, entry::AttachedRecord one) {
    along.emplace(holder, one.record);
    told.push_back(std::move(one));
  }
};

/// Records of others that go along by grants of one's own.
Status add_passed(ActSession& act, const std::vector<EntryHash>& passed, Attached& attached) {
  return act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    for (const EntryHash& hash : passed) {
      MC_ASSIGN(const auto grant, rules::grant(view, hash));
      if (!grant || !grant->body.parent) continue;  // the ledger refuses it
      MC_ASSIGN(const auto parents, exchange::with_replaced(view, *grant->body.parent));
      MC_TRY(
          for_each_received(act, view, parents, grant->body.scope, [&](const rules::Facts& facts) {
            entry::AttachedRecord one;
            one.record = printable(facts.record);
            if (!facts.codes.empty()) one.code = printable(std::string(bare(facts.codes.front())));
            if (facts.date) one.date = format_time(*facts.date);
            attached.add(grant->body.custodian, std::move(one));
          }));
    }
    return {};
  });
}

/// A referral that is looked at, and whom it may be about here.
struct Looked {
  ReferralItem* item;
  std::vector<SubjectTag> linked;
  SubjectNumbers subjects;
};

/// By links, by an earlier referral, by the identifiers that it names.  Within Vault::read().
Status find_subjects(vault::Vault& vault, const std::map<SubjectTag, std::uint64_t>& numbers,
                     Looked& one) {
  for (const SubjectTag& tag : one.linked)
    if (const auto found = numbers.find(tag); found != numbers.end())
      one.subjects.emplace(found->second, SameSubject::link);
  MC_ASSIGN(const auto received,
            vault::ReceivedTags(vault).find(one.item->state.author, one.item->state.order.subject));
  if (received) one.subjects.emplace(*received, SameSubject::received);
  for (const std::string& name : one.item->terms->subjects) {
    MC_ASSIGN(const auto found, vault.find_subject(name));
    if (found) one.subjects.emplace(found->number, SameSubject::identifier);
  }
  return {};
}

}  // namespace

void Examinations::add(Examination one) {
  const auto when = begin_of(one.date);
  if (one.code.empty() || !when) return;
  one.code = bare(one.code);
  one.when = *when;
  all_.push_back(std::move(one));
}

Status Examinations::add_own(const vault::Vault& vault, const std::set<std::uint64_t>& subjects) {
  if (subjects.empty()) return {};
  return vault.for_each_version([&](std::uint64_t number, const vault::Version& one) -> Status {
    if (!subjects.contains(one.subject) || one.code.empty()) return {};
    MC_ASSIGN(const auto latest, vault.find(vault::record_key(one.source, one.type, one.id)));
    if (!latest || latest->number != number) return {};
    const auto row = vault.row(one);
    if (!row && row.error().code == Code::record_erased) return {};
    if (!row) return row.error();
    add({vault.owner().member,
         printable(one.type + "/" + one.id),
         one.code,
         one.date,
         {},
         SameSubject::own,
         one.subject});
    return {};
  });
}

std::vector<Duplicate> Examinations::near(const std::vector<entry::AttachedRecord>& attached,
                                          const RecordsAlong& along,
                                          const SubjectNumbers& subjects) const {
  std::vector<Duplicate> found;
  for (const entry::AttachedRecord& record : attached) {
    const auto when = begin_of(record.date.value_or(""));
    if (!record.code || !when) continue;
    std::map<MemberName, std::pair<std::int64_t, Duplicate>> nearest;
    for (const Examination& one : all_) {
      const std::int64_t apart = std::abs(one.when.get() - when->get());
      const auto days = static_cast<std::uint64_t>(apart / day);
      if (one.code != bare(*record.code) || days > days_ ||
          along.contains({one.holder, one.record}))
        continue;
      const auto own = one.subject ? subjects.find(*one.subject) : subjects.end();
      if (one.subject && own == subjects.end()) continue;
      const SameSubject same = one.subject ? own->second : one.same;
      Duplicate duplicate{record, one.holder, one.record, one.date, days, 0, same};
      const auto [at, is_new] = nearest.try_emplace(one.holder, apart, duplicate);
      if (is_new) continue;
      duplicate.more = at->second.second.more + 1;
      if (apart < at->second.first)
        at->second = {apart, duplicate};
      else
        at->second.second.more = duplicate.more;
    }
    for (auto& [holder, each] : nearest) found.push_back(std::move(each.second));
  }
  return found;
}

Status attach_records(ActSession& act, const std::optional<entry::Share>& share,
                      const entry::Order& order, entry::Terms& terms) {
  MC_ASSIGN(const std::uint64_t days, duplicate_days(act.session()));
  if (act.vault() == nullptr || (!share && order.passed.empty())) return {};
  Examinations known(days);
  SubjectNumbers subjects;
  Attached attached;
  vault::Vault& vault = *act.vault();
  MC_TRY(vault.read([&]() -> Status {
    if (share) {
      MC_ASSIGN(auto own, described(vault, share->records));
      for (entry::AttachedRecord& one : own) attached.add(act.member(), std::move(one));
    }
    MC_ASSIGN(const auto subject, vault::Subjects(vault).find(order.subject));
    if (!subject || days == 0) return {};
    subjects.emplace(subject->number, SameSubject::own);
    return known.add_own(vault, {subject->number});
  }));
  MC_TRY(add_passed(act, order.passed, attached));
  if (attached.told.empty()) return {};
  if (days > 0) MC_TRY(add_received(act, order.subject, known));
  for (const entry::AttachedRecord& one : attached.told)
    act.session().tell("attached " + text_of(one), line_of(one));
  for (const Duplicate& one : known.near(attached.told, attached.along, subjects))
    act.session().warn(text_of(one), line_of(one));
  terms.attached = std::move(attached.told);
  return {};
}

Status find_known_results(const ledger::Snapshot& view, vault::Vault& vault,
                          std::span<ReferralItem> items, std::uint64_t days) {
  std::vector<Looked> all;
  std::set<SubjectTag> tags;
  for (ReferralItem& item : items) {
    if (days == 0 || !item.terms || !item.terms->attached) continue;
    MC_ASSIGN(auto linked, rules::same_subjects(view, item.state.author, item.state.order.subject,
                                                vault.owner().member));
    tags.insert(linked.begin(), linked.end());
    all.push_back({&item, std::move(linked), {}});
  }
  if (all.empty()) return {};
  return vault.read([&]() -> Status {
    MC_ASSIGN(const auto numbers, vault::Subjects(vault).find(tags));
    std::set<std::uint64_t> subjects;
    for (Looked& one : all) {
      MC_TRY(find_subjects(vault, numbers, one));
      for (const auto& [number, same] : one.subjects) subjects.insert(number);
    }
    Examinations known(days);
    MC_TRY(known.add_own(vault, subjects));
    for (Looked& one : all)
      one.item->duplicates = known.near(*one.item->terms->attached, {}, one.subjects);
    return {};
  });
}

}  // namespace medchain::cli
