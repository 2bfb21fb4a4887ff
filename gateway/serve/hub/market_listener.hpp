// Between what a market says and the publisher: which channel a watch is of, and when queues that
// fill end a turn. One owner thread.
#pragma once

#include <cstdint>
#include <span>

#include "gateway/market/market_event.hpp"
#include "gateway/serve/hub/channels.hpp"
#include "gateway/serve/hub/outbox.hpp"
#include "gateway/serve/hub/publisher.hpp"

namespace tickweir::gateway::hub {

/// The listener of the hub's replica::MarketInput.
class MarketListener {
public:
    MarketListener(const HubParts& parts, Publisher& publisher)
        : outbox_{parts.outbox}, publisher_{publisher} {}

    /// The rest has to wait until queues have been sent.
    bool full() { return outbox_.take_filled(); }

    void quote_changed(std::uint32_t id) { publisher_.quote_changed(id); }
    bool change_levels(std::uint32_t id, std::span<const LevelItem> items) {
        return publisher_.change_levels(id, items);
    }
    void levels_lost(std::uint32_t id) {
        publisher_.end_all(id, Channel::l2, 503, "no memory for its book");
    }
    void orders_changed(std::uint32_t id, std::span<const OrderItem> items) {
        publisher_.orders_changed(id, items);
    }
    void orders_do_not_fit(std::uint32_t id) {
        publisher_.end_all(id, Channel::l3, 503, "more orders than can be kept here");
    }
    void traded(std::uint32_t id, const store::Trade& trade) { publisher_.traded(id, trade); }
    void status_changed(std::uint32_t id) { publisher_.status_changed(id); }
    void sync_changed(std::uint32_t id) { publisher_.sync_changed(id); }
    void begun(std::uint32_t id, Watch watch) { publisher_.begun(id, channel_of(watch)); }
    void replaced(std::uint32_t id, Watch watch) { publisher_.replaced(id, channel_of(watch)); }

private:
    static Channel channel_of(Watch watch) {
        switch (watch) {
            case Watch::quote:
                return Channel::l1;
            case Watch::levels:
                return Channel::l2;
            case Watch::orders:
                return Channel::l3;
            case Watch::trades:
                return Channel::trades;
        }
        return Channel::status;
    }

    Outbox& outbox_;
    Publisher& publisher_;
};

}  // namespace tickweir::gateway::hub
