// log: what is on a ledger, an entry in a line, as it comes or newest first.
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "audit/log_times.hpp"
#include "audit/watch.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/audit_acts.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/audit_side.hpp"
#include "cli/entry_operand.hpp"
#include "cli/places.hpp"
#include "entry/codec.hpp"

namespace medchain::cli {
namespace {

constexpr int poll_milliseconds = 500;

/// What was typed.
struct LogRequest {
  std::optional<MemberName> member;
  std::optional<std::string> person;
  std::optional<PersonTag> person_tag;
  std::vector<std::string> kinds;
  std::optional<entry::Word> purpose;
  std::optional<audit::Outcome> outcome;
  AuditPeriod period;
  std::optional<NamedSubject> subject;
  std::optional<MeantRecord> record;
  bool reverse = false, follow = false;
  std::uint64_t limit = UINT64_MAX;

  bool needs_vault() const {
    return person || (subject && subject->name) || (record && record->named);
  }
  bool is_watching() const { return subject || record; }
};

/// Names of kinds; those of the variant, so that a new kind is known here.
template <std::size_t... at>
std::vector<std::string> all_kinds(std::index_sequence<at...>) {
  return {std::string(std::variant_alternative_t<at, entry::Body>::type)...};
}
const std::vector<std::string>& known_kinds() {
  static const std::vector<std::string> kinds =
      all_kinds(std::make_index_sequence<std::variant_size_v<entry::Body>>());
  return kinds;
}

Status check_kinds(const std::vector<std::string>& kinds) {
  for (const std::string& kind : kinds) {
    const auto& known = known_kinds();
    if (std::find(known.begin(), known.end(), kind) != known.end()) continue;
    Error error = fail(Code::usage, "option '--kind': there is no kind of entry " + quote(kind));
    if (const auto near = nearest(kind, known)) error.hint = "did you mean " + quote(*near) + "?";
    return error;
  }
  return {};
}

Status check_follow(const Session& session, const LogRequest& request) {
  if (!request.follow) return {};
  if (request.reverse)
    return fail(Code::usage, "options '--follow' and '--reverse' exclude each other");
  if (request.period.until)
    return fail(Code::usage, "options '--follow' and '--until' exclude each other");
  if (session.format() == "fhir-bundle")
    return fail(Code::usage, "option '--follow': a Bundle is one document, and this has no end")
        .with_hint("'--format=fhir' has a resource in each line");
  const auto output = session.arguments().value("output");
  if (output && *output != "-")
    return fail(Code::usage,
                "option '--output': a file is only there when a run has ended, and "
                "'--follow' has no end");
  return {};
}

Result<LogRequest> log_request(Session& session) {
  const Arguments& typed = session.arguments();
  LogRequest request;
  if (const auto member = typed.value("member")) {
    MC_ASSIGN(request.member, member_option("member", *member));
  }
  request.person = typed.value("person");
  MC_ASSIGN(request.person_tag, person_tag_option(session));
  request.kinds = typed.all("kind");
  MC_TRY(check_kinds(request.kinds));
  if (const auto purpose = typed.value("purpose")) {
    MC_ASSIGN(request.purpose, word_option("purpose", *purpose));
  }
  if (const auto outcome = typed.value("outcome")) {
    MC_ASSIGN(request.outcome, entry::parse_word<audit::Outcome>(*outcome));
  }
  MC_ASSIGN(request.period, audit_period(session));
  request.reverse = session.has("reverse");
  request.follow = session.has("follow");
  MC_TRY(check_follow(session, request));
  MC_ASSIGN(const auto limit, session.number("limit", 1, entry::max_integer));
  request.limit = limit.value_or(UINT64_MAX);
  MC_ASSIGN(request.subject, audit_subject(session));
  MC_ASSIGN(request.record, audit_record(session, typed.value("record")));
  return request;
}

class Log {
 public:
  Log(Session& session, LogRequest request, AuditSide side)
      : session_(session),
        request_(std::move(request)),
        side_(std::move(side)),
        rows_(session, event_columns(), event_fields()) {
    if (is_fhir(session.format())) fhir_.emplace(session, shown());
  }

  Result<int> run() {
    MC_TRY(translate_person());
    MC_TRY(side_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_TRY(begin(view));
      return request_.reverse ? backwards(view) : forwards(view);
    }));
    Status followed;
    if (request_.follow) followed = follow();
    if (!followed && followed.error().code != Code::interrupted) return followed.error();
    MC_TRY(fhir_ ? fhir_->finish() : rows_.finish("entry"));
    if (!followed) return followed.error();
    return 0;
  }

 private:
  Status translate_person() {
    if (!request_.person) return {};
    MC_ASSIGN(request_.person_tag, side_.person_tag(*request_.person, session_.random()));
    return {};
  }

  /// With a subject or record: that alone of what an entry is about.
  audit::Shown shown() {
    audit::Shown shown;
    shown.subject = [this](const SubjectTag& tag) {
      return std::all_of(watches_.begin(), watches_.end(),
                         [&](const audit::Watch& watch) { return watch.subjects().contains(tag); });
    };
    shown.row = [this](const ledger::RowPlace& place) {
      return std::all_of(watches_.begin(), watches_.end(),
                         [&](const audit::Watch& watch) { return watch.has(place); });
    };
    return shown;
  }

  Status begin(const ledger::Snapshot& view) {
    MC_TRY(side_.check(view));
    if (fhir_) MC_TRY(fhir_->begin(view));
    if (request_.subject) {
      MC_ASSIGN(const auto tags, side_.tags_of(view, *request_.subject));
      MC_ASSIGN(const std::string covered, coverage_text(view, tags));
      session_.tell(covered);
      MC_ASSIGN(auto watch, audit::Watch::on_subject(view, tags));
      watches_.push_back(std::move(watch));
    }
    if (request_.record) {
      MC_ASSIGN(const RecordTag tag, side_.tag_of(view, *request_.record));
      MC_ASSIGN(auto watch, audit::Watch::on_record(view, tag));
      watches_.push_back(std::move(watch));
    }
    if (request_.is_watching() && !request_.needs_vault())
      session_.tell("no vault was asked: by tags alone");
    return {};
  }

  bool is_full() const { return (fhir_ ? fhir_->count() : rows_.count()) >= request_.limit; }

  /// From where it stopped up to the end that the snapshot has.
  Status forwards(const ledger::Snapshot& view) {
    MC_ASSIGN(const TreeSize size, view.size());
    const auto progress = session_.progress("entries", size.get());
    for (; next_ < size.get() && !is_full(); ++next_) {
      MC_TRY(look(view, EntryIndex(next_)));
      progress->update(next_, 0);
      if (session_.interrupted()) return stopped();
    }
    return {};
  }

  /// What an act is about is known by what came before it: with a subject or record the entries
  /// are found from the first on, and shown from the last on.
  Status backwards(const ledger::Snapshot& view) {
    MC_ASSIGN(const TreeSize size, view.size());
    std::vector<EntryIndex> found;
    if (request_.is_watching()) {
      for (std::uint64_t i = 0; i < size.get(); ++i) {
        MC_ASSIGN(const std::string bytes, view.entry_bytes(EntryIndex(i)));
        MC_ASSIGN(const bool is, is_watched(view, EntryIndex(i), bytes));
        if (is) found.push_back(EntryIndex(i));
        if (session_.interrupted()) return stopped();
      }
      for (auto at = found.rbegin(); at != found.rend() && !is_full(); ++at)
        MC_TRY(show(view, *at));
      return {};
    }
    for (std::uint64_t i = size.get(); i > 0 && !is_full(); --i) {
      MC_TRY(show(view, EntryIndex(i - 1)));
      if (session_.interrupted()) return stopped();
    }
    return {};
  }

  Error stopped() const { return fail(Code::interrupted, "stopped by a signal"); }

  Result<bool> is_watched(const ledger::Snapshot& view, EntryIndex index, std::string_view bytes) {
    bool all = true;
    for (audit::Watch& watch : watches_) {
      MC_ASSIGN(const audit::Reach reach, watch.look(view, index, bytes));
      all = all && reach == audit::Reach::named;
    }
    return all;
  }

  Status look(const ledger::Snapshot& view, EntryIndex index) {
    MC_ASSIGN(const std::string bytes, view.entry_bytes(index));
    MC_TRY(times_.pass(view, index, bytes));
    MC_ASSIGN(const bool is, is_watched(view, index, bytes));
    return is ? show(view, index, bytes) : Status();
  }

  /// The entry, if it fits the filters that ask for nothing but itself.
  Status show(const ledger::Snapshot& view, EntryIndex index) {
    MC_ASSIGN(const std::string bytes, view.entry_bytes(index));
    return show(view, index, bytes);
  }

  Status show(const ledger::Snapshot& view, EntryIndex index, std::string_view bytes) {
    const auto& kinds = request_.kinds;
    if (!kinds.empty() &&
        std::find(kinds.begin(), kinds.end(), audit::kind_of(bytes)) == kinds.end())
      return {};
    MC_ASSIGN(const UnixSeconds logged, times_.at(view, index));
    if (!request_.period.contains(logged)) return {};
    MC_ASSIGN(const entry::Entry entry, view.entry_of(index, bytes));
    MC_ASSIGN(const audit::Event event, audit::event_of(view, index, entry, logged));
    if (!fits(event)) return {};
    if (fhir_) return fhir_->add(view, event, entry.statement.body);
    return rows_.add(event_line(event), event_cells(event));
  }

  bool fits(const audit::Event& event) const {
    const auto has = [](const auto& all, const auto& one) {
      return std::find(all.begin(), all.end(), one) != all.end();
    };
    if (request_.member && event.author != *request_.member &&
        !has(event.members, *request_.member))
      return false;
    if (request_.person_tag && event.person != request_.person_tag &&
        event.other != request_.person_tag)
      return false;
    if (request_.purpose && !has(event.purposes, *request_.purpose)) return false;
    return !request_.outcome || event.outcome == *request_.outcome;
  }

  /// Looks now and then for what was appended, until it is stopped or nobody reads any more.
  Status follow() {
    for (;;) {
      MC_TRY(rows_.flush());
      if (is_full()) return {};
      pollfd waits[] = {{session_.stop_descriptor(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
      ::poll(waits, 2, poll_milliseconds);
      if (session_.interrupted()) return stopped();
      if ((waits[1].revents & (POLLERR | POLLHUP)) != 0) return {};
      MC_TRY(side_.ledger().read([&](const ledger::Snapshot& view) -> Status {
        MC_ASSIGN(const TreeSize size, view.size());
        if (size.get() <= next_) return {};
        for (audit::Watch& watch : watches_) MC_TRY(watch.refresh(view));
        return forwards(view);
      }));
    }
  }

  Session& session_;
  LogRequest request_;
  AuditSide side_;
  AuditRows rows_;
  std::optional<AuditFhir> fhir_;
  std::vector<audit::Watch> watches_;
  audit::LogTimes times_;
  std::uint64_t next_ = 0;
};

}  // namespace

std::vector<Option> audit_log_options() {
  std::vector<Option> options = {{"member", 0, ValueKind::text, "NAME", "by or with this member"}};
  const auto add = [&](std::vector<Option> more) {
    options.insert(options.end(), more.begin(), more.end());
  };
  add(audit_person_options());
  add(audit_subject_options());
  add(audit_record_options());
  add({{"kind", 0, ValueKind::text, "KIND", "only this kind of entry; several may be given", "", "",
        true},
       {"purpose", 0, ValueKind::text, "CODE", "only for this purpose"},
       {"outcome", 0, ValueKind::words, "OUTCOME", "only what ended so", "",
        "done|denied|failed"}});
  add(audit_period_options());
  add({{"reverse", 0, ValueKind::flag, "", "newest first"},
       {"limit", 0, ValueKind::number, "N", "at most so many entries"},
       {"follow", 0, ValueKind::flag, "", "go on with what is appended, until stopped"}});
  return options;
}

Result<int> audit_log(Session& session) {
  MC_ASSIGN(auto request, log_request(session));
  MC_ASSIGN(auto side, AuditSide::open(session, request.needs_vault(), true));
  session.seal({});
  return Log(session, std::move(request), std::move(side)).run();
}

}  // namespace medchain::cli
