// Manifest: the first member of a package (medchain-package(5)): which ledger and statement it is
// for, and every other member with size and SHA-256, in their order.  What is not in it is not in
// the package.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/member_name.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::package {

constexpr std::size_t max_member_name = 100;
/// What 11 octal digits in a header of tar hold: 8 GiB less one byte, and a time in the year 2242.
constexpr std::uint64_t max_member_size = (std::uint64_t{1} << 33) - 1;
constexpr std::int64_t max_member_time = (std::int64_t{1} << 33) - 1;

/// What a reader takes at most, and a writer writes.  Lower ones may be asked for.
struct Limits {
  std::uint64_t records = 8'192;
  std::uint64_t manifest_bytes = std::uint64_t{8} << 20;
  std::uint64_t openings_bytes = std::uint64_t{16} << 20;
  std::uint64_t proof_bytes = std::uint64_t{1} << 20;
  std::uint64_t record_bytes = max_member_size;  ///< of one record, document, application
  std::uint64_t documents = 64;
  std::uint64_t total_bytes = std::uint64_t{1} << 40;  ///< of all members but the manifest
};

/// What a member is, in the order in which they stand.
enum class FileKind { record, openings, proof, document, application };

struct FileEntry {
  std::string name;  ///< of the member: `records/scan.pdf`
  std::uint64_t size = 0;
  Digest digest;
  bool operator==(const FileEntry&) const = default;
};

struct Manifest {
  std::string ledger;  ///< origin
  GenesisHash genesis;
  MemberName author;  ///< who makes the package
  StatementId id;     ///< of the statement of the author that names the package
  UnixSeconds time;   ///< of that statement; the time of every member
  std::vector<FileEntry> files;
  bool operator==(const Manifest&) const = default;
};

constexpr std::string_view manifest_name = "manifest.json";
constexpr std::string_view openings_name = "openings.json";
constexpr std::string_view records_prefix = "records/";
constexpr std::string_view proofs_prefix = "proofs/";
constexpr std::string_view documents_prefix = "documents/";
constexpr std::string_view proof_suffix = ".tlog-proof";
constexpr std::size_t max_record_name = 80;

/// Relative, of 1 to 100 bytes of UTF-8 without control or bidirectional characters, no part empty,
/// `.` or `..`.  Fails with package_invalid saying what is wrong; the name is for the caller to
/// say.
Status check_member_name(std::string_view name);

/// A name for a record or document: 1 to 80 bytes of UTF-8 that is a file name everywhere and
/// harmless in a shell's hands: no `/` or `\`, no control or bidirectional characters, not
/// beginning with `.`,
/// `-` or a space, not ending in a space or `.`.  Fails with package_invalid.
Status check_record_name(std::string_view name);

/// What the member of this name is; nothing if no member is named so.  Fails with package_invalid
/// if the rest of the name is not as it must be.
Result<FileKind> kind_of(std::string_view member);

/// What the file of a member is named when it is taken out: without `records/`, `proofs/` and
/// `documents/`.
std::string_view output_name(const FileEntry& file);

/// Names, order, counts, sizes and time.  Fails with package_invalid naming member and field.
Status check_manifest(const Manifest& manifest, const Limits& limits);

/// One line of JSON and LF.
std::string format_manifest(const Manifest& manifest);
/// Accepts exactly what format_manifest() gives of a manifest that passes check_manifest().
Result<Manifest> parse_manifest(std::string_view text, const Limits& limits);

}  // namespace medchain::package
