#include "gateway/venue/venue_threads.hpp"

#include <pthread.h>
#include <sched.h>

#include <array>

#include "gateway/runtime/host.hpp"
#include "txn/log/futex.hpp"

namespace tickweir::gateway {
namespace {

using std::chrono::milliseconds;

/// How often who has nothing to do looks whether there is something.
constexpr milliseconds replayer_period{5};
constexpr milliseconds stock_period{20};

/// A stop does not wait for more than this to be executed again: the next start does it.
constexpr std::uint64_t caught_up_at_stop = 1'000'000;

/// A new thread has the name of the one that made it: this one's, for as long as it lives.
class NameForChildren {
public:
    explicit NameForChildren(const char* name) {
        pthread_getname_np(pthread_self(), own_.data(), own_.size());
        pthread_setname_np(pthread_self(), name);
    }
    NameForChildren(const NameForChildren&) = delete;
    NameForChildren& operator=(const NameForChildren&) = delete;
    ~NameForChildren() { pthread_setname_np(pthread_self(), own_.data()); }

private:
    std::array<char, 16> own_{};
};

}  // namespace

VenueThreads::VenueThreads(txn::Engine& engine) : engine_{engine} {
    {
        const NameForChildren name{"wal.segments"};
        stock_.emplace(engine.log().stock(), stock_period);
    }
    {
        const NameForChildren name{"replayer"};
        replayer_ = std::thread{[this] { run_replayer(); }};
    }
    const NameForChildren name{"wal"};
    log_.emplace(engine.log().driver());
}

void VenueThreads::run_replayer() {
    // Where the system refuses, the thread is one like others.
    const sched_param none{};
    pthread_setschedparam(pthread_self(), SCHED_IDLE, &none);
    while (stopping_.load(std::memory_order_acquire) == 0)
        if (!engine_.turn_replayer(wall_clock_now()))
            txn::log::futex_wait(stopping_, 0, replayer_period);
}

bool VenueThreads::close() {
    if (!log_) return !engine_.durable().failed();
    for (std::uint16_t shard = 0; shard < engine_.shards(); ++shard)
        engine_.shard(shard).stop();
    log_.reset();
    stopping_.store(1, std::memory_order_release);
    txn::log::futex_wake(stopping_, true);
    replayer_.join();
    if (engine_.counts(wall_clock_now()).replayer_lag <= caught_up_at_stop)
        engine_.finish_replayer(wall_clock_now());
    stock_.reset();
    return !engine_.durable().failed();
}

}  // namespace tickweir::gateway
