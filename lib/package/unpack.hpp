// Unpacking: the members of a package become files, which appear under their names only when all of
// them have been checked, first against the manifest here and then by the caller against the
// ledger. Until then they are in a private directory `.medchain-staging-XXXXXX` in the directory
// they are for; what a killed run left there the next run removes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "package/openings.hpp"
#include "package/reader.hpp"

namespace medchain::package {

class Staging;

class Unpacked {
 public:
  /// Reads the whole package into a staging directory in `directory`, which is made (0700) if it is
  /// not there.  Fails as Reader and parse_openings() do, and with storage_failed; nothing is left
  /// then.
  static Result<Unpacked> unpack(const ByteSource& source, const std::string& directory,
                                 const Limits& limits = {});

  Unpacked(Unpacked&& other) noexcept;
  Unpacked& operator=(Unpacked&& other) = delete;
  /// Removes what was not published.
  ~Unpacked();

  const Manifest& manifest() const { return manifest_; }
  const Openings& openings() const { return openings_; }
  /// Where the bytes of a member are now, to be looked at; not of openings.json.
  std::string staged(const FileEntry& file) const;

  enum class What { records, records_and_proofs, documents };
  /// Gives the records and the application, with their proofs if wanted, or the documents, their
  /// names (output_name()) in the directory: mode 0600, synced.  A file of the same name and bytes
  /// is left as it is, so that a run that was killed here can be repeated; any other is an error
  /// (output_failed), and then none appears. Returns the paths, in the order of the manifest.
  Result<std::vector<std::string>> publish(What what) &&;

 private:
  Unpacked(std::string directory, bool made);
  Status read(Reader& reader);
  Status publish_one(const FileEntry& file, std::vector<std::string>& appeared);

  std::string directory_;
  bool made_ = false;  // the directory is ours and empty
  std::unique_ptr<Staging> staging_;
  Manifest manifest_;
  Openings openings_;
};

}  // namespace medchain::package
