#include "gateway/serve/api/account_json.hpp"

#include <string_view>

#include "gateway/serve/api/answers.hpp"
#include "txn/record/words.hpp"

namespace tickweir::gateway {
namespace {

void put(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    json.string(text);
}

void put(JsonWriter& json, std::string_view name, const book::exact::Decimal& number) {
    json.key(name);
    write_decimal(json, number);
}

void put_id(JsonWriter& json, std::string_view name, std::uint64_t id) {
    json.key(name);
    json.string(std::to_string(id));
}

void put_lsn(JsonWriter& json, txn::log::Lsn lsn) {
    json.key("lsn");
    json.number(static_cast<std::uint64_t>(lsn));
}

void put_parts(JsonWriter& json, const AccountBalance& balance) {
    put(json, "asset", balance.asset);
    put(json, "total", balance.total);
    put(json, "held", balance.held);
    put(json, "available", balance.available);
}

void write_position(JsonWriter& json, const AccountPosition& position) {
    json.begin_object();
    put(json, "symbol", position.symbol);
    put(json, "quantity", position.quantity);
    put(json, "average_price", position.average_price);
    put(json, "realized_pnl", position.realized_pnl);
    put(json, "unrealized_pnl", position.unrealized_pnl);
    json.end_object();
}

/// A price or quantity that an order need not have.
bool is_there(std::int64_t number) {
    return number != 0;
}

void write_order(JsonWriter& json, const AccountOrder& row) {
    const txn::OrderView& order = row.order;
    const auto price = [&](std::string_view name, txn::Price value) {
        json.key(name);
        is_there(value.ticks) ? json.price(value, row.price_decimals) : json.null();
    };
    const auto quantity = [&](std::string_view name, txn::Quantity value) {
        json.key(name);
        json.quantity(value, row.quantity_decimals);
    };
    json.begin_object();
    put_id(json, "order_id", static_cast<std::uint64_t>(order.order));
    put(json, "client_id", order.client_id.view());
    put(json, "symbol", row.symbol);
    put(json, "side", txn::record::name_of(order.side));
    put(json, "type", txn::record::name_of(order.type));
    put(json, "time_in_force", txn::record::name_of(order.time_in_force));
    price("price", order.price);
    price("stop_price", order.stop_price);
    quantity("quantity", order.quantity);
    quantity("filled", order.filled);
    quantity("leaves", order.leaves);
    json.key("display");
    is_there(order.display.lots) ? json.quantity(order.display, row.quantity_decimals)
                                 : json.null();
    json.key("post_only");
    json.boolean(order.post_only);
    json.key("triggered");
    json.boolean(order.triggered);
    json.key("expiry");
    order.time_in_force == txn::TimeInForce::gtd
        ? json.number(order.expiry.time_since_epoch().count())
        : json.null();
    json.end_object();
}

template <class Row, class Write>
void put_all(JsonWriter& json, std::string_view name, const std::vector<Row>& rows, Write&& write) {
    json.key(name);
    json.begin_array();
    for (const Row& row : rows)
        write(json, row);
    json.end_array();
}

}  // namespace

void write_decimal(JsonWriter& json, const book::exact::Decimal& number) {
    json.string(book::exact::to_text(number));
}

void write_balance(JsonWriter& json, const AccountBalance& balance) {
    json.begin_object();
    put_parts(json, balance);
    json.end_object();
}

std::string balance_json(const AccountBalance& balance, txn::log::Lsn lsn) {
    std::string out;
    JsonWriter json{out};
    json.begin_object();
    put_parts(json, balance);
    put_lsn(json, lsn);
    json.end_object();
    return out;
}

std::string account_json(const AccountView& view) {
    std::string out;
    JsonWriter json{out};
    json.begin_object();
    put(json, "account", view.account);
    put_all(json, "balances", view.balances, write_balance);
    put_all(json, "positions", view.positions, write_position);
    put(json, "open_notional", view.open_notional);
    json.key("open_orders");
    json.number(view.open_orders);
    put_all(json, "orders", view.orders, write_order);
    json.key("next");
    view.next == 0 ? json.null() : json.string(std::to_string(view.next));
    put_lsn(json, view.lsn);
    json.end_object();
    return out;
}

std::uint16_t http_status(control::Status status) {
    switch (status) {
        case control::Status::done:
            return 200;
        case control::Status::bad_request:
            return 400;
        case control::Status::unknown:
            return 404;
        case control::Status::refused:
            return 409;
        case control::Status::shed:
        case control::Status::not_ready:
        case control::Status::stopped:
            break;
    }
    return 503;
}

HttpResponse refused_answer(const control::Answer& answer) {
    return error_answer(http_status(answer.status), answer.text.empty()
                                                        ? control::to_string(answer.status)
                                                        : std::string_view{answer.text});
}

}  // namespace tickweir::gateway
