#include "gateway/fix/order_entry_application.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "gateway/log.hpp"

namespace tickweir::gateway::fix {
namespace {

using orders::OrderDeskCounts;
using Count = std::uint64_t OrderDeskCounts::*;

constexpr std::chrono::milliseconds show_every{250};

constexpr Metric refused{"tickweir_order_requests_refused_total",
                         "Requests of FIX order entry that were not executed, by reason"};

struct Named {
    Count count;
    Metric metric;
};
const Named counted[]{
    {&OrderDeskCounts::requests,
     {"tickweir_order_requests_total", "Requests of FIX order entry: D F G H q AF"}},
    {&OrderDeskCounts::garbled,
     {"tickweir_order_garbled_total",
      "What sessions of order entry sent as no message, or the session layer refused"}},
    {&OrderDeskCounts::ignored,
     {"tickweir_order_requests_ignored_total", "Possible resends of what was known"}},
    {&OrderDeskCounts::logouts,
     {"tickweir_order_logouts_total", "Sessions logged out by order entry"}},
    {&OrderDeskCounts::urgent_waited,
     {"tickweir_order_urgent_waited_total", "Urgent requests that waited for room in their ring"}},
    {&OrderDeskCounts::pushed,
     {"tickweir_order_requests_pushed_total", "Requests given to the venue"}},
    {&OrderDeskCounts::reports, {"tickweir_order_reports_total", "Reports taken from the venue"}},
    {&OrderDeskCounts::withdrawn,
     {"tickweir_order_withdrawn_total", "Requests that a cancel took out of their queue"}},
    {&OrderDeskCounts::again,
     {"tickweir_order_reports_again_total", "Reports told again after a crash (97=Y)"}},
    {&OrderDeskCounts::told,
     {"tickweir_order_messages_total", "Messages of order entry to its sessions"}},
    {&OrderDeskCounts::copies, {"tickweir_order_drop_copies_total", "Drop copies sent"}},
    {&OrderDeskCounts::unsent,
     {"tickweir_order_messages_unsent_total", "Messages that no store kept"}},
    {&OrderDeskCounts::untracked,
     {"tickweir_order_untracked_total", "Reports of orders that the table had no room for"}},
    {&OrderDeskCounts::disconnects,
     {"tickweir_order_disconnects_total", "Sessions whose orders their disconnection cancelled"}},
    {&OrderDeskCounts::statuses,
     {"tickweir_order_statuses_total", "Orders told by status requests"}},
};

struct Reason {
    Count count;
    std::string_view reason;
};
constexpr Reason reasons[]{
    {&OrderDeskCounts::malformed, "malformed"}, {&OrderDeskCounts::refused, "refused"},
    {&OrderDeskCounts::throttled, "throttled"}, {&OrderDeskCounts::breaker_refused, "breaker"},
    {&OrderDeskCounts::shed, "shed"},           {&OrderDeskCounts::not_ready, "not_ready"},
};

const Named shown[]{
    {&OrderDeskCounts::open_orders,
     {"tickweir_order_open", "Open orders, as their sessions were told"}},
    {&OrderDeskCounts::closed_orders,
     {"tickweir_order_closed", "Closed orders that are remembered"}},
    {&OrderDeskCounts::urgent_waiting,
     {"tickweir_order_urgent_waiting", "Urgent requests that wait for room in their ring"}},
    {&OrderDeskCounts::breakers_open,
     {"tickweir_order_breakers_open", "Sessions whose circuit breaker is not closed"}},
};

}  // namespace

OrderEntryCells::OrderEntryCells(Metrics& metrics, const orders::OrderDirectory& directory) {
    for (const Named& each : counted)
        counters.push_back({each.count, &metrics.counter(each.metric)});
    for (const Reason& each : reasons)
        counters.push_back(
            {each.count, &metrics.counter(refused, {{"reason", std::string{each.reason}}})});
    for (const Named& each : shown)
        gauges.push_back({each.count, &metrics.gauge(each.metric)});
    for (std::uint32_t i = 0; i < directory.session_count(); ++i)
        breakers.push_back(&metrics.gauge(
            {"tickweir_session_breaker_state",
             "0 closed, 1 open, 2 half open, 3 forced open, 4 forced closed, 5 disabled"},
            {{"session", directory.session(SessionId{i}).name}}));
}

void OrderEntryCells::count(const OrderDeskCounts& now, OrderDeskCounts& before) {
    for (const Counted& each : counters)
        if (now.*each.count != before.*each.count)
            each.cell->add(now.*each.count - before.*each.count);
    for (const Shown& each : gauges)
        each.cell->set(static_cast<std::int64_t>(now.*each.count));
    before = now;
}

OrderEntryApplication::OrderEntryApplication(orders::OrderDeskParts parts, Metrics& metrics,
                                             const TscClock* clock)
    : directory_{*parts.directory},
      desk_{std::move(parts)},
      cells_{metrics, directory_},
      clock_{clock},
      parse_{clock == nullptr ? nullptr : &stage_latency(metrics, Stage::order_parse)},
      breakers_{std::make_unique<std::atomic<std::uint8_t>[]>(directory_.session_count())} {}

void OrderEntryApplication::on_message(SessionId session, const codecs::fix::Message& message,
                                       book::TimeNs now, SessionOutput& output) {
    if (clock_ == nullptr) return desk_.on_message(session, message, now, output);
    const std::uint64_t begun = clock_->ticks();
    desk_.on_message(session, message, now, output);
    parse_->record(clock_->elapsed_ns(begun, clock_->ticks()));
}

bool OrderEntryApplication::turn(book::TimeNs now, SessionOutput& output) {
    bool worked = take_reloads();
    worked |= desk_.turn(now, output);
    if (now < shown_ || now - shown_ >= show_every) show(now);
    return worked;
}

bool OrderEntryApplication::take_reloads() {
    bool any = false;
    while (auto reload = reloads_.try_pop()) {
        if (!reload->shields.empty()) desk_.set_shields(reload->shields);
        if (reload->entitlements) {
            desk_.set_entitlements(*reload->entitlements);
            entitlements_ = std::move(reload->entitlements);
        }
        any = true;
    }
    return any;
}

bool OrderEntryApplication::has_work() const {
    return reloads_.size_approx() != 0 || desk_.has_work();
}

bool OrderEntryApplication::force_breaker(SessionId session, shield::BreakerForce force,
                                          book::TimeNs now) {
    const bool done = desk_.force_breaker(session, force, now);
    show(now);
    return done;
}

shield::BreakerState OrderEntryApplication::breaker(SessionId session) const {
    return static_cast<shield::BreakerState>(
        breakers_[static_cast<std::size_t>(session)].load(std::memory_order_relaxed));
}

void OrderEntryApplication::show(book::TimeNs now) {
    shown_ = now;
    cells_.count(desk_.counts(), counted_);
    for (std::uint32_t i = 0; i < directory_.session_count(); ++i) {
        const shield::CircuitBreaker& breaker = desk_.shield(SessionId{i}).breaker();
        const auto state = static_cast<std::uint8_t>(breaker.state());
        const std::uint8_t before = breakers_[i].load(std::memory_order_relaxed);
        if (state == before) continue;
        breakers_[i].store(state, std::memory_order_relaxed);
        cells_.breakers[i]->set(state);
        log::module("fix").warning(
            "session {}: its breaker is {}, by {}", directory_.session(SessionId{i}).name,
            shield::to_string(breaker.state()), shield::to_string(breaker.cause()));
    }
}

}  // namespace tickweir::gateway::fix
