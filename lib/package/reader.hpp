// Reader: a package as tar, member after member, from a source (which decrypts).  Believes nothing:
// manifest first, then exactly the members it lists, in their order, with size and SHA-256, in the
// one spelling of medchain-package(5), and nothing after the end.  Memory does not grow with the
// members.
#pragma once

#include <functional>
#include <string>

#include "base/stream.hpp"
#include "package/archive.hpp"
#include "package/manifest.hpp"

namespace medchain::package {

class Reader {
 public:
  /// Reads the manifest.  Fails with package_invalid naming member and field, with input_truncated
  /// if the archive ends too early, and as `source` does.
  static Result<Reader> open(ByteSource source, const Limits& limits = {});

  const Manifest& manifest() const { return manifest_; }

  /// Reads on to the next member; null after the last, when the end has been checked too.  Fails as
  /// open() does.  Precondition: the member before was copied.
  Result<const FileEntry*> next();
  /// Hands the data of this member to `sink`.  Only success says that size and digest are right:
  /// what the sink got before is not to be used otherwise.  Once for each member.
  Status copy(const ByteSink& sink);
  /// The same into memory, for members that have a limit.
  Result<std::string> text();

 private:
  explicit Reader(ByteSource source) : archive_(std::move(source)) {}
  /// `what` is the member that should come.
  Result<Member> member(const std::string& what);
  Status take(const ByteSink& sink);
  Status expect_member(const Member& member, const FileEntry& file) const;
  Status expect_end();

  ArchiveReader archive_;
  Manifest manifest_;
  std::size_t done_ = 0;  // members whose header was read
  bool copied_ = true;
};

}  // namespace medchain::package
