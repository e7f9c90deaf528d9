#include "cli/refer_duplicates.hpp"

#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/record_period.hpp"
#include "exchange/held_records.hpp"
#include "rules/sharing_view.hpp"
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

/// What others have released of subjects that are linked to this one.  A package that is gone, or
/// is not for the seal key of now, tells nothing.
Status add_received(ActSession& act, const SubjectTag& subject, Examinations& known) {
  return act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto grants, grants_to(view, act.member()));
    for (const auto& [author, each] : grants) {
      entry::Scope scope;
      MC_ASSIGN(scope.subjects, rules::same_subjects(view, act.member(), subject, author));
      if (scope.subjects.empty()) continue;
      std::sort(scope.subjects.begin(), scope.subjects.end());
      MC_ASSIGN(const crypto::Secret* identity, act.identity());
      for (const EntryHash& grant : each) {
        const std::string scratch =
            act.session().dry_run() ? scratch_directory(act.session()) : act.vault()->directory();
        const auto records = exchange::received_records(view, act.packages(), *identity,
                                                        act.member(), {grant}, scope, scratch);
        if (!records) {
          act.session().detail("not looked into: " + records.error().message);
          continue;
        }
        for (const exchange::HeldRecord& record : *records) {
          MC_ASSIGN(const auto facts, exchange::facts_of(record));
          if (!facts || !facts->date) continue;
          for (const std::string& code : facts->codes)
            known.add(author, facts->record, code, format_time(*facts->date), SameSubject::link);
        }
      }
    }
    return {};
  });
}

}  // namespace

void Examinations::add(const MemberName& holder, std::string record, std::string_view code,
                       std::string_view date, SameSubject same) {
  const auto when = begin_of(date);
  if (code.empty() || !when) return;
  all_.push_back(
      {holder, std::move(record), std::string(bare(code)), std::string(date), *when, same});
}

Status Examinations::add_own(const vault::Vault& vault,
                             const std::map<std::uint64_t, SameSubject>& subjects) {
  if (subjects.empty()) return {};
  return vault.for_each_version([&](std::uint64_t number, const vault::Version& one) -> Status {
    const auto subject = subjects.find(one.subject);
    if (subject == subjects.end() || one.code.empty()) return {};
    MC_ASSIGN(const auto latest, vault.find(vault::record_key(one.source, one.type, one.id)));
    if (!latest || latest->number != number) return {};
    const auto row = vault.row(one);
    if (!row && row.error().code == Code::record_erased) return {};
    if (!row) return row.error();
    add(vault.owner().member, printable(one.type + "/" + one.id), one.code, one.date,
        subject->second);
    return {};
  });
}

std::vector<Duplicate> Examinations::near(
    const std::vector<entry::AttachedRecord>& attached) const {
  // Records that go along together are no doubles of each other.
  const auto goes_along = [&](const Examination& one) {
    return one.same == SameSubject::own &&
           std::any_of(attached.begin(), attached.end(),
                       [&](const auto& each) { return each.record == one.record; });
  };
  std::vector<Duplicate> found;
  for (const entry::AttachedRecord& record : attached) {
    const auto when = begin_of(record.date.value_or(""));
    if (!record.code || !when) continue;
    std::map<MemberName, std::pair<std::int64_t, Duplicate>> nearest;
    for (const Examination& one : all_) {
      const std::int64_t apart = std::abs(one.when.get() - when->get());
      const auto days = static_cast<std::uint64_t>(apart / day);
      if (one.code != bare(*record.code) || days > days_ || goes_along(one)) continue;
      Duplicate duplicate{record, one.holder, one.record, one.date, days, 0, one.same};
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
                      entry::Terms& terms) {
  MC_ASSIGN(const std::uint64_t days, duplicate_days(act.session()));
  if (!share || act.vault() == nullptr) return {};
  Examinations known(days);
  std::vector<entry::AttachedRecord> attached;
  vault::Vault& vault = *act.vault();
  MC_TRY(vault.read([&]() -> Status {
    MC_ASSIGN(attached, described(vault, share->records));
    MC_ASSIGN(const auto subject, vault::Subjects(vault).find(share->subject));
    if (subject && days > 0) MC_TRY(known.add_own(vault, {{subject->number, SameSubject::own}}));
    return {};
  }));
  if (attached.empty()) return {};
  if (days > 0) MC_TRY(add_received(act, share->subject, known));
  for (const entry::AttachedRecord& one : attached)
    act.session().tell("attached " + text_of(one), line_of(one));
  for (const Duplicate& one : known.near(attached)) act.session().warn(text_of(one), line_of(one));
  terms.attached = std::move(attached);
  return {};
}

Result<std::vector<Duplicate>> known_results(const ledger::Snapshot& view, vault::Vault& vault,
                                             const MemberName& author, const SubjectTag& subject,
                                             const entry::Terms& terms, std::uint64_t days) {
  if (!terms.attached || days == 0) return std::vector<Duplicate>();
  MC_ASSIGN(const auto linked, rules::same_subjects(view, author, subject, vault.owner().member));
  Examinations known(days);
  MC_TRY(vault.read([&]() -> Status {
    std::map<std::uint64_t, SameSubject> subjects;
    for (const SubjectTag& tag : linked) {
      MC_ASSIGN(const auto found, vault::Subjects(vault).find(tag));
      if (found) subjects.emplace(found->number, SameSubject::link);
    }
    for (const std::string& name : terms.subjects) {
      MC_ASSIGN(const auto found, vault.find_subject(name));
      if (found) subjects.emplace(found->number, SameSubject::identifier);
    }
    return known.add_own(vault, subjects);
  }));
  return known.near(*terms.attached);
}

}  // namespace medchain::cli
