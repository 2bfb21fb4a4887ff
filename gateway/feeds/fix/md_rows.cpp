#include "gateway/feeds/fix/md_rows.hpp"

#include <algorithm>

#include "gateway/feeds/sync/scale.hpp"

namespace tickweir::gateway {

using codecs::json::LevelRow;
using codecs::json::Number;

namespace {

Number stripped(std::int64_t mantissa, std::uint32_t decimals) {
    while (decimals != 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        --decimals;
    }
    return {mantissa, decimals};
}

std::optional<book::Side> side_of(MdType type) {
    if (type == MdType::bid) return book::Side::buy;
    if (type == MdType::offer) return book::Side::sell;
    return std::nullopt;
}

/// By value. Scaled to 18 decimals both fit 128 bits.
bool less(Number a, Number b) {
    __extension__ using Wide = __int128;
    const auto wide = [](Number n) {
        return static_cast<Wide>(n.mantissa) * powers_of_ten[scale_decimals_max - n.decimals];
    };
    return wide(a) < wide(b);
}

}  // namespace

std::optional<Number> add_exactly(Number a, Number b) {
    const std::uint32_t decimals = std::max(a.decimals, b.decimals);
    std::int64_t left = 0, right = 0, sum = 0;
    if (decimals > scale_decimals_max || scale(a, decimals, left) != Scaled::ok ||
        scale(b, decimals, right) != Scaled::ok || __builtin_add_overflow(left, right, &sum))
        return std::nullopt;
    return stripped(sum, decimals);
}

void MdRows::begin(const JsonInstrument& instrument, MdIds& ids, bool whole) {
    instrument_ = &instrument;
    ids_ = &ids;
    bids_.clear();
    asks_.clear();
    whole_ = whole;
    if (whole) ids.clear();
}

void MdRows::empty() {
    begin(*instrument_, *ids_, true);
}

SyncReason MdRows::take(const MdEntry& entry) {
    return entry.id.empty() && entry.ref_id.empty() ? take_priced(entry) : take_named(entry);
}

// ------------------------------------------------------------------------------------------- by
// price

SyncReason MdRows::take_priced(const MdEntry& entry) {
    const auto side = side_of(entry.type);
    if (!side) return SyncReason::gap;
    if (entry.action == MdAction::remove) {
        if (!entry.has_price) return remove_at_position(entry, *side);
        rows_of(*side).push_back({entry.price, {}});
        return SyncReason::none;
    }
    if (!entry.has_price || !entry.has_quantity) return SyncReason::bad_number;
    rows_of(*side).push_back({entry.price, entry.quantity});
    return SyncReason::none;
}

/// Where it stands is known only while nothing of the message moved the side.
SyncReason MdRows::remove_at_position(const MdEntry& entry, book::Side side) {
    if (entry.position == 0 || whole_ || !rows_of(side).empty()) return SyncReason::gap;
    const auto level = instrument_->book().level(side, entry.position - 1);
    if (!level) return SyncReason::gap;
    rows_of(side).push_back({stripped(level->price.ticks, instrument_->price_decimals), {}});
    return SyncReason::none;
}

// ---------------------------------------------------------------------------------------------- by
// id

SyncReason MdRows::take_named(const MdEntry& entry) {
    const std::string_view before = entry.ref_id.empty() ? entry.id : entry.ref_id;
    const std::string_view after = entry.id.empty() ? entry.ref_id : entry.id;
    const MdIds::Entry* const found = ids_->find(before);
    const auto told_side = side_of(entry.type);
    // Where no id stands, ids are only names of levels.
    if (found == nullptr && ids_->size() == 0 && entry.action == MdAction::remove &&
        entry.has_price && told_side)
        return take_priced(entry);
    if (found == nullptr && entry.action != MdAction::add) return SyncReason::gap;
    MdIds::Entry now;
    if (found != nullptr) {
        now = *found;
        if (!adjust(now.side, now.price, {-now.quantity.mantissa, now.quantity.decimals}))
            return SyncReason::bad_number;
        ids_->remove(before);
    }
    if (entry.action == MdAction::remove) return SyncReason::none;
    if (found == nullptr && (!told_side || !entry.has_price || !entry.has_quantity))
        return SyncReason::bad_number;
    if (told_side) now.side = *told_side;
    if (entry.has_price) now.price = entry.price;
    if (entry.has_quantity) now.quantity = entry.quantity;
    if (!put(after, now)) return SyncReason::too_many_levels;
    return adjust(now.side, now.price, now.quantity) ? SyncReason::none : SyncReason::bad_number;
}

bool MdRows::put(std::string_view id, const MdIds::Entry& entry) {
    return ids_->put(id, entry, ids_max_);
}

/// Adds to what is open at a price, after the rows collected so far.
bool MdRows::adjust(book::Side side, Number price, Number by) {
    std::vector<Row>& rows = rows_of(side);
    if (whole_) {  // they are added up in the end
        rows.push_back({price, by});
        return true;
    }
    const auto row = std::ranges::find(rows, price, &Row::price);
    const auto sum = add_exactly(row != rows.end() ? row->quantity : open_at(side, price), by);
    if (!sum || sum->mantissa < 0) return false;
    if (row != rows.end())
        row->quantity = *sum;
    else
        rows.push_back({price, *sum});
    return true;
}

Number MdRows::open_at(book::Side side, Number price) const {
    std::int64_t ticks = 0;
    if (scale(price, instrument_->price_decimals, ticks) != Scaled::ok) return {};
    const auto level = instrument_->book().find(side, book::Price{ticks});
    return level ? stripped(level->open.lots, instrument_->quantity_decimals) : Number{};
}

// --------------------------------------------------------------------------------------------
// together

bool MdRows::add_up(std::vector<Row>& rows) {
    const auto rises = [](const Row& a, const Row& b) { return less(a.price, b.price); };
    const auto falls = [](const Row& a, const Row& b) { return less(b.price, a.price); };
    const auto none_breaks = [&](auto&& strictly) {
        return std::ranges::adjacent_find(
                   rows, [&](const Row& a, const Row& b) { return !strictly(a, b); }) == rows.end();
    };
    if (none_breaks(rises) || none_breaks(falls)) return true;
    std::ranges::stable_sort(rows, rises);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (kept == 0 || rises(rows[kept - 1], rows[i])) {
            rows[kept++] = rows[i];
            continue;
        }
        const auto sum = add_exactly(rows[kept - 1].quantity, rows[i].quantity);
        if (!sum) return false;
        rows[kept - 1].quantity = *sum;
    }
    rows.resize(kept);
    return true;
}

bool MdRows::finish(codecs::json::MarketFrame& frame, codecs::json::BookEvent& event) {
    using codecs::json::BookKind;
    if (whole_ && (!add_up(bids_) || !add_up(asks_))) return false;
    frame.levels.assign(bids_.begin(), bids_.end());
    frame.levels.insert(frame.levels.end(), asks_.begin(), asks_.end());
    event = {};
    event.kind = whole_ ? BookKind::snapshot : BookKind::delta;
    const auto bids = static_cast<std::uint32_t>(bids_.size());
    event.bids = {0, bids};
    event.asks = {bids, static_cast<std::uint32_t>(asks_.size())};
    return true;
}

}  // namespace tickweir::gateway
