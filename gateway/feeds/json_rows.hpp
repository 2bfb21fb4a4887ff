// Events of a JSON venue as rows of its instruments' integers. Instruments become finer where a
// number needs it; a snapshot that does not fit beside what was before begins its scale anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codecs/json/market_frame.hpp"
#include "gateway/feeds/json_instrument.hpp"
#include "gateway/feeds/sync/book_sync.hpp"
#include "gateway/feeds/sync/scale.hpp"

namespace tickweir::gateway {

/// A level in the instrument's scale; false where its numbers need another one, or fit none.
inline bool read_level(const JsonInstrument& instrument, const codecs::json::LevelRow& level,
                       SyncRow& out) {
    return scale(level.price, instrument.price_decimals, out.price.ticks) == Scaled::ok &&
           scale(level.quantity, instrument.quantity_decimals, out.open.lots) == Scaled::ok;
}

/// The rows of one event at a time, in memory that is kept. One owner thread.
class JsonRows {
public:
    /// At most so many rows of a book keyed by ids, both sides together.
    explicit JsonRows(std::size_t keyed_rows_max) : keyed_rows_max_{keyed_rows_max} {}

    /// Reads a book event; `out` is good until the next call. Answers `none`, or why it cannot be
    /// applied: then the instrument's scale is as it was, unless rows before were finer. Whether
    /// the scale is another one, its `scale_version` tells; where a snapshot began it anew, the
    /// book is empty. Linear in the rows.
    SyncReason read(JsonInstrument& instrument, const codecs::json::MarketFrame& frame,
                    const codecs::json::BookEvent& event, SyncRows& out);

    /// A price and a quantity that may make the instrument finer; false where they do not fit.
    bool read_growing(JsonInstrument& instrument, const codecs::json::LevelRow& level,
                      SyncRow& out);

private:
    using Frame = codecs::json::MarketFrame;
    using Event = codecs::json::BookEvent;

    struct Decimals {
        std::uint32_t price = 0;
        std::uint32_t quantity = 0;
    };

    bool read_all(const JsonInstrument& instrument, const Frame& frame, const Event& event);
    bool make_finer(JsonInstrument& instrument, const Frame& frame, const Event& event);
    static bool begin_scale(JsonInstrument& instrument, const Frame& frame, const Event& event);
    static Decimals finest(const Frame& frame, const Event& event, Decimals least);
    static bool all_fit(const Frame& frame, const Event& event, Decimals decimals);
    bool rescale(JsonInstrument& instrument, std::uint32_t price_decimals,
                 std::uint32_t quantity_decimals);
    static void set_scale(JsonInstrument& instrument, Decimals decimals);
    SyncReason read_keyed(JsonInstrument& instrument, const Frame& frame, const Event& event,
                          SyncRows& out);
    SyncReason read_keyed_row(JsonInstrument& instrument, codecs::json::BookKind kind,
                              const codecs::json::KeyedRow& row);
    bool put_keyed(JsonInstrument& instrument, book::Side side, codecs::json::Number price,
                   codecs::json::Number quantity);
    bool refine_read_rows(const JsonInstrument& instrument, std::uint32_t price_before,
                          std::uint32_t quantity_before);

    std::size_t keyed_rows_max_;
    std::vector<SyncRow> rows_;  // bids, then asks; of a keyed book the asks
    std::vector<SyncRow> keyed_bids_;
    std::vector<book::Level> levels_;  // while a book is rescaled
};

}  // namespace tickweir::gateway
