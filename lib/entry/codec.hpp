// Codec: values to and from JSON by their field lists.  Decoding is strict: a missing, unknown or ill-typed field fails with
// entry_invalid naming the path; order and spelling are checked by re-encoding (entry.hpp).
#pragma once

#include <concepts>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "base/encoding.hpp"
#include "base/member_name.hpp"
#include "base/parse.hpp"
#include "crypto/age_key.hpp"
#include "entry/fields.hpp"
#include "entry/scalars.hpp"
#include "json/value.hpp"
#include "note/note.hpp"

namespace medchain::entry {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

constexpr std::uint64_t max_integer = (std::uint64_t{1} << 53) - 1;

// Scalars: text forms.  Each pair is the one spelling of the type.
inline std::string text_of(const std::string& value) { return value; }
inline std::string text_of(const Word& value) { return value.get(); }
inline std::string text_of(const Label& value) { return value.get(); }
inline std::string text_of(const MemberName& value) { return value.get(); }
inline std::string text_of(UnixSeconds value) { return format_time(value); }
inline std::string text_of(const StatementId& value) { return to_text(value); }
inline std::string text_of(const note::VerifierKey& value) { return note::format_vkey(value); }
inline std::string text_of(const crypto::AgeRecipient& value) { return crypto::format_age_recipient(value); }
template <class Tag>
std::string text_of(const Hash<Tag>& value) { return to_text(value); }
template <class E>
  requires std::is_enum_v<E>
std::string text_of(E value) { return std::string(word_of(value)); }

template <class T>
Result<T> scalar_from(std::string_view text) {
  if constexpr (std::is_same_v<T, Word>) return Word::parse(text);
  else if constexpr (std::is_same_v<T, Label>) return Label::parse(text);
  else if constexpr (std::is_same_v<T, MemberName>) return MemberName::parse(text);
  else if constexpr (std::is_same_v<T, UnixSeconds>) return parse_time_strict(text);
  else if constexpr (std::is_same_v<T, StatementId>) return parse_statement_id(text);
  else if constexpr (std::is_same_v<T, note::VerifierKey>) return note::parse_vkey(text);
  else if constexpr (std::is_same_v<T, crypto::AgeRecipient>) return crypto::parse_age_recipient(text);
  else if constexpr (std::is_same_v<T, std::string>) return std::string(text);
  else if constexpr (std::is_enum_v<T>) return parse_word<T>(text);
  else return parse_hash<T>(text);
}

template <class T>
json::Value encode_value(const T& value);
template <class T>
Result<T> decode_value(const json::Value& value, const std::string& path);

class Encoder {
 public:
  explicit Encoder(json::Object& out) : out_(out) {}
  template <class T>
  void operator()(const Field& field, const T& value) {
    if constexpr (IsOptional<T>::value) {
      if (value) out_.set(std::string(field.name), encode_value(*value));
    } else {
      out_.set(std::string(field.name), encode_value(value));
    }
  }

 private:
  json::Object& out_;
};

/// Reads the members of one object; the first failure is kept and ends the work.
class Decoder {
 public:
  Decoder(const json::Object& in, std::string path) : in_(in), path_(std::move(path)) {}
  template <class T>
  void operator()(const Field& field, T& value) {
    known_.insert(field.name);
    if (!status_) return;
    const json::Value* found = in_.find(field.name);
    if constexpr (IsOptional<T>::value) {
      if (found == nullptr) return;
      take<typename T::value_type>(*found, field, value);
    } else {
      if (found == nullptr) {
        status_ = fail(Code::entry_invalid, "field '" + path_ + std::string(field.name) + "' is missing");
        return;
      }
      take<T>(*found, field, value);
    }
  }
  /// Refuses members that no field named.
  Status finish() {
    if (!status_) return std::move(status_);
    for (const auto& [name, value] : in_.members())
      if (!known_.contains(name))
        return fail(Code::entry_invalid, "unknown field " + quote(path_ + name));
    return {};
  }

 private:
  template <class V, class T>
  void take(const json::Value& found, const Field& field, T& into) {
    auto value = decode_value<V>(found, path_ + std::string(field.name));
    if (!value)
      status_ = std::move(value).error();
    else
      into = std::move(value).value();
  }

  const json::Object& in_;
  std::string path_;
  std::set<std::string_view> known_;
  Status status_;
};

template <HasFields T>
json::Object encode(const T& value) {
  json::Object out;
  Encoder encoder(out);
  T::fields(value, encoder);
  return out;
}

template <HasFields T>
Result<T> decode(const json::Object& in, const std::string& path = "") {
  T value;
  Decoder decoder(in, path.empty() ? path : path + ".");
  T::fields(value, decoder);
  MC_TRY(decoder.finish());
  return value;
}

template <class T>
json::Value encode_value(const T& value) {
  if constexpr (IsVector<T>::value) {
    json::Array array;
    for (const auto& item : value) array.push_back(encode_value(item));
    return array;
  } else if constexpr (HasFields<T>) {
    return encode(value);
  } else if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, bool>) {
    return json::Value(value);
  } else if constexpr (std::is_same_v<T, EntryIndex>) {
    return json::Value(value.get());
  } else {
    return json::Value(text_of(value));
  }
}

template <class T>
Result<T> decode_value(const json::Value& value, const std::string& path) {
  const auto wrong = [&](std::string_view expected) {
    return fail(Code::entry_invalid, "field " + quote(path) + ": expected " + std::string(expected) +
                                         ", got " + std::string(value.kind()));
  };
  if constexpr (IsVector<T>::value) {
    if (value.array() == nullptr) return wrong("an array");
    T items;
    for (std::size_t i = 0; i < value.array()->size(); ++i) {
      MC_ASSIGN(auto item, (decode_value<typename T::value_type>((*value.array())[i],
                                                                path + "[" + std::to_string(i) + "]")));
      items.push_back(std::move(item));
    }
    return items;
  } else if constexpr (HasFields<T>) {
    if (value.object() == nullptr) return wrong("an object");
    return decode<T>(*value.object(), path);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (value.boolean() == nullptr) return wrong("true or false");
    return *value.boolean();
  } else if constexpr (std::is_same_v<T, std::uint64_t> || std::is_same_v<T, EntryIndex>) {
    if (value.integer() == nullptr) return wrong("a number");
    if (*value.integer() < 0) return fail(Code::entry_invalid, "field " + quote(path) + ": is negative");
    return T(static_cast<std::uint64_t>(*value.integer()));
  } else {
    if (value.string() == nullptr) return wrong("text");
    auto parsed = scalar_from<T>(*value.string());
    if (!parsed) {
      Error error = std::move(parsed).error();
      error.code = Code::entry_invalid;
      return std::move(error).context("field " + quote(path));
    }
    return parsed;
  }
}

}  // namespace medchain::entry
