#include "cli/decrypt_act.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hpp"
#include "cli/workspace.hpp"
#include "crypto/age.hpp"

namespace medchain::cli {
namespace {

struct Input {
  File file;
  int fd = -1;
  std::string name;  ///< not quoted
  bool named = false;

  /// The errors of the file's own; a failed read names it already.
  Error in_file(Error error) const {
    if (error.code == Code::input_unreadable || error.code == Code::interrupted) return error;
    return std::move(error).context(named ? quote(name) : name);
  }
};

Result<Input> open_input(Session& session) {
  Input input;
  if (session.operands().empty() || session.operands().front() == "-") {
    input.name = "standard input";
    MC_ASSIGN(input.fd, session.standard_input());
    return input;
  }
  input.name = session.operands().front();
  input.named = true;
  MC_ASSIGN(input.file, open_file(input.name, O_RDONLY | O_NOCTTY, Code::input_unreadable));
  input.fd = input.file.fd();
  return input;
}

/// Waits for input and for the signal that ends the run alike.
ByteSource source_of(Session& session, const Input& input) {
  return [&session, &input](MutableByteView out) -> Result<std::size_t> {
    for (;;) {
      pollfd wait[] = {{input.fd, POLLIN, 0}, {session.stop_descriptor(), POLLIN, 0}};
      const int ready = ::poll(wait, 2, -1);
      if (session.interrupted()) return fail(Code::interrupted, "interrupted while reading");
      const ssize_t got = ready < 0 ? -1 : ::read(input.fd, out.data(), out.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR && errno != EAGAIN)
        return fail_errno(Code::input_unreadable, "read", input.name, errno);
    }
  };
}

Result<std::vector<crypto::Secret>> load_identities(const Session& session) {
  std::vector<crypto::Secret> identities;
  for (const std::string& path : session.arguments().all("identity")) {
    MC_ASSIGN(crypto::Secret identity, crypto::load_age_identity(path));
    identities.push_back(std::move(identity));
  }
  if (!identities.empty()) return identities;
  MC_TRY(session.required("identity"));
  return identities;
}

/// Until the end came what was written is a part, and nobody must take it for all.
Error after(Error error, std::uint64_t written) {
  if (written > 0)
    error.message +=
        "; the " + std::to_string(written) + " bytes written before are genuine, but not all";
  return error;
}

}  // namespace

std::vector<Option> decrypt_options() {
  return {{.name = "identity",
           .letter = 'i',
           .kind = ValueKind::file,
           .value = "FILE",
           .help = "age identity to open with, such as seal.key; may be repeated",
           .repeat = true}};
}

Result<int> decrypt_file(Session& session) {
  MC_ASSIGN(const auto identities, load_identities(session));
  MC_TRY(check_no_terminal(session, "the plaintext"));
  MC_ASSIGN(const Input input, open_input(session));
  std::vector<const crypto::Secret*> keys;
  for (const crypto::Secret& identity : identities) keys.push_back(&identity);
  auto decryptor = crypto::AgeDecryptor::open(keys, source_of(session, input));
  if (!decryptor) return input.in_file(std::move(decryptor).error());
  // A file of --output appears when all is in it.
  const auto output = session.arguments().value("output");
  const bool to_file = output && *output != "-";
  std::uint64_t written = 0;
  for (;;) {
    auto chunk = decryptor->next();
    if (!chunk) return after(input.in_file(std::move(chunk).error()), to_file ? 0 : written);
    if (chunk->empty()) return 0;
    MC_TRY(session.out().write(as_text(*chunk)));
    written += chunk->size();
  }
}

}  // namespace medchain::cli
