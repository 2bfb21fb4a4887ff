// From the bytes of one ITCH message to a typed view of them: checks type and exact length, copies
// nothing, judges no field. Values out of range are the business of whoever uses them.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "codecs/bytes.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::codecs::itch {

/// What became of a message's bytes. Anything but `ok` was not shown to the visitor.
enum class DecodeStatus : std::uint8_t {
    ok,
    empty,         ///< no bytes, hence no type
    unknown_type,  ///< the first byte is no type of the specification
    bad_length,    ///< not exactly as long as its type
};

/// The name of a status as it stands in reports and metrics.
constexpr std::string_view to_string(DecodeStatus status) {
    switch (status) {
        case DecodeStatus::ok:
            return "ok";
        case DecodeStatus::empty:
            return "empty";
        case DecodeStatus::unknown_type:
            return "unknown_type";
        case DecodeStatus::bad_length:
            return "bad_length";
    }
    return "?";
}

namespace detail {

template <Message M, class Visitor>
[[nodiscard, gnu::always_inline]] inline DecodeStatus visit_as(Bytes message, Visitor& visit) {
    if (message.size() != sizeof(M)) [[unlikely]]
        return DecodeStatus::bad_length;
    if constexpr (std::invocable<Visitor&, const M&>) {
        static_assert(std::is_void_v<std::invoke_result_t<Visitor&, const M&>>,
                      "a visitor keeps its answer; decode would drop a returned one");
        // Sound for any bytes: M consists of character arrays, aligned to 1, checked for length.
        visit(*reinterpret_cast<const M*>(message.data()));
    }
    return DecodeStatus::ok;
}

}  // namespace detail

/// Calls `visit(const M&)` with the message laid over the caller's bytes; types that `visit` cannot
/// be called with are checked and passed by. `visit` returns void. Never throws of itself,
/// allocates or reads beyond `message`; constant time.
template <class Visitor>
[[nodiscard, gnu::always_inline]] inline DecodeStatus decode(Bytes message, Visitor&& visit) {
    if (message.empty()) [[unlikely]]
        return DecodeStatus::empty;
    // A switch spelled out, since it compiles to one jump where a fold over AllMessages might not.
    switch (static_cast<char>(message.front())) {
        case type_of<AddOrder>:
            return detail::visit_as<AddOrder>(message, visit);
        case type_of<AddOrderWithMpid>:
            return detail::visit_as<AddOrderWithMpid>(message, visit);
        case type_of<OrderExecuted>:
            return detail::visit_as<OrderExecuted>(message, visit);
        case type_of<OrderExecutedWithPrice>:
            return detail::visit_as<OrderExecutedWithPrice>(message, visit);
        case type_of<OrderCancel>:
            return detail::visit_as<OrderCancel>(message, visit);
        case type_of<OrderDelete>:
            return detail::visit_as<OrderDelete>(message, visit);
        case type_of<OrderReplace>:
            return detail::visit_as<OrderReplace>(message, visit);
        case type_of<Trade>:
            return detail::visit_as<Trade>(message, visit);
        case type_of<CrossTrade>:
            return detail::visit_as<CrossTrade>(message, visit);
        case type_of<BrokenTrade>:
            return detail::visit_as<BrokenTrade>(message, visit);
        case type_of<NetOrderImbalance>:
            return detail::visit_as<NetOrderImbalance>(message, visit);
        case type_of<RetailInterest>:
            return detail::visit_as<RetailInterest>(message, visit);
        case type_of<SystemEvent>:
            return detail::visit_as<SystemEvent>(message, visit);
        case type_of<StockDirectory>:
            return detail::visit_as<StockDirectory>(message, visit);
        case type_of<StockTradingAction>:
            return detail::visit_as<StockTradingAction>(message, visit);
        case type_of<RegShoRestriction>:
            return detail::visit_as<RegShoRestriction>(message, visit);
        case type_of<MarketParticipantPosition>:
            return detail::visit_as<MarketParticipantPosition>(message, visit);
        case type_of<MwcbDeclineLevel>:
            return detail::visit_as<MwcbDeclineLevel>(message, visit);
        case type_of<MwcbStatus>:
            return detail::visit_as<MwcbStatus>(message, visit);
        case type_of<IpoQuotingPeriod>:
            return detail::visit_as<IpoQuotingPeriod>(message, visit);
        case type_of<LuldAuctionCollar>:
            return detail::visit_as<LuldAuctionCollar>(message, visit);
        case type_of<OperationalHalt>:
            return detail::visit_as<OperationalHalt>(message, visit);
        case type_of<DirectListingPriceDiscovery>:
            return detail::visit_as<DirectListingPriceDiscovery>(message, visit);
        default:
            return DecodeStatus::unknown_type;
    }
}

}  // namespace tickweir::codecs::itch
