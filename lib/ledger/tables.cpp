#include "base/file.hpp"
#include "entry/policy.hpp"
#include "ledger/tables_internal.hpp"

namespace medchain::ledger {

Result<OpenedTables> open_tables(const std::string& directory, store::OpenOptions options) {
  options.tables = {"meta", "entries", "manifests", "tree", "state", "records", "subjects"};
  // Runs of the indexes came with layout 2: who knows layout 1 alone would miss rows.
  options.later_tables = {"record-runs", "subject-runs"};
  OpenedTables opened;
  MC_ASSIGN(opened.environment, store::Environment::open(directory, options));
  const store::Environment& all = *opened.environment;
  opened.tables = {all.table("meta"),
                   all.table("entries"),
                   all.table("manifests"),
                   all.table("tree"),
                   all.table("state"),
                   {all.table("records"), all.later_table("record-runs"), index_key_size},
                   {all.table("subjects"), all.later_table("subject-runs"), index_key_size}};
  return opened;
}

Status write_new_meta(store::WriteTxn& txn, const Tables& tables, std::string_view layout,
                      crypto::Random& random) {
  MC_TRY(txn.insert(tables.meta, as_bytes("layout"), as_bytes(layout)));
  ByteArray<16> secret;
  random.fill(secret);
  return txn.insert(tables.meta, as_bytes("index-secret"), secret);
}

Result<DerivedFiles> derived_files(const Snapshot& view) {
  DerivedFiles files;
  MC_ASSIGN(files.checkpoint, view.checkpoint());
  MC_ASSIGN(const auto policy, rules::policy(view));
  MC_ASSIGN(const auto log, rules::log_key(view));
  files.policy = note::format_policy(entry::tlog_policy(policy, log));
  return files;
}

Status write_files(const std::string& directory, const DerivedFiles& files) {
  MC_TRY(replace_file(directory + "/checkpoint", files.checkpoint, 0644, Durability::derived));
  const std::string path = directory + "/policy";
  MC_ASSIGN(const auto existing, read_file_if_exists(path, 1 << 20, Code::storage_failed));
  if (existing && *existing == files.policy) return {};
  return replace_file(path, files.policy, 0644, Durability::derived);
}

}  // namespace medchain::ledger
