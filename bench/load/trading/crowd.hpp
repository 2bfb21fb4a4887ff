// Many traders over one reactor: started together, written for together, watched together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/load/trading/trader.hpp"

namespace tickweir::bench {

class Crowd {
public:
    using OnOutcome = std::function<void(std::size_t trader, const Outcome&, TimeNs now)>;

    struct Setup {
        FixAddress address;
        std::size_t traders = 100;
        std::vector<TradedInstrument> instruments;
        std::size_t orders_max = 4'096;                   ///< open at one time, each
        std::size_t output_bytes = std::size_t{1} << 20;  ///< that may wait for its socket, each
        OnOutcome on_outcome;
    };

    /// Connects them and waits until all are logged on; throws std::runtime_error. The reactor must
    /// outlive it.
    Crowd(gateway::Reactor& reactor, Setup setup);

    std::size_t size() const { return traders_.size(); }
    Trader& operator[](std::size_t i) { return *traders_[i]; }
    const Trader& operator[](std::size_t i) const { return *traders_[i]; }

    /// A trader has something to write.
    void touch(std::size_t i) {
        if (touched_[i]) return;
        touched_[i] = true;
        to_flush_.push_back(i);
    }
    /// Writes for those.
    void flush();
    /// Heartbeats; about once a second.
    void tick(TimeNs now);

    /// Requests that nobody answered yet, of all but the last `others`.
    std::uint64_t waiting(std::size_t others = 0) const;
    /// Sessions that were cut.
    std::size_t cut() const;
    /// One that was cut comes back, with numbers anew; throws std::runtime_error where nobody
    /// listens.
    void come_back(std::size_t i, TimeNs now) { traders_[i]->socket.connect(setup_.address, now); }
    void log_out(std::chrono::seconds patience);

    /// Over all of them.
    struct Totals {
        std::uint64_t gaps = 0;
        std::uint64_t garbled = 0;
        std::uint64_t no_room = 0;
        std::uint64_t lost = 0;
        std::uint64_t strange = 0;
        std::uint64_t fills = 0;
        std::uint64_t open = 0;
    };
    Totals totals() const;

private:
    gateway::Reactor& reactor_;
    Setup setup_;
    std::vector<std::unique_ptr<Trader>> traders_;
    std::vector<bool> touched_;
    std::vector<std::size_t> to_flush_;
};

}  // namespace tickweir::bench
