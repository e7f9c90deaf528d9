// The bytes of an age file out of its source: binary as they are, armored ones decoded, and the
// lines of the header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/age.hpp"

namespace medchain::crypto {

inline constexpr std::string_view age_armor_begin = "-----BEGIN AGE ENCRYPTED FILE-----";
inline constexpr std::string_view age_armor_end = "-----END AGE ENCRYPTED FILE-----";
inline constexpr std::size_t age_armor_columns = 64;
inline constexpr std::size_t age_armor_line_bytes = age_armor_columns / 4 * 3;

class AgeInput {
 public:
  explicit AgeInput(ByteSource source) : source_(std::move(source)) {}

  /// Recognises the form by its first bytes and takes the first line of an armor.
  Status begin();
  /// A line of the header without its LF.  Fails with age_header_damaged for a byte that no header
  /// has and for a longer line, age_truncated at the end, age_unsupported for too long a header.
  Result<std::string> header_line(std::size_t limit);
  /// From now on damage is age_payload_damaged.
  void begin_payload() { damage_ = Code::age_payload_damaged; }
  /// As many bytes as there are, up to out.size(): fewer at the end only.  At the end of an armor
  /// its last line and what follows have been checked.
  Result<std::size_t> read(MutableByteView out);

  /// Bytes given so far, armor not counted.
  std::uint64_t offset() const { return offset_; }
  /// `byte N of the file`, or `byte N of the file without its armor`.
  std::string place(std::uint64_t offset) const;

 private:
  struct Line {
    std::string text;       ///< without LF or CRLF
    bool complete = false;  ///< there was an LF
  };

  Result<bool> fill();
  Result<std::size_t> read_some(MutableByteView out);
  Result<std::size_t> read_raw(MutableByteView out);
  Status begin_armor(std::size_t skipped);
  Result<Line> armor_line();
  Status decode_armor_line();
  Status end_armor();
  Error damaged(const std::string& problem) const { return fail(damage_, problem); }
  Error armor_damaged(const std::string& problem) const;
  Error cut_in(std::string_view part) const;

  ByteSource source_;
  Code damage_ = Code::age_header_damaged;
  Bytes buffer_;  ///< bytes of the source, from at_ to filled_ not yet given
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  bool source_ended_ = false;
  bool armored_ = false;
  bool short_line_ = false;  ///< the next line must be the end
  bool armor_ended_ = false;
  std::uint64_t line_number_ = 0;
  Bytes decoded_;  ///< of the armor line in hand
  std::size_t decoded_at_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace medchain::crypto
