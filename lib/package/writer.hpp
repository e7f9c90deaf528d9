// Writer: a package as tar, member after member, into a sink (which encrypts).  Memory does not
// grow with the size of the members.
#pragma once

#include "base/stream.hpp"
#include "package/archive.hpp"
#include "package/manifest.hpp"

namespace medchain::package {

class Writer {
 public:
  /// Writes the manifest.  Fails as check_manifest() does, with input_too_long if the manifest is
  /// over its limit, and as `sink` does.
  static Result<Writer> begin(Manifest manifest, ByteSink sink, const Limits& limits = {});

  /// What add() takes next; null when all is there.
  const FileEntry* next() const;
  /// Writes next() from its source.  Fails with input_changed if the source has not the size and
  /// digest that the manifest says, and as source and sink do; the package is then worth nothing.
  /// Precondition: next() is not null.
  Status add(const ByteSource& source);
  /// Writes the end.  Precondition: next() is null.
  Status finish();

  const Manifest& manifest() const { return manifest_; }

 private:
  Writer(Manifest manifest, ByteSink sink)
      : manifest_(std::move(manifest)), archive_(std::move(sink)) {}

  Manifest manifest_;
  ArchiveWriter archive_;
  std::size_t done_ = 0;
};

}  // namespace medchain::package
