#include "gateway/assembly/order_entry.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

#include "gateway/venue/venue_clock.hpp"
#include "replay/time_zone.hpp"

namespace tickweir::gateway {
namespace {

using fix::orders::DeskSessionSettings;
using fix::orders::DirectorySettings;
using fix::orders::EntitlementSettings;
using fix::orders::OrderDeskLimits;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

EntitlementSettings entitlements(const SessionOrderConfig& orders) {
    EntitlementSettings out;
    out.instruments = orders.instruments;
    const auto may = [&](std::string_view side) {
        return orders.sides.empty() || std::ranges::count(orders.sides, side) != 0;
    };
    out.buy = may(side_words[0]);
    out.sell = may(side_words[1]);
    for (const std::string& word : orders.order_types)
        out.order_types.push_back(static_cast<txn::OrderType>(
            std::ranges::find(order_type_words, word) - order_type_words.begin()));
    out.quantity_max = orders.quantity_max;
    out.notional_max = orders.notional_max;
    out.priority = orders.priority;
    return out;
}

shield::Rate rate(std::uint64_t per_second, std::uint64_t burst) {
    return {static_cast<std::uint32_t>(per_second), static_cast<std::uint32_t>(burst)};
}

shield::SignalLimits signal(std::uint64_t percent, std::uint64_t events_min) {
    return {static_cast<std::uint32_t>(percent), static_cast<std::uint32_t>(events_min)};
}

shield::BreakerLimits breaker_limits(const ShieldConfig& shield) {
    shield::BreakerLimits out;
    out.window = seconds{shield.breaker_window_s};
    out.open_for = seconds{shield.breaker_open_s};
    out.probes = static_cast<std::uint32_t>(shield.breaker_probes);
    out.backlog_percent = static_cast<std::uint32_t>(shield.breaker_backlog_percent);
    out.answer_max = std::chrono::milliseconds{shield.breaker_answer_ms};
    if (!shield.breaker) {
        out.rejected = out.malformed = out.slow_reader = out.slow_answer = std::nullopt;
        return out;
    }
    out.rejected = signal(shield.breaker_rejected_percent, shield.breaker_rejected_min);
    out.malformed = signal(shield.breaker_malformed_percent, shield.breaker_malformed_min);
    out.slow_reader = signal(shield.breaker_slow_reader_percent, shield.breaker_slow_reader_min);
    out.slow_answer = signal(shield.breaker_slow_answer_percent, shield.breaker_slow_answer_min);
    return out;
}

/// When the trading day of a local date is over: with a day's end at midnight, the one behind it.
std::function<book::TimeNs(std::chrono::sys_days)> end_of_date(const VenueConfig& venue) {
    auto zone = replay::TimeZone::load(venue.timezone);
    if (!zone) throw std::runtime_error{"venue.timezone: " + zone.error()};
    const seconds day_end{venue.day_end.seconds};
    return [zone = *std::move(zone), day_end](std::chrono::sys_days date) {
        const std::chrono::days later{day_end.count() == 0 ? 1 : 0};
        return first_instant(zone, std::chrono::year_month_day{date + later}, day_end);
    };
}

}  // namespace

DirectorySettings directory_settings(const Config& config) {
    DirectorySettings settings;
    settings.venue_id = config.venue.id;
    for (const auto& [name, session] : config.sessions)
        settings.sessions.push_back({name, session.accounts, entitlements(session.orders)});
    settings.end_of_date = end_of_date(config.venue);
    return settings;
}

shield::SessionShieldLimits session_shield_limits(const Config& config,
                                                  const VenueSessionConfig& session) {
    const LimitsConfig& limits = config.limits;
    const ShieldConfig& shield = config.shield;
    const auto own = [](std::uint64_t value, std::uint64_t common) {
        return value == 0 ? common : value;
    };
    shield::SessionShieldLimits out;
    out.throttle.orders = rate(own(session.orders.orders_per_second, limits.orders_per_second),
                               own(session.orders.orders_burst, limits.orders_burst));
    out.throttle.cancels = shield::doubled(*out.throttle.orders);
    out.throttle.queries = rate(limits.queries_per_second, limits.queries_burst);
    out.throttle.quota = rate(limits.quota_per_second, limits.quota_burst);
    out.escalation = shield::EscalationLimits{static_cast<std::uint32_t>(limits.breaches_max),
                                              seconds{limits.breaches_s}};
    out.breaker = breaker_limits(shield);
    return out;
}

std::vector<DeskSessionSettings> desk_sessions(const Config& config) {
    std::vector<DeskSessionSettings> sessions;
    for (const auto& [name, session] : config.sessions) {
        DeskSessionSettings& out = sessions.emplace_back();
        out.cancel_on_disconnect = session.fix.cancel_on_disconnect;
        out.grace = milliseconds{session.fix.grace_ms};
        out.keep_long_lived = session.orders.disconnect_keeps_long_lived;
        for (const std::string& other : session.orders.drop_copy)
            out.drop_copy_of.push_back(fix::SessionId{static_cast<std::uint32_t>(
                std::distance(config.sessions.begin(), config.sessions.find(other)))});
        out.shield = session_shield_limits(config, session);
    }
    return sessions;
}

OrderDeskLimits desk_limits(const Config& config) {
    OrderDeskLimits limits;
    limits.table.orders = config.limits.open_orders_max;
    limits.table.closed = config.limits.closed_orders_max;
    if (config.venue.orders_ready > 0) limits.table.ready = config.venue.orders_ready;
    return limits;
}

shield::QueueLimits queue_limits(const Config& config) {
    using shield::class_index;
    using shield::PriorityClass;
    const ShieldConfig& from = config.shield;
    shield::QueueLimits limits;
    limits.classes[class_index(PriorityClass::risk_reducing)].capacity = from.queue_cancels;
    auto& critical = limits.classes[class_index(PriorityClass::entitled)];
    critical.capacity = from.queue_critical;
    critical.age_max = milliseconds{from.critical_wait_ms};
    auto& orders = limits.classes[class_index(PriorityClass::order)];
    orders.capacity = from.queue_orders;
    orders.age_max = milliseconds{from.order_wait_ms};
    limits.follow(microseconds{from.queue_target_us});
    return limits;
}

shield::LoadLimits load_limits(const ShieldConfig& config) {
    const auto percent = [](std::uint64_t enter, int gap) {
        const auto mark = static_cast<std::uint32_t>(enter);
        return shield::Marks<std::uint32_t>{
            mark, static_cast<std::uint32_t>(std::max(0, static_cast<int>(mark) + gap))};
    };
    constexpr int below = -5;  // so much less memory, until a mode is left again
    constexpr int above = 2;   // so much more room on the disk, likewise
    shield::LoadLimits limits;
    limits.target = microseconds{config.queue_target_us};
    limits.memory_percent = {percent(config.trim_memory_percent, below),
                             percent(config.shed_memory_percent, below),
                             percent(config.protect_memory_percent, below),
                             percent(config.cancel_only_memory_percent, below)};
    const microseconds trim{config.trim_log_lag_us};
    const microseconds shed{config.shed_log_lag_us};
    limits.log_lag = {{{trim, trim}, {shed, shed / 2}}};
    limits.disk_free_percent = {percent(config.protect_disk_percent, above),
                                percent(config.cancel_only_disk_percent, above)};
    limits.enter_intervals = static_cast<std::uint32_t>(config.enter_intervals);
    limits.leave_intervals = static_cast<std::uint32_t>(config.leave_intervals);
    return limits;
}

}  // namespace tickweir::gateway
