// What the entries of a message do to the levels of one instrument, as absolute rows: the sum of
// all entries at a price where ids name them, else what is said of the price.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "codecs/json/market_frame.hpp"
#include "gateway/feeds/fix/md_entry.hpp"
#include "gateway/feeds/fix/md_ids.hpp"
#include "gateway/feeds/json_instrument.hpp"

namespace tickweir::gateway {

/// The sum of two exact numbers; none beyond 63 bits or 18 decimals.
std::optional<codecs::json::Number> add_exactly(codecs::json::Number a, codecs::json::Number b);

/// Collects the rows of one instrument and message at a time. One owner thread.
class MdRows {
public:
    explicit MdRows(std::size_t ids_max) : ids_max_{ids_max} {}

    /// `whole`: of a snapshot, so that nothing of the book counts.
    void begin(const JsonInstrument& instrument, MdIds& ids, bool whole);
    /// Takes an entry that is a bid, an offer or a removal; `none`, or why the book is not as the
    /// venue's: then ids may have changed, and only a snapshot helps.
    [[nodiscard]] SyncReason take(const MdEntry& entry);
    /// The book was emptied: what was collected is gone, and the rest is a snapshot.
    void empty();
    bool is_whole() const { return whole_; }
    bool has_rows() const { return !bids_.empty() || !asks_.empty(); }

    /// Puts the rows into a frame of one event; of a snapshot several at a price are added up.
    /// False: their sum fits no number.
    [[nodiscard]] bool finish(codecs::json::MarketFrame& frame, codecs::json::BookEvent& event);

private:
    using Row = codecs::json::LevelRow;
    using Number = codecs::json::Number;

    std::vector<Row>& rows_of(book::Side side) { return side == book::Side::buy ? bids_ : asks_; }
    SyncReason take_named(const MdEntry& entry);
    SyncReason take_priced(const MdEntry& entry);
    SyncReason remove_at_position(const MdEntry& entry, book::Side side);
    bool put(std::string_view id, const MdIds::Entry& entry);
    bool adjust(book::Side side, Number price, Number by);
    Number open_at(book::Side side, Number price) const;
    static bool add_up(std::vector<Row>& rows);

    std::size_t ids_max_;
    const JsonInstrument* instrument_ = nullptr;
    MdIds* ids_ = nullptr;
    bool whole_ = false;
    std::vector<Row> bids_;
    std::vector<Row> asks_;
};

}  // namespace tickweir::gateway
