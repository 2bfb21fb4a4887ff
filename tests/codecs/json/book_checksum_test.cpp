// The venues' checksums: against text made the slow way, and over whole recordings.
#include "codecs/json/book_checksum.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/codecs/json/frames.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

std::uint32_t crc_of(const std::string& text) {
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

/// "0.00120": with exactly `decimals` of them.
std::string fixed_text(std::int64_t mantissa, std::uint32_t decimals) {
    std::string digits = std::to_string(mantissa < 0 ? -mantissa : mantissa);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    if (decimals != 0) digits.insert(digits.size() - decimals, ".");
    return (mantissa < 0 ? "-" : "") + digits;
}

std::string normal_text(std::int64_t mantissa, std::uint32_t decimals) {
    std::string text = fixed_text(mantissa, decimals);
    if (decimals == 0) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

/// As Kraken's documentation tells it: without the point, then without zeros in front.
std::string kraken_text(std::int64_t mantissa, std::uint32_t decimals) {
    std::string text = fixed_text(mantissa, decimals);
    std::erase(text, '.');
    text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
    return text;
}

std::int64_t random_mantissa(std::mt19937_64& random) {
    const auto number = static_cast<std::int64_t>(random() >> (1 + random() % 63));
    std::int64_t zeros = 1;
    for (auto count = random() % 9; count > 0; --count)
        zeros *= 10;
    return number < std::numeric_limits<std::int64_t>::max() / zeros ? number * zeros : number;
}

std::vector<ScaledLevel> random_side(std::size_t most, std::mt19937_64& random) {
    std::vector<ScaledLevel> side(random() % (most + 1));
    for (ScaledLevel& level : side)
        level = {random_mantissa(random), random_mantissa(random)};
    return side;
}

std::string power_of_ten(std::uint32_t zeros) {
    return std::string(zeros, '0');
}

TEST(KrakenChecksum, HashesTextAsTheDocumentationMakesIt) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 3000; ++round) {
        const std::vector<ScaledLevel> asks = random_side(12, random);
        const std::vector<ScaledLevel> bids = random_side(12, random);
        WrittenScale price{static_cast<std::uint32_t>(random() % 19), 0};
        WrittenScale quantity{static_cast<std::uint32_t>(random() % 19), 0};
        price.written = price.held + static_cast<std::uint32_t>(random() % (19 - price.held));
        quantity.written =
            quantity.held + static_cast<std::uint32_t>(random() % (19 - quantity.held));
        std::string text;
        for (const auto& side : {asks, bids})
            for (std::size_t i = 0; i < std::min<std::size_t>(side.size(), 10); ++i) {
                if (side[i].price != 0)
                    text += kraken_text(side[i].price, price.held) +
                            power_of_ten(price.written - price.held);
                if (side[i].quantity != 0)
                    text += kraken_text(side[i].quantity, quantity.held) +
                            power_of_ten(quantity.written - quantity.held);
            }
        ASSERT_EQ(kraken_checksum(asks, bids, price, quantity), crc_of(text)) << text;
    }
}

TEST(KrakenChecksum, LeavesOutDecimalsThatAreNotWritten) {
    const std::vector<ScaledLevel> asks{{12'500, 7'000}};
    const std::vector<ScaledLevel> bids{{12'400, 50}};
    EXPECT_EQ(kraken_checksum(asks, bids, {3, 1}, {4, 3}), crc_of("1257001245"));
}

TEST(KrakenChecksum, OfAnEmptyBookIsThatOfNoText) {
    EXPECT_EQ(kraken_checksum({}, {}, {5, 5}, {8, 8}), 0U);
}

/// Prices from 0.04950 to 0.05050, of each 0.00000500.
TEST(KrakenChecksum, EqualsThePublishedExample) {
    std::vector<ScaledLevel> asks;
    std::vector<ScaledLevel> bids;
    for (std::int64_t price = 5005; price <= 5050; price += 5)
        asks.push_back({price, 500});
    for (std::int64_t price = 5000; price >= 4950; price -= 5)
        if (price != 4985) bids.push_back({price, 500});
    EXPECT_EQ(kraken_checksum(asks, bids, {5, 5}, {8, 8}), 974947235U);
}

TEST(OkxChecksum, HashesTextAsTheDocumentationMakesIt) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 3000; ++round) {
        const std::vector<ScaledLevel> asks = random_side(30, random);
        const std::vector<ScaledLevel> bids = random_side(30, random);
        const auto price = static_cast<std::uint32_t>(random() % 19);
        const auto quantity = static_cast<std::uint32_t>(random() % 19);
        std::string text;
        for (std::size_t i = 0; i < 25; ++i)
            for (const auto* side : {&bids, &asks})
                if (i < side->size())
                    text += normal_text((*side)[i].price, price) + ":" +
                            normal_text((*side)[i].quantity, quantity) + ":";
        if (!text.empty()) text.pop_back();
        ASSERT_EQ(okx_checksum(asks, bids, price, quantity), crc_of(text)) << text;
    }
}

TEST(OkxChecksum, WritesNegativePrices) {
    const std::vector<ScaledLevel> bids{{-55, 10}, {-60, 25}};
    EXPECT_EQ(okx_checksum({}, bids, 1, 1), crc_of("-5.5:1:-6:2.5"));
}

TEST(OkxChecksum, EqualsThePublishedExamples) {
    const std::vector<ScaledLevel> asks{{33'668, 7}, {33'669, 6}, {33'672, 8}};
    const std::vector<ScaledLevel> bids{{33'661, 7}, {33'660, 6}, {33'655, 8}};
    EXPECT_EQ(okx_checksum(asks, bids, 1, 0),
              crc_of("3366.1:7:3366.8:7:3366:6:3366.9:6:3365.5:8:3367.2:8"));
    EXPECT_EQ(okx_checksum(std::vector<ScaledLevel>{asks[0]}, bids, 1, 0),
              crc_of("3366.1:7:3366.8:7:3366:6:3365.5:8"));
}

// ------------------------------------------------------------------------------- recordings

/// A side as sorted integers at a scale that grows with the numbers.
class TinySide {
public:
    explicit TinySide(bool is_bids) : is_bids_{is_bids} {}

    void set(std::int64_t price, std::int64_t quantity) {
        if (quantity == 0)
            rows_.erase(key(price));
        else
            rows_[key(price)] = quantity;
    }
    void scale(std::int64_t price_by, std::int64_t quantity_by) {
        std::map<std::int64_t, std::int64_t> scaled;
        for (const auto& [price, quantity] : rows_)
            scaled[price * price_by] = quantity * quantity_by;
        rows_ = std::move(scaled);
    }
    void truncate(std::size_t depth) {
        while (depth != 0 && rows_.size() > depth)
            rows_.erase(std::prev(rows_.end()));
    }
    void clear() { rows_.clear(); }
    std::vector<ScaledLevel> top(std::size_t count) const {
        std::vector<ScaledLevel> levels;
        for (const auto& [price, quantity] : rows_) {
            if (levels.size() == count) break;
            levels.push_back({key(price), quantity});
        }
        return levels;
    }

private:
    std::int64_t key(std::int64_t price) const { return is_bids_ ? -price : price; }

    bool is_bids_;
    std::map<std::int64_t, std::int64_t> rows_;  // best first
};

std::int64_t power(std::uint32_t exponent) {
    std::int64_t value = 1;
    for (; exponent > 0; --exponent)
        value *= 10;
    return value;
}

struct TinyBook {
    TinySide bids{true};
    TinySide asks{false};
    WrittenScale price;
    WrittenScale quantity;
    std::uint32_t depth = 0;

    void apply(const MarketFrame& frame, const BookEvent& event) {
        if (event.kind == BookKind::snapshot) {
            bids.clear();
            asks.clear();
        }
        if (event.bids.count + event.asks.count != 0) {
            price.written = event.price_decimals;
            quantity.written = event.quantity_decimals;
        }
        if (event.depth != 0) depth = event.depth;
        for (std::uint32_t i = 0; i < event.bids.count; ++i)
            set(bids, frame.levels[event.bids.begin + i]);
        for (std::uint32_t i = 0; i < event.asks.count; ++i)
            set(asks, frame.levels[event.asks.begin + i]);
        bids.truncate(depth);
        asks.truncate(depth);
    }

    void set(TinySide& side, const LevelRow& row) {
        const std::uint32_t price_held = std::max(price.held, row.price.decimals);
        const std::uint32_t quantity_held = std::max(quantity.held, row.quantity.decimals);
        if (price_held != price.held || quantity_held != quantity.held)
            for (TinySide* scaled : {&bids, &asks})
                scaled->scale(power(price_held - price.held), power(quantity_held - quantity.held));
        price.held = price_held;
        quantity.held = quantity_held;
        side.set(row.price.mantissa * power(price_held - row.price.decimals),
                 row.quantity.mantissa * power(quantity_held - row.quantity.decimals));
    }

    std::uint32_t checksum(VenueId venue) const {
        if (venue == VenueId::okx)
            return okx_checksum(asks.top(okx_checksum_levels), bids.top(okx_checksum_levels),
                                price.held, quantity.held);
        return kraken_checksum(asks.top(kraken_checksum_levels), bids.top(kraken_checksum_levels),
                               price, quantity);
    }
};

struct Verdict {
    std::size_t held = 0;
    std::size_t failed = 0;
    bool there = true;
};

/// A book whose checksum fails is left alone from then on.
Verdict verify(VenueId venue, const std::string& name) {
    FrameBed bed{venue};
    std::map<std::string, TinyBook, std::less<>> books;
    Verdict verdict;
    std::vector<std::string> broken;
    std::uint32_t subscribed_depth = 0;
    verdict.there = each_capture_line(name, [&](const CaptureLine& line) {
        ASSERT_EQ(bed.frame_of(line.text), FrameStatus::ok) << line.text;
        for (const ControlEvent& control : bed.frame.controls)
            if (control.kind == ControlKind::subscribed && control.channel == "book")
                subscribed_depth = static_cast<std::uint32_t>(control.number);
        for (const BookEvent& event : bed.frame.books) {
            const std::string symbol{event.symbol};
            if (std::count(broken.begin(), broken.end(), symbol) != 0) continue;
            TinyBook& book = books[symbol];
            if (book.depth == 0) book.depth = subscribed_depth;
            book.apply(bed.frame, event);
            if (!event.has_checksum) continue;
            const bool holds = book.checksum(venue) == event.checksum;
            (holds ? verdict.held : verdict.failed) += 1;
            if (!holds) broken.push_back(symbol);
        }
    });
    return verdict;
}

TEST(KrakenChecksum, HoldsOverRecordings) {
    const Verdict first = verify(VenueId::kraken_v1, "kraken-v1_10sym_20210417");
    if (!first.there) GTEST_SKIP() << "no shared/data";
    EXPECT_EQ(first.held, 4269U);
    EXPECT_EQ(first.failed, 0U);
    const Verdict second = verify(VenueId::kraken_v2, "kraken-v2_10sym_20210417_derived");
    EXPECT_EQ(second.held, 4279U);
    EXPECT_EQ(second.failed, 0U);
    const Verdict shallow = verify(VenueId::kraken_v2, "kraken-v2_minagbp_resync_20260818");
    EXPECT_EQ(shallow.held, 19U);
    EXPECT_EQ(shallow.failed, 0U);
}

TEST(KrakenChecksum, ShowsAChangedQuantity) {
    const Verdict damaged = verify(VenueId::kraken_v1, "kraken-v1_10sym_20210417.damaged-checksum");
    if (!damaged.there) GTEST_SKIP() << "no shared/data";
    EXPECT_EQ(damaged.failed, 1U);
}

TEST(OkxChecksum, HoldsOverARecording) {
    const Verdict verdict = verify(VenueId::okx, "okx_3sym_20220513");
    if (!verdict.there) GTEST_SKIP() << "no shared/data";
    EXPECT_EQ(verdict.held, 290U);
    EXPECT_EQ(verdict.failed, 0U);
}

TEST(OkxChecksum, ShowsAChangedQuantityAndAGap) {
    for (const char* damage : {"checksum", "gap"}) {
        const Verdict verdict =
            verify(VenueId::okx, std::string{"okx_3sym_20220513.damaged-"} + damage);
        if (!verdict.there) GTEST_SKIP() << "no shared/data";
        EXPECT_EQ(verdict.failed, 1U) << damage;
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
