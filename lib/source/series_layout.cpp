// Headers of device exports, and what a row below them is (decision 0018).  A layout is known by
// the names of its columns, so new columns and another order do no harm.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "source/series_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t shown_title = 60;

/// A title without its unit: `Glucose Value (mg/dL)` is `glucose value` and mg/dL.
struct Title {
  std::string base;
  std::optional<Unit> unit;
};

Title read_title(std::string_view text) {
  Title title{to_lower_ascii(trim_ascii(text)), std::nullopt};
  for (const Unit unit : {Unit::mg_dl, Unit::mmol_l}) {
    const std::string name = to_lower_ascii(unit_name(unit));
    for (const std::string& end : {"(" + name + ")", "[" + name + "]", " " + name}) {
      if (!title.base.ends_with(end)) continue;
      title.base = trim_ascii(title.base.substr(0, title.base.size() - end.size()));
      title.unit = unit;
      return title;
    }
  }
  return title;
}

enum class Role {
  time,
  date,
  time_of_day,
  value,
  historic,
  scan,
  strip,
  event,
  record,
  unit,
  device
};

struct Name {
  std::string_view base;
  Role role;
};
/// Every title that is looked at, in lower case and without its unit.
constexpr std::array names = {
    Name{"timestamp", Role::time},
    Name{"timestamp (yyyy-mm-ddthh:mm:ss)", Role::time},
    Name{"device timestamp", Role::time},
    Name{"meter timestamp", Role::time},
    Name{"datetime", Role::time},
    Name{"date time", Role::time},
    Name{"date_time", Role::time},
    Name{"date/time", Role::time},
    Name{"date and time", Role::time},
    Name{"date", Role::date},
    Name{"time", Role::time_of_day},  // the whole time where there is no date column
    Name{"glucose value", Role::value},
    Name{"glucose", Role::value},
    Name{"sensor glucose", Role::value},
    Name{"blood glucose", Role::value},
    Name{"value", Role::value},
    Name{"sgv", Role::value},
    Name{"historic glucose", Role::historic},
    Name{"scan glucose", Role::scan},
    Name{"strip glucose", Role::strip},
    Name{"event type", Role::event},
    Name{"record type", Role::record},
    Name{"unit", Role::unit},
    Name{"units", Role::unit},
    Name{"serial number", Role::device},
    Name{"source device id", Role::device},
};
constexpr std::size_t role_count = 11;

std::string title_for_messages(std::string_view text) {
  const std::string_view trimmed = trim_ascii(text);
  if (trimmed.size() <= shown_title) return quote(trimmed);
  return quote(std::string(trimmed.substr(0, shown_title)) + "...");
}

using Found = std::array<std::optional<Column>, role_count>;

std::optional<Column>& at(Found& found, Role role) { return found[static_cast<std::size_t>(role)]; }

/// Says which two columns are one.  Titles that mean nothing to us may not stand twice either: who
/// joined two tables should see it.
Status check_twice(const std::vector<std::string>& row) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string title = to_lower_ascii(trim_ascii(row[i]));
    if (title.empty()) continue;
    const auto [before, is_new] = seen.emplace(title, i);
    if (!is_new)
      return fail(Code::input_invalid,
                  "the header has " + title_for_messages(row[i]) + " twice, as column " +
                      std::to_string(before->second + 1) + " and " + std::to_string(i + 1));
  }
  return {};
}

Error expected(const Column& column, std::string_view what, std::string_view got) {
  return fail(Code::input_invalid, "column " + std::to_string(column.index + 1) + " " +
                                       column.title + ": expected " + std::string(what) + ", got " +
                                       (got.empty() ? "nothing" : shape(got)));
}

struct Event {
  std::string_view name;
  Skipped kind;
};
/// Dexcom's event types, in lower case; `egv` is a reading.
constexpr std::array events = {
    Event{"firstname", Skipped::details},
    Event{"lastname", Skipped::details},
    Event{"dateofbirth", Skipped::details},
    Event{"patientidentifier", Skipped::details},
    Event{"device", Skipped::details},
    Event{"alert", Skipped::alert},
    Event{"calibration", Skipped::calibration},
    Event{"insulin", Skipped::insulin},
    Event{"carbs", Skipped::food},
    Event{"exercise", Skipped::activity},
    Event{"health", Skipped::activity},
    Event{"notes", Skipped::note},
    Event{"note", Skipped::note},
};

/// Which column of the row holds a glucose value, by which method; or why none does.
struct What {
  const Column* value = nullptr;
  Method method = Method::sensor;
  Skipped skipped = Skipped::other;
};

What what_dexcom(const Layout& layout, std::string_view kind) {
  const std::string event = to_lower_ascii(kind);
  if (event == "egv") return {&*layout.value, Method::sensor, {}};
  for (const Event& each : events)
    if (event == each.name) return {nullptr, {}, each.kind};
  return {};
}

Result<What> what_libre(const Layout& layout, std::string_view kind) {
  // 0 to 6 as LibreView writes them.
  constexpr std::array skipped = {Skipped::ketone, Skipped::insulin, Skipped::food, Skipped::note};
  if (kind.size() != 1 || kind[0] < '0' || kind[0] > '6')
    return expected(*layout.kind, "a record type from 0 to 6", kind);
  const auto type = static_cast<std::size_t>(kind[0] - '0');
  if (type >= 3) return What{nullptr, {}, skipped[type - 3]};
  const std::optional<Column>* column[] = {&layout.value, &layout.scan, &layout.strip};
  constexpr std::array methods = {Method::sensor, Method::scan, Method::strip};
  // A column that this export does not have holds nothing: the row is told as it would be, empty.
  if (!*column[type])
    return expected(*layout.kind, "a record type that has a glucose column", kind);
  return What{&**column[type], methods[type], {}};
}

Result<Unit> unit_of(const Layout& layout, const Column& value, const std::vector<std::string>& row,
                     const SeriesOptions& options) {
  std::optional<Unit> unit = value.unit;
  if (layout.unit) {
    const std::string_view text = trim_ascii(row[layout.unit->index]);
    const std::optional<Unit> own = find_unit(text);
    if (!own) return expected(*layout.unit, "mg/dL or mmol/L", text);
    if (unit && *unit != *own)
      return expected(*layout.unit, std::string(unit_name(*unit)) + " as in the header", text);
    return *own;
  }
  if (unit) return *unit;
  if (options.unit) return *options.unit;
  return fail(Code::input_invalid, "column " + std::to_string(value.index + 1) + " " + value.title +
                                       ": neither header nor rows say the unit, mg/dL or mmol/L");
}

}  // namespace

Result<std::optional<Layout>> find_layout(const std::vector<std::string>& row) {
  Found found;
  std::optional<std::string> twice;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Title title = read_title(row[i]);
    for (const Name& name : names) {
      if (name.base != title.base) continue;
      std::optional<Column>& column = at(found, name.role);
      Column own{i, title_for_messages(row[i]), title.unit};
      if (column)
        twice = "columns " + std::to_string(column->index + 1) + " " + column->title + " and " +
                std::to_string(i + 1) + " " + own.title + " of the header are for the same";
      else
        column = std::move(own);
    }
  }
  Layout layout;
  layout.columns = row.size();
  layout.device = at(found, Role::device);
  std::optional<Column> time = at(found, Role::time);
  if (!time) {
    time = at(found, Role::time_of_day);
    layout.date = at(found, Role::date);
  }
  if (time && at(found, Role::record) && at(found, Role::historic)) {
    layout.family = Family::libre;
    layout.kind = at(found, Role::record);
    layout.value = at(found, Role::historic);
    layout.scan = at(found, Role::scan);
    layout.strip = at(found, Role::strip);
  } else if (time && at(found, Role::value)) {
    layout.family = at(found, Role::event) ? Family::dexcom : Family::table;
    layout.kind = at(found, Role::event);
    layout.value = at(found, Role::value);
    layout.unit = at(found, Role::unit);
  } else {
    return std::optional<Layout>();
  }
  layout.time = *time;
  MC_TRY(check_twice(row));
  if (twice) return fail(Code::input_invalid, *twice);
  return std::optional<Layout>(std::move(layout));
}

Result<std::optional<Reading>> read_row(const Layout& layout, const std::vector<std::string>& row,
                                        const SeriesOptions& options, RowClock& clock,
                                        Skipped& skipped) {
  if (row.size() != layout.columns)
    return fail(Code::input_invalid, "expected " + std::to_string(layout.columns) +
                                         " columns as in the header, got " +
                                         std::to_string(row.size()));
  const auto cell = [&row](const Column& column) { return trim_ascii(row[column.index]); };
  if (std::all_of(row.begin(), row.end(),
                  [](const std::string& field) { return trim_ascii(field).empty(); })) {
    skipped = Skipped::empty;
    return std::optional<Reading>();
  }
  What what{&*layout.value, Method::sensor, {}};
  if (layout.family == Family::dexcom) what = what_dexcom(layout, cell(*layout.kind));
  if (layout.family == Family::libre) {
    MC_ASSIGN(what, what_libre(layout, cell(*layout.kind)));
  }
  if (what.value == nullptr) {
    skipped = what.skipped;
    return std::optional<Reading>();
  }

  std::string time_text(cell(layout.time));
  if (layout.date) time_text = std::string(cell(*layout.date)) + " " + time_text;
  const auto in_time = [&](Error error) {
    return fail(error.code, "column " + std::to_string(layout.time.index + 1) + " " +
                                layout.time.title + ": " + error.message + ", got " +
                                (time_text.empty() ? "nothing" : shape(time_text)))
        .with_hint(error.hint);
  };
  const auto row_time = parse_row_time(time_text, options.date_order);
  if (!row_time) return in_time(row_time.error());
  std::string stream(method_name(what.method));
  if (layout.device) stream.append(" ").append(cell(*layout.device));
  const auto instant = clock.instant_of(*row_time, stream);
  if (!instant) return in_time(instant.error());

  Reading reading;
  reading.time = *instant;
  reading.method = what.method;
  MC_ASSIGN(reading.unit, unit_of(layout, *what.value, row, options));
  const std::string_view text = cell(*what.value);
  auto value = find_value(text);
  if (!value) return expected(*what.value, "a number such as 103 or 5.6, Low or High", text);
  reading.value = std::move(*value);
  return std::optional<Reading>(std::move(reading));
}

}  // namespace medchain::source
