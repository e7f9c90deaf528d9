// check: does what was granted permit this use?  The custodian, with vault and seal key, knows
// terms and records; others are told what the ledger can tell, and what remains open.
#include <algorithm>
#include <deque>
#include <set>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "cli/entry_operand.hpp"
#include "cli/grant_queries.hpp"
#include "cli/own_side.hpp"
#include "cli/scope_options.hpp"
#include "entry/row.hpp"
#include "exchange/held_records.hpp"
#include "rules/decide.hpp"
#include "vault/persons.hpp"

namespace medchain::cli {
namespace {

class Check {
 public:
  Check(Session& session, const ledger::Snapshot& view, const OwnSide& own)
      : session_(session), view_(view), own_(own) {}

  Result<int> run() {
    MC_TRY(read_question());
    MC_TRY(read_resource());
    MC_ASSIGN(const auto grants, relevant());
    rules::Decision decision = rules::decide(grants, question_, resource_);
    MC_TRY(check_owner(decision));
    // About one record there is a yes only where nothing remains to be met.
    if (decision.permit && resource_.record && !decision.filters.empty()) {
      decision.permit = false;
      decision.why = "conditions remain that cannot be checked here";
    }
    MC_TRY(print(decision));
    return decision.permit ? 0 : 1;
  }

 private:
  Status read_question() {
    MC_ASSIGN(const std::string member, session_.required("member"));
    MC_ASSIGN(const MemberName name, member_option("member", member));
    MC_ASSIGN(const std::string purpose, session_.required("purpose"));
    MC_ASSIGN(const entry::Word why, word_option("purpose", purpose));
    MC_ASSIGN(UnixSeconds now, rules::log_time(view_));
    MC_ASSIGN(const auto at, session_.time("at"));
    if (at) now = *at;
    std::optional<PersonTag> person;
    if (const auto text = session_.arguments().value("person")) {
      MC_ASSIGN(person, person_tag(*text, name));
    }
    MC_ASSIGN(question_, rules::question_of(view_, name, person, why, now));
    question_.action = session_.setting("action").value_or("read");
    if (const auto text = session_.setting("custodian")) {
      MC_ASSIGN(custodian_, member_option("custodian", *text));
    } else if (own_.member()) {
      custodian_ = *own_.member();
    } else {
      return fail(Code::usage, "option '--custodian' is needed: whose records")
          .with_hint("give '--custodian=MEMBER' or '--key=DIR'");
    }
    return {};
  }
  /// The tag itself, or a name of one's own.
  Result<PersonTag> person_tag(const std::string& text, const MemberName& whose) const {
    if (const auto tag = parse_hash<PersonTag>(text)) return *tag;
    if (own_.vault() != nullptr && own_.member() == whose) {
      crypto::SystemRandom random;
      MC_ASSIGN(const auto tag, vault::Persons(*own_.vault()).tag(text, random));
      if (tag) return *tag;
    }
    return fail(Code::usage,
                "option '--person': a person of another member is named by its tag, "
                "sha256:...");
  }

  bool is_custodian() const { return own_.member() == custodian_ && own_.vault() != nullptr; }

  Status read_resource() {
    if (const auto text = session_.arguments().value("type")) {
      MC_ASSIGN(resource_.type, word_option("type", *text));
    }
    if (const auto text = session_.arguments().value("subject")) MC_TRY(read_subject(*text));
    facts_.codes = session_.arguments().all("code");
    facts_.labels = session_.arguments().all("label");
    facts_.authors = session_.arguments().all("author");
    facts_.related = session_.arguments().all("related");
    if (const auto text = session_.arguments().value("record")) MC_TRY(read_record(*text));
    return {};
  }
  Status read_subject(const std::string& text) {
    if (const auto tag = parse_hash<SubjectTag>(text)) {
      resource_.subject = *tag;
      return {};
    }
    if (!is_custodian())
      return fail(Code::usage,
                  "option '--subject': only the custodian knows identifiers; others "
                  "name a subject by its tag, sha256:...");
    MC_ASSIGN(const auto tags, tags_of_subjects(*own_.vault(), {text}));
    resource_.subject = tags.front();
    return {};
  }
  Status read_record(const std::string& text) {
    MC_ASSIGN(auto place, parse_rows(text));
    if (!place) {
      if (!is_custodian())
        return fail(Code::usage,
                    "option '--record': only the custodian knows ids; others name a "
                    "record by its place, ENTRY:ROW");
      MC_ASSIGN(const auto places, places_of_records(*own_.vault(), {text}));
      place = places.front();
    }
    if (place->rows.count() != 1)
      return fail(Code::usage, "option '--record': expected one record");
    MC_TRY(view_.placed_rows(
        place->entry, place->rows, [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
          if (placed.custodian != custodian_)
            return fail(Code::record_foreign,
                        "the record belongs to " + quote(placed.custodian.get()));
          resource_.type = placed.type;
          resource_.subject = placed.row.subject;
          resource_.record = placed.row.record;
          return {};
        }));
    if (is_custodian()) MC_TRY(read_facts(*place));
    return {};
  }
  /// What the vault has written down of the record; what was typed is known besides.
  Status read_facts(const entry::RecordSet& place) {
    const std::uint32_t row = place.rows.ranges().front().first;
    vault::Vault& vault = *own_.vault();
    return vault.read([&]() -> Status {
      MC_TRY(vault.for_each_batch([&](std::uint64_t, const vault::Batch& batch) -> Status {
        if (batch.state == vault::BatchState::anchored && batch.entry == place.entry)
          number_ = batch.first + row;
        return {};
      }));
      if (!number_) return {};
      MC_ASSIGN(const vault::Version version, vault.version(*number_));
      facts_.record = version.type + "/" + version.id;
      if (!version.code.empty()) facts_.codes.push_back(version.code);
      facts_.date = exchange::begin_of_date(version.date);
      return {};
    });
  }
  /// What its copy says: all that terms can ask for, where it is kept and is FHIR JSON.
  Status read_copy() {
    const auto has_none = [](Code code) {
      return code == Code::copy_missing || code == Code::record_erased;
    };
    vault::Vault& vault = *own_.vault();
    std::vector<exchange::HeldRecord> held;
    Status found = vault.read([&]() -> Status {
      MC_ASSIGN(held, exchange::own_records(vault, view_, {}, std::vector{*number_}));
      return {};
    });
    if (!found && has_none(found.error().code)) return {};
    MC_TRY(std::move(found));
    auto said = exchange::facts_of(held.front());
    if (!said && has_none(said.error().code)) return {};
    MC_ASSIGN(const auto facts, std::move(said));
    if (!facts) return {};
    const auto add = [](std::vector<std::string>& known, const std::vector<std::string>& more) {
      known.insert(known.end(), more.begin(), more.end());
    };
    add(facts_.codes, facts->codes);
    add(facts_.labels, facts->labels);
    add(facts_.authors, facts->authors);
    add(facts_.related, facts->related);
    if (facts->date) facts_.date = facts->date;
    knows_copy_ = true;
    return {};
  }

  /// Whether these conditions ask only for what is known of the record.
  bool knows_enough(const entry::Conditions& conditions) const {
    if (knows_copy_) return true;
    const auto known = [](const auto& asked, const auto& found) {
      return asked.empty() || !found.empty();
    };
    return known(conditions.codes, facts_.codes) && known(conditions.labels, facts_.labels) &&
           known(conditions.authors, facts_.authors) && known(conditions.related, facts_.related) &&
           ((!conditions.data_from && !conditions.data_until) || facts_.date);
  }

  Result<std::vector<rules::Provided>> relevant() {
    std::set<SubjectTag> subjects;
    if (resource_.subject) {
      subjects.insert(*resource_.subject);
      MC_ASSIGN(auto found, rules::grants_about(view_, custodian_, question_, subjects));
      for (auto& each : found) grants_.push_back(std::move(each));
    } else {
      MC_TRY(all_about());
    }
    std::vector<rules::Provided> ready;
    for (const auto& [hash, state] : grants_) {
      MC_ASSIGN(auto one, rules::provided(view_, hash, state, question_.at));
      if (state.body.terms) {
        const auto terms = own_.terms(view_, state.index);
        if (terms && *terms) {
          one.terms = &terms_.emplace_back(**terms);
        }
      }
      ready.push_back(std::move(one));
    }
    if (!number_) return ready;
    const auto asks = [](const entry::Terms& terms) { return terms.has_conditions(); };
    if (std::any_of(terms_.begin(), terms_.end(), asks)) MC_TRY(read_copy());
    const bool enough =
        std::all_of(terms_.begin(), terms_.end(), [this](const entry::Terms& terms) {
          return knows_enough(terms.conditions) &&
                 std::all_of(terms.exceptions.begin(), terms.exceptions.end(),
                             [this](const auto& each) { return knows_enough(each); });
        });
    if (enough) resource_.facts = &facts_;
    return ready;
  }
  /// Without a subject, grants about any subject are looked at.
  Status all_about() {
    std::vector<std::string> who = {"m:" + question_.member.get(), "any"};
    for (const MemberName& name : question_.groups) who.push_back("g:" + name.get());
    for (const entry::Role role : question_.roles)
      who.push_back("r:" + std::string(entry::word_of(role)));
    std::set<EntryHash> hashes;
    for (const std::string& actor : who)
      MC_TRY(view_.scan("may/" + custodian_.get() + "/" + actor + "/",
                        [&](std::string_view key, std::string_view) -> Status {
                          MC_ASSIGN(const auto hash,
                                    parse_hash<EntryHash>(
                                        "sha256:" + std::string(key.substr(key.rfind('/') + 1))));
                          hashes.insert(hash);
                          return {};
                        }));
    for (const EntryHash& hash : hashes) {
      MC_ASSIGN(auto state, rules::grant(view_, hash));
      if (state) grants_.emplace_back(hash, std::move(*state));
    }
    return {};
  }

  /// The policy may demand the patient's own grant (DESIGN 9).
  Status check_owner(rules::Decision& decision) {
    if (!decision.permit || !decision.by || !resource_.subject) return {};
    MC_ASSIGN(const auto policy, rules::policy(view_));
    if (!policy.patient_grant ||
        !std::binary_search(policy.patient_grant->begin(), policy.patient_grant->end(),
                            question_.purpose))
      return {};
    MC_ASSIGN(const auto owned, rules::owners(view_, custodian_, *resource_.subject));
    if (!owned || owned->owners.empty()) return {};
    MC_ASSIGN(auto grant, rules::grant(view_, *decision.by));
    while (grant && grant->body.parent) {
      MC_ASSIGN(grant, rules::grant(view_, *grant->body.parent));
    }
    if (!grant) return {};
    for (const MemberName& owner : owned->owners) {
      if (owner == grant->author) return {};
      MC_ASSIGN(const auto acting, rules::delegate(view_, owner, grant->author));
      if (acting && (!acting->until || question_.at < *acting->until)) return {};
    }
    decision.permit = false;
    decision.code = Code::grant_owner;
    decision.why = "the policy demands the patient's own grant for this purpose";
    decision.filters.clear();
    return {};
  }

  Result<EntryIndex> index_of(const EntryHash& hash) const {
    MC_ASSIGN(const auto state, rules::grant(view_, hash));
    if (!state) return fail(Code::store_damaged, "a grant is missing");
    return state->index;
  }

  Status print(const rules::Decision& decision) {
    const bool explain = session_.has("explain");
    std::optional<EntryIndex> by;
    if (decision.by) {
      MC_ASSIGN(by, index_of(*decision.by));
    }
    const std::string exception =
        decision.exception ? ", exception " + std::to_string(*decision.exception + 1) : "";
    if (session_.format() == "json") return print_json(decision, by);
    std::string text = decision.permit ? "permitted" : "denied";
    if (by) text += " by grant " + std::to_string(by->get()) + exception;
    if (!decision.permit) text += std::string(": ") + std::string(info(decision.code).id);
    text += "\n";
    if (explain && !decision.why.empty()) text += "  " + decision.why + "\n";
    if (explain && !decision.by) text += "  nothing applies: what is not permitted is denied\n";
    for (const rules::Filter& filter : decision.filters) {
      MC_ASSIGN(const EntryIndex from, index_of(filter.grant));
      text += "  remains: " + filter.text;
      if (explain)
        text += " (grant " + std::to_string(from.get()) +
                (filter.exception ? ", exception " + std::to_string(*filter.exception + 1) : "") +
                ")";
      text += "\n";
    }
    if (explain) text += "  judged at " + format_time(question_.at) + ", " + known() + "\n";
    return session_.out().write(text);
  }
  std::string known() const {
    if (resource_.facts != nullptr) return "terms and record known";
    return own_.member() == custodian_ ? "by the custodian, as far as known"
                                       : "by the ledger alone";
  }
  Status print_json(const rules::Decision& decision, std::optional<EntryIndex> by) {
    json::Object line = message("decision");
    line.set("permit", decision.permit)
        .set("member", question_.member.get())
        .set("custodian", custodian_.get())
        .set("purpose", question_.purpose.get())
        .set("at", format_time(question_.at));
    if (!decision.permit) line.set("rule", info(decision.code).id);
    if (by) line.set("grant", by->get());
    if (decision.exception)
      line.set("exception", static_cast<std::uint64_t>(*decision.exception + 1));
    if (!decision.why.empty()) line.set("reason", decision.why);
    json::Array filters;
    for (const rules::Filter& filter : decision.filters) {
      MC_ASSIGN(const EntryIndex from, index_of(filter.grant));
      json::Object one;
      one.set("grant", from.get());
      if (filter.exception) one.set("exception", static_cast<std::uint64_t>(*filter.exception + 1));
      one.set("text", filter.text);
      filters.emplace_back(std::move(one));
    }
    line.set("filters", std::move(filters)).set("facts_known", resource_.facts != nullptr);
    return session_.out().line(line);
  }

  Session& session_;
  const ledger::Snapshot& view_;
  const OwnSide& own_;
  MemberName custodian_;
  rules::Question question_;
  rules::Resource resource_;
  rules::Facts facts_;
  std::optional<std::uint64_t> number_;  ///< of the record in the custodian's vault
  bool knows_copy_ = false;
  std::vector<std::pair<EntryHash, rules::GrantState>> grants_;
  std::deque<entry::Terms> terms_;
};

}  // namespace

Result<int> grant_check(Session& session) {
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const OwnSide own, OwnSide::open(session, *ledger));
  int status = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(status, Check(session, view, own).run());
    return {};
  }));
  return status;
}

}  // namespace medchain::cli
