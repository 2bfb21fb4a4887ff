// One run of the exchange's profile at one scale: brokers over FIX, reads over HTTP, everything at
// its time.
#pragma once

#include <cstdint>
#include <memory>

#include "bench/load/trading/arrivals.hpp"
#include "bench/load/trading/b3_flow.hpp"
#include "bench/load/trading/crowd.hpp"
#include "bench/load/trading/gateway_process.hpp"
#include "bench/load/trading/http_reads.hpp"
#include "bench/load/trading/tally.hpp"

namespace tickweir::bench {

struct B3Result {
    double percent = 0;
    double seconds = 0;
    std::uint64_t requests = 0;           ///< of all kinds, sent within the time
    std::uint64_t unsent = 0;             ///< orders for which their broker had no place or room
    std::uint64_t nothing_to_cancel = 0;  ///< cancels that found no order to name
    std::uint64_t failed_reads = 0;       ///< other statuses than 200
    std::string failed_read;              ///< the first of them
    std::uint64_t unanswered = 0;         ///< FIX requests and reads, some seconds after the end
    double gateway_cpu_s = 0;
    double own_cpu_s = 0;
    Tally orders;
    gateway::LatencyHistogram book;
    gateway::LatencyHistogram price;
    gateway::LatencyHistogram balance;
    gateway::LatencyHistogram late;  ///< from when a request was due to when it was written

    /// Everything sent and answered, nothing refused for load, p99 of orders and cancels below.
    bool sustained(double p99_us) const;
    void print() const;
};

class B3Run {
public:
    struct Setup {
        FixAddress fix;
        FixAddress http;
        pid_t gateway = -1;  ///< whose processor time counts; -1: nobody's
        B3Profile profile;
        std::vector<TradedInstrument> instruments;
        std::size_t http_connections = 16;
        std::uint64_t seed = 1;
    };
    /// Connects everybody; throws std::runtime_error.
    explicit B3Run(Setup setup);

    /// So much of the profile for so long, after a second at half of it.
    std::unique_ptr<B3Result> run(double percent, std::chrono::seconds seconds);
    Crowd& crowd() { return crowd_; }

private:
    void request(TimeNs due);
    void read(const B3Request& request, TimeNs due);
    void cancel(std::uint32_t broker, TimeNs due);
    void loop(double percent, std::chrono::seconds seconds);

    Setup setup_;
    gateway::Reactor reactor_;
    B3Flow flow_;
    Arrivals arrivals_;
    std::mt19937_64 random_;
    B3Result* result_ = nullptr;  // of the run under way; none: its warm-up
    std::int64_t begin_ns_ = 0;   // requests due before count for nobody
    Crowd crowd_;
    HttpReads reads_;
};

}  // namespace tickweir::bench
