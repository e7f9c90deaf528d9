#include "file_draft.hpp"

#include "text.hpp"

namespace medchain::testdata {

std::string FileDraft::short_field(std::string_view value) const {
  if (!canaries.enabled()) return std::string(value);
  std::string text;
  canaries.append(text);
  return text.substr(1);  // without the separator
}

std::string FileDraft::mrn() const {
  canaries.log_fixed(person.mrn_key());
  return mrn_of(person, canaries);
}

std::string FileDraft::resident_id() const {
  canaries.log_fixed(person.resident_key());
  return resident_id_of(person, canaries);
}

std::string FileDraft::uid(std::uint64_t of_key) const {
  std::string text;
  append_uid(text, derive(of_key, 0), derive(of_key, 1));
  return text;
}

}  // namespace medchain::testdata
