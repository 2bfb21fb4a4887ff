#include "gateway/fix/orders/report_fields.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "book/decimal.hpp"
#include "book/exact/decimal.hpp"
#include "gateway/fix/orders/order_words.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

namespace tag = codecs::fix::tag;
namespace exact = book::exact;
using codecs::fix::Tag;
using codecs::fix::TimePrecision;

constexpr Tag no_misc_fees = 136;
constexpr Tag misc_fee_amount = 137;
constexpr Tag misc_fee_currency = 138;
constexpr Tag misc_fee_type = 139;

constexpr std::string_view no_symbol = "NA";

void put_decimal(Fields& out, Tag tag, std::int64_t coefficient, unsigned decimals) {
    std::array<char, book::decimal_text_max> text;
    out.field(tag, {text.data(), book::write_decimal(coefficient, decimals, text.data())});
}

void put_number(Fields& out, Tag tag, const exact::Decimal& number) {
    std::array<char, exact::number_text_max> text;
    out.field(tag, {text.data(), exact::write_number(number, text.data())});
}

/// The scales of an order whose instrument is gone are those of whole numbers.
InstrumentEntry const& instrument_of(const OrderDirectory& directory, const txn::OrderView& order) {
    static const InstrumentEntry none{{}, std::string{no_symbol}, {}, 0, 0};
    const InstrumentEntry* const found = directory.instrument(order.instrument);
    return found == nullptr ? none : *found;
}

/// 0 of an order without fills.
exact::Decimal average_price(const txn::OrderView& order, const InstrumentEntry& its) {
    constexpr unsigned more_decimals = 4;
    if (order.filled.lots <= 0) return {};
    const auto sum = exact::Decimal::of(order.notional, its.price_decimals + its.quantity_decimals);
    const unsigned decimals =
        std::min(its.price_decimals + more_decimals, exact::Decimal::scale_max);
    return exact::divide(sum.value, exact::Decimal{order.filled.lots, its.quantity_decimals},
                         decimals, exact::Rounding::half_even)
        .value;
}

void put_expiry(Fields& out, book::TimeNs expiry) {
    const bool whole = expiry.time_since_epoch() % std::chrono::milliseconds{1} ==
                       std::chrono::nanoseconds::zero();
    out.field(tag::expire_time, expiry,
              whole ? TimePrecision::milliseconds : TimePrecision::nanoseconds);
}

}  // namespace

void put_text(Fields& out, Tag tag, std::string_view text) {
    if (text.empty()) return;
    const Fields::Mark before = out.mark();
    if (out.field(tag, text.substr(0, text_bytes_max)) == codecs::fix::WriteStatus::soh_in_value) {
        out.back_to(before);
        out.field(tag, '?');
    }
}

void put_id(Fields& out, Tag tag, const txn::ClientOrderId& id) {
    put_text(out, tag, id.view());
}

void put_order_id(Fields& out, txn::OrderId order) {
    if (order == txn::OrderId{})
        out.field(tag::order_id, std::string_view{"NONE"});
    else
        out.field(tag::order_id, static_cast<std::uint64_t>(order));
}

void put_price(Fields& out, Tag tag, txn::Price price, unsigned decimals) {
    put_decimal(out, tag, price.ticks, decimals);
}

void put_quantity(Fields& out, Tag tag, txn::Quantity quantity, unsigned decimals) {
    put_decimal(out, tag, quantity.lots, decimals);
}

void put_transact_time(Fields& out, book::TimeNs time) {
    out.field(tag::transact_time, time, TimePrecision::milliseconds);
}

void put_order(Fields& out, const OrderDirectory& directory, const txn::OrderView& order) {
    const InstrumentEntry& its = instrument_of(directory, order);
    put_text(out, tag::account, directory.account_name(order.account));
    put_text(out, tag::symbol, its.symbol);
    put_text(out, tag::security_exchange, directory.venue_id());
    out.field(tag::side, wire_of(order.side));
    if (order.quantity.lots == 0) return;  // only its id is known
    put_quantity(out, tag::order_qty, order.quantity, its.quantity_decimals);
    out.field(tag::ord_type, wire_of(order.type));
    if (order.price.ticks != 0) put_price(out, tag::price, order.price, its.price_decimals);
    if (order.stop_price.ticks != 0)
        put_price(out, tag::stop_px, order.stop_price, its.price_decimals);
    out.field(tag::time_in_force, wire_of(order.time_in_force));
    if (order.expiry != book::TimeNs{}) put_expiry(out, order.expiry);
    if (order.post_only) out.field(tag::exec_inst, '6');
    if (order.display.lots != 0)
        put_quantity(out, tag::max_floor, order.display, its.quantity_decimals);
}

void put_sums(Fields& out, const OrderDirectory& directory, const txn::OrderView& order) {
    const InstrumentEntry& its = instrument_of(directory, order);
    put_quantity(out, tag::leaves_qty, order.leaves, its.quantity_decimals);
    put_quantity(out, tag::cum_qty, order.filled, its.quantity_decimals);
    put_number(out, tag::avg_px, average_price(order, its));
}

void put_no_sums(Fields& out) {
    for (const Tag sum : {tag::leaves_qty, tag::cum_qty, tag::avg_px})
        out.field(sum, '0');
}

void put_fill(Fields& out, const OrderDirectory& directory, const txn::OrderView& order,
              const txn::FillView& fill) {
    constexpr char exchange_fees = '4';
    const InstrumentEntry& its = instrument_of(directory, order);
    put_quantity(out, tag::last_qty, fill.quantity, its.quantity_decimals);
    put_price(out, tag::last_px, fill.price, its.price_decimals);
    out.field(tag::secondary_exec_id, static_cast<std::uint64_t>(fill.trade));
    out.field(tag::last_liquidity_ind, fill.is_maker ? '1' : '2');
    const auto fee = exact::Decimal::of(fill.fee, exact::Decimal::scale_max);
    if (fee.value.is_zero()) return;
    out.field(no_misc_fees, '1');
    put_number(out, misc_fee_amount, fee.value);
    put_text(out, misc_fee_currency, its.quote);
    out.field(misc_fee_type, exchange_fees);
}

void put_owner(Fields& out, std::string_view session) {
    constexpr unsigned order_origination_firm = 13;
    out.field(tag::copy_msg_indicator, 'Y');
    if (session.empty()) return;
    out.field(tag::no_party_i_ds, '1');
    put_text(out, tag::party_id, session);
    out.field(tag::party_id_source, 'D');  // proprietary
    out.field(tag::party_role, order_origination_firm);
}

}  // namespace tickweir::gateway::fix::orders
