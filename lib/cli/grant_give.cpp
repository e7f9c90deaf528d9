// give: a grant that answers a request, passes a grant on, replaces one, or stands alone.
#include <algorithm>

#include "base/encoding.hpp"
#include "cli/basis_options.hpp"
#include "cli/entry_operand.hpp"
#include "cli/exceptions_file.hpp"
#include "cli/grant_acts.hpp"
#include "cli/scope_options.hpp"
#include "entry/codec.hpp"

namespace medchain::cli {
namespace {

using entry::ConsentBy;

constexpr std::size_t max_readers = 60;

/// What the grant begins with, before options change it.
struct Base {
  std::optional<EntryIndex> index;  ///< of the request or grant
  entry::Terms terms;
};

class Giving {
 public:
  Giving(Session& session, ActSession& act, std::optional<ReceiptInput> receipts)
      : session_(session), act_(act), receipts_(std::move(receipts)) {}

  Result<int> run() {
    auto done = give();
    // Who passes on more than it may, is on record with it.
    if (!done && body_.parent) {
      entry::Denied denied;
      denied.actor = act_.member();
      denied.object = *body_.parent;
      act_.record_refusal(std::move(denied), done.error());
    }
    return done;
  }

 private:
  Result<int> give() {
    MC_TRY(find_base());
    MC_TRY(find_custodian());
    MC_TRY(open_base());
    MC_ASSIGN(typed_, read_scope(act_, receipts_));
    MC_ASSIGN(body_.person, act_.person());
    MC_TRY(choose_actors());
    apply_typed(typed_, body_.scope);
    entry::Terms terms = base_.terms;
    // What others wrote to us is not what we write to others.
    terms.text = terms.justification = terms.contact = std::nullopt;
    apply_typed(typed_, terms);
    for (const auto& [conditions, name] : outer_)
      MC_TRY(check_conditions_within(terms.conditions, conditions, name));
    MC_TRY(choose_records());
    MC_TRY(choose_subjects(terms));
    MC_TRY(read_options(terms));
    if (body_.provision == entry::Provision::permit) MC_TRY(check_permit());
    body_.more = !terms.conditions.is_empty();
    return finish(std::move(terms));
  }

  Status find_base() {
    const auto parent = session_.setting("parent"), amends = session_.setting("amend");
    return act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      if (!session_.operands().empty()) {
        MC_ASSIGN(const auto found, find_request(view, session_.operands().front()));
        body_.request = found.first;
        body_.custodian = found.second.body.custodian;
        take_base(found.second.index, found.second.body.scope);
        bounds_.emplace_back(found.second.index, "the request");
        asker_ = found.second.author;
      }
      if (parent) {
        MC_ASSIGN(const auto found, find_grant(view, *parent));
        body_.parent = found.first;
        body_.custodian = found.second.body.custodian;
        if (!base_.index) {
          take_base(found.second.index, found.second.body.scope);
          body_.scope.actors = {};
          body_.scope.onward = 0;
        } else {
          body_.scope.subjects = found.second.body.scope.subjects;
        }
        bounds_.emplace_back(found.second.index, "the grant that is passed on");
      }
      if (!amends) return {};
      if (body_.request || body_.parent)
        return fail(Code::usage,
                    "option '--amend' goes with neither a request nor '--parent': a "
                    "grant is amended with what it rests on");
      MC_ASSIGN(const auto found, find_grant(view, *amends));
      const entry::Grant& old = found.second.body;
      body_.amends = found.first;
      body_.request = old.request;
      body_.parent = old.parent;
      body_.provision = old.provision;
      body_.custodian = old.custodian;
      body_.exceptions = old.exceptions;
      body_.basis = old.basis;
      body_.standing = old.standing;
      take_base(found.second.index, old.scope);
      MC_TRY(add_bounds_of(view, old));
      return {};
    });
  }
  void take_base(EntryIndex index, const entry::Scope& scope) {
    base_.index = index;
    body_.scope = scope;
  }
  Status add_bounds_of(const ledger::Snapshot& view, const entry::Grant& old) {
    if (old.request) {
      MC_ASSIGN(const auto state, rules::request(view, *old.request));
      if (state) bounds_.emplace_back(state->index, "the request");
      if (state) asker_ = state->author;
    }
    if (old.parent) {
      MC_ASSIGN(const auto state, rules::grant(view, *old.parent));
      if (state) bounds_.emplace_back(state->index, "the grant that is passed on");
    }
    return {};
  }

  Status find_custodian() {
    const auto typed = session_.setting("custodian");
    if (typed) {
      MC_ASSIGN(body_.custodian, member_option("custodian", *typed));
    }
    if (!body_.custodian.empty()) return {};
    if (act_.is_patient())
      return fail(Code::usage,
                  "option '--custodian' is needed: a patient says who holds the "
                  "records")
          .with_hint("give '--custodian=MEMBER'");
    body_.custodian = act_.member();
    return {};
  }
  bool is_custodian() const { return body_.custodian == act_.member(); }

  /// The terms it begins with, and those that it must stay within, which only who can open them
  /// sees to (a replaced grant is no bound: its author may widen it).
  Status open_base() {
    if (!base_.index) return {};
    MC_ASSIGN(const auto terms, act_.open_terms(*base_.index));
    if (terms) base_.terms = *terms;
    if (base_.terms.exceptions.size() == body_.exceptions.size())
      exception_terms_ = base_.terms.exceptions;
    base_.terms.exceptions.clear();
    for (const auto& [index, name] : bounds_) {
      MC_ASSIGN(const auto above, act_.open_terms(index));
      if (above) outer_.emplace_back(above->conditions, name);
    }
    return {};
  }

  Status choose_actors() {
    if (!session_.has("everybody")) return {};
    const entry::Actors& typed = typed_.actors;
    if (!typed.members.empty() || !typed.groups.empty() || !typed.roles.empty())
      return fail(Code::usage, "option '--everybody' goes with neither '--to' nor '--actor'");
    entry::Actors& actors = body_.scope.actors;
    actors.members.clear();
    actors.groups.clear();
    actors.roles.clear();
    return {};
  }

  Status choose_records() {
    if (typed_.record_names.empty()) return {};
    if (!is_custodian() || act_.vault() == nullptr)
      return fail(Code::usage, "option '--record': only who holds the records names them by id")
          .with_hint("give '--record=ENTRY:ROWS'");
    MC_ASSIGN(auto places, places_of_records(*act_.vault(), typed_.record_names));
    places.insert(places.end(), typed_.places.begin(), typed_.places.end());
    body_.scope.records = joined(places);
    return {};
  }

  /// Identifiers become tags of the custodian; nobody else has them.
  Status choose_subjects(entry::Terms& terms) {
    if (is_custodian()) return choose_held(terms);
    if (!typed_.subjects.empty())
      return fail(Code::usage, "option '--subject': only the custodian knows identifiers")
          .with_hint("give '--subject-tag=TAG'; without it a patient's grant is about all it owns");
    if (body_.parent || (body_.amends && !body_.scope.subjects.empty())) return {};
    return choose_own();
  }
  Status choose_held(entry::Terms& terms) {
    const bool is_asked = base_.index && !base_.terms.subjects.empty() && !body_.amends;
    if (!typed_.tags.empty()) {
      for (const SubjectTag& tag : typed_.tags)
        if (is_asked && !is_among_asked(tag)) return wider_subject();
      // The tags on the ledger say whom it is about.
      terms.subjects.clear();
      return {};
    }
    if (terms.subjects.empty() || (typed_.subjects.empty() && !body_.scope.subjects.empty()))
      return {};
    if (act_.vault() == nullptr) return fail(Code::vault_missing, "there is no vault");
    if (is_asked)
      for (const std::string& identifier : terms.subjects)
        if (std::find(base_.terms.subjects.begin(), base_.terms.subjects.end(), identifier) ==
            base_.terms.subjects.end())
          return wider_subject();
    MC_ASSIGN(body_.scope.subjects, tags_of_subjects(*act_.vault(), terms.subjects));
    return {};
  }
  static Error wider_subject() {
    return fail(Code::grant_wider, "'subject' is wider than that of the request");
  }
  bool is_among_asked(const SubjectTag& tag) {
    return act_.vault() != nullptr &&
           std::any_of(base_.terms.subjects.begin(), base_.terms.subjects.end(),
                       [&](const std::string& identifier) {
                         const auto tags = tags_of_subjects(*act_.vault(), {identifier});
                         return tags && tags->front() == tag;
                       });
  }

  /// Subjects at the custodian that are linked to this patient, or to the one it acts for: those
  /// that were typed or asked for, or all of them.
  Status choose_own() {
    MemberName owner = act_.member();
    if (const auto whom = session_.setting("for")) {
      MC_ASSIGN(owner, member_option("for", *whom));
    }
    return act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      if (body_.scope.subjects.empty()) MC_TRY(find_owned(view, owner));
      body_.basis.by = ConsentBy::subject;
      if (owner == act_.member()) return {};
      MC_ASSIGN(const auto acting, rules::delegate(view, owner, act_.member()));
      if (acting)
        body_.basis.by = acting->kind == entry::DelegateKind::guardian ? ConsentBy::guardian
                                                                       : ConsentBy::delegate;
      return {};
    });
  }
  Status find_owned(const ledger::Snapshot& view, const MemberName& owner) {
    const std::string prefix = "owner/" + body_.custodian.get() + "/";
    MC_TRY(view.scan(prefix, [&](std::string_view key, std::string_view value) -> Status {
      MC_ASSIGN(const json::Object object, json::parse_object(value));
      MC_ASSIGN(const auto state, entry::decode<rules::OwnerState>(object));
      if (!std::binary_search(state.owners.begin(), state.owners.end(), owner)) return {};
      MC_ASSIGN(const auto tag,
                parse_hash<SubjectTag>("sha256:" + std::string(key.substr(prefix.size()))));
      body_.scope.subjects.push_back(tag);
      return {};
    }));
    if (!body_.scope.subjects.empty()) return {};
    return fail(Code::not_permitted, "no subject at " + quote(body_.custodian.get()) +
                                         " is linked to " + quote(owner.get()));
  }

  Status read_options(entry::Terms& terms) {
    if (session_.has("forbid")) body_.provision = entry::Provision::deny;
    if (session_.has("standing")) body_.standing = true;
    if (const auto path = session_.setting("exceptions")) {
      MC_ASSIGN(auto exceptions, read_exceptions(*path));
      body_.exceptions = std::move(exceptions.shown);
      exception_terms_ = std::move(exceptions.conditions);
    }
    const bool any_sealed =
        std::any_of(exception_terms_.begin(), exception_terms_.end(),
                    [](const entry::Conditions& each) { return !each.is_empty(); });
    if (any_sealed) terms.exceptions = exception_terms_;
    return read_basis(act_, body_.basis);
  }

  Status check_permit() {
    const entry::Actors& actors = body_.scope.actors;
    if (actors.members.empty() && actors.groups.empty() && actors.roles.empty())
      if (!session_.has("everybody"))
        return fail(Code::usage, "the grant says for whom: option '--to' is needed")
            .with_hint("give '--to=MEMBER', '--actor=KIND:NAME' or '--everybody'");
    if (body_.scope.purposes.empty()) {
      if (const auto purpose = session_.setting("purpose")) {
        MC_ASSIGN(auto word, word_option("purpose", *purpose));
        body_.scope.purposes.push_back(std::move(word));
      }
    }
    if (body_.scope.purposes.empty())
      return fail(Code::usage, "option '--purpose' is needed").with_hint("give '--purpose=CODE'");
    if (!body_.scope.until)
      return fail(Code::usage, "option '--until' is needed").with_hint("give '--until=90d'");
    return {};
  }

  /// Who reads the terms: those they are for, as far as they are members with seal keys.
  Result<std::vector<MemberName>> readers() {
    std::vector<MemberName> names = body_.scope.actors.members;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      for (const MemberName& group : body_.scope.actors.groups) {
        MC_ASSIGN(const auto state, rules::group(view, group));
        if (state) names.insert(names.end(), state->members.begin(), state->members.end());
      }
      return {};
    }));
    sort_unique(names);
    if (names.size() > max_readers) names.resize(max_readers);
    return names;
  }

  Result<int> finish(entry::Terms terms) {
    // Who asked has named them; others are told no identifier, the tags say whom it is about.
    if (!body_.request) terms.subjects.clear();
    Draft draft;
    MC_ASSIGN(draft.may_read, readers());
    if (asker_) draft.must_read.push_back(*asker_);
    if (!is_custodian()) draft.must_read.push_back(body_.custodian);
    const std::string whom = session_.has("everybody") ? "everybody"
                             : body_.scope.actors.members.size() == 1 &&
                                     body_.scope.actors.groups.empty() &&
                                     body_.scope.actors.roles.empty()
                                 ? quote(body_.scope.actors.members.front().get())
                                 : "those it is for";
    draft.what = (body_.provision == entry::Provision::permit ? "granted to " : "forbade ") + whom;
    draft.body = std::move(body_);
    if (terms != entry::Terms{}) draft.terms = std::move(terms);
    std::vector<Draft> drafts;
    drafts.push_back(std::move(draft));
    return act_.finish(std::move(drafts));
  }

  Session& session_;
  ActSession& act_;
  std::optional<ReceiptInput> receipts_;
  entry::Grant body_;
  Base base_;
  TypedScope typed_;
  std::vector<entry::Conditions> exception_terms_;
  std::optional<MemberName> asker_;
  std::vector<std::pair<EntryIndex, std::string>> bounds_;
  std::vector<std::pair<entry::Conditions, std::string>> outer_;
};

}  // namespace

std::vector<Option> give_options() {
  Option to{"to", 0, ValueKind::text, "MEMBER", "who may: the same as --actor=member:MEMBER"};
  to.repeat = true;
  return {to,
          {"everybody", 0, ValueKind::flag, {}, "every member may: instead of --to and --actor"},
          {"all", 0, ValueKind::flag, {}, "all records: nothing else says which"},
          {"no-require-summary", 0, ValueKind::flag, {}, "take receipts without a summary"},
          {"forbid", 0, ValueKind::flag, {}, "a dissent: forbid instead of permit"},
          {"standing", 0, ValueKind::flag, {}, "new records are released without being asked for"},
          {"parent", 0, ValueKind::text, "GRANT", "pass this grant on"},
          {"amend", 0, ValueKind::text, "GRANT", "replace this grant of one's own; its uses count"},
          {"custodian", 0, ValueKind::text, "MEMBER", "who holds the records (default: oneself)"},
          {"for", 0, ValueKind::text, "PATIENT", "give for this patient, as guardian or delegate"},
          {"exceptions", 0, ValueKind::file, "FILE", "exceptions of depth 1, YAML or JSON"}};
}

Result<int> grant_give(Session& session) {
  MC_ASSIGN(auto receipts, read_receipts(session, session.operands().empty()));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  return Giving(session, *act, std::move(receipts)).run();
}

}  // namespace medchain::cli
