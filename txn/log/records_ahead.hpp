// The records of a source in their order, each shown several times before its turn: whoever applies
// them asks for the memory it will need, and does not wait for it then.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "txn/log/record_source.hpp"

namespace tickweir::txn::log {

/// One thread's. Memory: copies of `in_line` payloads, kept for the next ones.
class RecordsAhead {
public:
    /// A record is shown so many times, each time so many records nearer to its turn.
    static constexpr std::size_t steps = 4;
    static constexpr std::size_t distance = 4;
    static constexpr std::size_t in_line = steps * distance;

    /// As source.next(record), for the same source each time; payloads are valid until as many
    /// more calls as there are in line. `look_ahead(record, step)` is called for records that come
    /// later, in no order but that of the steps; a record near the end of what there is may miss
    /// some of its steps.
    template <class LookAhead>
    [[nodiscard]] ReadOutcome next(RecordSource& source, RecordView& record,
                                   LookAhead&& look_ahead) {
        while (read_ - given_ < in_line) {
            RecordView seen;
            const ReadOutcome outcome = source.next(seen);
            if (outcome != ReadOutcome::record) {
                if (read_ == given_) return outcome;
                break;
            }
            keep(seen);
            for (std::size_t step = 0; step < steps && read_ - given_ > step * distance; ++step)
                look_ahead(slot(read_ - 1 - step * distance).view, static_cast<unsigned>(step));
        }
        record = slot(given_++).view;
        return ReadOutcome::record;
    }

private:
    struct Slot {
        RecordView view;
        std::vector<std::byte> payload;
    };

    /// Twice as many as are in line: what was given stays whole for a while.
    static constexpr std::size_t slots = 2 * in_line;
    static_assert((slots & (slots - 1)) == 0);

    Slot& slot(std::uint64_t number) { return slots_[number % slots]; }
    void keep(const RecordView& seen) {
        Slot& own = slot(read_++);
        own.payload.resize(std::max(own.payload.size(), seen.payload.size()));
        std::ranges::copy(seen.payload, own.payload.begin());
        own.view = seen;
        own.view.payload = Bytes{own.payload}.first(seen.payload.size());
    }

    std::array<Slot, slots> slots_;
    std::uint64_t read_ = 0;
    std::uint64_t given_ = 0;
};

}  // namespace tickweir::txn::log
