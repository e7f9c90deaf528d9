// What the tests of lib/entry share: sample statements and cards of keys with equal seed bytes.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "entry/card.hpp"
#include "entry/entry.hpp"
#include "unit/note/keys.hpp"

namespace test {

namespace entry = medchain::entry;

inline medchain::MemberName name(std::string_view text) {
  auto parsed = medchain::MemberName::parse(text);
  REQUIRE(parsed);
  return *parsed;
}
inline entry::Word word(std::string_view text) {
  auto parsed = entry::Word::parse(text);
  REQUIRE(parsed);
  return *parsed;
}
inline entry::Label label(std::string_view text) {
  auto parsed = entry::Label::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

/// A tick of member `author`: the smallest statement.
inline entry::Statement tick_by(std::string_view author) {
  entry::Statement statement;
  statement.header.ledger = "ledger.example/main";
  statement.header.genesis.emplace();
  statement.header.author = name(author);
  statement.header.time = medchain::UnixSeconds(1'800'000'000);
  statement.body = entry::Tick{};
  return statement;
}

/// `statement` signed by each NAME with the key of its number.
inline medchain::Result<entry::Entry> sign(const entry::Statement& statement,
                                           std::initializer_list<std::pair<std::string, unsigned char>> by) {
  std::vector<medchain::crypto::SeedSigner> signers;
  signers.reserve(by.size());
  std::vector<entry::SignAs> lines;
  for (const auto& [as, number] : by) {
    signers.push_back(signer(number));
    lines.push_back({as, &signers.back()});
  }
  return entry::sign_statement(statement, lines);
}

/// A card that check_card() accepts; its sign key is number 1.
inline entry::Card hospital() {
  entry::Card card;
  card.name = name("hosp-a");
  card.display = label("Hospital A");
  card.kind = entry::MemberKind::hospital;
  card.level = entry::Level::tertiary;
  card.roles = {entry::Role::admin, entry::Role::custodian};
  card.sign = key("hosp-a", signer(1));
  card.contact = label("it@hosp-a.example");
  return card;
}

}  // namespace test
