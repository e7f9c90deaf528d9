#include "entry/card.hpp"

#include <algorithm>

#include "entry/codec.hpp"

namespace medchain::entry {
namespace {

bool is_pseudonym(std::string_view name, char prefix) {
  return name.size() == 18 && name[0] == prefix && name[1] == '-' &&
         std::all_of(name.begin() + 2, name.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Error wrong(std::string message) {
  return fail(Code::entry_invalid, "card: " + std::move(message));
}

}  // namespace

bool has_role(const Card& card, Role role) {
  return std::find(card.roles.begin(), card.roles.end(), role) != card.roles.end();
}

Status check_card(const Card& card) {
  const std::string& name = card.name.get();
  if (name.empty()) return wrong("the name is empty");
  const bool patient = card.kind == MemberKind::patient;
  const bool device = card.kind == MemberKind::device;
  if (patient != is_pseudonym(name, 'p') || device != is_pseudonym(name, 'd'))
    return wrong(
        "names p-HEX16 are for patients and d-HEX16 for devices, and for these only; got " +
        quote(name) + " for a " + std::string(word_of(card.kind)));
  if ((patient || device) && (card.display || card.contact || card.territory))
    return wrong("patients and devices have no display name, contact or territory");
  if (card.sign.type != note::KeyType::ed25519) return wrong("the sign key must be of type 01");
  if (card.sign.name != name) return wrong("the sign key is named " + quote(card.sign.name));
  if (card.witness) {
    if (card.witness->type != note::KeyType::cosignature)
      return wrong("the witness key must be of type 04");
    if (card.witness->key == card.sign.key) return wrong("one key in two roles");
  }
  if (!std::is_sorted(card.roles.begin(), card.roles.end()) ||
      std::adjacent_find(card.roles.begin(), card.roles.end()) != card.roles.end())
    return wrong("roles must be ascending, each once");
  if (has_role(card, Role::witness) && !card.witness)
    return wrong("the role witness needs a witness key");
  return {};
}

Result<std::string> sign_card(const Card& card, crypto::Signer& signer) {
  MC_TRY(check_card(card));
  note::Note note;
  note.text = json::write(encode(card)) + "\n";
  MC_ASSIGN(auto line, note::sign(note.text, card.name.get(), signer));
  note.signatures.push_back(std::move(line));
  return note::format(note);
}

Result<Card> parse_card(std::string_view bytes) {
  auto note = note::parse(bytes);
  if (!note) return fail(Code::entry_invalid, "card: " + note.error().message);
  auto object = json::parse_object(note->text);
  if (!object) return fail(Code::entry_invalid, "card: " + object.error().message);
  MC_ASSIGN(Card card, decode<Card>(*object));
  MC_TRY(check_card(card));
  if (json::write(encode(card)) + "\n" != note->text) return wrong("not in its one spelling");
  for (const auto& line : note->signatures)
    if (note::is_by(line, card.sign)) {
      MC_TRY(note::check(note->text, line, card.sign));
      return card;
    }
  return fail(Code::signature_missing, "card: not signed with its own key");
}

}  // namespace medchain::entry
