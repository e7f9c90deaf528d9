#include "rules/decide.hpp"

#include <algorithm>
#include <tuple>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"

namespace medchain::rules {
namespace {

using entry::Conditions;
using entry::Provision;

/// How far a provision is met.  `open` is what is not known here.
enum class Met { no, open, yes };

/// In the order in which they are looked at: who fails later was nearer.
enum class Step { actor, person, subject, purpose, scope, state, none };

struct Match {
  Met met = Met::yes;
  Step step = Step::none;  ///< at which it failed
  Code code = Code::not_permitted;
  std::string why;
  std::vector<std::string> open;  ///< conditions that remain

  void fail(Step at, Code reason, std::string text) {
    if (met == Met::no) return;
    met = Met::no;
    step = at;
    code = reason;
    why = std::move(text);
    open.clear();
  }
  void leave_open(std::string condition) {
    if (met == Met::no) return;
    met = Met::open;
    open.push_back(std::move(condition));
  }
};

std::string spell(const std::string& item) { return item; }
std::string spell(const entry::Word& item) { return item.get(); }
std::string spell(const entry::Territory& item) { return item.get(); }

template <class T>
std::string list(const std::vector<T>& items, std::string_view between = ", ") {
  std::string text;
  for (const T& item : items) text += (text.empty() ? "" : std::string(between)) + spell(item);
  return text;
}

template <class T, class U>
bool has(const std::vector<T>& items, const U& wanted) {
  return std::find(items.begin(), items.end(), wanted) != items.end();
}

bool intersects(const std::vector<std::string>& named, const std::vector<std::string>& found) {
  return std::any_of(named.begin(), named.end(),
                     [&](const std::string& one) { return has(found, one); });
}

/// `2339-0` is that code of any system.
bool has_code(const std::vector<std::string>& codes, const std::string& wanted) {
  return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
    return code == wanted ||
           (wanted.find('|') == std::string::npos && code.substr(code.rfind('|') + 1) == wanted);
  });
}

/// Whether an exception takes from its grant what it does not name itself.
enum class Inherits { yes, no };

/// A grant's own provision, or one of its exceptions.  Each thing that an exception names stands in
/// place of what its grant says of it, but for who, about whom and when, where both must be met.
class Judged {
 public:
  Judged(const Provided& provided, std::optional<std::size_t> exception,
         Inherits inherits = Inherits::yes)
      : provided_(provided), exception_(exception), inherits_(inherits == Inherits::yes) {}

  Provision provision() const { return own() == nullptr ? body().provision : own()->provision; }

  Match match(const Question& question, const Resource& resource) const {
    Match found;
    match_actors(found, body().scope.actors, question);
    if (own() != nullptr) match_actors(found, own()->actors, question);
    match_territory(found, question);
    match_subject(found, resource);
    match_purpose(found, question);
    match_place(found, resource);
    match_terms(found, resource);
    match_time(found, question.at);
    return found;
  }

 private:
  const entry::Grant& body() const { return provided_.grant->body; }
  const entry::Exception* own() const {
    return exception_ ? &body().exceptions[*exception_] : nullptr;
  }

  /// The list that counts: the exception's own, if it names anything, or the grant's.
  template <class T>
  const std::vector<T>& in_force(const std::vector<T>& granted,
                                 std::vector<T> entry::Exception::*named) const {
    static const std::vector<T> nothing;
    if (own() != nullptr && !(own()->*named).empty()) return own()->*named;
    return inherits_ ? granted : nothing;
  }

  void match_actors(Match& found, const entry::Actors& actors, const Question& question) const {
    entry::Actors members = actors;
    members.persons.clear();
    if (!is_meant(members, question))
      return found.fail(Step::actor, Code::grant_actor,
                        "it is not for " + quote(question.member.get()));
    if (actors.persons.empty()) return;
    if (question.anybody) {
      if (provision() == Provision::permit)
        found.fail(Step::person, Code::grant_person, "it names persons, the use names none");
      return;
    }
    if (!question.person) return found.leave_open("the persons it names");
    if (!has(actors.persons, *question.person))
      found.fail(Step::person, Code::grant_person, "it is not for this person");
  }

  void match_territory(Match& found, const Question& question) const {
    const auto& territories = body().scope.territories;
    if (!territories) return;
    if (!question.territory || !is_in(*question.territory, *territories))
      found.fail(Step::actor, Code::grant_actor,
                 "it is for members in " + list(*territories) + ", " +
                     quote(question.member.get()) + " is in " +
                     (question.territory ? question.territory->get() : "none"));
  }

  void match_subject(Match& found, const Resource& resource) const {
    const auto& subjects = body().scope.subjects;
    if (subjects.empty()) return;
    if (!resource.subject) return found.leave_open("the subjects it names");
    if (!has(subjects, *resource.subject))
      found.fail(Step::subject, Code::grant_scope, "it is about other subjects");
  }

  void match_purpose(Match& found, const Question& question) const {
    const auto& purposes = in_force(body().scope.purposes, &entry::Exception::purposes);
    if (!purposes.empty() && !has(purposes, question.purpose))
      found.fail(Step::purpose, Code::grant_purpose,
                 "purpose " + quote(question.purpose.get()) + " is not among " + list(purposes));
    const auto& actions = body().scope.actions;
    const bool may = actions.empty() ? question.action == "read"
                                     : std::any_of(actions.begin(), actions.end(),
                                                   [&](const entry::Word& action) {
                                                     return action.get() == question.action;
                                                   });
    // A dissent that names no action forbids them all.
    if (!may && !(actions.empty() && body().provision == Provision::deny))
      found.fail(Step::scope, Code::grant_scope,
                 "action " + quote(question.action) + " is not among " +
                     (actions.empty() ? std::string("read") : list(actions)));
  }

  void match_place(Match& found, const Resource& resource) const {
    const auto& types = in_force(body().scope.types, &entry::Exception::types);
    if (!types.empty()) {
      if (!resource.type)
        found.leave_open("types " + list(types));
      else if (!has(types, *resource.type))
        found.fail(Step::scope, Code::grant_scope,
                   "type " + quote(resource.type->get()) + " is not among " + list(types));
    }
    if (in_force(body().scope.records, &entry::Exception::records).empty()) return;
    const bool own_records = own() != nullptr && !own()->records.empty();
    const auto& tags = own_records ? provided_.exceptions[*exception_] : provided_.records;
    if (!resource.record)
      found.leave_open("the records it names");
    else if (!tags.contains(*resource.record))
      found.fail(Step::scope, Code::grant_scope, "the record is not among those it names");
  }

  void match_terms(Match& found, const Resource& resource) const {
    const bool granted = body().more && inherits_;
    const bool excepted = own() != nullptr && own()->more;
    if (!granted && !excepted) return;
    if (provided_.terms == nullptr) return found.leave_open("what the terms say");
    Conditions named;
    if (granted) named = provided_.terms->conditions;
    if (excepted && *exception_ < provided_.terms->exceptions.size())
      replace(named, provided_.terms->exceptions[*exception_]);
    match_conditions(found, named, resource.facts);
  }

  static void replace(Conditions& named, const Conditions& with) {
    const auto over = [](auto& mine, const auto& other) {
      if (!other.empty()) mine = other;
    };
    over(named.codes, with.codes);
    over(named.labels, with.labels);
    over(named.authors, with.authors);
    over(named.related, with.related);
    over(named.records, with.records);
    if (with.data_from || with.data_until)
      std::tie(named.data_from, named.data_until) = std::tie(with.data_from, with.data_until);
  }

  static void match_conditions(Match& found, const Conditions& named, const Facts* facts) {
    const auto demand = [&](const std::vector<std::string>& items, std::string_view what,
                            auto is_met) {
      if (items.empty()) return;
      const std::string condition = std::string(what) + " " + list(items);
      if (facts == nullptr)
        found.leave_open(condition);
      else if (!is_met())
        found.fail(Step::scope, Code::grant_scope, "the record has none of " + condition);
    };
    demand(named.codes, "codes", [&] {
      return std::any_of(named.codes.begin(), named.codes.end(),
                         [&](const std::string& code) { return has_code(facts->codes, code); });
    });
    demand(named.labels, "labels", [&] {
      static const std::vector<std::string> normal = {"N"};
      return intersects(named.labels, facts->labels.empty() ? normal : facts->labels);
    });
    demand(named.authors, "authors", [&] { return intersects(named.authors, facts->authors); });
    demand(named.related, "encounters and care plans",
           [&] { return intersects(named.related, facts->related); });
    demand(named.records, "records", [&] { return has(named.records, facts->record); });
    if (!named.data_from && !named.data_until) return;
    std::string period = "dates";
    if (named.data_from) period += " from " + format_time(*named.data_from);
    if (named.data_until) period += " until before " + format_time(*named.data_until);
    // A record without a date is not known to be outside either.
    if (facts == nullptr || !facts->date) return found.leave_open(period);
    if ((named.data_from && *facts->date < *named.data_from) ||
        (named.data_until && *facts->date >= *named.data_until))
      found.fail(Step::scope, Code::grant_scope, "the record's date is not within " + period);
  }

  void match_time(Match& found, UnixSeconds at) const {
    const auto period = [&](const auto& from, const auto& until) {
      if (from && at < *from)
        found.fail(Step::state, Code::grant_not_yet,
                   "it holds from " + format_time(*from) + ", log time is " + format_time(at));
      if (until && at >= *until)
        found.fail(Step::state, Code::grant_expired,
                   "it ended " + format_time(*until) + ", log time is " + format_time(at));
    };
    period(body().scope.from, body().scope.until);
    if (own() != nullptr) period(own()->from, own()->until);
  }

  const Provided& provided_;
  std::optional<std::size_t> exception_;
  bool inherits_;
};

/// A provision that applies, or may.
struct Applying {
  const Provided* provided = nullptr;
  std::optional<std::size_t> exception;
  std::vector<std::string> open;
  std::vector<std::string> unless = {};  ///< of a dissent: what its exceptions may let through
  bool is_sure() const { return open.empty() && unless.empty(); }
};

std::string name_of(const Applying& one) {
  return "entry " + std::to_string(one.provided->grant->index.get()) +
         (one.exception ? ", exception " + std::to_string(*one.exception + 1) : "");
}

/// What one grant says: what in it permits, and what denies.
struct Said {
  std::vector<Applying> permits, denies;
  Match own;  ///< of its own provision
};

bool is_silent(const GrantState& grant) { return grant.status != GrantStatus::active; }

/// What permitting exceptions reach is denied by the denying ones beside them, which need not name
/// it as these do.
void deny_excepted(const Provided& provided, const Question& question, const Resource& resource,
                   const std::vector<Applying>& permits, std::vector<Applying>& denies) {
  if (permits.empty()) return;
  for (std::size_t i = 0; i < provided.grant->body.exceptions.size(); ++i) {
    const Judged judged(provided, i, Inherits::no);
    if (judged.provision() == Provision::permit) continue;
    const Match match = judged.match(question, resource);
    if (match.met == Met::no) continue;
    for (const Applying& permit : permits) {
      Applying deny{&provided, i, match.open};
      for (const std::string& condition : permit.open)
        if (!has(deny.open, condition)) deny.open.push_back(condition);
      const bool known = std::any_of(denies.begin(), denies.end(), [&](const Applying& one) {
        return one.exception == i && (one.is_sure() || one.open == deny.open);
      });
      if (!known) denies.push_back(std::move(deny));
    }
  }
}

Said said_by(const Provided& provided, const Question& question, const Resource& resource) {
  Said said;
  said.own = Judged(provided, std::nullopt).match(question, resource);
  if (is_silent(*provided.grant)) return said;
  const Provision root = provided.grant->body.provision;
  std::vector<Applying> permits;
  for (std::size_t i = 0; i < provided.grant->body.exceptions.size(); ++i) {
    const Judged judged(provided, i);
    Match match = judged.match(question, resource);
    if (match.met == Met::no) continue;
    auto& into = judged.provision() == Provision::permit ? permits : said.denies;
    into.push_back({&provided, i, std::move(match.open)});
  }
  const auto is_sure = [](const Applying& one) { return one.is_sure(); };
  if (root == Provision::permit) {
    deny_excepted(provided, question, resource, permits, said.denies);
    // A denying exception that surely applies leaves nothing to permit.
    if (std::any_of(said.denies.begin(), said.denies.end(), is_sure)) return said;
    said.permits = std::move(permits);
    if (said.own.met != Met::no) said.permits.push_back({&provided, std::nullopt, said.own.open});
    return said;
  }
  // What an exception lets through a dissent is not permitted by it, only not denied.
  if (said.own.met == Met::no || std::any_of(permits.begin(), permits.end(), is_sure)) return said;
  Applying deny{&provided, std::nullopt, said.own.open};
  for (const Applying& one : permits) deny.unless.push_back(list(one.open, " and "));
  said.denies.push_back(std::move(deny));
  return said;
}

std::string denial_of(const Applying& one) {
  std::string text = "not " + (one.open.empty() ? "any record" : list(one.open, " and "));
  if (!one.unless.empty()) text += ", unless " + list(one.unless, " or ");
  return text;
}

bool is_newer(const Applying& a, const Applying& b) {
  return std::tuple(a.provided->grant->index, a.exception) >
         std::tuple(b.provided->grant->index, b.exception);
}

Decision denied_by(const Applying& one) {
  Decision decision;
  decision.code = Code::not_permitted;
  decision.by = one.provided->hash;
  decision.exception = one.exception;
  decision.why = name_of(one) + " denies it";
  return decision;
}

}  // namespace

bool is_meant(const entry::Actors& actors, const Question& question) {
  const bool everybody = actors.members.empty() && actors.groups.empty() && actors.roles.empty();
  const bool member =
      everybody || has(actors.members, question.member) ||
      std::any_of(question.groups.begin(), question.groups.end(),
                  [&](const MemberName& group) { return has(actors.groups, group); }) ||
      std::any_of(question.roles.begin(), question.roles.end(),
                  [&](entry::Role role) { return has(actors.roles, role); });
  return member &&
         (actors.persons.empty() || !question.person || has(actors.persons, *question.person));
}

Decision decide(std::span<const Provided> grants, const Question& question,
                const Resource& resource) {
  std::optional<Applying> deny, permit;
  std::vector<Applying> open_denies, open_permits;
  std::optional<Decision> nearest;
  std::tuple<Step, EntryIndex> nearness;
  const auto better = [](const Applying& a, const Applying& b) {
    return a.is_sure() != b.is_sure() ? a.is_sure() : is_newer(a, b);
  };
  for (const Provided& provided : grants) {
    Said said = said_by(provided, question, resource);
    for (Applying& one : said.denies) {
      if (!one.is_sure())
        open_denies.push_back(std::move(one));
      else if (!deny || is_newer(one, *deny))
        deny = std::move(one);
    }
    if (provided.grant->body.provision == Provision::deny) continue;
    Match& own = said.own;
    if (provided.unusable && own.met != Met::no)
      own.fail(Step::state, provided.unusable->code, provided.unusable->message);
    if (!provided.unusable)
      for (Applying& one : said.permits) {
        if (!one.is_sure()) open_permits.push_back(one);
        if (!permit || better(one, *permit)) permit = std::move(one);
      }
    if (own.met == Met::no) {
      const std::tuple here(own.step, provided.grant->index);
      if (!nearest || here > nearness) {
        nearness = here;
        nearest.emplace();
        nearest->code = own.code;
        nearest->why = "entry " + std::to_string(provided.grant->index.get()) + ": " + own.why;
      }
    }
  }
  if (deny) return denied_by(*deny);
  if (!permit) {
    if (nearest) return std::move(*nearest);
    Decision none;
    none.why = "no grant is about this";
    return none;
  }
  Decision decision;
  decision.permit = true;
  decision.by = permit->provided->hash;
  decision.exception = permit->exception;
  decision.why = name_of(*permit) + " permits it";
  const auto filter = [&](const Applying& one, const std::string& text) {
    decision.filters.push_back({one.provided->hash, one.exception, text});
  };
  for (const std::string& condition : permit->open) filter(*permit, "only " + condition);
  const auto older_first = [](const Applying& a, const Applying& b) { return is_newer(b, a); };
  std::sort(open_permits.begin(), open_permits.end(), older_first);
  if (!permit->is_sure())
    for (const Applying& one : open_permits)
      if (one.provided != permit->provided || one.exception != permit->exception)
        filter(one, "or: only " + list(one.open, " and "));
  std::sort(open_denies.begin(), open_denies.end(), older_first);
  for (const Applying& one : open_denies) filter(one, denial_of(one));
  return decision;
}

bool is_in(const entry::Territory& territory, const std::vector<entry::Territory>& territories) {
  return std::any_of(territories.begin(), territories.end(),
                     [&](const auto& one) { return territory.is_within(one); });
}

std::optional<Decision> find_dissent(std::span<const Provided> grants, const Question& question,
                                     const Resource& resource) {
  std::optional<Applying> deny;
  for (const Provided& provided : grants)
    for (Applying& one : said_by(provided, question, resource).denies)
      if (one.is_sure() && (!deny || is_newer(one, *deny))) deny = std::move(one);
  if (!deny) return std::nullopt;
  return denied_by(*deny);
}

}  // namespace medchain::rules
