// The publisher's trades: every one goes to those who want each, none twice.
#include <algorithm>

#include "gateway/fix/market_data/publisher.hpp"

namespace tickweir::gateway::fix::market_data {

/// The number of the newest trade that the store has, 0 for none.
std::uint64_t Publisher::last_trade(std::uint32_t instrument) const {
    return parts_.store.latest_trade(book::InstrumentId{instrument}).index;
}

/// What the store still has, oldest first.
std::span<const store::Trade> Publisher::recent_trades(std::uint32_t instrument) {
    return std::span{trades_}.first(
        parts_.store.recent_trades(book::InstrumentId{instrument}, trades_));
}

std::optional<store::Trade> Publisher::trade_of(std::uint32_t instrument, std::uint64_t index) {
    if (index == 0) return std::nullopt;
    const store::Trade latest = parts_.store.latest_trade(book::InstrumentId{instrument});
    if (latest.index == index) return latest;
    const std::span<const store::Trade> recent = recent_trades(instrument);
    const auto found = std::ranges::find(recent, index, &store::Trade::index);
    return found != recent.end() ? std::optional{*found} : std::nullopt;
}

/// To those who were sent nothing of this batch the same text; to the few others what they lack.
void Publisher::publish_trades(std::uint32_t instrument) {
    Listing& listing = parts_.subscriptions.listing(instrument);
    listing.traded_due = false;
    const std::vector<store::Trade>& batch = listing.traded;
    if (batch.empty()) return;
    recipients_.clear();
    firsts_.clear();
    for (const std::uint32_t id : listing.tape) {
        const Subscription& subscription = parts_.subscriptions.subscription(id);
        if (subscription.waits_for_book()) continue;
        if (subscription.last_trade < batch.front().index)
            recipients_.push_back(id);
        else if (subscription.last_trade < batch.back().index)
            firsts_.push_back(id);
    }
    if (!recipients_.empty()) write_trades(instrument, batch);
    for (const std::uint32_t id : recipients_)
        parts_.subscriptions.subscription(id).last_trade = batch.back().index;
    for (const std::uint32_t id : firsts_) {
        Subscription& subscription = parts_.subscriptions.subscription(id);
        const auto later = std::ranges::find_if(batch, [&](const store::Trade& trade) {
            return trade.index > subscription.last_trade;
        });
        recipients_.assign(1, id);
        write_trades(instrument, {later, batch.end()});
        subscription.last_trade = batch.back().index;
    }
    listing.traded.clear();
}

/// The market's trades begin behind some that it did not send: those that the store remembers.
void Publisher::replay_trades(std::uint32_t instrument) {
    publish_trades(instrument);
    for (const std::uint32_t id : parts_.subscriptions.listing(instrument).tape)
        if (!parts_.subscriptions.subscription(id).waits_for_book()) replay_trades_to(id);
}

/// All that its market has told of and that it has not been sent.
void Publisher::replay_trades_to(std::uint32_t id) {
    Subscription& subscription = parts_.subscriptions.subscription(id);
    const std::uint64_t last = parts_.instruments[subscription.instrument].last_trade;
    if (subscription.last_trade >= last) return;
    const std::span<const store::Trade> recent = recent_trades(subscription.instrument);
    const auto first_behind = [&](std::uint64_t index) {
        return std::ranges::find_if(recent,
                                    [&](const store::Trade& trade) { return trade.index > index; });
    };
    const auto begin = first_behind(subscription.last_trade);
    const auto end = first_behind(last);
    const std::uint64_t first = begin != end ? begin->index : last + 1;
    parts_.counts.trades_missed += first - subscription.last_trade - 1;
    recipients_.assign(1, id);
    if (begin != end) write_trades(subscription.instrument, {begin, end});
    subscription.last_trade = last;
}

}  // namespace tickweir::gateway::fix::market_data
