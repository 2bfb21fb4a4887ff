// The configuration as plain values, one struct a section; the defaults of every key stand here.
// What a key means, its unit and its range stand in schema.cpp. Nothing here reads or prints.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/fix_config.hpp"
#include "gateway/config/log_level.hpp"
#include "gateway/config/secret.hpp"
#include "gateway/config/venue_config.hpp"

namespace tickweir::gateway {

struct GatewayConfig {
    std::string name = "tickweir";
    friend bool operator==(const GatewayConfig&, const GatewayConfig&) = default;
};

/// What a thread can host.
enum class RoleKind : std::uint8_t { feed, market, serving, venue, fix };

inline constexpr std::array<std::string_view, 5> role_names{"feed", "market", "serving", "venue",
                                                            "fix"};

constexpr std::string_view to_string(RoleKind kind) {
    return role_names[static_cast<std::size_t>(kind)];
}

/// `feed`, `serving`, `venue`, `fix`, `market` (every market shard that no thread names) or
/// `market.2` (that one).
struct HostedRole {
    RoleKind kind = RoleKind::feed;
    std::optional<std::uint32_t> shard;
    friend bool operator==(const HostedRole&, const HostedRole&) = default;
};

struct ThreadConfig {
    std::vector<HostedRole> roles;
    std::optional<std::uint32_t> cpu;  ///< pinned to it; nothing: the kernel chooses
    std::uint64_t spin_us = 0;         ///< looks for work that long before it sleeps
    friend bool operator==(const ThreadConfig&, const ThreadConfig&) = default;
};

struct ThreadsConfig {
    std::uint64_t shards = 1;  ///< market shards
    std::map<std::string, ThreadConfig> hosts{
        {"main", {{{RoleKind::feed, {}}, {RoleKind::market, {}}, {RoleKind::serving, {}}}, {}, 0}}};
    friend bool operator==(const ThreadsConfig&, const ThreadsConfig&) = default;
};

/// The market shards that a thread hosts, ascending: those it names, and where it says `market`
/// those that no thread names.
std::vector<std::uint32_t> market_shards_of(const ThreadsConfig& threads, const ThreadConfig& host);

enum class FeedKind : std::uint8_t { capture, itch_mold, itch_soup, json };

inline constexpr std::array<std::string_view, 4> feed_kind_names{"capture", "itch-mold",
                                                                 "itch-soup", "json"};

constexpr const auto& names_of(FeedKind) {
    return feed_kind_names;
}

/// How fast a capture is played: so many times as fast as it was recorded.
struct Speed {
    /// In millionths of the recorded speed; nothing: as fast as it goes.
    std::optional<std::uint64_t> millionths = 1'000'000;
    friend bool operator==(const Speed&, const Speed&) = default;
};

/// How MoldUDP64 is received and lost messages are asked for.
struct MoldConfig {
    std::vector<std::string> lines;      ///< udp://ADDRESS:PORT, one or two; of a live feed
    std::vector<std::string> interface;  ///< address of the interface: one for all, or by line
    std::vector<std::string> rerequest;  ///< udp://ADDRESS:PORT of re-request servers
    std::uint64_t receive_buffer_bytes = 16 << 20;
    std::uint64_t batch = 64;
    std::uint64_t reorder_wait_us = 1'000;
    std::uint64_t reorder_packets = 8;
    std::uint64_t buffer_packets = 4'096;
    std::uint64_t request_timeout_ms = 10;
    std::uint64_t request_messages = 4'000;
    std::uint64_t requests_per_second = 1'000;
    std::uint64_t requests_in_flight = 4;
    std::uint64_t give_up_ms = 100;
    friend bool operator==(const MoldConfig&, const MoldConfig&) = default;
};

/// How a SoupBinTCP server is reached and followed.
struct SoupConfig {
    std::string address;           ///< tcp://ADDRESS:PORT
    std::string username;          ///< at most 6 bytes
    std::vector<Secret> password;  ///< none or one
    std::string session;           ///< empty: the server's current one
    std::uint64_t login_timeout_ms = 5'000;
    friend bool operator==(const SoupConfig&, const SoupConfig&) = default;
};

/// How connections of whatever protocol are kept up.
struct ConnectConfig {
    std::uint64_t reconnect_ms = 100;
    std::uint64_t reconnect_max_ms = 10'000;
    std::uint64_t silence_ms = 15'000;
    friend bool operator==(const ConnectConfig&, const ConnectConfig&) = default;
};

/// How a venue that speaks JSON over WebSocket is reached and what it is asked for.
struct JsonConfig {
    std::vector<std::string> symbols;   ///< of a live feed never empty
    std::vector<std::string> channels;  ///< none: books, trades, what books are checked against
    std::uint64_t depth = 0;            ///< 0: the venue's usual one
    std::string url;                    ///< empty: the venue's own
    std::string rest_url;               ///< likewise
    std::string ca_file;                ///< a PEM file; empty: the system's authorities
    std::uint64_t streams_per_connection = 0;  ///< 0: the venue's limit
    std::uint64_t snapshots_per_second = 10;
    std::uint64_t snapshots_in_flight = 4;
    std::uint64_t snapshot_timeout_ms = 10'000;
    std::uint64_t connect_timeout_ms = 10'000;
    std::uint64_t answer_timeout_ms = 10'000;
    std::uint64_t message_bytes_max = 32 << 20;
    friend bool operator==(const JsonConfig&, const JsonConfig&) = default;
};

struct FeedConfig {
    FeedKind kind = FeedKind::capture;
    std::vector<std::string> path;  ///< played one behind the other; of a capture never empty
    Speed speed;
    bool loop = false;
    std::string venue = "nasdaq";
    std::string timezone = "America/New_York";
    std::optional<std::uint32_t> stale_after_ms;  ///< nothing: stale_after() tells; 0: never
    MoldConfig mold;
    SoupConfig soup;
    ConnectConfig connect;
    JsonConfig json;
    friend bool operator==(const FeedConfig&, const FeedConfig&) = default;

    /// Live feeds send heartbeats every second, or are asked; a capture that is silent is not late.
    std::chrono::milliseconds stale_after() const {
        return std::chrono::milliseconds{
            stale_after_ms.value_or(kind == FeedKind::capture ? 0 : 5'000)};
    }
};

struct InstrumentsConfig {
    std::uint64_t max = 10'000;
    friend bool operator==(const InstrumentsConfig&, const InstrumentsConfig&) = default;
};

struct BuffersConfig {
    std::uint64_t trades_per_instrument = 1'024;
    std::uint64_t quotes_per_instrument = 1'024;
    std::uint64_t active_instruments = 10'000;
    std::uint64_t feed_ring_bytes = 4 << 20;
    std::uint64_t serving_ring_bytes = 8 << 20;
    friend bool operator==(const BuffersConfig&, const BuffersConfig&) = default;
};

/// Limits of the memory budgets, in bytes. The parts together are at most `total`.
struct MemoryConfig {
    std::uint64_t total = std::uint64_t{4} << 30;
    std::uint64_t books = std::uint64_t{1} << 30;
    std::uint64_t store = std::uint64_t{2} << 30;
    std::uint64_t rings = 256 << 20;
    std::uint64_t clients = 768 << 20;
    friend bool operator==(const MemoryConfig&, const MemoryConfig&) = default;
};

struct WebsocketConfig {
    std::uint64_t connections_max = 10'000;
    std::uint64_t connections_per_address_max = 10'000;
    std::uint64_t subscriptions_per_client_max = 20'000;
    std::uint64_t message_bytes_max = 65'536;
    std::uint64_t queue_bytes_max = 4 << 20;
    std::uint64_t queue_messages_max = 65'536;
    std::uint64_t conflate_after_bytes = 1 << 20;
    std::uint64_t send_buffer_bytes = 256 << 10;
    std::uint64_t handshake_timeout_ms = 5'000;
    std::uint64_t idle_timeout_ms = 60'000;
    std::uint64_t ping_interval_ms = 20'000;
    std::uint64_t malformed_max = 10;
    std::uint64_t messages_per_second_max = 1'000;
    friend bool operator==(const WebsocketConfig&, const WebsocketConfig&) = default;
};

struct HttpConfig {
    std::string address = "127.0.0.1";
    std::uint64_t port = 8080;  ///< 0: any free one
    std::uint64_t requests_per_second_max = 10'000;
    std::uint64_t header_bytes_max = 8'192;
    std::uint64_t body_bytes_max = 65'536;
    std::uint64_t idle_timeout_ms = 30'000;
    std::vector<Secret> api_keys;  ///< empty: open to everybody
    std::string tls_certificate;   ///< a PEM file; empty: no TLS
    std::string tls_key;           ///< a PEM file
    friend bool operator==(const HttpConfig&, const HttpConfig&) = default;
};

struct LogConfig {
    LogLevel level = LogLevel::info;
    std::map<std::string, LogLevel> levels;  ///< of modules that differ
    std::string file;                        ///< empty: stderr
    std::uint64_t rotate_bytes = 64 << 20;
    std::uint64_t rotate_files = 8;
    std::uint64_t queue = 8'192;
    std::uint64_t repeats_per_second = 10;
    WalConfig wal;
    friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

enum class RecordFormat : std::uint8_t { pcap, itch, json };
inline constexpr std::array<std::string_view, 3> record_format_names{"pcap", "itch", "json"};
constexpr const auto& names_of(RecordFormat) {
    return record_format_names;
}

enum class RecordCompression : std::uint8_t { none, gzip, zstd };
inline constexpr std::array<std::string_view, 3> record_compression_names{"none", "gzip", "zstd"};
constexpr const auto& names_of(RecordCompression) {
    return record_compression_names;
}

struct RecordConfig {
    std::string directory;           ///< empty: nothing is recorded
    std::vector<std::string> feeds;  ///< empty: all live ones
    RecordFormat format = RecordFormat::pcap;
    RecordCompression compression = RecordCompression::zstd;
    std::uint64_t rotate_bytes = std::uint64_t{1} << 30;
    std::uint64_t rotate_minutes = 0;  ///< 0: never by time
    std::uint64_t ring_bytes = 16 << 20;
    friend bool operator==(const RecordConfig&, const RecordConfig&) = default;
};

struct MetricsConfig {
    bool enabled = true;
    friend bool operator==(const MetricsConfig&, const MetricsConfig&) = default;
};

/// Everything that a configuration file can say.
struct Config {
    GatewayConfig gateway;
    ThreadsConfig threads;
    std::map<std::string, FeedConfig> feeds;  ///< by name
    InstrumentsConfig instruments;
    VenueConfig venue;
    std::map<std::string, VenueInstrumentConfig> venue_instruments = default_instruments();
    std::map<std::string, VenueAccountConfig> accounts = default_accounts();
    std::map<std::string, VenueSessionConfig> sessions = default_sessions();
    FixConfig fix;
    AdminConfig admin;
    LimitsConfig limits;
    ShieldConfig shield;
    BuffersConfig buffers;
    MemoryConfig memory;
    WebsocketConfig websocket;
    HttpConfig http;
    LogConfig log;
    RecordConfig record;
    MetricsConfig metrics;
    friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace tickweir::gateway
