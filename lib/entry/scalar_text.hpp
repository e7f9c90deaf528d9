// Scalars as text: each pair of text_of() and scalar_from() is the one spelling of its type.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "base/encoding.hpp"
#include "base/member_name.hpp"
#include "base/parse.hpp"
#include "crypto/age_key.hpp"
#include "entry/row_ranges.hpp"
#include "entry/scalars.hpp"
#include "note/note.hpp"

namespace medchain::entry {

inline std::string text_of(const std::string& value) { return value; }
inline std::string text_of(const Word& value) { return value.get(); }
inline std::string text_of(const Label& value) { return value.get(); }
inline std::string text_of(const Territory& value) { return value.get(); }
inline std::string text_of(const UtcOffset& value) { return value.text(); }
inline std::string text_of(const RedeemKey& value) { return to_hex(value.bytes); }
inline std::string text_of(const RedeemProof& value) { return to_hex(value.bytes); }
inline std::string text_of(const MemberName& value) { return value.get(); }
inline std::string text_of(UnixSeconds value) { return format_time(value); }
inline std::string text_of(const StatementId& value) { return to_text(value); }
inline std::string text_of(const note::VerifierKey& value) { return note::format_vkey(value); }
inline std::string text_of(const crypto::AgeRecipient& value) {
  return crypto::format_age_recipient(value);
}
template <class Tag>
std::string text_of(const Hash<Tag>& value) {
  return to_text(value);
}
template <class E>
requires std::is_enum_v<E> std::string text_of(E value) { return std::string(word_of(value)); }

template <class T>
Result<T> from_hex(std::string_view text) {
  T value;
  MC_TRY(parse_hex(text, value.bytes));
  return value;
}

template <class T>
Result<T> scalar_from(std::string_view text) {
  if constexpr (std::is_same_v<T, Word>)
    return Word::parse(text);
  else if constexpr (std::is_same_v<T, Label>)
    return Label::parse(text);
  else if constexpr (std::is_same_v<T, Territory>)
    return Territory::parse(text);
  else if constexpr (std::is_same_v<T, UtcOffset>)
    return UtcOffset::parse(text);
  else if constexpr (std::is_same_v<T, RedeemKey> || std::is_same_v<T, RedeemProof>)
    return from_hex<T>(text);
  else if constexpr (std::is_same_v<T, MemberName>)
    return MemberName::parse(text);
  else if constexpr (std::is_same_v<T, RowRanges>)
    return RowRanges::parse(text);
  else if constexpr (std::is_same_v<T, UnixSeconds>)
    return parse_time_strict(text);
  else if constexpr (std::is_same_v<T, StatementId>)
    return parse_statement_id(text);
  else if constexpr (std::is_same_v<T, note::VerifierKey>)
    return note::parse_vkey(text);
  else if constexpr (std::is_same_v<T, crypto::AgeRecipient>)
    return crypto::parse_age_recipient(text);
  else if constexpr (std::is_same_v<T, std::string>)
    return text.empty() ? Result<std::string>(fail(Code::input_invalid, "expected text, got none"))
                        : std::string(text);
  else if constexpr (std::is_enum_v<T>)
    return parse_word<T>(text);
  else
    return parse_hash<T>(text);
}

}  // namespace medchain::entry
