#include "cli/audit_mismatches.hpp"

#include <array>

#include "audit/mismatches.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/audit_rows.hpp"
#include "cli/listing.hpp"
#include "cli/own_content.hpp"
#include "cli/own_records.hpp"
#include "cli/places.hpp"
#include "cli/text_input.hpp"
#include "cli/wanted_findings.hpp"
#include "cli/workspace.hpp"
#include "vault/locators.hpp"

namespace medchain::cli {
namespace {

using source::Mismatch;

struct Request {
  WantedFindings wanted;
  std::optional<NamedRecord> record;
  std::optional<std::string> subject, type;
};

Result<Request> read_request(Session& session) {
  Request request;
  MC_ASSIGN(request.wanted, wanted_findings(session, audit::mismatch_kinds(), "mismatch", "never"));
  MC_ASSIGN(request.subject, subject_option(session));
  request.type = session.arguments().value("type");
  MC_ASSIGN(auto named, named_records(session, session.operands()));
  if (!named.empty()) request.record = std::move(named.front());
  return request;
}

class Run {
 public:
  Run(Session& session, const Request& request, const vault::Vault& vault, vault::Locators locators)
      : session_(session),
        request_(request),
        vault_(vault),
        locators_(locators),
        checker_(profiles_),
        rows_(session,
              {{"LEVEL"},
               {"FINDING"},
               {"RECORD", report::Align::left, 40},
               {"ENTRY", report::Align::right},
               {"DECLARED", report::Align::left, 60},
               {"FOUND", report::Align::left, 60},
               {"AT", report::Align::left, 40}},
              {"id", "level", "record", "source", "record_tag", "entry", "row", "declared", "found",
               "at"}) {}

  /// Within Vault::read().  Status.
  Result<int> run() {
    MC_TRY(choose());
    for (const std::uint64_t number : definitions_) {
      MC_TRY(go_on_());
      MC_TRY(read_definition(number));
    }
    const auto progress = session_.progress("records", chosen_.size());
    for (const std::uint64_t number : chosen_) {
      if (session_.interrupted())
        return fail(Code::interrupted, "stopped by a signal after " + counted(looked_, "record"));
      progress->update(looked_ + unread(), 0);
      MC_ASSIGN(const vault::Version version, vault_.version(number));
      MC_TRY(check(number, version));
    }
    return finish();
  }

 private:
  /// Records to look at, and profiles that the vault has the definitions of.
  Status choose() {
    std::optional<std::uint64_t> only, subject;
    if (request_.record) {
      MC_ASSIGN(only, find_own_record(vault_, *request_.record));
    }
    if (request_.subject) {
      MC_ASSIGN(const auto known, vault_.find_subject(*request_.subject));
      if (!known) return fail(Code::record_unknown, "the vault has no record of this subject");
      subject = known->number;
    }
    return vault_.for_each_version(
        [&](std::uint64_t number, const vault::Version& version) -> Status {
          MC_TRY(go_on_());
          const bool is_definition = version.type == "StructureDefinition";
          const bool is_wanted = (!only || *only == number) &&
                                 (!subject || *subject == version.subject) &&
                                 (!request_.type || *request_.type == version.type);
          if (!is_definition && !is_wanted) return {};
          MC_ASSIGN(const bool is_current, locators_.is_current(number, version));
          if (!is_current) return {};
          if (is_definition) definitions_.push_back(number);
          if (is_wanted) chosen_.push_back(number);
          return {};
        });
  }

  Status read_definition(std::uint64_t number) {
    MC_ASSIGN(const vault::Version version, vault_.version(number));
    MC_ASSIGN(auto content, own_content(vault_, number, version, sources_, source::max_checked));
    if (content.state == ContentState::read && content.complete)
      profiles_.add(std::move(content.text));
    return {};
  }

  Status check(std::uint64_t number, const vault::Version& version) {
    MC_ASSIGN(auto content, own_content(vault_, number, version, sources_, source::max_checked));
    if (content.state != ContentState::read) {
      ++states_[static_cast<std::size_t>(content.state)];
      return {};
    }
    ++looked_;
    MC_ASSIGN(const std::string path, vault_.path(version.path));
    const bool is_canonical = (version.flags & entry::Row::flag_canonical_json) != 0;
    source::Declared declared;
    declared.type = version.type;
    if (!source::is_part_of_file(vault::locator(version, path))) declared.name = path;
    declared.is_json = version.line > 0 || is_canonical;
    const std::size_t size = content.text.size();
    content.text.append(json::RecordScanner::padding, '\0');
    const source::Checked found =
        checker_.check(declared, std::string_view(content.text).substr(0, size), content.complete);
    partly_ += found.partly ? 1 : 0;
    more_ += found.more;
    for (const Mismatch& mismatch : found.mismatches) MC_TRY(tell(number, version, mismatch));
    return {};
  }

  Status tell(std::uint64_t number, const vault::Version& version, const Mismatch& mismatch) {
    const report::FindingKind& kind = audit::mismatch_kind(mismatch.kind);
    if (!request_.wanted.has(kind.id)) return {};
    fails_ |= request_.wanted.fails(kind.level);
    MC_ASSIGN(const vault::Batch batch, vault_.batch(version.batch));
    MC_ASSIGN(const entry::Row row, vault_.row(version));
    const std::string name = printable(version.type + "/" + version.id);
    const std::string declared = printable(mismatch.declared), found = printable(mismatch.found),
                      at = printable(mismatch.at);
    json::Object line = message("mismatch");
    line.set("id", kind.id).set("level", report::to_text(kind.level)).set("record", name);
    if (!version.source.empty()) line.set("source", printable(version.source));
    line.set("record_tag", to_text(row.record));
    std::string place = "pending";
    if (batch.state == vault::BatchState::anchored) {
      const ledger::RowPlace at_row{batch.entry, static_cast<std::uint32_t>(number - batch.first)};
      line.set("entry", at_row.entry.get()).set("row", std::uint64_t{at_row.row});
      place = to_text(at_row);
    }
    line.set("declared", declared).set("found", found);
    if (!at.empty()) line.set("at", at);
    return rows_.add(line, {std::string(report::to_text(kind.level)), std::string(kind.id), name,
                            place, declared, found, at});
  }

  std::uint64_t count_of(ContentState state) const {
    return states_[static_cast<std::size_t>(state)];
  }
  std::uint64_t unread() const {
    return count_of(ContentState::missing) + count_of(ContentState::changed) +
           count_of(ContentState::unreadable);
  }

  Result<int> finish() {
    json::Object more;
    more.set("records", looked_).set("unread", unread()).set("partly", partly_);
    MC_TRY(rows_.finish("mismatch", more));
    session_.tell("looked at " + counted(looked_, "record"));
    if (unread() > 0)
      session_.warn(counted(unread(), "record") +
                    " not looked at: " + std::to_string(count_of(ContentState::missing)) +
                    " missing, " + std::to_string(count_of(ContentState::changed)) + " changed, " +
                    std::to_string(count_of(ContentState::unreadable)) + " unreadable");
    if (partly_ > 0)
      session_.warn(counted(partly_, "record") +
                    " looked at in part: too long, nested too deep, or XML with entities or in an "
                    "encoding that is not known");
    if (more_ > 0)
      session_.warn(counted(more_, "mismatch") + " more not listed: of one record at most " +
                    std::to_string(source::max_mismatches) + " are");
    return fails_ ? 1 : 0;
  }

  Session& session_;
  const std::function<Status()> go_on_ = going_on(session_);
  const Request& request_;
  const vault::Vault& vault_;
  vault::Locators locators_;
  source::Rereader sources_;
  source::Profiles profiles_;
  source::FormatChecker checker_;
  AuditRows rows_;
  std::vector<std::uint64_t> definitions_, chosen_;
  std::array<std::uint64_t, 4> states_{};
  std::uint64_t looked_ = 0, partly_ = 0, more_ = 0;
  bool fails_ = false;
};

Result<int> audit_mismatches(Session& session) {
  MC_ASSIGN(const Request request, read_request(session));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  Places places = everything();
  places.add(vault->blobs(), Access::read);
  session.seal(places);
  int status = 0;
  MC_TRY(vault->read([&]() -> Status {
    MC_ASSIGN(status, Run(session, request, *vault, vault::Locators(*vault)).run());
    return {};
  }));
  return status;
}

}  // namespace

Verb mismatches_verb() {
  Verb verb;
  verb.name = "mismatches";
  verb.operands = "[RECORD]";
  verb.summary = "find records of your own whose bytes are not what was declared of them";
  verb.options = {{"subject", 0, ValueKind::text, "ID", "only records of this subject"},
                  {"subject-file", 0, ValueKind::file, "FILE",
                   "the same, the first line of a file or, with -, of standard input"},
                  {"type", 0, ValueKind::text, "WORD", "only records of this type"},
                  {"source", 0, ValueKind::text, "NAME", "system that gave the id of RECORD"}};
  for (const Option& option :
       wanted_findings_options("status 1 from this level on (default: never)"))
    verb.options.push_back(option);
  verb.common = {"vault", "no-pager", "output", "progress"};
  verb.max_operands = 1;
  verb.formats = table_formats;
  verb.secret_output = true;
  verb.also_opens = [](const Session&, Places& places) { places.add(everything()); };
  verb.run = audit_mismatches;
  return verb;
}

}  // namespace medchain::cli
