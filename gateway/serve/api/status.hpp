// What the gateway tells about itself at /v1/status, /readyz and /metrics: plain values, gathered
// by whoever runs the gateway when they are asked for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "gateway/feeds/feed_health.hpp"
#include "gateway/serve/api/venue_status.hpp"

namespace tickweir::gateway {

/// A number by its name.
struct NamedCount {
    std::string_view name;
    std::uint64_t value = 0;
};

/// One of the copies of a stream that a live feed receives.
struct FeedLineStatus {
    std::string address;
    std::vector<NamedCount> counts;
};

struct FeedStatus {
    std::string name;
    std::string kind;  ///< as configured, such as `capture`
    std::string venue;
    FeedState state = FeedState::connecting;
    FeedReason reason = FeedReason::none;
    std::uint64_t messages = 0;
    std::uint64_t gaps = 0;
    std::uint64_t lost = 0;                       ///< messages in the gaps
    std::optional<std::chrono::nanoseconds> age;  ///< since the feed sent something; none: never
    std::size_t instruments = 0;
    std::string session;              ///< of a live feed; empty: none yet
    std::uint64_t next_sequence = 0;  ///< of its next message; 0: none yet
    std::vector<NamedCount> counts;   ///< what feeds of its kind tell beside the above
    std::vector<FeedLineStatus> lines;
};

struct BudgetStatus {
    std::string name;
    std::uint64_t used = 0;  ///< bytes, like the next two
    std::uint64_t high_water = 0;
    std::uint64_t limit = 0;
    std::uint64_t refusals = 0;
};

struct ThreadStatus {
    std::string name;
    std::vector<std::string> roles;
    std::optional<unsigned> cpu;  ///< that it is pinned to
};

/// How long a stage took, of all messages since the start.
struct StageLatency {
    std::string stage;  ///< of INTERFACES §9
    std::uint64_t count = 0;
    std::chrono::nanoseconds p50{};
    std::chrono::nanoseconds p99{};
    std::chrono::nanoseconds p999{};
    std::chrono::nanoseconds highest{};
};

/// The FIX port and its sessions.
struct FixStatus {
    std::string address;
    std::uint16_t port = 0;  ///< the one in use, never 0
    bool tls = false;
    std::uint64_t connections = 0;
    std::uint64_t sessions = 0;  ///< configured
    std::uint64_t logged_on = 0;
    std::uint64_t queued_bytes = 0;  ///< that clients' sockets have not taken
    std::vector<NamedCount> counts;
    std::vector<NamedCount> refused;  ///< connections and logons, by reason
};

struct GatewayStatus {
    std::string name;  ///< what it calls itself
    std::string version;
    std::string mode = "L0";  ///< of DESIGN §8
    std::chrono::nanoseconds uptime{};
    std::vector<FeedStatus> feeds;
    std::vector<BudgetStatus> budgets;
    std::size_t connections = 0;
    std::size_t subscriptions = 0;
    std::string http_address;
    std::uint16_t http_port = 0;  ///< the one in use, never 0
    std::vector<ThreadStatus> threads;
    std::size_t idle_instrument_bytes = 0;
    std::vector<StageLatency> latencies;
    std::optional<VenueStatus> venue;  ///< none: there is no venue
    std::optional<FixStatus> fix;      ///< none: there is no FIX port
};

/// Called by serving threads, so it must neither block nor take long.
class StatusSource {
public:
    virtual GatewayStatus status(book::TimeNs now) = 0;

    /// Prometheus text format 0.0.4, whole.
    virtual std::string metrics_text(book::TimeNs now) = 0;

protected:
    ~StatusSource() = default;
};

}  // namespace tickweir::gateway
