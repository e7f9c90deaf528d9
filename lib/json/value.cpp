#include "json/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "json/limits_internal.hpp"

namespace medchain::json {
namespace {

void write_value(const Value& value, std::string& out);

void write_integer(std::int64_t value, std::string& out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void write_array(const Array& array, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i != 0) out += ',';
    write_value(array[i], out);
  }
  out += ']';
}

void write_object(const Object& object, std::string& out) {
  out += '{';
  bool is_first = true;
  for (const auto& [key, value] : object.members()) {
    if (!is_first) out += ',';
    is_first = false;
    write_string(key, out);
    out += ':';
    write_value(value, out);
  }
  out += '}';
}

void write_value(const Value& value, std::string& out) {
  if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const std::int64_t* integer = value.integer()) {
    write_integer(*integer, out);
  } else if (const std::string* string = value.string()) {
    write_string(*string, out);
  } else if (const Array* array = value.array()) {
    write_array(*array, out);
  } else if (const Object* object = value.object()) {
    write_object(*object, out);
  }
}

}  // namespace

const Value* Object::find(std::string_view key) const {
  const auto it = std::find_if(members_.begin(), members_.end(),
                               [key](const Member& member) { return member.first == key; });
  return it == members_.end() ? nullptr : &it->second;
}

Object& Object::set(std::string key, Value value) {
  members_.emplace_back(std::move(key), std::move(value));
  return *this;
}

bool Object::operator==(const Object& other) const { return members_ == other.members_; }

Value::Value(std::uint64_t value) : data_(static_cast<std::int64_t>(value)) {
  MC_ASSERT(value <= static_cast<std::uint64_t>(max_integer));
}

std::string_view Value::kind() const {
  constexpr std::array<std::string_view, 5> names = {"boolean", "integer", "string", "array",
                                                     "object"};
  return names[data_.index()];
}

void write_string(std::string_view text, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of the bytes that go out as they are
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    out += '\\';
    switch (c) {
      case '"':
      case '\\':
        out += c;
        break;
      case '\b':
        out += 'b';
        break;
      case '\f':
        out += 'f';
        break;
      case '\n':
        out += 'n';
        break;
      case '\r':
        out += 'r';
        break;
      case '\t':
        out += 't';
        break;
      default:
        out += "u00";
        out += hex[byte >> 4];
        out += hex[byte & 15];
        break;
    }
  }
  out.append(text.substr(plain));
  out += '"';
}

std::string write(const Value& value) {
  std::string out;
  write_value(value, out);
  return out;
}

std::string write(const Object& object) {
  std::string out;
  write_object(object, out);
  return out;
}

}  // namespace medchain::json
