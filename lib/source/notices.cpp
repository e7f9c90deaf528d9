#include "source/run_internal.hpp"

namespace medchain::source {
namespace {

struct Wording {
  std::string_view before, singular, plural, after;
  bool names_first = false;
};

Wording wording(Notice notice) {
  switch (notice) {
    case Notice::fhir:
      return {"identity of ", "record", "records", " taken from FHIR resourceType and id"};
    case Notice::dicom:
      return {"identity of ", "file", "files", " taken from DICOM SOPInstanceUID"};
    case Notice::cda:
      return {"identity of ", "file", "files", " taken from the CDA document id"};
    case Notice::hl7v2:
      return {"identity of ", "message", "messages", " taken from HL7 v2 MSH-10"};
    case Notice::path:
      return {"identity of ", "file", "files", " taken from the path"};
    case Notice::sum_name:
      return {"identity of ", "sum", "sums", " taken from the file name as it stands there"};
    case Notice::broken_json:
      return {"", "file", "files", " named .json but not valid JSON: identity taken from the path",
              true};
    case Notice::unscanned:
      return {"", "file", "files", " over 64 MiB not searched for an identity: taken from the path",
              true};
    case Notice::no_subject:
      return {"no subject found where --subject-from says in ", "record", "records", "", true};
    case Notice::byte_order_mark:
      return {"byte order mark stripped from ", "input", "inputs", "", true};
    case Notice::link_not_followed:
      return {"", "symbolic link", "symbolic links", " not followed", true};
    case Notice::directory_again:
      return {"", "directory", "directories", " named or linked to again: read once", true};
    case Notice::too_young:
      return {"", "file", "files", " younger than --min-age left for a later run", true};
  }
  return {};
}

}  // namespace

void Notices::count(Notice notice, std::string_view place) {
  Counter& counter = counters_[static_cast<std::size_t>(notice)];
  if (counter.times++ == 0) counter.first_place = place;
}

std::vector<std::string> Notices::take() {
  std::vector<std::string> said;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    Counter& counter = counters_[i];
    if (counter.times == 0) continue;
    const Wording words = wording(static_cast<Notice>(i));
    std::string text(words.before);
    text += std::to_string(counter.times);
    text += ' ';
    text += counter.times == 1 ? words.singular : words.plural;
    text += words.after;
    if (words.names_first && !counter.first_place.empty())
      text += (counter.times == 1 ? " (" : " (first: ") + counter.first_place + ")";
    said.push_back(std::move(text));
    counter = {};
  }
  return said;
}

}  // namespace medchain::source
