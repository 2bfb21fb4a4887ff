// What the gateway says about itself, gathered when somebody asks: from cells that their owners
// write, so that nobody is stopped for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "book/byte_ring.hpp"
#include "gateway/assembly/fix_port.hpp"
#include "gateway/assembly/memory.hpp"
#include "gateway/config/config.hpp"
#include "gateway/market/feed_report.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/runtime/host.hpp"
#include "gateway/serve/api/status.hpp"
#include "gateway/venue/venue_host.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// A feed as status knows it.
struct ReportedFeed {
    std::string name;
    FeedKind kind = FeedKind::capture;
    std::string venue;
    std::vector<std::string> lines;  ///< where a live feed is received
    const FeedReportCell* report = nullptr;
    std::vector<const book::ByteRing*> rings;  ///< to the market shards, by shard
};

/// A thread as status knows it.
struct ReportedThread {
    ThreadStatus status;
    const Host* host = nullptr;
};

class GatewayStatusSource final : public StatusSource {
public:
    /// Everything given by reference must outlive it.
    GatewayStatusSource(const Memory& memory, Metrics& metrics, const store::MarketStore& store,
                        book::TimeNs started);

    // Before the threads start.
    void set_name(std::string name) { name_ = std::move(name); }
    void add_feed(ReportedFeed feed) { feeds_.push_back(std::move(feed)); }
    void add_thread(ReportedThread thread) { threads_.push_back(std::move(thread)); }
    void set_clients(const Gauge& connections, const Gauge& subscriptions) {
        connections_ = &connections;
        subscriptions_ = &subscriptions;
    }
    /// Asked as long as this lives.
    void set_venue(const VenueHost& venue);
    /// Likewise.
    void set_fix(const FixPort& fix) { fix_ = &fix; }
    void set_http(std::string address, std::uint16_t port) {
        http_address_ = std::move(address);
        http_port_ = port;
    }

    // StatusSource; any thread
    GatewayStatus status(book::TimeNs now) override;
    std::string metrics_text(book::TimeNs now) override;

private:
    FeedStatus feed_status(const ReportedFeed& feed, book::TimeNs now) const;
    void collect(SampleSink& sink) const;
    static void collect_feed(const ReportedFeed& feed, SampleSink& sink);

    const Memory& memory_;
    Metrics& metrics_;
    const store::MarketStore& store_;
    book::TimeNs started_;
    std::string name_;
    std::vector<ReportedFeed> feeds_;
    std::vector<ReportedThread> threads_;
    const VenueHost* venue_ = nullptr;
    const FixPort* fix_ = nullptr;
    const Gauge* connections_ = nullptr;
    const Gauge* subscriptions_ = nullptr;
    std::string http_address_;
    std::uint16_t http_port_ = 0;
    Collecting collecting_;
    Collecting collecting_venue_;
};

}  // namespace tickweir::gateway
