#include "gateway/replica/instrument_state.hpp"

#include <utility>

namespace tickweir::gateway::replica {

bool learn_instruments(std::vector<InstrumentState>& instruments, const store::MarketStore& store,
                       std::span<const MarketLink> markets) {
    const std::size_t known = instruments.size();
    const std::size_t count = store.instruments().count();
    for (std::size_t i = known; i < count; ++i) {
        const book::InstrumentId id{static_cast<std::uint32_t>(i)};
        InstrumentState state;
        state.spec = &store.instruments()[id];
        state.status = store.latest_status(id);
        for (std::size_t market = 0; market < markets.size(); ++market)
            if (markets[market].owns == nullptr ||
                markets[market].owns(markets[market].context, id))
                state.market = static_cast<std::uint32_t>(market);
        instruments.push_back(std::move(state));
    }
    return count != known;
}

}  // namespace tickweir::gateway::replica
