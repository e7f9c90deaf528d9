#include "cli/documents.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/file.hpp"

namespace medchain::cli {
namespace {

/// The file must stay as it is until it is sealed: input_changed otherwise.
Result<ByteSource> open_document(const std::string& path) {
  MC_ASSIGN(File opened, open_regular_file(path, Code::input_unreadable));
  const auto file = std::make_shared<File>(std::move(opened));
  const ByteSource source = read_from(file->fd(), path, Code::input_unreadable);
  return ByteSource([file, source](MutableByteView space) { return source(space); });
}

Result<exchange::DocumentPart> document_of(const std::string& path) {
  exchange::DocumentPart part;
  part.facts.name = path.substr(path.rfind('/') + 1);
  if (Status named = package::check_record_name(part.facts.name); !named)
    return fail(Code::usage, quote(path) + ": " + named.error().message)
        .with_hint("give the file a name that is one on every system");
  MC_ASSIGN(const ByteSource source, open_document(path));
  MC_ASSIGN(const crypto::Hashed all, crypto::sha256_of(source));
  part.facts.size = all.bytes;
  part.facts.digest = Digest(all.hash);
  part.open = [path] { return open_document(path); };
  return part;
}

}  // namespace

Option document_option(std::string_view name, std::string_view help) {
  Option option{name, 0, ValueKind::file, "FILE", help};
  option.repeat = true;
  return option;
}

Status read_documents(ActSession& act, std::string_view option, Draft& draft) {
  std::vector<entry::TermsDocument> list;
  for (const std::string& path : act.session().arguments().all(option)) {
    MC_ASSIGN(auto part, document_of(path));
    act.note_input(part.facts.name);
    act.note_input(to_text(part.facts.digest));
    list.push_back(part.facts);
    draft.contents.documents.push_back(std::move(part));
  }
  if (list.empty()) return {};
  const auto name = [](const entry::TermsDocument& one) { return one.name; };
  std::ranges::sort(list, {}, name);
  const auto twice = std::ranges::adjacent_find(list, {}, name);
  if (twice != list.end())
    return fail(Code::usage, "option '--" + std::string(option) + "': two files are named " +
                                 quote(twice->name));
  if (!draft.terms) draft.terms.emplace();
  draft.terms->documents = std::move(list);
  return {};
}

}  // namespace medchain::cli
