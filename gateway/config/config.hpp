// The configuration as plain values, one struct a section; the defaults of every key stand here.
// What a key means, its unit and its range stand in schema.cpp. Nothing here reads or prints.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/log_level.hpp"
#include "gateway/config/secret.hpp"

namespace tickweir::gateway {

struct GatewayConfig {
    std::string name = "tickweir";
    friend bool operator==(const GatewayConfig&, const GatewayConfig&) = default;
};

/// What a thread can host.
enum class RoleKind : std::uint8_t { feed, market, serving };

inline constexpr std::array<std::string_view, 3> role_names{"feed", "market", "serving"};

constexpr std::string_view to_string(RoleKind kind) {
    return role_names[static_cast<std::size_t>(kind)];
}

/// `feed`, `serving`, `market` (every market shard that no thread names) or `market.2` (that one).
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

enum class FeedKind : std::uint8_t { capture };

inline constexpr std::array<std::string_view, 1> feed_kind_names{"capture"};

constexpr const auto& names_of(FeedKind) {
    return feed_kind_names;
}

/// How fast a capture is played: so many times as fast as it was recorded.
struct Speed {
    /// In millionths of the recorded speed; nothing: as fast as it goes.
    std::optional<std::uint64_t> millionths = 1'000'000;
    friend bool operator==(const Speed&, const Speed&) = default;
};

struct FeedConfig {
    FeedKind kind = FeedKind::capture;
    std::vector<std::string> path;  ///< played one behind the other; never empty once parsed
    Speed speed;
    bool loop = false;
    std::string venue = "nasdaq";
    std::string timezone = "America/New_York";
    std::uint64_t stale_after_ms = 0;  ///< 0: never
    friend bool operator==(const FeedConfig&, const FeedConfig&) = default;
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
    friend bool operator==(const LogConfig&, const LogConfig&) = default;
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
    BuffersConfig buffers;
    MemoryConfig memory;
    WebsocketConfig websocket;
    HttpConfig http;
    LogConfig log;
    MetricsConfig metrics;
    friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace tickweir::gateway
