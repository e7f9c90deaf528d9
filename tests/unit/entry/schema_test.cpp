// share/schema/statement.json describes the statement of every kind of entry.  It is made of the field lists, here:
//   MEDCHAIN_SOURCE=. build/.../unit_entry --no-skip --test-case='the schema of statements is written'
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <type_traits>
#include <variant>

#include "entry/codec.hpp"
#include "entry/entry.hpp"
#include "unit/support.hpp"

using namespace medchain;

namespace {

using entry::Field;
using json::Array;
using json::Object;

Object value_of(std::string_view name) {
  Object ref;
  ref.set("$ref", "common.json#/$defs/" + std::string(name));
  return ref;
}

template <class T>
Object schema_of();

/// Properties and required names of a field list.
class Fields {
 public:
  template <class T>
  void operator()(const Field& field, T&) {
    using Plain = std::remove_const_t<T>;
    Object value;
    if constexpr (entry::IsOptional<Plain>::value) {
      value = schema_of<typename Plain::value_type>();
    } else {
      value = schema_of<Plain>();
      required.push_back(json::Value(std::string(field.name)));
    }
    value.set("description", std::string(field.text));
    properties.set(std::string(field.name), std::move(value));
  }
  Object object(std::string_view text = {}) {
    Object made;
    if (!text.empty()) made.set("description", std::string(text));
    made.set("type", "object").set("properties", properties).set("required", required).set("additionalProperties", false);
    return made;
  }

  Object properties;
  Array required;
};

template <class T>
Object schema_of() {
  Object made;
  if constexpr (entry::IsVector<T>::value) {
    made.set("type", "array").set("items", schema_of<typename T::value_type>());
  } else if constexpr (entry::HasFields<T>) {
    T value;
    Fields fields;
    T::fields(value, fields);
    return fields.object();
  } else if constexpr (std::is_enum_v<T>) {
    Array words;
    for (const std::string_view word : entry::EnumWords<T>::words) words.push_back(json::Value(std::string(word)));
    made.set("enum", words);
  } else if constexpr (std::is_same_v<T, bool>) {
    made.set("type", "boolean");
  } else if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, EntryIndex>) {
    return value_of("count");
  } else if constexpr (std::is_same_v<T, UnixSeconds>) {
    return value_of("time");
  } else if constexpr (std::is_same_v<T, StatementId>) {
    return value_of("id");
  } else if constexpr (std::is_same_v<T, MemberName>) {
    return value_of("name");
  } else if constexpr (std::is_same_v<T, entry::Word>) {
    return value_of("word");
  } else if constexpr (std::is_same_v<T, entry::Territory>) {
    return value_of("territory");
  } else if constexpr (std::is_same_v<T, entry::UtcOffset>) {
    return value_of("offset");
  } else if constexpr (std::is_same_v<T, RedeemKey>) {
    return value_of("redeem_key");
  } else if constexpr (std::is_same_v<T, RedeemProof>) {
    return value_of("redeem_proof");
  } else if constexpr (std::is_same_v<T, entry::Label>) {
    return value_of("label");
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value_of("text");
  } else if constexpr (std::is_same_v<T, entry::RowRanges>) {
    return value_of("rows");
  } else if constexpr (std::is_same_v<T, note::VerifierKey>) {
    return value_of("vkey");
  } else if constexpr (std::is_same_v<T, crypto::AgeRecipient>) {
    return value_of("recipient");
  } else {
    static_assert(sizeof(T::bytes) == 32);  // a hash; other types need a line above
    return value_of("hash");
  }
  return made;
}

template <class Kind>
Object schema_of_kind() {
  entry::Header header;
  Kind body;
  Fields fields;
  Object schema, type;
  schema.set("const", std::string(entry::schema));
  type.set("const", std::string(Kind::type));
  fields.properties.set("schema", std::move(schema)).set("type", std::move(type));
  fields.required = {json::Value("schema"), json::Value("type")};
  entry::Header::fields(header, fields);
  Kind::fields(body, fields);
  return fields.object(Kind::text);
}

template <std::size_t I = 0>
void add_kinds(Array& kinds) {
  if constexpr (I < std::variant_size_v<entry::Body>) {
    kinds.push_back(json::Value(schema_of_kind<std::variant_alternative_t<I, entry::Body>>()));
    add_kinds<I + 1>(kinds);
  }
}

/// One kind in a line.
std::string statement_schema() {
  Array kinds;
  add_kinds(kinds);
  Object head;
  head.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("$id", "https://medchain.example/schema/medchain-1/statement.json")
      .set("title", "medchain/1 statement: the text of an entry, medchain-ledger(5)");
  std::string text = json::write(head);
  text.back() = ',';
  text += "\n\"oneOf\":[";
  for (const json::Value& kind : kinds) text += (text.back() == '[' ? "\n" : ",\n") + json::write(kind);
  return text + "\n]}\n";
}

std::string path(const char* source) { return std::string(source) + "/share/schema/statement.json"; }

}  // namespace

TEST_CASE("the schema of statements is written" * doctest::skip()) {
  const char* source = std::getenv("MEDCHAIN_SOURCE");
  REQUIRE(source != nullptr);
  std::ofstream out(path(source), std::ios::binary);
  out << statement_schema();
  REQUIRE(out.flush());
}

TEST_CASE("share/schema/statement.json is what the field lists say") {
  const char* source = std::getenv("MEDCHAIN_SOURCE");
  if (source == nullptr) {
    MESSAGE("MEDCHAIN_SOURCE is not set");
    return;
  }
  CHECK(test::read_all(path(source)) == statement_schema());
}
