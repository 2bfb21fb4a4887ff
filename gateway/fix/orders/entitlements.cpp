#include "gateway/fix/orders/entitlements.hpp"

#include <algorithm>

#include "gateway/fix/orders/order_words.hpp"
#include "gateway/fix/orders/replace_terms.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

namespace tag = codecs::fix::tag;
using book::exact::ArithmeticError;
using book::exact::Decimal;
using book::exact::Rounding;
using txn::Int128;

constexpr unsigned broker_option = 0;  // 103
constexpr unsigned exceeds_limit = 3;  // 103

/// The most that is within `cap`, in units of 10^-decimals; what no number of them reaches is any.
Int128 within(const Decimal& cap, unsigned decimals) {
    if (cap.is_zero()) return 0;
    const auto scaled = book::exact::quantize(cap, decimals, Rounding::floor);
    if (scaled.error == ArithmeticError::none)
        return std::max<Int128>(scaled.value.coefficient(), 1);
    return Decimal::coefficient_max;
}

OrderFault fault(unsigned reason, codecs::fix::Tag at, std::string_view text) {
    OrderFault refused;
    refused.reason = reason;
    refused.tag = at;
    refused.text.add(text);
    return refused;
}

}  // namespace

Entitlements::Entitlements(const EntitlementSettings& settings, const txn::VenueSettings& venue)
    : priority_{settings.priority} {
    sides_ = static_cast<std::uint8_t>((settings.buy ? 1U : 0U) | (settings.sell ? 2U : 0U));
    if (!settings.order_types.empty()) {
        types_ = 0;
        for (const txn::OrderType type : settings.order_types)
            types_ = static_cast<std::uint8_t>(types_ | 1U << static_cast<unsigned>(type));
    }
    const std::vector<std::string>& named = settings.instruments;
    rows_.reserve(venue.instruments.size());
    for (const txn::InstrumentSettings& its : venue.instruments) {
        Row& row = rows_.emplace_back();
        row.allowed = named.empty() || std::ranges::find(named, its.symbol) != named.end();
        row.quantity_max.lots = static_cast<std::int64_t>(
            std::min<Int128>(within(settings.quantity_max, its.quantity_decimals), INT64_MAX));
        row.notional_max =
            within(settings.notional_max, its.price_decimals + its.quantity_decimals);
        row.reference = its.reference;
    }
}

std::optional<OrderFault> Entitlements::check(const Asked& asked) const {
    const auto place = static_cast<std::size_t>(asked.instrument);
    if (!rows_.empty() && (place >= rows_.size() || !rows_[place].allowed))
        return fault(broker_option, tag::symbol, "not entitled to the instrument");
    if ((sides_ & 1U << static_cast<unsigned>(asked.side)) == 0)
        return fault(broker_option, tag::side, "not entitled to the side");
    if ((types_ & 1U << static_cast<unsigned>(asked.type)) == 0)
        return fault(broker_option, tag::ord_type, "not entitled to the order type");
    return rows_.empty() ? std::nullopt : check_caps(rows_[place], asked);
}

std::optional<OrderFault> Entitlements::check_caps(const Row& row, const Asked& asked) const {
    if (row.quantity_max.lots != 0 && asked.quantity > row.quantity_max)
        return fault(exceeds_limit, tag::order_qty, "quantity above the session's limit");
    const txn::Price price = asked.price.ticks == 0 ? row.reference : asked.price;
    // Two numbers of 64 bits always fit.
    if (row.notional_max != 0 && Int128{price.ticks} * asked.quantity.lots > row.notional_max)
        return fault(exceeds_limit, tag::order_qty, "notional above the session's limit");
    return std::nullopt;
}

std::optional<OrderFault> Entitlements::check(const txn::NewOrder& order) const {
    const txn::Price price = order.price.value_or(order.stop_price.value_or(txn::Price{}));
    return check({order.instrument, order.side, order.type, price, order.quantity});
}

std::optional<OrderFault> Entitlements::check(const txn::ReplaceOrder& replace,
                                              const txn::OrderView& order) const {
    if (only_lowers_quantity(replace, order)) return std::nullopt;
    const txn::Price price = replace.price.value_or(replace.stop_price.value_or(txn::Price{}));
    auto refused = check({order.instrument, order.side, order.type, price, replace.quantity});
    if (refused) {
        refused->by = RefusedBy::cancel_reject;
        refused->reason = reason_other;
    }
    return refused;
}

}  // namespace tickweir::gateway::fix::orders
