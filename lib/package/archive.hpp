// The tar of packages, by libarchive, which only archive.cpp knows: POSIX ustar, regular files of
// mode 0600 without owners, and nothing else (medchain-package(5), doc/decisions/0019).  What is
// read is written again while it streams, and taken only if the same bytes come out: so every
// archive has one spelling, and nothing that libarchive understands beyond it gets in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/stream.hpp"
#include "base/types.hpp"

namespace medchain::package {

/// What the header of a member says.  The rest of it is always the same.
struct Member {
  std::string name;
  std::uint64_t size = 0;
  UnixSeconds time;
  bool operator==(const Member&) const = default;
};

class ArchiveWriter {
 public:
  explicit ArchiveWriter(ByteSink sink);
  ArchiveWriter(ArchiveWriter&& other) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&& other) = delete;
  /// Writes nothing: an archive that was not finished ends where it is.
  ~ArchiveWriter();

  // All fail as the sink does, and are not to be called after that.

  /// Precondition: check_member_name(), size and time within their limits, and the member before
  /// was ended.
  Status begin(const Member& member);
  /// Precondition: no more than the member has.
  Status data(ByteView bytes);
  /// Precondition: the member has all its data.
  Status end_member();
  Status finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class ArchiveReader {
 public:
  explicit ArchiveReader(ByteSource source);
  ArchiveReader(ArchiveReader&& other) noexcept;
  ArchiveReader& operator=(ArchiveReader&& other) = delete;
  ~ArchiveReader();

  // All fail with package_invalid naming member and field, with input_truncated if the archive ends
  // too early, and as the source does; they are not to be called after that.

  /// The next member, and nothing where the archive ends.  `expected` is what should come, for
  /// messages.  Precondition: the data of the member before were taken.
  Result<std::optional<Member>> next(const std::string& expected);
  /// Data of the member, piece after piece; nothing after the last.  Valid until the next call.
  Result<ByteView> data();
  /// That the archive ends as it must and its source with it.  Precondition: next() gave nothing.
  Status end();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace medchain::package
