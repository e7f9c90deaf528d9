// Option tables of the verbs in vault_own_acts.hpp.
#include "cli/data_act.hpp"
#include "cli/places.hpp"
#include "cli/vault_own_acts.hpp"

namespace medchain::cli {
namespace {

Option source_option() {
  return {"source", 0, ValueKind::text, "NAME", "system that gave the ids, as they were anchored"};
}
Option subject_name() {
  return {"subject", 0, ValueKind::text, "NAME", "a whole subject instead of records"};
}
Option subject_file() {
  return {"subject-file", 0, ValueKind::file, "FILE",
          "the subject's name is the first line of FILE"};
}

Verb act(std::string_view name, std::string_view operands, std::string_view summary,
         std::vector<Option> options, std::function<Result<int>(Session&)> run) {
  Verb verb;
  verb.name = name;
  verb.operands = operands;
  verb.summary = summary;
  verb.options = std::move(options);
  const std::vector<Option> person = person_options();
  verb.options.insert(verb.options.end(), person.begin(), person.end());
  verb.common = data_act_common();
  verb.formats = "json";
  verb.appends = true;
  verb.writes = {"ledger", "host", "vault"};
  verb.signs = true;
  verb.run = std::move(run);
  return verb;
}

Verb query(std::string_view name, std::string_view operands, std::string_view summary,
           std::vector<Option> options, std::function<Result<int>(Session&)> run) {
  Verb verb;
  verb.name = name;
  verb.operands = operands;
  verb.summary = summary;
  verb.options = std::move(options);
  verb.common = {"ledger", "vault", "output"};
  verb.formats = "text|json";
  verb.max_operands = 0;
  verb.run = std::move(run);
  return verb;
}

void link_opens(const Session& session, Places& places) {
  if (session.has("locator")) places.add(everything());
}

void search_opens(const Session& session, Places& places) {
  for (const std::string& directory : session.operands()) places.add(store_to_read(directory));
}

}  // namespace

std::vector<Verb> own_act_verbs() {
  Verb erase = act(
      "erase", "[RECORD...]", "destroy what opens records or a subject, and say so on the ledger",
      {subject_name(),
       subject_file(),
       source_option(),
       {"basis", 0, ValueKind::text, "CODE", "legal basis, such as GDPR-17"},
       {"due", 0, ValueKind::time, "TIME", "until when receivers must acknowledge the notice"},
       {"yes", 0, ValueKind::flag, {}, "do not ask"}},
      vault_erase);
  erase.asks = true;
  Verb notices = query(
      "notices", "", "list who received what was erased and has not acknowledged it",
      {{"all", 0, ValueKind::flag, {}, "those too who have"},
       {"max-age", 0, ValueKind::duration, "DURATION", "younger ones are no reason for status 1"}},
      vault_notices);
  notices.common.push_back("time");
  Verb retain = act(
      "retain", "[RECORD...]", "forbid erasing records or a subject, or end that",
      {subject_name(),
       subject_file(),
       source_option(),
       {"kind", 0, ValueKind::words, "KIND", "why it must stay", {}, "hold|seal|retention"},
       {"until", 0, ValueKind::time, "TIME", "log time at which it ends by itself"},
       {"reason", 0, ValueKind::text, "CODE", "a reason code"},
       {"witness", 0, ValueKind::text, "MEMBER", "who signs a seal too", {}, {}, true},
       {"document", 0, ValueKind::file, "FILE", "what was signed; its commitment is kept"},
       {"custodian", 0, ValueKind::text, "MEMBER", "whose records, if others' (for an auditor)"},
       {"release", 0, ValueKind::text, "CASE", "end the case of this entry"}},
      vault_retain);
  retain.also_opens = make_vault_opens;
  Verb link = act(
      "link", "[FROM RELATION TO | RECORD]",
      "link a record to another, to where it is, or a subject to one of another member",
      {subject_name(),
       subject_file(),
       {"with", 0, ValueKind::text, "MEMBER", "the other member, who signs too"},
       {"with-tag", 0, ValueKind::text, "TAG", "the subject's tag there, as its 'search' shows it"},
       {"locator", 0, ValueKind::file, "PATH", "where the record, or what was moved, is now"},
       {"moved-from", 0, ValueKind::directory, "DIR",
        "all records read below DIR, with '--locator'"},
       source_option()},
      vault_link);
  link.max_operands = 3;
  link.secret_output = true;
  link.also_opens = link_opens;
  const Option whose{"subject", 0, ValueKind::text, "NAME", "whose records"};
  Verb own = act("own", "PATIENT", "make a patient member an owner of a subject; both sign",
                 {whose, subject_file()}, vault_own);
  Verb disown = act("disown", "PATIENT", "end that a patient member owns a subject; both sign",
                    {whose, subject_file()}, vault_disown);
  const Option patient{"patient", 0, ValueKind::text, "MEMBER",
                       "for whom, if named by a custodian"};
  Verb delegate = act("delegate", "MEMBER", "name who acts for a patient; it signs too",
                      {{"guardian", 0, ValueKind::flag, {}, "as a guardian, of a child"},
                       {"until", 0, ValueKind::time, "TIME", "log time at which it ends"},
                       patient,
                       whose,
                       subject_file()},
                      vault_delegate);
  delegate.also_opens = make_vault_opens;
  Verb undelegate = act("undelegate", "MEMBER", "end that somebody acts for a patient",
                        {patient, whose, subject_file()}, vault_undelegate);
  undelegate.also_opens = make_vault_opens;
  for (Verb* verb : {&own, &disown, &delegate, &undelegate})
    verb->min_operands = verb->max_operands = 1;
  Verb links = query(
      "links", "", "list links of own records, and which dangle",
      {{"dangling", 0, ValueKind::flag, {}, "only links that dangle, and records that are gone"}},
      vault_links);
  Verb search = query("search", "[VAULT...]", "find records by subject, type, code, label and date",
                      {{"subject", 0, ValueKind::text, "NAME", "only records of this subject"},
                       subject_file(),
                       {"type", 0, ValueKind::text, "WORD", "only records of this type"},
                       {"code", 0, ValueKind::text, "CODE", "only records with this code"},
                       {"label",
                        0,
                        ValueKind::text,
                        "CODE",
                        "only records with this security label; several: any of them",
                        {},
                        {},
                        true},
                       {"since", 0, ValueKind::time, "TIME", "dated at this time or later"},
                       {"until", 0, ValueKind::time, "TIME", "dated before this time"}},
                      vault_search);
  search.max_operands = SIZE_MAX;
  search.operand_kind = ValueKind::directory;
  search.also_opens = search_opens;
  for (Verb* verb : {&links, &search, &notices}) verb->secret_output = true;
  return {erase, notices, retain, link, links, own, disown, delegate, undelegate, search};
}

}  // namespace medchain::cli
