#include "bench/load/trading/memory_run.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

#include "bench/load/trading/open_loop.hpp"
#include "bench/load/trading/proc_text.hpp"
#include "bench/load/trading/venue_file.hpp"

namespace tickweir::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t looks_per_second = 10;
constexpr std::size_t looks_to_resubscribe = 50;
constexpr int troubles_per_look = 16;
constexpr int asks_per_look = 4;  // of whoever reads no answers
constexpr seconds metrics_patience{10};

std::string abuse_name() {
    return run_name(static_cast<std::uint64_t>(ns_of(wall_now()) / 1'000'000));
}

std::uint64_t counted(std::string_view metrics, std::string_view name,
                      std::span<const std::string_view> labels = {}) {
    return static_cast<std::uint64_t>(metric_sum(metrics, name, labels).value_or(0));
}

}  // namespace

MemoryRun::MemoryRun(Setup setup)
    : setup_{std::move(setup)},
      flow_{setup_.spike.seed + 10, abuse_name(), setup_.spike.instruments,
            setup_.spike.market.reference_ticks},
      storm_{{.address = setup_.spike.fix,
              .first_session = setup_.spike.sessions,
              .sessions = setup_.storm_sessions,
              .seed = setup_.spike.seed + 11}} {
    SpikeRun::Setup spike = setup_.spike;
    spike.on_look = [this](SpikePhase phase, TimeNs now) { look(phase, now); };
    spike.prolong = [this] { return prolong(); };
    spike_ = std::make_unique<SpikeRun>(std::move(spike));
    const std::size_t abusers = setup_.spike.abusers;
    for (std::size_t i = 0; i < abusers; ++i)
        abusers_.push_back(
            {.session = setup_.spike.sessions - abusers + i, .reads = i < abusers / 2});
}

MemoryResult MemoryRun::run(std::array<seconds, spike_phases> phases) {
    result_.load = spike_->run(phases);
    const std::string& metrics = result_.metrics.back();
    const TimeNs deadline = wall_now() + metrics_patience;
    while (metrics.empty() && wall_now() < deadline) {
        ask_metrics(memory_phases - 1);
        (void)read_until(spike_->reactor(), seconds{1}, [&] { return reads_->waiting() == 0; });
    }
    if (metrics.empty()) throw std::runtime_error{"the gateway does not tell its /metrics"};
    result_.denials = denials();
    result_.abuses = flow_.sent();
    result_.logons = storm_.tried();
    return std::move(result_);
}

void MemoryRun::look(SpikePhase phase, TimeNs now) {
    if (phase != now_in_) begin(phase);
    const double at = static_cast<double>(ns_of(now)) / 1e9;
    result_.samples[static_cast<std::size_t>(phase)].push_back(memory_of(setup_.spike.gateway, at));
    if (phase == SpikePhase::spike) abuse(now);
    listen();
    ++looks_;
}

void MemoryRun::begin(SpikePhase phase) {
    ask_metrics(static_cast<std::size_t>(now_in_));
    now_in_ = phase;
    looks_ = 0;
    readers_.reset();
    others_.reset();
    storm_.end();
    if (phase == SpikePhase::spike) return;
    for (const Abuser& abuser : abusers_)
        spike_->crowd()[abuser.session].socket.set_reading(true);
}

/// Those that were there go. Where a gateway under load turns them away there are none.
void MemoryRun::subscribe() {
    const StreamLoad load{.address = setup_.spike.http.host,
                          .port = setup_.spike.http.port,
                          .clients = setup_.subscribers / 2,
                          .request = [](std::size_t i) {
                              constexpr const char* channels[]{"l2", "trades", "l1", "flow"};
                              return subscribe_request(channels[i % 4], {"*"}, 0);
                          }};
    try {
        readers_ = std::make_unique<StreamClients>(load, totals_);
        others_ = std::make_unique<StreamClients>(load, totals_);
    } catch (const std::exception&) {
        readers_.reset();
    }
}

void MemoryRun::listen() {
    if (!readers_) return;
    try {
        readers_->poll(0);
    } catch (const std::exception&) {
        readers_.reset();
    }
}

void MemoryRun::abuse(TimeNs now) {
    if (looks_ % looks_to_resubscribe == 0) subscribe();
    storm_.blow(setup_.logons_per_second / looks_per_second, now);
    for (Abuser& abuser : abusers_)
        abuse(abuser, now);
}

void MemoryRun::abuse(Abuser& abuser, TimeNs now) {
    Crowd& crowd = spike_->crowd();
    Trader& trader = crowd[abuser.session];
    if (!trader.socket.connected()) {
        crowd.come_back(abuser.session, now);
        abuser.settled = false;
        ++result_.returns;
    }
    if (!trader.session.logged_on()) return;
    if (!abuser.settled) {
        flow_.subscribe(trader.session, now);
        for (std::size_t i = 0; i < setup_.orders_each; ++i)
            flow_.rest(trader.session, now);
        abuser.settled = true;
        trader.socket.set_reading(abuser.reads);
    }
    if (abuser.reads) {
        if (looks_ % looks_per_second == 0) flow_.ask_again(trader.session, now);
        for (int i = 0; i < troubles_per_look; ++i)
            flow_.trouble(trader.session, now);
    } else {
        for (int i = 0; i < asks_per_look; ++i)
            flow_.ask_again(trader.session, now);
    }
    crowd.touch(abuser.session);
}

bool MemoryRun::prolong() {
    if (seconds{prolonged_s_} >= setup_.patience) return false;
    if (growth_of(result_.samples) > setup_.marks.growth) return false;
    ++prolonged_s_;
    return true;
}

/// Over a connection of its own: phases last longer than one that says nothing.
void MemoryRun::ask_metrics(std::size_t phase) {
    reads_ = std::make_unique<HttpReads>(spike_->reactor(), setup_.spike.http, 1);
    reads_->ask("/metrics", {}, [this, phase](unsigned status, std::string_view body) {
        if (status == 200) result_.metrics[phase] = body;
    });
}

UrgentDenials MemoryRun::denials() const {
    const std::string& metrics = result_.metrics.back();
    UrgentDenials denials;
    denials.cancels_refused = result_.load->cancels_refused_for_load();
    for (const std::string_view urgent : {R"(class="P0")", R"(class="P1")"})
        denials.urgent_shed += counted(metrics, "tickweir_shed_total", {&urgent, 1});
    denials.orders_untracked = counted(metrics, "tickweir_order_untracked_total");
    denials.requests_unanswered = result_.load->unanswered;
    denials.sessions_cut = result_.load->cut_for_nothing;
    return denials;
}

}  // namespace tickweir::bench
