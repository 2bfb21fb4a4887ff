// What the tests of JsonBooks share: books that are fed with frames as text, and everything that a
// listener heard, as lines of text.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "book/decimal.hpp"
#include "gateway/feeds/json_books.hpp"

namespace tickweir::gateway::tests {

using codecs::json::FrameStatus;
using codecs::json::VenueId;
using testing::ElementsAre;
using testing::IsEmpty;

inline book::TimeNs at_ms(std::int64_t milliseconds) {
    return book::TimeNs{std::chrono::milliseconds{milliseconds}};
}

/// One row as a frame has it, and several of them.
inline std::string row(std::string_view price, std::string_view quantity) {
    return "[\"" + std::string{price} + "\",\"" + std::string{quantity} + "\"]";
}

/// Feeds JsonBooks; `heard` is what its listener was told since the last look.
class BooksBed {
public:
    explicit BooksBed(VenueId venue, bool live = false, const JsonBooksLimits& limits = {})
        : books{{.venue = venue, .live = live, .limits = limits}} {}

    FrameStatus frame(std::string_view text, std::uint32_t connection = 0,
                      std::int64_t milliseconds = 1) {
        const std::string padded = padded_copy(text);
        return books.apply_frame(connection, {padded.data(), text.size()}, at_ms(milliseconds),
                                 Listener{*this});
    }
    FrameStatus answer(std::string_view target, std::string_view body,
                       std::optional<book::TimeNs> asked = {}, std::int64_t milliseconds = 1) {
        const std::string padded = padded_copy(body);
        return books.apply_answer(0, target, {padded.data(), body.size()}, at_ms(milliseconds),
                                  Listener{*this}, asked);
    }
    void lose_connection(std::uint32_t connection) {
        books.on_connection_lost(connection, at_ms(1), Listener{*this});
    }
    void tick(std::int64_t milliseconds) { books.on_tick(at_ms(milliseconds), Listener{*this}); }
    std::optional<std::uint32_t> expect(std::uint32_t connection, std::string_view symbol,
                                        std::uint32_t depth = 0) {
        return books.expect(connection, symbol, Listener{*this}, depth);
    }

    /// What the listener heard since the last call.
    std::vector<std::string> heard() { return std::exchange(heard_, {}); }

    const JsonInstrument& of(std::string_view symbol) const {
        const auto index = books.instruments().find(symbol);
        EXPECT_TRUE(index.has_value()) << symbol;
        return books.instruments()[index.value_or(0)];
    }
    JsonBookCounts counts(std::string_view symbol) const { return of(symbol).totals(); }
    /// "10.5x2 10x1 | 11x3": bids from the best, asks from the best.
    std::string levels(std::string_view symbol) const {
        const JsonInstrument& instrument = of(symbol);
        std::string text;
        for (const book::Side side : {book::Side::buy, book::Side::sell}) {
            const auto rows = instrument.book().levels(side);
            for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
                const book::Level level = *row;
                if (!text.empty() && text.back() != ' ') text += ' ';
                text += book::to_text(level.price, instrument.price_decimals) + "x" +
                        book::to_text(level.open, instrument.quantity_decimals);
            }
            if (side == book::Side::buy) text += text.empty() ? "| " : " | ";
        }
        return text;
    }
    /// "in_sync", "out_of_sync gap"
    std::string sync(std::string_view symbol) const { return sync_text(of(symbol)); }

    JsonBooks books;

private:
    struct Listener {
        BooksBed& bed;

        const JsonInstrument& of(std::uint32_t index) const {
            return bed.books.instruments()[index];
        }
        void say(std::uint32_t index, const std::string& what) const {
            bed.heard_.push_back(of(index).symbol + " " + what);
        }
        void on_instrument(std::uint32_t index) const { say(index, "new"); }
        void on_rescaled(std::uint32_t index) const {
            say(index, "rescaled to " + std::to_string(of(index).price_decimals) + "," +
                           std::to_string(of(index).quantity_decimals));
        }
        void on_levels(std::uint32_t index, std::span<const book::LevelBookChange> changes,
                       JsonTimes, bool touch_changed) const {
            std::string text = "levels";
            for (const book::LevelBookChange& change : changes)
                text += std::string{change.side == book::Side::buy ? " b" : " a"} +
                        book::to_text(change.level.price, of(index).price_decimals) + "x" +
                        book::to_text(change.level.open, of(index).quantity_decimals);
            say(index, text + (touch_changed ? " touch" : ""));
        }
        void on_snapshot(std::uint32_t index, JsonTimes) const { say(index, "snapshot"); }
        void on_trade(std::uint32_t index, const JsonTrade& trade) const {
            say(index, "trade " + book::to_text(trade.price, of(index).price_decimals) + "x" +
                           book::to_text(trade.quantity, of(index).quantity_decimals) + " " +
                           std::string{trade.id});
        }
        void on_sync(std::uint32_t index, SyncState, SyncReason) const {
            say(index, sync_text(of(index)));
        }
        void on_resync_wanted(std::uint32_t index, std::uint32_t connection,
                              ResyncKind kind) const {
            say(index,
                "wants " + std::string{to_string(kind)} + " over " + std::to_string(connection));
        }
        void on_control(std::uint32_t, const codecs::json::ControlEvent& control) const {
            bed.heard_.push_back("control " + std::string{control.channel} + " " +
                                 std::string{control.symbol});
        }
    };

    static std::string sync_text(const JsonInstrument& instrument) {
        std::string text{to_string(instrument.state())};
        if (instrument.reason() != SyncReason::none)
            text += " " + std::string{to_string(instrument.reason())};
        return text;
    }
    static std::string padded_copy(std::string_view text) {
        return std::string{text} + std::string(codecs::json::text_padding, ' ');
    }

    std::vector<std::string> heard_;
};

}  // namespace tickweir::gateway::tests
