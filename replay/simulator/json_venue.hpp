// How the simulated venues send their market: names, requests, and the frames that a change, a
// trade or a second makes. Knows the text and the numbering of each venue; when what is sent is for
// JsonSimulator.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/json/book_checksum.hpp"
#include "codecs/json/venue_id.hpp"
#include "replay/simulator/json_market.hpp"
#include "replay/simulator/random.hpp"

namespace tickweir::replay::simulator {

/// One instrument as its venue tells of it.
struct ToldInstrument {
    std::string symbol;
    std::uint16_t locate = 0;
    unsigned written_price_decimals = 2;
    std::uint64_t id = 0;       ///< of its book's last change
    std::uint64_t sent_id = 0;  ///< of the last change that was sent
    std::uint64_t trades = 0;
    std::uint64_t frames = 0;             ///< changes that were sent, where the venue numbers these
    std::int64_t sent_ns = 0;             ///< when a book frame was sent last
    std::array<Ladder, 2> sent;           ///< the book as it was sent
    bool subscribed = false;              ///< changes are sent
    std::array<std::int64_t, 4> touch{};  ///< as it was sent: bid, its shares, ask, its shares
};

/// A level that a client has to be told.
struct ToldRow {
    std::int64_t price = 0;
    std::int64_t shares = 0;  ///< 0: gone
    bool was_there = false;   ///< it was sent before
    friend bool operator==(const ToldRow&, const ToldRow&) = default;
};
using ToldRows = std::vector<ToldRow>;

/// What a venue's book channel is like.
struct JsonVenueTraits {
    std::size_t depth = 0;          ///< levels a side; 0: all
    bool tells_pushed_out = false;  ///< of levels that better ones push out of that depth
    bool snapshot_over_http = false;
    std::int64_t batch_ns = 100'000'000;  ///< from one frame of changes to the next
    std::int64_t heartbeat_ns = 0;        ///< 0: the venue sends none
    std::int64_t keep_alive_ns = 0;       ///< of a book that does not change; 0: none
};

class JsonVenue {
public:
    virtual ~JsonVenue() = default;

    virtual JsonVenueTraits traits() const = 0;
    virtual std::string symbol_of(std::string_view name) const = 0;

    /// Requests for all instruments, and what they are answered with; a text each.
    virtual std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const = 0;
    virtual std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                             std::int64_t now_ns) = 0;

    /// The book as it was sent, whole: a frame, or the body of an answer to GET target().
    virtual std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) = 0;
    virtual std::string target(const ToldInstrument&) const { return {}; }
    /// Changes since the last one, in a frame or several; `told` has them already.
    virtual std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                            const ToldRows& asks, std::int64_t now_ns) = 0;
    virtual std::string trade(ToldInstrument& told, const MarketTrade& trade,
                              std::int64_t now_ns) = 0;
    /// The best bid and ask, which changed; empty: the venue does not tell.
    virtual std::string touch(const ToldInstrument& told, std::int64_t now_ns) = 0;
    virtual std::string heartbeat(std::int64_t now_ns) = 0;
    /// Of a book that did not change for keep_alive_ns.
    virtual std::string keep_alive(ToldInstrument&, std::int64_t) { return {}; }
};

std::unique_ptr<JsonVenue> make_json_venue(codecs::json::VenueId venue, std::uint64_t seed);

std::unique_ptr<JsonVenue> make_binance(codecs::json::VenueId venue);
std::unique_ptr<JsonVenue> make_coinbase_exchange();
std::unique_ptr<JsonVenue> make_kraken_v1();
std::unique_ptr<JsonVenue> make_bybit();
std::unique_ptr<JsonVenue> make_bitstamp();
std::unique_ptr<JsonVenue> make_kraken_futures();
std::unique_ptr<JsonVenue> make_deribit();
std::unique_ptr<JsonVenue> make_bitmex();
std::unique_ptr<JsonVenue> make_kraken_v2();
std::unique_ptr<JsonVenue> make_okx(std::uint64_t seed);
std::unique_ptr<JsonVenue> make_coinbase_advanced();

/// Milliseconds since 1970.
constexpr std::int64_t ms_of(std::int64_t time_ns) {
    return time_ns / 1'000'000;
}

/// Calls `each(price, shares, is_first)` for the levels of a side as they were sent, best first.
template <class Each>
void for_sent(const ToldInstrument& told, book::Side side, Each&& each) {
    bool is_first = true;
    for (const auto& [key, shares] : told.sent[static_cast<std::size_t>(side)]) {
        each(price_at(side, key), shares, is_first);
        is_first = false;
    }
}

/// The best levels of both sides as they were sent, at most so many, by book::Side.
std::array<std::vector<codecs::json::ScaledLevel>, 2> best_of(const ToldInstrument& told,
                                                              std::size_t most);

/// `"A","B"`
std::string names_of(const std::vector<ToldInstrument>& all);

/// All levels of a side as rows.
ToldRows rows_of(const ToldInstrument& told, book::Side side);

/// `[BEFORE price MIDDLE quantity AFTER, ...]`
struct JsonRowForm {
    std::string_view before;
    std::string_view middle;
    std::string_view after;
    unsigned price_written = 0;  ///< decimals; 0: normal form
    unsigned quantity_written = 0;
};
void append_rows(std::string& out, const ToldRows& rows, const JsonRowForm& form);

}  // namespace tickweir::replay::simulator
