// medchain-verify vault and medchain-vault check: a vault against its ledger, its sources, its
// copies.
#include <map>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/copy_digest.hpp"
#include "cli/places.hpp"
#include "cli/record_report.hpp"
#include "cli/vault_acts.hpp"
#include "cli/verify_acts.hpp"
#include "cli/workspace.hpp"
#include "exchange/deletion.hpp"
#include "package/store.hpp"
#include "source/rereader.hpp"
#include "vault/indexes.hpp"
#include "vault/locators.hpp"
#include "verify/record_check.hpp"

namespace medchain::cli {
namespace {

using verify::RecordVerdict;

class VaultCheck {
 public:
  struct What {
    bool sources = true, copies = false;
  };
  VaultCheck(Session& session, const vault::Vault& vault, const ledger::Snapshot& view, What what,
             RecordReport& out)
      : session_(session),
        vault_(vault),
        checker_(view, &vault, {}),
        what_(what),
        out_(out),
        progress_(session.progress("records", 0)) {}

  /// Within Vault::read().
  Status run() {
    return vault_.for_each_version(
        [&](std::uint64_t number, const vault::Version& version) -> Status {
          if (session_.interrupted())
            return fail(Code::interrupted,
                        "stopped by a signal after " + std::to_string(out_.count()) + " records");
          progress_->update(out_.count(), 0);
          MC_ASSIGN(const vault::Batch batch, vault_.batch(version.batch));
          if (batch.state == vault::BatchState::abandoned) return {};
          return check(number, version);
        });
  }

 private:
  Status check(std::uint64_t number, const vault::Version& version) {
    MC_ASSIGN(const std::string path, vault_.path(version.path));
    std::string place =
        path.empty() ? "version " + std::to_string(number) : escape_for_terminal(path);
    if (version.line > 0) place += ":" + std::to_string(version.line);
    MC_ASSIGN(const auto finding, checker_.check_version(number, version));
    const bool is_erased = finding.verdict == RecordVerdict::erased;
    if (what_.copies) MC_TRY(check_copy(number, version, place, is_erased));
    if (is_erased) {
      out_.count_good();
      return {};
    }
    if (!verify::is_good(finding.verdict)) return out_.add(place, finding);
    // Only the newest version is expected to stand at its source; what came by standard input has
    // none.
    MC_ASSIGN(const auto latest,
              vault_.find(vault::record_key(version.source, version.type, version.id)));
    if (path.empty() || !what_.sources || !latest || latest->number != number) {
      out_.count_good();
      return {};
    }
    return check_source(path, version, place);
  }

  Status check_source(const std::string& path, const vault::Version& version,
                      const std::string& place) {
    const auto read = sources_.reread(vault::locator(version, path), 0);
    if (!read)
      return out_.add_problem(file_exists(path) ? "source.changed" : "source.missing", place,
                              read.error().message);
    if (read->digest != version.digest)
      return out_.add_problem("source.changed", place,
                              "the bytes are not those that were anchored");
    out_.count_good();
    return {};
  }

  Status check_copy(std::uint64_t number, const vault::Version& version, const std::string& place,
                    bool is_erased) {
    MC_ASSIGN(const auto copy, vault_.copy(number));
    if (!copy) return {};
    if (!is_erased && !vault_.has_blob(copy->blob))
      return out_.add_other(
          "copy.missing", place,
          "there is no " + quote(vault::blob_path(vault_.directory(), copy->blob)));
    const auto digest =
        digest_of_copy(vault_, number, (version.flags & entry::Row::flag_canonical_json) != 0);
    if (is_erased) {
      if (!digest) return {};
      return out_.add_other("copy.kept", place, "the record was erased, its copy can be read");
    }
    if (!digest && digest.error().code != Code::copy_damaged &&
        digest.error().code != Code::record_erased)
      return digest.error();
    if (!digest) return out_.add_other("copy.damaged", place, digest.error().message);
    if (*digest != version.digest)
      return out_.add_other("copy.damaged", place, "it has other bytes than were anchored");
    return {};
  }

  Session& session_;
  const vault::Vault& vault_;
  verify::RecordChecker checker_;
  What what_;
  RecordReport& out_;
  source::Rereader sources_;
  std::unique_ptr<Progress> progress_;
};

/// Files that no row names.  While another run uses the vault it may be writing one of them.
Status check_orphans(Session& session, vault::Vault& vault, RecordReport& out) {
  MC_ASSIGN(const bool is_ours, vault.try_lock());
  if (!is_ours) {
    session.warn("another run uses the vault: did not look for copies that nothing refers to");
    return {};
  }
  const Status done = vault.read([&] {
    return vault::for_each_blob_file(
        vault.directory(),
        [&](const std::string& name, std::optional<std::uint64_t> number) -> Status {
          if (number) {
            MC_ASSIGN(const auto known, vault.blob(*number));
            if (known) return {};
          }
          return out.add_other("copy.orphaned", escape_for_terminal(vault.blobs() + "/" + name),
                               number ? "the next run of medchain-vault put removes it"
                                      : "it is not named as a file of copies");
        });
  });
  vault.unlock();
  return done;
}

std::string_view package_finding(package::Finding::Kind kind) {
  switch (kind) {
    case package::Finding::Kind::missing:
      return "package.missing";
    case package::Finding::Kind::damaged:
      return "package.damaged";
    case package::Finding::Kind::orphaned:
      return "package.orphaned";
    case package::Finding::Kind::foreign:
      return "package.foreign";
  }
  return "";
}

Status check_packages(ledger::Ledger& ledger, const std::string& directory, RecordReport& out) {
  std::map<PackageHash, MemberName> authors;
  const auto expected = [&]() -> Result<std::vector<package::Sealed>> {
    std::vector<package::Sealed> named;
    MC_TRY(ledger.read([&](const ledger::Snapshot& view) {
      return exchange::for_each_package(
          view, [&](EntryIndex, const entry::Entry& entry, const entry::PackageRef& ref) -> Status {
            named.push_back({ref.hash, ref.bytes});
            authors.emplace(ref.hash, entry.statement.header.author);
            return {};
          });
    }));
    return named;
  };
  const auto check_deletion = [&](const PackageHash& hash, std::string_view note) {
    return ledger.read([&](const ledger::Snapshot& view) {
      return exchange::check_deletion(view, hash, authors.at(hash), note);
    });
  };
  MC_ASSIGN(const auto findings, package::Store::at(directory).check(expected, check_deletion));
  for (const package::Finding& finding : findings)
    MC_TRY(out.add_other(package_finding(finding.kind), escape_for_terminal(finding.path),
                         finding.message));
  return {};
}

/// Damaged where something is not as it is written, or where the indexes and the versions differ.
Status check_indexes(Session& session, vault::Vault& vault, RecordReport& out) {
  const auto add = [&](const std::string& text) {
    return out.add_other("index.damaged", "vault",
                         text + "; 'medchain-vault reindex' makes it anew");
  };
  const auto compared = vault::Indexes(vault, [&] { return session.interrupted(); }).compare();
  if (!compared && compared.error().code == Code::store_damaged)
    return add(compared.error().message);
  if (!compared) return compared.error();
  if (compared->missing > 0)
    return add("the indexes lack " + counted(compared->missing, "version"));
  if (compared->unfounded > 0)
    return add("the indexes have " + counted(compared->unfounded, "key") + " of no version");
  return {};
}

Status check_versions(Session& session, ledger::Ledger& ledger, vault::Vault& vault,
                      VaultCheck::What what, RecordReport& out) {
  return ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(check_same_ledger(vault, view));
    return vault.read([&]() -> Status {
      MC_TRY(check_indexes(session, vault, out));
      return VaultCheck(session, vault, view, what, out).run();
    });
  });
}

}  // namespace

Result<int> verify_vault(Session& session) {
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  const bool sources = !session.has("ledger-only");
  session.seal(sources ? everything() : Places());
  RecordReport out(session, ledger->directory(), record_kinds());
  return out.finish_after(check_versions(session, *ledger, *vault, {sources, false}, out));
}

Result<int> vault_check(Session& session) {
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  const bool sources = !session.has("copies-only");
  const auto packages = session.setting("packages");
  Places places;
  if (sources) places.add(everything());
  places.add(vault->blobs(), Access::read);
  if (packages) places.add(*packages, Access::read);
  session.seal(places);
  auto kinds = record_kinds();
  const auto more = copy_kinds();
  kinds.insert(kinds.end(), more.begin(), more.end());
  RecordReport out(session, ledger->directory(), std::move(kinds));
  out.allow_empty();
  Status done = check_versions(session, *ledger, *vault, {sources, true}, out);
  if (done) done = check_orphans(session, *vault, out);
  if (done && packages) done = check_packages(*ledger, *packages, out);
  return out.finish_after(done);
}

}  // namespace medchain::cli
