#include "audit/spread.hpp"

#include "base/result.hpp"

namespace medchain::audit {
namespace {

std::int64_t median_of(const std::map<std::int64_t, std::uint64_t>& counted) {
  std::uint64_t all = 0;
  for (const auto& [number, times] : counted) all += times;
  MC_ASSERT(all > 0);
  std::uint64_t seen = 0;
  for (const auto& [number, times] : counted) {
    seen += times;
    if (seen > (all - 1) / 2) return number;
  }
  MC_ASSERT(false);
  return 0;
}

}  // namespace

Spread spread_of(const std::map<std::int64_t, std::uint64_t>& counted) {
  Spread spread;
  spread.median = median_of(counted);
  std::map<std::int64_t, std::uint64_t> distances;
  for (const auto& [number, times] : counted)
    distances[number < spread.median ? spread.median - number : number - spread.median] += times;
  spread.deviation = median_of(distances);
  return spread;
}

}  // namespace medchain::audit
