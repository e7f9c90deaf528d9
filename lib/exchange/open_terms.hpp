// Opening what others sealed: the terms of a request, grant or answer, believed only if the package
// is the one that the entry names, was made for this very statement, and opens its commitment.
#pragma once

#include "crypto/secret.hpp"
#include "entry/entry.hpp"
#include "entry/terms.hpp"
#include "package/reader.hpp"
#include "package/store.hpp"
#include "package/unpack.hpp"

namespace medchain::exchange {

/// The terms that `entry` commits to; nothing if it has none.  `identity` is the seal key.  Fails
/// with package_missing, package_invalid (not what the entry says), input_truncated, or as
/// crypto::AgeDecryptor does (age_wrong_key if it is not sealed to this key).
Result<std::optional<entry::Terms>> open_terms(const package::Store& store,
                                               const crypto::Secret& identity,
                                               const entry::Entry& entry);

/// The package of an entry whose terms open_terms() has given, to publish its documents from:
/// files go to `directory`.  Fails as open_terms() and Unpacked::unpack() do; nothing is left then.
Result<package::Unpacked> open_documents(const package::Store& store,
                                         const crypto::Secret& identity, const entry::Entry& entry,
                                         const std::string& directory);

/// A document, and SHA-256 of the signature that its entry commits to beside it.
struct OpenedDocument {
  std::string text;
  std::optional<Digest> signature;
};

/// The document that `entry` commits to in its field `document`; nothing if it has none with a
/// package.  `identity` is a seal key, or that of a redeem token.  Fails as open_terms() does.
Result<std::optional<OpenedDocument>> open_document(const package::Store& store,
                                                    const crypto::Secret& identity,
                                                    const entry::Entry& entry);

/// A published package as plaintext, hashed while it is read: after the source has ended,
/// check_hash() says whether it was the one that is named.  For readers of any package.
class OpenedPackage {
 public:
  static Result<std::unique_ptr<OpenedPackage>> open(const package::Store& store,
                                                     const crypto::Secret& identity,
                                                     const entry::PackageRef& ref);
  ~OpenedPackage();
  /// Valid as long as this object.
  ByteSource source();
  /// package_invalid if the file's bytes are not those that `ref` names.
  Status check_hash();

 private:
  OpenedPackage();
  struct State;
  std::unique_ptr<State> state_;
};

/// The manifest names this statement.  package_invalid if not.
Status check_manifest_of(const package::Manifest& manifest, const entry::Header& header);

}  // namespace medchain::exchange
