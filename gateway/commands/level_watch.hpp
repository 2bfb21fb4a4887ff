// What watches books of levels in a replay: volumes, digests, events, the books as they stood at a
// time. For venues of JSON and senders of FIX alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "book/exact/decimal.hpp"
#include "book/types.hpp"
#include "gateway/commands/level_event_writer.hpp"
#include "gateway/commands/shown_book.hpp"
#include "gateway/commands/symbol_filter.hpp"
#include "gateway/commands/top_sampler.hpp"
#include "gateway/commands/touch_digest.hpp"
#include "gateway/feeds/json_instrument.hpp"

namespace tickweir::gateway {

/// What a replay knows of an instrument beside its book.
struct WatchedLevels {
    std::optional<book::exact::Decimal> volume{book::exact::Decimal{}};  ///< none: beyond 38 digits
    std::optional<book::exact::Decimal> last_trade_price;
    TouchDigest digest;
    bool changed = false;  ///< its book, by the text in hand
    std::optional<ShownBook> shown;
    unsigned shown_price_decimals = 0;
    unsigned shown_quantity_decimals = 0;
};

/// Of the instruments of one venue. One owner thread.
class LevelWatch {
public:
    LevelWatch(std::string venue, LevelEventWriter* events)
        : venue_{std::move(venue)}, events_{events} {}

    /// Hears what books do, for the length of one text.
    struct Listener {
        LevelWatch& watch;
        const JsonInstruments& instruments;
        std::int64_t received_ns;

        void on_levels(std::uint32_t index, std::span<const book::LevelBookChange> changes,
                       JsonTimes times, bool touch_changed) const;
        void on_snapshot(std::uint32_t index, JsonTimes times) const;
        void on_trade(std::uint32_t index, const JsonTrade& trade) const;
        void on_sync(std::uint32_t index, SyncState state, SyncReason reason) const;
    };
    Listener listener(const JsonInstruments& instruments, std::int64_t received_ns) {
        return {*this, instruments, received_ns};
    }

    /// After each text: the touches of the books that it changed.
    void note_touches(const JsonInstruments& instruments);
    /// Keeps the books as they stand now.
    void show(const JsonInstruments& instruments, std::size_t depth);
    /// A row for each instrument that has a book; false if there is none.
    static bool sample(const JsonInstruments& instruments, TopSampler& sampler, book::TimeNs time,
                       const SymbolFilter& filter);

    std::string_view venue() const { return venue_; }
    /// Of an instrument that came after show(), without a book that is shown.
    const WatchedLevels& operator[](std::size_t index) const {
        static const WatchedLevels none;
        return index < watched_.size() ? watched_[index] : none;
    }

private:
    WatchedLevels& at(std::uint32_t index);
    void touch(std::uint32_t index);

    std::string venue_;
    LevelEventWriter* events_;
    std::vector<WatchedLevels> watched_;
    std::vector<std::uint32_t> changed_;
};

}  // namespace tickweir::gateway
