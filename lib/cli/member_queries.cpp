// list, show, challenge and authenticate of medchain-member.
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/key_maker.hpp"
#include "cli/member_acts.hpp"
#include "cli/sealing.hpp"
#include "cli/workspace.hpp"
#include "entry/challenge.hpp"
#include "report/table.hpp"
#include "rules/view.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t default_max_age = 300;

/// The last thing that a query opens.
Result<std::unique_ptr<ledger::Ledger>> open_for_reading(Session& session) {
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(auto ledger, open_ledger(session, options));
  session.seal({});
  return ledger;
}

std::string words_of(const std::vector<entry::Role>& roles) {
  std::string text;
  for (const entry::Role role : roles)
    text += (text.empty() ? "" : " ") + std::string(entry::word_of(role));
  return text;
}

Result<int> list_groups(Session& session, const ledger::Snapshot& view) {
  MC_ASSIGN(const auto all, rules::groups(view));
  report::Table table({{"GROUP"}, {"OWNER"}, {"MEMBERS"}});
  for (const auto& [name, group] : all) {
    std::string names;
    for (const MemberName& member : group.members)
      names += (names.empty() ? "" : " ") + member.get();
    if (session.format() == "json") {
      json::Object line = message("group");
      line.set("group", name);
      entry::Encoder encoder(line);
      rules::GroupState::fields(group, encoder);
      MC_TRY(session.out().line(line));
    } else {
      table.add({name, group.owner.get(), group.dissolved ? "(dissolved)" : names});
    }
  }
  if (session.format() == "text" && !table.empty()) MC_TRY(session.out().write(table.text()));
  return 0;
}

Result<int> list_members(Session& session, const ledger::Snapshot& view) {
  MC_ASSIGN(const auto all, rules::members(view));
  report::Table table({{"MEMBER"},
                       {"STATUS"},
                       {"KIND"},
                       {"LEVEL"},
                       {"SINCE", report::Align::right},
                       {"ROLES"},
                       {"NAME"}});
  for (const rules::MemberState& state : all) {
    if (session.format() == "json") {
      json::Object line = message("member");
      line.set("member", state.card.name.get());
      entry::Encoder encoder(line);
      rules::MemberState::fields(state, encoder);
      MC_TRY(session.out().line(line));
    } else {
      table.add({state.card.name.get(), std::string(entry::word_of(state.status)),
                 std::string(entry::word_of(state.card.kind)),
                 state.card.level ? std::string(entry::word_of(*state.card.level)) : "",
                 std::to_string(state.since.get()), words_of(state.card.roles),
                 state.card.display ? state.card.display->get() : ""});
    }
  }
  if (session.format() == "text") MC_TRY(session.out().write(table.text()));
  return 0;
}

}  // namespace

Result<int> member_list(Session& session) {
  MC_ASSIGN(const auto ledger, open_for_reading(session));
  int status = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(status,
              session.has("groups") ? list_groups(session, view) : list_members(session, view));
    return {};
  }));
  return status;
}

Result<int> member_show(Session& session) {
  const std::string& text = session.operands().front();
  auto name = MemberName::parse(text);
  if (!name) return fail(Code::usage, "member " + quote(text) + ": " + name.error().message);
  MC_ASSIGN(const auto ledger, open_for_reading(session));
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto state, rules::member(view, *name));
    if (!state) return fail(Code::member_unknown, quote(text) + " is not a member of this ledger");
    json::Array keys;
    std::string lines;
    MC_TRY(view.scan("key/" + text + "/", [&](std::string_view, std::string_view value) -> Status {
      MC_ASSIGN(const json::Object key, json::parse_object(value));
      keys.emplace_back(key);
      lines += "key:      " + *key.find("key")->string() + " from entry " +
               std::to_string(*key.find("from")->integer());
      if (const auto* until = key.find("until"))
        lines += " until entry " + std::to_string(*until->integer());
      lines += "\n";
      return {};
    }));
    if (session.format() == "json") {
      json::Object line = message("member");
      line.set("member", text);
      entry::Encoder encoder(line);
      rules::MemberState::fields(*state, encoder);
      line.set("keys", std::move(keys));
      return session.out().line(line);
    }
    return session.out().write(describe_card(state->card) +
                               "status:   " + std::string(entry::word_of(state->status)) +
                               " since entry " + std::to_string(state->since.get()) + "\n" + lines);
  }));
  return 0;
}

Result<int> member_challenge(Session& session) {
  MC_ASSIGN(const std::string verifier, session.required("verifier"));
  entry::Challenge challenge;
  auto name = MemberName::parse(verifier);
  if (!name) return fail(Code::usage, "option '--verifier': " + name.error().message);
  challenge.verifier = *name;
  challenge.time = session.now();
  session.random().fill(challenge.nonce.bytes);
  MC_ASSIGN(const auto ledger, open_for_reading(session));
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(challenge.ledger, rules::origin(view));
    return {};
  }));
  MC_TRY(session.out().line(entry::encode_message("challenge", challenge)));
  return 0;
}

Result<int> member_authenticate(Session& session) {
  MC_ASSIGN(const std::string path, session.required("challenge"));
  MC_ASSIGN(std::string challenge_line, read_file(path, 65'536, Code::input_unreadable));
  while (!challenge_line.empty() && challenge_line.back() == '\n') challenge_line.pop_back();
  MC_ASSIGN(const auto challenge, entry::parse_challenge(challenge_line));
  MC_ASSIGN(const std::string line, read_one_line(session));
  MC_ASSIGN(const auto answer, entry::decode_message<entry::ChallengeAnswer>("answer", line));
  MC_ASSIGN(const auto max_age, session.duration("max-age"));
  MC_ASSIGN(const auto ledger, open_for_reading(session));
  Status verdict;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const std::string origin, rules::origin(view));
    MC_ASSIGN(const auto state, rules::member(view, answer.member));
    const std::int64_t age = session.now().get() - challenge.time.get();
    if (challenge.ledger != origin)
      verdict =
          fail(Code::challenge_failed, "the challenge is for ledger " + quote(challenge.ledger));
    else if (!state)
      verdict = fail(Code::challenge_failed,
                     quote(answer.member.get()) + " is not a member of this ledger");
    else if (state->status != rules::MemberStatus::active)
      verdict = fail(Code::challenge_failed, quote(answer.member.get()) + " is " +
                                                 std::string(entry::word_of(state->status)));
    else if (age < -default_max_age || age > max_age.value_or(default_max_age))
      verdict = fail(Code::challenge_failed, "the challenge is " + std::to_string(age) + " s old");
    else
      verdict = entry::check_answer(challenge, answer, state->card.sign.key);
    return {};
  }));
  json::Object decision = message("decision");
  decision.set("member", answer.member.get())
      .set("verifier", answer.verifier.get())
      .set("authenticated", verdict.ok());
  if (!verdict) decision.set("reason", verdict.error().message);
  if (session.format() == "json") {
    MC_TRY(session.out().line(decision));
  } else {
    MC_TRY(session.out().write(
        verdict ? "authenticated: " + answer.member.get() + "\n"
                : "not authenticated: " + escape_for_terminal(verdict.error().message) + "\n"));
  }
  return verdict ? 0 : 1;
}

}  // namespace medchain::cli
