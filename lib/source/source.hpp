// Source: how records come in.  NDJSON lines, files, directory trees, lists of names, sha256sum
// output: one stream of records with their bytes' digest and their identity (source, type, id,
// subject).  Knows nothing of ledgers or vaults.
// What goes wrong with one record is an item (Item::problem); what ends the stream is an Error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "json/record_scanner.hpp"
#include "source/locator.hpp"
#include "source/options.hpp"

namespace medchain::source {

constexpr std::size_t max_record_line = 64u << 20;  ///< CLI.md 4: lines of others

/// A second digest, by which records are compared and never anchored: of the canonical form without
/// members that do not count.
struct PartDigest {
  std::string without;  ///< its name: their pointers, sorted, a line feed between two
  Digest digest;
  bool operator==(const PartDigest&) const = default;
};

struct Record {
  // Identity.  `type` is a FHIR resource type, "DICOM", "CDA", "HL7v2"; or Options::type, or
  // without it "JSON" (id by pointer) or "file". Lengths are checked, and control characters but in
  // a path; group, date and code are left empty where they are not fit to print.
  std::string source, type, id;
  std::string subject;  ///< empty: none known
  std::string group;    ///< DICOM study, FHIR encounter; or empty
  std::string date;     ///< as the record spells it, or empty
  std::string code;
  /// Codes of FHIR's meta.security, a line feed between two.  Nothing: not known, or not fit.
  std::optional<std::string> labels;
  IdRule id_rule = IdRule::automatic;  ///< what was taken
  // Content.
  Digest digest;
  std::uint64_t size = 0;  ///< bytes that were digested; 0 for sums, which come without bytes
  bool canonical =
      false;  ///< the digest is of the canonical form (entry::Row::flag_canonical_json)
  std::optional<PartDigest> part;  ///< with Options::ignored, of what is one JSON value
  // Where it was read: absolute path (bytes, not necessarily UTF-8), line (1-based) for NDJSON,
  // byte offset for lines and HL7 batches.
  std::string path;  ///< empty for standard input
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::int64_t mtime = 0;  ///< of the file, seconds
};

/// A file by the name that led to it.
struct FileName {
  std::string path;       ///< bytes, as typed, or directory/name
  std::size_t named = 0;  ///< of them, those that the caller gave: links in them were followed
};

struct Item {
  std::string place;         ///< `FILE:LINE` or `FILE`, escaped, for messages
  std::uint64_t number = 0;  ///< 1-based count of inputs in the run
  std::uint64_t line = 0;    ///< 1-based, of records and sums in lines; else 0
  std::optional<Record> record;
  std::optional<Error> problem;  ///< exactly one of record and problem
  /// With a problem: the file that has it, nothing of which was given.  read_again() takes it.
  std::optional<FileName> unread;
};

/// The bytes of a record: in memory, or all of an open file where that is too large.
struct RecordBytes {
  std::string_view text;
  int fd = -1;             ///< if not -1: they are in this file, from its beginning
  std::uint64_t size = 0;  ///< of them; more than Record::size where that is a canonical form
};

/// A stream of items.  next() gives nothing at the end; it fails with usage for options that do not
/// fit the input (--id-from=dicom for lines), with input_unreadable and with interrupted.  Messages
/// of problems and errors name lines, fields and what was expected, never ids or content.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<std::optional<Item>> next() = 0;
  /// Of the record that next() gave, valid until it is called again: as they were digested if they
  /// are in memory; a file may have changed since.  Nothing for sums.
  virtual std::optional<RecordBytes> bytes() const = 0;
  /// Bytes read so far, for progress.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t left_out() const { return 0; }  ///< files newer than Options::newest
  /// What people should know: `identity of 12 files taken from DICOM SOPInstanceUID`, counted since
  /// the last call; ask when the stream has ended.
  virtual std::vector<std::string> take_notices() = 0;
};

/// The next items, up to `most` of them; with an error, those that came before it.  False: the
/// stream has ended.
Result<bool> read_some(Reader& reader, std::size_t most, std::vector<Item>& items);

/// NDJSON (CLI.md 4, records of others) from a descriptor: LF or CRLF, empty lines skipped, BOM at
/// the start stripped, last line without LF fine if it parses, over-long lines and bad UTF-8 are
/// problems of their line.  `name` is for places; `path` is stored in records ("" for stdin). The
/// descriptor stays the caller's, and open until the reader ends.  Identity automatic (FHIR type
/// and id) or json.
std::unique_ptr<Reader> read_ndjson(int fd, std::string name, std::string path,
                                    const Options& options);

/// The same of a file that grows, or a FIFO, by its name and without an end: at the end of what is
/// there more is waited for.  A file that was replaced is read to its end and then the new one, one
/// that was cut from its beginning.  Who stops waiting gets interrupted, and may go on.
std::unique_ptr<Reader> follow_ndjson(std::string path, const Options& options);

/// `sha256sum` output, text and binary mode, escaped names (leading backslash): digest and name;
/// identity is the name unless --id-from says otherwise (only path, the absolute path, and
/// automatic, the name as it stands there, are possible).  No bytes are read.  A last line without
/// LF is refused, as its name may be cut.
std::unique_ptr<Reader> read_sums(int fd, std::string name, const Options& options);

/// Files by name, directories walked in byte order of names; `*.ndjson`/`*.jsonl` files (and files
/// whose automatic rule finds NDJSON: several lines of JSON objects) are read by lines, unless an
/// explicit rule other than json is for whole files.  Sockets, fifos, devices, loops and unreadable
/// files are problems, never a hang; a file that changes while it is read is input_changed (for
/// lines: after their records).  A directory that is reached twice is read once.  JSON is searched
/// up to max_record_line bytes a file; what has no identity of its own has, under automatic, its
/// path.  `-` is a file name here.
std::unique_ptr<Reader> read_files(std::vector<std::string> names, const Options& options);

/// Files that read_files() could not read, by the same options: a link that it would not have
/// followed is not followed now either, should one have taken the place of a file or directory.
std::unique_ptr<Reader> read_again(std::vector<FileName> files, const Options& options);

/// NUL-separated names from a descriptor (--files0-from).
std::unique_ptr<Reader> read_files0(int fd, std::string name, const Options& options);

/// One whole file, for re-checking: digest and identity exactly as the readers give them.  A record
/// inside of a bigger file is found by line (quickly if its offset still is the beginning of a
/// line) or offset.  Fails as the readers' problems do, with input_changed if there is no such line
/// or message.
Result<Record> read_record(const std::string& path, std::uint64_t line, std::uint64_t offset,
                           const Options& options);

}  // namespace medchain::source
