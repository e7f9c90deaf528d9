// list and inbox: referrals and consultations with their states and ages, and what waits for this
// member, with the words that were sealed to it.
#include <algorithm>
#include <tuple>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_side.hpp"
#include "cli/refer_acts.hpp"
#include "cli/refer_item.hpp"
#include "cli/refer_words.hpp"
#include "entry/encoder.hpp"
#include "report/table.hpp"
#include "rules/apply.hpp"

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

/// In the largest unit of which there is a whole one: for people.
std::string short_age(std::int64_t seconds) {
  constexpr std::pair<std::int64_t, char> units[] = {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}};
  for (const auto& [size, letter] : units)
    if (seconds >= size) return std::to_string(seconds / size) + letter;
  return std::to_string(seconds) + "s";
}

json::Object line_of(const ReferralItem& item) {
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

/// What has not ended comes first, and of that what waits longest; then by entry.
bool comes_before(const ReferralItem& a, const ReferralItem& b) {
  const auto key = [](const ReferralItem& item) {
    const bool over = rules::is_over(item.state.status);
    return std::tuple(over, over ? UnixSeconds() : item.waiting, item.state.index);
  };
  return key(a) < key(b);
}

/// Since when something waits: since its last step, or, for who has not answered, from the start.
enum class Waits { since_changed, since_created };

class Referrals {
 public:
  Referrals(Session& session, const ledger::Snapshot& view) : session_(session), view_(view) {}

  /// Those that `take` wants.  A ledger on which nothing happens has an old log time, so the clock
  /// counts where it is ahead.
  Status read(Waits waits, const std::function<Result<bool>(const rules::ReferralState&)>& take) {
    MC_ASSIGN(const UnixSeconds now, rules::judged_at(view_, session_.clock()));
    MC_ASSIGN(const auto limit, session_.duration("max-age"));
    MC_TRY(rules::for_each_state<rules::ReferralState>(
        view_, "referral/",
        [&](const EntryHash& hash, const rules::ReferralState& state) -> Status {
          MC_ASSIGN(const bool taken, take(state));
          if (!taken) return {};
          ReferralItem item;
          item.hash = hash;
          item.state = state;
          item.waiting = waits == Waits::since_created ? state.created : state.changed;
          item.age = std::max<std::int64_t>(0, now.get() - item.waiting.get());
          item.is_overdue = limit && !rules::is_over(state.status) && item.age > *limit;
          overdue_ = overdue_ || item.is_overdue;
          items_.push_back(std::move(item));
          return {};
        }));
    std::sort(items_.begin(), items_.end(), comes_before);
    return {};
  }

  void open_terms(const OwnSide& own) {
    for (ReferralItem& item : items_) {
      auto terms = own.terms(view_, item.state.index);
      if (terms)
        item.terms = std::move(*terms);
      else
        item.closed = std::move(terms).error();
    }
  }

  Status find_duplicates(vault::Vault& vault, std::uint64_t days) {
    return find_known_results(view_, vault, items_, days);
  }

  Status print_objects() { return session_.format() == "fhir" ? print_fhir() : print_lines(); }
  Status print_table() {
    report::Table table({{"ENTRY", report::Align::right},
                         {"KIND"},
                         {"STATE"},
                         {"BY"},
                         {"TO"},
                         {"URGENT"},
                         {"SINCE"},
                         {"AGE", report::Align::right}});
    for (const ReferralItem& item : items_) {
      const rules::ReferralState& state = item.state;
      table.add({std::to_string(state.index.get()),
                 consults(state.status) ? "consultation" : "referral",
                 std::string(entry::word_of(state.status)) + (item.is_overdue ? " overdue" : ""),
                 state.author.get(), asked(state.order), state.order.urgent ? "yes" : "",
                 format_time(state.changed), short_age(item.age)});
    }
    return table.empty() ? Status() : session_.out().write(table.text());
  }
  Status print_words() {
    std::string text;
    for (const ReferralItem& item : items_) text += words_of(item);
    return text.empty() ? Status() : session_.out().write(text);
  }

  int status() const { return overdue_ ? 1 : 0; }

 private:
  Status print_lines() {
    for (const ReferralItem& item : items_) {
      MC_TRY(session_.out().line(line_of(item)));
      for (const Duplicate& one : item.duplicates) {
        json::Object line = line_of(one);
        line.set("entry", item.state.index.get());
        MC_TRY(session_.out().line(line));
      }
    }
    return {};
  }
  Status print_fhir() {
    for (const ReferralItem& item : items_) {
      MC_ASSIGN(const json::Object task, fhir_task(view_, item));
      MC_TRY(session_.out().line(task));
    }
    return {};
  }

  static std::string words_of(const ReferralItem& item) {
    const rules::ReferralState& state = item.state;
    std::string text = std::string(consults(state.status) ? "consultation " : "referral ") +
                       std::to_string(state.index.get()) + " of " + state.author.get() +
                       (state.order.urgent ? ", urgent" : "") + ", since " +
                       format_time(state.created) + ", waiting " + short_age(item.age) +
                       (item.is_overdue ? ", overdue" : "") + "\n";
    if (state.order.valid_until)
      text += words_row("valid until", format_time(*state.order.valid_until));
    text += words_rows(item.terms, item.closed);
    for (const Duplicate& one : item.duplicates) text += words_row("warning", text_of(one));
    return text;
  }

  Session& session_;
  const ledger::Snapshot& view_;
  std::vector<ReferralItem> items_;
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
  // Only documents for others say more than the ledger does, as far as the key opens it.
  const bool has_terms = session.format() == "fhir" && session.setting("key");
  std::optional<OwnSide> own;
  if (has_terms) {
    MC_ASSIGN(own, OwnSide::open(session, *ledger));
  }
  Places places;
  if (has_terms) places.add(packages_directory(session, ledger->directory()), Access::read);
  session.seal(places);
  int status = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    Referrals all(session, view);
    MC_TRY(all.read(Waits::since_changed, [&](const rules::ReferralState& one) -> Result<bool> {
      return filters.fits(one);
    }));
    if (own) all.open_terms(*own);
    MC_TRY(session.format() == "text" ? all.print_table() : all.print_objects());
    status = all.status();
    return {};
  }));
  return status;
}

Result<int> refer_inbox(Session& session) {
  MC_ASSIGN(const std::string keys, session.required("key"));
  MC_ASSIGN(const std::uint64_t days, duplicate_days(session));
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
    MC_TRY(all.read(Waits::since_created, [&](const rules::ReferralState& one) {
      return waits_for(view, *own.member(), one);
    }));
    all.open_terms(own);
    if (own.vault() != nullptr) MC_TRY(all.find_duplicates(*own.vault(), days));
    MC_TRY(session.format() == "text" ? all.print_words() : all.print_objects());
    status = all.status();
    return {};
  }));
  return status;
}

}  // namespace medchain::cli
