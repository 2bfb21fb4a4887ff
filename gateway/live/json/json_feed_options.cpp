#include "gateway/live/json/json_feed_options.hpp"

#include <algorithm>
#include <stdexcept>

namespace tickweir::gateway {
namespace {

using Ms = std::chrono::milliseconds;

/// More questions than this would be all that a venue's rate lets through.
constexpr Ms probe_min{250};

/// Of one feed: its market shard knows as many, and a venue would hardly let more.
constexpr std::size_t connections_max = 256;

[[noreturn]] void refuse(const std::string& feed, const char* key, const std::string& why) {
    throw std::runtime_error{"feeds." + feed + '.' + key + ": " + why};
}

Endpoint endpoint(const std::string& feed, const char* key, const std::string& given,
                  std::string_view usual, UrlKind kind) {
    auto parsed = parse_endpoint(given.empty() ? usual : std::string_view{given}, kind);
    if (!parsed) refuse(feed, key, parsed.error());
    return std::move(*parsed);
}

std::vector<StreamChannel> channels(const std::string& feed, const JsonConfig& config,
                                    VenueId venue) {
    std::vector<StreamChannel> found;
    // Binance's alone tells of what state of the book it is.
    const bool is_binance = venue == VenueId::binance_spot || venue == VenueId::binance_usdm ||
                            venue == VenueId::binance_coinm;
    if (config.channels.empty()) {
        found = {StreamChannel::book, StreamChannel::trades};
        if (is_binance) found.push_back(StreamChannel::touch);
    }
    for (std::size_t i = 0; i < stream_channel_names.size(); ++i) {
        const auto channel = static_cast<StreamChannel>(i);
        const std::string name{stream_channel_names[i]};
        if (std::ranges::find(config.channels, name) == config.channels.end()) continue;
        if (!has_channel(venue, channel))
            refuse(feed, "channels",
                   std::string{codecs::json::to_string(venue)} + " has no channel \"" + name + '"');
        found.push_back(channel);
    }
    return found;
}

std::uint32_t depth(const std::string& feed, const JsonConfig& config, VenueId venue) {
    if (config.depth == 0) return 0;
    const auto& depths = dialect_of(venue).depths;
    if (std::ranges::find(depths, config.depth) != depths.end())
        return static_cast<std::uint32_t>(config.depth);
    std::string known;
    for (const std::uint32_t one : depths)
        known += (known.empty() ? "" : ", ") + std::to_string(one);
    refuse(feed, "depth",
           std::string{codecs::json::to_string(venue)} +
               (depths.empty() ? " has no choice of depths" : " has the depths " + known) +
               ", got " + std::to_string(config.depth));
}

/// Of those venues whose spelling is one of capitals or of none: another would be subscribed to,
/// and never be heard of by that name.
void check_spelling(const std::string& feed, const JsonConfig& config, VenueId venue) {
    const bool is_small = venue == VenueId::bitstamp;
    if (!is_small && venue != VenueId::binance_spot && venue != VenueId::binance_usdm &&
        venue != VenueId::binance_coinm)
        return;
    const auto is_wrong = [is_small](char c) {
        return is_small ? c >= 'A' && c <= 'Z' : c >= 'a' && c <= 'z';
    };
    for (const std::string& symbol : config.symbols)
        if (std::ranges::any_of(symbol, is_wrong))
            refuse(feed, "symbols",
                   std::string{codecs::json::to_string(venue)} + " spells its symbols in " +
                       (is_small ? "small" : "capital") + " letters, got '" + symbol + "'");
}

VenueSessionSettings session(const std::string& name, const FeedConfig& config) {
    const JsonConfig& json = config.json;
    const auto venue = codecs::json::venue_named(config.venue);
    if (!venue) refuse(name, "venue", "'" + config.venue + "' speaks no JSON");
    VenueSessionSettings settings;
    settings.venue = *venue;
    check_spelling(name, json, *venue);
    settings.symbols = json.symbols;
    settings.channels = channels(name, json, *venue);
    settings.depth = depth(name, json, *venue);
    settings.streams_per_connection = static_cast<std::uint32_t>(json.streams_per_connection);
    if (const std::size_t connections = connections_of(settings); connections > connections_max)
        refuse(name, "streams_per_connection",
               "makes " + std::to_string(connections) + " connections, more than " +
                   std::to_string(connections_max));
    settings.answer_timeout = Ms{json.answer_timeout_ms};
    settings.times.connect = Ms{json.connect_timeout_ms};
    settings.times.reconnect = Ms{config.connect.reconnect_ms};
    settings.times.reconnect_max = Ms{config.connect.reconnect_max_ms};
    settings.times.silence = Ms{config.connect.silence_ms};
    // Twice, before silence counts.
    const auto patience = config.stale_after().count() != 0
                              ? std::min<Ms>(config.stale_after(), Ms{config.connect.silence_ms})
                              : Ms{config.connect.silence_ms};
    settings.times.probe = std::max(patience / 3, probe_min);
    settings.snapshots.per_second = static_cast<std::uint32_t>(json.snapshots_per_second);
    settings.snapshots.in_flight = static_cast<std::uint32_t>(json.snapshots_in_flight);
    settings.snapshots.timeout = Ms{json.snapshot_timeout_ms};
    return settings;
}

}  // namespace

JsonFeedOptions json_feed_options(const std::string& name, const FeedConfig& config) {
    JsonFeedOptions options;
    options.name = name;
    options.session = session(name, config);
    const VenueDialect& dialect = dialect_of(options.session.venue);
    options.stream = endpoint(name, "url", config.json.url, dialect.url, UrlKind::web_socket);
    if (!dialect.rest_url.empty())
        options.rest =
            endpoint(name, "rest_url", config.json.rest_url, dialect.rest_url, UrlKind::http);
    else if (!config.json.rest_url.empty())
        refuse(name, "rest_url", config.venue + " sends its snapshots over the WebSocket");
    if (!config.json.ca_file.empty()) {
        try {
            options.authorities = read_pem(config.json.ca_file);
        } catch (const std::exception& error) {
            refuse(name, "ca_file", error.what());
        }
    }
    options.message_bytes_max = config.json.message_bytes_max;
    options.stale_after = config.stale_after();
    return options;
}

std::size_t json_connections(const std::string& name, const FeedConfig& config) {
    return connections_of(session(name, config));
}

}  // namespace tickweir::gateway
