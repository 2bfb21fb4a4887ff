#include "gateway/venue/venue_load.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway {

using shield::LoadChange;
using std::chrono::nanoseconds;

namespace {

/// How often it looks where nothing happens: who sends no orders fills memory, too.
constexpr std::chrono::milliseconds look_at_rest{100};

}  // namespace

VenueLoad::VenueLoad(VenueLoadSettings settings, VenueBoard& board)
    : settings_{std::move(settings)},
      board_{board},
      delay_{settings_.interval},
      modes_{settings_.modes},
      lags_{settings_.log_window} {}

/// A record that is watched says how long one takes; a new one is watched once it is durable. Where
/// none is on its way, nothing waits.
void VenueLoad::look(const LogLook& log, book::TimeNs now) {
    log_ = log;
    if (!watched_since_) {
        lags_.note(nanoseconds{0}, now);
    } else if (watched_ <= log.durable) {
        lags_.note(std::max(now - *watched_since_, nanoseconds{0}), now);
        watched_since_.reset();
    }
    if (watched_since_ || log.last <= log.durable) return;
    watched_ = log.last;
    watched_since_ = now;
}

std::optional<LoadChange> VenueLoad::turn(const Queues& queues, book::TimeNs now) {
    if (delay_.due() && now < *delay_.due()) return std::nullopt;
    shield::PerClass<std::optional<nanoseconds>> oldest{};
    for (const shield::PriorityClass urgency : shield::priority_classes)
        oldest[shield::class_index(urgency)] = queues.oldest_wait(urgency, now);
    const auto delay = delay_.close(now, oldest);
    if (!delay) return std::nullopt;
    last_delay_ = *delay;
    board_.queue_ns.store(delay->of_orders.count(), std::memory_order_relaxed);
    sample_ = {
        .queue_delay = delay->of_orders,
        .input_delay = settings_.input == nullptr ? nanoseconds{0} : settings_.input->take(now),
        .memory_percent = memory_percent(),
        .log_lag = log_lag_at(now),
        .disk_free_percent = log_.free_percent,
        .log_failed = log_.failed};
    // The log refuses everything but cancels then, whatever the share that is free.
    if (log_.space == txn::log::FreeSpace::nearly_none) sample_.disk_free_percent = 0;
    return shown(modes_.close_interval(sample_, now));
}

std::optional<LoadChange> VenueLoad::set_bounds(std::optional<LoadMode> floor,
                                                std::optional<LoadMode> ceiling, book::TimeNs now) {
    return shown(modes_.set_bounds(floor.value_or(LoadMode::normal),
                                   ceiling.value_or(LoadMode::cancel_only), now));
}

std::optional<LoadChange> VenueLoad::fail(book::TimeNs now) {
    shield::LoadSample sample;
    sample.log_failed = true;
    return shown(modes_.close_interval(sample, now));
}

std::optional<book::TimeNs> VenueLoad::next_due() const {
    const auto due = delay_.due();
    if (!due || mode() == LoadMode::stopped) return std::nullopt;
    return modes_.at_rest() && !watched_since_ ? *due + look_at_rest : *due;
}

/// Of the budget that is fullest.
std::uint32_t VenueLoad::memory_percent() const {
    std::size_t most = 0;
    for (const book::MemoryBudget* const budget : settings_.budgets)
        if (budget->limit() != 0) most = std::max(most, budget->used() * 100 / budget->limit());
    return static_cast<std::uint32_t>(std::min<std::size_t>(most, 100));
}

/// The least of the window; where nothing became durable in it, how long one waits by now.
nanoseconds VenueLoad::log_lag_at(book::TimeNs now) {
    if (const auto least = lags_.least(now)) return *least;
    return watched_since_ ? std::max(now - *watched_since_, nanoseconds{0}) : nanoseconds{0};
}

std::optional<LoadChange> VenueLoad::shown(std::optional<LoadChange> change) {
    if (change) board_.mode.store(static_cast<std::uint8_t>(change->to), std::memory_order_relaxed);
    return change;
}

}  // namespace tickweir::gateway
