// What usual_value.cpp does not decide is parsed through nlohmann's SAX interface: its parser keeps
// its own stack, calls us for each token and stops when we say no, so no limit is checked after the
// fact and nothing recurses over input.  What it accepts and we do not (a byte order mark, NUL as
// end of text, null, floats, -0, duplicates) is refused here.
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"
#include "json/limits_internal.hpp"
#include "json/tokens_internal.hpp"
#include "json/usual_value_internal.hpp"

namespace medchain::json {
namespace {

/// Up to so many members duplicates are looked for one by one; beyond, in a set.
constexpr std::size_t small_object = 16;

/// Reads the text for nlohmann and tells how far it has read, which its callbacks do not.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** read_to) : at_(at), read_to_(read_to) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *read_to_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** read_to_;
};

/// Takes the events and builds the value.  A callback that returns false ends the parsing; error()
/// then says why.
class Builder {
 public:
  explicit Builder(std::string_view text) : text_(text), read_to_(text.data()) {}

  CountingIterator begin() { return {text_.data(), &read_to_}; }
  CountingIterator end() { return {text_.data() + text_.size(), &read_to_}; }
  std::optional<Error> take_error() { return std::move(error_); }
  /// Precondition: the parser was content.  Exactly one of the two is there.
  std::optional<Object>& root_object() { return root_object_; }
  std::optional<Value>& root_value() { return root_value_; }

  // The interface of nlohmann::json_sax, by name.
  bool null() { return refuse("null is not allowed"); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) {
    if (value == 0) return refuse("'-0' is not allowed");
    if (value < -max_integer) return refuse_range();
    return add(value);
  }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(max_integer)) return refuse_range();
    return add(static_cast<std::int64_t>(value));
  }
  bool number_float(double, const std::string& spelling) {
    // Integers beyond 64 bits arrive here as well.
    if (spelling.find_first_of(".eE") == std::string::npos) return refuse_range();
    return refuse("only integers are allowed, got " + quote(spelling));
  }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(std::vector<std::uint8_t>&) { return refuse("binary is not json"); }
  bool start_object(std::size_t) { return open(true); }
  bool start_array(std::size_t) { return open(false); }
  bool key(std::string& name);
  bool end_object();
  bool end_array();
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& why);

 private:
  struct Frame {
    bool is_object = false;
    Object object;
    Array array;
    std::string key;
    std::unordered_set<std::string> keys;  // filled only beyond small_object
  };

  bool open(bool is_object) {
    if (stack_.size() == max_nesting)
      return refuse("nested deeper than " + std::to_string(max_nesting));
    stack_.emplace_back().is_object = is_object;
    return accept();
  }
  template <class T>
  bool add(T&& value) {
    put(Value(std::forward<T>(value)));
    return accept();
  }
  void put(Value value) {
    if (stack_.empty()) {
      root_value_ = std::move(value);
    } else if (Frame& frame = stack_.back(); frame.is_object) {
      frame.object.set(std::move(frame.key), std::move(value));
    } else {
      frame.array.push_back(std::move(value));
    }
  }
  bool accept() {
    previous_end_ = read_to_;
    return true;
  }
  bool refuse(const std::string& what) {
    error_ = fail_at(token_start(), what);
    return false;
  }
  bool refuse_range() { return refuse("integer outside of -(2^53-1)..2^53-1"); }
  /// The token begins after the previous one and what may stand between two.
  std::size_t token_start() const {
    const auto from = static_cast<std::size_t>(previous_end_ - text_.data());
    const std::size_t at = text_.find_first_not_of(" \t\r\n,:", from);
    return at == std::string_view::npos ? text_.size() : at;
  }

  std::string_view text_;
  const char* read_to_;
  const char* previous_end_ = text_.data();
  std::vector<Frame> stack_;
  std::optional<Object> root_object_;
  std::optional<Value> root_value_;
  std::optional<Error> error_;
};

bool Builder::key(std::string& name) {
  Frame& frame = stack_.back();
  const std::vector<Member>& members = frame.object.members();
  bool is_duplicate = false;
  if (members.size() < small_object) {
    is_duplicate = frame.object.find(name) != nullptr;
  } else {
    if (frame.keys.empty())
      for (const Member& member : members) frame.keys.insert(member.first);
    is_duplicate = !frame.keys.insert(name).second;
  }
  if (is_duplicate) return refuse("duplicate key " + quote(name));
  frame.key = std::move(name);
  return accept();
}

bool Builder::end_object() {
  Object done = std::move(stack_.back().object);
  stack_.pop_back();
  if (stack_.empty())
    root_object_ = std::move(done);
  else
    put(Value(std::move(done)));
  return accept();
}

bool Builder::end_array() {
  Array done = std::move(stack_.back().array);
  stack_.pop_back();
  put(Value(std::move(done)));
  return accept();
}

/// nlohmann's text is `[json.exception.parse_error.101] parse error at line 1, column 2: WHAT; last
/// read: 'TOKEN'`. TOKEN may be as long as the input and is left out.
bool Builder::parse_error(std::size_t position, const std::string&,
                          const nlohmann::json::exception& why) {
  std::string_view what = why.what();
  if (const auto code_end = what.find("] "); code_end != std::string_view::npos)
    what.remove_prefix(code_end + 2);
  if (const auto column = what.find(", column "); column != std::string_view::npos)
    if (const auto colon = what.find(": ", column); colon != std::string_view::npos)
      what.remove_prefix(colon + 2);
  what = what.substr(0, what.find("; last read: "));
  // The position counts the bytes read, the bad one included; at the end of the text there is none.
  const std::size_t at = position == 0 ? 0 : position - 1;
  error_ = fail_at(std::min(at, text_.size()), escape_for_terminal(what.substr(0, 200)));
  return false;
}

/// What nlohmann would let pass or describe less well.
Status check_bytes(std::string_view text) {
  if (text.starts_with(byte_order_mark)) return fail_at(0, "byte order mark is not allowed");
  if (const auto at = text.find('\0'); at != std::string_view::npos)
    return fail_at(at, "NUL byte is not allowed");
  if (const auto at = find_invalid_utf8(text)) return fail_at(*at, "not well-formed UTF-8");
  return {};
}

Status build(std::string_view text, Builder& builder) {
  MC_TRY(check_bytes(text));
  try {
    if (nlohmann::json::sax_parse(builder.begin(), builder.end(), &builder)) return {};
  } catch (const nlohmann::json::exception& unexpected) {
    return fail(Code::internal, std::string("json parser: ") + unexpected.what());
  }
  if (auto error = builder.take_error()) return std::move(*error);
  return fail(Code::internal, "json parser stopped without a reason");
}

}  // namespace

Result<Value> parse_exactly(std::string_view text) {
  Builder builder(text);
  MC_TRY(build(text, builder));
  if (builder.root_object()) return Value(std::move(*builder.root_object()));
  MC_ASSERT(builder.root_value());
  return std::move(*builder.root_value());
}

Result<Value> parse(std::string_view text) {
  if (auto usual = parse_usual_object(text)) return Value(std::move(*usual));
  return parse_exactly(text);
}

Result<Object> parse_object(std::string_view text) {
  if (auto usual = parse_usual_object(text)) return std::move(*usual);
  MC_ASSIGN(const Value value, parse_exactly(text));
  if (const Object* object = value.object()) return *object;
  return fail_at(0, "expected an object, got " + std::string(value.kind()));
}

}  // namespace medchain::json
