#include "cli/inbox.hpp"

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/grant_states.hpp"
#include "cli/own_side.hpp"
#include "entry/codec.hpp"
#include "entry/encoder.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t default_span = 30 * 86'400;

template <class T>
std::string words(const std::vector<T>& all) {
  std::string text;
  for (const T& each : all) text += (text.empty() ? "" : ", ") + entry::text_of(each);
  return text;
}

template <class T>
json::Array array_of(const std::vector<T>& all) {
  json::Array array;
  for (const T& each : all) array.emplace_back(entry::text_of(each));
  return array;
}

struct Item {
  json::Object line;
  std::string text;
};

class Inbox {
 public:
  Inbox(Session& session, const ledger::Snapshot& view, const OwnSide& own)
      : session_(session), view_(view), own_(own), me_(*own.member()) {}

  Status run() {
    MC_ASSIGN(now_, rules::log_time(view_));
    MC_TRY(requests());
    MC_TRY(answers());
    MC_TRY(notices());
    return print();
  }

 private:
  Item begin(std::string_view what, EntryIndex index, const EntryHash& hash,
             const MemberName& author) const {
    Item item;
    item.line = message("inbox");
    item.line.set("what", what)
        .set("entry", index.get())
        .set("hash", to_text(hash))
        .set("author", author.get());
    return item;
  }

  /// What was sealed to this member, or why it cannot be read.
  void add_terms(EntryIndex index, bool has_terms, Item& item) const {
    if (!has_terms) return;
    const auto terms = own_.terms(view_, index);
    if (!terms) {
      item.line.set("terms_problem", info(terms.error().code).id);
      item.text +=
          "    terms: cannot be opened: " + escape_for_terminal(terms.error().message) + "\n";
      return;
    }
    if (!*terms) return;
    item.line.set("terms", entry::encode(**terms));
    const auto row = [&](std::string_view name, const std::string& value) {
      if (!value.empty())
        item.text += "    " + std::string(name) + ": " + escape_for_terminal(value) + "\n";
    };
    const entry::Conditions& conditions = (*terms)->conditions;
    row("subjects", words((*terms)->subjects));
    row("codes", words(conditions.codes));
    row("labels", words(conditions.labels));
    row("records", words(conditions.records));
    row("authors", words(conditions.authors));
    row("related", words(conditions.related));
    row("from", conditions.data_from ? format_time(*conditions.data_from) : "");
    row("until", conditions.data_until ? format_time(*conditions.data_until) : "");
    row("reason", (*terms)->text.value_or(""));
    row("justification", (*terms)->justification.value_or(""));
    row("contact", (*terms)->contact.value_or(""));
  }

  static std::string scope_text(const entry::Scope& scope) {
    std::string text = words(scope.purposes);
    if (!scope.types.empty()) text += "; " + words(scope.types);
    if (scope.uses) text += "; " + counted(*scope.uses, "use");
    if (scope.until) text += "; until " + format_time(*scope.until);
    return text;
  }

  Status requests() {
    return view_.scan("request/", [&](std::string_view, std::string_view value) -> Status {
      MC_ASSIGN(const json::Object object, json::parse_object(value));
      MC_ASSIGN(const auto state, entry::decode<rules::RequestState>(object));
      if (state.answer || now_ >= state.body.expires) return {};
      const MemberName& custodian = state.body.custodian;
      if (custodian != me_) {
        MC_ASSIGN(const auto owners,
                  rules::owners_of_all(view_, custodian, state.body.scope.subjects));
        if (!std::binary_search(owners.begin(), owners.end(), me_)) return {};
      }
      MC_ASSIGN(const EntryHash hash, view_.leaf(state.index));
      Item item = begin("request", state.index, hash, state.author);
      item.line.set("expires", format_time(state.body.expires));
      if (custodian != me_) item.line.set("custodian", custodian.get());
      add_scope(state.body.scope, item);
      item.text = "request " + std::to_string(state.index.get()) + " of " + state.author.get() +
                  (custodian == me_ ? "" : " to " + custodian.get()) + ", expires " +
                  format_time(state.body.expires) + "\n    " + scope_text(state.body.scope) + "\n";
      add_terms(state.index, state.body.terms.has_value(), item);
      items_.emplace(state.index, std::move(item));
      return {};
    });
  }
  static void add_scope(const entry::Scope& scope, Item& item) {
    item.line.set("purposes", array_of(scope.purposes)).set("types", array_of(scope.types));
    if (scope.uses) item.line.set("uses", *scope.uses);
    if (scope.until) item.line.set("until", format_time(*scope.until));
  }

  Result<std::optional<rules::RequestState>> own_request(
      const std::optional<EntryHash>& hash) const {
    if (!hash) return std::optional<rules::RequestState>();
    MC_ASSIGN(auto state, rules::request(view_, *hash));
    if (state && state->author != me_) state.reset();
    return state;
  }

  /// Back to the first tick that is too old: log time moves by them alone.
  Status answers() {
    MC_ASSIGN(const auto since, session_.time("since"));
    const UnixSeconds from = since.value_or(UnixSeconds(now_.get() - default_span));
    MC_ASSIGN(const TreeSize size, view_.size());
    for (std::uint64_t i = size.get(); i-- > 0;) {
      MC_ASSIGN(const entry::Entry entry, view_.entry(EntryIndex(i)));
      const entry::Body& body = entry.statement.body;
      if (std::holds_alternative<entry::Tick>(body) && entry.statement.header.time < from) break;
      if (const auto* grant = std::get_if<entry::Grant>(&body)) {
        MC_ASSIGN(const auto asked, own_request(grant->request));
        if (asked) MC_TRY(granted(EntryIndex(i), entry, *grant, *asked));
      } else if (const auto* answer = std::get_if<entry::Answer>(&body)) {
        MC_ASSIGN(const auto asked, own_request(answer->request));
        if (asked) denied(EntryIndex(i), entry, *answer, *asked);
      }
    }
    return {};
  }
  Status granted(EntryIndex index, const entry::Entry& entry, const entry::Grant& grant,
                 const rules::RequestState& asked) {
    const EntryHash hash = entry::entry_hash(entry.bytes);
    // A grant that was replaced is no answer any more.
    if (asked.answer != hash) return {};
    MC_ASSIGN(const auto state, request_state(view_, asked, now_));
    Item item = begin("answer", index, hash, entry.statement.header.author);
    item.line.set("request", to_text(*grant.request)).set("state", state);
    add_scope(grant.scope, item);
    item.text = std::string(state) + " by " + entry.statement.header.author.get() + ": grant " +
                std::to_string(index.get()) + " answers request " +
                std::to_string(asked.index.get()) + "\n    " + scope_text(grant.scope) + "\n";
    add_terms(index, grant.terms.has_value(), item);
    items_.emplace(index, std::move(item));
    return {};
  }
  void denied(EntryIndex index, const entry::Entry& entry, const entry::Answer& answer,
              const rules::RequestState& asked) {
    Item item =
        begin("answer", index, entry::entry_hash(entry.bytes), entry.statement.header.author);
    item.line.set("request", to_text(answer.request))
        .set("state", "denied")
        .set("reason", answer.reason.get());
    item.text = "denied by " + entry.statement.header.author.get() + ": request " +
                std::to_string(asked.index.get()) + ", " + answer.reason.get() + "\n";
    add_terms(index, answer.terms.has_value(), item);
    items_.emplace(index, std::move(item));
  }

  Status notices() {
    return view_.scan("notice/", [&](std::string_view key, std::string_view value) -> Status {
      MC_ASSIGN(const json::Object object, json::parse_object(value));
      MC_ASSIGN(const auto state, entry::decode<rules::NoticeState>(object));
      const auto has = [&](const std::vector<MemberName>& names) {
        return std::find(names.begin(), names.end(), me_) != names.end();
      };
      if (!has(state.body.to) || has(state.acknowledged)) return {};
      MC_ASSIGN(const auto hash,
                parse_hash<EntryHash>("sha256:" + std::string(key.substr(key.find('/') + 1))));
      Item item = begin("notice", state.index, hash, state.author);
      item.line.set("of", entry::word_of(state.body.of)).set("about", to_text(state.body.about));
      if (state.body.due) item.line.set("due", format_time(*state.body.due));
      item.text = "notice " + std::to_string(state.index.get()) + " of " + state.author.get() +
                  ": " + std::string(entry::word_of(state.body.of)) + " of " +
                  to_text(state.body.about) + "\n";
      if (state.body.of == entry::NoticeOf::emergency) MC_TRY(add_emergency(state, item));
      items_.emplace(state.index, std::move(item));
      return {};
    });
  }

  /// An emergency is its own notice; another notice may be about it.
  Status add_emergency(const rules::NoticeState& notice, Item& item) const {
    MC_ASSIGN(const auto state, rules::emergency(view_, notice.body.about));
    if (!state) return {};
    const entry::Emergency& body = state->body;
    item.line.set("custodian", body.custodian.get())
        .set("reason", body.reason.get())
        .set("until", format_time(body.until));
    item.text = "notice " + std::to_string(notice.index.get()) + " of " + notice.author.get() +
                ": emergency " + std::to_string(state->index.get()) + " at " +
                body.custodian.get() + ", " + body.reason.get() + ", until " +
                format_time(body.until) + "\n";
    const auto& readers = body.package.to;
    const bool reads = std::find(readers.begin(), readers.end(), me_) != readers.end();
    if (reads && notice.index == state->index) add_terms(state->index, true, item);
    return {};
  }

  Status print() {
    std::string text;
    for (const auto& [index, item] : items_) {
      if (session_.format() == "json") MC_TRY(session_.out().line(item.line));
      text += item.text;
    }
    return session_.format() == "json" || text.empty() ? Status() : session_.out().write(text);
  }

  Session& session_;
  const ledger::Snapshot& view_;
  const OwnSide& own_;
  MemberName me_;
  UnixSeconds now_;
  std::map<EntryIndex, Item> items_;
};

}  // namespace

Result<int> show_inbox(Session& session) {
  MC_ASSIGN(const std::string keys, session.required("key"));
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const OwnSide own, OwnSide::open(session, *ledger));
  Places packages;
  packages.add(packages_directory(session, ledger->directory()), Access::read);
  session.seal(packages);
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto state, rules::member(view, *own.member()));
    if (!state)
      return fail(Code::member_unknown,
                  quote(own.member()->get()) + " is not a member of this ledger");
    return Inbox(session, view, own).run();
  }));
  return 0;
}

}  // namespace medchain::cli
