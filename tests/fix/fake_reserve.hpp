// A log of numbers in a test: what is asked for is durable when the test says so.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "gateway/fix/number_reserve.hpp"

namespace tickweir::tests {

/// What is asked for, and what of it counts.
class FakeReserve final : public gateway::fix::NumberReserve {
public:
    bool open() const override { return is_open; }
    bool ready() const override { return is_ready; }
    std::uint16_t log_number() const override { return 7; }
    gateway::fix::ResumedSession resumed(gateway::fix::SessionId) const override { return goes_on; }
    bool reserve(gateway::fix::SessionId, const gateway::fix::NumberBlock& block) override {
        if (refuses) return false;
        asked.push_back(block);
        return true;
    }
    std::uint64_t bound(gateway::fix::SessionId, book::TimeNs numbering) override {
        ++looks;
        if (is_durable && !asked.empty()) sync();
        return durable.numbering == numbering ? durable.bound : 0;
    }
    void sync() { durable = asked.back(); }

    // Those that a test changes while sessions are on a thread of their own.
    std::atomic<bool> is_open{true};
    std::atomic<bool> is_ready{true};
    std::atomic<bool> is_durable{true};  // at once
    std::atomic<std::uint64_t> looks{0};
    bool refuses = false;
    gateway::fix::ResumedSession goes_on;
    std::vector<gateway::fix::NumberBlock> asked;
    gateway::fix::NumberBlock durable;
};

}  // namespace tickweir::tests
