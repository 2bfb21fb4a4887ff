// The best levels of books at regular times, as CSV. Decides when a sample is due and writes it;
// whoever applies messages stops at that time, so that the books stand as they stood then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/level_book.hpp"
#include "book/order_book.hpp"
#include "book/types.hpp"
#include "replay/byte_sink.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// Writes one file, packed if its name ends in .gz or .zst; it appears when `finish` is called. A
/// header line, then `time,symbol,bid_price_1,bid_quantity_1,ask_price_1,ask_quantity_1,...`; time
/// is nanoseconds since the epoch, levels that are not there are empty. Times passed in count from
/// midnight; samples lie on its multiples of `every`.
class TopSampler {
public:
    /// The error names the path. `every` is above 0.
    static replay::Result<TopSampler> create(const std::filesystem::path& path,
                                             std::chrono::nanoseconds every, std::size_t depth);

    /// A session whose first message is at `first_ns`: the first sample is at or after it.
    void begin(std::uint64_t first_ns);

    /// The session is over.
    void stop() { due_ns_.reset(); }

    /// When the next sample is to be taken; none outside of a session.
    std::optional<std::uint64_t> due_ns() const { return due_ns_; }
    /// The sample that was due is taken.
    void advance() {
        if (due_ns_) *due_ns_ += every_ns_;
    }

    /// One row.
    void row(book::TimeNs time, std::string_view symbol, const book::OrderBook& book,
             unsigned price_decimals, unsigned quantity_decimals);
    void row(book::TimeNs time, std::string_view symbol, const book::LevelBook& book,
             unsigned price_decimals, unsigned quantity_decimals);

    [[nodiscard]] replay::Result<void> finish();

private:
    TopSampler(replay::ByteSink sink, std::chrono::nanoseconds every, std::size_t depth);
    void write_row(book::TimeNs time, std::string_view symbol, std::size_t bids, std::size_t asks,
                   unsigned price_decimals, unsigned quantity_decimals);
    void append(std::int64_t coefficient, unsigned decimals);

    replay::ByteSink sink_;
    std::uint64_t every_ns_;
    std::optional<std::uint64_t> due_ns_;
    std::vector<book::Level> bids_;
    std::vector<book::Level> asks_;
    std::string line_;
};

}  // namespace tickweir::gateway
