#include "gateway/fix/market_data_application.hpp"

#include <algorithm>
#include <cstddef>

#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway::fix {
namespace {

/// Unsent bytes from which books of a session are conflated in modes that trim, at most.
constexpr std::size_t trimmed_conflate_bytes = 16U << 10;

}  // namespace

MarketDataCells::MarketDataCells(Metrics& metrics)
    : open_requests{metrics.gauge(
          {"tickweir_fix_market_data_requests_open", "MarketDataRequests that are open"})},
      subscriptions{metrics.gauge({"tickweir_fix_market_data_subscriptions",
                                   "Instruments of those, and statuses subscribed to"})},
      requests{metrics.counter({"tickweir_fix_market_data_requests_total",
                                "Requests for market data, lists and statuses"})},
      refused{metrics.counter(
          {"tickweir_fix_market_data_refused_total", "Of them, those that were refused"})},
      over_limit{metrics.counter({"tickweir_fix_market_data_over_limit_total",
                                  "Of those, for a limit or for lack of memory"})},
      snapshots{metrics.counter(
          {"tickweir_fix_market_data_snapshots_total", "Snapshots (W) sent to FIX clients"})},
      incrementals{metrics.counter({"tickweir_fix_market_data_incrementals_total",
                                    "Incremental refreshes (X) sent to FIX clients"})},
      encoded{metrics.counter({"tickweir_fix_market_data_encoded_total", "Distinct W and X made"})},
      entries{metrics.counter({"tickweir_fix_market_data_entries_total", "Entries in those"})},
      blanks{metrics.counter({"tickweir_fix_market_data_blanks_total",
                              "Snapshots without a book, for it may be wrong"})},
      statuses{metrics.counter({"tickweir_fix_market_data_statuses_total",
                                "SecurityStatus and TradingSessionStatus sent"})},
      lists{metrics.counter(
          {"tickweir_fix_market_data_lists_total", "Fragments of SecurityList sent"})},
      left_behind{metrics.counter({"tickweir_fix_market_data_left_behind_total",
                                   "Times that a slow session's book was held back"})},
      conflated{metrics.counter(
          {"tickweir_fix_market_data_conflated_total", "Updates that a later one replaced"})},
      trades_missed{metrics.counter({"tickweir_fix_market_data_trades_missed_total",
                                     "Trades forgotten before they could be sent"})},
      unsent{metrics.counter({"tickweir_fix_market_data_unsent_total",
                              "Messages to sessions that could not take them"})},
      market_events{metrics.counter(
          {"tickweir_fix_market_events_total", "Records that FIX took from market shards"})} {}

void MarketDataCells::count(const MarketDataCounts& now, MarketDataCounts& before) {
    const auto grew = [&](Counter& cell, std::uint64_t MarketDataCounts::*count) {
        if (now.*count != before.*count) cell.add(now.*count - before.*count);
    };
    open_requests.set(static_cast<std::int64_t>(now.open_requests));
    subscriptions.set(static_cast<std::int64_t>(now.subscriptions));
    grew(requests, &MarketDataCounts::requests);
    grew(refused, &MarketDataCounts::refused);
    grew(over_limit, &MarketDataCounts::over_limit);
    grew(snapshots, &MarketDataCounts::snapshots);
    grew(incrementals, &MarketDataCounts::incrementals);
    grew(encoded, &MarketDataCounts::encoded);
    grew(entries, &MarketDataCounts::entries);
    grew(blanks, &MarketDataCounts::blanks);
    grew(statuses, &MarketDataCounts::statuses);
    grew(lists, &MarketDataCounts::lists);
    grew(left_behind, &MarketDataCounts::left_behind);
    grew(conflated, &MarketDataCounts::conflated);
    grew(trades_missed, &MarketDataCounts::trades_missed);
    grew(unsent, &MarketDataCounts::unsent);
    grew(market_events, &MarketDataCounts::market_events);
    before = now;
}

bool MarketDataApplication::take_rate() {
    const std::uint64_t rate = rate_.load(std::memory_order_relaxed);
    if (std::exchange(rate_taken_, rate) == rate) return false;
    limits_.rate = shield::Rate{static_cast<std::uint32_t>(rate >> 32),
                                static_cast<std::uint32_t>(rate & 0xffff'ffff)};
    return true;
}

bool MarketDataApplication::turn(book::TimeNs now, SessionOutput& output) {
    const std::uint8_t asked = mode();
    const bool changed = take_rate() || asked != told_;
    if (changed && asked < shield::load_mode_names.size()) {
        const auto mode = static_cast<shield::LoadMode>(asked);
        MarketDataLimits limits = limits_;
        if (shield::conflates_market_data(mode))
            limits.conflate_after_bytes =
                std::min(limits.conflate_after_bytes, trimmed_conflate_bytes);
        desk_.set_limits(limits);
        desk_.set_mode(mode);
    }
    told_ = asked;
    const bool worked = desk_.turn(now, output);
    cells_.count(desk_.counts(), counted_);
    return worked;
}

}  // namespace tickweir::gateway::fix
