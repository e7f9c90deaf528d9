// What is decided on a handful of grants, for the tests of rules::decide.
#pragma once

#include <deque>

#include "rules/decide.hpp"
#include "unit/rules/sharing_acts.hpp"

namespace test {

/// Conditions, said one after another: `Where().codes({"glu"}).from(0)`.
class Where {
 public:
  using Texts = std::vector<std::string>;
  Where codes(Texts all) const { return with(&entry::Conditions::codes, std::move(all)); }
  Where labels(Texts all) const { return with(&entry::Conditions::labels, std::move(all)); }
  Where authors(Texts all) const { return with(&entry::Conditions::authors, std::move(all)); }
  Where related(Texts all) const { return with(&entry::Conditions::related, std::move(all)); }
  Where records(Texts all) const { return with(&entry::Conditions::records, std::move(all)); }
  Where from(UnixSeconds time) const { return with(&entry::Conditions::data_from, time); }
  Where until(UnixSeconds time) const { return with(&entry::Conditions::data_until, time); }
  operator entry::Conditions() const { return made_; }  // NOLINT implicit

 private:
  template <class T, class V>
  Where with(T entry::Conditions::*member, V value) const {
    Where more = *this;
    more.made_.*member = std::move(value);
    return more;
  }
  entry::Conditions made_;
};

/// Grants at index 10, 11... and what is decided on them.
class Case {
 public:
  rules::Provided& add(const entry::Grant& body) {
    rules::GrantState& state = states_.emplace_back();
    state.index = EntryIndex(9 + states_.size());
    state.body = body;
    rules::Provided& made = grants.emplace_back();
    made.hash = test::hash_of<EntryHash>(std::to_string(states_.size()));
    made.grant = &state;
    made.exceptions.resize(body.exceptions.size());
    return made;
  }
  rules::GrantState& state(std::size_t grant) { return states_[grant]; }
  rules::Decision decide() const { return rules::decide(grants, question, resource); }
  std::optional<rules::Decision> dissent() const {
    return rules::find_dissent(grants, question, resource);
  }
  /// `permit by 10`, `deny by 10.1`, `none: why`; then the filters.
  std::string text() const {
    const rules::Decision made = decide();
    std::string out = made.permit ? "permit" : made.by ? "deny" : "none: " + made.why;
    if (made.by) out += " by " + place(*made.by, made.exception);
    for (const rules::Filter& filter : made.filters)
      out += "; " + place(filter.grant, filter.exception) + " " + filter.text;
    return out;
  }

  rules::Question question = asked();
  rules::Resource resource;
  std::vector<rules::Provided> grants;

 private:
  static rules::Question asked() {
    rules::Question made;
    made.member = test::name("req-a");
    made.purpose = word("TREAT");
    made.at = test::after(0);
    return made;
  }
  std::string place(const EntryHash& hash, const std::optional<std::size_t>& exception) const {
    for (const rules::Provided& one : grants)
      if (one.hash == hash)
        return std::to_string(one.grant->index.get()) +
               (exception ? "." + std::to_string(*exception + 1) : "");
    return "?";
  }
  std::deque<rules::GrantState> states_;
};

inline entry::Grant root(entry::Provision provision) {
  entry::Grant body = permit();
  body.provision = provision;
  return body;
}

}  // namespace test
