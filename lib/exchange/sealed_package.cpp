#include "exchange/sealed_package.hpp"

#include <algorithm>
#include <map>

#include "crypto/age.hpp"
#include "crypto/sha256.hpp"
#include "package/writer.hpp"

namespace medchain::exchange {
namespace {

constexpr std::string_view application_name = "application.json";

package::FileEntry file_of(std::string name, std::string_view text) {
  return {std::move(name), text.size(), Digest(crypto::sha256(as_bytes(text)))};
}

/// The texts of a package beside its records, by member name.
struct Made {
  package::Manifest manifest;
  std::map<std::string, std::string> texts;
  std::map<std::string, const RecordPart*> records;
  std::map<std::string, const DocumentPart*> documents;
};

/// The text of application.json and what commits to it.
struct Application {
  std::string_view field;
  const std::string& text;
  const Salt& salt;
};
std::optional<Application> application_of(const Contents& contents) {
  MC_ASSERT(!contents.terms || !contents.document);
  if (contents.terms) return Application{"terms", contents.terms->text, contents.terms->salt};
  if (contents.document)
    return Application{"document", contents.document->text, contents.document->salt};
  return std::nullopt;
}

Result<Made> make(const entry::Header& header, const Contents& contents) {
  MC_ASSERT(header.genesis.has_value());
  Made made;
  package::Manifest& manifest = made.manifest;
  manifest.ledger = header.ledger;
  manifest.genesis = *header.genesis;
  manifest.author = header.author;
  manifest.id = header.id;
  manifest.time = header.time;
  for (const RecordPart& part : contents.records) made.records[part.opening.file] = &part;
  package::Openings openings;
  for (const auto& [name, part] : made.records) {
    manifest.files.push_back({name, part->size, part->digest});
    openings.records.push_back(part->opening);
  }
  openings.values = contents.values;
  const auto application = application_of(contents);
  if (application) {
    const package::FileEntry file = file_of(std::string(application_name), application->text);
    openings.values.push_back(
        {std::string(application->field), file.digest, application->salt, file.name, std::nullopt});
  }
  std::sort(openings.values.begin(), openings.values.end(),
            [](const auto& a, const auto& b) { return a.field < b.field; });
  const std::string openings_text = package::format_openings(openings);
  const auto add = [&](std::string name, std::string text) {
    manifest.files.push_back(file_of(name, text));
    made.texts.emplace(std::move(name), std::move(text));
  };
  add(std::string(package::openings_name), openings_text);
  std::map<std::string, std::string_view> proofs;
  for (const ProofPart& proof : contents.proofs)
    proofs[std::string(package::proofs_prefix) + proof.record_name +
           std::string(package::proof_suffix)] = proof.text;
  for (const auto& [name, text] : proofs) add(name, std::string(text));
  for (const DocumentPart& part : contents.documents)
    made.documents[std::string(package::documents_prefix) + part.facts.name] = &part;
  for (const auto& [name, part] : made.documents)
    manifest.files.push_back({name, part->facts.size, part->facts.digest});
  if (application) add(std::string(application_name), application->text);
  MC_TRY(package::check_openings(openings, manifest));
  return made;
}

Status write(const Made& made, const ByteSink& sink) {
  MC_ASSIGN(auto writer, package::Writer::begin(made.manifest, sink));
  while (const package::FileEntry* next = writer.next()) {
    if (const auto record = made.records.find(next->name); record != made.records.end()) {
      MC_ASSIGN(const ByteSource source, record->second->open());
      MC_TRY(writer.add(source));
    } else if (const auto document = made.documents.find(next->name);
               document != made.documents.end()) {
      MC_ASSIGN(const ByteSource source, document->second->open());
      MC_TRY(writer.add(source));
    } else {
      const std::string& text = made.texts.at(next->name);
      MC_TRY(writer.add(read_from(as_bytes(text))));
    }
  }
  return writer.finish();
}

Status encrypt(const Made& made, std::span<const Receiver> receivers,
               std::vector<crypto::AgeRecipient> keys, crypto::Random& random,
               const ByteSink& sink) {
  for (const Receiver& receiver : receivers) keys.push_back(receiver.key);
  MC_ASSIGN(auto sealer, crypto::AgeEncryptor::create(keys, crypto::AgeForm::binary, random, sink));
  MC_TRY(write(made, [&](ByteView bytes) { return sealer.write(bytes); }));
  return sealer.finish();
}

}  // namespace

SealedTerms seal_terms(const entry::Terms& terms, crypto::Random& random) {
  SealedTerms sealed;
  sealed.text = entry::format_terms(terms);
  random.fill(sealed.salt.bytes);
  return sealed;
}

SealedDocument seal_document(std::string text, crypto::Random& random) {
  SealedDocument sealed{std::move(text), {}};
  random.fill(sealed.salt.bytes);
  return sealed;
}

Commitment SealedDocument::commitment() const {
  return entry::commit_document(salt, Digest(crypto::sha256(as_bytes(text))));
}

Result<std::vector<Receiver>> receivers_of(const rules::View& view, const MemberName& author,
                                           const std::vector<MemberName>& must,
                                           const std::vector<MemberName>& may) {
  std::map<MemberName, crypto::AgeRecipient> found;
  const auto add = [&](const MemberName& name, bool is_needed) -> Status {
    if (found.contains(name)) return {};
    MC_ASSIGN(const auto state, rules::member(view, name));
    const auto lacking = [&](Code code, std::string_view what) -> Status {
      if (!is_needed) return {};
      return fail(code, quote(name.get()) + std::string(what));
    };
    if (!state) return lacking(Code::member_unknown, " is not a member of this ledger");
    if (state->status != rules::MemberStatus::active)
      return lacking(Code::member_inactive, " is " + std::string(entry::word_of(state->status)));
    if (!state->card.seal)
      return lacking(Code::key_missing, " has no seal key, no package can be for it");
    found.emplace(name, *state->card.seal);
    return {};
  };
  for (const MemberName& name : must) MC_TRY(add(name, true));
  for (const MemberName& name : may) MC_TRY(add(name, false));
  MC_TRY(add(author, false));
  std::vector<Receiver> receivers;
  for (const auto& [name, key] : found) receivers.push_back({name, key});
  return receivers;
}

Result<SealedPackage> seal(package::Store* store, const entry::Header& header,
                           const Contents& contents, std::span<const Receiver> receivers,
                           crypto::Random& random) {
  MC_ASSIGN(const Made made, make(header, contents));
  SealedPackage sealed;
  for (const Receiver& receiver : receivers) sealed.ref.to.push_back(receiver.name);
  if (store == nullptr) {
    crypto::Sha256 hash;
    MC_TRY(encrypt(made, receivers, contents.bearers, random, [&](ByteView bytes) -> Status {
      hash.update(bytes);
      sealed.ref.bytes += bytes.size();
      return {};
    }));
    sealed.ref.hash = PackageHash(hash.finish());
    return sealed;
  }
  MC_ASSIGN(auto staged, store->stage());
  MC_TRY(encrypt(made, receivers, contents.bearers, random, staged.sink()));
  MC_ASSIGN(const package::Sealed file, staged.seal());
  sealed.ref.hash = file.hash;
  sealed.ref.bytes = file.bytes;
  sealed.staged = std::make_unique<package::Staged>(std::move(staged));
  return sealed;
}

}  // namespace medchain::exchange
