// What sessions may send as orders, how often, and what becomes of load beyond that, as plain
// values: keys of [sessions.NAME], [limits] and [shield]. A part of config.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "book/exact/decimal.hpp"

namespace tickweir::gateway {

/// The words of sessions.NAME.sides and .order_types, in the order of the venue's own values.
inline constexpr std::array<std::string_view, 2> side_words{"buy", "sell"};
inline constexpr std::array<std::string_view, 4> order_type_words{"market", "limit", "stop",
                                                                  "stop_limit"};

/// What a session may send; keys of [sessions.NAME].
struct SessionOrderConfig {
    std::vector<std::string> instruments;  ///< none: all
    std::vector<std::string> sides;        ///< of side_words; none: both
    std::vector<std::string> order_types;  ///< of order_type_words; none: all
    book::exact::Decimal quantity_max;     ///< of an order; 0: any
    book::exact::Decimal notional_max;     ///< likewise
    bool priority = false;                 ///< its new orders are of class P2
    std::uint64_t orders_per_second = 0;   ///< 0: limits.orders_per_second
    std::uint64_t orders_burst = 0;        ///< 0: limits.orders_burst
    bool disconnect_keeps_long_lived = true;
    std::vector<std::string> drop_copy;  ///< sessions whose reports it is sent, too
    friend bool operator==(const SessionOrderConfig&, const SessionOrderConfig&) = default;
};

/// What one session may send at most, where it has no limits of its own.
struct LimitsConfig {
    std::uint64_t orders_per_second = 5'000;
    std::uint64_t orders_burst = 1'250;
    std::uint64_t quota_per_second = 500;
    std::uint64_t quota_burst = 125;
    std::uint64_t queries_per_second = 100;
    std::uint64_t queries_burst = 200;
    std::uint64_t breaches_max = 5'000;  ///< within breaches_s, before it is logged out
    std::uint64_t breaches_s = 10;
    std::uint64_t closed_orders_max = 1 << 18;
    std::uint64_t open_orders_max = 1 << 20;
    friend bool operator==(const LimitsConfig&, const LimitsConfig&) = default;
};

/// From which load on what is refused, at the venue and to one session.
struct ShieldConfig {
    std::uint64_t queue_target_us = 4'000;
    std::uint64_t interval_us = 4'000;
    std::uint64_t enter_intervals = 2;
    std::uint64_t leave_intervals = 5;
    std::uint64_t trim_memory_percent = 60;
    std::uint64_t shed_memory_percent = 75;
    std::uint64_t protect_memory_percent = 85;
    std::uint64_t cancel_only_memory_percent = 92;
    std::uint64_t trim_log_lag_us = 1'000;
    std::uint64_t shed_log_lag_us = 5'000;
    std::uint64_t protect_disk_percent = 10;
    std::uint64_t cancel_only_disk_percent = 3;
    std::uint64_t queue_cancels = 16'384;
    std::uint64_t queue_critical = 4'096;
    std::uint64_t queue_orders = 8'192;
    std::uint64_t critical_wait_ms = 250;
    std::uint64_t order_wait_ms = 100;
    bool breaker = true;
    std::uint64_t breaker_window_s = 10;
    std::uint64_t breaker_open_s = 5;
    std::uint64_t breaker_probes = 10;
    std::uint64_t breaker_rejected_percent = 50;
    std::uint64_t breaker_rejected_min = 100;
    std::uint64_t breaker_malformed_percent = 20;
    std::uint64_t breaker_malformed_min = 20;
    std::uint64_t breaker_slow_reader_percent = 80;
    std::uint64_t breaker_slow_reader_min = 10;
    std::uint64_t breaker_slow_answer_percent = 90;
    std::uint64_t breaker_slow_answer_min = 100;
    std::uint64_t breaker_backlog_percent = 75;
    std::uint64_t breaker_answer_ms = 500;
    friend bool operator==(const ShieldConfig&, const ShieldConfig&) = default;
};

}  // namespace tickweir::gateway
