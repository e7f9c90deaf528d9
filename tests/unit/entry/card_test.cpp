#include "entry/card.hpp"

#include <doctest/doctest.h>

#include "crypto/age_key.hpp"
#include "unit/entry/entry_support.hpp"

using namespace medchain;
using entry::Card;
using entry::MemberKind;
using entry::Role;
using test::check_refused;

namespace {

void refused(const Card& card, std::string_view piece) {
  check_refused(entry::check_card(card), Code::entry_invalid, piece);
  auto signer = test::signer(1);
  check_refused(entry::sign_card(card, signer), Code::entry_invalid, piece);
}

Card named(const std::string& name, MemberKind kind) {
  Card card;
  card.name = test::name(name);
  card.kind = kind;
  card.sign = test::key(name, test::signer(1));
  return card;
}

std::string signed_card(const Card& card, unsigned char key = 1) {
  auto signer = test::signer(key);
  auto text = entry::sign_card(card, signer);
  REQUIRE_MESSAGE(text.ok(), (text ? "" : text.error().message));
  return *text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("cards of institutions, patients and devices pass") {
  CHECK(entry::check_card(test::hospital()));
  CHECK(entry::check_card(named("p-0123456789abcdef", MemberKind::patient)));
  CHECK(entry::check_card(named("d-fedcba9876543210", MemberKind::device)));
  Card bare = test::hospital();
  bare.display.reset();
  bare.contact.reset();
  bare.level.reset();
  bare.roles.clear();
  CHECK(entry::check_card(bare));
}

TEST_CASE("patients and devices have pseudonyms, and nobody else has") {
  const std::string_view piece = "names p-HEX16 are for patients and d-HEX16 for devices";
  for (const std::string name : {"p-0123456789abcde", "p-0123456789abcdef0", "p-0123456789abcdeg", "p0123456789abcdef0",
                                 "d-0123456789abcdef", "q-0123456789abcdef", "alice"})
    refused(named(name, MemberKind::patient), piece);
  for (const std::string name : {"p-0123456789abcdef", "d-0123456789abcde", "watch"})
    refused(named(name, MemberKind::device), piece);
  for (const MemberKind kind : {MemberKind::hospital, MemberKind::service, MemberKind::regulator}) {
    refused(named("p-0123456789abcdef", kind), piece);
    refused(named("d-0123456789abcdef", kind), piece);
  }
  // Near to a pseudonym is none.
  CHECK(entry::check_card(named("p-0123456789abcde", MemberKind::clinic)));
}

TEST_CASE("patients and devices have no display name, contact or territory") {
  for (const auto& [name, kind] : {std::pair("p-0123456789abcdef", MemberKind::patient),
                                   std::pair("d-0123456789abcdef", MemberKind::device)}) {
    Card with_display = named(name, kind);
    with_display.display = test::label("Zhang San");
    refused(with_display, "patients and devices have no display name, contact or territory");
    Card with_contact = named(name, kind);
    with_contact.contact = test::label("555-0100");
    refused(with_contact, "patients and devices have no display name, contact or territory");
    Card with_territory = named(name, kind);
    with_territory.territory = *entry::Territory::parse("CN");
    refused(with_territory, "patients and devices have no display name, contact or territory");
  }
}

TEST_CASE("keys are of their types and names") {
  Card card = test::hospital();
  card.sign.type = note::KeyType::cosignature;
  refused(card, "the sign key must be of type 01");
  card = test::hospital();
  card.sign.name = "hosp-b";
  refused(card, "the sign key is named 'hosp-b'");
  card = test::hospital();
  card.witness = test::key("w", test::signer(2));
  refused(card, "the witness key must be of type 04");
  card.witness = test::witness_key("w", test::signer(1));
  refused(card, "one key in two roles");
  card.witness = test::witness_key("w", test::signer(2));
  CHECK(entry::check_card(card));
  refused(Card{}, "the name is empty");
}

TEST_CASE("roles ascend, each once, and a witness has a key for it") {
  Card card = test::hospital();
  card.roles = {Role::custodian, Role::admin};
  refused(card, "roles must be ascending, each once");
  card.roles = {Role::admin, Role::admin};
  refused(card, "roles must be ascending, each once");
  card.roles = {Role::admin, Role::witness};
  refused(card, "the role witness needs a witness key");
  card.witness = test::witness_key("w", test::signer(2));
  CHECK(entry::check_card(card));
  CHECK(entry::has_role(card, Role::witness));
  CHECK_FALSE(entry::has_role(card, Role::clock));
}

TEST_CASE("the roles' order is that of their words") {
  for (std::size_t i = 1; i < std::size(entry::EnumWords<Role>::words); ++i)
    CHECK(entry::EnumWords<Role>::words[i - 1] < entry::EnumWords<Role>::words[i]);
}

TEST_CASE("a signed card is read back and proves possession of its key") {
  Card card = test::hospital();
  card.seal = crypto::recipient_of(crypto::Secret::copy_of(ByteArray<32>{std::byte{7}}));
  card.witness = test::witness_key("hosp-a.example/w", test::signer(2));
  const std::string text = signed_card(card);
  const auto parsed = entry::parse_card(text);
  REQUIRE_MESSAGE(parsed.ok(), (parsed ? "" : parsed.error().message));
  CHECK(*parsed == card);
  // It is an ordinary signed note.
  const std::vector<note::VerifierKey> keys = {card.sign};
  CHECK(note::open(text, keys));
  // A signature by another key proves nothing, whatever name it gives.
  check_refused(entry::parse_card(signed_card(card, 3)), Code::signature_missing, "not signed with its own key");
}

TEST_CASE("a card with a changed byte is refused, whichever byte") {
  Card card = test::hospital();
  const std::string text = signed_card(card);
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const unsigned mask : {0x01u, 0x20u, 0x80u}) {
      CAPTURE(i);
      CAPTURE(mask);
      std::string bytes = text;
      bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ mask);
      const auto parsed = entry::parse_card(bytes);
      REQUIRE_FALSE(parsed);
      const Code code = parsed.error().code;
      CHECK((code == Code::entry_invalid || code == Code::signature_invalid || code == Code::signature_missing));
    }
}

TEST_CASE("a card in another spelling is refused, even if it is signed") {
  auto signer = test::signer(1);
  const auto text = entry::parse_card(signed_card(test::hospital()));
  const std::string line = signed_card(test::hospital());
  const std::string json = line.substr(0, line.find('\n') + 1);
  const auto signed_text = [&](const std::string& spelled) {
    return note::format({spelled, {*note::sign(spelled, "hosp-a", signer)}});
  };
  CHECK(entry::parse_card(signed_text(json)));
  const auto refused_text = [&](const std::string& spelled, std::string_view piece) {
    check_refused(entry::parse_card(signed_text(spelled)), Code::entry_invalid, piece);
  };
  refused_text(replaced(json, R"({"name":)", R"({ "name":)"), "not in its one spelling");
  refused_text(replaced(json, R"("kind":"hospital","level":"tertiary")", R"("level":"tertiary","kind":"hospital")"),
               "not in its one spelling");
  refused_text(replaced(json, R"({"name":)", R"({"x":1,"name":)"), "unknown field 'x'");
  refused_text(replaced(json, R"("kind":"hospital",)", ""), "field 'kind' is missing");
  refused_text(replaced(json, "Hospital A", "Hospital\\u0007A"), "field 'display'");
  refused_text(replaced(json, R"("admin")", R"("root")"), "field 'roles[0]'");
  refused_text(json + "\n", "not in its one spelling");
  check_refused(entry::parse_card(json), Code::entry_invalid, "no empty line");
  check_refused(entry::parse_card(""), Code::entry_invalid, "card: ");
}
