// What the brokers of an exchange ask for, after the profile of B3 as a public simulation of it
// uses it: 450 instruments, 100 brokers; at 100 % 700 new orders and 245 cancels a second (75 %
// passive, 20 % aggressive, 5 % at the market; instruments by Zipf's law with exponent 0.95; 30 %
// of the orders expire within 10 s), and reads of books, prices and balances (of cash), which are
// 28 % of all requests. Pure: the same seed gives the same requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "bench/load/trading/own_orders.hpp"

namespace tickweir::bench {

enum class B3Kind : std::uint8_t { order, cancel, book, price, balance };

struct B3Request {
    B3Kind kind = B3Kind::order;
    std::uint32_t broker = 0;
    std::uint32_t instrument = 0;  ///< of book and price
    OrderWish wish;                ///< of an order
};

struct B3Profile {
    static constexpr double orders_per_second = 700;
    static constexpr double cancels_per_second = 245;
    static constexpr double read_share = 0.28;
    static constexpr double reads_per_second =
        (orders_per_second + cancels_per_second) * read_share / (1 - read_share);
    static constexpr double per_second = orders_per_second + cancels_per_second + reads_per_second;

    std::size_t instruments = 450;
    std::size_t brokers = 100;
    std::int64_t reference_ticks = 10'000;
};

class B3Flow {
public:
    B3Flow(std::uint64_t seed, const B3Profile& profile);

    /// The next request; `due` is when it is to be sent, from which orders expire.
    B3Request next(TimeNs due);

private:
    OrderWish order(TimeNs due);
    std::uint32_t instrument();
    double uniform() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
    }

    B3Profile profile_;
    std::mt19937_64 random_;
    std::vector<double> zipf_;          // summed shares by instrument
    std::vector<std::int64_t> middle_;  // of each instrument, in ticks; wanders
};

}  // namespace tickweir::bench
