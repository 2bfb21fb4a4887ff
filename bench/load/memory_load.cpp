// Whether a gateway's memory stays bounded at ten times the load, with all that memory has to be
// bounded against (trading/memory_run.hpp):
//
//     memory_load [--seconds 300] [--spike-seconds 600] [--rate 1000] [--sessions 100] [--seed N]
//                 [--subscribers 50] [--logons-per-second 1000] [--window-ms 2000]
//                 [--without none|queues] [--gateway build/release/tickweir] [--directory DIR]
//
// --seconds is of the load before and after, --spike-seconds of ten times as much between; --rate
// requests a second before and after, 0: 0.3 of the capacity, which is measured then. A tenth of
// the sessions reads nothing in between, another tenth makes trouble. Ends with 1 where a mark is
// missed. --without queues takes the bound of what waits for a client that does not read out of
// action: then it ends with 1 where the mark of growth is NOT missed, for it would prove nothing.
// Memory is not judged in a program built with a sanitizer, whose own it is: 77 where that was all.
#include <cstdio>
#include <string>

#include "bench/load/trading/arguments.hpp"
#include "bench/load/trading/load_gateway.hpp"
#include "bench/load/trading/memory_run.hpp"
#include "bench/load/trading/open_loop.hpp"
#include "bench/load/trading/proc_text.hpp"

namespace tickweir::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t instruments = 50;
constexpr SpikeMarket market{.instruments = instruments};
constexpr std::size_t orders_max = 500;  // open, a session
constexpr std::size_t storm_sessions = 10;
constexpr int nothing_judged = 77;
constexpr const char* not_judged = "memory is not judged: it is a sanitizer's, not the gateway's";
// That a control's spike may last beyond its time.
constexpr seconds control_patience{90};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

bool without_queues(const Arguments& arguments) {
    const std::string& which = arguments.text("without");
    if (which != "none" && which != "queues")
        throw std::runtime_error{"--without has no '" + which + "'"};
    return which == "queues";
}

/// A venue whose limits are those of its load, as whoever runs one sets them.
GatewayExtras extras(std::size_t sessions, bool unbounded_queues) {
    const std::string queue = unbounded_queues ? "1073741824" : "524288";
    const std::string orders = std::to_string(sessions * orders_max);
    return {.environment = {},
            .settings = {"fix.queue_bytes_max=" + queue, "fix.market_data_conflate_bytes=65536",
                         "fix.resend_requests_per_minute_max=1000000",
                         "websocket.queue_bytes_max=524288",
                         "websocket.conflate_after_bytes=131072", "log.wal_segment_bytes=16777216",
                         "venue.orders_max=" + std::to_string(2 * sessions * orders_max),
                         "venue.orders_ready=" + orders, "venue.trades_max=32767",
                         "limits.open_orders_max=131072", "limits.closed_orders_max=32768"}};
}

double megabytes(double bytes) {
    return bytes / 1e6;
}

void print_phase(const char* name, const std::vector<MemorySample>& samples,
                 const SpikeResult::Phase& load, const std::string& metrics) {
    std::vector<double> resident;
    for (const MemorySample& sample : samples)
        resident.push_back(static_cast<double>(sample.resident));
    const MemorySample last = samples.empty() ? MemorySample{} : samples.back();
    std::printf(
        "%-7s %6.0f requests/s offered, %6.0f served in %.0f s; resident p95 %.1f MB, most %.1f, "
        "ever %.1f; anonymous %.1f; buffers of all sockets %.1f\n",
        name, load.offered, load.goodput(), load.seconds, megabytes(quantile_of(resident, 0.95)),
        megabytes(quantile_of(resident, 1)), megabytes(static_cast<double>(last.resident_most)),
        megabytes(static_cast<double>(last.anonymous)),
        megabytes(static_cast<double>(last.sockets)));
    for (const char* budget : {"books", "store", "rings", "clients"}) {
        const std::string text = std::string{"budget=\""} + budget + "\"";
        const std::string_view label = text;
        const auto of = [&](std::string_view metric) {
            return metric_sum(metrics, metric, {&label, 1}).value_or(0);
        };
        std::printf("          budget %-8s %8.1f MB used, %8.1f at most, of %8.1f; refused %.0f\n",
                    budget, megabytes(of("tickweir_memory_used_bytes")),
                    megabytes(of("tickweir_memory_high_water_bytes")),
                    megabytes(of("tickweir_memory_limit_bytes")),
                    of("tickweir_memory_refused_total"));
    }
    const auto gauge = [&](const char* metric) { return metric_sum(metrics, metric).value_or(0); };
    std::printf(
        "          orders open %.0f, closed ones %.0f; queued for sessions %.1f MB, "
        "sessions cut for it %.0f, WebSocket clients %.0f\n",
        gauge("tickweir_order_open"), gauge("tickweir_order_closed"),
        megabytes(gauge("tickweir_fix_queued_bytes")), gauge("tickweir_fix_slow_closed_total"),
        gauge("tickweir_websocket_clients"));
}

void print_marks(const std::vector<MemoryMark>& marks) {
    for (const MemoryMark& mark : marks)
        std::printf("  %-50s %10.3f  asked: at most %-6.2f %s\n", mark.what.c_str(), mark.measured,
                    mark.bound, mark.good() ? "" : "NOT REACHED");
}

int conclude(const MemoryVerdict& verdict, bool control) {
    print_marks(verdict.memory);
    std::printf("  slope of the spike's last part %.0f bytes/s, 95 %%: %.0f to %.0f\n",
                verdict.slope.estimate, verdict.slope.low, verdict.slope.high);
    print_marks(verdict.denials);
    if (sanitized) std::printf("  %s\n", not_judged);
    if (control) {
        const bool missed = !verdict.memory.front().good();
        std::printf("  without its bound the mark of growth is %s\n",
                    missed ? "missed, as it has to be" : "NOT missed");
        return missed ? 0 : 1;
    }
    return verdict.nobody_denied() && (sanitized || verdict.bounded()) ? 0 : 1;
}

VenueFile venue_file(const Arguments& arguments) {
    VenueFile file;
    file.sessions = arguments.number("sessions", 10) + storm_sessions;
    file.instruments = instruments;
    file.reference_ticks = market.reference_ticks;
    file.client_ids_max =
        arguments.number("spike-seconds", 1) > 30 ? std::size_t{1} << 23 : std::size_t{1} << 20;
    file.orders_max = orders_max;
    return file;
}

MemoryRun::Setup setup_of(const Arguments& arguments, const LoadGateway& gateway, bool control) {
    const std::size_t sessions = arguments.number("sessions", 10);
    return {.spike = {.fix = gateway.fix(),
                      .http = gateway.http(),
                      .gateway = gateway.process(),
                      .sessions = sessions,
                      .market = market,
                      .instruments = traded_instruments(instruments),
                      .window = std::chrono::milliseconds{arguments.number("window-ms", 1)},
                      .seed = arguments.number("seed"),
                      .orders_max = orders_max,
                      .calm_rate = static_cast<double>(arguments.number("rate")),
                      .abusers = sessions / 5},
            .storm_sessions = storm_sessions,
            .logons_per_second = arguments.number("logons-per-second"),
            .subscribers = arguments.number("subscribers"),
            .orders_each = 2 * orders_max,
            .patience = control ? control_patience : seconds{0},
            .marks = {}};
}

void print(const MemoryResult& result) {
    constexpr const char* names[]{"1 x", "10 x", "1 x"};
    for (std::size_t i = 0; i < memory_phases; ++i)
        print_phase(names[i], result.samples[i], result.load->phases[i], result.metrics[i]);
    std::printf("abuse: %llu messages, %llu logons, %llu times back after being cut\n",
                static_cast<unsigned long long>(result.abuses),
                static_cast<unsigned long long>(result.logons),
                static_cast<unsigned long long>(result.returns));
}

int run(const Arguments& arguments) {
    sleep_precisely();
    const bool control = without_queues(arguments);
    if (control && sanitized) {
        std::printf("%s\n", not_judged);
        return nothing_judged;
    }
    const VenueFile file = venue_file(arguments);
    LoadGateway gateway{arguments, file, extras(file.sessions, control)};
    if (gateway.process() < 0)
        throw std::runtime_error{"--port: memory is judged of a gateway of its own"};
    MemoryRun memory{setup_of(arguments, gateway, control)};
    const seconds calm{arguments.number("seconds", 1)};
    const seconds spike{arguments.number("spike-seconds", 1)};
    const MemoryResult result = memory.run({calm, spike, calm});
    print(result);
    const int status = conclude(judge(result.samples, result.denials), control);
    memory.spike().crowd().log_out(seconds{1});  // an abuser may not hear of it
    gateway.stop();
    return status;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    using namespace tickweir::bench;
    return run_program("memory_load", count, values,
                       load_options({{"seconds", "300"},
                                     {"spike-seconds", "600"},
                                     {"rate", "1000"},
                                     {"subscribers", "50"},
                                     {"logons-per-second", "1000"},
                                     {"window-ms", "2000"},
                                     {"without", "none"}}),
                       run);
}
