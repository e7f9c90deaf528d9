// Codec: values to and from JSON by their field lists.  Decoding is strict: a missing, unknown or
// ill-typed field fails with entry_invalid naming the path; order and spelling are checked by
// re-encoding (entry.hpp).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "entry/encoder.hpp"
#include "entry/fields.hpp"
#include "entry/scalar_text.hpp"
#include "json/value.hpp"

namespace medchain::entry {

template <class T>
Result<T> decode_value(const json::Value& value, const std::string& path);

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
        status_ =
            fail(Code::entry_invalid, "field '" + path_ + std::string(field.name) + "' is missing");
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
Result<T> decode(const json::Object& in, const std::string& path = "") {
  T value;
  Decoder decoder(in, path.empty() ? path : path + ".");
  T::fields(value, decoder);
  MC_TRY(decoder.finish());
  return value;
}

template <class T>
Result<T> decode_value(const json::Value& value, const std::string& path) {
  const auto wrong = [&](std::string_view expected) {
    return fail(Code::entry_invalid, "field " + quote(path) + ": expected " +
                                         std::string(expected) + ", got " +
                                         std::string(value.kind()));
  };
  if constexpr (IsVector<T>::value) {
    if (value.array() == nullptr) return wrong("an array");
    T items;
    for (std::size_t i = 0; i < value.array()->size(); ++i) {
      MC_ASSIGN(auto item, (decode_value<typename T::value_type>(
                               (*value.array())[i], path + "[" + std::to_string(i) + "]")));
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
    if (*value.integer() < 0)
      return fail(Code::entry_invalid, "field " + quote(path) + ": is negative");
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
