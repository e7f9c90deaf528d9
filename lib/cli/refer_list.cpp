// list and inbox: referrals and consultations with their states and ages, and what waits for this
// member, with the words that were sealed to it.
#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_side.hpp"
#include "cli/refer_acts.hpp"
#include "cli/refer_words.hpp"
#include "report/table.hpp"

namespace medchain::cli {
namespace {

std::string joined_names(const std::vector<MemberName>& names) {
  std::string text;
  for (const MemberName& name : names) text += (text.empty() ? "" : ",") + name.get();
  return text;
}

std::string asked(const entry::Order& order) {
  std::string text = joined_names(order.to);
  for (const MemberName& group : order.groups)
    text += (text.empty() ? "group:" : ",group:") + group.get();
  return text;
}

bool consults(rules::ReferralStatus status) {
  return status == rules::ReferralStatus::consulting || status == rules::ReferralStatus::closed;
}

/// One referral, as it is told.
struct Item {
  EntryHash hash;
  rules::ReferralState state;
  std::int64_t age = 0;     ///< seconds since the last step
  bool is_overdue = false;  ///< it waits for longer than --max-age
  std::optional<entry::Terms> terms;
  std::optional<Error> closed;  ///< why the terms cannot be read
};

json::Object line_of(const Item& item) {
  const rules::ReferralState& state = item.state;
  json::Object line = message("referral");
  line.set("entry", state.index.get())
      .set("hash", to_text(item.hash))
      .set("author", state.author.get())
      .set("state", entry::word_of(state.status))
      .set("created", format_time(state.created))
      .set("changed", format_time(state.changed))
      .set("age", static_cast<std::uint64_t>(item.age))
      .set("overdue", item.is_overdue);
  entry::Encoder encoder(line);
  entry::Order::fields(state.order, encoder);
  json::Array grants, declined, opinions;
  for (const EntryHash& grant : state.grants) grants.emplace_back(to_text(grant));
  for (const MemberName& name : state.declined) declined.emplace_back(name.get());
  for (const rules::Opinion& opinion : state.opinions) {
    json::Object one;
    one.set("member", opinion.member.get()).set("entry", to_text(opinion.entry));
    opinions.emplace_back(std::move(one));
  }
  line.set("grants", std::move(grants));
  if (!declined.empty()) line.set("declined", std::move(declined));
  if (!opinions.empty()) line.set("opinions", std::move(opinions));
  if (state.outcome) line.set("outcome", to_text(*state.outcome));
  if (item.terms) line.set("terms", entry::encode(*item.terms));
  if (item.closed) line.set("terms_problem", info(item.closed->code).id);
  return line;
}

class Referrals {
 public:
  Referrals(Session& session, const ledger::Snapshot& view) : session_(session), view_(view) {}

  /// Those that `take` wants, by entry.
  Status read(const std::function<bool(const rules::ReferralState&)>& take) {
    MC_ASSIGN(const UnixSeconds now, rules::log_time(view_));
    MC_ASSIGN(const auto limit, session_.duration("max-age"));
    return rules::for_each_state<rules::ReferralState>(
        view_, "referral/",
        [&](const EntryHash& hash, const rules::ReferralState& state) -> Status {
          if (!take(state)) return {};
          Item item;
          item.hash = hash;
          item.state = state;
          item.age = std::max<std::int64_t>(0, now.get() - state.changed.get());
          item.is_overdue = limit && !rules::is_over(state.status) && item.age > *limit;
          overdue_ = overdue_ || item.is_overdue;
          items_.emplace(state.index, std::move(item));
          return {};
        });
  }

  void open_terms(const OwnSide& own) {
    for (auto& [index, item] : items_) {
      auto terms = own.terms(view_, index);
      if (terms)
        item.terms = std::move(*terms);
      else
        item.closed = std::move(terms).error();
    }
  }

  Status print_lines() {
    for (const auto& [index, item] : items_) MC_TRY(session_.out().line(line_of(item)));
    return {};
  }
  Status print_table() {
    report::Table table({{"ENTRY", report::Align::right},
                         {"KIND"},
                         {"STATE"},
                         {"BY"},
                         {"TO"},
                         {"URGENT"},
                         {"SINCE"},
                         {"AGE", report::Align::right}});
    for (const auto& [index, item] : items_) {
      const rules::ReferralState& state = item.state;
      table.add({std::to_string(index.get()), consults(state.status) ? "consultation" : "referral",
                 std::string(entry::word_of(state.status)) + (item.is_overdue ? " overdue" : ""),
                 state.author.get(), asked(state.order), state.order.urgent ? "yes" : "",
                 format_time(state.changed), format_duration(item.age)});
    }
    return table.empty() ? Status() : session_.out().write(table.text());
  }
  Status print_words() {
    std::string text;
    for (const auto& [index, item] : items_) text += words_of(item);
    return text.empty() ? Status() : session_.out().write(text);
  }

  int status() const { return overdue_ ? 1 : 0; }

 private:
  static std::string words_of(const Item& item) {
    const rules::ReferralState& state = item.state;
    std::string text = std::string(consults(state.status) ? "consultation " : "referral ") +
                       std::to_string(state.index.get()) + " of " + state.author.get() +
                       (state.order.urgent ? ", urgent" : "") + ", since " +
                       format_time(state.created) + (item.is_overdue ? ", overdue" : "") + "\n";
    if (state.order.valid_until)
      text += words_row("valid until", format_time(*state.order.valid_until));
    return text + words_rows(item.terms, item.closed);
  }

  Session& session_;
  const ledger::Snapshot& view_;
  std::map<EntryIndex, Item> items_;
  bool overdue_ = false;
};

/// Who is asked and has not answered yet.
Result<bool> waits_for(const ledger::Snapshot& view, const MemberName& me,
                       const rules::ReferralState& state) {
  const auto& to = state.order.to;
  bool is_asked = std::binary_search(to.begin(), to.end(), me);
  if (!is_asked && !state.order.groups.empty()) {
    MC_ASSIGN(const auto in, rules::groups_of(view, me));
    is_asked = std::any_of(in.begin(), in.end(), [&](const MemberName& group) {
      return std::binary_search(state.order.groups.begin(), state.order.groups.end(), group);
    });
  }
  if (!is_asked) return false;
  if (state.status == rules::ReferralStatus::received) return true;
  if (state.status != rules::ReferralStatus::consulting) return false;
  const bool declined = std::binary_search(state.declined.begin(), state.declined.end(), me);
  const bool said = std::any_of(state.opinions.begin(), state.opinions.end(),
                                [&](const rules::Opinion& one) { return one.member == me; });
  return !declined && !said;
}

struct Filters {
  std::optional<MemberName> by, to;
  std::optional<std::string> state;
  bool only_open = false;

  bool fits(const rules::ReferralState& one) const {
    const auto& asked = one.order.to;
    return (!by || one.author == *by) &&
           (!to || std::binary_search(asked.begin(), asked.end(), *to)) &&
           (!state || entry::word_of(one.status) == *state) &&
           (!only_open || !rules::is_over(one.status));
  }
};

Result<Filters> read_filters(const Session& session) {
  Filters filters;
  if (const auto by = session.setting("by")) {
    MC_ASSIGN(filters.by, member_option("by", *by));
  }
  if (const auto to = session.setting("to")) {
    MC_ASSIGN(filters.to, member_option("to", *to));
  }
  filters.state = session.setting("state");
  filters.only_open = session.has("open");
  return filters;
}

}  // namespace

Result<int> refer_list(Session& session) {
  MC_ASSIGN(const Filters filters, read_filters(session));
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  session.seal({});
  int status = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    Referrals all(session, view);
    MC_TRY(all.read([&](const rules::ReferralState& one) { return filters.fits(one); }));
    MC_TRY(session.format() == "json" ? all.print_lines() : all.print_table());
    status = all.status();
    return {};
  }));
  return status;
}

Result<int> refer_inbox(Session& session) {
  MC_ASSIGN(const std::string keys, session.required("key"));
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const OwnSide own, OwnSide::open(session, *ledger));
  Places packages;
  packages.add(packages_directory(session, ledger->directory()), Access::read);
  session.seal(packages);
  int status = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    Referrals all(session, view);
    Status failed;
    MC_TRY(all.read([&](const rules::ReferralState& one) {
      const auto waits = waits_for(view, *own.member(), one);
      if (!waits) failed = waits.error();
      return waits && *waits;
    }));
    MC_TRY(std::move(failed));
    all.open_terms(own);
    MC_TRY(session.format() == "json" ? all.print_lines() : all.print_words());
    status = all.status();
    return {};
  }));
  return status;
}

}  // namespace medchain::cli
