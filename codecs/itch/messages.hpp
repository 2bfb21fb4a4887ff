// NASDAQ TotalView-ITCH 5.0, typed: each struct is one message as it lies on the wire, in the order
// and with the scales of the specification, whose section stands above it. Nothing here knows what
// a book makes of a message. A blank is the default of text fields, zero that of numbers.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "codecs/bytes.hpp"

namespace tickweir::codecs::itch {

/// 1.1 System event: a phase of the day begins or ends. The locate is always 0. Events: 'O' start
/// and 'C' end of messages, 'S' and 'E' of system hours, 'Q' and 'M' of market hours.
struct SystemEvent {
    char type = 'S';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};  ///< since midnight of the exchange's day, as in every message
    char event_code = ' ';
};
static_assert(sizeof(SystemEvent) == 12 && alignof(SystemEvent) == 1);

/// 1.2.1 Stock directory: a stock of the day, and the locate that stands for it in all messages.
struct StockDirectory {
    char type = 'R';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    char market_category = ' ';  ///< 'Q' 'G' 'S' NASDAQ, 'N' NYSE, 'A' 'P' 'Z' 'V' others
    char financial_status_indicator = ' ';  ///< 'N' normal, 'D' deficient, 'Q' bankrupt, ...
    be32 round_lot_size{};                  ///< shares
    char round_lots_only = ' ';             ///< 'Y' or 'N'
    char issue_classification = ' ';
    Alpha<2> issue_sub_type;
    char authenticity = ' ';                    ///< 'P' live, 'T' test
    char short_sale_threshold_indicator = ' ';  ///< 'Y', 'N' or blank
    char ipo_flag = ' ';                        ///< 'Y', 'N' or blank
    char luld_reference_price_tier = ' ';       ///< '1', '2' or blank
    char etp_flag = ' ';                        ///< 'Y', 'N' or blank
    be32 etp_leverage_factor{};
    char inverse_indicator = ' ';  ///< 'Y' or 'N'
};
static_assert(sizeof(StockDirectory) == 39 && alignof(StockDirectory) == 1);

/// 1.2.2 Stock trading action: the trading state of a stock changes, in all markets.
struct StockTradingAction {
    char type = 'H';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    char trading_state = ' ';  ///< 'H' halted, 'P' paused, 'Q' quotation only, 'T' trading
    char reserved = ' ';
    Alpha<4> reason;  ///< Appendix C
};
static_assert(sizeof(StockTradingAction) == 25 && alignof(StockTradingAction) == 1);

/// 1.2.3 Reg SHO short sale price test restriction.
struct RegShoRestriction {
    char type = 'Y';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    char reg_sho_action = ' ';  ///< '0' none, '1' in effect since today, '2' still in effect
};
static_assert(sizeof(RegShoRestriction) == 20 && alignof(RegShoRestriction) == 1);

/// 1.2.4 Market participant position: the standing of a market maker in a stock.
struct MarketParticipantPosition {
    char type = 'L';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<4> mpid;
    Alpha<8> stock;
    char primary_market_maker = ' ';  ///< 'Y' or 'N'
    char market_maker_mode = ' ';     ///< 'N' normal, 'P' passive, 'S' 'R' syndicate, 'L' penalty
    char market_participant_state = ' ';  ///< 'A' active, 'E' excused, 'W' 'S' 'D' gone
};
static_assert(sizeof(MarketParticipantPosition) == 26 && alignof(MarketParticipantPosition) == 1);

/// 1.2.5.1 Market-wide circuit breaker, decline levels of the day. The locate is always 0.
struct MwcbDeclineLevel {
    char type = 'V';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 level_1_price8{};  ///< eight implied decimals
    be64 level_2_price8{};
    be64 level_3_price8{};
};
static_assert(sizeof(MwcbDeclineLevel) == 35 && alignof(MwcbDeclineLevel) == 1);

/// 1.2.5.2 Market-wide circuit breaker, a level was breached. The locate is always 0.
struct MwcbStatus {
    char type = 'W';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    char breached_level = ' ';  ///< '1', '2' or '3'
};
static_assert(sizeof(MwcbStatus) == 12 && alignof(MwcbStatus) == 1);

/// 1.2.6 IPO quoting period update. The locate is always 0.
struct IpoQuotingPeriod {
    char type = 'K';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    be32 release_time_s{};         ///< seconds since midnight; 0 when cancelled
    char release_qualifier = ' ';  ///< 'A' anticipated, 'C' cancelled or postponed
    be32 ipo_price4{};             ///< four implied decimals
};
static_assert(sizeof(IpoQuotingPeriod) == 28 && alignof(IpoQuotingPeriod) == 1);

/// 1.2.7 Limit up, limit down: between which prices a paused stock may open again.
struct LuldAuctionCollar {
    char type = 'J';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    be32 reference_price4{};
    be32 upper_price4{};
    be32 lower_price4{};
    be32 extension{};  ///< how often the auction was extended
};
static_assert(sizeof(LuldAuctionCollar) == 35 && alignof(LuldAuctionCollar) == 1);

/// 1.2.8 Operational halt: one market centre stops or resumes; the others go on.
struct OperationalHalt {
    char type = 'h';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    char market_code = ' ';  ///< 'Q' NASDAQ, 'B' BX, 'X' PSX
    char halt_action = ' ';  ///< 'H' halted, 'T' trading again
};
static_assert(sizeof(OperationalHalt) == 21 && alignof(OperationalHalt) == 1);

/// 1.3.1 Add order without attribution.
struct AddOrder {
    char type = 'A';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 order_ref{};  ///< unique in the day
    char side = ' ';   ///< 'B' buy, 'S' sell
    be32 shares{};
    Alpha<8> stock;
    be32 price4{};  ///< four implied decimals
};
static_assert(sizeof(AddOrder) == 36 && alignof(AddOrder) == 1);

/// 1.3.2 Add order with the market participant it is attributed to.
struct AddOrderWithMpid {
    char type = 'F';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 order_ref{};
    char side = ' ';  ///< 'B' buy, 'S' sell
    be32 shares{};
    Alpha<8> stock;
    be32 price4{};
    Alpha<4> attribution;
};
static_assert(sizeof(AddOrderWithMpid) == 40 && alignof(AddOrderWithMpid) == 1);

/// 1.4.1 Order executed at its own price, in whole or in part; executions add up.
struct OrderExecuted {
    char type = 'E';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 order_ref{};
    be32 executed_shares{};
    be64 match_number{};  ///< unique in the day
};
static_assert(sizeof(OrderExecuted) == 31 && alignof(OrderExecuted) == 1);

/// 1.4.2 Order executed at another price than its own.
struct OrderExecutedWithPrice {
    char type = 'C';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 order_ref{};
    be32 executed_shares{};
    be64 match_number{};
    char printable = ' ';  ///< 'Y'; 'N': counted in a later bulk print, not here
    be32 execution_price4{};
};
static_assert(sizeof(OrderExecutedWithPrice) == 36 && alignof(OrderExecutedWithPrice) == 1);

/// 1.4.3 Order cancel: a part of the order is taken away.
struct OrderCancel {
    char type = 'X';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 order_ref{};
    be32 cancelled_shares{};
};
static_assert(sizeof(OrderCancel) == 23 && alignof(OrderCancel) == 1);

/// 1.4.4 Order delete: all that is left of the order is taken away.
struct OrderDelete {
    char type = 'D';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 order_ref{};
};
static_assert(sizeof(OrderDelete) == 19 && alignof(OrderDelete) == 1);

/// 1.4.5 Order replace: a new reference, shares and price; side, stock and attribution stay.
struct OrderReplace {
    char type = 'U';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 original_order_ref{};
    be64 new_order_ref{};
    be32 shares{};
    be32 price4{};
};
static_assert(sizeof(OrderReplace) == 35 && alignof(OrderReplace) == 1);

/// 1.5.1 Trade against an order that was never displayed; no book changes.
struct Trade {
    char type = 'P';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 order_ref{};  ///< 0 since 2010
    char side = ' ';   ///< 'B' since 2014, whatever the resting side was
    be32 shares{};
    Alpha<8> stock;
    be32 price4{};
    be64 match_number{};
};
static_assert(sizeof(Trade) == 44 && alignof(Trade) == 1);

/// 1.5.2 Cross trade: the bulk print of an auction; zero shares when there was nothing to cross.
struct CrossTrade {
    char type = 'Q';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 shares{};
    Alpha<8> stock;
    be32 cross_price4{};
    be64 match_number{};
    char cross_type = ' ';  ///< 'O' opening, 'C' closing, 'H' IPO or after a halt
};
static_assert(sizeof(CrossTrade) == 40 && alignof(CrossTrade) == 1);

/// 1.5.3 Broken trade: an execution is taken back for good; no book changes.
struct BrokenTrade {
    char type = 'B';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 match_number{};  ///< of an E, C, P or Q before
};
static_assert(sizeof(BrokenTrade) == 19 && alignof(BrokenTrade) == 1);

/// 1.6 Net order imbalance indicator, before and during an auction.
struct NetOrderImbalance {
    char type = 'I';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    be64 paired_shares{};
    be64 imbalance_shares{};
    char imbalance_direction = ' ';  ///< 'B', 'S', 'N' none, 'O' too few orders, 'P' paused
    Alpha<8> stock;
    be32 far_price4{};
    be32 near_price4{};
    be32 current_reference_price4{};
    char cross_type = ' ';                 ///< 'O', 'C', 'H', 'A' extended trading close
    char price_variation_indicator = ' ';  ///< 'L' below 1 %, '1'-'9', 'A'-'C' more, blank unknown
};
static_assert(sizeof(NetOrderImbalance) == 50 && alignof(NetOrderImbalance) == 1);

/// 1.7 Retail price improvement indicator.
struct RetailInterest {
    char type = 'N';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    char interest_flag = ' ';  ///< 'B' bid, 'S' ask, 'A' both, 'N' none
};
static_assert(sizeof(RetailInterest) == 20 && alignof(RetailInterest) == 1);

/// 1.8 Direct listing with capital raise: price discovery.
struct DirectListingPriceDiscovery {
    char type = 'O';
    be16 stock_locate{};
    be16 tracking_number{};
    be48 timestamp_ns{};
    Alpha<8> stock;
    char open_eligibility_status = ' ';  ///< 'Y' or 'N'
    be32 minimum_allowable_price4{};
    be32 maximum_allowable_price4{};
    be32 near_execution_price4{};
    be64 near_execution_time{};  ///< when that was set; the specification names no unit
    be32 lower_collar_price4{};
    be32 upper_collar_price4{};
};
static_assert(sizeof(DirectListingPriceDiscovery) == 48 &&
              alignof(DirectListingPriceDiscovery) == 1);

/// All message types, in the order of the specification.
using AllMessages =
    std::tuple<SystemEvent, StockDirectory, StockTradingAction, RegShoRestriction,
               MarketParticipantPosition, MwcbDeclineLevel, MwcbStatus, IpoQuotingPeriod,
               LuldAuctionCollar, OperationalHalt, AddOrder, AddOrderWithMpid, OrderExecuted,
               OrderExecutedWithPrice, OrderCancel, OrderDelete, OrderReplace, Trade, CrossTrade,
               BrokenTrade, NetOrderImbalance, RetailInterest, DirectListingPriceDiscovery>;
static_assert(std::tuple_size_v<AllMessages> == 23);

namespace detail {
template <class M, class List>
inline constexpr bool is_one_of = false;
template <class M, class... Ms>
inline constexpr bool is_one_of<M, std::tuple<Ms...>> = (std::is_same_v<M, Ms> || ...);
}  // namespace detail

/// One of AllMessages.
template <class M>
concept Message = detail::is_one_of<M, AllMessages>;

/// The type letter of a message.
template <Message M>
inline constexpr char type_of = M{}.type;

/// Byte for byte.
template <Message M>
bool operator==(const M& a, const M& b) {
    return std::memcmp(&a, &b, sizeof(M)) == 0;
}

/// Calls `visit(std::type_identity<M>{})` for each of AllMessages, in order.
template <class Visitor>
constexpr void for_each_message_type(Visitor&& visit) {
    [&]<class... Ms>(std::type_identity<std::tuple<Ms...>>) {
        (visit(std::type_identity<Ms>{}), ...);
    }(std::type_identity<AllMessages>{});
}

namespace detail {
inline constexpr std::array<std::uint8_t, 256> length_by_type = [] {
    std::array<std::uint8_t, 256> lengths{};
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        lengths[static_cast<unsigned char>(type_of<M>)] = std::uint8_t{sizeof(M)};
    });
    return lengths;
}();
}  // namespace detail

/// The exact length of a message by its type letter; 0 where there is no such type.
constexpr std::uint8_t message_length(char type) {
    return detail::length_by_type[static_cast<unsigned char>(type)];
}

}  // namespace tickweir::codecs::itch
