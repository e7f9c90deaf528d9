// medchain-rows: what medchain-anchor reads out of lines, as rows for other programs to keep: for
// comparisons in scripts/bench, where they shall not be slower for their parsers.  Not a tool.
//   medchain-rows FILE    prints type, id, subject and digest of each line, with tabs between
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "source/source.hpp"

using namespace medchain;

namespace {

Status run(const std::string& path) {
  MC_ASSIGN(const File file, open_file(path, O_RDONLY, Code::input_unreadable));
  const auto reader = source::read_ndjson(file.fd(), path, path, {});
  constexpr std::size_t at_once = 64 * 1024;
  std::string out;
  for (;;) {
    MC_ASSIGN(const auto item, reader->next());
    if (!item) break;
    if (item->problem) return *item->problem;
    const source::Record& record = *item->record;
    out += record.type + '\t' + record.id + '\t' + record.subject + '\t' +
           to_hex(record.digest.view()) + '\n';
    if (out.size() < at_once) continue;
    MC_TRY(write_all(STDOUT_FILENO, out, "standard output"));
    out.clear();
  }
  return write_all(STDOUT_FILENO, out, "standard output");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: medchain-rows FILE\n", stderr);
    return 2;
  }
  const Status status = run(argv[1]);
  if (status) return 0;
  std::fprintf(stderr, "medchain-rows: error: %s\n", status.error().message.c_str());
  return 1;
}
