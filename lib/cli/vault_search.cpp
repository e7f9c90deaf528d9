// medchain-vault search: the directory of records, over the vaults at hand.
#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/data_act.hpp"
#include "cli/listing.hpp"
#include "cli/record_period.hpp"
#include "cli/text_input.hpp"
#include "cli/vault_own_acts.hpp"
#include "report/table.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

struct Filter {
  std::optional<std::string> subject, type, code;
  std::vector<std::string> labels;  ///< any of them
  std::optional<UnixSeconds> since, until;
};

struct Found {
  std::string state;  ///< current, replaced, pending, erased
  MemberName custodian;
  std::optional<ledger::RowPlace> place;
  std::optional<UnixSeconds> anchored;
  vault::Version version;
  std::string subject;
  std::optional<SubjectTag> tag;
};

/// The newest version of each record of one vault.
class Searcher {
 public:
  Searcher(const ledger::Snapshot& view, const vault::Vault& vault, const Filter& filter,
           const std::set<RecordTag>& replaced)
      : view_(view), vault_(vault), filter_(filter), replaced_(replaced) {}

  Status run(const std::function<Status(const Found&)>& tell) {
    std::optional<std::uint64_t> subject;
    if (filter_.subject) {
      MC_ASSIGN(const auto known, vault_.find_subject(*filter_.subject));
      if (!known) return {};
      subject = known->number;
    }
    return vault_.for_each_version(
        [&](std::uint64_t number, const vault::Version& version) -> Status {
          if (subject && version.subject != *subject) return {};
          if (filter_.type && version.type != *filter_.type) return {};
          if (filter_.code && version.code != *filter_.code) return {};
          return look_at(number, version, tell);
        });
  }
  /// Records that the filter would show if their labels were known.
  std::uint64_t unlabelled() const { return unlabelled_; }

 private:
  Status look_at(std::uint64_t number, const vault::Version& version,
                 const std::function<Status(const Found&)>& tell) {
    MC_ASSIGN(const auto latest,
              vault_.find(vault::record_key(version.source, version.type, version.id)));
    if (!latest || latest->number != number) return {};
    Found found;
    found.version = version;
    found.custodian = vault_.owner().member;
    MC_ASSIGN(const vault::Batch batch, vault_.batch(version.batch));
    if (batch.state == vault::BatchState::anchored) {
      found.place = ledger::RowPlace{batch.entry, static_cast<std::uint32_t>(number - batch.first)};
      MC_ASSIGN(found.anchored, time_of(batch.entry));
    }
    if (!is_in_period(found) || !is_labelled(version)) return {};
    MC_TRY(add_state(found));
    MC_ASSIGN(found.subject, vault_.subject_name(version.subject));
    return tell(found);
  }

  Result<UnixSeconds> time_of(EntryIndex index) {
    if (!last_ || last_->first != index) {
      MC_ASSIGN(const entry::Entry entry, view_.entry(index));
      last_ = std::pair(index, entry.statement.header.time);
    }
    return last_->second;
  }

  /// By the record's own date, where it has one that can be read; else by when it was anchored.
  bool is_in_period(const Found& found) const {
    if (!filter_.since && !filter_.until) return true;
    std::optional<Period> period = period_of(found.version.date);
    if (!period && found.anchored)
      period = Period{*found.anchored, UnixSeconds(found.anchored->get() + 1)};
    if (!period) return false;
    return (!filter_.since || period->end > *filter_.since) &&
           (!filter_.until || period->begin < *filter_.until);
  }

  /// A record without labels is normal, as grants have it (rules/decide.hpp).
  bool is_labelled(const vault::Version& version) {
    if (filter_.labels.empty()) return true;
    if (!version.labels) {
      ++unlabelled_;
      return false;
    }
    std::vector<std::string> labels = labels_in(*version.labels);
    if (labels.empty()) labels.emplace_back("N");
    return std::find_first_of(labels.begin(), labels.end(), filter_.labels.begin(),
                              filter_.labels.end()) != labels.end();
  }

  Status add_state(Found& found) {
    MC_ASSIGN(const vault::Subject subject, vault_.subject(found.version.subject));
    if (!vault::is_erased(subject.k)) found.tag = subject.tag;
    const auto row = vault_.row(found.version);
    if (!row && row.error().code != Code::record_erased) return row.error();
    found.state = "erased";
    if (!row) return {};
    MC_ASSIGN(const auto erased,
              rules::erased_at(view_, found.custodian, row->record, row->subject));
    if (erased) return {};
    found.state = !found.place                      ? "pending"
                  : replaced_.contains(row->record) ? "replaced"
                                                    : "current";
    return {};
  }

  const ledger::Snapshot& view_;
  const vault::Vault& vault_;
  const Filter& filter_;
  const std::set<RecordTag>& replaced_;
  std::optional<std::pair<EntryIndex, UnixSeconds>> last_;
  std::uint64_t unlabelled_ = 0;
};

/// Records that another one replaces.
Result<std::set<RecordTag>> replaced_records(const ledger::Snapshot& view) {
  std::set<RecordTag> tags;
  constexpr std::string_view middle = "/replaces/";
  MC_TRY(view.scan("relation/", [&](std::string_view key, std::string_view) -> Status {
    const std::size_t at = key.find(middle);
    if (at == std::string_view::npos) return {};
    RecordTag tag;
    MC_TRY(parse_hex(key.substr(at + middle.size()), tag.bytes));
    tags.insert(tag);
    return {};
  }));
  return tags;
}

json::Object line_of(const Found& found, const std::string& path) {
  const vault::Version& version = found.version;
  json::Object line = message("directory");
  line.set("custodian", found.custodian.get()).set("state", found.state);
  if (found.place)
    line.set("entry", found.place->entry.get())
        .set("row", static_cast<std::uint64_t>(found.place->row));
  line.set("kind", version.type).set("record", printable(version.type + "/" + version.id));
  if (!version.source.empty()) line.set("source", printable(version.source));
  if (!found.subject.empty()) line.set("subject", printable(found.subject));
  if (found.tag && !found.subject.empty()) line.set("subject_tag", to_text(*found.tag));
  if (!version.code.empty()) line.set("code", printable(version.code));
  if (version.labels) line.set("labels", label_array(*version.labels));
  if (!version.date.empty()) line.set("date", printable(version.date));
  line.set("size", version.size);
  if (found.anchored) line.set("anchored", format_time(*found.anchored));
  if (!path.empty()) line.set("path", escape_for_terminal(path));
  if (version.line > 0) line.set("line", version.line);
  return line;
}

}  // namespace

Result<int> vault_search(Session& session) {
  Filter filter;
  MC_ASSIGN(filter.subject, subject_option(session));
  filter.type = session.setting("type");
  filter.code = session.setting("code");
  filter.labels = session.arguments().all("label");
  MC_ASSIGN(filter.since, session.time("since"));
  MC_ASSIGN(filter.until, session.time("until"));
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  std::vector<std::string> directories = session.operands();
  if (directories.empty()) {
    MC_ASSIGN(const std::string directory, session.required("vault"));
    directories.push_back(directory);
  }
  std::set<std::string> opened;
  std::vector<std::unique_ptr<vault::Vault>> vaults;
  for (const std::string& directory : directories) {
    if (!opened.insert(absolute_path(directory)).second) continue;
    MC_ASSIGN(auto vault, vault::Vault::open(directory, {}));
    vaults.push_back(std::move(vault));
  }
  session.seal({});
  const bool json = session.format() == "json";
  report::Table table({{"ENTRY", report::Align::right},
                       {"CUSTODIAN"},
                       {"STATE"},
                       {"DATE"},
                       {"CODE"},
                       {"SUBJECT", report::Align::left, 30},
                       {"RECORD"}});
  std::uint64_t count = 0, unlabelled = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto replaced, replaced_records(view));
    const auto search_one = [&](const vault::Vault& vault) -> Status {
      Searcher searcher(view, vault, filter, replaced);
      const Status done = searcher.run([&](const Found& found) -> Status {
        if (session.interrupted())
          return fail(Code::interrupted,
                      "stopped by a signal after " + std::to_string(count) + " records");
        ++count;
        if (json) {
          MC_ASSIGN(const std::string path, vault.path(found.version.path));
          return session.out().line(line_of(found, path));
        }
        table.add({found.place ? std::to_string(found.place->entry.get()) + ":" +
                                     std::to_string(found.place->row)
                               : "",
                   found.custodian.get(), found.state, found.version.date, found.version.code,
                   found.subject, found.version.type + "/" + found.version.id});
        return {};
      });
      unlabelled += searcher.unlabelled();
      return done;
    };
    for (const auto& vault : vaults) {
      MC_TRY(check_same_ledger(*vault, view));
      MC_TRY(vault->read([&] { return search_one(*vault); }));
    }
    return {};
  }));
  MC_TRY(finish_list(session, table, count, "record"));
  if (unlabelled > 0)
    session.warn("labels of " + counted(unlabelled, "record") +
                 " are not known: no FHIR, or anchored before labels were kept");
  return 0;
}

}  // namespace medchain::cli
