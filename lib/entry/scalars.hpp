// The scalar types that fields are made of, each with one spelling and its limits.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::entry {

/// Words in clear: a type, code or reason name: 1..64 bytes of [A-Za-z0-9._-].
class Word {
 public:
  static constexpr std::size_t max_size = 64;
  Word() = default;
  static Result<Word> parse(std::string_view text);  ///< input_invalid
  const std::string& get() const { return text_; }
  auto operator<=>(const Word&) const = default;

 private:
  std::string text_;
};

/// A country (ISO 3166-1 alpha-2, `CN`) or a part of one (ISO 3166-2, `CN-GX`).  Only the form is
/// checked: two capitals, and after a hyphen one to three of [A-Z0-9].
class Territory {
 public:
  Territory() = default;
  static Result<Territory> parse(std::string_view text);  ///< input_invalid
  const std::string& get() const { return text_; }
  /// `CN-GX` lies within `CN` and within itself.
  bool is_within(const Territory& other) const;
  auto operator<=>(const Territory&) const = default;

 private:
  std::string text_;
};

/// How far a clock is ahead of UTC: `+08:00`, `-03:30`; less than a day.
class UtcOffset {
 public:
  UtcOffset() = default;
  /// Nothing if it is no whole number of minutes, or a day or more.
  static std::optional<UtcOffset> of(std::int64_t seconds);
  static Result<UtcOffset> parse(std::string_view text);  ///< input_invalid
  std::int64_t seconds() const { return seconds_; }
  std::string text() const;
  auto operator<=>(const UtcOffset&) const = default;

 private:
  std::int64_t seconds_ = 0;
};

/// A line of text in clear about an institution: UTF-8 of 1..200 bytes, no control or bidirectional
/// characters.
class Label {
 public:
  static constexpr std::size_t max_size = 200;
  Label() = default;
  static Result<Label> parse(std::string_view text);  ///< input_invalid
  const std::string& get() const { return text_; }
  auto operator<=>(const Label&) const = default;

 private:
  std::string text_;
};

/// One of the words of `T::words` (a constexpr array of string_view); the index is T::value.
template <class E>
struct EnumWords;  // specialised beside each enumeration: static constexpr std::string_view words[]

template <class E>
std::string_view word_of(E value) {
  return EnumWords<E>::words[static_cast<std::size_t>(value)];
}

template <class E>
Result<E> parse_word(std::string_view text) {
  std::size_t i = 0;
  std::string all;
  for (const std::string_view word : EnumWords<E>::words) {
    if (word == text) return static_cast<E>(i);
    all += all.empty() ? "" : ", ";
    all += word;
    ++i;
  }
  return fail(Code::input_invalid, "expected one of " + all + ", got " + quote(text));
}

/// Institutions and others that can be members (DESIGN 4).
enum class MemberKind {
  hospital,
  clinic,
  pharmacy,
  laboratory,
  insurer,
  regulator,
  patient,
  device,
  service
};
template <>
struct EnumWords<MemberKind> {
  static constexpr std::string_view words[] = {"hospital",   "clinic",  "pharmacy",
                                               "laboratory", "insurer", "regulator",
                                               "patient",    "device",  "service"};
};

enum class Level { tertiary, secondary, community };
template <>
struct EnumWords<Level> {
  static constexpr std::string_view words[] = {"tertiary", "secondary", "community"};
};

enum class Role {
  admin,
  auditor,
  clock,
  custodian,
  dispenser,
  payer,
  prescriber,
  requester,
  reviewer,
  witness
};
template <>
struct EnumWords<Role> {
  static constexpr std::string_view words[] = {"admin",     "auditor", "clock",      "custodian",
                                               "dispenser", "payer",   "prescriber", "requester",
                                               "reviewer",  "witness"};
};

}  // namespace medchain::entry
