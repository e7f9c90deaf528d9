// The bytes of records of one's own, and what is said where they are not those anchored.
#include "cli/own_content.hpp"

#include <doctest/doctest.h>

#include "unit/vault/copies_support.hpp"

using namespace test;
using medchain::Digest;
using medchain::Status;
using medchain::cli::ContentState;
using medchain::cli::OwnContent;

namespace {

OwnContent content_of(Copies& u, std::size_t most) {
  source::Rereader sources;
  OwnContent content;
  must(u.vault->read([&]() -> Status {
    MC_ASSIGN(const vault::Version version, u.vault->version(1));
    MC_ASSIGN(content, medchain::cli::own_content(*u.vault, 1, version, sources, most));
    return {};
  }));
  return content;
}

void put(Copies& u, const std::string& text, const std::string& digested, bool canonical) {
  source::Record record = record_of("r", digested);
  record.canonical = canonical;
  auto run = u.copying();
  must(run.begin());
  must(run.add(Copies::item(record, 1), in_memory(text)));
  const auto batch = must(run.flush(u.log_time()));
  run.landed(batch.number, u.accept({batch.prepared}).entries.front().index);
  must(run.finish());
}

}  // namespace

TEST_CASE("all of a copy is compared, however little is wanted of it") {
  const std::string text = "\xef\xbb\xbf{\"b\":1, \"a\":2}", form = "{\"a\":2,\"b\":1}";
  for (const bool canonical : {false, true}) {
    Copies u;
    put(u, text, canonical ? form : text, canonical);
    const OwnContent beginning = content_of(u, 8);
    CHECK(beginning.state == ContentState::read);
    CHECK(beginning.text == text.substr(0, 8));
    CHECK_FALSE(beginning.complete);
    const OwnContent all = content_of(u, 100);
    CHECK(all.text == text);
    CHECK(all.complete);
  }
}

TEST_CASE("of other bytes than were anchored none is given") {
  Copies u;
  put(u, "{\"a\":1}", "{\"a\":2}", true);
  const OwnContent other = content_of(u, 100);
  CHECK(other.state == ContentState::changed);
  CHECK(other.text.empty());
}
