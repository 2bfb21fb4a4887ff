// The numbers that make simulated flow look like a day of NASDAQ TotalView-ITCH 5.0 (2020-01-30):
// shares of message types, lives of orders, distances from the touch, bursts.
#pragma once

#include <cstdint>

#include "replay/simulator/random.hpp"

namespace tickweir::replay::simulator {

inline constexpr std::uint64_t second_ns = 1'000'000'000;

// ------------------------------------------------------------------------------- shares of types
// Of all messages in continuous trading, in millionths. Adds, deletes and replaces follow from the
// lives of orders.

/// Messages that enter an order.
inline constexpr std::uint32_t entries_ppm = 440'000;
inline constexpr std::uint32_t executions_with_price_ppm = 300;
inline constexpr std::uint32_t hidden_trades_ppm = 4'200;
inline constexpr std::uint32_t imbalances_ppm = 9'500;
inline constexpr std::uint32_t participant_positions_ppm = 500;
inline constexpr std::uint32_t retail_interest_ppm = 30;
inline constexpr std::uint32_t short_sale_changes_ppm = 10;
inline constexpr std::uint32_t broken_trades_ppm = 8;
inline constexpr std::uint32_t operational_halts_ppm = 3;
/// Of the orders entered, those that name their participant.
inline constexpr std::uint32_t attributed_ppm = 10'000;

// ---------------------------------------------------------------------------------- order lives

/// Of an order that does not rest, from entry to its first change: with the resting ones (below) 41
/// % of deletes come within 0.5 s, 50 % within 1 s and 80 % within 10 s.
inline constexpr Curve life_ns{Knot{0, 2'000},
                               Knot{20'000, 20'000},
                               Knot{80'000, 200'000},
                               Knot{160'000, 2'000'000},
                               Knot{250'000, 20'000'000},
                               Knot{340'000, 120'000'000},
                               Knot{465'000, 500'000'000},
                               Knot{565'000, 1'000'000'000},
                               Knot{690'000, 2'500'000'000},
                               Knot{810'000, 5'000'000'000},
                               Knot{900'000, 10'000'000'000},
                               Knot{960'000, 25'000'000'000},
                               Knot{1'000'000, 60'000'000'000}};
static_assert(well_formed(life_ns));

/// Of the orders entered or replaced, those that stay until another one displaces them.
inline constexpr std::uint32_t resting_ppm = 125'000;
/// How many such orders an instrument holds on average when nobody asks for another number.
inline constexpr std::uint64_t resting_per_instrument = 110;

/// What becomes of an order that comes up; otherwise it is deleted.
inline constexpr std::uint32_t replaced_ppm = 189'000;
inline constexpr std::uint32_t reduced_ppm = 27'000;

/// Quantities of the orders that are not for 100 shares: odd lots, then round ones.
inline constexpr std::uint32_t hundred_ppm = 730'000;
inline constexpr std::uint32_t odd_lot_ppm = 450'000;
inline constexpr Curve odd_lot_shares{Knot{0, 1}, Knot{300'000, 10}, Knot{700'000, 50},
                                      Knot{1'000'000, 100}};
inline constexpr Curve round_lots{Knot{0, 2},        Knot{500'000, 3},  Knot{800'000, 6},
                                  Knot{950'000, 12}, Knot{995'000, 60}, Knot{1'000'000, 500}};
static_assert(well_formed(odd_lot_shares) && well_formed(round_lots));

// ------------------------------------------------------------------------------------- distances

/// Ticks away from the touch: of orders with short lives, and of those that rest.
inline constexpr Curve near_ticks{Knot{0, 0},          Knot{380'000, 1},  Knot{600'000, 2},
                                  Knot{800'000, 5},    Knot{930'000, 15}, Knot{990'000, 60},
                                  Knot{1'000'000, 300}};
inline constexpr Curve far_ticks{
    Knot{0, 1},           Knot{150'000, 6},     Knot{400'000, 50},      Knot{700'000, 300},
    Knot{900'000, 1'500}, Knot{980'000, 4'000}, Knot{1'000'000, 12'000}};
static_assert(well_formed(near_ticks) && well_formed(far_ticks));
/// Of the near ones, those that improve on the touch where the spread has room.
inline constexpr std::uint32_t improving_ppm = 60'000;

/// Prices of instruments at the start of the day, in 1/10,000 dollars; the share of those below a
/// dollar comes first.
inline constexpr std::uint32_t sub_dollar_ppm = 30'000;
inline constexpr Curve sub_dollar_price4{Knot{0, 1'500}, Knot{1'000'000, 4'500}};
inline constexpr Curve dollar_price4{Knot{0, 40'000},
                                     Knot{150'000, 100'000},
                                     Knot{500'000, 300'000},
                                     Knot{800'000, 800'000},
                                     Knot{950'000, 2'500'000},
                                     Knot{990'000, 5'000'000},
                                     Knot{1'000'000, 10'000'000}};
static_assert(well_formed(sub_dollar_price4) && well_formed(dollar_price4));

// ---------------------------------------------------------------------------------------- bursts

/// Gaps between independent arrivals, in thousandths of their mean: an exponential distribution.
inline constexpr Curve gap_permille{
    Knot{0, 0},           Knot{100'000, 105},   Knot{200'000, 223},    Knot{300'000, 357},
    Knot{400'000, 511},   Knot{500'000, 693},   Knot{600'000, 916},    Knot{700'000, 1'204},
    Knot{800'000, 1'609}, Knot{900'000, 2'303}, Knot{950'000, 2'996},  Knot{980'000, 3'912},
    Knot{990'000, 4'605}, Knot{999'000, 6'908}, Knot{1'000'000, 9'210}};
static_assert(well_formed(gap_permille));

/// How busy a second is, in thousandths of the mean; and a millisecond in it, when the second is
/// quiet and when it is a burst: then most of its messages fall into a third of its milliseconds.
inline constexpr Curve second_permille{
    Knot{0, 300},         Knot{400'000, 550},    Knot{800'000, 950},     Knot{950'000, 1'800},
    Knot{990'000, 5'000}, Knot{998'000, 14'000}, Knot{1'000'000, 55'000}};
inline constexpr Curve quiet_millisecond_permille{Knot{0, 0}, Knot{500'000, 400},
                                                  Knot{900'000, 1'400}, Knot{985'000, 5'000},
                                                  Knot{1'000'000, 20'000}};
inline constexpr Curve hot_millisecond_permille{Knot{0, 50}, Knot{600'000, 150},
                                                Knot{700'000, 2'000}, Knot{1'000'000, 4'000}};
inline constexpr std::uint64_t hot_second_permille = 8'000;
static_assert(well_formed(second_permille) && well_formed(quiet_millisecond_permille) &&
              well_formed(hot_millisecond_permille));

/// Orders that one arrival enters: a market maker quotes several at once.
inline constexpr Curve orders_per_arrival{Knot{0, 1}, Knot{650'000, 2}, Knot{900'000, 3},
                                          Knot{1'000'000, 6}};
static_assert(well_formed(orders_per_arrival));
/// Their mean: a draw is rounded down.
inline constexpr std::uint32_t orders_per_arrival_permille = 1'550;

}  // namespace tickweir::replay::simulator
