// The priority classes of load shedding, and sets of them. Their numbers are those of the commands
// of a venue, so that one converts into the other by value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickweir::gateway::shield {

/// How urgent a request is, the most urgent first.
enum class PriorityClass : std::uint8_t {
    control = 0,        ///< P0: session control, kill switch, administration
    risk_reducing = 1,  ///< P1: cancel, mass cancel, a replace that only lowers the quantity
    entitled = 2,       ///< P2: critical orders of those who may
    order = 3,          ///< P3: other orders and replaces
    query = 4,          ///< P4: status requests, subscriptions
    history = 5,        ///< P5: history and analytics
};
inline constexpr std::size_t priority_class_count = 6;
inline constexpr std::array<PriorityClass, priority_class_count> priority_classes{
    PriorityClass::control, PriorityClass::risk_reducing, PriorityClass::entitled,
    PriorityClass::order,   PriorityClass::query,         PriorityClass::history};

/// A value for each class, by class_index().
template <class T>
using PerClass = std::array<T, priority_class_count>;

constexpr std::size_t class_index(PriorityClass urgency) {
    return static_cast<std::size_t>(urgency);
}

inline constexpr PerClass<std::string_view> priority_class_names{"P0", "P1", "P2",
                                                                 "P3", "P4", "P5"};
constexpr std::string_view to_string(PriorityClass urgency) {
    return priority_class_names[class_index(urgency)];
}

/// Whether neither load nor an open breaker may refuse it.
constexpr bool is_urgent(PriorityClass urgency) {
    return urgency <= PriorityClass::risk_reducing;
}

class ClassSet {
public:
    constexpr ClassSet() = default;
    constexpr void add(PriorityClass urgency) {
        bits_ = static_cast<std::uint8_t>(bits_ | bit(urgency));
    }
    constexpr void remove(PriorityClass urgency) {
        bits_ = static_cast<std::uint8_t>(bits_ & ~bit(urgency));
    }
    constexpr bool has(PriorityClass urgency) const { return (bits_ & bit(urgency)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    /// Whether any below P1 is among them.
    constexpr bool has_lower() const { return bits_ >= bit(PriorityClass::entitled); }
    friend constexpr bool operator==(ClassSet, ClassSet) = default;

private:
    static constexpr std::uint8_t bit(PriorityClass urgency) {
        return static_cast<std::uint8_t>(1U << class_index(urgency));
    }

    std::uint8_t bits_ = 0;
};

}  // namespace tickweir::gateway::shield
