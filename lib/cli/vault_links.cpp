// medchain-vault link and links: relations of records, one subject at two members, and what
// dangles.  Where records are: vault_locators.hpp.
#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/data_act.hpp"
#include "cli/own_records.hpp"
#include "cli/text_input.hpp"
#include "cli/vault_locators.hpp"
#include "cli/vault_own_acts.hpp"
#include "entry/codec.hpp"
#include "report/table.hpp"
#include "rules/index_values.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

using entry::Relation;

Result<entry::Place> place_named(DataAct& act, const NamedRecord& named) {
  if (const auto place = parse_place(named.name)) return entry::Place{place->entry, place->row};
  MC_ASSIGN(const std::uint64_t number, find_own_record(act.vault(), named));
  MC_ASSIGN(const auto place, place_of(act.vault(), number, named.name));
  return entry::Place{place.entry, place.row};
}

std::string text_of(const entry::Place& place) {
  return std::to_string(place.entry.get()) + ":" + std::to_string(place.row);
}

/// FROM RELATION TO.
Result<int> relate(Session& session) {
  const auto& operands = session.operands();
  if (operands.size() != 3)
    return fail(Code::usage, "expected FROM RELATION TO, or '--subject' and '--with'");
  for (const std::string_view name : {"with", "with-tag"})
    if (session.has(name))
      return fail(Code::usage, "option '--" + std::string(name) + "' goes with '--subject'");
  const auto relation = entry::parse_word<Relation>(operands[1]);
  if (!relation) return fail(Code::usage, "relation: " + relation.error().message);
  const std::vector<std::string> ends = {operands[0], operands[2]};
  MC_ASSIGN(const auto named, named_records(session, ends));
  MC_ASSIGN(const auto act, DataAct::begin(session));
  entry::Link body;
  body.act = entry::LinkAct::relate;
  body.relation = *relation;
  MC_TRY(act->vault().read([&]() -> Status {
    MC_ASSIGN(body.from, place_named(*act, named[0]));
    MC_ASSIGN(body.target, place_named(*act, named[1]));
    return {};
  }));
  MC_ASSIGN(body.person, act->person());
  const std::string what = text_of(*body.from) + " " + operands[1] + " " + text_of(*body.target);
  return act->finish(std::move(body), what);
}

/// --subject S --with MEMBER --with-tag TAG.
Result<int> link_subject(Session& session, const std::string& subject) {
  if (!session.operands().empty())
    return fail(Code::usage, "option '--subject' takes the place of FROM RELATION TO");
  MC_ASSIGN(const std::string member, session.required("with"));
  MC_ASSIGN(const std::string tag, session.required("with-tag"));
  auto other = MemberName::parse(member);
  if (!other) return fail(Code::usage, "option '--with': " + other.error().message);
  auto other_subject = parse_hash<SubjectTag>(tag);
  if (!other_subject)
    return fail(Code::usage, "option '--with-tag': " + other_subject.error().message);
  MC_ASSIGN(const auto act, DataAct::begin(session));
  entry::Link body;
  body.act = entry::LinkAct::same;
  body.custodian = act->member();
  body.other = *other;
  body.other_subject = *other_subject;
  MC_ASSIGN(body.subject, find_own_subject(act->vault(), subject));
  MC_ASSIGN(body.person, act->person());
  return act->finish(std::move(body), "a subject is one of " + quote(member));
}

struct Linked {
  EntryIndex entry;
  Relation relation = Relation::replaces;
  entry::Place from, target;
  std::string state;  ///< sound, erased, superseded, unknown
  bool is_sound() const { return state == "sound"; }
};

/// What became of the record at a place.
Result<std::string> state_at(const ledger::Snapshot& view, const entry::Place& place) {
  std::optional<rules::PlacedRow> found;
  const auto row = static_cast<std::uint32_t>(place.row);
  const auto read = view.placed_rows(place.entry, entry::RowRanges::of({row}),
                                     [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
                                       found = placed;
                                       return {};
                                     });
  if (!read && read.error().code == Code::record_unknown) return std::string("unknown");
  if (!read) return read.error();
  MC_ASSIGN(const auto erased,
            rules::erased_at(view, found->custodian, found->row.record, found->row.subject));
  if (erased) return std::string("erased");
  MC_ASSIGN(const auto versions, view.find_record(found->row.record));
  const ledger::RowPlace here{place.entry, row};
  if (!versions.empty() && versions.back() != here) return std::string("superseded");
  return std::string("sound");
}

/// Links that this member made, in the order of the ledger.
Result<std::vector<Linked>> links_of(const ledger::Snapshot& view, const MemberName& member) {
  std::vector<Linked> links;
  MC_TRY(view.scan("relation/", [&](std::string_view key, std::string_view) -> Status {
    MC_ASSIGN(const auto said, rules::index_at(view, std::string(key)));
    const EntryIndex index = *said;
    MC_ASSIGN(const entry::Entry entry, view.entry(index));
    if (entry.statement.header.author != member) return {};
    const auto* body = std::get_if<entry::Link>(&entry.statement.body);
    if (body == nullptr || !body->relation || !body->from || !body->target)
      return fail(Code::store_damaged, "entry " + std::to_string(index.get()) + " relates nothing");
    Linked link{index, *body->relation, *body->from, *body->target, {}};
    MC_ASSIGN(link.state, state_at(view, link.target));
    links.push_back(std::move(link));
    return {};
  }));
  std::sort(links.begin(), links.end(),
            [](const Linked& a, const Linked& b) { return a.entry < b.entry; });
  return links;
}

/// TYPE/ID of places that are in the vault.
Result<std::map<ledger::RowPlace, std::string>> names_in(vault::Vault& vault,
                                                         const std::vector<Linked>& links) {
  std::map<ledger::RowPlace, std::string> names;
  std::map<EntryIndex, vault::Batch> batches;
  MC_TRY(vault.read([&]() -> Status {
    MC_TRY(vault.for_each_batch([&](std::uint64_t, const vault::Batch& batch) -> Status {
      if (batch.state == vault::BatchState::anchored) batches.emplace(batch.entry, batch);
      return {};
    }));
    for (const Linked& link : links)
      for (const entry::Place& place : {link.from, link.target}) {
        const auto batch = batches.find(place.entry);
        if (batch == batches.end() || place.row >= batch->second.count) continue;
        MC_ASSIGN(const vault::Version version, vault.version(batch->second.first + place.row));
        names[{place.entry, static_cast<std::uint32_t>(place.row)}] =
            version.type + "/" + version.id;
      }
    return {};
  }));
  return names;
}

json::Object object_of(const entry::Place& place) {
  json::Object object;
  object.set("entry", place.entry.get()).set("row", place.row);
  return object;
}

}  // namespace

Result<int> vault_link(Session& session) {
  if (session.has("locator")) return link_locator(session);
  if (session.has("moved-from"))
    return fail(Code::usage, "option '--moved-from' goes with '--locator'");
  MC_ASSIGN(const auto subject, subject_option(session));
  return subject ? link_subject(session, *subject) : relate(session);
}

Result<int> vault_links(Session& session) {
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  session.seal({});
  std::vector<Linked> links;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(check_same_ledger(*vault, view));
    MC_ASSIGN(links, links_of(view, vault->owner().member));
    return {};
  }));
  MC_ASSIGN(const auto names, names_in(*vault, links));
  const auto shown = [&](const entry::Place& place) {
    const auto name = names.find({place.entry, static_cast<std::uint32_t>(place.row)});
    return name == names.end() ? text_of(place) : name->second;
  };
  const bool json = session.format() == "json";
  report::Table table({{"ENTRY", report::Align::right}, {"FROM"}, {"RELATION"}, {"TO"}, {"STATE"}});
  std::uint64_t dangling = 0;
  for (const Linked& link : links) {
    dangling += link.is_sound() ? 0u : 1u;
    if (session.has("dangling") && link.is_sound()) continue;
    const std::string relation(entry::word_of(link.relation));
    if (json) {
      MC_TRY(session.out().line(message("link")
                                    .set("entry", link.entry.get())
                                    .set("from", object_of(link.from))
                                    .set("relation", relation)
                                    .set("target", object_of(link.target))
                                    .set("state", link.state)));
    } else {
      table.add({std::to_string(link.entry.get()), shown(link.from), relation, shown(link.target),
                 link.state});
    }
  }
  if (!table.empty()) MC_TRY(session.out().write(table.text()));
  std::string told = counted(links.size(), "link") + ", " + std::to_string(dangling) + " dangling";
  LostRecords lost;
  if (session.has("dangling")) {
    MC_ASSIGN(lost, print_lost_records(session, *vault));
    dangling += lost.lost;
    told += "; " + std::to_string(lost.lost) + " of " + counted(lost.records, "record") +
            " without a copy not where they were read";
    if (lost.nowhere > 0) told += ", " + std::to_string(lost.nowhere) + " came by standard input";
  }
  const int status = dangling > 0 ? 1 : 0;
  if (json)
    MC_TRY(session.out().line(message("summary")
                                  .set("count", std::uint64_t{links.size()})
                                  .set("findings", dangling)
                                  .set("status", status)
                                  .set("complete", true)));
  session.tell(told);
  return status;
}

}  // namespace medchain::cli
