// What happened to each instrument over several sessions, days and captures, though the books count
// from zero in each session and times start again every midnight.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/commands/replay_result.hpp"
#include "gateway/feeds/itch_books.hpp"

namespace tickweir::gateway {

/// Adds up the counters of one ItchBooks, by symbol. One owner thread.
class ReplayTally {
public:
    using Totals = std::map<std::string, InstrumentTotals, std::less<>>;

    /// Takes in what happened since the last call, all of it on the day that began at `midnight`.
    /// To be called before the books' counters start again and at the end of each day.
    void take(const ItchBooks& books, book::TimeNs midnight);

    /// The books' own counters started again, those of the instruments did not.
    void on_books_reset();

    /// Messages are about to be lost to all books.
    void on_lost(const ItchBooks& books);

    /// Of the latest data that were taken in.
    std::optional<book::TimeNs> last_time() const { return last_time_; }

    const Totals& totals() const { return totals_; }

private:
    struct Seen {  // counters at the last call
        std::array<char, 8> name{};
        std::uint64_t version = 0;
        std::uint64_t trades = 0;
        std::uint64_t refused = 0;
        book::Quantity trade_volume;
        book::Quantity cross_volume;
    };
    void add(InstrumentTotals& totals, const ItchInstrument& now, std::uint64_t version,
             const Seen& before, book::TimeNs midnight);

    Totals totals_;
    std::optional<book::TimeNs> last_time_;
    std::vector<Seen> seen_ = std::vector<Seen>(ItchInstruments::limit);  // by locate
};

}  // namespace tickweir::gateway
