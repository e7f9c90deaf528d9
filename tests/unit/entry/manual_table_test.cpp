// medchain-ledger(5) lists every field of every kind with what a reader of the ledger sees of it (DESIGN 5).  The field lists in the
// headers are the only source (STYLE 6.1): this test walks them and compares them with the rows of the manual,
//   .It Li KIND Ta Li FIELD Ta EXPOSURE Ta TEXT
// KIND is the type of an entry, `header` for what all statements begin with, or the name of a structure inside of one.
#include <doctest/doctest.h>

#include <cstdlib>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.hpp"
#include "entry/codec.hpp"
#include "entry/entry.hpp"
#include "unit/support.hpp"

namespace {

using namespace medchain;
using entry::Exposure;
using entry::Field;

std::string word_of(Exposure exposure) {
  switch (exposure) {
    case Exposure::clear: return "clear";
    case Exposure::tag: return "tag";
    case Exposure::commitment: return "commitment";
  }
  return "";
}

/// A structure within an entry.  A new one needs a name here, or this does not compile.
template <class T>
struct StructureName;
template <>
struct StructureName<entry::Card> {
  static constexpr const char* name = "card";
};
template <>
struct StructureName<entry::Policy> {
  static constexpr const char* name = "policy.policy";
};
template <>
struct StructureName<entry::WitnessKey> {
  static constexpr const char* name = "witness";
};

template <>
struct StructureName<entry::RecordSet> {
  static constexpr const char* name = "records";
};
template <>
struct StructureName<entry::Actors> {
  static constexpr const char* name = "actors";
};
template <>
struct StructureName<entry::Frequency> {
  static constexpr const char* name = "frequency";
};
template <>
struct StructureName<entry::Scope> {
  static constexpr const char* name = "scope";
};
template <>
struct StructureName<entry::PackageRef> {
  static constexpr const char* name = "package";
};
template <>
struct StructureName<entry::Exception> {
  static constexpr const char* name = "exception";
};
template <>
struct StructureName<entry::Basis> {
  static constexpr const char* name = "basis";
};
template <>
struct StructureName<entry::Order> {
  static constexpr const char* name = "order";
};
template <>
struct StructureName<entry::Share> {
  static constexpr const char* name = "share";
};
template <>
struct StructureName<entry::Place> {
  static constexpr const char* name = "place";
};

template <>
struct StructureName<entry::ZonePeriod> {
  static constexpr const char* name = "zone";
};
template <>
struct StructureName<entry::PrescriptionRules> {
  static constexpr const char* name = "policy.prescription";
};
template <>
struct StructureName<entry::RxPart> {
  static constexpr const char* name = "part";
};

template <class T>
struct Element {
  using type = T;
};
template <class T>
struct Element<std::optional<T>> {
  using type = typename Element<T>::type;
};
template <class T>
struct Element<std::vector<T>> {
  using type = T;
};

/// Writes the rows of one field list, and those of structures in it.
class Walker {
 public:
  Walker(std::string kind, std::set<std::string>& rows) : kind_(std::move(kind)), rows_(rows) {}

  template <class T>
  void operator()(const Field& field, T&) {
    rows_.insert(".It Li " + kind_ + " Ta Li " + std::string(field.name) + " Ta " + word_of(field.exposure) + " Ta " +
                 std::string(field.text));
    using Inner = typename Element<std::remove_const_t<T>>::type;
    if constexpr (entry::HasFields<Inner>) walk<Inner>(StructureName<Inner>::name, rows_);
  }

  template <class T>
  static void walk(const std::string& kind, std::set<std::string>& rows) {
    T value;
    Walker walker(kind, rows);
    T::fields(value, walker);
  }

 private:
  std::string kind_;
  std::set<std::string>& rows_;
};

template <std::size_t I = 0>
void walk_kinds(std::set<std::string>& rows, std::vector<std::string>& kinds) {
  if constexpr (I < std::variant_size_v<entry::Body>) {
    using Kind = std::variant_alternative_t<I, entry::Body>;
    kinds.emplace_back(".It Li " + std::string(Kind::type) + " Ta " + std::string(Kind::text));
    Walker::walk<Kind>(std::string(Kind::type), rows);
    walk_kinds<I + 1>(rows, kinds);
  }
}

struct Manual {
  std::set<std::string> fields, kinds;
};

/// Rows of four columns are fields; rows of two columns in the list of kinds are kinds.
Manual read_manual(const std::string& path) {
  Manual manual;
  const std::string text = test::read_all(path);
  bool in_kinds = false;
  for (const std::string_view line : split(text, '\n')) {
    if (line == ".\\\" kinds") in_kinds = true;
    if (line == ".El") in_kinds = false;
    if (!line.starts_with(".It Li ")) continue;
    std::size_t columns = 1;
    for (std::size_t at = line.find(" Ta "); at != line.npos; at = line.find(" Ta ", at + 1)) ++columns;
    if (columns == 4) manual.fields.emplace(line);
    if (columns == 2 && in_kinds) manual.kinds.emplace(line);
  }
  return manual;
}

}  // namespace

TEST_CASE("medchain-ledger(5) has a row for every field of every kind, and no other") {
  const char* source = std::getenv("MEDCHAIN_SOURCE");
  if (source == nullptr) {
    MESSAGE("MEDCHAIN_SOURCE is not set");
    return;
  }
  const Manual manual = read_manual(std::string(source) + "/man/medchain-ledger.5");
  std::set<std::string> rows;
  std::vector<std::string> kinds;
  Walker::walk<entry::Header>("header", rows);
  walk_kinds(rows, kinds);
  CHECK(rows.size() > 30);
  for (const std::string& row : rows) {
    INFO("missing in the manual: " << row);
    CHECK(manual.fields.contains(row));
  }
  for (const std::string& row : manual.fields) {
    INFO("not in the headers: " << row);
    CHECK(rows.contains(row));
  }
  for (const std::string& row : kinds) {
    INFO("kind missing in the manual: " << row);
    CHECK(manual.kinds.contains(row));
  }
  CHECK(manual.kinds.size() == kinds.size());
}
