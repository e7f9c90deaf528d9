// medchain-vault put --series: readings of wearables become one record for each day, at once or in
// rounds while a stream goes on.
#pragma once

#include <vector>

#include "cli/places.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

/// series, subject, subject-file, zone, date-order, unit, follow, every, batch.
std::vector<Option> series_options();
/// Fails with usage for options that need --series or do not go with it.
Status check_series_options(const Session& session);
/// For Verb::also_opens.
void add_series_places(const Session& session, Places& places);

/// Exit status 0, 3 (rows rejected), or an Error; the summary line is printed in every case in
/// which the run began.
Result<int> put_series(Session& session);

Verb gaps_verb();

}  // namespace medchain::cli
