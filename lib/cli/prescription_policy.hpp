// The part of a policy file about prescriptions (medchain-config(5)), and the clocks of its zone.
#pragma once

#include <string>

#include "base/result.hpp"
#include "cli/session.hpp"
#include "cli/yaml.hpp"
#include "entry/policy.hpp"

namespace medchain::cli {

/// The value of `prescription` in the file at `path`, over what the policy says already; `none`
/// takes it back.  Fails with config_invalid, FILE:LINE.
Result<std::optional<entry::PrescriptionRules>> read_prescription_rules(
    const std::string& path, const YamlNode& node,
    const std::optional<entry::PrescriptionRules>& over);

/// Tells whose numbers the limits of a policy are, where they began as a preset and `before` did
/// not say the same.
void tell_preset(Session& session, const entry::Policy& policy, const entry::Policy& before);

/// The clocks of an IANA zone from 2026 on, by the system's zone data.  Nothing for UTC.  Fails
/// with usage.
Result<std::optional<std::vector<entry::ZonePeriod>>> clocks_of(const std::string& zone);

}  // namespace medchain::cli
