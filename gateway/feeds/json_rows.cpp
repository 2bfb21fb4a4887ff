#include "gateway/feeds/json_rows.hpp"

#include <algorithm>

namespace tickweir::gateway {

using codecs::json::BookKind;
using codecs::json::KeyedRow;
using codecs::json::LevelRow;
using codecs::json::Number;
using codecs::json::RowRange;

namespace {

bool fits(const LevelRow& level, std::uint32_t price_decimals, std::uint32_t quantity_decimals) {
    std::int64_t unused = 0;
    return price_decimals <= scale_decimals_max && quantity_decimals <= scale_decimals_max &&
           scale(level.price, price_decimals, unused) == Scaled::ok &&
           scale(level.quantity, quantity_decimals, unused) == Scaled::ok;
}

/// Whether `see` answers true for all of an event's rows, those by id in a snapshot included.
template <class See>
bool all_rows(const codecs::json::MarketFrame& frame, const codecs::json::BookEvent& event,
              See&& see) {
    if (event.kind >= BookKind::keyed_snapshot) {
        for (std::uint32_t i = 0; i < event.bids.count; ++i) {
            const KeyedRow& row = frame.keyed[event.bids.begin + i];
            if (!see(LevelRow{row.price, row.quantity})) return false;
        }
        return true;
    }
    for (const RowRange range : {event.bids, event.asks})
        for (std::uint32_t i = 0; i < range.count; ++i)
            if (!see(frame.levels[range.begin + i])) return false;
    return true;
}

}  // namespace

// ------------------------------------------------------------------------------- rows by price

SyncReason JsonRows::read(JsonInstrument& instrument, const Frame& frame, const Event& event,
                          SyncRows& out) {
    if (event.kind >= BookKind::keyed_snapshot) {
        const SyncReason reason = read_keyed(instrument, frame, event, out);
        if (reason != SyncReason::bad_number || !begin_scale(instrument, frame, event))
            return reason;
        return read_keyed(instrument, frame, event, out);
    }
    const std::size_t count = std::size_t{event.bids.count} + event.asks.count;
    rows_.resize(count);
    if (!read_all(instrument, frame, event) &&
        ((!make_finer(instrument, frame, event) && !begin_scale(instrument, frame, event)) ||
         !read_all(instrument, frame, event)))
        return SyncReason::bad_number;
    out.bids = {rows_.data(), event.bids.count};
    out.asks = {rows_.data() + event.bids.count, event.asks.count};
    if (event.has_checksum) out.checksum = event.checksum;
    if (count != 0) {
        instrument.written_price_decimals = event.price_decimals;
        instrument.written_quantity_decimals = event.quantity_decimals;
    }
    out.price = {instrument.price_decimals, instrument.written_price_decimals};
    out.quantity = {instrument.quantity_decimals, instrument.written_quantity_decimals};
    if (instrument.sync.rules().cuts_to_depth) {
        if (event.depth != 0) instrument.depth = event.depth;
        out.depth = instrument.depth;
    }
    return SyncReason::none;
}

bool JsonRows::read_all(const JsonInstrument& instrument, const Frame& frame, const Event& event) {
    SyncRow* to = rows_.data();
    for (const RowRange range : {event.bids, event.asks})
        for (std::uint32_t i = 0; i < range.count; ++i, ++to)
            if (!read_level(instrument, frame.levels[range.begin + i], *to)) return false;
    return true;
}

/// Gives the instrument the decimals that the event's rows need. False where one of its numbers
/// does not fit for another reason, or would not any more.
bool JsonRows::make_finer(JsonInstrument& instrument, const Frame& frame, const Event& event) {
    const Decimals needed =
        finest(frame, event, {instrument.price_decimals, instrument.quantity_decimals});
    return all_fit(frame, event, needed) && rescale(instrument, needed.price, needed.quantity);
}

/// A snapshot that does not fit in the scale of before gets its own, since nothing has to fit
/// beside it: else one absurdly fine number would end the instrument. False for changes, and for
/// what fits no scale.
bool JsonRows::begin_scale(JsonInstrument& instrument, const Frame& frame, const Event& event) {
    if (event.kind != BookKind::snapshot && event.kind != BookKind::keyed_snapshot) return false;
    const Decimals own = finest(frame, event, {});
    if (!all_fit(frame, event, own)) return false;
    instrument.sync.empty_book();
    set_scale(instrument, own);
    return true;
}

/// The decimals of the event's finest numbers, or `least`.
JsonRows::Decimals JsonRows::finest(const Frame& frame, const Event& event, Decimals least) {
    all_rows(frame, event, [&](const LevelRow& level) {
        least.price = std::max(least.price, level.price.decimals);
        least.quantity = std::max(least.quantity, level.quantity.decimals);
        return true;
    });
    return least;
}

bool JsonRows::all_fit(const Frame& frame, const Event& event, Decimals decimals) {
    return all_rows(frame, event, [&](const LevelRow& level) {
        return fits(level, decimals.price, decimals.quantity);
    });
}

bool JsonRows::read_growing(JsonInstrument& instrument, const LevelRow& level, SyncRow& out) {
    if (read_level(instrument, level, out)) [[likely]]
        return true;
    const std::uint32_t price = std::max(instrument.price_decimals, level.price.decimals);
    const std::uint32_t quantity = std::max(instrument.quantity_decimals, level.quantity.decimals);
    return fits(level, price, quantity) && rescale(instrument, price, quantity) &&
           read_level(instrument, level, out);
}

/// False where nothing became finer, or the book's numbers would not fit any more.
bool JsonRows::rescale(JsonInstrument& instrument, std::uint32_t price_decimals,
                       std::uint32_t quantity_decimals) {
    const std::uint32_t price_more = price_decimals - instrument.price_decimals;
    const std::uint32_t quantity_more = quantity_decimals - instrument.quantity_decimals;
    if (price_more + quantity_more == 0 ||
        !instrument.sync.rescale(powers_of_ten[price_more], powers_of_ten[quantity_more], levels_))
        return false;
    set_scale(instrument, {price_decimals, quantity_decimals});
    return true;
}

void JsonRows::set_scale(JsonInstrument& instrument, Decimals decimals) {
    instrument.price_decimals = decimals.price;
    instrument.quantity_decimals = decimals.quantity;
    ++instrument.scale_version;
    instrument.oracle.reset();
}

// ---------------------------------------------------------------------------------- rows by id

/// What rows do to the levels: each to two of them at most, where it changes its side.
SyncReason JsonRows::read_keyed(JsonInstrument& instrument, const Frame& frame, const Event& event,
                                SyncRows& out) {
    if (event.kind == BookKind::keyed_snapshot) instrument.keyed.clear();
    keyed_bids_.clear();
    rows_.clear();
    for (std::uint32_t i = 0; i < event.bids.count; ++i) {
        const SyncReason reason =
            read_keyed_row(instrument, event.kind, frame.keyed[event.bids.begin + i]);
        if (reason != SyncReason::none) return reason;
    }
    out.bids = keyed_bids_;
    out.asks = rows_;
    return SyncReason::none;
}

SyncReason JsonRows::read_keyed_row(JsonInstrument& instrument, BookKind kind,
                                    const KeyedRow& row) {
    const bool is_new = kind == BookKind::keyed_snapshot || kind == BookKind::keyed_insert;
    const KeyedRows::Row* const known = instrument.keyed.find(row.id);
    if (is_new ? !row.has_price || !row.has_quantity : known == nullptr) return SyncReason::gap;
    const Number price = row.has_price ? row.price : known->price;
    const book::Side side = row.is_buy ? book::Side::buy : book::Side::sell;
    if (kind == BookKind::keyed_remove) {
        const bool good = put_keyed(instrument, known->side, known->price, {});
        instrument.keyed.remove(row.id);
        return good ? SyncReason::none : SyncReason::bad_number;
    }
    const bool moved = known != nullptr && (known->side != side || !(known->price == price));
    if (moved && !row.has_quantity) return SyncReason::gap;  // how much it takes along, is not told
    if (moved && !put_keyed(instrument, known->side, known->price, {}))
        return SyncReason::bad_number;
    if (!instrument.keyed.put(row.id, price, side, keyed_rows_max_))
        return SyncReason::too_many_levels;
    if (!row.has_quantity) return SyncReason::none;
    return put_keyed(instrument, side, price, row.quantity) ? SyncReason::none
                                                            : SyncReason::bad_number;
}

bool JsonRows::put_keyed(JsonInstrument& instrument, book::Side side, Number price,
                         Number quantity) {
    const std::uint32_t price_before = instrument.price_decimals;
    const std::uint32_t quantity_before = instrument.quantity_decimals;
    const std::uint32_t version = instrument.scale_version;
    SyncRow row;
    if (!read_growing(instrument, {price, quantity}, row)) return false;
    if (instrument.scale_version != version &&
        !refine_read_rows(instrument, price_before, quantity_before))
        return false;
    (side == book::Side::buy ? keyed_bids_ : rows_).push_back(row);
    return true;
}

/// The rows read so far are of the scale of before.
bool JsonRows::refine_read_rows(const JsonInstrument& instrument, std::uint32_t price_before,
                                std::uint32_t quantity_before) {
    const std::int64_t price = powers_of_ten[instrument.price_decimals - price_before];
    const std::int64_t lots = powers_of_ten[instrument.quantity_decimals - quantity_before];
    for (std::vector<SyncRow>* const rows : {&keyed_bids_, &rows_})
        for (SyncRow& row : *rows)
            if (__builtin_mul_overflow(row.price.ticks, price, &row.price.ticks) ||
                __builtin_mul_overflow(row.open.lots, lots, &row.open.lots))
                return false;
    return true;
}

}  // namespace tickweir::gateway
