#include "person.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "text.hpp"

namespace medchain::testdata {

namespace {

struct FullName {
  std::string family, given, family_ascii, given_ascii;
};

FullName make_western_name(Prng& prng, bool is_male) {
  const NameList& names = western_names();
  const Spelling& family = prng.pick(names.families);
  const Spelling& given = prng.pick(is_male ? names.male : names.female);
  return {std::string(family.text), std::string(given.text), std::string(family.ascii),
          std::string(given.ascii)};
}

FullName make_chinese_name(Prng& prng, bool is_male) {
  const NameList& names = chinese_names();
  const Spelling& family = prng.pick(names.families);
  FullName name{std::string(family.text), "", std::string(family.ascii), ""};
  const int length = prng.between(1, 2);
  for (int i = 0; i < length; ++i) {
    const bool is_rare = prng.one_in(40);
    const Spelling& character = prng.pick(is_rare   ? rare_characters()
                                          : is_male ? names.male
                                                    : names.female);
    name.given += character.text;
    name.given_ascii += character.ascii;
  }
  name.given_ascii[0] = static_cast<char>(name.given_ascii[0] - 'a' + 'A');
  return name;
}

/// The check digit of an 18 digit resident number (ISO 7064, modulus 11-2).
char check_digit(std::string_view digits) {
  static constexpr std::array<int, 17> weights = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                  3, 7, 9,  10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (digits[i] - '0');
  return "10X98765432"[sum % 11];
}

}  // namespace

Person make_person(std::uint64_t seed, std::uint64_t number) {
  Person person;
  person.number = number;
  person.key = derive(seed, for_person, number);
  Prng prng(person.key);
  const bool is_chinese = prng.one_in(2);
  person.is_male = prng.one_in(2);
  person.language = is_chinese ? &chinese() : &english();
  person.place = &prng.pick(is_chinese ? chinese_places() : western_places());

  FullName name = is_chinese ? make_chinese_name(prng, person.is_male)
                             : make_western_name(prng, person.is_male);
  person.full = is_chinese ? name.family + name.given : name.given + ' ' + name.family;
  person.family = std::move(name.family);
  person.given = std::move(name.given);
  person.family_ascii = std::move(name.family_ascii);
  person.given_ascii = std::move(name.given_ascii);

  person.birth_day = prng.between(days_of(1931, 1, 1), days_of(2021, 12, 31));
  person.mrn = "M";
  append_padded(person.mrn, prng.below(10'000'000), 7);
  append_padded(person.mrn, number, 8);
  person.resident_id = "99";
  append_padded(person.resident_id, prng.below(10'000), 4);
  append_compact_date(person.resident_id, person.birth_day);
  append_padded(person.resident_id, prng.below(1000), 3);
  person.resident_id += check_digit(person.resident_id);
  person.phone = make_phone(prng, *person.language);
  return person;
}

std::string mrn_of(const Person& person, const Canaries& canaries) {
  std::string text = person.mrn;
  canaries.append_fixed(text, person.mrn_key());
  return text;
}

std::string resident_id_of(const Person& person, const Canaries& canaries) {
  std::string text = person.resident_id;
  canaries.append_fixed(text, person.resident_key());
  return text;
}

std::string make_name(Prng& prng, const Language& language) {
  const bool is_male = prng.one_in(2);
  if (!language.is_chinese) {
    const FullName name = make_western_name(prng, is_male);
    return name.given + ' ' + name.family;
  }
  const FullName name = make_chinese_name(prng, is_male);
  return name.family + name.given;
}

std::string make_doctor(Prng& prng, const Language& language) {
  const std::string name = make_name(prng, language);
  const std::string_view role = prng.pick(language.roles);
  if (language.is_chinese) return name + ' ' + std::string(role);
  return "Dr. " + name + ", " + std::string(role);
}

std::string make_doctor_ascii(Prng& prng) {
  const FullName name = make_western_name(prng, prng.one_in(2));
  return name.given_ascii + ' ' + name.family_ascii;
}

std::string make_phone(Prng& prng, const Language& language) {
  std::string phone;
  if (language.is_chinese) {
    phone = "+86 100 ";
    append_padded(phone, prng.below(10'000), 4);
    phone += ' ';
    append_padded(phone, prng.below(10'000), 4);
  } else {
    phone = "+1-";
    append_number(phone, 200 + prng.below(800));
    phone += "-555-01";
    append_padded(phone, prng.below(100), 2);
  }
  return phone;
}

}  // namespace medchain::testdata
