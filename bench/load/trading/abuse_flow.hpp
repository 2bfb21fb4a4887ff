// What clients send that a gateway's memory has to be bounded against: names that nobody had
// before, the largest messages, frames that are none, orders without end, and questions whose
// answers nobody reads. Pure: the same seed gives the same messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

#include "bench/load/trading/own_orders.hpp"

namespace tickweir::bench {

class AbuseFlow {
public:
    /// `run` begins its ClOrdIDs; the instruments have to outlive it.
    AbuseFlow(std::uint64_t seed, std::string run, std::span<const TradedInstrument> instruments,
              std::int64_t reference_ticks);

    /// Of all instruments, whole books and their trades.
    void subscribe(ClientSession& session, TimeNs now);
    /// An order that stays, and stays a client's of whom nothing else is known.
    void rest(ClientSession& session, TimeNs now);
    /// All that was ever sent, once more, and all open orders.
    void ask_again(ClientSession& session, TimeNs now);
    /// One of the other things, in turn: an unknown symbol in an order and in a subscription, a
    /// message as large as there are, one of each kind of broken frame, a cancel of an order that
    /// never was.
    void trouble(ClientSession& session, TimeNs now);

    std::uint64_t sent() const { return sent_; }

    /// What `trouble` goes through.
    static constexpr std::size_t troubles = 8;
    static constexpr std::size_t largest_text = 60'000;

private:
    std::string unique(std::string_view prefix);
    const TradedInstrument& any();
    void order(ClientSession& session, TimeNs now, std::string_view symbol,
               std::string_view text = {});
    void ask_market_data(ClientSession& session, TimeNs now, std::span<const std::string> symbols);
    void cancel_nothing(ClientSession& session, TimeNs now);
    void count(bool sent) { sent_ += sent ? 1 : 0; }

    std::mt19937_64 random_;
    std::string run_;
    std::span<const TradedInstrument> instruments_;
    std::int64_t reference_ticks_;
    std::string largest_;
    std::uint64_t names_ = 0;
    std::uint64_t turns_ = 0;
    std::uint64_t sent_ = 0;
};

}  // namespace tickweir::bench
