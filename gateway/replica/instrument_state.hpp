// What a thread that hears markets knows of each instrument: the newest state as its market told
// it, and how far the market has been asked. Values only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "book/level_book.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/market/market_link.hpp"
#include "gateway/replica/order_replica.hpp"
#include "store/instruments.hpp"
#include "store/market_store.hpp"
#include "store/values.hpp"

namespace tickweir::gateway::replica {

constexpr std::uint8_t bit(Watch watch) {
    return static_cast<std::uint8_t>(watch);
}
inline constexpr std::size_t watch_count = 4;

struct InstrumentState {
    static constexpr std::uint32_t no_market = ~std::uint32_t{0};

    const store::Instrument* spec = nullptr;  ///< the registry's; never moves
    std::uint32_t market = no_market;

    // What is wanted, and what was asked for; masks of Watch.
    std::array<std::uint32_t, watch_count> interest{};        ///< who wants it, by bit
    std::array<std::int64_t, watch_count> wanted_until_ns{};  ///< after the last one left, or asked
    std::uint8_t asked = 0;                                   ///< the market was told so
    std::uint8_t again = 0;                                   ///< to be asked for once more
    std::uint8_t begun = 0;    ///< the market's beginning has come: what follows is known
    std::uint8_t broken = 0;   ///< begun once, and given up here for lack of memory
    std::uint8_t loading = 0;  ///< a beginning is coming in, in pieces
    bool request_due = false;  ///< stands in the list of requests to send
    bool lingers = false;      ///< stands in the list of watches to end

    // The newest state. A kind that has not begun is not known.
    store::InstrumentStatus status;
    store::Quote quote;
    std::unique_ptr<book::LevelBook> levels;
    std::unique_ptr<OrderReplica> orders;
    store::Scale levels_scale{};   ///< of the replica: another one comes with a new beginning
    store::Scale orders_scale{};   ///< likewise
    std::uint64_t last_trade = 0;  ///< index
    std::int64_t quote_ns = 0;     ///< exchange time of the last event, each kind
    std::int64_t levels_ns = 0;
    std::int64_t orders_ns = 0;
    std::int64_t trade_ns = 0;

    bool has_begun(Watch watch) const { return (begun & bit(watch)) != 0; }
    bool is_loading(Watch watch) const { return (loading & bit(watch)) != 0; }
};

/// Takes in the instruments that the store has come to know, each as its shard's; whether there
/// were any.
bool learn_instruments(std::vector<InstrumentState>& instruments, const store::MarketStore& store,
                       std::span<const MarketLink> markets);

}  // namespace tickweir::gateway::replica
