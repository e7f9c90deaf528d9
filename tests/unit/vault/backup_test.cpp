// Backups: one moment of a vault, and what is made of one has nothing that was erased since.
#include "vault/backup.hpp"

#include <doctest/doctest.h>

#include "unit/child.hpp"
#include "unit/vault/copies_support.hpp"

using namespace test;
using medchain::Status;

namespace {

vault::OpenOptions finishing() {
  vault::OpenOptions options;
  options.read_only = false;
  options.restored = true;
  return options;
}

/// The vault at `path`, with its erasures applied again.
vault::Reapplied finish(Copies& u, const std::string& path) {
  const auto restored = must(vault::Vault::open(path, finishing()));
  return u.Union::get([&](const ledger::Snapshot& view) { return vault::reapply_erasures(*restored, view); });
}

std::string copy_in(const std::string& path, std::uint64_t version, medchain::Error* error = nullptr) {
  const auto opened = must(vault::Vault::open(path, {}));
  std::string text;
  const Status status = opened->read([&] { return opened->read_copy(version, Copies::collect(text)); });
  if (!status && error != nullptr) *error = status.error();
  return status ? text : "";
}

/// Three records of two subjects, backed up; then record a, or all of p1, is erased on the ledger.
class Erased : public Copies {
 public:
  Erased() {
    auto run = copying();
    must(run.begin());
    std::uint64_t number = 0;
    for (const auto& [id, subject] : std::vector<std::pair<std::string, std::string>>{{"a", "p1"}, {"b", "p1"}, {"c", "p2"}}) {
      const std::string text = "canary of " + id;
      must(run.add(item(record_of(id, text, subject), ++number), in_memory(text)));
    }
    const auto batch = must(run.flush(log_time()));
    run.landed(batch.number, accept({batch.prepared}).entries.front().index);
    must(run.finish());
    must(vault::backup(*vault, backup));
  }
  entry::Row row(std::uint64_t number) {
    return ask([&](const vault::Vault& v) -> medchain::Result<entry::Row> { return v.row(v.version(number).value()); });
  }
  /// Slots of the restored vault: salt and copy key of a version, K of its subject.
  std::vector<vault::SecretValue> slots(std::uint64_t number) { return slots_in(restored, number); }
  std::vector<vault::SecretValue> slots_in(const std::string& directory, std::uint64_t number) {
    vault::Secrets secrets = must(vault::Secrets::open(directory + "/secrets", true));
    const auto whose = ask([&](const vault::Vault& v) { return v.subject(v.version(number).value().subject); });
    return {must(secrets.read(version(number).salt_slot)), must(secrets.read(place(number).key_slot)),
            must(secrets.read(whose.slot))};
  }
  std::string backup = dir.path("saved"), restored = dir.path("restored");
};

std::string all_bytes(const std::string& directory) {
  std::string bytes;
  for (const auto& file : fs::recursive_directory_iterator(directory))
    if (file.is_regular_file()) bytes += must(medchain::read_file(file.path().string(), 1u << 30, Code::internal));
  return bytes;
}

}  // namespace

TEST_CASE("a restored vault opens for nothing before its erasures are applied") {
  Erased u;
  must(vault::restore(u.backup, u.restored));
  CHECK(vault::is_restored(u.restored));
  check_refused(vault::Vault::open(u.restored, {}), Code::vault_restored, "not erased in it yet");
  vault::OpenOptions writing;
  writing.read_only = false;
  check_refused(vault::Vault::open(u.restored, writing), Code::vault_restored, "not erased in it yet");
  const auto done = finish(u, u.restored);
  CHECK(done.records == 0);
  CHECK(done.subjects == 0);
  CHECK_FALSE(vault::is_restored(u.restored));
  CHECK(copy_in(u.restored, 1) == "canary of a");
}

TEST_CASE("a record that was erased since the backup is erased again: salt, key and copy") {
  Erased u;
  const auto before = u.slots_in(u.backup, 1);
  u.accept({u.prepare(erase_of({u.row(1).record}))});
  must(vault::restore(u.backup, u.restored));
  CHECK(finish(u, u.restored).records == 1);
  medchain::Error error;
  CHECK(copy_in(u.restored, 1, &error).empty());
  CHECK(error.code == Code::copy_missing);
  CHECK(copy_in(u.restored, 2) == "canary of b");
  const auto slots = u.slots(1);
  CHECK(vault::is_erased(slots[0]));
  CHECK(vault::is_erased(slots[1]));
  CHECK_FALSE(vault::is_erased(slots[2]));
  for (const auto& slot : u.slots(2)) CHECK_FALSE(vault::is_erased(slot));
  // No raw file of the vault has them any more.
  const std::string bytes = all_bytes(u.restored);
  for (std::size_t i = 0; i < 2; ++i) CHECK(bytes.find(medchain::as_text(before[i])) == std::string::npos);
  CHECK(bytes.find(medchain::as_text(before[2])) != std::string::npos);
}

TEST_CASE("of an erased subject all is destroyed, also after a crash in between") {
  Erased u;
  u.accept({u.prepare(erase_of({}, {u.row(1).subject}))});
  must(vault::restore(u.backup, u.restored));
  {
    // As if the last run ended when the keys of subjects were gone, or only some of the slots were.
    const auto k = u.ask([&](const vault::Vault& v) { return v.subject(v.version(1).value().subject); });
    vault::Secrets secrets = must(vault::Secrets::open(u.restored + "/secrets", false));
    must(secrets.destroy(k.slot));
    must(secrets.destroy(u.version(1).salt_slot));
  }
  CHECK(vault::is_restored(u.restored));
  CHECK(finish(u, u.restored).records == 1);
  for (const std::uint64_t number : {1u, 2u})
    for (const auto& slot : u.slots(number)) CHECK(vault::is_erased(slot));
  CHECK(copy_in(u.restored, 3) == "canary of c");
  CHECK(finish(u, u.restored).records == 0);
}

TEST_CASE("a subject that was erased loses its key too") {
  Erased u;
  u.accept({u.prepare(erase_of({}, {u.row(1).subject}))});
  must(vault::restore(u.backup, u.restored));
  const auto done = finish(u, u.restored);
  CHECK(done.records == 2);
  CHECK(done.subjects == 1);
  for (const std::uint64_t number : {1u, 2u})
    for (const auto& slot : u.slots(number)) CHECK(vault::is_erased(slot));
}

TEST_CASE("a blob of erased copies alone goes with them") {
  Copies u;
  const std::string large((1u << 20) + 1, 'x');
  u.put({{"large", large}, {"small", "text"}});
  must(vault::backup(*u.vault, u.dir.path("saved")));
  const auto row = u.ask([&](const vault::Vault& v) { return v.row(v.version(1).value()); });
  u.accept({u.prepare(erase_of({row.record}))});
  must(vault::restore(u.dir.path("saved"), u.dir.path("restored")));
  CHECK(finish(u, u.dir.path("restored")).records == 1);
  CHECK_FALSE(fs::exists(vault::blob_path(u.dir.path("restored"), u.place(1).blob)));
  CHECK(copy_in(u.dir.path("restored"), 2) == "text");
}

TEST_CASE("backups and vaults are not made over something, and nothing is left of a refusal") {
  Erased u;
  check_refused(vault::backup(*u.vault, u.backup), Code::vault_conflict, "there already");
  check_refused(vault::restore(u.backup, u.path()), Code::vault_conflict, "there already");
  check_refused(vault::restore(u.dir.path("nowhere"), u.restored), Code::vault_missing, "no backup");
  CHECK_FALSE(fs::exists(u.restored));
  fs::remove(u.backup + "/secrets");
  check_refused(vault::restore(u.backup, u.restored), Code::vault_missing, "secrets");
  CHECK_FALSE(fs::exists(u.restored));
  for (const auto& item : fs::directory_iterator(u.dir.path("."))) CHECK(item.path().string().find("unfinished") == std::string::npos);
}

TEST_CASE("a cut backup is refused") {
  Erased u;
  fs::resize_file(u.backup + "/data.mdb", fs::file_size(u.backup + "/data.mdb") / 2);
  // After a damaged page was met the process must end.
  u.vault.reset();
  u.ledger.reset();
  CHECK(run_in_child([&] {
          const Status restored = vault::restore(u.backup, u.restored);
          return !restored && restored.error().code == Code::store_damaged ? 0 : 1;
        }) == 0);
  CHECK_FALSE(fs::exists(u.restored));
}

TEST_CASE("what an earlier backup left unfinished is replaced") {
  Erased u;
  fs::create_directory(u.dir.path(".again.unfinished"));
  std::ofstream(u.dir.path(".again.unfinished") + "/data.mdb") << "half";
  must(vault::backup(*u.vault, u.dir.path("again")));
  CHECK_FALSE(fs::exists(u.dir.path(".again.unfinished")));
  must(vault::restore(u.dir.path("again"), u.restored));
}

TEST_CASE("a batch that is pending in the backup is settled in the restored vault") {
  Copies u;
  u.put({{"a", "text a"}});
  auto run = u.copying();
  must(run.begin());
  const std::string text = "text b";
  must(run.add(Copies::item(record_of("b", text), 1), in_memory(text)));
  const auto batch = must(run.flush(u.log_time()));
  must(vault::backup(*u.vault, u.dir.path("saved")));
  u.accept({batch.prepared});
  must(vault::restore(u.dir.path("saved"), u.dir.path("restored")));
  finish(u, u.dir.path("restored"));
  vault::OpenOptions writing;
  writing.read_only = false;
  const auto restored = must(vault::Vault::open(u.dir.path("restored"), writing));
  CHECK(must(vault::settle(*restored, *u.ledger, u.appender())).found == 1);
  std::string got;
  must(restored->read([&] { return restored->read_copy(2, Copies::collect(got)); }));
  CHECK(got == text);
}
