// Orders to their durable acknowledgement, over many sessions: at a rate, and as many as there can
// be.
//
//     order_load [--rate 5000] [--seconds 10] [--sessions 100] [--seed N] [--widest 32]
//                [--gateway build/release/tickweir | --port FIX [--host H]] [--directory DIR]
//                [--toml FILE]
//
// Orders rest, and a session that has a hundred open cancels one for each new one. First --rate
// orders a second at random times, open loop; then windows of 1, 2, 4, ... --widest orders on their
// way in each session, two seconds each. Gateway and sessions as of b3_load.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>

#include "bench/load/trading/arguments.hpp"
#include "bench/load/trading/crowd.hpp"
#include "bench/load/trading/load_gateway.hpp"
#include "bench/load/trading/open_loop.hpp"
#include "bench/load/trading/spike_flow.hpp"
#include "bench/load/trading/tally.hpp"

namespace tickweir::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t instruments = 50;
constexpr std::size_t open_most = 100;  // a session
constexpr seconds window_time{2};
constexpr seconds warm_time{1};
// What a gateway can do is asked: one that is saturated refuses what is beyond a session's quota.
constexpr const char* no_quota = "[limits]\nquota_per_second = 100000\nquota_burst = 10000\n";

class OrderLoad {
public:
    OrderLoad(const Arguments& arguments, const LoadGateway& gateway)
        : gateway_{gateway.process()},
          random_{arguments.number("seed")},
          flow_{arguments.number("seed") + 1, {.instruments = instruments}},
          arrivals_{arguments.number("seed") + 2},
          crowd_{reactor_,
                 {.address = gateway.fix(),
                  .traders = arguments.number("sessions", 1),
                  .instruments = traded_instruments(instruments),
                  .orders_max = 4'096,
                  .on_outcome = [this](std::size_t, const Outcome& outcome, TimeNs now) {
                      if (outcome.intended_ns >= begin_ns_) tally_->add(outcome, now);
                  }}} {}

    /// Orders at a rate, each at its time.
    void run_at(double rate, seconds how_long) {
        open(rate, warm_time);
        begin();
        const double took = open(rate, how_long);
        settle();
        const double acknowledged = static_cast<double>(orders());
        char title[96];
        std::snprintf(title, sizeof title, "%.0f orders/s at their times, %.0f/s acknowledged",
                      rate, acknowledged / took);
        print(title, took);
        print_quantiles("made late by", quantiles(*late_));
    }

    /// So many on their way in each session. Acknowledged ones a second.
    double run_window(std::size_t window) {
        begin();
        const TimeNs start = wall_now();
        for (TimeNs now = start; now < start + window_time; now = wall_now()) {
            for (std::size_t i = 0; i < crowd_.size(); ++i) {
                while (crowd_[i].orders.waiting() < window)
                    if (!request(i, now)) break;
            }
            crowd_.flush();
            (void)reactor_.wait(1'000'000, [] { return false; });
        }
        const double took = seconds_since(start);
        const double rate = static_cast<double>(orders()) / took;
        char title[96];
        std::snprintf(title, sizeof title, "%zu on their way in each session: %.0f orders/s",
                      window, rate);
        print(title, took);
        settle();
        return rate;
    }

    bool sound() const {
        const Crowd::Totals totals = crowd_.totals();
        const std::uint64_t bad = totals.gaps + totals.garbled + totals.lost + crowd_.waiting();
        std::printf("sessions cut %zu, gaps %llu, garbled %llu, without an answer %llu\n",
                    crowd_.cut(), static_cast<unsigned long long>(totals.gaps),
                    static_cast<unsigned long long>(totals.garbled),
                    static_cast<unsigned long long>(crowd_.waiting() + totals.lost));
        return bad == 0 && crowd_.cut() == 0;
    }
    void leave() { crowd_.log_out(seconds{5}); }

private:
    static double seconds_since(TimeNs start) {
        return static_cast<double>((wall_now() - start).count()) / 1e9;
    }

    std::uint64_t orders() const { return tally_->of(RequestKind::order).served(); }

    void begin() {
        tally_ = std::make_unique<Tally>();
        late_ = std::make_unique<gateway::LatencyHistogram>();
        used_ = use_of(gateway_);
        own_used_ = use_of(::getpid());
        begin_ns_ = ns_of(wall_now());
    }

    /// A new order, and a cancel where the session has enough of them.
    bool request(std::size_t i, TimeNs due) {
        Trader& trader = crowd_[i];
        const TimeNs now = wall_now();
        const bool sent = flow_.place(trader.session, trader.orders, now, ns_of(due));
        const auto idle = trader.orders.idle();
        if (idle.size() > open_most)
            (void)trader.orders.cancel(trader.session, idle[random_() % idle.size()], now,
                                       ns_of(due));
        crowd_.touch(i);
        return sent;
    }

    double open(double rate, seconds how_long) {
        const TimeNs start = wall_now();
        TimeNs tick = start;
        arrivals_.begin(ns_of(start), rate);
        open_loop(
            reactor_, arrivals_, start + how_long,
            [this](TimeNs due) {
                late_->record(ns_of(wall_now()) - ns_of(due));
                (void)request(random_() % crowd_.size(), due);
            },
            [&] {
                crowd_.flush();
                if (wall_now() < tick) return;
                tick += seconds{1};
                crowd_.tick(wall_now());
            });
        return seconds_since(start);
    }

    void settle() {
        (void)read_until(reactor_, seconds{5}, [this] { return crowd_.waiting() == 0; });
    }

    void print(const char* title, double took) const {
        tally_->print(title);
        const double cpu = use_of(gateway_).cpu_seconds - used_.cpu_seconds;
        const double own = use_of(::getpid()).cpu_seconds - own_used_.cpu_seconds;
        std::printf(
            "  %22s CPU: gateway %.1f us an order, %.0f %% of a core; these clients %.0f %%\n", "",
            orders() > 0 ? cpu * 1e6 / static_cast<double>(orders()) : 0, 100 * cpu / took,
            100 * own / took);
        std::fflush(stdout);
    }

    pid_t gateway_;
    std::mt19937_64 random_;
    SpikeFlow flow_;
    Arrivals arrivals_;
    std::unique_ptr<Tally> tally_ = std::make_unique<Tally>();
    std::unique_ptr<gateway::LatencyHistogram> late_ =
        std::make_unique<gateway::LatencyHistogram>();
    ProcessUse used_;
    ProcessUse own_used_;
    std::int64_t begin_ns_ = 0;
    gateway::Reactor reactor_;
    Crowd crowd_;
};

int run(const Arguments& arguments) {
    sleep_precisely();
    VenueFile file;
    file.sessions = arguments.number("sessions", 1);
    file.instruments = instruments;
    file.further = no_quota;
    LoadGateway gateway{arguments, file};
    OrderLoad load{arguments, gateway};
    load.run_at(static_cast<double>(arguments.number("rate", 1)),
                seconds{arguments.number("seconds", 1)});
    double best = 0;
    for (std::size_t window = 1; window <= arguments.number("widest", 1); window *= 2)
        best = std::max(best, load.run_window(window));
    std::printf("saturated: %.0f orders/s\n", best);
    const bool good = load.sound();
    load.leave();
    gateway.stop();
    return good ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    using namespace tickweir::bench;
    return run_program("order_load", count, values,
                       load_options({{"rate", "5000"}, {"widest", "32"}}), run);
}
