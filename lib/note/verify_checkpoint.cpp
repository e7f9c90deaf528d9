#include <algorithm>
#include <set>

#include "note/checkpoint.hpp"
#include "note/lines_internal.hpp"

namespace medchain::note {

namespace {

/// The element of `list` whose key is that of `line`, or null.
template <class T>
const T* find_signer(const std::vector<T>& list, const SignatureLine& line) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&line](const T& it) { return is_by(line, it.key); });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

Result<Verified> verify_checkpoint(std::string_view signed_checkpoint, const Policy& policy) {
  auto note = parse(signed_checkpoint);
  if (!note)
    return with_code(std::move(note).error(), Code::checkpoint_invalid).context("checkpoint");

  Verified verified;
  std::vector<std::string> origins;    // key names of the logs that signed
  std::vector<std::string> cosigners;  // policy names of the witnesses that signed
  std::set<std::pair<std::string_view, KeyId>> seen;
  for (const SignatureLine& line : note->signatures) {
    const Policy::Log* log = find_signer(policy.logs, line);
    const Policy::Witness* witness = find_signer(policy.witnesses, line);
    if (log == nullptr && witness == nullptr)
      continue;  // c2sp.org/signed-note: unknown keys are ignored
    // As note.Open: the first line of a key counts, further ones are not read.
    if (!seen.insert({line.name, line.id}).second) continue;
    if (log != nullptr) {
      MC_TRY(check(note->text, line, log->key));
      origins.push_back(log->key.name);
    } else {
      MC_ASSIGN(const UnixSeconds time, check_cosignature(note->text, line, witness->key));
      verified.cosigned.emplace_back(witness->name, time);
      cosigners.push_back(witness->name);
    }
  }
  if (origins.empty())
    return fail(Code::signature_missing, "checkpoint: no signature of a log that the policy lists");

  MC_ASSIGN(verified.checkpoint, parse_checkpoint(note->text));
  if (std::find(origins.begin(), origins.end(), verified.checkpoint.origin) == origins.end())
    return fail(Code::checkpoint_invalid,
                "checkpoint: origin " + quote(verified.checkpoint.origin) +
                    " is not the name of the log that signed, " + quote(origins.front()));
  verified.text = std::move(note->text);
  verified.quorum_met = is_quorum_met(policy, cosigners);
  return verified;
}

}  // namespace medchain::note
