// DICOM PS3.10 files.  PS3.5 sections 7 and A: data elements, transfer syntaxes.

#include <array>
#include <cstddef>

#include "file_draft.hpp"
#include "text.hpp"

namespace medchain::testdata {

namespace {

struct TransferSyntax {
  std::string_view uid;
  bool is_explicit;
  bool is_big_endian;
};

constexpr std::array<TransferSyntax, 3> transfer_syntaxes = {{
    {"1.2.840.10008.1.2.1", true, false},
    {"1.2.840.10008.1.2", false, false},
    {"1.2.840.10008.1.2.2", true, true},
}};

constexpr std::uint32_t undefined_length = 0xffffffff;
constexpr std::string_view secondary_capture = "1.2.840.10008.5.1.4.1.1.7";

struct Tag {
  unsigned group;
  unsigned element;
};

/// Writes data elements in one transfer syntax.
class DataSet {
 public:
  explicit DataSet(const TransferSyntax& syntax) : syntax_(syntax) {}

  void put16(unsigned value) {
    const auto low = static_cast<char>(value & 0xff);
    const auto high = static_cast<char>(value >> 8 & 0xff);
    bytes_ += syntax_.is_big_endian ? high : low;
    bytes_ += syntax_.is_big_endian ? low : high;
  }

  void put32(std::uint32_t value) {
    put16(syntax_.is_big_endian ? value >> 16 : value & 0xffff);
    put16(syntax_.is_big_endian ? value & 0xffff : value >> 16);
  }

  /// Text and UIDs, padded to an even length.
  void text(Tag tag, std::string_view vr, std::string_view value) {
    header(tag, vr, static_cast<std::uint32_t>(value.size() + value.size() % 2));
    bytes_ += value;
    if (value.size() % 2 != 0) bytes_ += vr == "UI" ? '\0' : ' ';
  }

  void unsigned16(Tag tag, unsigned value) {
    header(tag, "US", 2);
    put16(value);
  }

  void header(Tag tag, std::string_view vr, std::uint32_t length) {
    put_tag(tag);
    if (!syntax_.is_explicit) return put32(length);
    bytes_ += vr;
    if (vr == "OB" || vr == "OW" || vr == "SQ") {
      put16(0);
      put32(length);
    } else {
      put16(length);
    }
  }

  void begin_sequence(Tag tag) {
    header(tag, "SQ", undefined_length);
    put_tag({0xfffe, 0xe000});
    put32(undefined_length);
  }

  void end_sequence() {
    put_tag({0xfffe, 0xe00d});
    put32(0);
    put_tag({0xfffe, 0xe0dd});
    put32(0);
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void put_tag(Tag tag) {
    put16(tag.group);
    put16(tag.element);
  }

  TransferSyntax syntax_;
  std::string bytes_;
};

std::string file_meta(FileDraft& draft, const TransferSyntax& syntax, std::string_view instance) {
  DataSet meta(transfer_syntaxes[0]);  // always explicit little endian
  meta.header({0x0002, 0x0001}, "OB", 2);
  meta.put16(0x0100);  // version 00 01
  meta.text({0x0002, 0x0002}, "UI", secondary_capture);
  meta.text({0x0002, 0x0003}, "UI", instance);
  meta.text({0x0002, 0x0010}, "UI", syntax.uid);
  meta.text({0x0002, 0x0012}, "UI", "2.25.271828182845904523536");
  meta.text({0x0002, 0x0013}, "SH", draft.short_field("SAMPLE_1"));

  DataSet length(transfer_syntaxes[0]);
  length.header({0x0002, 0x0000}, "UL", 4);
  length.put32(static_cast<std::uint32_t>(meta.bytes().size()));
  return length.bytes() + meta.bytes();
}

void put_patient(DataSet& set, FileDraft& draft) {
  const Person& person = draft.person;
  std::string name = person.language->is_chinese
                         ? person.family_ascii + '^' + person.given_ascii + '='
                         : std::string();
  name += person.family + '^' + person.given;
  std::string birth;
  append_compact_date(birth, person.birth_day);
  set.text({0x0010, 0x0010}, "PN", draft.field(name));
  set.text({0x0010, 0x0020}, "LO", draft.mrn());
  set.text({0x0010, 0x0030}, "DA", birth);
  set.text({0x0010, 0x0040}, "CS", person.is_male ? "M" : "F");
  set.text({0x0010, 0x1040}, "LO", draft.field(person.place->ascii));
}

void put_pixels(DataSet& set, FileDraft& draft) {
  const auto side = static_cast<unsigned>(16 * draft.code.between(2, 4));
  set.unsigned16({0x0028, 0x0002}, 1);
  set.text({0x0028, 0x0004}, "CS", "MONOCHROME2");
  set.unsigned16({0x0028, 0x0010}, side);
  set.unsigned16({0x0028, 0x0011}, side);
  set.unsigned16({0x0028, 0x0100}, 16);
  set.unsigned16({0x0028, 0x0101}, 12);
  set.unsigned16({0x0028, 0x0102}, 11);
  set.unsigned16({0x0028, 0x0103}, 0);
  set.begin_sequence({0x0040, 0x0275});
  set.text({0x0040, 0x0007}, "LO", draft.field(draft.content.pick(english().sites)));
  set.end_sequence();
  set.header({0x7fe0, 0x0010}, "OW", side * side * 2);
  for (unsigned y = 0; y < side; ++y) {
    for (unsigned x = 0; x < side; ++x) {
      set.put16((x * y + 16 * x + draft.content.below(64)) & 0xfff);
    }
  }
}

}  // namespace

std::string make_dicom(FileDraft& draft, unsigned syntax_number) {
  const TransferSyntax& syntax = transfer_syntaxes[syntax_number];
  const Language& language = *draft.person.language;
  const std::string instance = draft.uid(draft.key);
  std::string date;
  std::string time;
  append_compact_date(date, draft.day);
  append_compact_time(time, draft.second);

  std::string file(128, '\0');
  file += "DICM";
  file += file_meta(draft, syntax, instance);

  DataSet set(syntax);
  set.text({0x0008, 0x0005}, "CS", "ISO_IR 192");
  set.text({0x0008, 0x0016}, "UI", secondary_capture);
  set.text({0x0008, 0x0018}, "UI", instance);
  set.text({0x0008, 0x0020}, "DA", date);
  set.text({0x0008, 0x0030}, "TM", time);
  set.text({0x0008, 0x0050}, "SH", draft.short_field("A" + date));
  set.text({0x0008, 0x0060}, "CS", "OT");
  set.text({0x0008, 0x0080}, "LO", draft.field(draft.code.pick(language.hospitals)));
  set.text({0x0008, 0x0090}, "PN", draft.field(make_doctor_ascii(draft.content)));
  set.text({0x0008, 0x1030}, "LO", draft.field(draft.code.pick(language.departments)));
  set.begin_sequence({0x0008, 0x1110});
  set.text({0x0008, 0x1150}, "UI", secondary_capture);
  set.text({0x0008, 0x1155}, "UI", draft.uid(derive(draft.study_key, 3)));
  set.end_sequence();
  put_patient(set, draft);
  set.text({0x0020, 0x000d}, "UI", draft.uid(derive(draft.study_key, 1)));
  set.text({0x0020, 0x000e}, "UI", draft.uid(derive(draft.study_key, 2)));
  set.text({0x0020, 0x0010}, "SH", draft.short_field("ST1"));
  set.text({0x0020, 0x0011}, "IS", "1");
  set.text({0x0020, 0x0013}, "IS", std::to_string(draft.number % 1000 + 1));
  put_pixels(set, draft);
  return file + set.bytes();
}

}  // namespace medchain::testdata
