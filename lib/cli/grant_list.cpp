// list: requests, grants, emergencies, releases and uses, by any party.
#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "cli/entry_operand.hpp"
#include "cli/grant_queries.hpp"
#include "cli/grant_states.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "entry/encoder.hpp"
#include "report/table.hpp"

namespace medchain::cli {
namespace {

struct Item {
  std::string kind, state, more, from, to, purposes, uses, until;
  json::Object line;
};

template <class T>
std::string words(const std::vector<T>& all) {
  std::string text;
  for (const T& each : all) text += (text.empty() ? "" : ",") + entry::text_of(each);
  return text;
}

std::string named(const entry::Actors& actors) {
  std::string text = words(actors.members);
  const auto add = [&](const std::string& more, std::string_view prefix) {
    if (!more.empty()) text += (text.empty() ? "" : " ") + std::string(prefix) + more;
  };
  add(words(actors.groups), "group:");
  add(words(actors.roles), "role:");
  return text.empty() ? "any" : text;
}

class Lister {
 public:
  Lister(Session& session, const ledger::Snapshot& view) : session_(session), view_(view) {}

  Status run() {
    MC_ASSIGN(now_, rules::log_time(view_));
    const bool any = session_.has("requests") || session_.has("grants") ||
                     session_.has("emergencies") || session_.has("releases") ||
                     session_.has("uses");
    if (!any || session_.has("requests")) MC_TRY(requests());
    if (!any || session_.has("grants")) MC_TRY(grants());
    if (!any || session_.has("emergencies")) MC_TRY(emergencies());
    if (!any || session_.has("releases")) MC_TRY(releases());
    if (session_.has("uses")) MC_TRY(uses());
    return print();
  }

  Status read_filters() {
    if (const auto by = session_.setting("by")) {
      MC_ASSIGN(by_, member_option("by", *by));
    }
    if (const auto to = session_.setting("to")) {
      MC_ASSIGN(to_, member_option("to", *to));
      MC_TRY(read_receiver());
    }
    state_ = session_.setting("state");
    return {};
  }

 private:
  /// Each HEX of PREFIX/HEX.
  static json::Object begin(std::string_view type, EntryIndex index, const EntryHash& hash,
                            const MemberName& author) {
    json::Object line = message(type);
    line.set("entry", index.get()).set("hash", to_text(hash)).set("author", author.get());
    return line;
  }

  /// Groups and roles are those of now; who is no active member has none.
  Status read_receiver() {
    MC_ASSIGN(const auto state, rules::member(view_, *to_));
    if (!state || state->status != rules::MemberStatus::active) return {};
    MC_ASSIGN(receiver_, rules::question_of(view_, *to_, std::nullopt, entry::Word(), now_));
    return {};
  }
  bool is_for(const entry::Actors& actors) const {
    if (receiver_) return rules::is_meant(actors, *receiver_);
    return to_ && std::binary_search(actors.members.begin(), actors.members.end(), *to_);
  }

  void take(EntryIndex index, Item item, bool fits_to) {
    if (by_ && item.from != by_->get()) return;
    if (to_ && !fits_to) return;
    if (state_ && item.state != *state_ && item.more != *state_) return;
    items_.emplace(index, std::move(item));
  }

  Status requests() {
    return rules::for_each_state<rules::RequestState>(
        view_, "request/", [&](const EntryHash& hash, const rules::RequestState& state) -> Status {
          MC_ASSIGN(const auto word, request_state(view_, state, now_));
          Item item{"request",
                    std::string(word),
                    "",
                    state.author.get(),
                    state.body.custodian.get(),
                    words(state.body.scope.purposes),
                    state.body.scope.uses ? std::to_string(*state.body.scope.uses) : "",
                    state.body.scope.until ? format_time(*state.body.scope.until) : "",
                    begin("request", state.index, hash, state.author)};
          item.line.set("state", item.state);
          if (state.answer) item.line.set("answer", to_text(*state.answer));
          entry::Encoder encoder(item.line);
          entry::Request::fields(state.body, encoder);
          const bool fits = to_ && state.body.custodian == *to_;
          take(state.index, std::move(item), fits);
          return {};
        });
  }

  Status grants() {
    return rules::for_each_state<rules::GrantState>(
        view_, "grant/", [&](const EntryHash& hash, const rules::GrantState& state) -> Status {
          const entry::Scope& scope = state.body.scope;
          MC_ASSIGN(const auto erasure, erasure_state(view_, hash, state, now_));
          const bool permits = state.body.provision == entry::Provision::permit;
          Item item{permits ? "grant" : "dissent",
                    std::string(grant_state(state, now_)),
                    std::string(erasure),
                    state.author.get(),
                    named(scope.actors),
                    words(scope.purposes),
                    !permits     ? ""
                    : scope.uses ? std::to_string(state.uses) + "/" + std::to_string(*scope.uses)
                                 : std::to_string(state.uses),
                    scope.until ? format_time(*scope.until) : "",
                    begin("grant", state.index, hash, state.author)};
          item.line.set("state", item.state);
          if (!item.more.empty()) item.line.set("erasure", item.more);
          item.line.set("used", state.uses).set("depth", state.depth);
          entry::Encoder encoder(item.line);
          entry::Grant::fields(state.body, encoder);
          const bool fits = is_for(scope.actors);
          take(state.index, std::move(item), fits);
          return {};
        });
  }

  Status emergencies() {
    return rules::for_each_state<rules::EmergencyState>(
        view_, "emergency/",
        [&](const EntryHash& hash, const rules::EmergencyState& state) -> Status {
          MC_ASSIGN(const auto told, rules::notice(view_, hash));
          Item item{"emergency",
                    std::string(emergency_state(state, now_)),
                    std::string(review_state(state)),
                    state.author.get(),
                    state.body.custodian.get(),
                    state.body.reason.get(),
                    std::to_string(state.releases),
                    format_time(state.body.until),
                    begin("emergency", state.index, hash, state.author)};
          item.line.set("state", item.state).set("review", item.more);
          if (state.review) item.line.set("reviewed", to_text(*state.review));
          item.line.set("signed", state.signed_person).set("releases", state.releases);
          json::Array acknowledged;
          if (told)
            for (const MemberName& name : told->acknowledged) acknowledged.emplace_back(name.get());
          item.line.set("acknowledged", std::move(acknowledged));
          entry::Encoder encoder(item.line);
          entry::Emergency::fields(state.body, encoder);
          const bool fits = to_ && state.body.custodian == *to_;
          take(state.index, std::move(item), fits);
          return {};
        });
  }

  Status releases() {
    return rules::for_each_state<rules::ReleaseState>(
        view_, "release/", [&](const EntryHash& hash, const rules::ReleaseState& state) -> Status {
          Item item{"release",
                    state.opened > 0 ? "used" : "released",
                    "",
                    state.author.get(),
                    state.to.get(),
                    state.purpose.get(),
                    "",
                    "",
                    begin("release", state.index, hash, state.author)};
          item.line.set("state", item.state).set("to", state.to.get());
          if (state.grant) item.line.set("grant", to_text(*state.grant));
          if (state.emergency) item.line.set("emergency", to_text(*state.emergency));
          item.line.set("purpose", state.purpose.get());
          if (state.receiver) item.line.set("receiver", to_text(*state.receiver));
          item.line.set("records", state.records)
              .set("opened", state.opened)
              .set("failed", state.failed);
          const bool fits = to_ && state.to == *to_;
          take(state.index, std::move(item), fits);
          return {};
        });
  }

  /// Uses leave no state of their own: they are read from the log.
  Status uses() {
    MC_ASSIGN(const TreeSize size, view_.size());
    for (std::uint64_t i = 0; i < size.get(); ++i) {
      MC_ASSIGN(const entry::Entry entry, view_.entry(EntryIndex(i)));
      const auto* use = std::get_if<entry::Use>(&entry.statement.body);
      if (use == nullptr) continue;
      MC_ASSIGN(const auto release, rules::release(view_, use->release));
      const entry::Header& header = entry.statement.header;
      Item item{"use",
                std::string(entry::word_of(use->outcome)),
                "",
                header.author.get(),
                release ? release->author.get() : "",
                use->purpose.get(),
                "",
                "",
                begin("use", EntryIndex(i), entry::entry_hash(entry.bytes), header.author)};
      item.line.set("state", item.state).set("time", format_time(header.time));
      entry::Encoder encoder(item.line);
      entry::Use::fields(*use, encoder);
      const bool fits = to_ && release && release->author == *to_;
      take(EntryIndex(i), std::move(item), fits);
    }
    return {};
  }

  Status print() {
    if (session_.format() == "json") {
      for (const auto& [index, item] : items_) MC_TRY(session_.out().line(item.line));
      return {};
    }
    report::Table table({{"ENTRY", report::Align::right},
                         {"KIND"},
                         {"STATE"},
                         {"BY"},
                         {"TO"},
                         {"PURPOSE"},
                         {"USES"},
                         {"UNTIL"}});
    for (const auto& [index, item] : items_)
      table.add({std::to_string(index.get()), item.kind,
                 item.state + (item.more.empty() ? "" : " " + item.more), item.from, item.to,
                 item.purposes, item.uses, item.until});
    return table.empty() ? Status() : session_.out().write(table.text());
  }

  Session& session_;
  const ledger::Snapshot& view_;
  UnixSeconds now_;
  std::optional<MemberName> by_, to_;
  std::optional<rules::Question> receiver_;  ///< `to_` with what it is meant by
  std::optional<std::string> state_;
  std::map<EntryIndex, Item> items_;
};

}  // namespace

Result<int> grant_list(Session& session) {
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  session.seal({});
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    Lister lister(session, view);
    MC_TRY(lister.read_filters());
    return lister.run();
  }));
  return 0;
}

}  // namespace medchain::cli
