// The definitions of class_queues.hpp, which includes this file.
#pragma once

#include <algorithm>
#include <utility>

#include "book/ensure.hpp"
#include "gateway/shield/class_queues.hpp"
#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway::shield {

template <class T>
ClassQueues<T>::ClassQueues(const QueueLimits& limits)
    : limits_{limits}, schedule_{limits.schedule}, nodes_(nodes_of(limits)) {
    for (std::size_t i = nodes_.size(); i-- > 0; free_ = static_cast<Index>(i))
        nodes_[i].after = free_;
}

template <class T>
std::size_t ClassQueues<T>::nodes_of(const QueueLimits& limits) {
    std::size_t nodes = 0;
    for (const ClassLimits& one : limits.classes) {
        book::ensure(one.capacity < nil - nodes);
        nodes += one.capacity;
    }
    return nodes;
}

template <class T>
auto ClassQueues<T>::push(PriorityClass urgency, book::TimeNs arrived, const T& value)
    -> std::optional<Handle> {
    List& queue = list(urgency);
    if (free_places(urgency) == 0) {
        ++queue.counts.full;
        return std::nullopt;
    }
    const Index index = free_;
    Node& node = nodes_[index];
    free_ = node.after;
    node.value = value;
    node.arrived = arrived;
    node.urgency = urgency;
    node.before = queue.last;
    node.after = nil;
    ++node.generation;
    (queue.last == nil ? queue.first : nodes_[queue.last].after) = index;
    queue.last = index;
    ++depth_;
    ++queue.counts.pushed;
    queue.counts.high_water = std::max(queue.counts.high_water, ++queue.counts.depth);
    waiting_.add(urgency);
    return Handle{index, node.generation};
}

template <class T>
auto ClassQueues<T>::pop(book::TimeNs now, LoadMode mode) -> std::optional<Taken> {
    ClassSet ready;
    for (const PriorityClass urgency : priority_classes) {
        if (waiting_.has(urgency) && overdue(urgency, now, mode) == ShedCause::none)
            ready.add(urgency);
    }
    const std::optional<PriorityClass> urgency = schedule_.next(ready);
    if (!urgency) return std::nullopt;
    List& queue = list(*urgency);
    std::optional<Taken> next = taken(queue.first, now);
    release(queue.first);
    ++queue.counts.served;
    queue.counts.waited += next->waited;
    queue.counts.waited_max = std::max(queue.counts.waited_max, next->waited);
    return next;
}

template <class T>
template <class Visit>
std::size_t ClassQueues<T>::expire(book::TimeNs now, LoadMode mode, std::size_t most,
                                   Visit&& visit) {
    std::size_t done = 0;
    for (const PriorityClass urgency : priority_classes) {
        List& queue = list(urgency);
        while (done < most && queue.first != nil) {
            const ShedCause cause = overdue(urgency, now, mode);
            if (cause == ShedCause::none) break;
            const Taken out = taken(queue.first, now);
            release(queue.first);
            ++(cause == ShedCause::queue_delay ? queue.counts.aged : queue.counts.refused);
            ++done;
            visit(out, cause);
        }
    }
    return done;
}

template <class T>
T* ClassQueues<T>::find(Handle handle) {
    return waits(handle) ? &nodes_[handle.index].value : nullptr;
}

template <class T>
std::optional<T> ClassQueues<T>::take(Handle handle) {
    if (!waits(handle)) return std::nullopt;
    const Node& node = nodes_[handle.index];
    ++list(node.urgency).counts.withdrawn;
    std::optional<T> value{node.value};
    release(handle.index);
    return value;
}

template <class T>
template <class Matches, class Visit>
std::size_t ClassQueues<T>::take_if(PriorityClass urgency, std::size_t most, Matches&& matches,
                                    Visit&& visit) {
    std::size_t done = 0;
    List& queue = list(urgency);
    for (Index at = queue.first; at != nil && done < most;) {
        const Index after = nodes_[at].after;
        if (matches(std::as_const(nodes_[at].value))) {
            const T value = nodes_[at].value;
            release(at);
            ++queue.counts.withdrawn;
            ++done;
            visit(value);
        }
        at = after;
    }
    return done;
}

template <class T>
std::optional<std::chrono::nanoseconds> ClassQueues<T>::oldest_wait(PriorityClass urgency,
                                                                    book::TimeNs now) const {
    const Index first = list(urgency).first;
    if (first == nil) return std::nullopt;
    return waited(nodes_[first], now);
}

template <class T>
bool ClassQueues<T>::waits(Handle handle) const {
    return handle.index < nodes_.size() && handle.generation % 2 == 1 &&
           nodes_[handle.index].generation == handle.generation;
}

/// Why the first of a class must not be served; `none`: it may.
template <class T>
ShedCause ClassQueues<T>::overdue(PriorityClass urgency, book::TimeNs now, LoadMode mode) const {
    // What was admitted once is within its quota.
    const ShedCause cause = shed_by(mode, urgency);
    if (cause != ShedCause::none) return cause;
    const ClassLimits& limits = limits_.classes[class_index(urgency)];
    const auto& age_max = mode == LoadMode::normal ? limits.age_max : limits.age_max_loaded;
    const Node& first = nodes_[list(urgency).first];
    return age_max && waited(first, now) > *age_max ? ShedCause::queue_delay : ShedCause::none;
}

template <class T>
auto ClassQueues<T>::taken(Index index, book::TimeNs now) const -> Taken {
    const Node& node = nodes_[index];
    return {node.value, node.urgency, waited(node, now)};
}

template <class T>
void ClassQueues<T>::release(Index index) {
    Node& node = nodes_[index];
    List& queue = list(node.urgency);
    (node.before == nil ? queue.first : nodes_[node.before].after) = node.after;
    (node.after == nil ? queue.last : nodes_[node.after].before) = node.before;
    ++node.generation;
    node.after = free_;
    free_ = index;
    --depth_;
    if (--queue.counts.depth == 0) waiting_.remove(node.urgency);
}

}  // namespace tickweir::gateway::shield
