// Identity out of content: DICOM (PS3.10, PS3.5), CDA R2, HL7 v2.  Each reads no further than it
// needs; nothing is decoded that is not asked for.  Encodings of names are not interpreted: ids are
// bytes, checked to be printable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace medchain::source {

struct Identified {
  std::string id, subject, group, date;
};

/// `head` is the beginning of the file (as much as the caller has; at least 64 KiB if the file is
/// so long).
bool looks_like_dicom(ByteView head);
bool looks_like_cda(ByteView head);
bool looks_like_hl7v2(ByteView head);

/// Reads the file meta group and the data set up to StudyInstanceUID (0020,000D) from `read_at`
/// (file offset, buffer -> bytes got).  Explicit and implicit little endian, explicit big endian;
/// deflated data sets give the SOP instance of the file meta group alone. Fails with
/// input_no_identity (no SOPInstanceUID) or input_invalid naming the tag and offset.
using ReadAt = std::function<Result<std::size_t>(std::uint64_t offset, MutableByteView buffer)>;
Result<Identified> identify_dicom(const ReadAt& read_at, std::uint64_t file_size);

/// expat, stops after recordTarget and id are found; entity declarations and external entities are
/// refused.  id = ROOT or ROOT^EXTENSION.
Result<Identified> identify_cda(const ReadAt& read_at, std::uint64_t file_size);

/// One message: segments end in CR (LF and CRLF accepted); field separator from MSH-1; MSH-10 is
/// the id, PID-3 first repetition's id (with its assigning authority: ID^^^AUTHORITY) the subject,
/// MSH-7 the date, MSH-9 kept in group.
Result<Identified> identify_hl7v2(ByteView message);

struct Hl7Message {
  std::size_t offset, size;  ///< from MSH up to the next MSH, BTS, FTS, FHS or BHS segment, its
                             ///< segment terminator included
};
/// The messages of a batch file (FHS, BHS, MSH..., BTS, FTS) or the one of a plain file.
Result<std::vector<Hl7Message>> split_hl7v2(ByteView file);

}  // namespace medchain::source
