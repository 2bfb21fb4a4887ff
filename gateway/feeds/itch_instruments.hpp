// What an ITCH feed tells about its instruments beside their books: names by stock locate, trading
// state, trades and the times of the first and last data. One line of cache an instrument.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "book/arena.hpp"
#include "book/prefetch.hpp"
#include "book/types.hpp"

namespace tickweir::gateway {

/// Trading state as the action messages give it (ITCH 5.0 §1.2.2); `unknown` before the first one.
enum class TradingState : std::uint8_t { unknown, trading, halted, paused, quotation_only };

/// One instrument of an ITCH feed, identified by its stock locate. Zero bytes are an unknown one.
struct alignas(64) ItchInstrument {
    static constexpr unsigned price_decimals = 4;  // "Price(4)" of the specification
    static constexpr unsigned quantity_decimals = 0;

    std::array<char, 8> name;      ///< padded with blanks as on the wire
    std::uint64_t first_time_ns;   ///< since midnight of the session's day; valid if `has_data`
    std::uint64_t last_time_ns;    ///< likewise
    std::uint64_t trades;          ///< E, printable C, P
    book::Quantity trade_volume;   ///< of those
    book::Quantity cross_volume;   ///< of Q
    book::Price last_trade_price;  ///< valid if `trades` is not 0
    std::uint32_t refused;         ///< book events that could not be applied
    bool known;                    ///< announced by R, or learned
    bool has_data;
    bool lost_sync;  ///< the book may be wrong: something was lost or refused
    TradingState state;

    std::string_view symbol() const {
        const std::string_view text{name.data(), name.size()};
        const std::size_t last = text.find_last_not_of(' ');
        return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
    }

    /// Notes the time of book data or a trade.
    void touch(std::uint64_t time_ns) {
        if (!has_data) [[unlikely]] {
            has_data = true;
            first_time_ns = time_ns;
        }
        last_time_ns = time_ns;
    }

    void note_trade(book::Price price, book::Quantity quantity) {
        ++trades;
        trade_volume = trade_volume + quantity;
        last_trade_price = price;
    }
};
static_assert(sizeof(ItchInstrument) == 64);

/// All instruments of one feed by stock locate (16 bits). Memory comes with use. One owner thread.
class ItchInstruments {
public:
    static constexpr std::size_t limit = 65'536;

    /// Throws std::bad_alloc when the addresses or the budget do not suffice.
    explicit ItchInstruments(book::MemoryBudget* budget) : table_{limit, budget} {
        if (!table_.commit(limit)) throw std::bad_alloc{};
    }

    ItchInstrument& operator[](std::uint16_t locate) { return table_[locate]; }
    const ItchInstrument& operator[](std::uint16_t locate) const { return table_[locate]; }

    /// Brings a locate's line towards the cache.
    void prefetch(std::uint16_t locate) const { book::prefetch(table_.data() + locate); }

    /// Names a locate. Another name than before starts the instrument afresh.
    void announce(std::uint16_t locate, const std::array<char, 8>& name) {
        ItchInstrument& instrument = table_[locate];
        if (instrument.known && instrument.name == name) return;
        instrument = ItchInstrument{};
        instrument.known = true;
        instrument.name = name;
        highest_ = std::max<std::uint32_t>(highest_, locate + 1U);
    }

    /// Calls `visit(locate, const ItchInstrument&)` for every known instrument, by locate.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        for (std::uint32_t locate = 0; locate < highest_; ++locate)
            if (table_[locate].known) visit(static_cast<std::uint16_t>(locate), table_[locate]);
    }

    /// Something was lost that may have concerned any of them.
    void all_lost_sync() {
        for (std::uint32_t locate = 0; locate < highest_; ++locate)
            table_[locate].lost_sync = true;
    }

    void all_in_sync() {
        for (std::uint32_t locate = 0; locate < highest_; ++locate)
            table_[locate].lost_sync = false;
    }

    void reset() {
        table_.zero(highest_);
        highest_ = 0;
    }

    std::size_t committed_bytes() const { return table_.committed_bytes(); }

private:
    book::ReservedArray<ItchInstrument> table_;
    std::uint32_t highest_ = 0;
};

}  // namespace tickweir::gateway
