// Random statements of every kind, filled through the field lists: a new kind is in here without a line.  Values are well
// formed, not sensible: the rules would refuse most.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "entry/entry.hpp"
#include "unit/entry/random_fill.hpp"

namespace test {

constexpr std::size_t kinds = std::variant_size_v<medchain::entry::Body>;

/// Calls `visit` with an empty body of kind number `kind`.
template <class Visit, std::size_t I = 0>
void with_kind(std::size_t kind, Visit&& visit) {
  if constexpr (I < kinds) {
    if (kind == I)
      visit(std::variant_alternative_t<I, medchain::entry::Body>{});
    else
      with_kind<Visit, I + 1>(kind, std::forward<Visit>(visit));
  }
}

inline medchain::entry::Statement random_statement(RandomFill& random, std::size_t kind) {
  medchain::entry::Statement statement;
  random.fill(statement.header);
  with_kind(kind, [&](auto body) {
    random.fill(body);
    statement.body = std::move(body);
  });
  if (std::holds_alternative<medchain::entry::Genesis>(statement.body))
    statement.header.genesis.reset();
  else
    random.fill(statement.header.genesis.emplace());
  return statement;
}

/// The names of a field list, in order.
struct FieldNames {
  struct Item {
    std::string name;
    bool is_optional;
  };
  std::vector<Item> items;
  template <class T>
  void operator()(const medchain::entry::Field& field, const T&) {
    items.push_back({std::string(field.name), medchain::entry::IsOptional<T>::value});
  }
};

/// All fields of a statement, the header's first.
inline std::vector<FieldNames::Item> fields_of(const medchain::entry::Statement& statement) {
  FieldNames names;
  medchain::entry::Header::fields(statement.header, names);
  std::visit([&](const auto& body) { std::decay_t<decltype(body)>::fields(body, names); }, statement.body);
  return names.items;
}

}  // namespace test
