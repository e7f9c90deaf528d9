#include "source/bulk_export.hpp"

#include <sys/stat.h>

#include <functional>
#include <set>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "json/foreign.hpp"
#include "source/whole_file_internal.hpp"

namespace medchain::source {
namespace {

Error unexpected(const json::Node& node, std::string_view expected, std::string_view got) {
  return fail(Code::input_invalid, "'" + (node.pointer().empty() ? "/" : node.pointer()) +
                                       "': expected " + std::string(expected) + ", got " +
                                       std::string(got));
}

/// The last part of the path of a url, RFC 3986 escapes undone; empty where that is no file name.
std::string name_in(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  // A host alone, `https://fhir.example`, names no file.
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const std::size_t path = url.find('/', scheme + 3);
    if (path == std::string_view::npos) return {};
    url.remove_prefix(path);
  }
  const std::string_view last = url.substr(url.rfind('/') + 1);
  std::string name;
  for (std::size_t i = 0; i < last.size(); ++i) {
    if (last[i] != '%') {
      name += last[i];
      continue;
    }
    const int high = i + 2 < last.size() ? hex_value(last[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_value(last[i + 2]);
    if (low < 0) return {};
    name += static_cast<char>(high * 16 + low);
    i += 2;
  }
  const bool is_name = name != "." && name != ".." && name.find('/') == std::string::npos &&
                       name.find('\0') == std::string::npos;
  return is_name ? name : std::string();
}

Result<std::vector<BulkFile>> files_of(const json::Node& manifest, std::string_view member,
                                       std::set<std::string>& names) {
  std::vector<BulkFile> files;
  const auto list = manifest.member(member);
  if (!list) return files;
  if (!list->is_array()) return unexpected(*list, "an array", list->kind());
  for (const json::Node& item : list->items()) {
    const auto url = item.member("url");
    if (!url || !url->string())
      return unexpected(item, "an object with a 'url'", url ? url->kind() : item.kind());
    BulkFile file{name_in(*url->string()), {}, url->pointer()};
    if (file.name.empty())
      return unexpected(*url, "a url that ends in the name of a file", "another one");
    if (!names.insert(file.name).second)
      return unexpected(*url, "a name of its own for each file", "one that was there before");
    if (const auto count = item.member("count")) {
      const auto parsed = parse_u64(count->number().value_or(""));
      if (!parsed) return unexpected(*count, "a number of resources", count->kind());
      file.count = *parsed;
    }
    files.push_back(std::move(file));
  }
  return files;
}

using EachLine = std::function<Status(const json::Node&)>;

Status read_lines(Run& run, FileContent& file, const std::string& path, const EachLine& each) {
  if (const Compression kind = compression_of(path); kind != Compression::none) {
    file.inflate(kind);
    MC_TRY(check_lines(file.fd(), kind, max_record_line, run.options.stop_fd));
  }
  Lines lines(file.fd(), '\n', max_record_line, FileContent::head_size, 1, 0, -1, file.inflater());
  for (;;) {
    if (is_stopped(run.options.stop_fd)) return fail(Code::interrupted, "stopped by a signal");
    MC_ASSIGN(auto line, lines.next());
    if (!line) return file.check_unchanged();
    strip_line_ends(*line);
    if (line->text.find_first_not_of(" \t\r") == std::string_view::npos && !line->too_long)
      continue;
    const std::string place = "line " + std::to_string(line->number);
    if (line->too_long)
      return fail(Code::input_too_long,
                  place + " is over " + std::to_string(max_record_line) + " bytes");
    auto node = json::parse_foreign(std::string(line->text));
    if (!node) return std::move(node).error().context(place);
    if (Status status = each(*node); !status) return std::move(status).error().context(place);
  }
}

Status read_each(const std::string& path, int stop_fd, const EachLine& each) {
  Options options;
  options.stop_fd = stop_fd;
  Run run(options);
  PaddedBuffer buffer(FileContent::head_size);
  MC_ASSIGN(FileContent file, FileContent::open(path, true, buffer, run));
  return read_lines(run, file, path, each);
}

/// Of what is expected to be of that type, the items of a member.
Result<std::vector<json::Node>> items_of(const json::Node& resource, std::string_view type,
                                         std::string_view member) {
  const auto named = resource.member("resourceType");
  if (!named || named->string() != std::string(type))
    return unexpected(resource, "one " + std::string(type), "something else");
  const auto list = resource.member(member);
  return list ? list->items() : std::vector<json::Node>();
}

}  // namespace

Result<BulkManifest> parse_bulk_manifest(std::string text) {
  MC_ASSIGN(const json::Node root, json::parse_foreign(std::move(text)));
  if (!root.is_object()) return unexpected(root, "an object", root.kind());
  if (!root.member("output")) return unexpected(root, "a member 'output'", "none");
  BulkManifest manifest;
  std::set<std::string> names;
  MC_ASSIGN(manifest.output, files_of(root, "output", names));
  MC_ASSIGN(manifest.deleted, files_of(root, "deleted", names));
  MC_ASSIGN(manifest.error, files_of(root, "error", names));
  return manifest;
}

std::optional<std::string> find_beside(const std::string& directory, const std::string& name) {
  for (const std::string_view end : {"", ".gz", ".zst"}) {
    const std::string path = directory + "/" + name + std::string(end);
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) return path;
  }
  return {};
}

Result<BulkErrors> read_bulk_errors(const std::string& path, int stop_fd) {
  BulkErrors found;
  MC_TRY(read_each(path, stop_fd, [&found](const json::Node& line) -> Status {
    MC_ASSIGN(const auto issues, items_of(line, "OperationOutcome", "issue"));
    for (const json::Node& issue : issues) {
      const auto severity = issue.member("severity");
      const std::string word = severity ? severity->string().value_or("") : "";
      // What it does not say is no reassurance.
      ++(word == "warning" || word == "information" ? found.others : found.errors);
    }
    return {};
  }));
  return found;
}

Result<std::uint64_t> read_bulk_deleted(const std::string& path, int stop_fd) {
  std::uint64_t found = 0;
  MC_TRY(read_each(path, stop_fd, [&found](const json::Node& line) -> Status {
    MC_ASSIGN(const auto entries, items_of(line, "Bundle", "entry"));
    for (const json::Node& entry : entries) {
      const auto request = entry.member("request");
      const auto method = request ? request->member("method") : std::nullopt;
      if (method && method->string() == "DELETE") ++found;
    }
    return {};
  }));
  return found;
}

}  // namespace medchain::source
