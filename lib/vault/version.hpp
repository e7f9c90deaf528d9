// Version: what a vault keeps of one version of one record: identity, locator, digest and where its
// salt is.  Versions of one batch have consecutive numbers in manifest order, so that row = number
// - first number of the batch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::vault {

struct Version {
  std::uint64_t batch = 0;
  std::optional<std::uint64_t> previous;  ///< number of the version before
  std::uint64_t salt_slot = 0;
  std::uint64_t subject = 0;  ///< number of the subject; 0: records without subject
  std::uint16_t flags = 0;    ///< of the row
  Digest digest;
  std::uint64_t size = 0;
  std::string source, type, id, group, date, code;
  /// Of the record, with a line feed between two.  Nothing: not known, as of what is no FHIR and of
  /// all that was anchored before labels were kept.
  std::optional<std::string> labels;
  std::uint64_t path = 0;  ///< number of the path; 0: none (standard input)
  std::uint64_t line = 0, offset = 0;
  std::int64_t mtime = 0;
  bool operator==(const Version&) const = default;
};

/// Layout 1 where labels are not known, else 2, which has them behind the other texts.
Bytes encode(const Version& version);
/// Both layouts.  Fails with store_damaged.
Result<Version> decode_version(ByteView bytes);

enum class BatchState : std::uint8_t {
  pending = 1,    ///< signed; not known to be on the ledger
  anchored = 2,   ///< on the ledger at `entry`
  abandoned = 3,  ///< can never land: its versions do not exist
};

struct Batch {
  BatchState state = BatchState::pending;
  std::uint64_t first = 0;  ///< number of its first version
  std::uint32_t count = 0;
  EntryIndex entry;  ///< when anchored
  std::string note;  ///< the signed statement, while pending
};

Bytes encode(const Batch& batch);
Result<Batch> decode_batch(ByteView bytes);

}  // namespace medchain::vault
