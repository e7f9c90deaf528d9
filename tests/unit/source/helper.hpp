// What the tests of lib/source share: descriptors over text, draining a reader, small DICOM, CDA
// and HL7 v2 builders.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "crypto/sha256.hpp"
#include "source/identify.hpp"
#include "source/source.hpp"
#include "unit/support.hpp"

namespace test {

using namespace medchain;
using namespace medchain::source;

/// A descriptor that reads `text` from its beginning.
inline File descriptor_of(std::string_view text) {
  File file(::memfd_create("medchain-test", MFD_CLOEXEC));
  if (!write_all(file.fd(), text, "memfd")) std::abort();
  ::lseek(file.fd(), 0, SEEK_SET);
  return file;
}

inline void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

struct Drained {
  std::vector<Item> items;
  std::optional<Error> error;
  std::vector<std::string> notices;

  /// `ID` of a record, `!CODE` of a problem, one after the other.
  std::vector<std::string> summary() const {
    std::vector<std::string> lines;
    for (const Item& item : items)
      lines.push_back(item.record ? item.record->id
                                  : "!" + std::string(info(item.problem->code).id));
    return lines;
  }
  std::vector<Record> records() const {
    std::vector<Record> found;
    for (const Item& item : items)
      if (item.record) found.push_back(*item.record);
    return found;
  }
};

inline Drained drain(Reader& reader) {
  Drained drained;
  for (;;) {
    auto item = reader.next();
    if (!item) {
      drained.error = item.error();
      break;
    }
    if (!*item) break;
    drained.items.push_back(std::move(**item));
  }
  drained.notices = reader.take_notices();
  return drained;
}

inline Drained drain_lines(std::string_view text, const Options& options = {}) {
  const File file = descriptor_of(text);
  return drain(*read_ndjson(file.fd(), "in.ndjson", "/in.ndjson", options));
}
inline Drained drain_files(std::vector<std::string> names, const Options& options = {}) {
  return drain(*read_files(std::move(names), options));
}

inline Options id_from(std::string_view text) {
  Options options;
  options.id = parse_identity(text).value();
  return options;
}

inline Digest digest_of(std::string_view text) { return Digest(crypto::sha256(as_bytes(text))); }

inline ReadAt reader_of(std::string_view text) {
  return [text](std::uint64_t offset, MutableByteView to) -> Result<std::size_t> {
    if (offset >= text.size()) return std::size_t{0};
    const std::size_t count = std::min(to.size(), text.size() - static_cast<std::size_t>(offset));
    std::memcpy(to.data(), text.data() + offset, count);
    return count;
  };
}

/// A DICOM data set, in any of the uncompressed syntaxes.
class DicomSet {
 public:
  DicomSet(bool explicit_vr, bool big_endian) : explicit_(explicit_vr), big_(big_endian) {}
  DicomSet& add(unsigned group, unsigned element, std::string_view vr, std::string value) {
    if (value.size() % 2 != 0) value += vr == "UI" ? '\0' : ' ';
    header(group, element, vr, static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  DicomSet& header(unsigned group, unsigned element, std::string_view vr, std::uint32_t length) {
    put16(group), put16(element);
    const bool is_long = vr == "SQ" || vr == "OB" || vr == "UN" || vr == "UT" || vr == "OW";
    if (!explicit_ || vr.empty()) {
      put32(length);
    } else if (is_long) {
      bytes_ += vr;
      put16(0), put32(length);
    } else {
      bytes_ += vr;
      put16(length);
    }
    return *this;
  }
  DicomSet& raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void put16(std::uint32_t value) {
    const char low = static_cast<char>(value & 0xff), high = static_cast<char>((value >> 8) & 0xff);
    bytes_ += big_ ? high : low;
    bytes_ += big_ ? low : high;
  }
  void put32(std::uint32_t value) {
    put16(big_ ? value >> 16 : value & 0xffff);
    put16(big_ ? value & 0xffff : value >> 16);
  }
  bool explicit_, big_;
  std::string bytes_;
};

constexpr std::uint32_t undefined_length = 0xffffffff;

/// Preamble, `DICM`, file meta group with its length, then `data_set`.
inline std::string dicom_file(std::string_view transfer_syntax, std::string_view data_set,
                              std::string_view meta_instance = "1.2.3.4") {
  DicomSet rest(true, false);
  rest.add(2, 1, "OB", std::string("\0\1", 2)).add(2, 2, "UI", "1.2.840.10008.5.1.4.1.1.2");
  if (!meta_instance.empty()) rest.add(2, 3, "UI", std::string(meta_instance));
  if (!transfer_syntax.empty()) rest.add(2, 0x10, "UI", std::string(transfer_syntax));
  const std::size_t size = rest.bytes().size();
  DicomSet length(true, false);
  length.add(2, 0, "UL",
             std::string{static_cast<char>(size & 0xff), static_cast<char>(size >> 8), 0, 0});
  return std::string(128, '\0') + "DICM" + length.bytes() + rest.bytes() + std::string(data_set);
}

inline std::string small_dicom(std::string_view instance = "1.2.3.4",
                               std::string_view patient = "P 1") {
  DicomSet set(true, false);
  set.add(8, 0x18, "UI", std::string(instance)).add(8, 0x20, "DA", "20260102");
  set.add(0x10, 0x20, "LO", std::string(patient)).add(0x20, 0xd, "UI", "1.2.3");
  set.add(0x7fe0, 0x10, "OW", std::string(1000, 'x'));
  return dicom_file("1.2.840.10008.1.2.1", set.bytes(), instance);
}

inline std::string cda_document(std::string_view header, std::string_view body = "<component/>") {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
)" + std::string(header) +
         std::string(body) + "\n</ClinicalDocument>\n";
}
inline std::string small_cda(std::string_view extension = "D1") {
  return cda_document(
      R"(<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><id root="1.2.3" extension=")" +
      std::string(extension) +
      R"("/><effectiveTime value="20260102"/>
<recordTarget><patientRole><id extension="P1" root="9.8.7"/><id root="5.5"/></patientRole></recordTarget>)");
}

inline std::string hl7_message(std::string_view control_id,
                               std::string_view patient = "P1^^^HOSP^MR~X2^^^GOV",
                               std::string_view end = "\r") {
  std::string text = "MSH|^~\\&|LAB|HOSP|EHR|HOSP|20260102030405+0800||ORU^R01^ORU_R01|" +
                     std::string(control_id) + "|P|2.5.1" + std::string(end);
  text += "PID|1||" + std::string(patient) + "||DOE^JANE" + std::string(end);
  text += "OBX|1|NM|718-7^HB^LN||13.2|g/dL" + std::string(end);
  return text;
}

inline bool contains(std::string_view text, std::string_view piece) {
  return text.find(piece) != text.npos;
}
inline bool has_notice(const Drained& drained, std::string_view piece) {
  for (const std::string& notice : drained.notices)
    if (contains(notice, piece)) return true;
  return false;
}

}  // namespace test
