// What the markets send, applied: records of their rings become the newest state of instruments,
// and the publisher is told what changed. One owner thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gateway/market/market_event.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/hub/instrument_state.hpp"
#include "gateway/serve/hub/publisher.hpp"

namespace tickweir::gateway::hub {

class MarketInput {
public:
    /// Of an instrument: levels a replica keeps on each side; what is worse is not shown at any
    /// depth.
    static constexpr std::uint32_t levels_max = 65'536;

    /// `orders` outlives the instruments' replicas.
    MarketInput(const HubParts& parts, Publisher& publisher, std::vector<MarketLink>& markets,
                OrderAllowance& orders);

    /// Takes at most `most` records of each market, fewer where they fill a client's queue. Whether
    /// there were any.
    bool take(std::size_t most);
    bool has_work() const;

    /// The receive times of the records taken by the last take(), where known.
    std::span<const std::int64_t> received() const { return received_; }
    /// Instruments whose levels became known since the last call; for those who wait for a book.
    std::vector<std::uint32_t>& levels_begun() { return levels_begun_; }

private:
    std::size_t take_from(std::size_t market, std::size_t most, bool& filled);
    void apply(std::size_t market, std::span<const std::byte> record);
    void on_quote(InstrumentState& state, std::uint32_t id, const MarketEventHeader& header,
                  const store::Quote& quote);
    void on_levels(InstrumentState& state, std::uint32_t id, const MarketEventHeader& header,
                   std::span<const LevelItem> items);
    void on_levels_snapshot(std::size_t market, InstrumentState& state, std::uint32_t id,
                            const MarketEventHeader& header, std::span<const LevelItem> items);
    void on_orders(InstrumentState& state, std::uint32_t id, const MarketEventHeader& header,
                   std::span<const OrderItem> items);
    void on_orders_snapshot(InstrumentState& state, std::uint32_t id,
                            const MarketEventHeader& header, std::span<const OrderItem> items);
    void on_trades_begin(InstrumentState& state, std::uint32_t id, const MarketEventHeader& header,
                         const store::Trade& last);
    void on_trade(InstrumentState& state, std::uint32_t id, const MarketEventHeader& header,
                  const store::Trade& trade);
    void on_status(InstrumentState& state, std::uint32_t id, const store::InstrumentStatus& status);
    void lose_levels(InstrumentState& state, std::uint32_t id);
    /// A kind's beginning is whole: for those who start, or in place of what was known.
    void begin(InstrumentState& state, std::uint32_t id, Watch watch, Channel channel);

    HubParts parts_;
    Publisher& publisher_;
    std::vector<MarketLink>& markets_;
    std::size_t next_market_ = 0;                  // goes on where a queue became full
    std::vector<std::vector<LevelItem>> loading_;  // by market: the snapshot that is coming in
    std::vector<std::int64_t> received_;
    std::vector<std::uint32_t> levels_begun_;
    OrderAllowance& orders_;
};

}  // namespace tickweir::gateway::hub
