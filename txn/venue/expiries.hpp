// When good-till-date orders end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>
#include <vector>

#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// A heap of times, earliest first, then by OrderID. Orders that ended otherwise, or got another
/// time, stay in it until they come to the top, or are half of it. One owner thread.
class Expiries {
public:
    struct Entry {
        TimeNs time;
        OrderId order{};
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    void add(TimeNs time, OrderId order) {
        heap_.push_back({time, order});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    /// The first one that is due and that `is_current(entry)` still.
    template <class IsCurrent>
    std::optional<Entry> next_due(TimeNs now, IsCurrent&& is_current) {
        while (!heap_.empty() && heap_.front().time <= now) {
            if (is_current(heap_.front())) return heap_.front();
            drop_next();
        }
        return std::nullopt;
    }
    /// When the first one is due, current or not.
    std::optional<TimeNs> first() const {
        if (heap_.empty()) return std::nullopt;
        return heap_.front().time;
    }
    /// Requires one.
    void drop_next() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.pop_back();
    }

    /// Forgets what is not current any more, if there may be as many of those as of others.
    template <class IsCurrent>
    void tidy(std::size_t open_orders, IsCurrent&& is_current) {
        if (heap_.size() < 64 || heap_.size() / 2 < open_orders) return;
        std::erase_if(heap_, [&](const Entry& entry) { return !is_current(entry); });
        // A time that an order had again and again is in it as often. In ascending order the array
        // is a heap, too.
        std::ranges::sort(heap_, [](const Entry& a, const Entry& b) { return later(b, a); });
        const auto [first, last] = std::ranges::unique(heap_);
        heap_.erase(first, last);
    }

    std::size_t size() const { return heap_.size(); }

private:
    static bool later(const Entry& a, const Entry& b) {
        return std::tie(a.time, a.order) > std::tie(b.time, b.order);
    }

    std::vector<Entry> heap_;
};

}  // namespace tickweir::txn
