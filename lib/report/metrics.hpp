// Metrics for monitoring: the text format of Prometheus, as node_exporter's textfile collector
// reads it, and the status line of a Nagios plugin with its performance data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace medchain::report {

/// Gauges, each with its HELP and TYPE, in the order in which they were added.
class Gauges {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;
  /// `common`: labels of every sample.
  explicit Gauges(Labels common) : common_(std::move(common)) {}
  /// Samples of one name are added one after the other, with other labels each.
  void add(std::string_view name, std::string_view help, std::int64_t value,
           const Labels& more = {});
  /// Nothing where there is no value.
  void add(std::string_view name, std::string_view help, std::optional<std::int64_t> value);
  const std::string& text() const { return text_; }

 private:
  Labels common_;
  std::string last_name_, text_;
};

/// One value of performance data: LABEL=VALUE[UNIT];[WARN];[CRIT];[MIN].
struct PerfValue {
  std::string_view label;
  std::int64_t value = 0;
  std::string_view unit = {};        ///< "s", "B", "%" or nothing
  std::string warn = {}, crit = {};  ///< ranges of the plugin guidelines
};
/// `SERVICE WORD - TEXT | DATA`, one line.  What would end the text or the line is replaced.
std::string plugin_line(std::string_view service, std::string_view word, std::string_view text,
                        const std::vector<PerfValue>& values);

}  // namespace medchain::report
