#include "cli/sync_tiles.hpp"

#include "base/text.hpp"
#include "cli/places.hpp"
#include "cli/workspace.hpp"
#include "tiles/publish.hpp"

namespace medchain::cli {
namespace {

std::string words_of(const tiles::Published& done, const std::string& directory) {
  const std::uint64_t before = done.before.get(), size = done.size.get();
  std::string text = quote(directory) + " has all " + std::to_string(size) + " entries";
  if (size > before)
    text = "published " + index_range(EntryIndex(before), EntryIndex(size - 1)) + " to " +
           quote(directory);
  text += done.files > 0    ? ": " + counted(done.files, "file")
          : done.checkpoint ? ": another checkpoint"
                            : ": nothing to do";
  if (done.removed > 0) text += ", " + counted(done.removed, "partial file") + " removed";
  return text;
}

json::Object summary_of(const tiles::Published& done) {
  json::Object summary = message("summary");
  return summary.set("count", done.size.get())
      .set("published", done.size.get() - done.before.get())
      .set("files", done.files)
      .set("removed", done.removed)
      .set("complete", true);
}

Result<int> sync_tiles(Session& session) {
  MC_ASSIGN(const std::string directory, session.required("output"));
  if (directory == "-") return fail(Code::usage, "option '--output': a tree is no stream");
  MC_ASSIGN(const auto ledger, open_ledger(session, {}));
  MC_ASSIGN(const auto wait, lock_wait(session));
  // The state is that of after the lock: another run may have published a newer one before.
  MC_ASSIGN(auto files, tiles::TreeFiles::open(directory, wait));
  tiles::Published done;
  {
    const auto progress = session.progress("entries", 0);
    tiles::PublishOptions options;
    options.going_on = going_on(session);
    options.progress = [&](std::uint64_t entries) { progress->update(entries, 0); };
    MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(done, tiles::publish(view, files, options));
      return {};
    }));
  }
  session.tell(words_of(done, directory));
  MC_TRY(session.out().line(summary_of(done)));
  return 0;
}

}  // namespace

Verb sync_tiles_verb() {
  Verb verb;
  verb.name = "tiles";
  verb.summary = "publish the ledger as a tree of files for any web server (C2SP tlog-tiles)";
  verb.options = {{"output", 'o', ValueKind::directory, "DIR",
                   "the directory of the tree; only what is new is written"}};
  verb.common = {"ledger", "wait", "progress"};
  verb.max_operands = 0;
  verb.formats = "json";
  verb.also_opens = [](const Session& session, Places& places) {
    if (const auto directory = session.setting("output")) places.add_new(*directory, Access::make);
  };
  verb.run = sync_tiles;
  return verb;
}

}  // namespace medchain::cli
