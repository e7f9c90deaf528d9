#include "vault/vault.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "entry/codec.hpp"
#include "vault/backup.hpp"
#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

const std::vector<std::string>& table_names() {
  static const std::vector<std::string> names = {"meta",    "versions",     "ids",
                                                 "digests", "subjects",     "subject-names",
                                                 "paths",   "path-numbers", "batches"};
  return names;
}

/// Since the first vaults.
const std::vector<std::string>& later_tables() {
  static const std::vector<std::string> names = {
      "acts",     "copies",         "blobs",   "erasures", "received-tags",
      "sketches", "second-digests", "id-keys", "id-runs",  "digest-runs"};
  return names;
}

Error damaged(std::string message) {
  return fail(Code::store_damaged, "vault: " + std::move(message));
}

json::Object owner_object(const Owner& owner) {
  json::Object object;
  object.set("member", owner.member.get())
      .set("ledger", owner.origin)
      .set("genesis", to_text(owner.genesis));
  return object;
}

Result<Owner> parse_owner(std::string_view text) {
  const auto object = json::parse_object(text);
  if (!object) return damaged("owner: " + object.error().message);
  const auto field = [&](std::string_view name) -> std::string {
    const json::Value* value = object->find(name);
    return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
  };
  Owner owner;
  MC_ASSIGN(owner.member, MemberName::parse(field("member")));
  owner.origin = field("ledger");
  MC_ASSIGN(owner.genesis, parse_hash<GenesisHash>(field("genesis")));
  return owner;
}

constexpr std::string_view unfinished = "/unfinished";

/// The marker file of a vault in the making, locked.  Of two processes that make one vault only one
/// goes on: who comes when the other is done has a marker that is gone, or a new one beside a
/// finished vault.
Result<File> claim_marker(const std::string& directory) {
  const std::string path = directory + std::string(unfinished);
  const Error taken =
      fail(Code::lock_timeout, "another process is making the vault " + quote(directory));
  auto marker = open_file(path, O_RDWR | O_CREAT | O_EXCL, Code::storage_failed, 0600);
  if (marker && (file_exists(directory + "/data.mdb") || file_exists(directory + "/secrets"))) {
    unlink(path.c_str());
    return taken;
  }
  if (!marker && !file_exists(path)) return std::move(marker).error();
  if (!marker) marker = open_file(path, O_RDWR, Code::storage_failed);
  if (!marker) return taken;
  struct stat info {};
  if (flock(marker->fd(), LOCK_EX | LOCK_NB) == 0 && fstat(marker->fd(), &info) == 0 &&
      info.st_nlink > 0)
    return marker;
  return taken;
}

Status check_directory(const std::string& directory) {
  struct stat info {};
  if (stat(directory.c_str(), &info) != 0)
    return fail(Code::vault_missing, "there is no vault at " + quote(directory));
  return check_private_directory(directory);
}

}  // namespace

RecordKey record_key(std::string_view source, std::string_view type, std::string_view id) {
  std::string text;
  text.reserve(source.size() + type.size() + id.size() + 6);
  for (const std::string_view part : {source, type, id}) {
    append_be(static_cast<std::uint16_t>(part.size()), text);
    text.append(part);
  }
  const auto hash = crypto::sha256(as_bytes(text));
  RecordKey key;
  std::copy_n(hash.begin(), key.size(), key.begin());
  return key;
}

bool Vault::exists(const std::string& directory) {
  return file_exists(directory + "/data.mdb") && !file_exists(directory + std::string(unfinished));
}

Status Vault::create(const std::string& directory, const Owner& owner, crypto::Random& random) {
  std::error_code failed;
  if (std::filesystem::exists(directory, failed) &&
      !file_exists(directory + std::string(unfinished)) &&
      (!std::filesystem::is_empty(directory, failed) || failed))
    return fail(Code::vault_conflict,
                quote(directory) + " is not empty; a vault is only made in an empty directory");
  MC_TRY(make_directory(directory, 0700, true));
  MC_TRY(check_directory(directory));
  MC_ASSIGN(const File marker, claim_marker(directory));
  for (const std::string_view name : {"/secrets", "/data.mdb", "/lock.mdb"})
    std::filesystem::remove(directory + std::string(name), failed);
  MC_TRY(Secrets::create(directory + "/secrets"));
  MC_ASSIGN(Secrets secrets, Secrets::open(directory + "/secrets", false));
  // The key of records without a subject: subject number 0.
  SecretValue k;
  random.fill(k);
  MC_TRY(secrets.write(Secrets::first_slot, std::span(&k, 1)));
  MC_TRY(secrets.sync());

  store::OpenOptions options;
  options.tables = table_names();
  options.later_tables = later_tables();
  options.create = true;
  options.mode = 0600;
  MC_ASSIGN(auto environment, store::Environment::open(directory, options));
  MC_ASSIGN(auto txn, environment->begin_write());
  const store::Table meta = environment->table("meta");
  MC_TRY(txn.insert(meta, as_bytes("layout"), as_bytes(vault_layout)));
  MC_TRY(txn.insert(meta, as_bytes("owner"), as_bytes(json::write(owner_object(owner)))));
  MC_TRY(txn.insert(meta, as_bytes("next-slot"), number_key(Secrets::first_slot + 1)));
  MC_TRY(txn.insert(environment->table("subject-names"), number_key(0),
                    encode_subject(Secrets::first_slot, "")));
  MC_TRY(std::move(txn).commit());
  const std::string path = directory + std::string(unfinished);
  if (unlink(path.c_str()) != 0) return fail_errno(Code::storage_failed, "remove", path, errno);
  return sync_directory(directory);
}

Result<std::unique_ptr<Vault>> Vault::open(const std::string& directory,
                                           const OpenOptions& options) {
  if (!exists(directory))
    return fail(Code::vault_missing, "there is no vault at " + quote(directory));
  MC_TRY(check_directory(directory));
  if (!options.restored && is_restored(directory))
    return fail(Code::vault_restored,
                "the vault " + quote(directory) +
                    " was restored, and what was erased since its backup is not erased in it yet")
        .with_hint("medchain-vault restore DIR completes it");
  std::unique_ptr<Vault> vault(new Vault());
  vault->directory_ = directory;
  vault->is_read_only_ = options.read_only;
  MC_ASSIGN(vault->secrets_, Secrets::open(directory + "/secrets", options.read_only));
  if (!options.read_only) MC_TRY(vault->secrets_->lock(options.lock_wait));
  store::OpenOptions store_options;
  store_options.tables = table_names();
  store_options.later_tables = later_tables();
  store_options.read_only = options.read_only;
  store_options.mode = 0600;  // lock.mdb of a copy that came without
  store_options.lock_wait = options.lock_wait;
  MC_ASSIGN(vault->environment_, store::Environment::open(directory, store_options));
  store::Environment& env = *vault->environment_;
  vault->tables_ = {env.table("meta"),
                    env.table("versions"),
                    env.table("ids"),
                    env.table("subjects"),
                    env.table("subject-names"),
                    env.table("paths"),
                    env.table("path-numbers"),
                    env.table("batches"),
                    {env.later_table("id-keys"), env.later_table("id-runs"), version_key_size},
                    {env.table("digests"), env.later_table("digest-runs"), version_key_size},
                    env.later_table("acts"),
                    env.later_table("copies"),
                    env.later_table("blobs")};
  MC_TRY(vault->read([&]() -> Status {
    MC_ASSIGN(const auto layout, vault->txn_->get(vault->tables_.meta, as_bytes("layout")));
    if (!layout) return damaged("meta 'layout' is missing");
    if (as_text(*layout) != vault_layout && as_text(*layout) != layout_without_runs)
      return fail(Code::ledger_newer, "the vault has layout " + quote(as_text(*layout)) +
                                          ", this medchain reads " + quote(vault_layout));
    MC_ASSIGN(const auto owner, vault->txn_->get(vault->tables_.meta, as_bytes("owner")));
    if (!owner) return damaged("meta 'owner' is missing");
    MC_ASSIGN(vault->owner_, parse_owner(as_text(*owner)));
    return vault->for_each_batch([&](std::uint64_t number, const Batch& batch) -> Status {
      if (batch.state == BatchState::abandoned) vault->abandoned_.insert(number);
      return {};
    });
  }));
  return vault;
}

Status Vault::check_owner(const Owner& expected) const {
  if (owner_ == expected) return {};
  return fail(Code::vault_conflict,
              "the vault " + quote(directory_) + " is of " + quote(owner_.member.get()) +
                  " on ledger " + quote(owner_.origin) + " (genesis " + to_text(owner_.genesis) +
                  "), not of " + quote(expected.member.get()) + " on " + quote(expected.origin) +
                  " (genesis " + to_text(expected.genesis) + ")");
}

Status Vault::read(const std::function<Status()>& work) {
  MC_ASSERT(!txn_);
  auto txn = environment_->begin_read();
  if (!txn) return std::move(txn).error();
  txn_.emplace(std::move(txn).value());
  Status status = store::guard_damage(work);
  txn_.reset();
  return status;
}

Status Vault::write(const std::function<Status(store::WriteTxn&)>& work) {
  MC_ASSIGN(auto txn, environment_->begin_write());
  return store::guard_damage([&]() -> Status {
    MC_TRY(work(txn));
    return std::move(txn).commit();
  });
}

Result<std::uint64_t> Vault::counter(std::string_view name) const {
  MC_ASSIGN(const auto found, txn_->get(tables_.meta, as_bytes(name)));
  if (!found) return std::uint64_t{0};
  if (found->size() != 8) return damaged("meta " + quote(name) + " is damaged");
  return load_be<std::uint64_t>(*found);
}

Result<Version> Vault::version(std::uint64_t number) const { return version_in(*txn_, number); }

Result<Batch> Vault::batch(std::uint64_t number) const {
  MC_ASSIGN(const auto found, txn_->get(tables_.batches, number_key(number)));
  if (!found) return damaged("batch " + std::to_string(number) + " is missing");
  return decode_batch(*found);
}

Result<std::string> Vault::path(std::uint64_t number) const {
  if (number == 0) return std::string();
  MC_ASSIGN(const auto found, txn_->get(tables_.paths, number_key(number)));
  if (!found) return damaged("path " + std::to_string(number) + " is missing");
  return std::string(as_text(*found));
}

Result<std::string> Vault::subject_name(std::uint64_t number) const {
  MC_ASSIGN(const auto found, txn_->get(tables_.subject_names, number_key(number)));
  if (!found || found->size() < 8)
    return damaged("subject " + std::to_string(number) + " is missing");
  return std::string(as_text(found->subspan(8)));
}

Result<Subject> Vault::subject(std::uint64_t number) const {
  MC_ASSIGN(const auto found, txn_->get(tables_.subject_names, number_key(number)));
  if (!found || found->size() < 8)
    return damaged("subject " + std::to_string(number) + " is missing");
  Subject subject;
  subject.number = number;
  subject.slot = load_be<std::uint64_t>(*found);
  MC_ASSIGN(subject.k, secrets_->read(subject.slot));
  subject.tag = entry::subject_tag(subject.k, owner_.genesis);
  return subject;
}

Result<std::optional<Subject>> Vault::find_subject(std::string_view name) const {
  MC_ASSIGN(const auto found, txn_->get(tables_.subjects, subject_key(name)));
  if (!found) return std::optional<Subject>();
  if (found->size() != 8) return damaged("the subject index is damaged");
  MC_ASSIGN(Subject known, subject(load_be<std::uint64_t>(*found)));
  return std::optional<Subject>(std::move(known));
}

Result<Salt> Vault::salt(const Version& version) const {
  MC_ASSIGN(const SecretValue value, secrets_->read(version.salt_slot));
  return Salt(value);
}

Result<std::optional<CopyPlace>> Vault::copy(std::uint64_t number) const {
  if (!tables_.copies) return std::optional<CopyPlace>();
  MC_ASSIGN(const auto found, txn_->get(*tables_.copies, number_key(number)));
  if (!found) return std::optional<CopyPlace>();
  MC_ASSIGN(const CopyPlace place, decode_copy(*found));
  return std::optional<CopyPlace>(place);
}

Result<std::optional<Blob>> Vault::blob(std::uint64_t number) const {
  if (!tables_.blobs) return std::optional<Blob>();
  MC_ASSIGN(const auto found, txn_->get(*tables_.blobs, number_key(number)));
  if (!found) return std::optional<Blob>();
  MC_ASSIGN(const Blob blob, decode_blob(*found));
  return std::optional<Blob>(blob);
}

Status Vault::make_blobs() {
  if (file_exists(blobs())) return {};
  MC_TRY(make_directory(blobs(), 0700, true));
  return sync_directory(directory_);
}

Result<bool> Vault::try_lock() {
  const Status locked = secrets_->lock(std::chrono::milliseconds(0));
  if (!locked && locked.error().code == Code::lock_timeout) return false;
  if (!locked) return locked.error();
  return true;
}

void Vault::unlock() { secrets_->unlock(); }

bool Vault::has_blob(std::uint64_t number) const {
  return file_exists(blob_path(directory_, number));
}

Status Vault::read_copy(std::uint64_t number, const ByteSink& sink) const {
  MC_ASSIGN(const auto place, copy(number));
  if (!place) return fail(Code::copy_missing, "the vault has no copy of the record");
  MC_ASSIGN(SecretValue key, secrets_->read(place->key_slot));
  const crypto::WipeOnExit wiped(key);
  if (is_erased(key)) return fail(Code::record_erased, "the record was erased from this vault");
  return open_copy(directory_, *place, key, sink);
}

Result<std::function<Result<ByteSource>()>> Vault::copy_opener(std::uint64_t number) const {
  MC_ASSIGN(const auto place, copy(number));
  if (!place) return fail(Code::copy_missing, "the vault has no copy of the record");
  MC_ASSIGN(const SecretValue key, secrets_->read(place->key_slot));
  if (is_erased(key)) return fail(Code::record_erased, "the record was erased from this vault");
  std::function<Result<ByteSource>()> opener = [directory = directory_, place = *place,
                                                key]() -> Result<ByteSource> {
    MC_ASSIGN(auto opened, CopyReader::open(directory, place, key));
    const auto reader = std::make_shared<CopyReader>(std::move(opened));
    ByteSource source = [reader,
                         rest = ByteView()](MutableByteView space) mutable -> Result<std::size_t> {
      if (rest.empty()) {
        MC_ASSIGN(rest, reader->next());
      }
      const std::size_t size = std::min(space.size(), rest.size());
      std::copy_n(rest.begin(), size, space.begin());
      rest = rest.subspan(size);
      return size;
    };
    return source;
  };
  return opener;
}

Status Vault::for_each_version(
    const std::function<Status(std::uint64_t, const Version&)>& visit) const {
  MC_ASSIGN(auto cursor, txn_->cursor(tables_.versions));
  MC_ASSIGN(bool there, cursor.first());
  while (there) {
    if (cursor.key().size() != 8) return damaged("a key of the versions table is damaged");
    MC_ASSIGN(const Version found, decode_version(cursor.value()));
    MC_TRY(visit(load_be<std::uint64_t>(cursor.key()), found));
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

Status Vault::for_each_blob(const std::function<Status(std::uint64_t, const Blob&)>& visit) const {
  if (!tables_.blobs) return {};
  MC_ASSIGN(auto cursor, txn_->cursor(*tables_.blobs));
  MC_ASSIGN(bool there, cursor.first());
  while (there) {
    if (cursor.key().size() != 8) return damaged("a key of the blobs table is damaged");
    MC_ASSIGN(const Blob found, decode_blob(cursor.value()));
    MC_TRY(visit(load_be<std::uint64_t>(cursor.key()), found));
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

Status Vault::for_each_batch(
    const std::function<Status(std::uint64_t, const Batch&)>& visit) const {
  MC_ASSIGN(auto cursor, txn_->cursor(tables_.batches));
  MC_ASSIGN(bool there, cursor.first());
  while (there) {
    if (cursor.key().size() != 8) return damaged("a key of the batches table is damaged");
    MC_ASSIGN(const Batch found, decode_batch(cursor.value()));
    MC_TRY(visit(load_be<std::uint64_t>(cursor.key()), found));
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

Result<entry::Row> Vault::row(const Version& version) const {
  MC_ASSIGN(const Subject whose, subject(version.subject));
  MC_ASSIGN(const Salt opening, salt(version));
  if (is_erased(whose.k) || is_erased(opening.bytes))
    return fail(Code::record_erased, "the record was erased from this vault");
  entry::Row row;
  row.flags = version.flags;
  row.subject = whose.tag;
  row.record = entry::record_tag(whose.k, owner_.genesis, version.source, version.type, version.id);
  row.commitment = entry::commit(opening, version.digest);
  return row;
}

}  // namespace medchain::vault
