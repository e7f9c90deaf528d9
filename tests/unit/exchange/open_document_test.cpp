// Documents of prescriptions: sealed to members and to a redeem token, believed only if the entry commits to them.
#include <doctest/doctest.h>

#include "exchange/open_terms.hpp"
#include "exchange/redeem_token.hpp"
#include "exchange/sealed_package.hpp"
#include "unit/rules/keys.hpp"
#include "unit/support.hpp"
#include "unit/vault/vault_support.hpp"

using namespace medchain;
using test::must;

namespace {

/// An issue of hosp-a, sealed to itself and to the token; it is on no ledger.
struct Issued {
  test::TempDir dir;
  crypto::SeededRandom random{3};
  package::Store store = must(package::Store::open(dir.path("packages"), "hosp-a"));
  exchange::RedeemToken token = exchange::RedeemToken::generate(random);
  entry::Entry entry;

  explicit Issued(std::vector<exchange::Receiver> also = {}) {
    entry::Header header;
    header.ledger = "ledger.example/main";
    header.genesis = test::hash_of<GenesisHash>("genesis");
    header.author = test::name("hosp-a");
    header.id = random.statement_id();
    header.time = UnixSeconds(1'800'000'000);
    exchange::Contents contents;
    contents.document = exchange::seal_document("a document\n", random);
    contents.bearers = {crypto::recipient_of(token.identity())};
    auto sealed = must(exchange::seal(&store, header, contents, also, random));
    must(sealed.staged->publish());
    entry::Prescription body;
    body.document = contents.document->commitment();
    body.package = sealed.ref;
    const entry::SignAs as{"hosp-a", &test::key_of("hosp-a")};
    entry = must(entry::sign_statement({header, body}, std::span(&as, 1)));
  }
  entry::Prescription& body() { return std::get<entry::Prescription>(entry.statement.body); }
  void refused(Code code, std::string_view piece) {
    test::check_refused(exchange::open_document(store, token.identity(), entry), code, piece);
  }
};

}  // namespace

TEST_CASE("a document is opened by who has the token, and the entry names no receiver") {
  Issued issued;
  CHECK(issued.body().package->to.empty());
  CHECK(must(exchange::open_document(issued.store, issued.token.identity(), issued.entry))->text == "a document\n");
  const auto other = exchange::RedeemToken::generate(issued.random);
  test::check_refused(exchange::open_document(issued.store, other.identity(), issued.entry), Code::age_wrong_key, "");
}

TEST_CASE("a document is opened by members it is sealed to as well") {
  crypto::SeededRandom random(9);
  const crypto::Secret key = crypto::generate_age_identity(random);
  Issued issued({{test::name("hosp-a"), crypto::recipient_of(key)}});
  CHECK(issued.body().package->to == std::vector<MemberName>{test::name("hosp-a")});
  CHECK(must(exchange::open_document(issued.store, key, issued.entry))->text == "a document\n");
  CHECK(must(exchange::open_document(issued.store, issued.token.identity(), issued.entry))->text == "a document\n");
}

TEST_CASE("a document is believed only if the entry commits to it") {
  Issued issued;
  SUBCASE("another commitment") {
    issued.body().document = test::hash_of<Commitment>("another");
    issued.refused(Code::package_invalid, "the document in the package is not that which the entry commits to");
  }
  SUBCASE("another statement") {
    issued.entry.statement.header.id = issued.random.statement_id();
    issued.refused(Code::package_invalid, "field 'id'");
  }
  SUBCASE("no such package") {
    issued.body().package->hash = test::hash_of<PackageHash>("none");
    issued.refused(Code::package_missing, "");
  }
  SUBCASE("no document") {
    issued.body().document.reset();
    CHECK_FALSE(must(exchange::open_document(issued.store, issued.token.identity(), issued.entry)));
  }
}
