// The people of the sample data.  Person `number` of a seed is the same in every command, so the
// FHIR lines and the files of one seed speak of the same patients.
#pragma once

#include <cstdint>
#include <string>

#include "canary.hpp"
#include "prng.hpp"
#include "vocabulary.hpp"

namespace medchain::testdata {

struct Person {
  std::uint64_t number = 0;
  std::uint64_t key = 0;
  bool is_male = false;
  const Language* language = nullptr;
  const Place* place = nullptr;
  std::string family, given, full;
  std::string family_ascii, given_ascii;
  int birth_day = 0;
  std::string mrn;          // medical record number
  std::string resident_id;  // 18 digits, valid check digit, area 99 that does not exist
  std::string phone;

  [[nodiscard]] std::uint64_t mrn_key() const { return derive(key, for_mrn); }
  [[nodiscard]] std::uint64_t resident_key() const { return derive(key, for_resident_id); }
};

Person make_person(std::uint64_t seed, std::uint64_t number);

/// Identifiers are the same wherever they occur, and so is their canary.
std::string mrn_of(const Person& person, const Canaries& canaries);
std::string resident_id_of(const Person& person, const Canaries& canaries);

std::string make_name(Prng& prng, const Language& language);
/// Name and title of a member of staff.
std::string make_doctor(Prng& prng, const Language& language);
/// The same in ASCII.
std::string make_doctor_ascii(Prng& prng);
/// A telephone number out of ranges kept for fiction (+1 555 01xx) or not given out (+86 100).
std::string make_phone(Prng& prng, const Language& language);

}  // namespace medchain::testdata
