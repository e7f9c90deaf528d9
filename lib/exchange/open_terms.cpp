#include "exchange/open_terms.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/encoding.hpp"
#include "crypto/age.hpp"
#include "crypto/sha256.hpp"
#include "package/openings.hpp"

namespace medchain::exchange {
namespace {

Error wrong(std::string message) { return fail(Code::package_invalid, std::move(message)); }

Error not_committed(std::string_view field) {
  return wrong("the " + std::string(field) + " in the package " +
               (field.ends_with('s') ? "are not those" : "is not that") +
               " which the entry commits to");
}

struct Named {
  Commitment terms;
  entry::PackageRef package;
};

std::optional<Named> named_by(const entry::Body& body) {
  return std::visit(
      [](const auto& kind) -> std::optional<Named> {
        if constexpr (requires {
                        kind.terms;
                        kind.package;
                      }) {
          // An emergency always has both.
          const std::optional<Commitment> terms(kind.terms);
          const std::optional<entry::PackageRef> package(kind.package);
          if (terms && package) return Named{*terms, *package};
        }
        return std::nullopt;
      },
      body);
}

}  // namespace

struct OpenedPackage::State {
  File file;
  entry::PackageRef ref;
  crypto::Sha256 hash;
  std::uint64_t read = 0;
  ByteSource bytes;
  std::optional<crypto::AgeDecryptor> decryptor;
  ByteView chunk;

  Result<std::size_t> read_sealed(MutableByteView space) {
    MC_ASSIGN(const std::size_t got, bytes(space));
    hash.update(ByteView(space).first(got));
    read += got;
    if (read > ref.bytes)
      return wrong("the package is larger than the " + std::to_string(ref.bytes) +
                   " bytes that the entry names");
    return got;
  }
};

OpenedPackage::OpenedPackage() : state_(std::make_unique<State>()) {}
OpenedPackage::~OpenedPackage() = default;

Result<std::unique_ptr<OpenedPackage>> OpenedPackage::open(const package::Store& store,
                                                           const crypto::Secret& identity,
                                                           const entry::PackageRef& ref) {
  std::unique_ptr<OpenedPackage> opened(new OpenedPackage());
  State& state = *opened->state_;
  MC_ASSIGN(state.file, store.read(ref.hash));
  state.ref = ref;
  state.bytes = read_from(state.file.fd(), store.path(ref.hash), Code::storage_failed);
  const crypto::Secret* const identities[] = {&identity};
  MC_ASSIGN(auto decryptor, crypto::AgeDecryptor::open(identities, [&state](MutableByteView space) {
              return state.read_sealed(space);
            }));
  state.decryptor.emplace(std::move(decryptor));
  return opened;
}

ByteSource OpenedPackage::source() {
  return [state = state_.get()](MutableByteView space) -> Result<std::size_t> {
    if (state->chunk.empty()) {
      MC_ASSIGN(state->chunk, state->decryptor->next());
    }
    const std::size_t size = std::min(space.size(), state->chunk.size());
    std::copy_n(state->chunk.begin(), size, space.begin());
    state->chunk = state->chunk.subspan(size);
    return size;
  };
}

Status OpenedPackage::check_hash() {
  ByteArray<4096> space;
  for (;;) {
    MC_ASSIGN(const std::size_t got, state_->read_sealed(space));
    if (got == 0) break;
  }
  const PackageHash found(state_->hash.finish());
  if (found != state_->ref.hash || state_->read != state_->ref.bytes)
    return wrong("the package has the hash " + to_text(found) + ", the entry names " +
                 to_text(state_->ref.hash));
  return {};
}

Status check_manifest_of(const package::Manifest& manifest, const entry::Header& header) {
  const auto differs = [](std::string_view field) {
    return wrong("manifest.json: field '" + std::string(field) +
                 "' is not that of the entry that names the package");
  };
  if (manifest.ledger != header.ledger) return differs("ledger");
  if (manifest.genesis != header.genesis) return differs("genesis");
  if (manifest.author != header.author) return differs("author");
  if (manifest.id != header.id) return differs("id");
  if (manifest.time != header.time) return differs("time");
  return {};
}

namespace {

using Values = std::vector<package::ValueOpening>;

/// application.json of the package that the entry names, with what opens the entry's `field`, and
/// what opens its other fields.
struct Application {
  std::string text;
  package::ValueOpening opening;
  Values values;
  std::vector<entry::TermsDocument> documents;
};

/// Documents of the package, by name.
std::vector<entry::TermsDocument> documents_of(const package::Manifest& manifest) {
  std::vector<entry::TermsDocument> documents;
  for (const package::FileEntry& file : manifest.files)
    if (file.name.starts_with(package::documents_prefix))
      documents.push_back({std::string(package::output_name(file)), file.size, file.digest});
  return documents;
}

Values::const_iterator find_value(const Values& values, std::string_view field) {
  return std::find_if(values.begin(), values.end(),
                      [&](const auto& value) { return value.field == field; });
}

Result<Application> open_application(const package::Store& store, const crypto::Secret& identity,
                                     const entry::Header& header, const entry::PackageRef& ref,
                                     std::string_view field) {
  MC_ASSIGN(const auto opened, OpenedPackage::open(store, identity, ref));
  MC_ASSIGN(auto reader, package::Reader::open(opened->source()));
  MC_TRY(check_manifest_of(reader.manifest(), header));
  std::string openings_text;
  Application application;
  for (;;) {
    MC_ASSIGN(const package::FileEntry* file, reader.next());
    if (file == nullptr) break;
    const auto kind = package::kind_of(file->name);
    if (kind && *kind == package::FileKind::openings) {
      MC_ASSIGN(openings_text, reader.text());
    } else if (kind && *kind == package::FileKind::application && file->size <= entry::max_terms) {
      MC_ASSIGN(application.text, reader.text());
    } else {
      MC_TRY(reader.copy([](ByteView) -> Status { return {}; }));
    }
  }
  MC_TRY(opened->check_hash());
  MC_ASSIGN(auto openings, package::parse_openings(openings_text, reader.manifest()));
  const auto opening = find_value(openings.values, field);
  if (opening == openings.values.end() || application.text.empty())
    return wrong("the package does not open the " + std::string(field) + " of its entry");
  if (Digest(crypto::sha256(as_bytes(application.text))) != opening->digest)
    return not_committed(field);
  application.opening = *opening;
  application.values = std::move(openings.values);
  application.documents = documents_of(reader.manifest());
  return application;
}

}  // namespace

Result<std::optional<entry::Terms>> open_terms(const package::Store& store,
                                               const crypto::Secret& identity,
                                               const entry::Entry& entry) {
  const auto named = named_by(entry.statement.body);
  if (!named) return std::optional<entry::Terms>();
  MC_ASSIGN(const Application application,
            open_application(store, identity, entry.statement.header, named->package, "terms"));
  if (entry::commit_terms(application.opening.salt, application.text) != named->terms)
    return not_committed("terms");
  MC_ASSIGN(auto terms, entry::parse_terms(application.text));
  if (terms.documents.value_or(std::vector<entry::TermsDocument>()) != application.documents)
    return wrong("the documents in the package are not those that its terms list");
  return std::optional(std::move(terms));
}

Result<std::optional<OpenedDocument>> open_document(const package::Store& store,
                                                    const crypto::Secret& identity,
                                                    const entry::Entry& entry) {
  const auto* body = std::get_if<entry::Prescription>(&entry.statement.body);
  if (body == nullptr || !body->document || !body->package) return std::optional<OpenedDocument>();
  MC_ASSIGN(Application application,
            open_application(store, identity, entry.statement.header, *body->package, "document"));
  if (entry::commit_document(application.opening.salt, application.opening.digest) !=
      *body->document)
    return not_committed("document");
  OpenedDocument document{std::move(application.text), std::nullopt};
  if (body->signature) {
    const auto opening = find_value(application.values, "signature");
    if (opening == application.values.end() ||
        entry::commit_document(opening->salt, opening->digest) != *body->signature)
      return not_committed("signature");
    document.signature = opening->digest;
  }
  return std::optional(std::move(document));
}

Result<package::Unpacked> open_documents(const package::Store& store,
                                         const crypto::Secret& identity, const entry::Entry& entry,
                                         const std::string& directory) {
  const auto named = named_by(entry.statement.body);
  MC_ASSERT(named.has_value());
  MC_ASSIGN(const auto opened, OpenedPackage::open(store, identity, named->package));
  MC_ASSIGN(auto files, package::Unpacked::unpack(opened->source(), directory));
  MC_TRY(opened->check_hash());
  return files;
}

}  // namespace medchain::exchange
