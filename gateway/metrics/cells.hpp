// What hot paths count in: a word that one thread writes and any thread reads. No lock, no
// allocation, no read-modify-write instruction.
#pragma once

#include <atomic>
#include <cstdint>

namespace tickweir::gateway {

/// Only goes up. `add` belongs to one thread.
class alignas(64) Counter {
public:
    // Relaxed: a counter publishes nothing but itself, and its owner is the only writer.
    void add(std::uint64_t count = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. `set` and `add` belong to one thread.
class alignas(64) Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t change) { set(value() + change); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

}  // namespace tickweir::gateway
