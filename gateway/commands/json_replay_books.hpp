// The books of one venue in a replay of JSON captures, and everything that watches them: volumes,
// digests, events, the books as they stood at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "book/exact/decimal.hpp"
#include "book/types.hpp"
#include "gateway/commands/level_event_writer.hpp"
#include "gateway/commands/shown_book.hpp"
#include "gateway/commands/symbol_filter.hpp"
#include "gateway/commands/top_sampler.hpp"
#include "gateway/commands/touch_digest.hpp"
#include "gateway/feeds/json_books.hpp"
#include "replay/json_capture.hpp"

namespace tickweir::gateway {

/// What a replay knows of an instrument beside its book.
struct JsonReplayInstrument {
    std::optional<book::exact::Decimal> volume{book::exact::Decimal{}};  ///< none: beyond 38 digits
    std::optional<book::exact::Decimal> last_trade_price;
    TouchDigest digest;
    bool changed = false;  ///< its book, by the line in hand
    std::optional<ShownBook> shown;
    unsigned shown_price_decimals = 0;
    unsigned shown_quantity_decimals = 0;
};

/// Counts of the lines of one venue's captures.
struct JsonReplayLines {
    std::uint64_t frames = 0;
    std::uint64_t answers = 0;
    std::uint64_t sends = 0;
};

/// One owner thread. With `watched` false it builds the books and nothing else, for measurements.
class JsonReplayBooks {
public:
    JsonReplayBooks(codecs::json::VenueId venue, bool watched, LevelEventWriter* events)
        : books_{{.venue = venue}}, watched_{watched}, events_{events} {}

    /// Applies a line; the status of what was sent is ok.
    codecs::json::FrameStatus apply(const replay::JsonLine& line);

    /// Another capture of this venue begins. Where numbers tell whether it goes on where the last
    /// one ended, they decide; elsewhere the books are out of sync until their next snapshot.
    void begin_capture(book::TimeNs first);

    /// Keeps the books as they stand now.
    void show(std::size_t depth);

    /// A row for each instrument that has a book; false if there is none.
    bool sample(TopSampler& sampler, book::TimeNs time, const SymbolFilter& filter) const;

    std::string_view venue() const { return codecs::json::to_string(books_.venue()); }
    const JsonBooks& books() const { return books_; }
    const JsonReplayLines& lines() const { return lines_; }
    /// Requires show().
    const JsonReplayInstrument& watched(std::size_t index) const { return instruments_[index]; }

private:
    struct Listener;
    JsonReplayInstrument& instrument(std::uint32_t index);
    void note_touches();

    JsonBooks books_;
    bool watched_;
    LevelEventWriter* events_;
    bool began_ = false;
    JsonReplayLines lines_;
    std::vector<JsonReplayInstrument> instruments_;
    std::vector<std::uint32_t> changed_;
};

}  // namespace tickweir::gateway
