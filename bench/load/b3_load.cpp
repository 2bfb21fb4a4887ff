// The load of an exchange's day, after B3's profile (trading/b3_flow.hpp), on a venue's gateway:
//
//     b3_load [--scale PERCENT] [--seconds N] [--sessions 100] [--search] [--seed N]
//             [--gateway build/release/tickweir | --port FIX --http-port HTTP [--host H]]
//             [--directory DIR] [--toml FILE]
//
// 100 % are 700 orders, 245 cancels and 367 reads a second. Starts a gateway of its own, with its
// files below --directory and the sections of --toml put in front of its configuration, or goes to
// one that runs, which has to know the sessions LOAD0... and instruments S0...
// (trading/venue_file).
// --search looks for the highest scale with a p99 of orders and cancels below 1 ms.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include "bench/load/trading/arguments.hpp"
#include "bench/load/trading/b3_run.hpp"
#include "bench/load/trading/load_gateway.hpp"
#include "bench/load/trading/open_loop.hpp"

namespace tickweir::bench {
namespace {

constexpr double p99_most_us = 1'000;
constexpr double percent_most = 20'000;
constexpr std::size_t client_ids_most = std::size_t{1} << 23;  // of all steps of a search

B3Run make_run(const Arguments& arguments, const LoadGateway& gateway) {
    B3Profile profile;
    profile.brokers = arguments.number("sessions", 1);
    return B3Run{{.fix = gateway.fix(),
                  .http = gateway.http(),
                  .gateway = gateway.process(),
                  .profile = profile,
                  .instruments = traded_instruments(profile.instruments),
                  .seed = arguments.number("seed")}};
}

bool measure(B3Run& run, double percent, std::chrono::seconds seconds) {
    const auto result = run.run(percent, seconds);
    result->print();
    const bool good = result->sustained(p99_most_us);
    std::printf("  %.0f %% is %s\n", percent, good ? "sustained" : "too much");
    std::fflush(stdout);
    return good;
}

/// Doubles until it is too much, then halves the distance to a tenth.
int search(B3Run& run, double percent, std::chrono::seconds seconds) {
    double good = 0;
    double bad = percent;
    while (bad <= percent_most && measure(run, bad, seconds)) {
        good = bad;
        bad *= 2;
    }
    while (good > 0 && bad <= percent_most && bad - good > good / 10) {
        const double middle = (good + bad) / 2;
        (measure(run, middle, seconds) ? good : bad) = middle;
    }
    std::printf("highest sustained scale: %.0f %%\n", good);
    return good > 0 ? 0 : 1;
}

int run(const Arguments& arguments) {
    sleep_precisely();
    const B3Profile profile;
    VenueFile file;
    file.sessions = arguments.number("sessions", 1);
    file.instruments = profile.instruments;
    file.reference_ticks = profile.reference_ticks;
    file.client_ids_max = client_ids_most;
    LoadGateway gateway{arguments, file};
    B3Run run = make_run(arguments, gateway);
    const double percent = static_cast<double>(arguments.number("scale", 1));
    const std::chrono::seconds seconds{arguments.number("seconds", 1)};
    const int status = arguments.flag("search") ? search(run, percent, seconds)
                                                : (measure(run, percent, seconds) ? 0 : 1);
    const Crowd::Totals totals = run.crowd().totals();
    std::printf("sessions cut %zu, gaps %llu, garbled %llu, strange %llu; fills %llu, open %llu\n",
                run.crowd().cut(), static_cast<unsigned long long>(totals.gaps),
                static_cast<unsigned long long>(totals.garbled),
                static_cast<unsigned long long>(totals.strange),
                static_cast<unsigned long long>(totals.fills),
                static_cast<unsigned long long>(totals.open));
    run.crowd().log_out(std::chrono::seconds{5});
    gateway.stop();
    return status;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    using namespace tickweir::bench;
    return run_program("b3_load", count, values, load_options({{"scale", "100"}, {"search", "no"}}),
                       run);
}
