#include "gateway/play/venue/dialect.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <variant>

#include "codecs/json/query_answer.hpp"
#include "gateway/play/venue/frame_text.hpp"
#include "gateway/play/venue/talk.hpp"
#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway::venue {

using codecs::json::VenueId;

std::string_view string_of(const Value& object, std::string_view name) {
    const Value* const found = object.find(name);
    if (found == nullptr || found->kind != Value::Kind::string) return {};
    return found->text;
}

std::vector<std::string_view> strings_of(const Value* value) {
    std::vector<std::string_view> strings;
    if (value == nullptr) return strings;
    if (value->kind == Value::Kind::string) strings.emplace_back(value->text);
    if (value->kind != Value::Kind::array) return strings;
    for (const auto& member : value->members)
        if (member.value.kind == Value::Kind::string) strings.emplace_back(member.value.text);
    return strings;
}

std::string scalar_of(const Value* value) {
    if (value == nullptr || value->kind == Value::Kind::array ||
        value->kind == Value::Kind::object) {
        return "null";
    }
    return value->kind == Value::Kind::string ? quoted(value->text) : value->text;
}

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string rfc3339(book::TimeNs time) {
    using std::chrono::floor;
    const auto day = floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{floor<std::chrono::microseconds>(time - day)};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text.data();
}

std::int64_t ms_of(book::TimeNs time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

namespace {

/// Paths of order books over HTTP.
std::string_view rest_prefix(VenueId venue) {
    switch (venue) {
        case VenueId::binance_spot:
            return "/api/";
        case VenueId::binance_usdm:
            return "/fapi/";
        case VenueId::binance_coinm:
            return "/dapi/";
        default:
            return "/api/v2/order_book/";
    }
}

void react(const Value& request, Talk& talk) {
    switch (talk.catalog.venue()) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return on_binance(request, talk);
        case VenueId::coinbase_advanced:
            return on_coinbase_advanced(request, talk);
        case VenueId::coinbase_exchange:
            return on_coinbase_exchange(request, talk);
        case VenueId::kraken_v1:
            return on_kraken_v1(request, talk);
        case VenueId::kraken_v2:
            return on_kraken_v2(request, talk);
        case VenueId::kraken_futures:
            return on_kraken_futures(request, talk);
        case VenueId::okx:
            return on_okx(request, talk);
        case VenueId::bybit:
            return on_bybit(request, talk);
        case VenueId::deribit:
            return on_deribit(request, talk);
        case VenueId::bitstamp:
            return on_bitstamp(request, talk);
        case VenueId::bitmex:
            return on_bitmex(request, talk);
    }
}

void greet(Talk& talk) {
    const std::string time = rfc3339(talk.now);
    switch (talk.catalog.venue()) {
        case VenueId::kraken_v1:
            return talk.say(R"({"connectionID":1,"event":"systemStatus","status":"online",)"
                            R"("version":"1.9.0"})");
        case VenueId::kraken_v2:
            return talk.say(R"({"channel":"status","type":"update","data":[{"version":"2.0.10",)"
                            R"("system":"online","api_version":"v2","connection_id":1}]})");
        case VenueId::kraken_futures:
            return talk.say(R"({"event":"info","version":1})");
        case VenueId::bitmex:
            return talk.say(R"({"info":"Welcome to the BitMEX Realtime API.","version":"2.0.0",)"
                            R"("timestamp":")" +
                            time + R"(","docs":"https://www.bitmex.com/app/wsAPI"})");
        default:
            return;
    }
}

void refuse_text(VenueId venue, Talk& talk) {
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return talk.say(
                R"({"error":{"code":3,"msg":"Invalid JSON: expected value"},"id":null})");
        case VenueId::coinbase_advanced:
        case VenueId::coinbase_exchange:
            return talk.say(R"({"type":"error","message":"Malformed JSON"})");
        case VenueId::kraken_v1:
            return talk.say(
                R"({"errorMessage":"Malformed request","event":"error","status":"error"})");
        case VenueId::kraken_v2:
            return talk.say(R"({"error":"Malformed request","success":false,"method":"",)"
                            R"("time_in":")" +
                            rfc3339(talk.now) + R"(","time_out":")" + rfc3339(talk.now) + R"("})");
        case VenueId::kraken_futures:
            return talk.say(R"({"event":"alert","message":"Bad websocket message"})");
        case VenueId::okx:
            return talk.say(R"({"event":"error","code":"60012","msg":"Invalid request"})");
        case VenueId::bybit:
            return talk.say(R"({"success":false,"ret_msg":"Invalid JSON","op":""})");
        case VenueId::deribit:
            return talk.say(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"}})");
        case VenueId::bitstamp:
            return talk.say(R"({"event":"bts:error","channel":"","data":{"code":null,)"
                            R"("message":"Bad JSON."}})");
        case VenueId::bitmex:
            return talk.say(R"({"status":400,"error":"Unable to parse request.","meta":{},)"
                            R"("request":{}})");
    }
}

bool any_market(const Asked& asked) {
    return !asked.topics.empty();
}

std::string coinbase_time(book::TimeNs now) {
    std::string time = rfc3339(now);
    time[10] = ' ';
    time.pop_back();
    return time + " +0000 UTC m=+1.0";
}

}  // namespace

bool Dialect::streams_at(std::string_view target) const {
    const VenueId venue = catalog_.venue();
    if (!has_envelopes(venue) && venue != VenueId::bitstamp) return true;
    return !target.starts_with(rest_prefix(venue));
}

Reaction Dialect::on_open(std::string_view target, Asked& asked, book::TimeNs now) const {
    Talk talk{catalog_, limits_, asked, now, {}};
    greet(talk);
    if (has_envelopes(catalog_.venue())) on_binance_open(target, talk);
    return std::move(talk.out);
}

Reaction Dialect::on_message(std::string_view text, Asked& asked, book::TimeNs now) const {
    Talk talk{catalog_, limits_, asked, now, {}};
    const VenueId venue = catalog_.venue();
    if (text == "ping" && (venue == VenueId::okx || venue == VenueId::bitmex)) {
        talk.say("pong");
        return std::move(talk.out);
    }
    const auto parsed =
        codecs::json::parse_value(text, {.bytes = limits_.request_bytes, .nesting = 8});
    const Value* const request = std::get_if<Value>(&parsed);
    if (request == nullptr || request->kind != Value::Kind::object) {
        refuse_text(venue, talk);
    } else {
        react(*request, talk);
    }
    return std::move(talk.out);
}

Reaction Dialect::on_second(const Asked& asked, std::uint64_t seconds, book::TimeNs now) const {
    Reaction out;
    const auto say = [&out](std::string text) { out.push_back(Say{std::move(text)}); };
    switch (catalog_.venue()) {
        case VenueId::kraken_v1:
            if (any_market(asked)) say(R"({"event":"heartbeat"})");
            break;
        case VenueId::kraken_v2:
            if (any_market(asked)) say(R"({"channel":"heartbeat"})");
            break;
        case VenueId::kraken_futures:
            if (asked.has({"heartbeat", {}}))
                say(R"({"feed":"heartbeat","time":)" + std::to_string(ms_of(now)) + "}");
            break;
        case VenueId::coinbase_advanced:
            if (asked.has({"heartbeats", {}}))
                say(R"({"channel":"heartbeats","timestamp":")" + rfc3339(now) +
                    R"(","sequence_num":0,"events":[{"current_time":")" + coinbase_time(now) +
                    R"(","heartbeat_counter":)" + std::to_string(seconds) + "}]}");
            break;
        case VenueId::coinbase_exchange:
            for (const auto& entry : asked.topics)
                if (entry.first.channel == "heartbeat")
                    say(R"({"type":"heartbeat","sequence":)" + std::to_string(seconds) +
                        R"(,"last_trade_id":0,"product_id":)" + quoted(entry.first.symbol) +
                        R"(,"time":")" + rfc3339(now) + R"("})");
            break;
        case VenueId::deribit:
            if (asked.heartbeat_s != 0 && seconds % asked.heartbeat_s == 0)
                say(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
            break;
        default:
            break;
    }
    return out;
}

}  // namespace tickweir::gateway::venue
