// Ten times the normal load, and back (trading/spike_run.hpp), judged by the marks of overload:
//
//     spike_load [--seconds 60] [--sessions 100] [--variant most|one|all|retry|slow-readers|
//                slow-disk|garbage] [--seed N] [--gateway build/release/tickweir |
//                --port FIX --http-port HTTP [--host H]] [--directory DIR] [--toml FILE]
//                [--window-ms 2000] [--keep 32768] [--slow-disk
//                build/release/bench/libslow_disk.so]
//
// --seconds is of each of the three phases; before them the capacity is measured in four windows of
// --window-ms. A client keeps at most --keep bytes that its socket has not taken: what has no room
// is not sent, and counted. Gateway and sessions as of b3_load. slow-disk needs a gateway of its
// own. Ends with 1 where a count is not what it has to be; times are told, for a machine may have
// other things to do.
#include <cstdio>
#include <filesystem>
#include <string>

#include "bench/load/trading/arguments.hpp"
#include "bench/load/trading/load_gateway.hpp"
#include "bench/load/trading/open_loop.hpp"
#include "bench/load/trading/spike_run.hpp"

namespace tickweir::bench {
namespace {

constexpr std::size_t instruments = 50;

SpikeVariant variant_named(const std::string& name) {
    const auto found = std::ranges::find(spike_variant_names, name);
    if (found == spike_variant_names.end())
        throw std::runtime_error{"--variant has no '" + name + "'"};
    return static_cast<SpikeVariant>(found - spike_variant_names.begin());
}

void print_phase(const SpikeResult::Phase& phase, const char* name) {
    std::printf(
        "%s: offered %.0f requests/s, of which %.0f/s had room, served %.0f/s, "
        "resident at most %.1f MB\n",
        name, phase.offered, phase.sent(), phase.goodput(),
        static_cast<double>(phase.resident_most) / 1e6);
    constexpr const char* groups[]{" quiet sessions", " flooding sessions"};
    for (std::size_t group = 0; group < phase.tallies.size(); ++group)
        if (phase.tallies[group].served() + phase.tallies[group].refused_for_load() > 0)
            phase.tallies[group].print(groups[group]);
    print_quantiles("made late by", quantiles(phase.late));
}

/// A line with what was asked and what was measured.
bool mark(bool good, const char* what, double measured, const char* unit, const char* asked) {
    std::printf("  %-44s %12.2f %-4s asked: %-28s %s\n", what, measured, unit, asked,
                good ? "" : "NOT REACHED");
    return good;
}

double cancel_p99(const SpikeResult::Phase& phase, std::size_t group) {
    return quantiles(phase.tallies[group].of(RequestKind::cancel).latency()).p99;
}

void print_times(const SpikeResult& result) {
    const auto& [before, spike, after] = result.phases;
    const double calm = cancel_p99(before, 0);
    const double p99 = cancel_p99(spike, 0);
    mark(p99 <= 2 * calm && p99 <= 1'000, "quiet sessions' p99 of cancels in the spike", p99, "us",
         "2 x before, 1000");
    mark(true, "  before it", calm, "us", "-");
    mark(true, "flooding sessions' p99 of cancels in the spike", cancel_p99(spike, 1), "us", "-");
    mark(spike.goodput() >= 0.9 * result.capacity, "goodput in the spike",
         100 * spike.goodput() / result.capacity, "%", "90 of the capacity");
    const double entered = result.entered_ms();
    mark(entered >= 0 && entered <= 20, "a mode above L0 after the onset", entered, "ms", "20");
    const double left = result.left_ms();
    mark(left >= 0 && left <= 1'000, "L0 again after the end", left, "ms", "1000");
    const double behind = result.left_behind_backlog_ms();
    mark(behind >= 0 && behind <= 1'000, "  after the clients' own backlog was sent", behind, "ms",
         "1000");
    const double growth = before.resident_most == 0 ? 0
                                                    : static_cast<double>(spike.resident_most) /
                                                          static_cast<double>(before.resident_most);
    mark(growth <= 1.2, "resident memory, beside before", growth, "x", "1.2");
    std::printf("  modes:");
    for (const ModeChange& change : result.modes)
        std::printf(" L%d at %.1f ms", change.mode,
                    static_cast<double>((change.at - result.onset).count()) / 1e6);
    std::printf(" from the onset\n");
}

bool judge_counts(const SpikeResult& result) {
    bool good = true;
    const auto none = [&good](std::uint64_t count, const char* what) {
        good &= mark(count == 0, what, static_cast<double>(count), "", "0");
    };
    none(result.cancels_refused_for_load(), "cancels refused for load");
    none(result.unanswered, "requests without an answer");
    none(result.totals.gaps, "messages that were missing");
    none(result.totals.garbled, "messages that were none");
    none(result.cut_for_nothing, "well-behaved sessions cut");
    mark(true, "requests that had no room here", static_cast<double>(result.unsent), "", "-");
    mark(true, "fills", static_cast<double>(result.totals.fills), "", "-");
    return good;
}

int run(const Arguments& arguments) {
    sleep_precisely();
    const SpikeVariant variant = variant_named(arguments.text("variant"));
    const SpikeMarket market{.instruments = instruments};
    std::vector<std::string> environment;
    if (variant == SpikeVariant::slow_disk)
        environment.push_back("LD_PRELOAD=" +
                              std::filesystem::absolute(arguments.text("slow-disk")).string());
    VenueFile file;
    file.sessions = arguments.number("sessions", 10);
    file.instruments = instruments;
    file.reference_ticks = market.reference_ticks;
    file.client_ids_max =
        arguments.number("seconds", 1) > 10 ? std::size_t{1} << 23 : std::size_t{1} << 21;
    // Few sessions on a fast machine go beyond what one may send: load is asked about, not abuse.
    // A share of what two cores serve for each of a hundred sessions.
    std::vector<std::string> settings{"limits.quota_per_second=1000"};
    if (variant != SpikeVariant::one) settings.emplace_back("limits.breaches_max=1000000000");
    LoadGateway gateway{arguments, file, {.environment = environment, .settings = settings}};
    const auto traded = traded_instruments(instruments);
    SpikeRun spike{{.fix = gateway.fix(),
                    .http = gateway.http(),
                    .gateway = gateway.process(),
                    .sessions = arguments.number("sessions", 10),
                    .market = market,
                    .instruments = traded,
                    .variant = variant,
                    .window = std::chrono::milliseconds{arguments.number("window-ms", 1)},
                    .seed = arguments.number("seed"),
                    .output_bytes = arguments.number("keep", 4'096)}};
    const std::chrono::seconds each{arguments.number("seconds", 1)};
    const auto result = spike.run({each, each, each});
    std::printf("capacity: %.0f requests/s served\n", result->capacity);
    constexpr const char* names[]{"before", "spike", "after"};
    for (std::size_t i = 0; i < spike_phases; ++i)
        print_phase(result->phases[i], names[i]);
    print_times(*result);
    bool good = judge_counts(*result);
    if (gateway.process() > 0 && spike.crowd().cut() == 0) {
        const std::string difference =
            account_difference(spike.reactor(), gateway.http(), spike.crowd(), traded);
        std::printf("  accounts beside what their sessions were told: %s\n",
                    difference.empty() ? "exact" : difference.c_str());
        good &= difference.empty();
    }
    spike.crowd().log_out(std::chrono::seconds{5});
    gateway.stop();
    return good ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    using namespace tickweir::bench;
    return run_program("spike_load", count, values,
                       load_options({{"seconds", "60"},
                                     {"window-ms", "2000"},
                                     {"variant", "most"},
                                     {"keep", "32768"},
                                     {"slow-disk", "build/release/bench/libslow_disk.so"}}),
                       run);
}
