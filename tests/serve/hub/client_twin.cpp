#include "tests/serve/hub/client_twin.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace tickweir::tests {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

std::string text_of(const element& value) {
    return simdjson::minify(value);
}
std::string string_of(const element& value) {
    std::string_view text;
    return value.get_string().get(text) == simdjson::SUCCESS ? std::string{text} : text_of(value);
}
std::string string_at(const object& message, const char* key) {
    element value;
    return message[key].get(value) == simdjson::SUCCESS ? string_of(value) : std::string{};
}
std::optional<std::uint64_t> number_at(const object& message, const char* key) {
    std::uint64_t value = 0;
    if (message[key].get_uint64().get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}
std::string key_of(std::string_view channel, std::string_view venue, std::string_view symbol) {
    return std::string{channel} + '|' + std::string{venue} + '|' + std::string{symbol};
}

/// Empty, or what is wrong.
std::string apply_rows(std::map<std::string, TwinStream::Row>& side, const object& message,
                       const char* key) {
    simdjson::dom::array rows;
    if (message[key].get_array().get(rows) != simdjson::SUCCESS) return "no levels";
    for (const element& entry : rows) {
        simdjson::dom::array row;
        if (entry.get_array().get(row) != simdjson::SUCCESS || row.size() != 3) return "bad row";
        const std::string price = string_of(row.at(0).value());
        const std::string quantity = string_of(row.at(1).value());
        if (quantity != "0")
            side[price] = {quantity, row.at(2).value().get_uint64().value()};
        else if (side.erase(price) == 0)
            return "removes a level that is not there: " + price;
    }
    return {};
}

std::string apply_order(std::vector<TwinStream::Order>& orders, const object& event) {
    const TwinStream::Order order{string_at(event, "order_id"), string_at(event, "side"),
                                  string_at(event, "price"), string_at(event, "quantity")};
    const std::string action = string_at(event, "action");
    const auto found = std::ranges::find(orders, order.id, &TwinStream::Order::id);
    if (action.empty() || action == "add") {
        if (found != orders.end()) return "adds an order twice";
        orders.push_back(order);
        return {};
    }
    if (found == orders.end()) return action + " of an unknown order";
    if (action == "reduce") {
        found->quantity = order.quantity;
    } else if (action == "remove") {
        orders.erase(found);
    } else {
        TwinStream::Order fresh = order;
        fresh.id = string_at(event, "new_order_id");
        orders.erase(found);
        orders.push_back(fresh);
    }
    return {};
}

std::string apply_orders(TwinStream& stream, const object& message, const char* key) {
    simdjson::dom::array events;
    if (message[key].get_array().get(events) != simdjson::SUCCESS) return "no orders";
    for (const element& event : events)
        if (auto wrong = apply_order(stream.orders, event.get_object().value()); !wrong.empty())
            return wrong;
    return {};
}

void apply_trade(TwinStream& stream, const object& trade) {
    stream.trade_prices.push_back(string_at(trade, "price"));
    stream.trade_ids.push_back(string_at(trade, "trade_id"));
}

std::string apply_content(TwinStream& stream, const std::string& channel, const object& message,
                          bool snapshot) {
    if (channel == "l2") {
        if (snapshot) stream.bids = stream.asks = {};
        auto wrong = apply_rows(stream.bids, message, "bids");
        return wrong.empty() ? apply_rows(stream.asks, message, "asks") : wrong;
    }
    if (channel == "l3") {
        if (snapshot) stream.orders.clear();
        return apply_orders(stream, message, snapshot ? "orders" : "events");
    }
    if (channel == "trades") {
        if (!snapshot) {
            apply_trade(stream, message);
            return {};
        }
        stream.trade_prices.clear();
        stream.trade_ids.clear();
        simdjson::dom::array trades;
        if (message["trades"].get_array().get(trades) != simdjson::SUCCESS) return "no trades";
        for (const element& trade : trades)
            apply_trade(stream, trade.get_object().value());
        return {};
    }
    for (const auto& [key, value] : message)
        stream.fields[std::string{key}] = string_of(value);
    return {};
}

}  // namespace

void ClientTwin::complain(const std::string& what, const std::string& text) {
    if (complaints_.size() < 10) complaints_.push_back(what + " in " + text.substr(0, 400));
}

void ClientTwin::receive(std::string_view bytes) {
    buffer_ += bytes;
    while (take_frame()) {
    }
}

bool ClientTwin::take_frame() {
    if (buffer_.size() < 2) return false;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer_[i]); };
    if (byte(0) != 0x81 || (byte(1) & 0x80) != 0) {
        complain("not an unmasked text frame", buffer_);
        buffer_.clear();
        return false;
    }
    std::size_t header = 2;
    std::uint64_t length = byte(1);
    if (length >= 126) {
        const std::size_t digits = length == 126 ? 2 : 8;
        header += digits;
        if (buffer_.size() < header) return false;
        length = 0;
        for (std::size_t i = 0; i < digits; ++i)
            length = length << 8 | byte(2 + i);
        if (length < (digits == 2 ? 126U : 65'536U))
            complain("a length not in its shortest form", "");
    }
    if (buffer_.size() < header + length) return false;
    on_message(buffer_.substr(header, length));
    buffer_.erase(0, header + length);
    ++frames_;
    return true;
}

void ClientTwin::on_message(const std::string& text) {
    if (keep_all) all_.push_back(text);
    simdjson::dom::parser parser;
    object message;
    if (parser.parse(text).get_object().get(message) != simdjson::SUCCESS) {
        complain("no JSON", text);
        return;
    }
    const std::string type = string_at(message, "type");
    const bool snapshot = type == "snapshot";
    if (!snapshot && type != "update" && type != "trade") {
        messages_.push_back(text);
        return;
    }
    const std::string channel = string_at(message, "channel");
    TwinStream& stream =
        streams_[key_of(channel, string_at(message, "venue"), string_at(message, "symbol"))];
    const auto seq = number_at(message, "seq");
    const auto prev = number_at(message, "prev");
    if (!seq) return complain("no seq", text);
    const std::uint64_t skipped = number_at(message, "conflated").value_or(0);
    if (snapshot) {
        ++stream.snapshots;
    } else {
        ++stream.updates;
        if (!stream.seq) complain("an update before a snapshot", text);
        if (stream.seq && prev != stream.seq) complain("a gap", text);
        if (prev && *seq != *prev + 1 + skipped) complain("conflated does not add up", text);
    }
    stream.conflated += skipped;
    stream.seq = seq;
    bool in_sync = false;
    if (message["in_sync"].get_bool().get(in_sync) == simdjson::SUCCESS)
        stream.in_sync = in_sync;
    else if (snapshot)
        complain("no in_sync", text);
    if (const auto wrong = apply_content(stream, channel, message, snapshot); !wrong.empty())
        complain(wrong, text);
}

const TwinStream* ClientTwin::find(std::string_view channel, std::string_view symbol,
                                   std::string_view venue) const {
    const auto found = streams_.find(key_of(channel, venue, symbol));
    return found == streams_.end() ? nullptr : &found->second;
}

void ClientTwin::forget(std::string_view channel, std::string_view symbol, std::string_view venue) {
    streams_.erase(key_of(channel, venue, symbol));
}

}  // namespace tickweir::tests
