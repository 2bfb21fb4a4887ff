#include "txn/log/log_driver.hpp"

#include <algorithm>
#include <chrono>

namespace tickweir::txn::log {
namespace {

void add(std::atomic<std::uint64_t>& counter, std::uint64_t value) {
    counter.store(counter.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
}

/// How often a log that refuses records for want of room looks whether there is room again: who
/// makes some rings nobody.
constexpr Duration room_looked_at = std::chrono::milliseconds{10};

}  // namespace

LogDriver::LogDriver(LogRing& ring, Carrier& carrier, DurableLsn& durable, const LogId& id,
                     Lsn next, LogListener* listener)
    : ring_(ring),
      carrier_(carrier),
      durable_(durable),
      listener_(listener),
      batch_(id, carrier.batch_bytes_max()),
      next_(next),
      told_(durable.load()) {
    ring_.set_room(carrier_.room());
}

bool LogDriver::turn(TimeNs now) {
    if (failure_) return false;
    bool worked = carrier_.accepts() && append(now);
    if (!failure_) {
        if (const auto done = carrier_.turn(now); !done) fail(done.error());
    }
    if (!failure_) ring_.set_room(carrier_.room());
    worked = worked || carrier_.durable() > told_;
    tell();
    return worked;
}

bool LogDriver::append(TimeNs now) {
    batch_.start(next_);
    const std::size_t records = ring_.drain(batch_);
    if (records == 0) return false;
    next_ = batch_.next();
    const auto begin = std::chrono::steady_clock::now();
    const auto done = carrier_.append(batch_, now);
    const Duration time = std::chrono::steady_clock::now() - begin;
    const auto took = static_cast<std::uint64_t>(time.count());
    add(batches_, 1);
    add(records_, records);
    add(bytes_, batch_.body_bytes());
    add(append_ns_, took);
    append_ns_max_.store(std::max(append_ns_max_.load(std::memory_order_relaxed), took),
                         std::memory_order_relaxed);
    if (listener_ != nullptr) listener_->on_batch({batch_.count(), batch_.body_bytes(), time});
    if (!done) fail(done.error());
    return true;
}

void LogDriver::fail(const io::IoError& error) {
    // What is durable stays so, and nobody is to hear of it after the failure.
    tell();
    failure_ = error;
    ring_.stop();
    durable_.fail();
    if (listener_ != nullptr) listener_->on_failed(error);
}

void LogDriver::tell() {
    const Lsn durable = carrier_.durable();
    if (durable <= told_) return;
    told_ = durable;
    durable_.advance(durable);
    if (listener_ != nullptr) listener_->on_durable(durable);
}

void LogDriver::wait(TimeNs now) {
    if (failure_)
        return ring_.wait([] { return false; }, [this] { return stopping(); }, std::nullopt);
    std::optional<Duration> most;
    if (const auto due = carrier_.due()) most = *due - now;
    const Room room = carrier_.room();
    ring_.set_room(room);
    if (room >= Room::cancels_only) most = std::min(most.value_or(room_looked_at), room_looked_at);
    ring_.wait([this] { return carrier_.accepts(); },
               [this] { return stopping() || carrier_.durable() > told_; }, most);
}

void LogDriver::stop() {
    stopping_.store(true, std::memory_order_seq_cst);
    ring_.notify();
}

void LogDriver::close(TimeNs now) {
    ring_.stop();
    while (turn(now)) {
    }
    if (failure_) return;
    if (const auto done = carrier_.close(now); !done) fail(done.error());
    tell();
}

LogCounts LogDriver::counts() const {
    constexpr auto relaxed = std::memory_order_relaxed;
    return {batches_.load(relaxed), records_.load(relaxed), bytes_.load(relaxed),
            append_ns_.load(relaxed), append_ns_max_.load(relaxed)};
}

}  // namespace tickweir::txn::log
