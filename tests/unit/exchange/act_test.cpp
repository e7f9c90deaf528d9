// Acts with packages: a crash at each step, refusals, and what settling makes of what is left.
#include "exchange/act.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "exchange/open_terms.hpp"
#include "unit/vault/vault_support.hpp"
#include "vault/persons.hpp"

using namespace medchain;
using test::must;
namespace fs = std::filesystem;

namespace {

/// hosp-a asks hosp-b; both have seal keys.
class Exchange : public test::VaultUnion {
 public:
  explicit Exchange(std::uint64_t seed = 7) : VaultUnion(seed) {
    for (const char* who : {"hosp-a", "hosp-b"}) {
      auto identity = crypto::generate_age_identity(random);
      entry::Member body;
      body.act = entry::MemberAct::update;
      body.member = test::name(who);
      body.card = must(view_member(who)).card;
      body.card->roles = {entry::Role::custodian, entry::Role::requester};
      keys.emplace(who, std::move(identity));
      body.card->seal = crypto::recipient_of(keys.at(who));
      // Keys change by rotation, roles by admins.
      entry::Card roles = *body.card;
      roles.seal.reset();
      entry::Member by_admin = body;
      by_admin.card = roles;
      accept({prepare(by_admin, "admin-a")});
      entry::Member rotation = body;
      rotation.act = entry::MemberAct::rotate;
      accept({prepare(rotation, who)});
    }
  }
  Result<rules::MemberState> view_member(const std::string& who) {
    return get([&](const ledger::Snapshot& view) -> Result<rules::MemberState> {
      MC_ASSIGN(auto state, rules::member(view, test::name(who)));
      return std::move(*state);
    });
  }
  std::string packages() { return dir.path("packages"); }
  package::Store store(const std::string& who = "hosp-a") {
    return must(package::Store::open(packages(), who));
  }

  entry::Terms terms() {
    entry::Terms made;
    made.subjects = {"P123"};
    made.text = "a reason that nobody else reads";
    return made;
  }
  /// A request of hosp-a, sealed; `days` 0 is one that the rules refuse.
  exchange::SignedAct request(package::Store& into, int days = 90) {
    entry::Request body;
    body.custodian = test::name("hosp-b");
    body.person = test::hash_of<PersonTag>("person of hosp-a");
    body.scope.actors.members = {test::name("hosp-a")};
    body.scope.purposes = {*entry::Word::parse("HRESCH")};
    body.scope.until = UnixSeconds(log_time().get() + days * 86'400);
    body.expires = UnixSeconds(log_time().get() + 86'400);
    entry::Header header;
    exchange::Contents contents;
    contents.terms = exchange::seal_terms(terms(), random);
    std::vector<exchange::Receiver> receivers;
    must(ledger->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(header, ledger::new_header(view, test::name("hosp-a"), random.statement_id(),
                                           log_time_of(view)));
      MC_ASSIGN(receivers,
                exchange::receivers_of(view, test::name("hosp-a"), {test::name("hosp-b")}, {}));
      return {};
    }));
    exchange::SignedAct act;
    act.package = must(exchange::seal(&into, header, contents, receivers, random));
    body.terms = contents.terms->commitment();
    body.package = act.package->ref;
    const entry::SignAs as{"hosp-a", &test::key_of("hosp-a")};
    act.entry = must(entry::sign_statement({header, body}, std::span(&as, 1)));
    act.intent = Digest(crypto::sha256(as_bytes("the same")));
    return act;
  }
  static UnixSeconds log_time_of(const ledger::Snapshot& view) {
    return must(rules::log_time(view));
  }

  exchange::AppendActs append_acts() {
    return [this](std::span<const ledger::Prepared> prepared)
               -> Result<std::optional<std::vector<ledger::Appended>>> {
      auto result = append({prepared.begin(), prepared.end()});
      if (!result) return std::move(result).error();
      return std::optional(std::move(result->entries));
    };
  }
  exchange::AppendActs give_away() {
    return [](std::span<const ledger::Prepared>)
               -> Result<std::optional<std::vector<ledger::Appended>>> {
      return std::optional<std::vector<ledger::Appended>>();
    };
  }
  Result<exchange::Done> act(std::vector<exchange::SignedAct> acts) {
    return exchange::act(*vault, std::move(acts), append_acts(), false);
  }
  std::vector<exchange::SignedAct> one(exchange::SignedAct act) {
    std::vector<exchange::SignedAct> acts;
    acts.push_back(std::move(act));
    return acts;
  }
  exchange::SettledActs settle_all() {
    auto own = store();
    return must(exchange::settle_acts(*vault, *ledger, &own, append_acts()));
  }
  std::size_t size() {
    return get([](const ledger::Snapshot& view) { return view.size(); }).get();
  }
  std::size_t files(const std::string& below) {
    std::size_t count = 0;
    if (!fs::exists(packages())) return 0;
    for (const auto& item : fs::recursive_directory_iterator(packages()))
      if (item.is_regular_file())
        count +=
            (item.path().string().find("/staging") != std::string::npos) == (below == "staging");
    return count;
  }
  std::optional<vault::Act> known(const StatementId& id) {
    return must(vault::Acts(*vault).find(id));
  }
  void age_ledger(std::int64_t seconds) {
    const ledger::AppendOptions options{UnixSeconds(log_time().get() + seconds), false, true};
    must(ledger->append({}, *host, options, random));
  }

  std::map<std::string, crypto::Secret> keys;
};

}  // namespace

TEST_CASE("an act puts its package where its receivers find it, and they open the terms") {
  Exchange world;
  auto store = world.store();
  auto made = world.request(store);
  const auto id = made.entry.statement.header.id;
  const entry::Entry entry = made.entry;
  const PackageHash hash = made.package->ref.hash;
  CHECK(made.package->ref.to == std::vector{test::name("hosp-a"), test::name("hosp-b")});
  const auto done = must(world.act(world.one(std::move(made))));
  REQUIRE(done.entries.size() == 1);
  CHECK_FALSE(done.unfinished);
  CHECK(world.known(id)->state == vault::ActState::anchored);
  CHECK(world.known(id)->entry == done.entries[0].index);
  CHECK(world.known(id)->note.empty());
  CHECK(world.files("staging") == 0);
  CHECK(world.files("published") == 1);
  for (const char* who : {"hosp-a", "hosp-b"})
    CHECK(must(exchange::open_terms(store, world.keys.at(who), entry)) == world.terms());
  const auto stranger = crypto::generate_age_identity(world.random);
  const auto refused = exchange::open_terms(store, stranger, entry);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::age_wrong_key);
  must(store.remove(hash, "a note"));
  const auto missing = exchange::open_terms(store, world.keys.at("hosp-b"), entry);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::package_missing);
}

TEST_CASE("terms are believed only from the package that the entry names, for that statement") {
  Exchange world;
  auto store = world.store();
  auto first = world.request(store), second = world.request(store);
  entry::Entry mixed = first.entry;
  const auto& other = std::get<entry::Request>(second.entry.statement.body);
  must(world.act(world.one(std::move(first))));
  must(world.act(world.one(std::move(second))));
  auto& body = std::get<entry::Request>(mixed.statement.body);
  SUBCASE("another statement's package") {
    body.package = other.package;
    const auto refused = exchange::open_terms(store, world.keys.at("hosp-b"), mixed);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::package_invalid);
    CHECK(refused.error().message.find("field 'id'") != std::string::npos);
  }
  SUBCASE("another commitment") {
    body.terms = other.terms;
    const auto refused = exchange::open_terms(store, world.keys.at("hosp-b"), mixed);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::package_invalid);
    CHECK(refused.error().message.find("commits to") != std::string::npos);
  }
  SUBCASE("other bytes under its name") {
    const std::string path = store.path(body.package->hash), from = store.path(other.package->hash);
    fs::copy_file(from, path, fs::copy_options::overwrite_existing);
    const auto refused = exchange::open_terms(store, world.keys.at("hosp-b"), mixed);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::package_invalid);
  }
}

TEST_CASE("a refused act leaves nothing") {
  Exchange world;
  auto store = world.store();
  auto made = world.request(store, 0);
  const auto id = made.entry.statement.header.id;
  const auto before = world.size();
  const auto refused = world.act(world.one(std::move(made)));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::entry_rule);
  CHECK(world.size() == before);
  CHECK(world.files("staging") == 0);
  CHECK(world.files("published") == 0);
  CHECK(world.known(id)->state == vault::ActState::abandoned);
  CHECK(world.settle_all().completed.empty());
}

TEST_CASE("of two acts in one transaction the second's refusal keeps both off") {
  Exchange world;
  auto store = world.store();
  std::vector<exchange::SignedAct> acts;
  acts.push_back(world.request(store));
  acts.push_back(world.request(store, 0));
  const auto before = world.size();
  CHECK_FALSE(world.act(std::move(acts)));
  CHECK(world.size() == before);
  CHECK(world.files("staging") + world.files("published") == 0);
}

TEST_CASE("what a run left that ended at any step is completed, or discarded") {
  Exchange world;
  const auto before = world.size();
  SUBCASE("after sealing: the vault knows nothing") {
    {
      auto store = world.store();
      world.request(store);
    }
    CHECK(world.files("staging") == 1);
    CHECK(world.settle_all().completed.empty());
    CHECK(world.size() == before);
    CHECK(world.files("staging") + world.files("published") == 0);
  }
  SUBCASE("after it was kept pending: it is appended") {
    StatementId id;
    {
      auto store = world.store();
      auto made = world.request(store);
      id = made.entry.statement.header.id;
      vault::Act pending;
      pending.package = made.package->ref.hash;
      pending.intent = made.intent;
      pending.note = made.entry.bytes;
      const std::pair kept{id, pending};
      must(vault::Acts(*world.vault).keep(std::span(&kept, 1)));
    }
    const auto settled = world.settle_all();
    REQUIRE(settled.completed.size() == 1);
    CHECK(settled.completed[0].appended);
    CHECK(settled.completed[0].intent == Digest(crypto::sha256(as_bytes("the same"))));
    CHECK(settled.published == 1);
    CHECK(world.size() == before + 1);
    CHECK(world.files("published") == 1);
    CHECK(world.files("staging") == 0);
    CHECK(world.settle_all().completed.empty());
    CHECK(world.size() == before + 1);
  }
  SUBCASE("after it was appended: it is found, and published") {
    {
      auto store = world.store();
      auto made = world.request(store);
      const auto refuses_to_say = [&](std::span<const ledger::Prepared> prepared)
          -> Result<std::optional<std::vector<ledger::Appended>>> {
        must(world.append({prepared.begin(), prepared.end()}));
        return fail(Code::storage_failed, "the power went");
      };
      CHECK_FALSE(exchange::act(*world.vault, world.one(std::move(made)), refuses_to_say, false));
    }
    CHECK(world.size() == before + 1);
    CHECK(world.files("staging") == 1);
    const auto settled = world.settle_all();
    REQUIRE(settled.completed.size() == 1);
    CHECK_FALSE(settled.completed[0].appended);
    CHECK(world.size() == before + 1);
    CHECK(world.files("published") == 1);
    CHECK(world.files("staging") == 0);
  }
}

TEST_CASE("what log time has left behind is abandoned, with its package") {
  Exchange world;
  StatementId id;
  {
    auto store = world.store();
    auto made = world.request(store);
    id = made.entry.statement.header.id;
    const auto fails = [](std::span<const ledger::Prepared>)
        -> Result<std::optional<std::vector<ledger::Appended>>> {
      return fail(Code::storage_failed, "no disk");
    };
    CHECK_FALSE(exchange::act(*world.vault, world.one(std::move(made)), fails, false));
  }
  CHECK(world.known(id)->state == vault::ActState::pending);
  world.age_ledger(301);
  const auto settled = world.settle_all();
  CHECK(settled.abandoned == 1);
  CHECK(world.known(id)->state == vault::ActState::abandoned);
  CHECK(world.files("staging") + world.files("published") == 0);
}

TEST_CASE("an act that was given away keeps its package until it is found or can never land") {
  Exchange world;
  ledger::Prepared given;
  {
    auto store = world.store();
    auto made = world.request(store);
    given.entry = made.entry;
    const auto done =
        must(exchange::act(*world.vault, world.one(std::move(made)), world.give_away(), true));
    CHECK(done.entries.empty());
  }
  auto own = world.store();
  const auto waiting =
      must(exchange::settle_acts(*world.vault, *world.ledger, &own, world.give_away()));
  REQUIRE(waiting.waiting.size() == 1);
  CHECK(world.files("staging") == 1);
  world.accept({given});
  const auto settled =
      must(exchange::settle_acts(*world.vault, *world.ledger, &own, world.give_away()));
  CHECK(settled.completed.size() == 1);
  CHECK(world.files("published") == 1);
}

TEST_CASE("nobody settles what another member has sealed") {
  Exchange world;
  {
    auto store = world.store("hosp-b");
    world.request(store);
  }
  world.settle_all();
  CHECK(world.files("staging") == 1);
}

TEST_CASE("a vault tags a person alike for ever, and no other vault does") {
  Exchange world;
  const auto first = must(vault::Persons(*world.vault).tag("dr-1", world.random));
  REQUIRE(first);
  world.open_vault();
  CHECK(must(vault::Persons(*world.vault).tag("dr-1", world.random)) == first);
  CHECK(must(vault::Persons(*world.vault).tag("dr-2", world.random)) != first);
  Exchange other(8);
  const auto elsewhere = must(vault::Persons(*other.vault).tag("dr-1", other.random));
  REQUIRE(elsewhere);
  CHECK(elsewhere != first);
  const Digest consent(crypto::sha256(as_bytes("signed")));
  const auto salt = must(vault::Persons(*world.vault).document_salt(consent, world.random));
  CHECK(must(vault::Persons(*world.vault).document_salt(consent, world.random)) == salt);
  CHECK(must(vault::Persons(*other.vault).document_salt(consent, other.random)) != salt);
}

TEST_CASE("acts are written and read alike, and damaged ones are refused") {
  vault::Act act;
  act.number = 7;
  act.package = test::hash_of<PackageHash>("package");
  act.intent = test::hash_of<Digest>("intent");
  act.note = "note";
  act.is_given_away = true;
  const Bytes bytes = vault::encode(act);
  CHECK(must(vault::decode_act(bytes)) == act);
  for (std::size_t size = 0; size < bytes.size() - 4; ++size)
    CHECK_FALSE(vault::decode_act(ByteView(bytes).first(size)));
  for (const std::size_t at : {0u, 1u, 2u, 3u}) {
    Bytes changed = bytes;
    changed[at] = std::byte{9};
    CHECK_FALSE(vault::decode_act(changed));
  }
}
