// What a client of each venue has to know: where it is, how it is asked for streams, what it allows
// and how it shows that it lives. Tables and texts; decides nothing.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codecs/json/venue_id.hpp"

namespace tickweir::gateway {

using codecs::json::VenueId;

/// What can be subscribed to of a symbol.
enum class StreamChannel : std::uint8_t { book, trades, touch };

inline constexpr std::array<std::string_view, 3> stream_channel_names{"book", "trades", "touch"};
constexpr const auto& names_of(StreamChannel) {
    return stream_channel_names;
}

/// How a venue answers a request for streams.
enum class AnswerStyle : std::uint8_t {
    by_stream,  ///< once for each stream, which it names
    by_list,    ///< once, with a list of what it accepted
    by_id,      ///< once, with the id of the request
};

struct VenueDialect {
    std::string_view url;       ///< of the WebSocket
    std::string_view rest_url;  ///< of snapshots; empty: they come with the streams
    AnswerStyle answers = AnswerStyle::by_stream;
    bool lists_are_whole = false;       ///< what a list does not name was refused
    std::uint32_t messages_per_second;  ///< that we send
    std::uint32_t streams_per_request;
    std::uint32_t streams_per_connection;
    std::uint32_t snapshots_per_second = 0;
    std::chrono::seconds ping_every{0};  ///< the venue wants to hear of us so often; 0: need not
    bool takes_ping_frames = false;      ///< in place of questions
    std::uint32_t depth = 0;             ///< levels a side where none are asked for
    std::span<const std::uint32_t> depths{};  ///< that can be asked for; none: it is as it is
    /// What the venue calls the channels; empty: it has none of that kind.
    std::array<std::string_view, 3> channels;
};

/// The limits are those of the venues' documentation, with some room left.
const VenueDialect& dialect_of(VenueId venue);

constexpr std::size_t index_of(StreamChannel channel) {
    return static_cast<std::size_t>(channel);
}

inline bool has_channel(VenueId venue, StreamChannel channel) {
    return !dialect_of(venue).channels[index_of(channel)].empty();
}

/// Whether a symbol can stand in a request as it is.
constexpr bool is_symbol(std::string_view text) {
    constexpr std::string_view chars =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._/:-";
    return !text.empty() && text.find_first_not_of(chars) == text.npos;
}

/// A request for streams of one channel, or for their end.
struct StreamRequest {
    bool subscribe = true;
    StreamChannel channel = StreamChannel::book;
    std::span<const std::string_view> symbols;
    std::uint32_t depth = 0;
    std::uint64_t id = 0;  ///< where the venue takes one, it is in the answer
};

/// Appends the frame. Symbols are as is_symbol() wants them.
void write_request(VenueId venue, const StreamRequest& request, std::string& out);

/// Appends what is sent before anything else, if anything is (for heartbeats); `out` unchanged: no.
void write_opening(VenueId venue, std::string& out);

/// Appends a question that the venue answers at once, whatever the market does; `out` unchanged: it
/// takes none, and sends heartbeats instead or answers pings of the WebSocket.
void write_ping(VenueId venue, std::uint64_t id, std::string& out);

/// Appends the answer to a ping of the venue.
void write_pong(VenueId venue, std::uint64_t id, std::string& out);

/// Appends path?query of the snapshot of a symbol; of a venue with a rest_url.
void write_snapshot_target(VenueId venue, std::string_view symbol, std::uint32_t depth,
                           std::string& out);

/// Whether a frame begins as those with market data do, which no answer to a request does. One that
/// does not may be either.
bool begins_like_market(VenueId venue, std::string_view frame);

}  // namespace tickweir::gateway
