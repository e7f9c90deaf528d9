// medchain-vault get.
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/copy_digest.hpp"
#include "cli/named_record.hpp"
#include "cli/places.hpp"
#include "cli/vault_acts.hpp"
#include "cli/workspace.hpp"
#include "verify/record_check.hpp"

namespace medchain::cli {

Result<int> vault_get(Session& session) {
  MC_TRY(check_no_terminal(session, "a record"));
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const auto vault, open_vault(session, {}));
  NamedRecord named{session.operands().front(), session.setting("source").value_or(""), {}};
  MC_ASSIGN(named.digest, named_digest(named.name));
  Places places;
  places.add(vault->blobs(), Access::read);
  session.seal(places);
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(check_same_ledger(*vault, view));
    return vault->read([&]() -> Status {
      MC_ASSIGN(const auto numbers, find_record(*vault, named));
      if (numbers.empty())
        return fail(Code::record_unknown, "the record was not anchored from this vault");
      const std::uint64_t number = numbers.back();
      MC_ASSIGN(const vault::Version version, vault->version(number));
      MC_ASSIGN(const auto finding, verify::find_intact(view, *vault, number, version));
      const bool canonical = (version.flags & entry::Row::flag_canonical_json) != 0;
      // Twice: nothing is given out before all of it was compared.
      MC_ASSIGN(const Digest digest, digest_of_copy(*vault, number, canonical));
      if (digest != version.digest)
        return fail(Code::copy_damaged, "the copy has other bytes than those that were anchored");
      MC_TRY(vault->read_copy(number,
                              [&](ByteView chunk) { return session.out().write(as_text(chunk)); }));
      MC_ASSIGN(const auto latest,
                vault->find(vault::record_key(version.source, version.type, version.id)));
      const bool superseded = latest && latest->number != number;
      session.tell(std::string(superseded ? "an older version, superseded since" : "as anchored") +
                   ": " + format_time(*finding.time) + " at entry " +
                   std::to_string(finding.place->entry.get()) + " row " +
                   std::to_string(finding.place->row));
      return {};
    });
  }));
  return 0;
}

}  // namespace medchain::cli
