// DICOM: the file meta group (PS3.10 section 7.1) and the data set (PS3.5 section 7) up to
// StudyInstanceUID.
#include <algorithm>
#include <array>
#include <cstdio>

#include "source/identify.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t preamble_size = 128;
constexpr std::uint32_t undefined_length = 0xffffffff;
constexpr std::size_t max_value = 1024;        ///< bytes of a value that is wanted
constexpr int max_depth = 32;                  ///< nested sequences
constexpr std::size_t max_elements = 100'000;  ///< so that a hostile file cannot keep us busy

constexpr std::uint32_t make_tag(std::uint32_t group, std::uint32_t element) {
  return (group << 16) | element;
}
constexpr std::uint32_t tag_meta_length = make_tag(0x0002, 0x0000);
constexpr std::uint32_t tag_meta_sop_instance = make_tag(0x0002, 0x0003);
constexpr std::uint32_t tag_transfer_syntax = make_tag(0x0002, 0x0010);
constexpr std::uint32_t tag_sop_instance = make_tag(0x0008, 0x0018);
constexpr std::uint32_t tag_study_date = make_tag(0x0008, 0x0020);
constexpr std::uint32_t tag_patient_id = make_tag(0x0010, 0x0020);
constexpr std::uint32_t tag_study_instance = make_tag(0x0020, 0x000d);
constexpr std::uint32_t tag_item = make_tag(0xfffe, 0xe000);
constexpr std::uint32_t tag_item_end = make_tag(0xfffe, 0xe00d);
constexpr std::uint32_t tag_sequence_end = make_tag(0xfffe, 0xe0dd);

struct Syntax {
  bool explicit_vr = true;
  bool big_endian = false;
};

struct Element {
  std::uint32_t tag = 0;
  bool is_unknown_vr =
      false;  ///< UN of undefined length is implicit little endian inside (PS3.5 6.2.2)
  std::uint32_t length = 0;
  std::uint64_t offset = 0;  ///< of the tag
  std::uint64_t value = 0;   ///< of the value
};

std::string where(std::uint32_t tag, std::uint64_t offset) {
  char text[64];
  std::snprintf(text, sizeof text, "(%04X,%04X) at byte %llu", tag >> 16, tag & 0xffff,
                static_cast<unsigned long long>(offset));
  return text;
}

std::uint16_t load16(ByteView from, bool big_endian) {
  const auto a = std::to_integer<unsigned>(from[0]), b = std::to_integer<unsigned>(from[1]);
  return static_cast<std::uint16_t>(big_endian ? (a << 8) | b : (b << 8) | a);
}
std::uint32_t load32(ByteView from, bool big_endian) {
  const std::uint32_t first = load16(from, big_endian),
                      second = load16(from.subspan(2), big_endian);
  return big_endian ? (first << 16) | second : (second << 16) | first;
}

/// VRs whose length field has 16 bits (PS3.5 table 7.1-2); all others, later ones too, have 32.
bool has_short_length(std::string_view vr) {
  static constexpr std::array<std::string_view, 21> short_vrs = {
      "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO",
      "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"};
  return std::find(short_vrs.begin(), short_vrs.end(), vr) != short_vrs.end();
}

/// The file through a small window.
class Window {
 public:
  Window(const ReadAt& read_at, std::uint64_t size) : read_at_(read_at), size_(size) {}
  std::uint64_t size() const { return size_; }

  /// `count` bytes at `offset`, at most a window full; valid until the next call.
  Result<ByteView> get(std::uint64_t offset, std::size_t count) {
    if (offset > size_ || count > size_ - offset)
      return fail(Code::input_invalid, "the file ends inside the element at byte " +
                                           std::to_string(offset) + " (file size " +
                                           std::to_string(size_) + ")");
    if (offset < start_ || offset + count > start_ + filled_) {
      start_ = offset;
      filled_ = 0;
      while (filled_ < buffer_.size()) {
        MC_ASSIGN(const std::size_t got,
                  read_at_(start_ + filled_, MutableByteView(buffer_).subspan(filled_)));
        if (got == 0) break;
        filled_ += got;
      }
      if (filled_ < count)
        return fail(
            Code::input_invalid,
            "the file ends at byte " + std::to_string(start_ + filled_) + ", inside an element");
    }
    return ByteView(buffer_).subspan(static_cast<std::size_t>(offset - start_), count);
  }

 private:
  const ReadAt& read_at_;
  std::uint64_t size_;
  std::uint64_t start_ = 0;
  std::size_t filled_ = 0;
  std::array<std::byte, 4096> buffer_;
};

class Parser {
 public:
  Parser(const ReadAt& read_at, std::uint64_t size) : window_(read_at, size) {}

  Result<Identified> run() {
    if (window_.size() < preamble_size + 4) return not_dicom();
    MC_ASSIGN(const ByteView magic, window_.get(preamble_size, 4));
    if (as_text(magic) != "DICM") return not_dicom();
    MC_TRY(read_meta(preamble_size + 4));
    if (!deflated_) MC_TRY(read_data_set());
    if (found_.id.empty()) found_.id = meta_sop_instance_;
    if (found_.id.empty())
      return fail(Code::input_no_identity,
                  "no SOPInstanceUID: neither (0008,0018) nor (0002,0003) has a value");
    return std::move(found_);
  }

 private:
  static Error not_dicom() {
    return fail(Code::input_invalid, "not a DICOM file: expected 'DICM' at byte 128");
  }

  /// PS3.10: always explicit little endian.  Its end is given by the group length, or else by the
  /// first tag of another group.
  Status read_meta(std::uint64_t at) {
    std::string transfer_syntax;
    std::uint64_t end = window_.size();
    bool end_known = false;
    while (at < end) {
      if (!end_known) {
        MC_ASSIGN(const ByteView group, window_.get(at, 2));
        if (load16(group, false) != 0x0002) break;
      }
      MC_ASSIGN(const Element element, read_element(at, Syntax{}));
      MC_ASSIGN(at, end_of(element, Syntax{}));
      if (element.tag == tag_meta_length && element.length == 4) {
        MC_ASSIGN(const ByteView value, window_.get(element.value, 4));
        const std::uint32_t length = load32(value, false);
        if (length > window_.size() - at)
          return fail(Code::input_invalid,
                      where(element.tag, element.offset) +
                          ": the file meta group runs past the end of the file");
        end = at + length;
        end_known = true;
      } else if (element.tag == tag_meta_sop_instance) {
        MC_ASSIGN(meta_sop_instance_, read_uid(element));
      } else if (element.tag == tag_transfer_syntax) {
        MC_ASSIGN(transfer_syntax, read_uid(element));
      }
    }
    if (end_known && at != end)
      return fail(Code::input_invalid, "the file meta group ends at byte " + std::to_string(at) +
                                           ", but its length (0002,0000) says " +
                                           std::to_string(end));
    data_set_ = at;
    if (transfer_syntax.empty())
      return fail(Code::input_invalid, "no transfer syntax: (0002,0010) is missing");
    syntax_.explicit_vr = transfer_syntax != "1.2.840.10008.1.2";
    syntax_.big_endian = transfer_syntax == "1.2.840.10008.1.2.2";
    // Deflated explicit little endian and JPIP referenced deflate.
    deflated_ =
        transfer_syntax == "1.2.840.10008.1.2.1.99" || transfer_syntax == "1.2.840.10008.1.2.4.95";
    return {};
  }

  Status read_data_set() {
    std::uint64_t at = data_set_;
    while (at < window_.size()) {
      MC_ASSIGN(const Element element, read_element(at, syntax_));
      // Tags ascend, so that nothing wanted can follow.
      if (element.tag > tag_study_instance) break;
      MC_ASSIGN(at, end_of(element, syntax_));
      if (element.tag == tag_sop_instance) {
        MC_ASSIGN(found_.id, read_uid(element));
      } else if (element.tag == tag_study_date) {
        MC_ASSIGN(found_.date, read_value(element));
      } else if (element.tag == tag_patient_id) {
        MC_ASSIGN(found_.subject, read_value(element));
      } else if (element.tag == tag_study_instance) {
        MC_ASSIGN(found_.group, read_uid(element));
        break;
      }
    }
    return {};
  }

  Result<Element> read_element(std::uint64_t at, Syntax syntax) {
    if (++elements_ > max_elements)
      return fail(Code::input_invalid, "over " + std::to_string(max_elements) +
                                           " elements before StudyInstanceUID (0020,000D)");
    MC_ASSIGN(const ByteView head, window_.get(at, 8));
    Element element;
    element.offset = at;
    element.tag =
        make_tag(load16(head, syntax.big_endian), load16(head.subspan(2), syntax.big_endian));
    element.value = at + 8;
    // Items and their delimiters have no VR in any syntax.
    if (!syntax.explicit_vr || (element.tag >> 16) == 0xfffe) {
      element.length = load32(head.subspan(4), syntax.big_endian);
      return element;
    }
    const std::array<char, 2> vr = {static_cast<char>(head[4]), static_cast<char>(head[5])};
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!is_upper(vr[0]) || !is_upper(vr[1]))
      return fail(Code::input_invalid,
                  where(element.tag, at) + ": expected a value representation of two letters");
    const std::string_view name(vr.data(), vr.size());
    if (has_short_length(name)) {
      element.length = load16(head.subspan(6), syntax.big_endian);
      return element;
    }
    MC_ASSIGN(const ByteView length, window_.get(at + 8, 4));
    element.length = load32(length, syntax.big_endian);
    element.is_unknown_vr = name == "UN";
    element.value = at + 12;
    return element;
  }

  /// The offset behind the element's value.
  Result<std::uint64_t> end_of(const Element& element, Syntax syntax, int depth = 0) {
    if (element.length == undefined_length) {
      if (element.is_unknown_vr) syntax = {false, false};
      return end_of_sequence(element, syntax, depth + 1);
    }
    if (element.value > window_.size() || element.length > window_.size() - element.value)
      return fail(Code::input_invalid, where(element.tag, element.offset) + ": a value of " +
                                           std::to_string(element.length) +
                                           " bytes runs past the end of the file");
    return element.value + element.length;
  }

  Result<std::uint64_t> end_of_sequence(const Element& sequence, Syntax syntax, int depth) {
    if (depth > max_depth)
      return fail(Code::input_invalid, where(sequence.tag, sequence.offset) +
                                           ": sequences are nested deeper than " +
                                           std::to_string(max_depth));
    std::uint64_t at = sequence.value;
    for (;;) {
      MC_ASSIGN(const Element item, read_element(at, syntax));
      if (item.tag == tag_sequence_end) return item.value;
      if (item.tag != tag_item)
        return fail(Code::input_invalid, where(item.tag, at) +
                                             ": expected an item (FFFE,E000) of the sequence " +
                                             where(sequence.tag, sequence.offset));
      if (item.length != undefined_length) {
        MC_ASSIGN(at, end_of(item, syntax, depth));
        continue;
      }
      at = item.value;
      for (;;) {
        MC_ASSIGN(const Element inner, read_element(at, syntax));
        if (inner.tag == tag_item_end) {
          at = inner.value;
          break;
        }
        MC_ASSIGN(at, end_of(inner, syntax, depth));
      }
    }
  }

  /// Without the padding: NUL for UIDs, spaces for text (PS3.5 section 6.2).
  Result<std::string> read_value(const Element& element) {
    if (element.length > max_value)
      return fail(Code::input_invalid, where(element.tag, element.offset) + ": expected at most " +
                                           std::to_string(max_value) + " bytes, got " +
                                           std::to_string(element.length));
    MC_ASSIGN(const ByteView value, window_.get(element.value, element.length));
    std::string_view text = as_text(value);
    while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return std::string(text);
  }

  Result<std::string> read_uid(const Element& element) {
    MC_ASSIGN(std::string uid, read_value(element));
    const bool valid =
        uid.size() <= 64 && uid.find_first_not_of("0123456789.") == std::string::npos;
    if (!valid)
      return fail(Code::input_invalid, where(element.tag, element.offset) +
                                           ": expected a UID of at most 64 digits and dots");
    return uid;
  }

  Window window_;
  Syntax syntax_;
  bool deflated_ = false;
  std::uint64_t data_set_ = 0;
  std::size_t elements_ = 0;
  std::string meta_sop_instance_;
  Identified found_;
};

}  // namespace

bool looks_like_dicom(ByteView head) {
  return head.size() >= preamble_size + 4 && as_text(head.subspan(preamble_size, 4)) == "DICM";
}

Result<Identified> identify_dicom(const ReadAt& read_at, std::uint64_t file_size) {
  return Parser(read_at, file_size).run();
}

}  // namespace medchain::source
