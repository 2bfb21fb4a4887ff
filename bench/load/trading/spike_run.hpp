// A spike of ten times the load: the capacity is measured first, then comes a calm at 0.3 of it, a
// spike at 3 times of it, and the calm again. Sessions that flood and sessions that go on as before
// are told apart, and so are the phases.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/trading/crowd.hpp"
#include "bench/load/trading/gateway_process.hpp"
#include "bench/load/trading/mode_watch.hpp"
#include "bench/load/trading/spike_flow.hpp"
#include "bench/load/trading/tally.hpp"

namespace tickweir::bench {

/// Who makes the spike, and what goes wrong besides.
enum class SpikeVariant : std::uint8_t {
    most,          ///< four sessions of five flood
    one,           ///< a single session does
    all,           ///< every session does
    retry,         ///< as `most`; what is refused for load is sent again at once
    slow_readers,  ///< as `most`; a tenth of the sessions stop reading meanwhile
    slow_disk,     ///< as `most`; the disk takes a millisecond longer
    garbage,       ///< as `most`; a tenth of the sessions send broken messages meanwhile
};
inline constexpr std::array<std::string_view, 7> spike_variant_names{
    "most", "one", "all", "retry", "slow-readers", "slow-disk", "garbage"};

enum class SpikePhase : std::uint8_t { before, spike, after };
inline constexpr std::size_t spike_phases = 3;

struct SpikeResult {
    double capacity = 0;  ///< requests served a second at the best of some windows
    struct Phase {
        std::array<Tally, 2> tallies;    ///< of quiet and of flooding sessions
        gateway::LatencyHistogram late;  ///< from when a request was due to when it was made
        std::uint64_t served = 0;        ///< requests whose answers came within the phase
        std::size_t resident_most = 0;
        double seconds = 0;
        double offered = 0;      ///< requests a second that were due
        std::uint64_t made = 0;  ///< of them, that their clients had room for

        double goodput() const { return static_cast<double>(served) / seconds; }
        double sent() const { return static_cast<double>(made) / seconds; }
    };
    std::array<Phase, spike_phases> phases;
    TimeNs onset;
    TimeNs end;
    TimeNs drained;  ///< when no client kept back any more what it could not send in the spike
    std::vector<ModeChange> modes;
    std::uint64_t unsent = 0;
    std::uint64_t unanswered = 0;     ///< of sessions that are still there
    std::size_t cut_for_nothing = 0;  ///< sessions that neither flood alone nor misbehave
    Crowd::Totals totals;

    std::uint64_t cancels_refused_for_load() const;
    /// Milliseconds from the onset to the first mode above L0, and from the end to L0; negative: it
    /// never came.
    double entered_ms() const;
    double left_ms() const { return normal_after(end); }
    /// The same from where the clients' own backlog was gone, which is load as well.
    double left_behind_backlog_ms() const { return normal_after(drained); }
    double normal_after(TimeNs when) const;
};

class SpikeRun {
public:
    struct Setup {
        FixAddress fix;
        FixAddress http;
        pid_t gateway = -1;
        std::size_t sessions = 100;
        SpikeMarket market;
        std::vector<TradedInstrument> instruments;
        SpikeVariant variant = SpikeVariant::most;
        std::chrono::milliseconds window{2'000};  ///< of the capacity's measurement
        std::uint64_t seed = 1;
        std::size_t orders_max = 4'096;                   ///< open, a session
        std::size_t output_bytes = std::size_t{1} << 20;  ///< that may wait for its socket
        /// Requests a second before and after the spike, which has ten times as many; 0: as the
        /// capacity says, which is measured then.
        double calm_rate = 0;
        /// The last so many sessions are asked for nothing: somebody else has them do what he
        /// wants. They may be cut, and nobody waits for their answers.
        std::size_t abusers = 0;
        /// About every 100 ms of a phase, the first time at its begin.
        std::function<void(SpikePhase, TimeNs)> on_look = {};
        /// At the spike's end: whether it goes on for another second.
        std::function<bool()> prolong = {};
    };
    /// Connects everybody and gives each some orders; throws std::runtime_error.
    explicit SpikeRun(Setup setup);

    /// The phases last so long, after the capacity's measurement.
    std::unique_ptr<SpikeResult> run(std::array<std::chrono::seconds, spike_phases> phases);

    Crowd& crowd() { return crowd_; }
    gateway::Reactor& reactor() { return reactor_; }

private:
    void on_outcome(std::size_t trader, const Outcome& outcome, TimeNs now);
    double measure_capacity();
    double served_within(std::size_t window);
    void phase(SpikePhase which, std::chrono::seconds how_long);
    void look(SpikePhase which);
    double rate_of(SpikePhase which) const;
    void request(std::size_t trader, TimeNs due);
    std::size_t pick(bool quiet);
    bool misbehaves(std::size_t trader) const { return trader + misbehaving_ >= crowd_.size(); }
    std::size_t cut_for_nothing() const;
    void misbehave(ClientSession& session);
    void set_reading(bool reading);
    bool has_drained() const;
    void look_for_the_end(TimeNs now);
    void settle();

    Setup setup_;
    std::size_t quiet_;        // sessions 0 to quiet_ - 1 never flood
    std::size_t misbehaving_;  // the last so many, abusers among them
    gateway::Reactor reactor_;
    SpikeFlow flow_;
    std::mt19937_64 random_;
    SpikeResult* result_ = nullptr;
    std::array<std::int64_t, spike_phases> begins_ns_{};  // 0: not yet
    std::uint64_t served_ = 0;
    SpikePhase now_in_ = SpikePhase::before;
    Crowd crowd_;
    ModeWatch watch_;
};

/// What accounts hold beside what their sessions were told: the first difference, or nothing. Asks
/// the gateway for every account.
std::string account_difference(gateway::Reactor& reactor, const FixAddress& http,
                               const Crowd& crowd,
                               const std::vector<TradedInstrument>& instruments);

}  // namespace tickweir::bench
