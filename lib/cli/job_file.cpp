#include "cli/job_file.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/places.hpp"
#include "cli/record_inputs.hpp"
#include "cli/yaml.hpp"

namespace medchain::cli {
namespace {

Error at(const std::string& path, const YamlNode& node, const std::string& what) {
  return fail(Code::config_invalid,
              escape_for_terminal(path) + ":" + std::to_string(node.line) + ": " + what);
}

/// Several readers as one; inputs are numbered through.
class Chain final : public source::Reader {
 public:
  void add(std::unique_ptr<source::Reader> reader) { readers_.push_back(std::move(reader)); }

  Result<std::optional<source::Item>> next() override {
    while (at_ < readers_.size()) {
      MC_ASSIGN(auto item, readers_[at_]->next());
      if (item) {
        item->number += before_;
        seen_ = item->number;
        return item;
      }
      for (std::string& notice : readers_[at_]->take_notices())
        notices_.push_back(std::move(notice));
      done_bytes_ += readers_[at_]->bytes_read();
      left_out_ += readers_[at_]->left_out();
      readers_[at_].reset();
      before_ = seen_;
      ++at_;
    }
    return std::optional<source::Item>();
  }
  std::optional<source::RecordBytes> bytes() const override {
    return at_ < readers_.size() ? readers_[at_]->bytes() : std::nullopt;
  }
  std::uint64_t bytes_read() const override {
    return done_bytes_ + (at_ < readers_.size() ? readers_[at_]->bytes_read() : 0);
  }
  std::uint64_t left_out() const override {
    return left_out_ + (at_ < readers_.size() ? readers_[at_]->left_out() : 0);
  }
  std::vector<std::string> take_notices() override {
    std::vector<std::string> taken;
    taken.swap(notices_);
    return taken;
  }

 private:
  std::vector<std::unique_ptr<source::Reader>> readers_;
  std::vector<std::string> notices_;
  std::size_t at_ = 0;
  std::uint64_t before_ = 0, seen_ = 0, done_bytes_ = 0, left_out_ = 0;
};

Result<source::Identity> identity(const std::string& path, const YamlNode& node) {
  auto rule = source::parse_identity(node.text);
  if (!rule) return at(path, node, rule.error().message);
  return rule;
}

/// One pointer, or a list.
Result<std::vector<std::string>> ignored(const std::string& path, const YamlNode& node) {
  const YamlNode* own = node.find("ignore");
  if (own == nullptr) return std::vector<std::string>();
  std::vector<std::string> pointers;
  const bool is_list = own->kind == YamlNode::Kind::sequence;
  for (const YamlNode& item : is_list ? own->items : std::vector<YamlNode>{*own}) {
    if (item.kind != YamlNode::Kind::scalar)
      return at(path, item, "'ignore': expected a JSON pointer, or a list of them");
    pointers.push_back(item.text);
  }
  auto parsed = source::parse_ignored(std::move(pointers));
  if (!parsed) return at(path, *own, "'ignore': " + parsed.error().message);
  return parsed;
}

/// The source's own `min-age`, else that of the command line.
Result<std::optional<std::int64_t>> newest(Session& session, const std::string& path,
                                           const YamlNode& node) {
  MC_ASSIGN(std::optional<std::int64_t> age, session.duration("min-age"));
  if (const YamlNode* own = node.find("min-age")) {
    const auto parsed = parse_duration(own->text);
    if (!parsed) return at(path, *own, "'min-age': " + parsed.error().message);
    age = *parsed;
  }
  if (!age) return age;
  return std::optional(newest_of_age(session, *age));
}

std::unique_ptr<source::Reader> with_retry(Session& session, const Retry& retry,
                                           std::unique_ptr<source::Reader> reader,
                                           ReadAgain again) {
  if (retry.times == 0) return reader;
  const auto wait = [&session, retry](std::uint64_t files) {
    return wait_to_retry(session, retry, "cannot read " + counted(files, "file") + " on a share");
  };
  return retry_unreadable(std::move(reader), std::move(again), {retry.times, is_on_share, wait});
}

/// A run cannot be sealed to what is not there yet, on a share that comes back.
bool are_there(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return File(::open(name.c_str(), O_PATH | O_CLOEXEC)).is_open();
  });
}

Result<std::unique_ptr<source::Reader>> open_source(Session& session, const std::string& path,
                                                    const YamlNode& node, Job& job) {
  MC_TRY(check_keys(node,
                    {"files", "manifest", "id-from", "subject-from", "type", "source", "canonical",
                     "min-age", "follow-links", "ignore", "input-encoding"},
                    path));
  for (const auto& [key, value] : node.fields)
    if (key != "files" && key != "ignore" &&
        (value.kind != YamlNode::Kind::scalar || value.text.empty()))
      return at(path, value, "'" + key + "': expected a text");
  source::Options options;
  options.stop_fd = session.stop_descriptor();
  if (const YamlNode* rule = node.find("id-from")) {
    MC_ASSIGN(options.id, identity(path, *rule));
  }
  if (const YamlNode* rule = node.find("subject-from")) {
    MC_ASSIGN(options.subject, identity(path, *rule));
  }
  if (const YamlNode* type = node.find("type")) options.type = type->text;
  if (const YamlNode* name = node.find("source")) options.source = name->text;
  if (const YamlNode* form = node.find("canonical")) {
    if (form->text != "json")
      return at(path, *form, "'canonical': expected json, got " + quote(form->text));
    options.canonical_json = true;
  }
  if (const YamlNode* follow = node.find("follow-links")) {
    if (follow->text != "true" && follow->text != "false")
      return at(path, *follow, "'follow-links': expected true or false");
    options.follow_links = follow->text == "true";
  }
  if (const YamlNode* encoding = node.find("input-encoding")) {
    auto decoder = source::Decoder::open(encoding->text);
    if (!decoder) return at(path, *encoding, "'input-encoding': " + decoder.error().message);
    options.decoder = std::move(*decoder);
  }
  MC_ASSIGN(options.newest, newest(session, path, node));
  MC_ASSIGN(options.ignored, ignored(path, node));
  const auto beside = [&path](const YamlNode& name) {
    return name.text.starts_with("/") ? name.text
                                      : parent_directory(absolute_path(path)) + "/" + name.text;
  };
  const YamlNode* files = node.find("files");
  if (const YamlNode* manifest = node.find("manifest")) {
    if (files != nullptr) return at(path, *files, "a source has either 'files' or 'manifest'");
    job.places.add(everything());
    MC_ASSIGN(auto found, open_export(beside(*manifest), options, job.exports));
    return with_retry(session, job.retry, std::move(found.reader), std::move(found.again));
  }
  if (files == nullptr || files->kind != YamlNode::Kind::sequence || files->items.empty())
    return at(path, node, "a source has 'files', a list of files and directories, or 'manifest'");
  std::vector<std::string> names;
  for (const YamlNode& file : files->items) {
    if (file.kind != YamlNode::Kind::scalar || file.text.empty())
      return at(path, file, "'files': expected names of files");
    names.push_back(beside(file));
  }
  job.places.add(inputs_to_read(names));
  if (options.follow_links || (job.retry.times > 0 && !are_there(names)))
    job.places.add(everything());
  const auto again = [options](std::vector<source::FileName> unread) {
    return source::read_again(std::move(unread), options);
  };
  // Who retries talks to people, and a sketch is made of a record's bytes.
  const Reading reading =
      job.retry.times == 0 && !session.has("sketch") ? Reading::ahead : Reading::here;
  auto reader = read_as(reading, options.stop_fd, [names, options](int stop_fd) {
    source::Options own = options;
    own.stop_fd = stop_fd;
    return source::read_files(names, own);
  });
  return with_retry(session, job.retry, std::move(reader), again);
}

/// The lock is that of the file itself: nothing is left behind, whatever ends the run.
Result<File> lock_job(Session& session, const std::string& path) {
  MC_ASSIGN(File file, open_file(path, O_RDONLY | O_NOCTTY, Code::config_invalid));
  if (session.dry_run() || flock(file.fd(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK)
    return fail(Code::lock_timeout, "another run of the job " + quote(path) + " is at work")
        .with_hint("nothing was done");
  // Not every share has locks; the lock of the vault holds all the same.
  session.detail("the job " + quote(path) + " cannot be locked");
  return file;
}

Result<Retry> read_retry(const std::string& path, const YamlNode& root) {
  Retry retry;
  const YamlNode* node = root.find("retry");
  if (node == nullptr) return retry;
  MC_TRY(check_keys(*node, {"times", "wait"}, path));
  const YamlNode* times = node->find("times");
  if (times == nullptr) return at(path, *node, "'retry' has 'times', and may have 'wait'");
  const auto count = parse_u64(times->text, 1, 100);
  if (!count) return at(path, *times, "'times': " + count.error().message);
  retry.times = *count;
  if (const YamlNode* wait = node->find("wait")) {
    const auto seconds = parse_duration(wait->text);
    if (!seconds) return at(path, *wait, "'wait': " + seconds.error().message);
    retry.wait = *seconds;
  }
  return retry;
}

}  // namespace

Result<Job> read_job(Session& session, const std::string& path) {
  Job job;
  MC_ASSIGN(job.lock, lock_job(session, path));
  MC_ASSIGN(const std::string text, read_file(path, 1 << 20, Code::config_invalid));
  MC_ASSIGN(const YamlNode root, parse_yaml(text, path));
  MC_TRY(check_keys(root, {"retry", "sources"}, path));
  MC_ASSIGN(job.retry, read_retry(path, root));
  const YamlNode* sources = root.find("sources");
  if (sources == nullptr || sources->kind != YamlNode::Kind::sequence || sources->items.empty())
    return at(path, root, "a job has 'sources', a list");
  auto chain = std::make_unique<Chain>();
  for (const YamlNode& node : sources->items) {
    MC_ASSIGN(auto reader, open_source(session, path, node, job));
    chain->add(std::move(reader));
  }
  job.reader = std::move(chain);
  return job;
}

}  // namespace medchain::cli
