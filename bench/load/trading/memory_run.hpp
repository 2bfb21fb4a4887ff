// The recipe for bounded memory: a load, ten times as much of it together with everything that a
// gateway's memory has to be bounded against, and the load again, while the gateway's memory is
// looked at. What is offered is a spike's (spike_run.hpp); the abuse comes from its last sessions,
// from strangers and from clients of the WebSocket.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/load/stream_clients.hpp"
#include "bench/load/trading/abuse_flow.hpp"
#include "bench/load/trading/http_reads.hpp"
#include "bench/load/trading/logon_storm.hpp"
#include "bench/load/trading/memory_verdict.hpp"
#include "bench/load/trading/spike_run.hpp"

namespace tickweir::bench {

struct MemoryResult {
    std::unique_ptr<SpikeResult> load;
    MemoryPhases samples;
    /// What /metrics said at the end of each phase; empty where nobody answered.
    std::array<std::string, memory_phases> metrics;
    UrgentDenials denials;
    std::uint64_t abuses = 0;  ///< messages, and what was none
    std::uint64_t logons = 0;
    std::uint64_t returns = 0;  ///< of abusers that were cut
};

class MemoryRun {
public:
    struct Setup {
        SpikeRun::Setup spike;                  ///< on_look and prolong are overwritten
        std::size_t storm_sessions = 10;        ///< of the venue, behind those of the spike
        std::size_t logons_per_second = 1'000;  ///< strangers' among them
        std::size_t subscribers = 50;           ///< of the WebSocket; every other one reads nothing
        std::size_t orders_each = 200;          ///< that an abuser leaves, each time it comes
        /// The spike goes on, this long at most, until memory has grown beyond its mark: what shows
        /// that the mark can be missed need not do so within a time.
        std::chrono::seconds patience{0};
        MemoryMarks marks;
    };
    /// As of SpikeRun.
    explicit MemoryRun(Setup setup);

    MemoryResult run(std::array<std::chrono::seconds, spike_phases> phases);

    SpikeRun& spike() { return *spike_; }

private:
    struct Abuser {
        std::size_t session = 0;
        bool reads = true;
        bool settled = false;  ///< it has subscribed, and left its orders
    };

    void look(SpikePhase phase, TimeNs now);
    void begin(SpikePhase phase);
    void subscribe();
    void listen();
    void abuse(TimeNs now);
    void abuse(Abuser& abuser, TimeNs now);
    bool prolong();
    void ask_metrics(std::size_t phase);
    UrgentDenials denials() const;

    Setup setup_;
    AbuseFlow flow_;
    LogonStorm storm_;
    std::unique_ptr<SpikeRun> spike_;
    std::vector<Abuser> abusers_;
    StreamTotals totals_;
    std::unique_ptr<StreamClients> readers_;
    std::unique_ptr<StreamClients> others_;  // never read
    MemoryResult result_;
    std::unique_ptr<HttpReads> reads_;  // before what its last answers are written to goes
    SpikePhase now_in_ = SpikePhase::before;
    std::uint64_t looks_ = 0;
    std::int64_t prolonged_s_ = 0;
};

}  // namespace tickweir::bench
