// medchain-seal: seals standard input for age recipients, for tests and measurements of sealed
// files.  Not a tool. usage: medchain-seal [-a] RECIPIENT... <PLAIN >SEALED
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "crypto/age.hpp"

using namespace medchain;
using namespace medchain::crypto;

namespace {

Status run(int argc, char** argv) {
  AgeForm form = AgeForm::binary;
  std::vector<AgeRecipient> recipients;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "-a") {
      form = AgeForm::armored;
      continue;
    }
    MC_ASSIGN(const AgeRecipient recipient, parse_age_recipient(argv[i]));
    recipients.push_back(recipient);
  }
  SystemRandom random;
  MC_ASSIGN(AgeEncryptor encryptor,
            AgeEncryptor::create(recipients, form, random, [](ByteView bytes) {
              return write_all(STDOUT_FILENO, as_text(bytes), "standard output");
            }));
  Bytes buffer(4 * age_chunk_size);
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::input_unreadable, "read", "standard input", errno);
    if (got == 0) return encryptor.finish();
    MC_TRY(encryptor.write(ByteView(buffer).first(static_cast<std::size_t>(got))));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Status status = run(argc, argv);
  if (status) return 0;
  std::fprintf(stderr, "medchain-seal: error: %s\n", status.error().message.c_str());
  return 1;
}
