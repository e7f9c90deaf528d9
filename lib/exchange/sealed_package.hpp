// Sealed packages: what goes with a member's statement, built as a package (medchain-package(5)),
// encrypted to the seal keys that the receivers have on the ledger now, and put into a store's
// staging.  Publishing it is for who appends the statement (act.hpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/age_key.hpp"
#include "crypto/random.hpp"
#include "entry/entry.hpp"
#include "entry/terms.hpp"
#include "package/openings.hpp"
#include "package/store.hpp"
#include "rules/view.hpp"

namespace medchain::exchange {

/// The document of terms, under a fresh salt.
struct SealedTerms {
  std::string text;
  Salt salt;
  Commitment commitment() const { return entry::commit_terms(salt, text); }
};
SealedTerms seal_terms(const entry::Terms& terms, crypto::Random& random);

/// Another document that an entry commits to in its field `document`, under a fresh salt.
struct SealedDocument {
  std::string text;
  Salt salt;
  Commitment commitment() const;
};
SealedDocument seal_document(std::string text, crypto::Random& random);

/// One record; `open` gives its bytes once, of this size and digest.
struct RecordPart {
  package::RecordOpening opening;
  std::uint64_t size = 0;
  Digest digest;
  std::function<Result<ByteSource>()> open;
};
/// `proofs/NAME.tlog-proof` of the record `records/NAME`.
struct ProofPart {
  std::string record_name;
  std::string text;
};

/// `documents/NAME`, a file that the terms list.
struct DocumentPart {
  entry::TermsDocument facts;
  std::function<Result<ByteSource>()> open;
};

struct Contents {
  std::vector<RecordPart> records;  ///< any order
  std::vector<ProofPart> proofs;
  std::vector<DocumentPart> documents;  ///< any order
  std::optional<SealedTerms> terms;
  std::optional<SealedDocument> document;  ///< in place of terms: application.json is one of them
  /// Keys of no member that open the package too: of a redeem token.
  std::vector<crypto::AgeRecipient> bearers;
  /// Further committed values of the statement; the terms are added to them.
  std::vector<package::ValueOpening> values;
};

struct Receiver {
  MemberName name;
  crypto::AgeRecipient key;
};

/// Those of `must` and `may`, and the author so that it can read again what it sealed, by their
/// cards on the ledger, ascending.  Of `must` one that is not an active member or has no seal key
/// is an error (member_unknown, member_inactive, key_missing); of `may`, and the author, it is left
/// out.
Result<std::vector<Receiver>> receivers_of(const rules::View& view, const MemberName& author,
                                           const std::vector<MemberName>& must,
                                           const std::vector<MemberName>& may);

struct SealedPackage {
  std::unique_ptr<package::Staged> staged;  ///< null: sealed into nothing, for a rehearsal
  entry::PackageRef ref;
};

/// Package of the statement with this header.  Without a store it is only rehearsed: nothing is
/// written.  Fails as package::Writer and crypto::AgeEncryptor do, with storage_failed, and as the
/// records' sources; nothing is left then.
Result<SealedPackage> seal(package::Store* store, const entry::Header& header,
                           const Contents& contents, std::span<const Receiver> receivers,
                           crypto::Random& random);

}  // namespace medchain::exchange
