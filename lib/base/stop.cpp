#include "base/stop.hpp"

#include <atomic>

namespace medchain {
namespace {

std::atomic<bool> stopping{false};
std::atomic<int> waiting{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

}  // namespace

void stop_waiting() noexcept { stopping.store(true); }
bool is_stopping() noexcept { return stopping.load(); }

MayWait::MayWait() noexcept { ++waiting; }
MayWait::~MayWait() { --waiting; }
bool may_be_waiting() noexcept { return waiting.load() > 0; }

}  // namespace medchain
