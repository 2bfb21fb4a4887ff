// What is asked of the markets: counts who is interested in what, asks when the first comes,
// and takes it back some seconds after the last has gone. One owner thread; times are passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "book/types.hpp"
#include "gateway/market/market_link.hpp"
#include "gateway/replica/instrument_state.hpp"

namespace tickweir::gateway::replica {

class Watches {
public:
    /// How long something stays watched that nobody wants any more.
    static constexpr std::chrono::nanoseconds linger = std::chrono::seconds{5};

    Watches(std::vector<MarketLink>& markets, std::vector<InstrumentState>& instruments);

    /// One more who wants it, and one less. A `watch` of 0 is sent in any case: no matter.
    void enter(std::uint32_t instrument, std::uint8_t watch);
    void leave(std::uint32_t instrument, std::uint8_t watch, book::TimeNs now);
    /// A question: interest that ends by itself.
    void ask(std::uint32_t instrument, Watch watch, book::TimeNs now);
    /// The replica is not to be trusted: have the beginning sent anew.
    void ask_again(std::uint32_t instrument, Watch watch);

    /// Sends what there is room for; what there is none for stays queued.
    void send_requests(book::TimeNs now);
    /// Ends what has lingered long enough. Whether there was any.
    bool end_lingering(book::TimeNs now);
    std::optional<book::TimeNs> next_due() const;
    /// Whether requests wait for room.
    bool has_unsent() const { return unsent_ != 0; }

private:
    void want_request(std::uint32_t instrument);
    void keep_until(std::uint32_t instrument, std::size_t kind, book::TimeNs until);
    std::uint8_t wanted(const InstrumentState& state, book::TimeNs now) const;
    bool send_request(std::uint32_t instrument, book::TimeNs now);

    std::vector<MarketLink>& markets_;
    std::vector<InstrumentState>& instruments_;
    std::vector<std::vector<std::uint32_t>> due_;  // by market: instruments to ask for
    std::size_t unsent_ = 0;
    struct Lingering {
        std::uint32_t instrument;
        book::TimeNs until;
    };
    std::deque<Lingering> lingering_;  // an instrument at most once, in order of time
};

}  // namespace tickweir::gateway::replica
