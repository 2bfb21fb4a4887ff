// A random trace for matchers: adds and cancels around middles that drift, one operation in ten
// aggressive. Every matcher is given the same operations.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "bench/textbook_matcher.hpp"

namespace tickweir::bench {

struct TraceShape {
    std::uint32_t instruments = 1;
    std::size_t live = 10'000;  ///< orders open at a time, about
    std::size_t operations = 2'000'000;
};

struct Operation {
    bool is_cancel = false;
    bool is_buy = false;
    std::uint32_t instrument = 0;
    std::uint32_t owner = 0;
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    std::uint64_t order = 0;
};

struct Trace {
    std::vector<Operation> fill;  ///< until the books are as full as they are to be
    std::vector<Operation> operations;
};

/// Makes traces with the help of the textbook matcher, which knows what is still open.
class TraceMaker {
public:
    explicit TraceMaker(const TraceShape& shape)
        : shape_{shape}, books_{shape.instruments}, middles_(shape.instruments, 100'000) {}

    Trace make() {
        Trace trace;
        while (books_.open() < shape_.live)
            trace.fill.push_back(add(false));
        while (trace.operations.size() < shape_.operations) {
            const std::uint64_t kind = random_() % 100;
            if (kind < 10)
                trace.operations.push_back(add(true));
            else if (books_.open() < shape_.live)
                trace.operations.push_back(add(false));
            else
                trace.operations.push_back(cancel());
        }
        return trace;
    }

private:
    Operation add(bool aggressive) {
        Operation op;
        op.instrument = static_cast<std::uint32_t>(random_() % shape_.instruments);
        std::int64_t& middle = middles_[op.instrument];
        if (random_() % 16 == 0) middle += static_cast<std::int64_t>(random_() % 3) - 1;
        op.is_buy = random_() % 2 == 0;
        op.owner = static_cast<std::uint32_t>(1 + random_() % 1'000'000);
        op.order = ++last_;
        op.quantity = 1 + static_cast<std::int64_t>(random_() % 100);
        // Passive orders stand near the middle more often than far from it.
        const auto near = static_cast<std::int64_t>(1 + random_() % 32 * (random_() % 8));
        const std::int64_t away = aggressive ? -static_cast<std::int64_t>(random_() % 4) : near;
        op.price = op.is_buy ? middle - away : middle + away;
        books_.place(op);
        ids_.push_back({op.order, op.instrument});
        return op;
    }

    Operation cancel() {
        for (;;) {
            const std::size_t at = random_() % ids_.size();
            const Id id = ids_[at];
            ids_[at] = ids_.back();
            ids_.pop_back();
            if (!books_.cancel(id.order)) continue;
            Operation op;
            op.is_cancel = true;
            op.order = id.order;
            op.instrument = id.instrument;
            return op;
        }
    }

    struct Id {
        std::uint64_t order;
        std::uint32_t instrument;
    };

    TraceShape shape_;
    TextbookMatcher books_;
    std::vector<std::int64_t> middles_;
    std::vector<Id> ids_;
    std::mt19937_64 random_{7};
    std::uint64_t last_ = 0;
};

}  // namespace tickweir::bench
