// Whose turn it is among the priority classes that have something waiting. Knows no queue: takes a
// set of classes and answers one of them, in constant time.
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/shield/priority_class.hpp"

namespace tickweir::gateway::shield {

struct ScheduleLimits {
    /// P1 served in a row while something lower waits; then one batch of a lower class.
    std::uint32_t urgent_burst = 64;
    /// Requests of a class in one batch, P2 to P5; 0 counts as 1, which is every class's floor.
    PerClass<std::uint32_t> batch{0, 0, 8, 4, 2, 1};
};

/// Strict P0 over P1 over the others, whose batches take turns: deficit round robin (Shreedhar,
/// Varghese 1995) where every request costs 1, so that what a class did not use of its batch goes
/// as soon as it has nothing waiting. A class that waits is served at least one batch in each
/// round, and a round takes at most the batches of all four, with at most a burst of P1 before
/// any of their requests; where P1 always waits, before each batch.
class ClassSchedule {
public:
    explicit ClassSchedule(const ScheduleLimits& limits = {});

    /// One request of the class answered is then served: an answer is a turn taken. Nothing where
    /// nothing waits.
    [[nodiscard]] std::optional<PriorityClass> next(ClassSet waiting);

private:
    bool batch_goes_on(ClassSet waiting) const { return left_ > 0 && waiting.has(at_); }
    PriorityClass next_lower(ClassSet waiting);

    ScheduleLimits limits_;
    PriorityClass at_ = PriorityClass::history;  // whose batch it is
    std::uint32_t left_ = 0;                     // of that batch
    std::uint32_t urgent_run_ = 0;               // P1 served since a lower class was
    bool lower_is_owed_ = false;                 // this batch goes before P1
};

}  // namespace tickweir::gateway::shield
