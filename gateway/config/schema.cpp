#include "gateway/config/schema.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "gateway/config/schema_ranges.hpp"

namespace tickweir::gateway {
namespace {

// --------------------------------------------------------------------------- keys

/// A field of the write-ahead log's, in [log].
template <auto Member>
constexpr Field wal() {
    return part<&LogConfig::wal, Member>();
}

constexpr Key gateway_keys[]{
    {"name", "What this gateway calls itself in logs and in /v1/status.",
     field<&GatewayConfig::name>(), text(1, 64)},
};

constexpr Key threads_keys[]{
    {"shards", "Market shards: each owns the books of its share of the instruments.",
     field<&ThreadsConfig::shards>(), between(1, 64)},
};

constexpr Key thread_keys[]{
    {"roles",
     "What the thread hosts: \"feed\", \"serving\", \"market\" (all shards that no thread names) "
     "or\n"
     "\"market.N\" (shard N, from 0). Every role and shard is hosted exactly once. \"venue\": the "
     "venue's\nshard, which has a thread of its own where no thread names it.",
     field<&ThreadConfig::roles>(), between(0, 128)},
    {"cpu", "The processor that the thread is pinned to; -1: the system chooses.",
     field<&ThreadConfig::cpu>(), between(0, 1'023)},
    {"spin_us", "Microseconds to look for work before sleeping; 0: sleep at once.",
     field<&ThreadConfig::spin_us>(), between(0, 1'000)},
};

constexpr Key record_keys[]{
    {"directory", "Where recordings go; empty: nothing is recorded.",
     field<&RecordConfig::directory>(), path_text},
    {"feeds", "Names of the live feeds to record; none: all of them.",
     field<&RecordConfig::feeds>(), text(1, 64)},
    {"format",
     "Of ITCH: \"pcap\": packets as received, \"itch\": messages in sequence. Feeds of JSON are "
     "recorded\n"
     "as \"json\" in any case: frames as received, answers, and what was sent.",
     field<&RecordConfig::format>()},
    {"compression", "Of the files.", field<&RecordConfig::compression>()},
    {"rotate_bytes", "Bytes of a file, before compression, before the next one is begun.",
     field<&RecordConfig::rotate_bytes>(), between(64 * kib, 1'024 * gib)},
    {"rotate_minutes", "Minutes before the next file is begun; 0: never by time.",
     field<&RecordConfig::rotate_minutes>(), between(0, 10'080)},
    {"ring_bytes", "Bytes of the ring from each feed to the recorder; what has no room is lost.",
     field<&RecordConfig::ring_bytes>(), power_of_two(256 * kib, gib)},
};

constexpr Key instruments_keys[]{
    {"max", "Instruments that can be known at one time.", field<&InstrumentsConfig::max>(),
     between(1, 65'536)},
};

constexpr Key buffers_keys[]{
    {"trades_per_instrument", "Recent trades kept of an instrument.",
     field<&BuffersConfig::trades_per_instrument>(), power_of_two(16, 1 << 20)},
    {"quotes_per_instrument", "Recent quotes kept of an instrument.",
     field<&BuffersConfig::quotes_per_instrument>(), power_of_two(16, 1 << 20)},
    {"active_instruments",
     "Instruments that can have recent trades and quotes; more than instruments.max changes "
     "nothing.",
     field<&BuffersConfig::active_instruments>(), between(1, 65'536)},
    {"feed_ring_bytes", "Bytes of the ring from a feed to each market shard.",
     field<&BuffersConfig::feed_ring_bytes>(), power_of_two(256 * kib, gib)},
    {"serving_ring_bytes", "Bytes of the ring from each market shard to a serving role.",
     field<&BuffersConfig::serving_ring_bytes>(), power_of_two(256 * kib, gib)},
};

constexpr Key memory_keys[]{
    {"total", "Bytes of all budgets together; the parts must fit in it.",
     field<&MemoryConfig::total>(), budget},
    {"books", "Bytes for orders and levels of all books.", field<&MemoryConfig::books>(), budget},
    {"store", "Bytes for instruments, latest values, recent trades and quotes.",
     field<&MemoryConfig::store>(), budget},
    {"rings", "Bytes for the rings between threads.", field<&MemoryConfig::rings>(), budget},
    {"clients", "Bytes for connections, their subscriptions and what waits to be sent to them.",
     field<&MemoryConfig::clients>(), budget},
};

constexpr Key websocket_keys[]{
    {"connections_max", "Connections at one time, HTTP included.",
     field<&WebsocketConfig::connections_max>(), between(1, 1'000'000), reloadable},
    {"connections_per_address_max", "Connections at one time from one address.",
     field<&WebsocketConfig::connections_per_address_max>(), between(1, 1'000'000), reloadable},
    {"subscriptions_per_client_max", "Streams of one client; \"*\" counts as one a channel.",
     field<&WebsocketConfig::subscriptions_per_client_max>(), between(1, 1'000'000), reloadable},
    {"message_bytes_max", "Bytes of a message from a client.",
     field<&WebsocketConfig::message_bytes_max>(), between(128, 16 * mib), reloadable},
    {"queue_bytes_max", "Bytes that wait for one client; beyond it is closed.",
     field<&WebsocketConfig::queue_bytes_max>(), between(64 * kib, gib), reloadable},
    {"queue_messages_max", "Messages that wait for one client; beyond it is closed.",
     field<&WebsocketConfig::queue_messages_max>(), between(16, 1 << 24), reloadable},
    {"conflate_after_bytes",
     "Bytes that wait for one client before its state channels are conflated.",
     field<&WebsocketConfig::conflate_after_bytes>(), between(4 * kib, gib), reloadable},
    {"send_buffer_bytes", "Bytes that the kernel keeps for one client (SO_SNDBUF).",
     field<&WebsocketConfig::send_buffer_bytes>(), between(4 * kib, 64 * mib), reloadable},
    {"handshake_timeout_ms",
     "Milliseconds from connecting to the end of the upgrade, TLS included.",
     field<&WebsocketConfig::handshake_timeout_ms>(), timeout_ms, reloadable},
    {"idle_timeout_ms", "Milliseconds of a client's silence, pongs included, before it is closed.",
     field<&WebsocketConfig::idle_timeout_ms>(), timeout_ms, reloadable},
    {"ping_interval_ms", "Milliseconds of a client's silence before it is pinged.",
     field<&WebsocketConfig::ping_interval_ms>(), timeout_ms, reloadable},
    {"malformed_max", "Malformed messages in a row that close a client.",
     field<&WebsocketConfig::malformed_max>(), between(1, 1'000'000), reloadable},
    {"messages_per_second_max", "Messages a second from one client; more are answered 429.",
     field<&WebsocketConfig::messages_per_second_max>(), between(1, 1'000'000), reloadable},
};

constexpr Key http_keys[]{
    {"address", "The address to listen at, IPv4 or IPv6.", field<&HttpConfig::address>(),
     text(1, 255)},
    {"port", "The TCP port of HTTP and WebSocket; 0: any free one, printed at the start.",
     field<&HttpConfig::port>(), between(0, 65'535)},
    {"requests_per_second_max", "Requests a second on one connection; more are answered 429.",
     field<&HttpConfig::requests_per_second_max>(), between(1, 1'000'000), reloadable},
    {"header_bytes_max", "Bytes of a request's head.", field<&HttpConfig::header_bytes_max>(),
     between(512, mib), reloadable},
    {"body_bytes_max", "Bytes of a request's body.", field<&HttpConfig::body_bytes_max>(),
     between(0, 16 * mib), reloadable},
    {"idle_timeout_ms", "Milliseconds between two requests before a connection is closed.",
     field<&HttpConfig::idle_timeout_ms>(), timeout_ms, reloadable},
    {"api_keys",
     "Keys of which a client has to name one; none: open to everybody. Each is \"env:NAME\",\n"
     "\"file:PATH\" or the key itself, which is never printed.",
     field<&HttpConfig::api_keys>(), text(1, 4'096), reloadable},
    {"tls_certificate", "PEM file of the certificate and its chain; empty: no TLS.",
     field<&HttpConfig::tls_certificate>(), path_text},
    {"tls_key", "PEM file of the certificate's private key.", field<&HttpConfig::tls_key>(),
     path_text},
};

constexpr Key log_keys[]{
    {"level", "Lines below it are not written.", field<&LogConfig::level>(), {}, reloadable},
    {"levels", "The same for single modules, as in { serve = \"debug\" }.",
     field<&LogConfig::levels>(), between(0, 64), reloadable},
    {"file", "The file to append to; empty: stderr.", field<&LogConfig::file>(), path_text},
    {"rotate_bytes", "Bytes of a file before the next one is begun.",
     field<&LogConfig::rotate_bytes>(), between(64 * kib, 64 * gib)},
    {"rotate_files", "Older files kept.", field<&LogConfig::rotate_files>(), between(1, 1'000)},
    {"queue", "Lines that wait to be written; beyond it the oldest are dropped and counted.",
     field<&LogConfig::queue>(), power_of_two(64, 1 << 20)},
    {"repeats_per_second", "Lines a second of one message; more are counted and told in one line.",
     field<&LogConfig::repeats_per_second>(), between(1, 1'000'000), reloadable},
    {"wal_segment_bytes", "Of the venue's write-ahead log: bytes of a file.",
     wal<&WalConfig::segment_bytes>(), power_of_two(mib, 4 * gib)},
    {"wal_batch_bytes", "Bytes that are written at a time, at most.",
     wal<&WalConfig::batch_bytes>(), power_of_two(128 * kib, 16 * mib)},
    {"wal_ring_bytes", "Bytes of records that wait to be written; beyond it orders are shed.",
     wal<&WalConfig::ring_bytes>(), power_of_two(mib, gib)},
    {"wal_ring_reserve_bytes", "Bytes of those for cancels alone.",
     wal<&WalConfig::ring_reserve_bytes>(), between(128 * kib, gib)},
    {"wal_spare_segments", "Files made ahead; the last of them is the cancels' reserve.",
     wal<&WalConfig::spare_segments>(), between(2, 64)},
    {"wal_sync",
     "How batches become durable: \"direct\": written past the page cache, where the file system "
     "can;\n"
     "\"fdatasync\": written and synced.",
     wal<&WalConfig::sync>()},
    {"wal_closing_ms", "Milliseconds of idleness before the log marks that all of it is durable.",
     wal<&WalConfig::closing_ms>(), between(1, 10'000)},
    {"wal_trim_below_percent", "Free share of the disk below which snapshots come early, to trim.",
     wal<&WalConfig::trim_below_percent>(), between(1, 90)},
    {"wal_stop_below_percent",
     "Free share of the disk below which the log itself takes cancels alone.",
     wal<&WalConfig::stop_below_percent>(), between(0, 80)},
    {"snapshot_s", "Seconds between two snapshots of the venue, where anything happened.",
     wal<&WalConfig::snapshot_s>(), between(1, 86'400)},
    {"snapshot_bytes", "Bytes of records behind which a snapshot comes sooner.",
     wal<&WalConfig::snapshot_bytes>(), between(mib, 1'024 * gib)},
    {"snapshot_at_stop", "Whether a clean stop writes one, so that the next start is quick.",
     wal<&WalConfig::snapshot_at_stop>()},
    {"statistics_s", "Seconds that rates in /v1/status and the log are over.",
     wal<&WalConfig::statistics_s>(), between(1, 3'600)},
};

constexpr Key metrics_keys[]{
    {"enabled", "Whether /metrics answers.", field<&MetricsConfig::enabled>(), {}, reloadable},
};

// --------------------------------------------------------------------------- sections

/// A section that is one struct of Config.
template <auto Member>
Section plain(std::string_view name, std::string_view meaning, std::span<const Key> keys) {
    using Struct = decltype(member_of(Member));
    return {
        .name = name,
        .meaning = meaning,
        .keys = keys,
        .find = [](Config& config, const std::string&, bool) -> void* { return &(config.*Member); },
        .parts =
            [](const Config& config) {
                return std::vector<NamedPart>{{"", &(config.*Member)}};
            },
        .defaults = []() -> const void* {
            static const Struct with_defaults{};
            return &with_defaults;
        }};
}

struct Feeds {
    using Struct = FeedConfig;
    static auto& of(auto& config) { return config.feeds; }
    static constexpr std::size_t members_max = 64;
    static constexpr std::size_t name_bytes_max = 64;
};

struct VenueInstruments {
    using Struct = VenueInstrumentConfig;
    static auto& of(auto& config) { return config.venue_instruments; }
    static constexpr std::size_t members_max = 4'096;
    static constexpr std::size_t name_bytes_max = 32;
};

struct Accounts {
    using Struct = VenueAccountConfig;
    static auto& of(auto& config) { return config.accounts; }
    static constexpr std::size_t members_max = 100'000;
    static constexpr std::size_t name_bytes_max = 64;
};

struct Sessions {
    using Struct = VenueSessionConfig;
    static auto& of(auto& config) { return config.sessions; }
    static constexpr std::size_t members_max = 10'000;
    static constexpr std::size_t name_bytes_max = 64;
};

struct Hosts {
    using Struct = ThreadConfig;
    static auto& of(auto& config) { return config.threads.hosts; }
    static constexpr std::size_t members_max = 64;
    static constexpr std::size_t name_bytes_max = 15;  // what Linux takes for a thread's name
};

/// A section whose members have names: a map of structs in Config.
template <class Members>
Section named(std::string_view name, std::string_view meaning, std::span<const Key> keys) {
    using Struct = typename Members::Struct;
    return {.name = name,
            .meaning = meaning,
            .keys = keys,
            .find = [](Config& config, const std::string& member, bool create) -> void* {
                auto& all = Members::of(config);
                const auto found = all.find(member);
                if (found != all.end()) return &found->second;
                if (!create || all.size() >= Members::members_max) return nullptr;
                return &all[member];
            },
            .parts =
                [](const Config& config) {
                    std::vector<NamedPart> parts;
                    for (const auto& [member, section] : Members::of(config))
                        parts.push_back({member, &section});
                    return parts;
                },
            .defaults = []() -> const void* {
                static const Struct with_defaults{};
                return &with_defaults;
            },
            .members_max = Members::members_max,
            .name_bytes_max = Members::name_bytes_max};
}

const std::array all_sections{
    plain<&Config::gateway>("gateway", "The gateway as a whole.", gateway_keys),
    plain<&Config::threads>("threads", "How work is spread over threads.", threads_keys),
    named<Hosts>("threads", "A thread of that name. A file that names any has to name all.",
                 thread_keys),
    named<Feeds>("feeds", "A feed of that name.", feed_keys()),
    plain<&Config::instruments>("instruments", "What is known of instruments.", instruments_keys),
    named<VenueInstruments>("instruments",
                            "An instrument of the venue. A file that names any instrument, account "
                            "or session has to name all.",
                            venue_instrument_keys()),
    plain<&Config::venue>("venue", "The venue: who trades here at which cost.", venue_keys()),
    named<Accounts>("accounts", "An account at the venue.", account_keys()),
    named<Sessions>("sessions", "A client's session, over FIX and at the venue.", session_keys()),
    plain<&Config::fix>("fix", "The FIX port.", fix_keys()),
    plain<&Config::admin>("admin", "The port of administration, open where that of FIX is.",
                          admin_keys()),
    plain<&Config::limits>(
        "limits", "What one session may send, where it has no limits of its own.", limits_keys()),
    plain<&Config::shield>("shield", "From which load on what is refused.", shield_keys()),
    plain<&Config::buffers>("buffers", "Recent history in memory, and rings between threads.",
                            buffers_keys),
    plain<&Config::memory>("memory", "Limits of the memory budgets.", memory_keys),
    plain<&Config::websocket>("websocket", "Limits of streaming clients.", websocket_keys),
    plain<&Config::http>("http", "The server of HTTP and WebSocket.", http_keys),
    plain<&Config::log>("log", "The log of the program, and the write-ahead log of the venue.",
                        log_keys),
    plain<&Config::record>("record", "Recordings of what live feeds receive.", record_keys),
    plain<&Config::metrics>("metrics", "Metrics for Prometheus.", metrics_keys),
};

constexpr std::array later_sections =
    std::to_array<std::string_view>({"timeseries", "history", "sinks"});

/// Levenshtein's distance, in time and room of the product and one row.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::span<const Section> sections() {
    return all_sections;
}

std::span<const std::string_view> sections_of_later() {
    return later_sections;
}

const Section* find_section(std::string_view name, bool with_members) {
    const auto found = std::ranges::find_if(all_sections, [&](const Section& section) {
        return section.name == name && section.has_members() == with_members;
    });
    return found == all_sections.end() ? nullptr : &*found;
}

const Key* find_key(const Section& section, std::string_view name) {
    const auto found = std::ranges::find(section.keys, name, &Key::name);
    return found == section.keys.end() ? nullptr : &*found;
}

std::string key_name(const Section& section, std::string_view member, std::string_view key) {
    std::string name{section.name};
    if (section.has_members()) name += '.' + toml_key(member);
    if (!key.empty()) name.append(1, '.').append(key);
    return name;
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
    constexpr std::size_t name_bytes_max = 64;
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    if (name.size() > name_bytes_max) return best;
    for (const std::string_view candidate : candidates) {
        const std::size_t letters = distance(name, candidate);
        if (letters >= std::min(least, candidate.size())) continue;
        least = letters;
        best = candidate;
    }
    return best;
}

}  // namespace tickweir::gateway
