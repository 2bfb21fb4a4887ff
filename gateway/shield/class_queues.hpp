// Bounded queues of the six priority classes over one pool that is allocated once. Who is admitted
// is decided before; whom to serve next, ClassSchedule says; what waited too long is handed back to
// be answered, never served late.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "book/types.hpp"
#include "gateway/shield/class_schedule.hpp"
#include "gateway/shield/priority_class.hpp"
#include "gateway/shield/queue_limits.hpp"
#include "gateway/shield/vocabulary.hpp"

namespace tickweir::gateway::shield {

/// One thread. push, pop, find and take are O(1); nothing allocates after the constructor.
///
///     nodes  [ value | arrived | before | after | class, generation ] ...
///     P0..P5 first ⇄ ... ⇄ last          free list through `after`
template <class T>
class ClassQueues {
    static_assert(std::default_initializable<T> && std::copyable<T>);

public:
    /// Names one waiting request; stale once that has left, which find() and take() notice.
    struct Handle {
        std::uint32_t index = 0;
        std::uint32_t generation = 0;  ///< 0: of nothing
        friend constexpr bool operator==(const Handle&, const Handle&) = default;
    };

    struct Taken {
        T value{};
        PriorityClass urgency = PriorityClass::control;
        std::chrono::nanoseconds waited{};  ///< since it arrived
    };

    /// What the pool takes; to be charged before it is made.
    static std::size_t bytes_for(const QueueLimits& limits) {
        return nodes_of(limits) * sizeof(Node);
    }

    explicit ClassQueues(const QueueLimits& limits);

    /// Nothing: its class is full, which is counted. Arrivals of a class come in order of time.
    std::optional<Handle> push(PriorityClass urgency, book::TimeNs arrived, const T& value);

    /// The next to be served at `now`. Passes over classes that `mode` refuses, or whose first
    /// request is too old: expire() has them.
    std::optional<Taken> pop(book::TimeNs now, LoadMode mode);

    /// Takes out what must be answered instead of served, at most `most` of it (what the caller
    /// has room to answer), the most urgent class first: `visit(const Taken&, ShedCause)`, the
    /// cause `queue_delay`, `mode` or `stopped`. How many. O(classes + answered). No visitor
    /// touches the queues.
    template <class Visit>
    std::size_t expire(book::TimeNs now, LoadMode mode, std::size_t most, Visit&& visit);

    /// Valid until it leaves; null if it did.
    T* find(Handle handle);
    std::optional<T> take(Handle handle);
    /// Takes out of one class all that `matches(const T&)`, in order of arrival, into
    /// `visit(const T&)`; at most `most` of them. How many. Linear in the class's depth.
    template <class Matches, class Visit>
    std::size_t take_if(PriorityClass urgency, std::size_t most, Matches&& matches, Visit&& visit);

    std::size_t depth(PriorityClass urgency) const { return list(urgency).counts.depth; }
    std::size_t depth() const { return depth_; }
    bool empty() const { return depth_ == 0; }
    std::size_t free_places(PriorityClass urgency) const {
        return limits_.classes[class_index(urgency)].capacity - depth(urgency);
    }
    /// How long the first of a class has waited; nothing: none waits.
    std::optional<std::chrono::nanoseconds> oldest_wait(PriorityClass urgency,
                                                        book::TimeNs now) const;
    /// The same of every class, as QueueDelay takes it.
    PerClass<std::optional<std::chrono::nanoseconds>> oldest_waits(book::TimeNs now) const {
        PerClass<std::optional<std::chrono::nanoseconds>> waits;
        for (const PriorityClass urgency : priority_classes)
            waits[class_index(urgency)] = oldest_wait(urgency, now);
        return waits;
    }
    const ClassCounts& counts(PriorityClass urgency) const { return list(urgency).counts; }

private:
    using Index = std::uint32_t;
    static constexpr Index nil = std::numeric_limits<Index>::max();

    struct Node {
        T value{};
        book::TimeNs arrived{};
        Index before = nil;
        Index after = nil;
        std::uint32_t generation = 0;  // odd while it waits
        PriorityClass urgency = PriorityClass::control;
    };

    struct List {
        Index first = nil;
        Index last = nil;
        ClassCounts counts;
    };

    static std::size_t nodes_of(const QueueLimits& limits);
    static std::chrono::nanoseconds waited(const Node& node, book::TimeNs now) {
        return std::max(now - node.arrived, std::chrono::nanoseconds{0});
    }
    List& list(PriorityClass urgency) { return lists_[class_index(urgency)]; }
    const List& list(PriorityClass urgency) const { return lists_[class_index(urgency)]; }
    bool waits(Handle handle) const;
    ShedCause overdue(PriorityClass urgency, book::TimeNs now, LoadMode mode) const;
    Taken taken(Index index, book::TimeNs now) const;
    void release(Index index);

    QueueLimits limits_;
    ClassSchedule schedule_;
    std::vector<Node> nodes_;
    Index free_ = nil;
    std::size_t depth_ = 0;
    PerClass<List> lists_{};
    ClassSet waiting_;
};

}  // namespace tickweir::gateway::shield

#include "gateway/shield/class_queues_impl.hpp"
