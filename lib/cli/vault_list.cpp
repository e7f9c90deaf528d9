// medchain-vault list.
#include <unistd.h>

#include <map>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/listing.hpp"
#include "cli/places.hpp"
#include "cli/text_input.hpp"
#include "cli/vault_acts.hpp"
#include "cli/workspace.hpp"
#include "report/table.hpp"
#include "rules/view.hpp"

namespace medchain::cli {
namespace {

struct Filter {
  std::optional<std::string> subject, type, state;
  std::optional<UnixSeconds> since, until;
};

Result<Filter> filter_of(Session& session) {
  Filter filter;
  MC_ASSIGN(filter.subject, subject_option(session));
  filter.type = session.setting("type");
  filter.state = session.setting("state");
  MC_ASSIGN(filter.since, session.time("since"));
  MC_ASSIGN(filter.until, session.time("until"));
  return filter;
}

/// What the ledger says of a batch.
struct Landing {
  std::optional<EntryIndex> entry;
  std::optional<UnixSeconds> time;
};

struct Listed {
  std::uint64_t number = 0;
  vault::Version version;
  std::string state;
  Landing landing;
  std::uint32_t row = 0;
  bool has_copy = false;
  std::string subject, path;
};

class Lister {
 public:
  Lister(const ledger::Snapshot& view, const vault::Vault& vault, Filter filter)
      : view_(view), vault_(vault), filter_(std::move(filter)) {}

  Status run(const std::function<Status(const Listed&)>& tell) {
    MC_ASSIGN(const std::uint64_t erasures, rules::erasures(view_));
    any_erased_ = erasures > 0;
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
          return look_at(number, version, tell);
        });
  }

 private:
  Status look_at(std::uint64_t number, const vault::Version& version,
                 const std::function<Status(const Listed&)>& tell) {
    MC_ASSIGN(const vault::Batch batch, vault_.batch(version.batch));
    if (batch.state == vault::BatchState::abandoned) return {};
    Listed listed;
    listed.number = number;
    listed.version = version;
    MC_ASSIGN(listed.landing, landing_of(version.batch, batch));
    const auto& time = listed.landing.time;
    if (filter_.since && (!time || *time < *filter_.since)) return {};
    if (filter_.until && (!time || *time >= *filter_.until)) return {};
    listed.row = static_cast<std::uint32_t>(number - batch.first);
    MC_ASSIGN(listed.state, state_of(number, version, listed.landing));
    if (filter_.state && listed.state != *filter_.state) return {};
    MC_ASSIGN(const auto copy, vault_.copy(number));
    listed.has_copy = copy.has_value();
    MC_ASSIGN(listed.subject, vault_.subject_name(version.subject));
    MC_ASSIGN(listed.path, vault_.path(version.path));
    return tell(listed);
  }

  Result<Landing> landing_of(std::uint64_t number, const vault::Batch& batch) {
    if (number == last_batch_) return last_landing_;
    Landing landing;
    if (batch.state == vault::BatchState::anchored) {
      landing.entry = batch.entry;
    } else {  // pending here; it may have landed
      MC_ASSIGN(const auto entry, entry::parse_entry(batch.note));
      const entry::Header& header = entry.statement.header;
      MC_ASSIGN(const auto found, rules::statement(view_, header.author, header.id));
      if (found) landing.entry = found->index;
    }
    if (landing.entry) {
      MC_ASSIGN(const auto entry, view_.entry(*landing.entry));
      landing.time = entry.statement.header.time;
    }
    last_batch_ = number;
    last_landing_ = landing;
    return landing;
  }

  Result<std::string> state_of(std::uint64_t number, const vault::Version& version,
                               const Landing& landing) {
    const auto row = vault_.row(version);
    if (!row && row.error().code == Code::record_erased) return std::string("erased");
    if (!row) return row.error();
    if (any_erased_) {
      MC_ASSIGN(const auto erased,
                rules::erased_at(view_, vault_.owner().member, row->record, row->subject));
      if (erased) return std::string("erased");
    }
    if (!landing.entry) return std::string("pending");
    MC_ASSIGN(const auto latest,
              vault_.find(vault::record_key(version.source, version.type, version.id)));
    return std::string(latest && latest->number != number ? "superseded" : "anchored");
  }

  const ledger::Snapshot& view_;
  const vault::Vault& vault_;
  Filter filter_;
  bool any_erased_ = false;
  std::uint64_t last_batch_ = 0;
  Landing last_landing_;
};

json::Object line_of(const Listed& listed) {
  const vault::Version& version = listed.version;
  json::Object line = message("version");
  line.set("record", printable(version.type + "/" + version.id));
  if (!version.source.empty()) line.set("source", printable(version.source));
  line.set("state", listed.state);
  if (!listed.subject.empty()) line.set("subject", printable(listed.subject));
  line.set("digest", to_text(version.digest)).set("size", version.size);
  if (listed.landing.entry)
    line.set("entry", listed.landing.entry->get())
        .set("row", static_cast<std::uint64_t>(listed.row));
  if (listed.landing.time) line.set("anchored", format_time(*listed.landing.time));
  if (listed.has_copy) line.set("copy", true);
  if (!listed.path.empty()) line.set("path", escape_for_terminal(listed.path));
  if (version.line > 0) line.set("line", version.line);
  if (!version.date.empty()) line.set("date", printable(version.date));
  if (!version.code.empty()) line.set("code", printable(version.code));
  if (version.labels) line.set("labels", label_array(*version.labels));
  return line;
}

}  // namespace

Result<int> vault_list(Session& session) {
  MC_ASSIGN(Filter filter, filter_of(session));
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  session.seal({});
  report::Table table({{"ANCHORED"},
                       {"STATE"},
                       {"SIZE", report::Align::right},
                       {"COPY"},
                       {"SUBJECT", report::Align::left, 30},
                       {"RECORD"}});
  const bool json = session.format() == "json";
  std::uint64_t count = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(check_same_ledger(*vault, view));
    return vault->read([&]() -> Status {
      return Lister(view, *vault, std::move(filter)).run([&](const Listed& listed) -> Status {
        if (session.interrupted())
          return fail(Code::interrupted,
                      "stopped by a signal after " + std::to_string(count) + " records");
        ++count;
        if (json) return session.out().line(line_of(listed));
        table.add({listed.landing.time ? format_time(*listed.landing.time) : "", listed.state,
                   std::to_string(listed.version.size), listed.has_copy ? "yes" : "",
                   listed.subject, listed.version.type + "/" + listed.version.id});
        return {};
      });
    });
  }));
  MC_TRY(finish_list(session, table, count, "version"));
  return 0;
}

}  // namespace medchain::cli
