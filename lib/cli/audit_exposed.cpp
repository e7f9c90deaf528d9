// exposed: which subjects and records a person, a member or the holder of a key reached (GDPR Art.
// 33, 34).
#include "cli/audit_exposed.hpp"

#include "audit/exposed.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_side.hpp"
#include "cli/entry_operand.hpp"
#include "cli/places.hpp"
#include "entry/codec.hpp"
#include "vault/persons.hpp"

namespace medchain::cli {
namespace {

using report::Align;

/// `hosp-a+12ab34cd`, as signature lines and vkeys begin.
Result<audit::Suspect::Key> key_option(const std::string& text) {
  const auto wrong = [] {
    return fail(Code::usage,
                "option '--signing-key': expected NAME+HEX, the beginning of a vkey with the 8 "
                "digits of its id");
  };
  const std::size_t plus = text.find('+');
  if (plus == std::string::npos || plus == 0) return wrong();
  const std::string digits = text.substr(plus + 1, text.find('+', plus + 1) - plus - 1);
  ByteArray<4> bytes{};
  if (digits.size() != 8 || !parse_hex(digits, bytes)) return wrong();
  std::uint32_t id = 0;
  for (const std::byte byte : bytes) id = id << 8 | std::to_integer<std::uint32_t>(byte);
  return audit::Suspect::Key{text.substr(0, plus), note::KeyId(id)};
}

struct Request {
  audit::Suspect suspect;
  std::optional<std::string> person;  ///< whom the vault is to translate
  AuditPeriod period;
};

Result<Request> exposed_request(Session& session) {
  const Arguments& typed = session.arguments();
  Request request;
  request.person = typed.value("person");
  MC_ASSIGN(request.suspect.person, person_tag_option(session));
  if (const auto member = typed.value("member")) {
    MC_ASSIGN(request.suspect.member, member_option("member", *member));
  }
  if (const auto key = typed.value("signing-key")) {
    MC_ASSIGN(request.suspect.key, key_option(*key));
  }
  const int given = request.person.has_value() + request.suspect.person.has_value() +
                    request.suspect.member.has_value() + request.suspect.key.has_value();
  if (given != 1)
    return fail(Code::usage,
                "one of the options '--person', '--person-tag', '--member' and '--signing-key' is "
                "needed");
  MC_ASSIGN(request.period, audit_period(session));
  return request;
}

std::string how_text(const std::set<audit::Reaching>& how) {
  std::vector<std::string> words;
  for (const audit::Reaching one : how) words.emplace_back(entry::word_of(one));
  return join(words, ",");
}

audit::Watch::Counts resources_of(const audit::Exposure& exposure) {
  std::map<RecordTag, std::string> records;
  for (const auto& [place, row] : exposure.rows) records.emplace(row.record, row.type);
  audit::Watch::Counts counts;
  for (const auto& [record, type] : records) ++counts[type];
  return counts;
}

json::Object exposure_line(const audit::Exposure& exposure, const audit::Watch::Counts& counts) {
  json::Object line = message("exposure");
  line.set("subject_tag", to_text(exposure.subject));
  if (exposure.custodian) line.set("custodian", exposure.custodian->get());
  json::Array how, places;
  for (const audit::Reaching one : exposure.how) how.emplace_back(entry::word_of(one));
  std::uint64_t records = 0;
  for (const auto& [type, count] : counts) records += count;
  line.set("how", std::move(how))
      .set("records", records)
      .set("resources", counts_value(counts))
      .set("first", format_time(exposure.first))
      .set("last", format_time(exposure.last))
      .set("entries", entry::encode_value(exposure.entries));
  std::map<EntryIndex, std::vector<std::uint32_t>> rows;
  for (const auto& [place, row] : exposure.rows) rows[place.entry].push_back(place.row);
  for (auto& [index, numbers] : rows)
    places.emplace_back(
        entry::encode(entry::RecordSet{index, entry::RowRanges::of(std::move(numbers))}));
  return line.set("places", std::move(places));
}

Result<int> audit_exposed(Session& session) {
  MC_ASSIGN(Request request, exposed_request(session));
  MC_ASSIGN(auto side, AuditSide::open(session, request.person.has_value(), true));
  session.seal({});
  AuditRows rows(session,
                 {{"SUBJECT", Align::left, 64},
                  {"HELD BY"},
                  {"RECORDS"},
                  {"HOW"},
                  {"FIRST"},
                  {"LAST"},
                  {"ENTRIES", Align::right}},
                 {"subject_tag", "custodian", "how", "records", "resources", "first", "last",
                  "entries", "places"});
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(side.check(view));
    if (request.person) {
      MC_ASSIGN(request.suspect.person, side.person_tag(*request.person, session.random()));
    }
    MC_ASSIGN(
        const auto exposed,
        audit::exposed_to(
            view, request.suspect, [&](UnixSeconds time) { return request.period.contains(time); },
            going_on(session)));
    for (const audit::Exposure& one : exposed.subjects) {
      const auto counts = resources_of(one);
      MC_TRY(rows.add(exposure_line(one, counts),
                      {to_hex(one.subject.view()), one.custodian ? one.custodian->get() : "",
                       counts_text(counts), how_text(one.how), format_time(one.first),
                       format_time(one.last), std::to_string(one.entries.size())}));
    }
    MC_TRY(rows.finish("subject"));
    session.tell("found in " + counted(exposed.acts, "entry") +
                 (exposed.unnamed == 0
                      ? ""
                      : ", " + std::to_string(exposed.unnamed) + " of them name no subject"));
    if (request.suspect.member && request.period.since)
      session.warn("what was sealed to '" + request.suspect.member->get() +
                   "' before, and is still kept, opens with its seal key too: without '--since' it "
                   "is listed");
    return {};
  }));
  return 0;
}

}  // namespace

Verb exposed_verb() {
  Verb verb;
  verb.name = "exposed";
  verb.summary = "list whose records a person, member or key reached, after a breach";
  verb.options = audit_person_options();
  verb.options.push_back({"member", 0, ValueKind::text, "NAME", "what this member reached"});
  verb.options.push_back({"signing-key", 0, ValueKind::text, "NAME+HEX",
                          "what was signed with this key: a vkey, or its beginning"});
  for (const Option& option : audit_period_options()) verb.options.push_back(option);
  verb.common = {"ledger", "vault", "no-pager", "output"};
  verb.max_operands = 0;
  verb.formats = table_formats;
  verb.run = audit_exposed;
  return verb;
}

}  // namespace medchain::cli
