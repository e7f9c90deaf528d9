// tick, anchor and erase: log time and records.
#include <algorithm>
#include <set>

#include "rules/scope_internal.hpp"

namespace medchain::rules {
namespace {

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

std::string place(std::size_t row) { return "row " + std::to_string(row); }

/// The author is the custodian, or the custodian signs too (DESIGN 6).
Status check_custodian(Judgement& judgement, const MemberName& custodian) {
  const bool is_author = custodian == judgement.header.author;
  MC_ASSIGN(const auto state, require_active(judgement.view, custodian));
  if (!entry::has_role(state.card, entry::Role::custodian))
    return refuse(Code::member_role, quote(custodian.get()) + " has not the role custodian");
  if (!is_author) judgement.signers.required.push_back(custodian);
  return {};
}

}  // namespace

Status judge_row(const MemberName& custodian, const entry::Row& row, const PreviousRow& previous) {
  const std::string at =
      "entry " + std::to_string(previous.entry.get()) + " " + place(previous.row);
  if (previous.custodian != custodian)
    return refuse(Code::record_foreign,
                  "the record belongs to " + quote(previous.custodian.get()) + " (" + at + ")");
  if (previous.commitment == row.commitment)
    return refuse(Code::record_replayed, "the same row is on the ledger already (" + at + ")");
  if (previous.subject != row.subject)
    return broken("the record has another subject than its version at " + at);
  return {};
}

Status judge(Judgement& judgement, const entry::Tick&) {
  if (!entry::has_role(judgement.author.card, entry::Role::clock))
    return refuse(Code::member_role,
                  quote(judgement.header.author.get()) + " has not the role clock");
  judgement.set("time", format_time(judgement.header.time));
  return {};
}

Status judge(Judgement& judgement, const entry::Anchor& body) {
  const auto rows = judgement.proposal.rows;
  MC_TRY(check_custodian(judgement, body.custodian));
  if (body.count == 0 || body.count > entry::max_rows)
    return broken("an anchor has 1 to " + std::to_string(entry::max_rows) + " rows, got " +
                  std::to_string(body.count));
  if (rows.size() != body.count)
    return broken("the entry says " + std::to_string(body.count) + " rows, its manifest has " +
                  std::to_string(rows.size()));
  if (body.types.empty() || !std::is_sorted(body.types.begin(), body.types.end()) ||
      std::adjacent_find(body.types.begin(), body.types.end()) != body.types.end())
    return broken("types must ascend, each once, at least one");
  MC_ASSIGN(const auto earlier, manifest_at(judgement.view, body.root));
  if (earlier)
    return refuse(Code::record_replayed, "this manifest is on the ledger already, at entry " +
                                             std::to_string(earlier->get()));
  if (entry::manifest_root(rows) != body.root)
    return broken("the manifest does not have the root that the entry states");

  std::vector<RecordTag> tags;
  tags.reserve(rows.size());
  std::vector<bool> used(body.types.size(), false);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const entry::Row& row = rows[i];
    if (row.type >= body.types.size()) return broken(place(i) + ": no such type");
    if ((row.flags & ~entry::Row::known_flags) != 0) return broken(place(i) + ": unknown flags");
    used[row.type] = true;
    tags.push_back(row.record);
  }
  if (std::find(used.begin(), used.end(), false) != used.end())
    return broken("a type that no row has");
  std::sort(tags.begin(), tags.end());
  if (std::adjacent_find(tags.begin(), tags.end()) != tags.end())
    return broken("a record is there twice");

  MC_TRY(
      judgement.view.previous_rows(rows, [&](std::size_t i, const PreviousRow& previous) -> Status {
        auto judged = judge_row(body.custodian, rows[i], previous);
        if (!judged) return std::move(judged).error().context(place(i));
        return {};
      }));
  // Keys of erased records are destroyed: who still comes with their tags kept what had to go.
  MC_ASSIGN(const std::uint64_t any_erased, erasures(judgement.view));
  for (std::size_t i = 0; any_erased > 0 && i < rows.size(); ++i) {
    MC_ASSIGN(const auto at,
              erased_at(judgement.view, body.custodian, rows[i].record, rows[i].subject));
    if (at)
      return refuse(Code::record_erased,
                    place(i) + ": erased at entry " + std::to_string(at->get()));
  }
  judgement.set(key_of_root(body.root), std::to_string(judgement.index().get()));
  return {};
}

Status judge(Judgement& judgement, const entry::Erase& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_TRY(check_custodian(judgement, body.custodian));
  if (body.records.empty() && body.subjects.empty()) return broken("nothing to erase");
  const auto ascending = [](const auto& tags) {
    return std::is_sorted(tags.begin(), tags.end()) &&
           std::adjacent_find(tags.begin(), tags.end()) == tags.end();
  };
  if (!ascending(body.records) || !ascending(body.subjects))
    return broken("tags must ascend, each once");
  const std::string at = std::to_string(judgement.index().get());
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  std::vector<entry::Row> asked(body.records.size());
  for (std::size_t i = 0; i < asked.size(); ++i) asked[i].record = body.records[i];
  std::vector<std::optional<SubjectTag>> found(asked.size());
  MC_TRY(judgement.view.previous_rows(
      asked, [&](std::size_t i, const PreviousRow& previous) -> Status {
        if (previous.custodian != body.custodian)
          return refuse(Code::record_foreign, "record " + std::to_string(i) + " belongs to " +
                                                  quote(previous.custodian.get()));
        found[i] = previous.subject;
        return {};
      }));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!found[i])
      return refuse(Code::record_unknown, "record " + std::to_string(i) + " is not on the ledger");
    MC_ASSIGN(const auto earlier,
              erased_at(judgement.view, body.custodian, body.records[i], *found[i]));
    if (earlier)
      return refuse(Code::record_erased, "record " + std::to_string(i) + " was erased at entry " +
                                             std::to_string(earlier->get()));
    MC_ASSIGN(const auto held,
              holds(judgement.view, body.custodian, body.records[i], *found[i], now));
    if (!held.empty())
      return refuse(Code::record_held,
                    "record " + std::to_string(i) + " is held by case " + to_text(held.front()));
    judgement.set(key_of_erased(body.custodian, body.records[i]), at);
  }
  for (const SubjectTag& subject : body.subjects) {
    MC_ASSIGN(const auto earlier, judgement.view.get(key_of_erased(body.custodian, subject)));
    if (earlier) return refuse(Code::record_erased, "a subject was erased at entry " + *earlier);
    MC_ASSIGN(const auto held, holds(judgement.view, body.custodian, subject, now));
    if (!held.empty())
      return refuse(Code::record_held, "a subject is held by case " + to_text(held.front()));
    judgement.set(key_of_erased(body.custodian, subject), at);
  }
  MC_ASSIGN(const std::uint64_t before, erasures(judgement.view));
  judgement.set("erasures", std::to_string(before + 1));
  judgement.set_state(key_of_erasure(own_hash(judgement)),
                      ErasureState{judgement.index(), judgement.header.author, body.custodian});
  return {};
}

}  // namespace medchain::rules
