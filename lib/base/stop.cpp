#include "base/stop.hpp"

#include <atomic>

namespace medchain {
namespace {

std::atomic<bool> stopping{false};
static_assert(std::atomic<bool>::is_always_lock_free);

}  // namespace

void stop_waiting() noexcept { stopping.store(true); }
bool is_stopping() noexcept { return stopping.load(); }

}  // namespace medchain
