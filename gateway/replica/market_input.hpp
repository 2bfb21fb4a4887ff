// What the markets send, applied: records of their rings become the newest state of instruments,
// and a listener is told what changed. One owner thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "book/budget.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/market/market_link.hpp"
#include "gateway/replica/instrument_state.hpp"
#include "gateway/replica/watches.hpp"

namespace tickweir::gateway::replica {

/// What an input works on. `orders` outlives the instruments' replicas.
struct InputParts {
    std::vector<InstrumentState>& instruments;
    Watches& watches;
    const std::vector<MarketLink>& markets;
    OrderAllowance& orders;
    book::MemoryBudget* budget = nullptr;
};

/// A listener has these; instruments are given by number, and but for the levels their state has
/// changed already:
///
///     bool full();                            // take no more for now; its own matter when
///     void quote_changed(id);
///     bool change_levels(id, items);          // applies them to the replica; false: no room for
///     it void levels_lost(id);                   // the replica is gone until somebody asks again
///     void orders_changed(id, items);
///     void orders_do_not_fit(id);
///     void traded(id, trade);
///     void status_changed(id);                // trading state or reason
///     void sync_changed(id);                  // whether the book can be trusted
///     void begun(id, watch);                  // known from now on
///     void replaced(id, watch);               // a whole new state where there was one
template <class Listener>
class MarketInput {
public:
    /// Of an instrument: levels a replica keeps on each side; what is worse is not shown at any
    /// depth.
    static constexpr std::uint32_t levels_max = 65'536;

    /// `most` is the largest that take() will be called with.
    MarketInput(const InputParts& parts, Listener& listener, std::size_t most);

    /// Takes at most `most` records of each market, fewer where the listener is full. How many
    /// there were.
    std::size_t take(std::size_t most);
    bool has_work() const;

    /// The receive times of the records taken by the last take(), where known.
    std::span<const std::int64_t> received() const { return received_; }
    /// Instruments whose levels became known since the last call; for those who wait for a book.
    std::vector<std::uint32_t>& levels_begun() { return levels_begun_; }

private:
    std::size_t take_from(std::size_t market, std::size_t most, bool& full);
    void apply(std::size_t market, std::span<const std::byte> record);
    void on_quote(InstrumentState& state, std::uint32_t id, const MarketEventHeader& header,
                  const store::Quote& quote);
    void on_levels(InstrumentState& state, std::uint32_t id, const MarketEventHeader& header,
                   std::span<const LevelItem> items);
    void on_levels_snapshot(std::size_t market, InstrumentState& state, std::uint32_t id,
                            const MarketEventHeader& header, std::span<const LevelItem> items);
    bool load_levels(InstrumentState& state, store::Scale scale,
                     std::span<const LevelItem> best_first);
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
    void begin(InstrumentState& state, std::uint32_t id, Watch watch);

    InputParts parts_;
    Listener& listener_;
    std::size_t next_market_ = 0;                  // goes on where the listener became full
    std::vector<std::vector<LevelItem>> loading_;  // by market: the snapshot that is coming in
    std::vector<std::int64_t> received_;
    std::vector<std::uint32_t> levels_begun_;
};

}  // namespace tickweir::gateway::replica

#include "gateway/replica/market_input_impl.hpp"
