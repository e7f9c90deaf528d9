#include <algorithm>
#include <cstring>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "crypto/age_input_internal.hpp"

namespace medchain::crypto {
namespace {

constexpr std::size_t buffer_size = 65536;
/// White space before and after an armor (as age has it).
constexpr std::size_t white_space_limit = 1024;
/// Longer than any line of an armor.
constexpr std::size_t armor_line_limit = 80;
constexpr std::string_view magic = "age-encryption.org/";

bool is_white_space(std::byte byte) { return is_space_ascii(std::to_integer<char>(byte)); }

bool is_base64_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  });
}

}  // namespace

std::string AgeInput::place(std::uint64_t offset) const {
  return "byte " + std::to_string(offset) + " of the file" + (armored_ ? " without its armor" : "");
}

Error AgeInput::armor_damaged(const std::string& problem) const {
  return damaged("line " + std::to_string(line_number_) + " of the armor, " + place(offset_) +
                 ": " + problem);
}

Error AgeInput::cut_in(std::string_view part) const {
  return fail(Code::age_truncated, "the file is cut: it ends within its " + std::string(part) +
                                       ", after " + std::to_string(offset_) + " bytes");
}

/// More bytes into the empty buffer; false at the end.
Result<bool> AgeInput::fill() {
  MC_ASSERT(at_ == filled_);
  if (source_ended_) return false;
  buffer_.resize(buffer_size);
  MC_ASSIGN(filled_, source_(buffer_));
  MC_ASSERT(filled_ <= buffer_.size());
  at_ = 0;
  source_ended_ = filled_ == 0;
  return !source_ended_;
}

// A binary file begins with its first byte, an armored one may have white space in front, which
// ends with a line.
Status AgeInput::begin() {
  std::size_t skipped = 0;
  bool at_line_start = true;
  for (;;) {
    if (at_ == filled_) {
      MC_ASSIGN(const bool more, fill());
      if (!more) return cut_in("header");
    }
    if (!is_white_space(buffer_[at_])) break;
    at_line_start = buffer_[at_] == std::byte{'\n'};
    ++at_;
    if (++skipped > white_space_limit)
      return damaged("not an age file: it begins with white space");
  }
  if (buffer_[at_] == std::byte{'-'} && at_line_start) return begin_armor(skipped);
  if (skipped > 0) return damaged("not an age file: white space before the first byte");
  // What is no age file at all may have no line in a gigabyte.
  if (buffer_[at_] != static_cast<std::byte>(magic.front()))
    return damaged("not an age file: it does not begin with 'age-encryption.org/'");
  return {};
}

Status AgeInput::begin_armor(std::size_t skipped) {
  armored_ = true;
  line_number_ = static_cast<std::uint64_t>(std::count(
      buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_), std::byte{'\n'}));
  MC_ASSERT(skipped <= white_space_limit);
  MC_ASSIGN(const Line line, armor_line());
  if (line.complete && line.text == age_armor_begin) return {};
  if (!line.complete && age_armor_begin.starts_with(line.text)) return cut_in("armor");
  return armor_damaged("expected '" + std::string(age_armor_begin) + "', got " + quote(line.text));
}

Result<AgeInput::Line> AgeInput::armor_line() {
  ++line_number_;
  Line line;
  for (;;) {
    if (at_ == filled_) {
      MC_ASSIGN(const bool more, fill());
      if (!more) break;
    }
    const std::byte* const begin = buffer_.data() + at_;
    const std::size_t there = filled_ - at_;
    const auto* const end = static_cast<const std::byte*>(std::memchr(begin, '\n', there));
    const std::size_t count = end != nullptr ? static_cast<std::size_t>(end - begin) : there;
    if (line.text.size() + count > armor_line_limit)
      return armor_damaged("expected at most 64 characters, got more");
    line.text += as_text({begin, count});
    at_ += count;
    if (end == nullptr) continue;
    ++at_;
    line.complete = true;
    if (line.text.ends_with('\r')) line.text.pop_back();
    break;
  }
  return line;
}

/// One line of base64 into decoded_, or the end.
Status AgeInput::decode_armor_line() {
  MC_ASSIGN(const Line line, armor_line());
  if (line.text == age_armor_end) return end_armor();
  if (!line.complete && (age_armor_end.starts_with(line.text) ||
                         (line.text.size() <= age_armor_columns && is_base64_text(line.text))))
    return cut_in("armor");
  if (short_line_)
    return armor_damaged("expected '" + std::string(age_armor_end) + "' after a short line, got " +
                         quote(line.text));
  if (line.text.empty()) return armor_damaged("the line is empty");
  if (line.text.size() > age_armor_columns)
    return armor_damaged("expected at most 64 characters, got more");
  auto decoded = parse_base64(line.text);
  if (!decoded) return armor_damaged(decoded.error().message);
  if (!line.complete) return cut_in("armor");
  decoded_ = std::move(*decoded);
  decoded_at_ = 0;
  short_line_ = decoded_.size() < age_armor_line_bytes;
  return {};
}

Status AgeInput::end_armor() {
  std::size_t skipped = 0;
  for (;;) {
    if (at_ == filled_) {
      MC_ASSIGN(const bool more, fill());
      if (!more) break;
    }
    if (!is_white_space(buffer_[at_])) return armor_damaged("data follow the end of the armor");
    ++at_;
    if (++skipped > white_space_limit)
      return armor_damaged("more than 1024 bytes of white space follow the end of the armor");
  }
  armor_ended_ = true;
  return {};
}

/// At least one byte unless at the end.
Result<std::size_t> AgeInput::read_some(MutableByteView out) {
  if (!armored_) return read_raw(out);
  while (decoded_at_ == decoded_.size() && !armor_ended_) MC_TRY(decode_armor_line());
  const std::size_t count = std::min(out.size(), decoded_.size() - decoded_at_);
  if (count > 0) std::memcpy(out.data(), decoded_.data() + decoded_at_, count);
  decoded_at_ += count;
  return count;
}

/// Large reads pass the buffer by.
Result<std::size_t> AgeInput::read_raw(MutableByteView out) {
  if (at_ == filled_ && out.size() >= buffer_size / 2) {
    if (source_ended_) return std::size_t{0};
    MC_ASSIGN(const std::size_t got, source_(out));
    MC_ASSERT(got <= out.size());
    source_ended_ = got == 0;
    return got;
  }
  if (at_ == filled_) {
    MC_ASSIGN(const bool more, fill());
    if (!more) return std::size_t{0};
  }
  const std::size_t count = std::min(out.size(), filled_ - at_);
  std::memcpy(out.data(), buffer_.data() + at_, count);
  at_ += count;
  return count;
}

Result<std::size_t> AgeInput::read(MutableByteView out) {
  std::size_t done = 0;
  while (done < out.size()) {
    MC_ASSIGN(const std::size_t got, read_some(out.subspan(done)));
    if (got == 0) break;
    done += got;
    offset_ += got;
  }
  return done;
}

Result<std::string> AgeInput::header_line(std::size_t limit) {
  std::string line;
  for (;;) {
    std::byte byte{};
    MC_ASSIGN(const std::size_t got, read({&byte, 1}));
    if (got == 0) return cut_in("header");
    if (offset_ > age_max_header)
      return fail(Code::age_unsupported,
                  "the header is longer than " + std::to_string(age_max_header) + " bytes");
    const char c = std::to_integer<char>(byte);
    if (c == '\n') return line;
    // A damaged file may have no line end where it should: the first byte that cannot be in a
    // header says so, and not the end of the file.
    if (c < ' ' || c > '~')
      return damaged("header: unexpected " + quote({&c, 1}) + " at " + place(offset_ - 1));
    if (line.size() == limit)
      return damaged("header: expected a line of at most " + std::to_string(limit) +
                     " characters, got more at " + place(offset_ - 1));
    line += c;
  }
}

}  // namespace medchain::crypto
