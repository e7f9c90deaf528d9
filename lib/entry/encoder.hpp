// Encoder: values to JSON by their field lists, in their fixed order.  An optional field without
// value is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/types.hpp"
#include "entry/fields.hpp"
#include "entry/scalar_text.hpp"
#include "json/value.hpp"

namespace medchain::entry {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
json::Value encode_value(const T& value);
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

template <HasFields T>
json::Object encode(const T& value) {
  json::Object out;
  Encoder encoder(out);
  T::fields(value, encoder);
  return out;
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

}  // namespace medchain::entry
