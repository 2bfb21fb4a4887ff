#include "gateway/play/venue/capture_market.hpp"

#include <algorithm>

namespace tickweir::gateway::venue {
namespace {

using codecs::json::BookKind;
using codecs::json::ControlKind;
using codecs::json::FrameStatus;
using codecs::json::VenueId;

/// Digits behind the point that the venue writes, where that is not the shortest form.
struct Written {
    std::uint32_t price = 0;
    std::uint32_t quantity = 0;
};
Written written_of(VenueId venue, const JsonInstrument& instrument) {
    constexpr std::uint32_t spot_decimals = 8;
    switch (venue) {
        case VenueId::binance_spot:
            return {spot_decimals, spot_decimals};
        case VenueId::kraken_v1:
        case VenueId::kraken_v2:
            return {instrument.written_price_decimals, instrument.written_quantity_decimals};
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
        case VenueId::coinbase_exchange:
        case VenueId::bybit:
        case VenueId::bitstamp:
            return {instrument.price_decimals, instrument.quantity_decimals};
        case VenueId::coinbase_advanced:
        case VenueId::kraken_futures:
        case VenueId::okx:
        case VenueId::deribit:
        case VenueId::bitmex:
            break;
    }
    return {};
}

JsonBooksOptions options_of(VenueId venue) {
    JsonBooksOptions options;
    options.venue = venue;
    return options;
}

bool is_market(ControlKind kind) {
    return kind == ControlKind::sequence;
}

}  // namespace

CaptureMarket::CaptureMarket(VenueId venue)
    : venue_{venue}, decoder_{venue}, books_{options_of(venue)} {
    books_.on_connected(0);
}

FrameKind CaptureMarket::on_frame(std::string_view text, book::TimeNs received) {
    static_cast<void>(books_.apply_frame(0, text, received, NoJsonListener{}));
    if (decoder_.decode_frame(text, frame_) != FrameStatus::ok) {
        frame_.clear();
        return FrameKind::market;
    }
    note_books(received);
    const bool is_answer =
        std::ranges::any_of(frame_.controls, [](const auto& c) { return !is_market(c.kind); });
    if (is_answer) return FrameKind::answer;
    return frame_.books.empty() ? FrameKind::market : FrameKind::book;
}

void CaptureMarket::on_answer(std::string_view target, std::string_view body,
                              book::TimeNs received) {
    static_cast<void>(books_.apply_answer(0, target, body, received, NoJsonListener{}));
    if (decoder_.decode_answer(target, body, frame_) != FrameStatus::ok) return frame_.clear();
    note_books(received);
}

void CaptureMarket::note_books(book::TimeNs received) {
    for (const codecs::json::BookEvent& event : frame_.books) {
        auto found = extras_.find(event.symbol);
        if (found == extras_.end())
            found = extras_.emplace(std::string{event.symbol}, Extra{}).first;
        Extra& extra = found->second;
        extra.time_ns = event.time_ns != 0 ? event.time_ns : received.time_since_epoch().count();
        extra.has_checksum = event.has_checksum;
        if (event.kind >= BookKind::keyed_snapshot) note_keyed(event, extra);
    }
}

void CaptureMarket::note_keyed(const codecs::json::BookEvent& event, Extra& extra) {
    if (event.kind == BookKind::keyed_snapshot) extra.keyed.clear();
    for (std::uint32_t i = 0; i < event.bids.count; ++i) {
        const codecs::json::KeyedRow& row = frame_.keyed[event.bids.begin + i];
        if (event.kind == BookKind::keyed_remove) {
            extra.keyed.erase(row.id);
            continue;
        }
        codecs::json::KeyedRow& kept = extra.keyed[row.id];
        kept.id = row.id;
        kept.is_buy = row.is_buy;
        if (row.has_price) kept.price = row.price;
        if (row.has_quantity) kept.quantity = row.quantity;
    }
}

std::optional<BookView> CaptureMarket::book(std::string_view symbol) {
    const auto index = books_.instruments().find(symbol);
    const auto extra = extras_.find(symbol);
    if (!index || extra == extras_.end()) return std::nullopt;
    const JsonInstrument& instrument = books_.instruments()[*index];
    if (instrument.state() != SyncState::in_sync) return std::nullopt;
    const Written written = written_of(venue_, instrument);
    BookView view;
    view.symbol = instrument.symbol;
    view.book = &instrument.book();
    view.price_decimals = instrument.price_decimals;
    view.quantity_decimals = instrument.quantity_decimals;
    view.written_price_decimals = written.price;
    view.written_quantity_decimals = written.quantity;
    view.id = instrument.sync.position().last;
    view.has_id = view.id != 0;
    view.has_checksum = extra->second.has_checksum;
    view.time = book::TimeNs{std::chrono::nanoseconds{extra->second.time_ns}};
    keyed_rows_.clear();
    for (const auto& [id, row] : extra->second.keyed)
        keyed_rows_.push_back(row);
    view.keyed = keyed_rows_;
    return view;
}

}  // namespace tickweir::gateway::venue
