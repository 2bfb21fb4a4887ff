// One instrument of a JSON venue: its book, its scales, what waits for its snapshot, and its
// counts; and how instruments are found by the venue's symbol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feeds/json_events.hpp"
#include "gateway/feeds/sync/book_sync.hpp"
#include "gateway/feeds/sync/join_buffer.hpp"
#include "gateway/feeds/sync/keyed_rows.hpp"
#include "gateway/feeds/sync/touch_oracle.hpp"

namespace tickweir::gateway {

/// Changed by its JsonBooks only.
struct JsonInstrument {
    JsonInstrument(std::string_view of, const VenueRules& rules,
                   const book::LevelBookLimits& limits, book::MemoryBudget* budget)
        : symbol{of}, sync{rules, limits, budget}, keyed{budget} {}

    const book::LevelBook& book() const { return sync.book(); }
    SyncState state() const { return sync.state(); }
    SyncReason reason() const { return sync.reason(); }
    /// With the changes that wait for a snapshot.
    JsonBookCounts totals() const {
        JsonBookCounts all = counts;
        all.unapplied += waiting.size();
        return all;
    }

    std::string symbol;  ///< the venue's own
    std::uint32_t price_decimals = 0;
    std::uint32_t quantity_decimals = 0;
    std::uint32_t scale_version = 0;  ///< one more each time that the scale changed
    std::uint32_t connection = 0;     ///< that its book comes from
    bool has_connection = false;
    bool resync_wanted = false;  ///< and no snapshot came since
    std::uint32_t depth = 0;     ///< levels a side that were subscribed to; 0: not told
    std::uint32_t written_price_decimals = 0;  ///< digits behind the point, zeros included
    std::uint32_t written_quantity_decimals = 0;
    std::optional<std::int64_t> crossed_since_ns;
    std::uint32_t touches_differ_in_row = 0;
    std::int64_t lost_ns = 0;  ///< received time of what showed the last loss
    BookSync sync;
    JoinBuffer waiting;
    TouchOracle oracle;
    KeyedRows keyed;
    JsonBookCounts counts;
};

/// Symbol → index of an instrument: open hashing, no allocation to look one up. One owner thread.
class JsonInstruments {
public:
    std::size_t size() const { return all_.size(); }
    JsonInstrument& operator[](std::size_t index) { return *all_[index]; }
    const JsonInstrument& operator[](std::size_t index) const { return *all_[index]; }

    std::optional<std::uint32_t> find(std::string_view symbol) const;
    /// Requires that the symbol is not there.
    std::uint32_t add(std::unique_ptr<JsonInstrument> instrument);

private:
    std::size_t place_of(std::string_view symbol) const;
    void grow();

    std::vector<std::unique_ptr<JsonInstrument>> all_;
    std::vector<std::uint32_t> places_;  // index + 1, 0: free; a power of two, or none
};

}  // namespace tickweir::gateway
