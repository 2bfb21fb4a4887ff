// The running gateway: makes every part that a configuration asks for, connects them with rings,
// and hosts them on threads. The one place that knows all parts; none of them knows it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/admin/admin_port.hpp"
#include "gateway/assembly/fix_port.hpp"
#include "gateway/assembly/gateway_status.hpp"
#include "gateway/assembly/memory.hpp"
#include "gateway/assembly/recording_thread.hpp"
#include "gateway/config/config.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/market/market_shard.hpp"
#include "gateway/market/resync_wish.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/metrics/tsc_clock.hpp"
#include "gateway/runtime/host.hpp"
#include "gateway/runtime/reload_control.hpp"
#include "gateway/serve/serving_role.hpp"
#include "gateway/venue/venue_host.hpp"
#include "store/market_store.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::gateway {

struct ShardRings;

class Gateway {
public:
    /// Opens captures and sockets, and listens; throws std::runtime_error with one line that says
    /// what failed.
    explicit Gateway(const Config& config);
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;
    /// stop() and join() must have been called if start() was.
    ~Gateway();

    /// Starts the threads.
    void start();

    /// Hands what may be reloaded to the FIX and serving threads, which take it over with their
    /// next turns. From the thread that made the gateway. Throws std::runtime_error, and changes
    /// nothing, where a key cannot be read or a thread has not taken over the last one.
    void reload(const Config& config);
    /// Where administrators ask for that; answered by the thread that reads the configuration.
    ReloadControl& reloads() { return reloads_; }

    /// About once a second, from one thread: follows the system's clock.
    void housekeep();

    /// Asks all threads to stop and waits for them, `grace` at most. Rethrows what escaped from a
    /// thread.
    void stop(std::chrono::nanoseconds grace);

    /// Whether a thread ended by itself.
    bool failed() const;
    /// Whether there is a venue that executes nothing any more, for its log or itself failed. The
    /// rest goes on, for whoever has to see what is open.
    bool venue_failed() const;

    const std::string& http_address() const { return config_.http.address; }
    std::uint16_t http_port() const { return http_port_; }
    /// None: there is no FIX port.
    const FixPort* fix() const { return fix_.get(); }
    /// None: there is no admin port.
    const AdminPort* admin() const { return admin_.get(); }
    bool tls() const { return !config_.http.tls_certificate.empty(); }

private:
    Host& host_of(RoleKind kind, std::uint32_t shard);
    void make_rings();
    void make_feeds();
    std::vector<MarketInput> feed_inputs(std::size_t feed);
    ResyncRing* make_wishes(const FeedConfig& feed);
    void report_feed(const std::string& name, const FeedConfig& feed);
    std::vector<MarketFeed> market_feeds(const ShardRings& rings);
    void make_markets();
    void make_venue();
    void make_venue_rings();
    VenueParts venue_parts();
    std::uint32_t venue_market_shard() const;
    MarketFeed venue_feed();
    void make_serving();
    void make_fix();
    void make_admin();
    bool wants_fix() const { return config_.fix.enabled && !config_.sessions.empty(); }
    Host& own_host(RoleKind kind, const char* name);
    void host_roles();

    struct Rings;  // between the parts; outlive them

    Config config_;
    Memory memory_;
    Metrics metrics_;
    TscClock clock_;
    store::MarketStore store_;
    std::vector<std::unique_ptr<Host>> hosts_;
    std::unique_ptr<Rings> rings_;
    std::unique_ptr<RecordingThread> recording_;  // if anything is recorded; the feeds tell it
    std::vector<std::unique_ptr<Feed>> feeds_;
    std::vector<std::unique_ptr<MarketShard>> markets_;
    txn::io::PosixFiles venue_files_;
    std::unique_ptr<VenueHost> venue_;  // if it has a data directory
    Host* venue_thread_ = nullptr;      // that hosts its role
    Host* fix_thread_ = nullptr;        // that hosts the FIX port's role; none: there is no port
    std::unique_ptr<FixPort> fix_;
    ReloadControl reloads_;
    std::unique_ptr<AdminPort> admin_;  // where there is a FIX port
    std::unique_ptr<GatewayStatusSource> status_;
    std::unique_ptr<ServingRole> serving_;
    std::uint16_t http_port_ = 0;
    std::vector<std::uint64_t> last_states_;  // of feeds, with their reasons, as logged
};

}  // namespace tickweir::gateway
