// What each load mode still does: which requests are admitted, and what becomes of market data,
// slow readers and logons. One table, asked by order entry, the venue and the serving threads.
#pragma once

#include <string_view>

#include "gateway/shield/priority_class.hpp"
#include "gateway/shield/vocabulary.hpp"

namespace tickweir::gateway::shield {

/// The most urgent class that a mode refuses whoever asks; nothing is beyond P5.
constexpr std::size_t refused_from(LoadMode mode) {
    switch (mode) {
        case LoadMode::normal:
            return priority_class_count;
        case LoadMode::trim:
            return class_index(PriorityClass::history);
        case LoadMode::shed:
            return class_index(PriorityClass::query);
        case LoadMode::protect:
            return class_index(PriorityClass::order);
        case LoadMode::cancel_only:
            return class_index(PriorityClass::entitled);
        case LoadMode::stopped:
            return 0;
    }
    return 0;
}

/// `none`: admitted. `over_quota` matters for P3 alone.
constexpr ShedCause shed_by(LoadMode mode, PriorityClass urgency, bool over_quota = false) {
    if (mode == LoadMode::stopped) return ShedCause::stopped;
    if (class_index(urgency) >= refused_from(mode)) return ShedCause::mode;
    const bool is_refused = mode == LoadMode::shed && urgency == PriorityClass::order && over_quota;
    return is_refused ? ShedCause::mode : ShedCause::none;
}

constexpr bool admits(LoadMode mode, PriorityClass urgency, bool over_quota = false) {
    return shed_by(mode, urgency, over_quota) == ShedCause::none;
}

/// Whether slow clients get market data conflated.
constexpr bool conflates_market_data(LoadMode mode) {
    return mode >= LoadMode::trim;
}
/// Whether slow consumers are cut at their soft limit.
constexpr bool cuts_slow_consumers(LoadMode mode) {
    return mode >= LoadMode::shed;
}
constexpr bool takes_logons(LoadMode mode) {
    return mode < LoadMode::protect;
}
/// Whether the trading session is open (TradSesStatus 2); otherwise it is halted (1).
constexpr bool is_open(LoadMode mode) {
    return mode < LoadMode::cancel_only;
}

/// The Text of a reject for load, less than 64 characters, of static lifetime.
constexpr std::string_view shed_text(ShedCause cause) {
    switch (cause) {
        case ShedCause::none:
            return "";
        case ShedCause::queue_full:
            return "shed: queue full";
        case ShedCause::queue_delay:
            return "shed: waited too long";
        case ShedCause::mode:
            return "shed: load mode";
        case ShedCause::log_behind:
            return "shed: log behind";
        case ShedCause::disk_full:
            return "shed: disk nearly full";
        case ShedCause::stopped:
            return "stopped: log failed";
    }
    return "";
}

/// The same where the mode is known.
constexpr std::string_view shed_text(ShedCause cause, LoadMode mode) {
    if (cause != ShedCause::mode) return shed_text(cause);
    switch (mode) {
        case LoadMode::normal:
            return "shed: load mode";
        case LoadMode::trim:
            return "shed: load mode L1: no history";
        case LoadMode::shed:
            return "shed: load mode L2: no queries, no orders over quota";
        case LoadMode::protect:
            return "shed: load mode L3: entitled orders and cancels only";
        case LoadMode::cancel_only:
            return "shed: load mode L4: cancels only";
        case LoadMode::stopped:
            return "stopped: log failed";
    }
    return "";
}

}  // namespace tickweir::gateway::shield
