// What a replay found: values that its reports print. Of several shards or sessions they add up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "book/types.hpp"
#include "gateway/commands/bbo_digest.hpp"
#include "gateway/commands/replay_input.hpp"
#include "gateway/commands/shown_book.hpp"
#include "gateway/feeds/itch_books.hpp"

namespace tickweir::gateway {

/// What happened to one instrument over the whole replay.
struct InstrumentTotals {
    std::uint64_t book_updates = 0;
    std::uint64_t unapplied = 0;  ///< refused
    std::uint64_t gaps = 0;       ///< times messages were lost while it was in sync
    std::uint64_t trades = 0;
    book::Quantity trade_volume;
    book::Quantity cross_volume;
    std::optional<book::Price> last_trade_price;
    std::optional<book::TimeNs> first_time;  ///< of book data or a trade
    std::optional<book::TimeNs> last_time;

    /// Adds what happened later.
    void add(const InstrumentTotals& later);
};

struct ReplayInstrument {
    InstrumentTotals totals;
    bool in_sync = true;  ///< at the end
    TradingState state = TradingState::unknown;
    BboDigest::Value bbo;
    ShownBook book;
};

using ReplayInstruments = std::map<std::string, ReplayInstrument, std::less<>>;

struct ReplayResult {
    ItchCounts counts;
    double seconds = 0;
    unsigned threads = 1;           ///< that built the books
    ReplayInstruments instruments;  ///< those that are shown, by symbol
    std::size_t known_instruments = 0;
    std::uint64_t open_orders = 0;  ///< in all books at the end
    std::uint64_t gaps = 0;
    std::uint64_t lost_messages = 0;
    std::uint64_t duplicate_messages = 0;
    ReplayEnd end;
    std::string output_error;  ///< a file of events or samples could not be written

    /// With the two bytes of each message's length.
    std::uint64_t framed_bytes() const { return counts.bytes + 2 * counts.messages; }
    /// 0 where nothing could be measured.
    double messages_per_second() const {
        return seconds > 0 ? static_cast<double>(counts.messages) / seconds : 0;
    }
};

}  // namespace tickweir::gateway
