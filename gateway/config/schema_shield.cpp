// The keys of [shield].
#include "gateway/config/schema_ranges.hpp"

namespace tickweir::gateway {
namespace {

constexpr Allowed percent = between(1, 100);
constexpr Allowed places = between(16, 1 << 22);

constexpr Key shield[]{
    {"queue_target_us",
     "Microseconds that orders may wait in a queue of the venue's for good: from more on L1, from "
     "twice\n"
     "as much on L2, from eight times as much on L3. The same of what waits to be read, without "
     "L3.",
     field<&ShieldConfig::queue_target_us>(), between(50, 1'000'000)},
    {"interval_us",
     "Microseconds of one sample of the load: the least that anything waited in it counts.",
     field<&ShieldConfig::interval_us>(), between(500, 1'000'000)},
    {"enter_intervals", "Samples in a row that demand a mode before it is entered.",
     field<&ShieldConfig::enter_intervals>(), between(1, 1'000)},
    {"leave_intervals", "Samples in a row that do not, before it is left for the one below.",
     field<&ShieldConfig::leave_intervals>(), between(1, 1'000)},
    {"trim_memory_percent", "Of the fullest memory budget, from which on the mode is L1.",
     field<&ShieldConfig::trim_memory_percent>(), percent},
    {"shed_memory_percent", "Likewise, L2.", field<&ShieldConfig::shed_memory_percent>(), percent},
    {"protect_memory_percent", "Likewise, L3.", field<&ShieldConfig::protect_memory_percent>(),
     percent},
    {"cancel_only_memory_percent", "Likewise, L4.",
     field<&ShieldConfig::cancel_only_memory_percent>(), percent},
    {"trim_log_lag_us",
     "Microseconds that each record of a tenth of a second waits for the disk, from which on the "
     "mode\n"
     "is L1.",
     field<&ShieldConfig::trim_log_lag_us>(), between(10, 60'000'000)},
    {"shed_log_lag_us", "Likewise, L2.", field<&ShieldConfig::shed_log_lag_us>(),
     between(10, 60'000'000)},
    {"protect_disk_percent", "Free, of the disk of venue.data, below which the mode is L3.",
     field<&ShieldConfig::protect_disk_percent>(), percent},
    {"cancel_only_disk_percent", "Likewise, L4; and below log.wal_stop_below_percent.",
     field<&ShieldConfig::cancel_only_disk_percent>(), percent},
    {"queue_cancels",
     "Cancels that wait for the venue at one time; no more are taken from the ring then.",
     field<&ShieldConfig::queue_cancels>(), places},
    {"queue_critical", "Critical orders (P2) that wait at one time; more are refused.",
     field<&ShieldConfig::queue_critical>(), places},
    {"queue_orders", "Other orders (P3) that wait at one time; more are refused.",
     field<&ShieldConfig::queue_orders>(), places},
    {"critical_wait_ms",
     "Milliseconds after which a waiting critical order is answered instead of executed.",
     field<&ShieldConfig::critical_wait_ms>(), between(1, 60'000)},
    {"order_wait_ms", "The same of other orders.", field<&ShieldConfig::order_wait_ms>(),
     between(1, 60'000)},
    {"breaker",
     "Whether sessions have circuit breakers.",
     field<&ShieldConfig::breaker>(),
     {},
     reloadable},
    {"breaker_window_s", "Seconds that a breaker looks back.",
     field<&ShieldConfig::breaker_window_s>(), between(1, 3'600), reloadable},
    {"breaker_open_s", "Seconds that it stays open before it lets probes through.",
     field<&ShieldConfig::breaker_open_s>(), between(1, 3'600), reloadable},
    {"breaker_probes", "Orders that it lets through to see whether it can close.",
     field<&ShieldConfig::breaker_probes>(), between(1, 32), reloadable},
    {"breaker_rejected_percent",
     "Of a session's orders in the window, rejected: its breaker opens.",
     field<&ShieldConfig::breaker_rejected_percent>(), percent, reloadable},
    {"breaker_rejected_min", "Orders in the window; fewer say nothing.",
     field<&ShieldConfig::breaker_rejected_min>(), between(1, 1'000'000), reloadable},
    {"breaker_malformed_percent",
     "Of a session's messages in the window, malformed: its breaker opens.",
     field<&ShieldConfig::breaker_malformed_percent>(), percent, reloadable},
    {"breaker_malformed_min", "Messages in the window; fewer say nothing.",
     field<&ShieldConfig::breaker_malformed_min>(), between(1, 1'000'000), reloadable},
    {"breaker_backlog_percent",
     "Of the bytes that may wait for a session, from which on its reader is slow.",
     field<&ShieldConfig::breaker_backlog_percent>(), percent, reloadable},
    {"breaker_slow_reader_percent",
     "Of the looks at what waits for a session in the window, slow: its breaker opens.",
     field<&ShieldConfig::breaker_slow_reader_percent>(), percent, reloadable},
    {"breaker_slow_reader_min", "Looks in the window; fewer say nothing.",
     field<&ShieldConfig::breaker_slow_reader_min>(), between(1, 1'000'000), reloadable},
    {"breaker_answer_ms", "Milliseconds beyond which an order's answer is slow.",
     field<&ShieldConfig::breaker_answer_ms>(), between(1, 60'000), reloadable},
    {"breaker_slow_answer_percent",
     "Of a session's orders in the window, answered slowly: its breaker opens.",
     field<&ShieldConfig::breaker_slow_answer_percent>(), percent, reloadable},
    {"breaker_slow_answer_min", "Orders in the window; fewer say nothing.",
     field<&ShieldConfig::breaker_slow_answer_min>(), between(1, 1'000'000), reloadable},
};

}  // namespace

std::span<const Key> shield_keys() {
    return shield;
}

}  // namespace tickweir::gateway
