// Halts and what ends them: the quotation period, imbalances, the cross, and trading again. Also
// the first auction of a new listing. Halts last seconds, not minutes, so that short sessions show
// them whole.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "replay/simulator/feed.hpp"
#include "replay/simulator/instruments.hpp"
#include "replay/simulator/orders.hpp"
#include "replay/simulator/random.hpp"

namespace tickweir::replay::simulator {

/// Why an instrument does not trade.
enum class Halt : std::uint8_t {
    news,         ///< H, reason T1
    price_limit,  ///< P, limit up limit down, with its auction collar
    market_wide,  ///< H, a circuit breaker
    operational,  ///< h, at this venue only; ends without a cross
    new_listing,  ///< H until the first auction
};

/// Instruments are named by their place in the table.
class Auctions {
public:
    Auctions(InstrumentTable& instruments, Orders& orders, Feed& feed, Random random)
        : instruments_{instruments}, orders_{orders}, feed_{feed}, random_{random} {}

    /// Stops trading and sets the times of what follows. Nothing happens if it does not trade.
    void halt(std::uint32_t place, Halt why);
    /// Announces a first auction and sets its time; `direct` is a listing without an offering.
    void list_new(std::uint32_t place, bool direct);

    /// When the next step of any halt is due, if one is.
    std::optional<std::uint64_t> next_ns() const;
    /// Takes that step; requires that there is one.
    void act();

    /// Tells how far apart buyers and sellers of a coming auction are.
    void imbalance(std::uint32_t place, char cross_type);
    /// Prints an auction. `taking` says that it may execute the orders at the touch.
    void cross(std::uint32_t place, char cross_type, bool taking);
    /// Tells a trading state as it stands: 'T', 'H', 'P' or 'Q'.
    void tell_state(std::uint32_t place, char state, codecs::Alpha<4> reason);

private:
    enum class Step : std::uint8_t { quote, resume };

    struct Action {
        std::uint64_t time_ns;
        std::uint64_t number;  ///< in order of planning, for a strict order
        std::uint32_t place;
        Halt why;
        Step step;

        /// Later first: the order of a heap with the earliest on top.
        friend bool operator<(const Action& a, const Action& b) {
            return a.time_ns != b.time_ns ? a.time_ns > b.time_ns : a.number > b.number;
        }
    };

    void tell_halt(std::uint32_t place, Halt why);
    void tell_collar(std::uint32_t place);
    void tell_operational(std::uint32_t place, char action);
    void plan(std::uint32_t place, Halt why, Step step, std::uint64_t after_ns);
    void quote(std::uint32_t place, Halt why);
    void resume(std::uint32_t place, Halt why);

    InstrumentTable& instruments_;
    Orders& orders_;
    Feed& feed_;
    Random random_;
    std::vector<Action> actions_;
    std::uint64_t planned_ = 0;
};

}  // namespace tickweir::replay::simulator
