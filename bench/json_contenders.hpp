// What the decoder of Binance's frames is measured against: the same events from RapidJSON's
// in-situ document and from simdjson's On-Demand, and On-Demand alone going over the same fields.
// They are no stricter than they have to be for frames that are known to be good.
#pragma once

#define RAPIDJSON_SSE42
#include <rapidjson/document.h>
#include <simdjson.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "codecs/json/market_frame.hpp"
#include "codecs/json/number_text.hpp"
#include "codecs/json/venues/scan.hpp"

namespace tickweir::bench {

namespace json = codecs::json;

inline json::Number exact(std::string_view text) {
    json::Number number;
    (void)json::read_padded_number(text, json::NumberForm::quoted, number);
    return number;
}

/// Parses in place, so each text can be read once.
class RapidDecoder {
public:
    bool decode(char* text, json::MarketFrame& out) {
        out.clear();
        pool_.Clear();
        stack_.Clear();
        Document document{&pool_, stack_bytes, &stack_};
        document.ParseInsitu<rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag>(
            text);
        if (document.HasParseError()) return false;
        const auto data = document.FindMember("data");
        return data != document.MemberEnd() && read(data->value, out);
    }

private:
    using Pool = rapidjson::MemoryPoolAllocator<>;
    using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;
    using Value = Document::ValueType;
    static constexpr std::size_t stack_bytes = 4 << 10;

    static std::string_view text(const Value& value) {
        return {value.GetString(), value.GetStringLength()};
    }
    static std::uint64_t whole(const Value& value) {
        std::uint64_t number = 0;
        (void)json::read_padded_unsigned(text(value), json::NumberForm::bare, number);
        return number;
    }
    static std::int64_t time(const Value& value) {
        return static_cast<std::int64_t>(whole(value)) * json::millisecond;
    }
    static json::RowRange levels(const Value& rows, json::MarketFrame& out) {
        const auto begin = static_cast<std::uint32_t>(out.levels.size());
        for (const Value& row : rows.GetArray())
            out.levels.push_back({exact(text(row[0])), exact(text(row[1]))});
        return {begin, static_cast<std::uint32_t>(out.levels.size()) - begin};
    }
    static bool read(const Value& data, json::MarketFrame& out) {
        const auto event = data.FindMember("e");
        const std::string_view name = event == data.MemberEnd() ? "bookTicker" : text(event->value);
        if (name == "bookTicker") return read_touch(data, json::add_touch(out));
        if (name == "trade") return read_trade(data, json::add_trade(out));
        if (name == "depthUpdate") return read_depth(data, json::add_book(out), out);
        return true;
    }
    static bool read_touch(const Value& data, json::TouchEvent& touch) {
        for (const auto& field : data.GetObject()) {
            switch (json::key_code(text(field.name))) {
                case json::key_code("u"):
                    touch.id = whole(field.value);
                    break;
                case json::key_code("s"):
                    touch.symbol = text(field.value);
                    break;
                case json::key_code("b"):
                    touch.bid.price = exact(text(field.value));
                    break;
                case json::key_code("B"):
                    touch.bid.quantity = exact(text(field.value));
                    break;
                case json::key_code("a"):
                    touch.ask.price = exact(text(field.value));
                    break;
                case json::key_code("A"):
                    touch.ask.quantity = exact(text(field.value));
                    break;
            }
        }
        return true;
    }
    static bool read_trade(const Value& data, json::TradeEvent& trade) {
        for (const auto& field : data.GetObject()) {
            switch (json::key_code(text(field.name))) {
                case json::key_code("s"):
                    trade.symbol = text(field.value);
                    break;
                case json::key_code("t"):
                    trade.id = text(field.value);
                    break;
                case json::key_code("p"):
                    trade.price = exact(text(field.value));
                    break;
                case json::key_code("q"):
                    trade.quantity = exact(text(field.value));
                    break;
                case json::key_code("T"):
                    trade.time_ns = time(field.value);
                    break;
                case json::key_code("m"):
                    trade.aggressor =
                        field.value.GetBool() ? json::TradeSide::sell : json::TradeSide::buy;
                    break;
            }
        }
        return true;
    }
    static bool read_depth(const Value& data, json::BookEvent& book, json::MarketFrame& out) {
        for (const auto& field : data.GetObject()) {
            switch (json::key_code(text(field.name))) {
                case json::key_code("E"):
                    book.time_ns = time(field.value);
                    break;
                case json::key_code("s"):
                    book.symbol = text(field.value);
                    break;
                case json::key_code("U"):
                    book.first_id = whole(field.value);
                    break;
                case json::key_code("u"):
                    book.last_id = whole(field.value);
                    break;
                case json::key_code("pu"):
                    book.previous_id = whole(field.value);
                    break;
                case json::key_code("b"):
                    book.bids = levels(field.value, out);
                    break;
                case json::key_code("a"):
                    book.asks = levels(field.value, out);
                    break;
            }
        }
        return true;
    }

    // Large enough for every frame, so that nothing is allocated but within them.
    std::vector<char> values_ = std::vector<char>(std::size_t{4} << 20);
    std::vector<char> stacks_ = std::vector<char>(std::size_t{4} << 20);
    Pool pool_{values_.data(), values_.size()};
    Pool stack_{stacks_.data(), stacks_.size()};
};

namespace od = simdjson::ondemand;

/// The string at which a value stands, without its quotes.
inline std::string_view unquoted(std::string_view token) {
    return token.substr(1, token.rfind('"') - 1);
}

/// Goes over the fields that the decoder reads and does nothing with their text but count it.
class OnDemandWalk {
public:
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;
    std::uint64_t ids = 0;

    bool decode(std::string_view text) {
        od::document document;
        if (parser_.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
                .get(document))
            return false;
        od::object object;
        if (document.get_object().get(object)) return false;
        for (auto field : object) {
            od::raw_json_string key;
            od::value value;
            if (field.key().get(key) || field.value().get(value)) return false;
            if (key == "data") {
                if (!data(value)) return false;
            } else {
                bytes += value.raw_json_token().size();
            }
        }
        return true;
    }

private:
    bool data(od::value value) {
        od::object object;
        if (value.get_object().get(object)) return false;
        for (auto field : object) {
            od::raw_json_string key;
            od::value inner;
            if (field.key().get(key) || field.value().get(inner)) return false;
            const char name = key.raw()[0];
            if ((name == 'b' || name == 'a') && inner.raw_json_token()[0] == '[') {
                if (!levels(inner)) return false;
                continue;
            }
            if (name == 'u' || name == 'U' || name == 't' || name == 'E' || name == 'T' ||
                name == 'p') {
                std::uint64_t number = 0;
                if (!inner.get_uint64().get(number)) {
                    ids += number;
                    continue;
                }
            }
            bytes += inner.raw_json_token().size();
        }
        return true;
    }
    bool levels(od::value value) {
        od::array array;
        if (value.get_array().get(array)) return false;
        for (auto row : array) {
            od::array pair;
            if (row.get_array().get(pair)) return false;
            for (auto element : pair) {
                od::value number;
                if (element.get(number)) return false;
                bytes += number.raw_json_token().size();
            }
            ++rows;
        }
        return true;
    }

    od::parser parser_;
};

/// The decoder's events by way of On-Demand.
class OnDemandDecoder {
public:
    bool decode(std::string_view text, json::MarketFrame& out) {
        out.clear();
        od::document document;
        if (parser_.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
                .get(document))
            return false;
        od::value data;
        if (document.find_field("data").get(data)) return false;
        od::object object;
        if (data.get_object().get(object)) return false;
        return read(object, out);
    }

private:
    static bool whole(od::value& value, std::uint64_t& out) { return !value.get_uint64().get(out); }
    static bool time(od::value& value, std::int64_t& out) {
        std::uint64_t count = 0;
        if (!whole(value, count)) return false;
        out = static_cast<std::int64_t>(count) * json::millisecond;
        return true;
    }
    static std::string_view token(od::value& value) { return unquoted(value.raw_json_token()); }
    static bool levels(od::value& value, json::RowRange& range, json::MarketFrame& out) {
        od::array array;
        if (value.get_array().get(array)) return false;
        range.begin = static_cast<std::uint32_t>(out.levels.size());
        for (auto row : array) {
            od::array pair;
            if (row.get_array().get(pair)) return false;
            json::LevelRow level;
            bool is_price = true;
            for (auto element : pair) {
                od::value number;
                if (element.get(number)) return false;
                (is_price ? level.price : level.quantity) = exact(token(number));
                is_price = false;
            }
            out.levels.push_back(level);
        }
        range.count = static_cast<std::uint32_t>(out.levels.size()) - range.begin;
        return true;
    }
    static std::uint64_t code(od::raw_json_string key) {
        const char* const raw = key.raw();
        return json::key_code({raw, raw[1] == '"' ? 1U : 2U});
    }
    static bool read(od::object& object, json::MarketFrame& out) {
        bool first = true;
        std::string_view event = "bookTicker";
        for (auto field : object) {
            od::raw_json_string key;
            od::value value;
            if (field.key().get(key) || field.value().get(value)) return false;
            if (first && code(key) == json::key_code("e")) event = token(value);
            if (first) begin(event, out);
            first = false;
            if (!read_field(event, code(key), value, out)) return false;
        }
        return true;
    }
    static void begin(std::string_view event, json::MarketFrame& out) {
        if (event == "bookTicker") json::add_touch(out);
        if (event == "trade") json::add_trade(out);
        if (event == "depthUpdate") json::add_book(out);
    }
    static bool read_field(std::string_view event, std::uint64_t key, od::value& value,
                           json::MarketFrame& out) {
        if (event == "bookTicker") return touch_field(key, value, out.touches.back());
        if (event == "trade") return trade_field(key, value, out.trades.back());
        if (event == "depthUpdate") return depth_field(key, value, out.books.back(), out);
        return true;
    }
    static bool touch_field(std::uint64_t key, od::value& value, json::TouchEvent& touch) {
        switch (key) {
            case json::key_code("u"):
                return whole(value, touch.id);
            case json::key_code("s"):
                touch.symbol = token(value);
                break;
            case json::key_code("b"):
                touch.bid.price = exact(token(value));
                break;
            case json::key_code("B"):
                touch.bid.quantity = exact(token(value));
                break;
            case json::key_code("a"):
                touch.ask.price = exact(token(value));
                break;
            case json::key_code("A"):
                touch.ask.quantity = exact(token(value));
                break;
        }
        return true;
    }
    static bool trade_field(std::uint64_t key, od::value& value, json::TradeEvent& trade) {
        switch (key) {
            case json::key_code("s"):
                trade.symbol = token(value);
                break;
            case json::key_code("t"):
                trade.id = value.raw_json_token();
                break;
            case json::key_code("p"):
                trade.price = exact(token(value));
                break;
            case json::key_code("q"):
                trade.quantity = exact(token(value));
                break;
            case json::key_code("T"):
                return time(value, trade.time_ns);
            case json::key_code("m"):
                trade.aggressor = value.raw_json_token().starts_with("true") ? json::TradeSide::sell
                                                                             : json::TradeSide::buy;
                break;
        }
        return true;
    }
    static bool depth_field(std::uint64_t key, od::value& value, json::BookEvent& book,
                            json::MarketFrame& out) {
        switch (key) {
            case json::key_code("E"):
                return time(value, book.time_ns);
            case json::key_code("s"):
                book.symbol = token(value);
                break;
            case json::key_code("U"):
                return whole(value, book.first_id);
            case json::key_code("u"):
                return whole(value, book.last_id);
            case json::key_code("pu"):
                return whole(value, book.previous_id);
            case json::key_code("b"):
                return levels(value, book.bids, out);
            case json::key_code("a"):
                return levels(value, book.asks, out);
        }
        return true;
    }

    od::parser parser_;
};

}  // namespace tickweir::bench
