// The fields of each message by name, in wire order: the one list that printing and tests share, so
// that neither needs a function a message. Fields common to all messages are not repeated in it.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "codecs/itch/messages.hpp"

namespace tickweir::codecs::itch {

/// One field of message M: its name as in the struct, and where it is.
template <class M, class Value>
struct Field {
    using value_type = Value;
    std::string_view name;
    Value M::*member;

    /// Implied decimals of a price, which its name ends with; 0 for all else.
    constexpr int decimals() const {
        return name.ends_with("price4") ? 4 : name.ends_with("price8") ? 8 : 0;
    }
};
template <class M, class Value>
Field(std::string_view, Value M::*) -> Field<M, Value>;

/// The name of a message and the fields after the common ones.
template <class... Fields>
struct Layout {
    std::string_view name;
    std::tuple<Fields...> fields;

    constexpr explicit Layout(std::string_view message_name, Fields... message_fields)
        : name{message_name}, fields{message_fields...} {}
};

/// Specialised for each of AllMessages; an empty one is caught at the end of this file.
template <Message M>
inline constexpr auto layout = Layout{""};

template <>
inline constexpr auto layout<SystemEvent> = Layout{
    "SystemEvent",
    Field{"event_code", &SystemEvent::event_code},
};

template <>
inline constexpr auto layout<StockDirectory> = Layout{
    "StockDirectory",
    Field{"stock", &StockDirectory::stock},
    Field{"market_category", &StockDirectory::market_category},
    Field{"financial_status_indicator", &StockDirectory::financial_status_indicator},
    Field{"round_lot_size", &StockDirectory::round_lot_size},
    Field{"round_lots_only", &StockDirectory::round_lots_only},
    Field{"issue_classification", &StockDirectory::issue_classification},
    Field{"issue_sub_type", &StockDirectory::issue_sub_type},
    Field{"authenticity", &StockDirectory::authenticity},
    Field{"short_sale_threshold_indicator", &StockDirectory::short_sale_threshold_indicator},
    Field{"ipo_flag", &StockDirectory::ipo_flag},
    Field{"luld_reference_price_tier", &StockDirectory::luld_reference_price_tier},
    Field{"etp_flag", &StockDirectory::etp_flag},
    Field{"etp_leverage_factor", &StockDirectory::etp_leverage_factor},
    Field{"inverse_indicator", &StockDirectory::inverse_indicator},
};

template <>
inline constexpr auto layout<StockTradingAction> = Layout{
    "StockTradingAction",
    Field{"stock", &StockTradingAction::stock},
    Field{"trading_state", &StockTradingAction::trading_state},
    Field{"reserved", &StockTradingAction::reserved},
    Field{"reason", &StockTradingAction::reason},
};

template <>
inline constexpr auto layout<RegShoRestriction> = Layout{
    "RegShoRestriction",
    Field{"stock", &RegShoRestriction::stock},
    Field{"reg_sho_action", &RegShoRestriction::reg_sho_action},
};

template <>
inline constexpr auto layout<MarketParticipantPosition> = Layout{
    "MarketParticipantPosition",
    Field{"mpid", &MarketParticipantPosition::mpid},
    Field{"stock", &MarketParticipantPosition::stock},
    Field{"primary_market_maker", &MarketParticipantPosition::primary_market_maker},
    Field{"market_maker_mode", &MarketParticipantPosition::market_maker_mode},
    Field{"market_participant_state", &MarketParticipantPosition::market_participant_state},
};

template <>
inline constexpr auto layout<MwcbDeclineLevel> = Layout{
    "MwcbDeclineLevel",
    Field{"level_1_price8", &MwcbDeclineLevel::level_1_price8},
    Field{"level_2_price8", &MwcbDeclineLevel::level_2_price8},
    Field{"level_3_price8", &MwcbDeclineLevel::level_3_price8},
};

template <>
inline constexpr auto layout<MwcbStatus> = Layout{
    "MwcbStatus",
    Field{"breached_level", &MwcbStatus::breached_level},
};

template <>
inline constexpr auto layout<IpoQuotingPeriod> = Layout{
    "IpoQuotingPeriod",
    Field{"stock", &IpoQuotingPeriod::stock},
    Field{"release_time_s", &IpoQuotingPeriod::release_time_s},
    Field{"release_qualifier", &IpoQuotingPeriod::release_qualifier},
    Field{"ipo_price4", &IpoQuotingPeriod::ipo_price4},
};

template <>
inline constexpr auto layout<LuldAuctionCollar> = Layout{
    "LuldAuctionCollar",
    Field{"stock", &LuldAuctionCollar::stock},
    Field{"reference_price4", &LuldAuctionCollar::reference_price4},
    Field{"upper_price4", &LuldAuctionCollar::upper_price4},
    Field{"lower_price4", &LuldAuctionCollar::lower_price4},
    Field{"extension", &LuldAuctionCollar::extension},
};

template <>
inline constexpr auto layout<OperationalHalt> = Layout{
    "OperationalHalt",
    Field{"stock", &OperationalHalt::stock},
    Field{"market_code", &OperationalHalt::market_code},
    Field{"halt_action", &OperationalHalt::halt_action},
};

template <>
inline constexpr auto layout<AddOrder> = Layout{
    "AddOrder",
    Field{"order_ref", &AddOrder::order_ref},
    Field{"side", &AddOrder::side},
    Field{"shares", &AddOrder::shares},
    Field{"stock", &AddOrder::stock},
    Field{"price4", &AddOrder::price4},
};

template <>
inline constexpr auto layout<AddOrderWithMpid> = Layout{
    "AddOrderWithMpid",
    Field{"order_ref", &AddOrderWithMpid::order_ref},
    Field{"side", &AddOrderWithMpid::side},
    Field{"shares", &AddOrderWithMpid::shares},
    Field{"stock", &AddOrderWithMpid::stock},
    Field{"price4", &AddOrderWithMpid::price4},
    Field{"attribution", &AddOrderWithMpid::attribution},
};

template <>
inline constexpr auto layout<OrderExecuted> = Layout{
    "OrderExecuted",
    Field{"order_ref", &OrderExecuted::order_ref},
    Field{"executed_shares", &OrderExecuted::executed_shares},
    Field{"match_number", &OrderExecuted::match_number},
};

template <>
inline constexpr auto layout<OrderExecutedWithPrice> = Layout{
    "OrderExecutedWithPrice",
    Field{"order_ref", &OrderExecutedWithPrice::order_ref},
    Field{"executed_shares", &OrderExecutedWithPrice::executed_shares},
    Field{"match_number", &OrderExecutedWithPrice::match_number},
    Field{"printable", &OrderExecutedWithPrice::printable},
    Field{"execution_price4", &OrderExecutedWithPrice::execution_price4},
};

template <>
inline constexpr auto layout<OrderCancel> = Layout{
    "OrderCancel",
    Field{"order_ref", &OrderCancel::order_ref},
    Field{"cancelled_shares", &OrderCancel::cancelled_shares},
};

template <>
inline constexpr auto layout<OrderDelete> = Layout{
    "OrderDelete",
    Field{"order_ref", &OrderDelete::order_ref},
};

template <>
inline constexpr auto layout<OrderReplace> = Layout{
    "OrderReplace",
    Field{"original_order_ref", &OrderReplace::original_order_ref},
    Field{"new_order_ref", &OrderReplace::new_order_ref},
    Field{"shares", &OrderReplace::shares},
    Field{"price4", &OrderReplace::price4},
};

template <>
inline constexpr auto layout<Trade> = Layout{
    "Trade",
    Field{"order_ref", &Trade::order_ref},
    Field{"side", &Trade::side},
    Field{"shares", &Trade::shares},
    Field{"stock", &Trade::stock},
    Field{"price4", &Trade::price4},
    Field{"match_number", &Trade::match_number},
};

template <>
inline constexpr auto layout<CrossTrade> = Layout{
    "CrossTrade",
    Field{"shares", &CrossTrade::shares},
    Field{"stock", &CrossTrade::stock},
    Field{"cross_price4", &CrossTrade::cross_price4},
    Field{"match_number", &CrossTrade::match_number},
    Field{"cross_type", &CrossTrade::cross_type},
};

template <>
inline constexpr auto layout<BrokenTrade> = Layout{
    "BrokenTrade",
    Field{"match_number", &BrokenTrade::match_number},
};

template <>
inline constexpr auto layout<NetOrderImbalance> = Layout{
    "NetOrderImbalance",
    Field{"paired_shares", &NetOrderImbalance::paired_shares},
    Field{"imbalance_shares", &NetOrderImbalance::imbalance_shares},
    Field{"imbalance_direction", &NetOrderImbalance::imbalance_direction},
    Field{"stock", &NetOrderImbalance::stock},
    Field{"far_price4", &NetOrderImbalance::far_price4},
    Field{"near_price4", &NetOrderImbalance::near_price4},
    Field{"current_reference_price4", &NetOrderImbalance::current_reference_price4},
    Field{"cross_type", &NetOrderImbalance::cross_type},
    Field{"price_variation_indicator", &NetOrderImbalance::price_variation_indicator},
};

template <>
inline constexpr auto layout<RetailInterest> = Layout{
    "RetailInterest",
    Field{"stock", &RetailInterest::stock},
    Field{"interest_flag", &RetailInterest::interest_flag},
};

template <>
inline constexpr auto layout<DirectListingPriceDiscovery> = Layout{
    "DirectListingPriceDiscovery",
    Field{"stock", &DirectListingPriceDiscovery::stock},
    Field{"open_eligibility_status", &DirectListingPriceDiscovery::open_eligibility_status},
    Field{"minimum_allowable_price4", &DirectListingPriceDiscovery::minimum_allowable_price4},
    Field{"maximum_allowable_price4", &DirectListingPriceDiscovery::maximum_allowable_price4},
    Field{"near_execution_price4", &DirectListingPriceDiscovery::near_execution_price4},
    Field{"near_execution_time", &DirectListingPriceDiscovery::near_execution_time},
    Field{"lower_collar_price4", &DirectListingPriceDiscovery::lower_collar_price4},
    Field{"upper_collar_price4", &DirectListingPriceDiscovery::upper_collar_price4},
};

/// The fields that every message begins with, its type left out.
template <Message M>
inline constexpr std::tuple common_fields{Field{"stock_locate", &M::stock_locate},
                                          Field{"tracking_number", &M::tracking_number},
                                          Field{"timestamp_ns", &M::timestamp_ns}};

/// Calls `visit(field)` for each field of M after the type, in wire order.
template <Message M, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
    const auto each = [&](const auto&... fields) { (visit(fields), ...); };
    std::apply(each, common_fields<M>);
    std::apply(each, layout<M>.fields);
}

namespace detail {
/// The type and all fields fill a message without a gap: none was left out of its layout.
template <Message M>
inline constexpr bool is_complete = [] {
    std::size_t length = sizeof(M::type);
    for_each_field<M>([&]<class Value>(const Field<M, Value>&) { length += sizeof(Value); });
    return length == sizeof(M);
}();
template <class... Ms>
constexpr bool all_complete(std::type_identity<std::tuple<Ms...>>) {
    return (is_complete<Ms> && ...);
}
static_assert(all_complete(std::type_identity<AllMessages>{}));
}  // namespace detail

}  // namespace tickweir::codecs::itch
