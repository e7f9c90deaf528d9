// medchain status for monitoring: the line of a Nagios plugin, and Prometheus' text format.
#pragma once

#include "cli/status_facts.hpp"
#include "report/metrics.hpp"

namespace medchain::cli {

/// Statuses of a Nagios plugin.
constexpr int plugin_ok = 0, plugin_warning = 1, plugin_critical = 2, plugin_unknown = 3;

/// The worst of `found`, or warning where cosignatures are missing.
Level level_of(const StatusFacts& facts, const std::vector<Attention>& found);
int plugin_status(Level level);
/// Proven damage is critical; all else says nothing about the ledger.
int plugin_status(const Error& error);

std::string plugin_text(const StatusFacts& facts, const StatusLimits& limits,
                        const std::vector<Attention>& found, UnixSeconds now);
std::string plugin_text(const Error& error);

std::string gauges_text(const StatusFacts& facts, const std::vector<Attention>& found,
                        UnixSeconds now);
/// Of a ledger that cannot be read.
std::string gauges_text(const std::string& directory, const std::string& member, UnixSeconds now);

}  // namespace medchain::cli
