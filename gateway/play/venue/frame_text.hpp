// What a frame of the capture becomes on its way to one client: numbered anew where numbers count a
// connection's frames, with or without Binance's envelope, behind a WebSocket header. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codecs/json/venue_id.hpp"

namespace tickweir::gateway::venue {

/// Whether a venue numbers all frames of a connection from 0.
constexpr bool counts_frames(codecs::json::VenueId venue) {
    return venue == codecs::json::VenueId::coinbase_advanced;
}

/// Whether a venue's frames may stand in an envelope that names their stream.
constexpr bool has_envelopes(codecs::json::VenueId venue) {
    using codecs::json::VenueId;
    return venue == VenueId::binance_spot || venue == VenueId::binance_usdm ||
           venue == VenueId::binance_coinm;
}

/// Appends `text` with `number` in place of its "sequence_num"; unchanged where it has none.
void append_numbered(std::string& out, std::string_view text, std::uint64_t number);

/// What stands in `{"stream":"NAME","data":PAYLOAD}`; empty: `text` is no such envelope.
std::string_view payload_of(std::string_view text);

/// Appends that envelope around a payload.
void append_envelope(std::string& out, std::string_view stream, std::string_view payload);

/// An unmasked, unfragmented text frame (RFC 6455 §5.2).
std::string web_socket_frame(std::string_view payload);

}  // namespace tickweir::gateway::venue
