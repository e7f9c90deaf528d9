// genesis, policy and member: who is who, and under which policy.
#include <algorithm>
#include <set>

#include "rules/internal.hpp"

namespace medchain::rules {
namespace {

using entry::MemberAct;
using entry::Role;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

struct KeyUse {
  ByteArray<32> key;
  std::string use;  // "NAME ROLE"
};

/// The keys of a card, each with its one use: never shared between members or roles (DESIGN 4).
std::vector<KeyUse> uses_of(const entry::Card& card) {
  std::vector<KeyUse> uses = {{card.sign.key.bytes, card.name.get() + " sign"}};
  if (card.seal) uses.push_back({card.seal->bytes, card.name.get() + " seal"});
  if (card.witness) uses.push_back({card.witness->key.bytes, card.name.get() + " witness"});
  return uses;
}

bool is_active_with(const MemberState& state, Role role) {
  return state.status == MemberStatus::active && entry::has_role(state.card, role);
}

Status check_act_fields(const entry::Member& body) {
  const bool wants_card =
      body.act == MemberAct::add || body.act == MemberAct::update || body.act == MemberAct::rotate;
  const bool wants_staff = body.act == MemberAct::staff_add || body.act == MemberAct::staff_revoke;
  const bool may_reason = body.act == MemberAct::suspend || body.act == MemberAct::revoke;
  const std::string act(entry::word_of(body.act));
  if (body.card.has_value() != wants_card)
    return broken(act + (wants_card ? " needs a card" : " takes no card"));
  if (body.staff.has_value() != wants_staff)
    return broken(act + (wants_staff ? " needs a staff key" : " takes no staff key"));
  if (body.reason && !may_reason) return broken(act + " takes no reason");
  if (body.card) {
    MC_TRY(entry::check_card(*body.card));
    if (body.card->name != body.member) return broken("the card is of another member");
  }
  return {};
}

/// A key that cosigns for the policy signs nothing else (DESIGN 4).
Status check_no_witness(const entry::Policy& policy, const note::VerifierKey& key_now) {
  for (const entry::WitnessKey& witness : policy.witnesses)
    if (witness.key.key == key_now.key)
      return refuse(Code::member_key_used, "the key of " + quote(key_now.name) +
                                               " is that of witness " + quote(witness.name.get()) +
                                               " in the policy");
  return {};
}

/// The policy as it is and with the keys there are: each has its one use, and stock tools can read
/// the public copy.
Status check_new_policy(const View& view, const entry::Policy& policy,
                        const note::VerifierKey& log) {
  MC_TRY(entry::check_policy(policy));
  for (const entry::WitnessKey& witness : policy.witnesses) {
    MC_ASSIGN(auto use, view.get(key_of_key_use(witness.key.key.bytes)));
    if (witness.key.key == log.key) use = log.name + " log";
    if (use && !use->ends_with(" witness"))
      return refuse(Code::member_key_used, "the key of witness " + quote(witness.name.get()) +
                                               " is or was in use by " + quote(*use));
  }
  if (const auto read_back =
          note::parse_policy(note::format_policy(entry::tlog_policy(policy, log)));
      !read_back)
    return broken("no tlog-policy can say this: " + read_back.error().message);
  return {};
}

bool is_staff_name(std::string_view name, const MemberName& member) {
  const std::string prefix = member.get() + "/s-";
  return name.size() == prefix.size() + 16 && name.starts_with(prefix) &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Keys are told apart by name and key id.  Ids have 32 bits: a second key with the id of an
/// earlier one is made in seconds, and would take its place in the state.
Status check_key_id_free(const View& view, const note::VerifierKey& key_now) {
  MC_ASSIGN(const auto earlier, key(view, key_now.name, key_now.id()));
  if (earlier)
    return refuse(Code::member_key_used,
                  "another key of " + quote(key_now.name) + " has the same key id");
  return {};
}

Status judge_staff(Judgement& judgement, const entry::Member& body) {
  if (judgement.header.author != body.member)
    return broken("staff keys are registered by their own member");
  const note::VerifierKey& key_now = *body.staff;
  if (!is_staff_name(key_now.name, body.member))
    return broken("a staff key is named " + body.member.get() + "/s-HEX16, got " +
                  quote(key_now.name));
  if (key_now.type != note::KeyType::ed25519) return broken("a staff key is of type 01");
  MC_ASSIGN(auto known, key(judgement.view, key_now.name, key_now.id()));
  if (body.act == MemberAct::staff_revoke) {
    if (!known || known->until) return refuse(Code::entry_state, "the staff key is not in force");
    known->until = judgement.index();
    judgement.set_state(key_of_key(key_now.name, key_now.id()), *known);
    return {};
  }
  MC_ASSIGN(const auto used, judgement.view.get(key_of_key_use(key_now.key.bytes)));
  if (used) return refuse(Code::member_key_used, "the key is or was in use by " + quote(*used));
  MC_TRY(check_key_id_free(judgement.view, key_now));
  MC_TRY(check_no_witness(judgement.policy, key_now));
  judgement.set(key_of_key_use(key_now.key.bytes), key_now.name + " staff");
  judgement.set_state(key_of_key(key_now.name, key_now.id()),
                      KeyState{key_now, judgement.index(), std::nullopt});
  return {};
}

Status judge_rotation(Judgement& judgement, const entry::Member& body, MemberState state) {
  if (judgement.header.author != body.member) return broken("a member rotates its own keys");
  entry::Card same_but_keys = *body.card;
  same_but_keys.sign = state.card.sign;
  same_but_keys.seal = state.card.seal;
  same_but_keys.witness = state.card.witness;
  if (same_but_keys != state.card) return broken("rotation changes keys only");
  if (*body.card == state.card) return broken("rotation must change a key");
  MC_TRY(bring_keys(judgement.view, *body.card, &state.card, judgement.index(), judgement.changes));
  MC_TRY(check_no_witness(judgement.policy, body.card->sign));
  if (body.card->sign != state.card.sign) judgement.signers.brought.push_back(body.card->sign);
  state.card = *body.card;
  state.since = judgement.index();
  judgement.set_state(key_of_member(body.member), state);
  return {};
}

/// suspend, resume, revoke: the next status, or the refusal of a wrong state.
Result<MemberStatus> next_status(MemberAct act, const MemberState& state) {
  struct Transition {
    MemberAct act;
    MemberStatus from, to;
  };
  static constexpr Transition table[] = {
      {MemberAct::suspend, MemberStatus::active, MemberStatus::suspended},
      {MemberAct::resume, MemberStatus::suspended, MemberStatus::active},
      {MemberAct::revoke, MemberStatus::active, MemberStatus::revoked},
      {MemberAct::revoke, MemberStatus::suspended, MemberStatus::revoked},
  };
  for (const Transition& row : table)
    if (row.act == act && row.from == state.status) return row.to;
  return refuse(Code::entry_state, "cannot " + std::string(entry::word_of(act)) + " " +
                                       quote(state.card.name.get()) + ", which is " +
                                       std::string(entry::word_of(state.status)));
}

}  // namespace

Status bring_keys(const View& view, const entry::Card& card, const entry::Card* previous,
                  EntryIndex index, std::vector<Change>& changes) {
  const std::vector<KeyUse> before = previous ? uses_of(*previous) : std::vector<KeyUse>();
  std::set<ByteArray<32>> seen;
  for (const KeyUse& use : uses_of(card)) {
    if (!seen.insert(use.key).second)
      return refuse(Code::member_key_used, "one key in two roles of one card");
    const bool kept = std::any_of(before.begin(), before.end(), [&](const KeyUse& old) {
      return old.key == use.key && old.use == use.use;
    });
    if (kept) continue;
    MC_ASSIGN(const auto used, view.get(key_of_key_use(use.key)));
    if (used)
      return refuse(Code::member_key_used,
                    "a key of " + quote(card.name.get()) + " is or was in use by " + quote(*used));
    changes.emplace_back(key_of_key_use(use.key), use.use);
  }
  if (previous == nullptr || card.sign != previous->sign) {
    if (previous != nullptr) {
      MC_ASSIGN(auto old, key(view, previous->name.get(), previous->sign.id()));
      if (!old)
        return fail(Code::store_damaged,
                    "the key of " + quote(previous->name.get()) + " is missing");
      old->until = index;
      changes.emplace_back(key_of_key(previous->name.get(), previous->sign.id()),
                           json::write(entry::encode(*old)));
    }
    MC_TRY(check_key_id_free(view, card.sign));
    changes.emplace_back(key_of_key(card.name.get(), card.sign.id()),
                         json::write(entry::encode(KeyState{card.sign, index, std::nullopt})));
  }
  return {};
}

Status check_staffed(const View& view, const MemberState& changed, std::uint64_t admit) {
  std::uint64_t admins = 0, clocks = 0;
  MC_ASSIGN(auto all, members(view));
  for (const MemberState& state : all) {
    const MemberState& now = state.card.name == changed.card.name ? changed : state;
    admins += is_active_with(now, Role::admin);
    clocks += is_active_with(now, Role::clock);
  }
  if (admins < std::max<std::uint64_t>(1, admit))
    return refuse(Code::member_last_admin, "this would leave " + std::to_string(admins) +
                                               " admins, the policy needs " +
                                               std::to_string(admit));
  if (clocks == 0) return broken("this would leave the ledger without a clock");
  return {};
}

Result<std::vector<Change>> apply_genesis(const Proposal& proposal, const entry::Genesis& body) {
  const entry::Entry& entry = proposal.entry;
  const entry::Header& header = entry.statement.header;
  MC_TRY(entry::check_rules_known(body.rules));
  if (body.rules == 0) return broken("rules numbers start at 1");
  if (body.log.name != header.ledger || body.log.type != note::KeyType::ed25519)
    return broken("the log key must be of type 01 and be named as the origin");

  std::vector<Change> changes;
  MapView none;
  std::uint64_t admins = 0, clocks = 0;
  for (std::size_t i = 0; i < body.members.size(); ++i) {
    const entry::Card& card = body.members[i];
    MC_TRY(entry::check_card(card));
    if (i > 0 && !(body.members[i - 1].name < card.name))
      return broken("founders must ascend by name, each once");
    std::vector<Change> brought;
    MC_TRY(bring_keys(none, card, nullptr, proposal.index, brought));
    none.apply(brought);
    changes.insert(changes.end(), brought.begin(), brought.end());
    const MemberState state{card, MemberStatus::active, proposal.index};
    changes.emplace_back(key_of_member(card.name), json::write(entry::encode(state)));
    admins += entry::has_role(card, Role::admin);
    clocks += entry::has_role(card, Role::clock);
  }
  MC_ASSIGN(const auto log_use, none.get(key_of_key_use(body.log.key.bytes)));
  if (log_use) return refuse(Code::member_key_used, "the log key is a member's key too");
  MC_TRY(check_new_policy(none, body.policy, body.log));
  if (admins < body.policy.admit)
    return broken("the policy demands " + std::to_string(body.policy.admit) +
                  " admins, there are " + std::to_string(admins));
  if (clocks == 0) return broken("a clock member is missing");

  // The author and whoever else signs are founding admins; their keys are in this very entry.
  std::set<std::string> signed_by;
  for (const note::SignatureLine& line : entry.signatures) {
    const auto founder =
        std::find_if(body.members.begin(), body.members.end(),
                     [&](const entry::Card& card) { return note::is_by(line, card.sign); });
    if (founder == body.members.end() || !entry::has_role(*founder, Role::admin))
      return refuse(Code::signature_superfluous, quote(line.name) + " is not a founding admin");
    if (!signed_by.insert(line.name).second)
      return refuse(Code::signature_superfluous, quote(line.name) + " signed twice");
    MC_TRY(note::check(entry.text, line, founder->sign));
  }
  if (!signed_by.contains(header.author.get()))
    return refuse(Code::signature_missing, "the author's signature is missing");

  changes.emplace_back(key_of_key_use(body.log.key.bytes), header.ledger + " log");
  changes.emplace_back("origin", header.ledger);
  changes.emplace_back("genesis", to_text(entry::entry_hash(entry.bytes)));
  changes.emplace_back("log", note::format_vkey(body.log));
  changes.emplace_back("rules", std::to_string(body.rules));
  changes.emplace_back("time", format_time(header.time));
  changes.emplace_back("policy", json::write(entry::encode(body.policy)));
  changes.emplace_back(key_of_statement(header.author, header.id),
                       json::write(entry::encode(StatementAt{
                           proposal.index, EntryHash(entry::statement_hash(entry.text))})));
  return changes;
}

Status judge(Judgement& judgement, const entry::PolicyChange& body) {
  if (!entry::has_role(judgement.author.card, Role::admin))
    return refuse(Code::member_role, "a policy change needs the role admin");
  MC_ASSIGN(const auto log, log_key(judgement.view));
  MC_TRY(check_new_policy(judgement.view, body.policy, log));
  MC_ASSIGN(const std::uint64_t rules_now, rules_number(judgement.view));
  if (body.rules < rules_now) return broken("rules numbers never go back");
  // In force from this very entry: who does not know them cannot judge it, and must not bring the
  // ledger where nobody can.
  MC_TRY(entry::check_rules_known(body.rules));
  MC_TRY(check_staffed(judgement.view, judgement.author, body.policy.admit));
  // Both the old and the new policy must be satisfied: a quorum cannot vote itself smaller with
  // less than it needs.
  judgement.signers.admins = judgement.policy.admit;
  judgement.set("policy", json::write(entry::encode(body.policy)));
  judgement.set("rules", std::to_string(body.rules));
  if (body.set_time) judgement.set("time", format_time(*body.set_time));
  return {};
}

Status judge(Judgement& judgement, const entry::Member& body) {
  MC_TRY(check_act_fields(body));
  if (body.act == MemberAct::staff_add || body.act == MemberAct::staff_revoke)
    return judge_staff(judgement, body);

  MC_ASSIGN(auto state, member(judgement.view, body.member));
  if (body.act == MemberAct::add) {
    if (state)
      return refuse(Code::member_exists,
                    quote(body.member.get()) + " is a member since before entry " +
                        std::to_string(judgement.index().get()) + "; names are never used again");
    MC_TRY(check_no_witness(judgement.policy, body.card->sign));
    MC_TRY(bring_keys(judgement.view, *body.card, nullptr, judgement.index(), judgement.changes));
    judgement.set_state(key_of_member(body.member),
                        MemberState{*body.card, MemberStatus::active, judgement.index()});
  } else {
    if (!state)
      return refuse(Code::member_unknown,
                    quote(body.member.get()) + " is not a member of this ledger");
    if (body.act == MemberAct::rotate) return judge_rotation(judgement, body, std::move(*state));
    if (body.act == MemberAct::update) {
      if (state->status == MemberStatus::revoked)
        return refuse(Code::entry_state,
                      "cannot update " + quote(body.member.get()) + ", which is revoked");
      if (body.card->sign != state->card.sign || body.card->seal != state->card.seal ||
          body.card->witness != state->card.witness)
        return broken("update changes no keys; the member rotates them itself");
      state->card = *body.card;
    } else {
      MC_ASSIGN(state->status, next_status(body.act, *state));
      if (state->status == MemberStatus::revoked) {
        MC_ASSIGN(auto ended, key(judgement.view, body.member.get(), state->card.sign.id()));
        if (!ended)
          return fail(Code::store_damaged,
                      "the key of " + quote(body.member.get()) + " is missing");
        ended->until = judgement.index();
        judgement.set_state(key_of_key(body.member.get(), state->card.sign.id()), *ended);
      }
    }
    state->since = judgement.index();
    MC_TRY(check_staffed(judgement.view, *state, judgement.policy.admit));
    judgement.set_state(key_of_member(body.member), *state);
  }
  // A member may leave by its own signature; everything else is for k admins.
  const bool leaves = body.act == MemberAct::revoke && judgement.header.author == body.member;
  if (leaves) return {};
  if (!entry::has_role(judgement.author.card, Role::admin))
    return refuse(Code::member_role,
                  std::string(entry::word_of(body.act)) + " needs the role admin");
  judgement.signers.admins = judgement.policy.admit;
  return {};
}

Status judge(Judgement& judgement, const entry::Group& body) {
  if (!std::is_sorted(body.members.begin(), body.members.end()) ||
      std::adjacent_find(body.members.begin(), body.members.end()) != body.members.end())
    return broken("members of a group must ascend, each once");
  const bool wants_members = body.act != entry::GroupAct::dissolve;
  if (body.members.empty() == wants_members)
    return broken(std::string(entry::word_of(body.act)) +
                  (wants_members ? " needs members" : " takes no members"));
  MC_ASSIGN(auto state, group(judgement.view, body.group));
  const MemberName& author = judgement.header.author;
  if (body.act == entry::GroupAct::create) {
    if (state)
      return refuse(Code::entry_state, "the group " + quote(body.group.get()) + " exists already");
    state = GroupState{author, {}, false};
  } else {
    if (!state || state->dissolved)
      return refuse(Code::entry_state, "there is no group " + quote(body.group.get()));
    const bool leaves_itself = body.act == entry::GroupAct::leave && body.members.size() == 1 &&
                               body.members.front() == author;
    if (state->owner != author && !leaves_itself)
      return refuse(Code::member_role, "only " + quote(state->owner.get()) + " changes the group " +
                                           quote(body.group.get()));
  }
  std::set<MemberName> now(state->members.begin(), state->members.end());
  for (const MemberName& name : body.members) {
    if (body.act == entry::GroupAct::leave) {
      if (now.erase(name) == 0)
        return refuse(Code::entry_state, quote(name.get()) + " is not in the group");
    } else {
      MC_TRY(require_active(judgement.view, name));
      if (!now.insert(name).second)
        return refuse(Code::entry_state, quote(name.get()) + " is in the group already");
    }
  }
  state->members.assign(now.begin(), now.end());
  if (body.act == entry::GroupAct::dissolve) {
    state->members.clear();
    state->dissolved = true;
  }
  judgement.set_state(key_of_group(body.group), *state);
  return {};
}

}  // namespace medchain::rules
