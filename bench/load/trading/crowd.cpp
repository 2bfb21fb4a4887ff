#include "bench/load/trading/crowd.hpp"

#include <utility>

#include "bench/load/trading/venue_file.hpp"

namespace tickweir::bench {

Crowd::Crowd(gateway::Reactor& reactor, Setup setup)
    : reactor_{reactor}, setup_{std::move(setup)}, touched_(setup_.traders) {
    const std::string run = run_name(static_cast<std::uint64_t>(ns_of(wall_now()) / 1'000'000));
    for (std::size_t i = 0; i < setup_.traders; ++i) {
        ClientSettings settings;
        settings.comp_id = session_name(i);
        settings.output_bytes = setup_.output_bytes;
        traders_.push_back(std::make_unique<Trader>(
            reactor_, settings, run, setup_.instruments, setup_.orders_max,
            [this, i](const Outcome& outcome, TimeNs now) { setup_.on_outcome(i, outcome, now); }));
        // The first one waits until the venue is open.
        if (i == 0) {
            insist(reactor_, *traders_[0], setup_.address, std::chrono::seconds{60});
        } else {
            traders_.back()->socket.connect(setup_.address, wall_now());
        }
    }
    await_logons(reactor_, traders_, std::chrono::seconds{30});
}

void Crowd::flush() {
    for (const std::size_t i : to_flush_) {
        traders_[i]->socket.flush();
        touched_[i] = false;
    }
    to_flush_.clear();
}

void Crowd::tick(TimeNs now) {
    for (std::size_t i = 0; i < traders_.size(); ++i) {
        traders_[i]->session.on_tick(now);
        if (!traders_[i]->session.output().empty()) touch(i);
    }
    flush();
}

std::uint64_t Crowd::waiting(std::size_t others) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i + others < traders_.size(); ++i)
        if (traders_[i]->socket.connected()) sum += traders_[i]->orders.waiting();
    return sum;
}

std::size_t Crowd::cut() const {
    std::size_t count = 0;
    for (const auto& trader : traders_)
        if (!trader->socket.connected()) ++count;
    return count;
}

void Crowd::log_out(std::chrono::seconds patience) {
    bench::log_out(reactor_, traders_, patience);
}

Crowd::Totals Crowd::totals() const {
    Totals totals;
    for (const auto& trader : traders_) {
        const ClientCounts& counts = trader->session.counts();
        totals.gaps += counts.gaps;
        totals.garbled += counts.garbled;
        totals.no_room += counts.no_room;
        totals.lost += trader->orders.lost();
        totals.strange += trader->orders.strange();
        totals.fills += trader->orders.fills();
        totals.open += trader->orders.open();
    }
    return totals;
}

}  // namespace tickweir::bench
