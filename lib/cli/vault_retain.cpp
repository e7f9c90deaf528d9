// medchain-vault retain: cases that forbid erasing (legal hold, seal, retention), opened and
// closed.
#include <algorithm>
#include <map>

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/close_case.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_records.hpp"
#include "cli/text_input.hpp"
#include "cli/vault_own_acts.hpp"
#include "rules/sharing_view.hpp"
#include "source/source.hpp"

namespace medchain::cli {
namespace {

using entry::CaseOf;

struct Asked {
  std::optional<std::string> subject, closes;
  std::vector<NamedRecord> records;
  std::string kind;
  std::optional<UnixSeconds> until;
  std::vector<MemberName> witnesses;
  std::optional<MemberName> custodian;
  std::optional<Digest> document;
};

Result<MemberName> member_of(std::string_view option, const std::string& text) {
  auto name = MemberName::parse(text);
  if (!name)
    return fail(Code::usage, "option '--" + std::string(option) + "': " + name.error().message);
  return name;
}

/// Before the process is sealed.
Result<Asked> ask(Session& session) {
  Asked asked;
  asked.closes = session.setting("release");
  if (const auto path = session.setting("document")) {
    MC_ASSIGN(asked.document, source::read_digest({*path, "", 0, 0, 0, false}));
  }
  if (asked.closes) {
    for (const std::string_view name :
         {"subject", "subject-file", "kind", "until", "witness", "custodian"})
      if (session.has(name))
        return fail(Code::usage, "option '--release' ends a case as it was opened: without '--" +
                                     std::string(name) + "'");
    if (!session.operands().empty())
      return fail(Code::usage, "option '--release' takes the place of records");
    return asked;
  }
  MC_ASSIGN(asked.subject, subject_option(session));
  if (asked.subject.has_value() == !session.operands().empty())
    return fail(Code::usage, asked.subject ? "option '--subject' takes the place of records"
                                           : "name records, or a subject with '--subject'");
  MC_ASSIGN(asked.records, named_records(session, session.operands()));
  MC_ASSIGN(asked.kind, session.required("kind"));
  MC_ASSIGN(asked.until, session.time("until"));
  if (asked.kind == "retention" && !asked.until)
    return fail(Code::usage, "a retention period has an end").with_hint("give '--until=TIME'");
  for (const std::string& text : session.arguments().all("witness")) {
    MC_ASSIGN(auto name, member_of("witness", text));
    asked.witnesses.push_back(std::move(name));
  }
  std::sort(asked.witnesses.begin(), asked.witnesses.end());
  if (const auto text = session.setting("custodian")) {
    MC_ASSIGN(asked.custodian, member_of("custodian", *text));
  }
  if (asked.kind == "seal" && asked.witnesses.empty() && !asked.document)
    return fail(Code::usage, "a seal is made in the presence of both sides")
        .with_hint("name who signs too with '--witness', or what they signed with '--document'");
  return asked;
}

Status add_subject(DataAct& act, const std::string& name, entry::Case& body) {
  MC_ASSIGN(const auto known, act.vault().find_subject(name));
  if (!known) return fail(Code::record_unknown, "the vault has no record of this subject");
  if (vault::is_erased(known->k))
    return fail(Code::record_erased, "the subject was erased from this vault");
  body.subjects.push_back(known->tag);
  return {};
}

/// The newest place of each record: its tag is what is held.
Status add_records(DataAct& act, const std::vector<NamedRecord>& records, entry::Case& body) {
  std::map<EntryIndex, std::vector<std::uint32_t>> rows;
  for (const NamedRecord& named : records) {
    auto place = parse_place(named.name);
    if (!place) {
      MC_ASSIGN(const std::uint64_t number, find_own_record(act.vault(), named));
      MC_ASSIGN(place, place_of(act.vault(), number, named.name));
    }
    rows[place->entry].push_back(place->row);
  }
  for (auto& [index, numbers] : rows)
    body.records.push_back({index, entry::RowRanges::of(std::move(numbers))});
  return {};
}

Result<int> open_case(DataAct& act, const Asked& asked) {
  entry::Case body;
  body.of = asked.kind == "seal" ? CaseOf::seal : CaseOf::hold;
  body.custodian = asked.custodian.value_or(act.member());
  MC_ASSIGN(const std::string reason, act.session().required("reason"));
  MC_ASSIGN(body.reason, word_option("reason", reason));
  body.until = asked.until;
  body.witnesses = asked.witnesses;
  MC_TRY(act.vault().read([&]() -> Status {
    return asked.subject ? add_subject(act, *asked.subject, body)
                         : add_records(act, asked.records, body);
  }));
  MC_ASSIGN(body.person, act.person());
  if (asked.document) {
    MC_ASSIGN(body.document, act.commit_document(*asked.document));
  }
  std::uint64_t count = 0;
  for (const entry::RecordSet& set : body.records) count += set.rows.count();
  const std::string what = asked.kind + " of " +
                           (asked.subject ? "a subject" : counted(count, "record")) +
                           (asked.until ? " until " + format_time(*asked.until) : "");
  return act.finish(std::move(body), what);
}

}  // namespace

Result<int> vault_retain(Session& session) {
  MC_ASSIGN(const Asked asked, ask(session));
  MC_ASSIGN(const auto act, DataAct::begin(session, true));
  return asked.closes ? close_case(*act, *asked.closes, asked.document) : open_case(*act, asked);
}

}  // namespace medchain::cli
