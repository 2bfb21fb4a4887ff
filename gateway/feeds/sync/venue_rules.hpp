// How each venue's book is put together and how a loss shows, as data: what the table in the
// README of the recorded captures says, a row a venue.
#pragma once

#include <cstdint>

#include "codecs/json/venue_id.hpp"
#include "gateway/feeds/sync/sync_state.hpp"

namespace tickweir::gateway {

/// What the numbers of a venue's changes mean; sequence.hpp has the rule of each.
enum class SequenceStyle : std::uint8_t {
    none,                ///< no number, or one for the whole connection
    ranges,              ///< first and last id; each range begins behind the one before
    futures_chain,       ///< each change names the last id of the one before; Binance's joining
    okx_chain,           ///< likewise; a smaller id may follow, an unchanged one says "alive"
    deribit_chain,       ///< likewise, without those exceptions
    counter,             ///< one more with each change of the product
    restarting_counter,  ///< likewise, and 1 starts afresh
    time_stamps,         ///< no later change has an earlier time; a loss does not show
};

enum class ChecksumStyle : std::uint8_t { none, kraken, okx };

struct VenueRules {
    SequenceStyle sequence = SequenceStyle::none;
    ChecksumStyle checksum = ChecksumStyle::none;
    ResyncKind resync = ResyncKind::resubscribe;
    bool connection_sequence = false;  ///< all frames of a connection are counted together
    bool cuts_to_depth = false;        ///< levels beyond the subscribed depth have to be dropped
    bool loss_is_silent = false;       ///< nothing that follows would show a frame that was lost
    bool touch_is_ordered = false;     ///< the ids of its touches are those of its changes

    /// The snapshot is the answer to a request; changes before it have to wait.
    constexpr bool joins() const { return resync == ResyncKind::http_snapshot; }
};

constexpr VenueRules rules_of(codecs::json::VenueId venue) {
    using codecs::json::VenueId;
    VenueRules rules;
    switch (venue) {
        case VenueId::binance_spot:
            rules.sequence = SequenceStyle::ranges;
            rules.resync = ResyncKind::http_snapshot;
            rules.touch_is_ordered = true;
            break;
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            rules.sequence = SequenceStyle::futures_chain;
            rules.resync = ResyncKind::http_snapshot;
            rules.touch_is_ordered = true;
            break;
        case VenueId::coinbase_advanced:
            rules.resync = ResyncKind::reconnect;
            rules.connection_sequence = true;
            break;
        case VenueId::coinbase_exchange:
        case VenueId::bitmex:
            rules.loss_is_silent = true;
            break;
        case VenueId::kraken_v1:
        case VenueId::kraken_v2:
            rules.checksum = ChecksumStyle::kraken;
            rules.cuts_to_depth = true;
            break;
        case VenueId::kraken_futures:
            rules.sequence = SequenceStyle::counter;
            break;
        case VenueId::okx:
            rules.sequence = SequenceStyle::okx_chain;
            rules.checksum = ChecksumStyle::okx;
            break;
        case VenueId::bybit:
            rules.sequence = SequenceStyle::restarting_counter;
            break;
        case VenueId::deribit:
            rules.sequence = SequenceStyle::deribit_chain;
            break;
        case VenueId::bitstamp:
            rules.sequence = SequenceStyle::time_stamps;
            rules.resync = ResyncKind::http_snapshot;
            rules.loss_is_silent = true;
            break;
    }
    return rules;
}

}  // namespace tickweir::gateway
