// medchain-testdata: deterministic sample data.  Arguments in, usage errors out; the work is in
// ndjson.cpp, files.cpp and cgm.cpp.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands.hpp"
#include "output.hpp"

namespace medchain::testdata {

namespace {

constexpr std::string_view usage =
    "usage: medchain-testdata ndjson --count N --seed S [--types LIST] [--changed PERCENT --night "
    "K]\n"
    "                                [--canaries FILE] [--planted FILE [--conflicts]]\n"
    "       medchain-testdata files --count N --seed S -o DIR [--canaries FILE]\n"
    "                               [--planted FILE [--conflicts]]\n"
    "       medchain-testdata cgm --days D --seed S [--layout LAYOUT] [--unit UNIT]\n"
    "       medchain-testdata --help\n";

constexpr std::string_view help =
    "\n"
    "Makes sample health records; the same arguments give the same bytes on every machine.\n"
    "\n"
    "  --count N          lines or files, at most 1000000000\n"
    "  --seed S           a number; another seed gives other records\n"
    "  --types LIST       print only these types, e.g. Patient,Observation: Patient, Encounter,\n"
    "                     Condition, Observation, MedicationRequest, DiagnosticReport,\n"
    "                     DocumentReference\n"
    "  --changed PERCENT  so many of a hundred resources have changed since night 0\n"
    "  --night K          which night; 0 is the run without --changed\n"
    "  --canaries FILE    put 16 random letters and digits into each text field and list them\n"
    "  --planted FILE     plant duplicates and list them: kind, original, copy\n"
    "  --conflicts        plant the same id with other bytes as well\n"
    "  -o DIR             where the files go; existing files are not overwritten\n"
    "  --days D           days of glucose readings, at most 100000\n"
    "  --layout LAYOUT    dexcom (default), libre, table: CSV exports; ndjson, fhir: streams\n"
    "  --unit UNIT        mg/dL (default) or mmol/L\n";

[[noreturn]] void fail_usage(const std::string& message) {
  std::fprintf(stderr, "medchain-testdata: %s\n%.*s", message.c_str(),
               static_cast<int>(usage.size()), usage.data());
  std::exit(exit_usage);
}

std::uint64_t parse_number(std::string_view option, std::string_view text, std::uint64_t most) {
  std::uint64_t value = 0;
  bool is_good = !text.empty() && (text == "0" || text[0] != '0');
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    is_good = is_good && c >= '0' && c <= '9' && value <= (most - digit) / 10;
    if (!is_good) break;
    value = value * 10 + digit;
  }
  if (!is_good) {
    fail_usage("option '" + std::string(option) + "': expected a number from 0 to " +
               std::to_string(most) + ", got '" + std::string(text) + "'");
  }
  return value;
}

TypeSet parse_types(std::string_view list) {
  TypeSet types{};
  for (;;) {
    const std::size_t comma = list.find(',');
    const std::string_view name = list.substr(0, comma);
    const std::optional<ResourceType> type = parse_resource_type(name);
    if (!type) fail_usage("option '--types': unknown type '" + std::string(name) + "'");
    types[static_cast<std::size_t>(*type)] = true;
    if (comma == std::string_view::npos) return types;
    list.remove_prefix(comma + 1);
  }
}

CgmLayout parse_layout(std::string_view name) {
  constexpr std::string_view names[] = {"dexcom", "libre", "table", "ndjson", "fhir"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (name == names[i]) return static_cast<CgmLayout>(i);
  }
  fail_usage("option '--layout': unknown layout '" + std::string(name) + "'");
}

bool is_mmol(std::string_view unit) {
  if (unit != "mg/dL" && unit != "mmol/L") {
    fail_usage("option '--unit': expected 'mg/dL' or 'mmol/L', got '" + std::string(unit) + "'");
  }
  return unit == "mmol/L";
}

/// One act, the options it takes and those that it needs.
struct Command {
  std::string_view name;
  void (*run)(const Options&);
  std::vector<std::string_view> needed;
  std::vector<std::string_view> allowed;
};

const std::vector<Command>& commands() {
  static const std::vector<Command> list = {
      {"ndjson",
       run_ndjson,
       {"--count", "--seed"},
       {"--types", "--changed", "--night", "--canaries", "--planted", "--conflicts"}},
      {"files", run_files, {"--count", "--seed", "-o"}, {"--canaries", "--planted", "--conflicts"}},
      {"cgm", run_cgm, {"--days", "--seed"}, {"--layout", "--unit"}},
  };
  return list;
}

bool contains(const std::vector<std::string_view>& list, std::string_view word) {
  for (const std::string_view item : list) {
    if (item == word) return true;
  }
  return false;
}

void set_option(Options& options, std::string_view name, std::string_view value) {
  if (name == "--count") {
    options.count = parse_number(name, value, 1'000'000'000);
  } else if (name == "--seed") {
    options.seed = parse_number(name, value, UINT64_MAX);
  } else if (name == "--days") {
    options.days = parse_number(name, value, 100'000);
  } else if (name == "--layout") {
    options.layout = parse_layout(value);
  } else if (name == "--unit") {
    options.mmol = is_mmol(value);
  } else if (name == "--types") {
    options.types = parse_types(value);
  } else if (name == "--changed") {
    options.changed_percent = static_cast<unsigned>(parse_number(name, value, 100));
  } else if (name == "--night") {
    options.night = static_cast<unsigned>(parse_number(name, value, 10'000));
  } else if (value.empty()) {
    fail_usage("option '" + std::string(name) + "': empty value");
  } else if (name == "--canaries") {
    options.canaries_path = value;
  } else if (name == "--planted") {
    options.planted_path = value;
  } else {
    options.output_directory = value;
  }
}

Options parse_options(const Command& command, const std::vector<std::string_view>& arguments) {
  Options options;
  options.types.fill(true);
  std::vector<std::string_view> seen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const bool is_long = argument.starts_with("--");
    const std::size_t equals = is_long ? argument.find('=') : std::string_view::npos;
    const std::string_view name = argument.substr(0, equals);
    if (!contains(command.needed, name) && !contains(command.allowed, name)) {
      fail_usage("unexpected argument '" + std::string(argument) + "'");
    }
    if (contains(seen, name)) fail_usage("option '" + std::string(name) + "' given twice");
    seen.push_back(name);
    if (name == "--conflicts") {
      if (equals != std::string_view::npos) fail_usage("option '--conflicts' takes no value");
      options.conflicts = true;
    } else if (equals != std::string_view::npos) {
      set_option(options, name, argument.substr(equals + 1));
    } else if (++i < arguments.size()) {
      set_option(options, name, arguments[i]);
    } else {
      fail_usage("option '" + std::string(name) + "' needs a value");
    }
  }
  for (const std::string_view name : command.needed) {
    if (!contains(seen, name)) fail_usage("option '" + std::string(name) + "' is missing");
  }
  if (contains(seen, "--changed") != contains(seen, "--night")) {
    fail_usage("options '--changed' and '--night' go together");
  }
  if (options.conflicts && options.planted_path.empty()) {
    fail_usage("option '--conflicts' needs '--planted'");
  }
  return options;
}

int run(const std::vector<std::string_view>& arguments) {
  if (contains(arguments, "--help") || contains(arguments, "-h")) {
    const bool is_written = std::fwrite(usage.data(), 1, usage.size(), stdout) == usage.size() &&
                            std::fwrite(help.data(), 1, help.size(), stdout) == help.size();
    if (!is_written || std::fflush(stdout) != 0) fail(exit_failure, "cannot write the usage");
    return 0;
  }
  if (arguments.empty()) fail_usage("expected a command");
  for (const Command& command : commands()) {
    if (command.name != arguments[0]) continue;
    command.run(parse_options(command, {arguments.begin() + 1, arguments.end()}));
    return 0;
  }
  fail_usage("unknown command '" + std::string(arguments[0]) + "'");
}

}  // namespace

}  // namespace medchain::testdata

int main(int argc, char** argv) { return medchain::testdata::run({argv + 1, argv + argc}); }
