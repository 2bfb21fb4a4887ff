// A named share of memory that pools, rings and queues charge before they allocate, so that a limit
// of ours says no and never the allocator. Counts only; allocates nothing itself.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace tickweir::book {

class Charge;

/// Bytes granted and refused under one name. Every member is safe on any thread.
class MemoryBudget {
public:
    MemoryBudget(std::string name, std::size_t limit_bytes)
        : name_(std::move(name)), limit_(limit_bytes) {}
    MemoryBudget(const MemoryBudget&) = delete;
    MemoryBudget& operator=(const MemoryBudget&) = delete;

    /// Takes `bytes` if they fit under the limit, else counts a refusal and takes nothing.
    [[nodiscard]] bool try_charge(std::size_t bytes);

    /// Gives back what was charged; more than that is a broken invariant.
    void release(std::size_t bytes);

    /// The same as a token that gives the bytes back when it goes. It must not outlive the budget.
    [[nodiscard]] std::optional<Charge> charge(std::size_t bytes);

    const std::string& name() const { return name_; }
    std::size_t limit() const { return limit_; }
    std::size_t used() const { return used_.load(std::memory_order_relaxed); }
    std::size_t high_water() const { return high_water_.load(std::memory_order_relaxed); }
    std::uint64_t refusals() const { return refusals_.load(std::memory_order_relaxed); }

private:
    // Relaxed throughout: the counters guard only themselves. No memory is published through them;
    // whoever hands charged memory to another thread does so by its own release and acquire.
    std::string name_;
    std::size_t limit_;
    std::atomic<std::size_t> used_{0};  // never above limit_
    std::atomic<std::size_t> high_water_{0};
    std::atomic<std::uint64_t> refusals_{0};
};

/// Bytes held of a budget, given back on destruction; empty when default-constructed or moved from.
class Charge {
public:
    Charge() = default;
    Charge(Charge&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Charge& operator=(Charge&& other) noexcept {
        Charge taken{std::move(other)};
        std::swap(budget_, taken.budget_);
        std::swap(bytes_, taken.bytes_);
        return *this;
    }
    ~Charge() {
        if (budget_ != nullptr) budget_->release(bytes_);
    }

    std::size_t bytes() const { return bytes_; }
    const MemoryBudget* budget() const { return budget_; }

private:
    friend class MemoryBudget;
    Charge(MemoryBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}

    MemoryBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace tickweir::book
