// disclosures: an accounting of disclosures of one subject's records (45 CFR 164.528).
#include "audit/accounting.hpp"
#include "audit/log_times.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_acts.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/audit_side.hpp"
#include "cli/places.hpp"
#include "crypto/sha256.hpp"
#include "entry/encoder.hpp"

namespace medchain::cli {
namespace {

using entry::Disclosure;

constexpr std::uint64_t default_years = 6;
constexpr std::string_view default_compliance = "2003-04-14T00:00:00Z";
constexpr std::string_view classes =
    "treatment|payment|operations|individual|incident|authorization|directory|security|custody|"
    "limited|before|all";

/// HL7 PurposeOfUse codes as a brief statement of the purpose; others are their own.
std::string_view purpose_words(std::string_view code) {
  struct Purpose {
    std::string_view code, words;
  };
  static constexpr Purpose known[] = {{"TREAT", "treatment"},
                                      {"ETREAT", "emergency treatment"},
                                      {"BTG", "emergency treatment, break-glass"},
                                      {"HRESCH", "healthcare research"},
                                      {"HPAYMT", "healthcare payment"},
                                      {"HOPERAT", "healthcare operations"},
                                      {"PUBHLTH", "public health"},
                                      {"PATRQT", "request of the patient"},
                                      {"HLEGAL", "legal"},
                                      {"HDIRECT", "directory"},
                                      {"HMARKT", "healthcare marketing"},
                                      {"HSYSADMIN", "system administration"},
                                      {"FAMRQT", "request of the family"},
                                      {"COVERAGE", "coverage under policy or program"},
                                      {"TRAIN", "training"}};
  for (const Purpose& purpose : known)
    if (purpose.code == code) return purpose.words;
  return code;
}

struct Request {
  audit::AccountingTerms terms;
  std::optional<UnixSeconds> since, until;
  std::uint64_t years = default_years;
  std::vector<std::string> included;
};

Result<Request> accounting_request(Session& session) {
  Request request;
  MC_ASSIGN(const AuditPeriod period, audit_period(session));
  request.since = period.since;
  request.until = period.until;
  MC_ASSIGN(const auto years, session.number("years", 1, 100));
  if (years && period.since)
    return fail(Code::usage, "options '--since' and '--years' exclude each other");
  request.years = years.value_or(default_years);
  MC_ASSIGN(const auto compliance, session.time("compliance-date"));
  MC_ASSIGN(const auto by_default, parse_time_strict(default_compliance));
  request.terms.compliance = compliance.value_or(by_default);
  request.terms.suspended = session.has("show-suspended");
  request.included = session.arguments().all("include");
  for (const std::string& word : request.included) {
    const bool all = word == "all";
    if (all || word == "before") request.terms.before_compliance = true;
    if (word == "before") continue;
    for (const std::string_view name : entry::EnumWords<Disclosure>::words) {
      MC_ASSIGN(const Disclosure disclosure, entry::parse_word<Disclosure>(name));
      if ((all || name == word) && audit::is_excluded_class(disclosure))
        request.terms.included.insert(disclosure);
    }
  }
  return request;
}

/// The end is log time, what was logged at it included.
Status set_period(const ledger::Snapshot& view, Request& request) {
  MC_ASSIGN(const UnixSeconds now, rules::log_time(view));
  request.terms.until = request.until.value_or(UnixSeconds(now.get() + 1));
  request.terms.since = request.since.value_or(
      audit::years_before(request.until.value_or(now), static_cast<std::int64_t>(request.years)));
  if (request.terms.until <= request.terms.since)
    return fail(Code::usage,
                "option '--since': expected a time before log time " + format_time(now));
  return {};
}

std::vector<std::string> excluded_words(const audit::AccountingTerms& terms) {
  std::vector<std::string> words;
  for (const std::string_view name : entry::EnumWords<Disclosure>::words) {
    const auto disclosure = entry::parse_word<Disclosure>(name);
    if (audit::is_excluded_class(*disclosure) && !terms.included.contains(*disclosure))
      words.emplace_back(name);
  }
  if (!terms.before_compliance) words.emplace_back("before");
  return words;
}

json::Object terms_line(const audit::AccountingTerms& terms) {
  json::Array excluded;
  for (std::string& word : excluded_words(terms)) excluded.emplace_back(std::move(word));
  json::Object line = message("accounting");
  return line.set("since", format_time(terms.since))
      .set("until", format_time(terms.until))
      .set("excluded", std::move(excluded))
      .set("compliance_date", format_time(terms.compliance));
}

/// The same question to the same state of a ledger is the same report.
Result<std::string> report_id(const ledger::Snapshot& view,
                              const std::vector<audit::KnownTag>& tags,
                              const audit::AccountingTerms& terms) {
  MC_ASSIGN(const std::string checkpoint, view.checkpoint());
  std::string text = checkpoint + json::write(terms_line(terms)) + (terms.suspended ? "all" : "");
  for (const audit::KnownTag& tag : tags) text += to_hex(tag.tag.view());
  return "disclosures-" + to_hex(crypto::sha256(as_bytes(text))).substr(0, 32);
}

/// What a card says of who it is and where.
struct Party {
  std::string display, address;
};
Result<Party> party_of(const rules::View& view, const MemberName& name) {
  MC_ASSIGN(const auto state, rules::member(view, name));
  if (!state) return Party();
  Party party;
  if (state->card.display) party.display = state->card.display->get();
  if (state->card.contact) party.address = state->card.contact->get();
  return party;
}

/// Of the persons who released.
std::string_view signed_word(const audit::Disclosed& row) {
  if (row.signed_persons == row.times) return "signed";
  return row.signed_persons == 0 ? "asserted" : "mixed";
}

json::Object disclosed_line(const audit::Disclosed& row, const Party& party) {
  json::Object line = message("disclosure");
  line.set("first", format_time(row.first.logged)).set("entry", row.first.index.get());
  line.set("from", row.from.get()).set("to", row.to.get());
  if (!party.display.empty()) line.set("to_name", party.display);
  if (!party.address.empty()) line.set("to_address", party.address);
  if (!row.receivers.empty())
    line.set("to_persons", entry::encode_value(
                               std::vector<PersonTag>(row.receivers.begin(), row.receivers.end())));
  line.set("records", std::uint64_t{row.records.size()})
      .set("resources", counts_value(row.resources))
      .set("purpose", row.purpose.get())
      .set("purpose_words", purpose_words(row.purpose.get()))
      .set("disclosure", entry::word_of(row.disclosure))
      .set("ground", entry::word_of(row.ground.kind))
      .set("ground_entry", row.ground.index.get());
  if (row.ground.basis) line.set("legal", entry::encode_value(row.ground.basis->legal));
  line.set("times", row.times).set("last", format_time(row.last));
  line.set("entries", entry::encode_value(row.entries));
  if (row.first.person)
    line.set("person", to_text(*row.first.person)).set("person_is", signed_word(row));
  line.set("step", "enforced").set("uses", row.uses);
  if (row.suspension) line.set("suspended_by", row.suspension->get());
  return line;
}

std::vector<std::string> disclosed_cells(const audit::Disclosed& row, const Party& party) {
  return {
      format_time(row.first.logged),
      party.display.empty() ? row.to.get() : row.to.get() + ", " + party.display,
      party.address,
      counts_text(row.resources),
      std::string(purpose_words(row.purpose.get())),
      std::string(entry::word_of(row.disclosure)) + (row.suspension ? ", suspended" : ""),
      std::string(entry::word_of(row.ground.kind)) + " " + std::to_string(row.ground.index.get()),
      std::to_string(row.times),
      format_time(row.last),
      row.from.get(),
      row.first.person ? std::string(signed_word(row)) : ""};
}

std::vector<report::Column> disclosed_columns() {
  using report::Align;
  return {{"DATE", Align::left, 60},
          {"TO"},
          {"ADDRESS"},
          {"WHAT"},
          {"PURPOSE"},
          {"CLASS"},
          {"UNDER"},
          {"TIMES", Align::right},
          {"LAST"},
          {"BY"},
          {"PERSON", Align::left, 20}};
}

std::vector<std::string_view> disclosed_fields() {
  return {"first",      "entry",        "from",      "to",      "to_name",       "to_address",
          "to_persons", "records",      "resources", "purpose", "purpose_words", "disclosure",
          "ground",     "ground_entry", "legal",     "times",   "last",          "entries",
          "person",     "person_is",    "step",      "uses",    "suspended_by"};
}

/// Each disclosure by itself.
Status print_fhir(Session& session, const ledger::Snapshot& view,
                  const std::vector<audit::KnownTag>& tags, const audit::Accounting& accounting) {
  std::set<SubjectTag> subjects;
  for (const audit::KnownTag& tag : tags) subjects.insert(tag.tag);
  std::set<EntryIndex> entries;
  for (const audit::Disclosed& row : accounting.rows)
    entries.insert(row.entries.begin(), row.entries.end());
  audit::Shown shown;
  shown.subject = [&](const SubjectTag& tag) { return subjects.contains(tag); };
  AuditFhir fhir(session, std::move(shown));
  MC_TRY(fhir.begin(view));
  audit::LogTimes times;
  for (const EntryIndex index : entries) {
    MC_ASSIGN(const UnixSeconds logged, times.at(view, index));
    MC_TRY(fhir.add(view, index, logged));
  }
  return fhir.finish();
}

Status tell_withheld(Session& session, const audit::Accounting& accounting) {
  if (accounting.withheld == 0) return {};
  // For who makes the report, on standard error: the report itself is silent about it.
  std::string entries;
  for (const EntryIndex index : accounting.suspensions)
    entries += (entries.empty() ? "" : ", ") + std::to_string(index.get());
  session.warn("not for the individual: " + counted(accounting.withheld, "disclosure") +
               " withheld by a suspension (entry " + entries + "); '--show-suspended' shows them");
  return {};
}

Status print(Session& session, const ledger::Snapshot& view,
             const std::vector<audit::KnownTag>& tags, const audit::AccountingTerms& terms,
             const audit::Accounting& accounting) {
  AuditRows rows(session, disclosed_columns(), disclosed_fields());
  MC_ASSIGN(const std::string id, report_id(view, tags, terms));
  rows.set_id(id);
  MC_TRY(write_coverage(session, rows, view, tags));
  const auto excluded = excluded_words(terms);
  MC_TRY(rows.head("Disclosures from " + format_time(terms.since) + " until before " +
                       format_time(terms.until) + ", by log time; " +
                       (excluded.empty() ? std::string("of all classes")
                                         : "without the classes " + join(excluded, ", ")) +
                       ".\n\n",
                   terms_line(terms)));
  if (is_fhir(session.format())) {
    MC_TRY(print_fhir(session, view, tags, accounting));
    return tell_withheld(session, accounting);
  }
  if (accounting.rows.empty()) MC_TRY(rows.head("There are none.\n", std::nullopt));
  for (const audit::Disclosed& row : accounting.rows) {
    MC_ASSIGN(const Party party, party_of(view, row.to));
    MC_TRY(rows.add(disclosed_line(row, party), disclosed_cells(row, party)));
  }
  json::Object more;
  more.set("disclosures", accounting.disclosures);
  MC_TRY(rows.finish("row", more));
  return tell_withheld(session, accounting);
}

}  // namespace

std::vector<Option> audit_disclosures_options() {
  auto options = audit_subject_options();
  for (const Option& option : audit_period_options()) options.push_back(option);
  options.push_back({"years", 0, ValueKind::number, "N", "so many years back (default: 6)"});
  options.push_back({"include", 0, ValueKind::words, "CLASS", "an excluded class too, or all", "",
                     classes, true});
  options.push_back({"compliance-date", 0, ValueKind::time, "TIME",
                     "what was before is a class of its own (default: 2003-04-14)"});
  options.push_back({"show-suspended", 0, ValueKind::flag, "",
                     "also what is suspended: for the privacy officer"});
  return options;
}

Result<int> audit_disclosures(Session& session) {
  MC_ASSIGN(Request request, accounting_request(session));
  MC_ASSIGN(const auto subject, audit_subject(session));
  if (!subject)
    return fail(Code::usage, "option '--subject', '--subject-file' or '--subject-tag' is needed");
  MC_ASSIGN(auto side, AuditSide::open(session, subject->name.has_value(), true));
  session.seal({});
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(side.check(view));
    MC_TRY(set_period(view, request));
    MC_ASSIGN(const auto tags, side.tags_of(view, *subject));
    MC_ASSIGN(const auto accounting, audit::account(view, tags, request.terms, going_on(session)));
    return print(session, view, tags, request.terms, accounting);
  }));
  return 0;
}

}  // namespace medchain::cli
