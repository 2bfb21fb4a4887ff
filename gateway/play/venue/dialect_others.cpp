// OKX, Bybit, Deribit, Bitstamp and BitMEX.
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/play/venue/frame_label.hpp"
#include "gateway/play/venue/talk.hpp"

namespace tickweir::gateway::venue {
namespace {

Topic topic_named(const Talk& talk, std::string_view name) {
    const ChannelName split = split_channel(talk.catalog.venue(), name);
    return {std::string{split.channel}, std::string{split.symbol}};
}

/// Whether a client may have it: an instrument that is known, and no book that is not.
bool offered(const Talk& talk, const Topic& topic) {
    return (topic.symbol.empty() || talk.catalog.has_symbol(topic.symbol)) &&
           talk.catalog.offers(topic);
}

std::string list_of(const std::vector<std::string_view>& texts) {
    std::string list = "[";
    for (const std::string_view text : texts)
        list += (list.size() == 1 ? "" : ",") + quoted(text);
    return list + "]";
}

// ------------------------------------------------------------------------------------------ OKX

std::string okx_arg(const Value& arg) {
    std::string text = "{";
    for (const auto& member : arg.members)
        text +=
            (text.size() == 1 ? "" : ",") + quoted(member.name) + ":" + scalar_of(&member.value);
    return text + "}";
}

void refuse_okx(const std::string& why, Talk& talk) {
    talk.say(R"({"event":"error","code":"60018","msg":)" + quoted(why) +
             R"(,"connId":"a4d3ae55"})");
}

void change_okx(bool join, const Value& arg, Talk& talk) {
    const Topic topic{std::string{string_of(arg, "channel")},
                      std::string{string_of(arg, "instId")}};
    if (topic.channel.empty()) return refuse_okx("Invalid request: channel is wanted", talk);
    if (join && !offered(talk, topic))
        return refuse_okx("Wrong URL or channel:" + topic.channel + ",instId:" + topic.symbol +
                              " doesn't exist. Please use the correct URL, channel and parameters",
                          talk);
    if (join && talk.full()) return refuse_okx("Too many subscriptions", talk);
    talk.say(R"({"event":")" + std::string{join ? "subscribe" : "unsubscribe"} + R"(","arg":)" +
             okx_arg(arg) + R"(,"connId":"a4d3ae55"})");
    if (join) {
        talk.join(topic, topic.channel);
    } else {
        talk.leave(topic);
    }
}

// ---------------------------------------------------------------------------------------- Bybit

void answer_bybit(bool success, const std::string& message, const Value& request, Talk& talk) {
    const Value* const id = request.find("req_id");
    talk.say(R"({"success":)" + std::string{success ? "true" : "false"} + R"(,"ret_msg":)" +
             quoted(message) + R"(,"conn_id":"2324d924-aa4d","req_id":)" +
             (id == nullptr ? "\"\"" : scalar_of(id)) + R"(,"op":)" +
             quoted(string_of(request, "op")) + "}");
}

// -------------------------------------------------------------------------------------- Deribit

void answer_deribit(const std::string& result, const Value& request, Talk& talk) {
    const std::string us = std::to_string(ms_of(talk.now) * 1'000);
    talk.say(R"({"jsonrpc":"2.0","id":)" + scalar_of(request.find("id")) + R"(,"result":)" +
             result + R"(,"usIn":)" + us + R"(,"usOut":)" + us + R"(,"usDiff":0,"testnet":false})");
}

void refuse_deribit(int code, const std::string& why, const Value& request, Talk& talk) {
    talk.say(R"({"jsonrpc":"2.0","id":)" + scalar_of(request.find("id")) + R"(,"error":{"code":)" +
             std::to_string(code) + R"(,"message":)" + quoted(why) + R"(}})");
}

void change_deribit(bool join, const Value& request, Talk& talk) {
    const Value* const params = request.find("params");
    const auto names = strings_of(params == nullptr ? nullptr : params->find("channels"));
    if (names.empty()) return refuse_deribit(-32602, "Invalid params", request, talk);
    std::vector<std::string_view> changed;
    Reaction joins;
    for (const std::string_view name : names) {
        const Topic topic = topic_named(talk, name);
        if (!join) {
            if (talk.leave(topic)) changed.push_back(name);
        } else if (offered(talk, topic) && !talk.full()) {
            talk.asked.add(topic, name);
            joins.push_back(Join{topic, std::string{name}});
            changed.push_back(name);
        }
    }
    answer_deribit(list_of(changed), request, talk);
    std::ranges::move(joins, std::back_inserter(talk.out));
}

void set_heartbeat(const Value& request, Talk& talk) {
    const Value* const params = request.find("params");
    const Value* const interval = params == nullptr ? nullptr : params->find("interval");
    unsigned seconds = 0;
    if (interval != nullptr) {
        const std::string& text = interval->text;
        std::from_chars(text.data(), text.data() + text.size(), seconds);
    }
    constexpr unsigned least = 10;
    if (seconds < least) return refuse_deribit(-32602, "Invalid params", request, talk);
    talk.asked.heartbeat_s = seconds;
    answer_deribit("\"ok\"", request, talk);
}

// --------------------------------------------------------------------------------------- BitMEX

void change_bitmex(bool join, std::string_view name, Talk& talk) {
    const Topic topic = topic_named(talk, name);
    const std::string request = R"(,"request":{"op":")" +
                                std::string{join ? "subscribe" : "unsubscribe"} + R"(","args":[)" +
                                quoted(name) + "]}}";
    if (join && (!offered(talk, topic) || talk.full()))
        return talk.say(R"({"status":400,"error":)" +
                        quoted("Unknown or expired symbol: " + std::string{name}) +
                        R"(,"meta":{})" + request);
    talk.say(R"({"success":true,")" + std::string{join ? "subscribe" : "unsubscribe"} +
             "\":" + quoted(name) + request);
    if (join) {
        talk.join(topic, name);
    } else {
        talk.leave(topic);
    }
}

}  // namespace

void on_okx(const Value& request, Talk& talk) {
    const std::string_view op = string_of(request, "op");
    const Value* const args = request.find("args");
    const bool good = (op == "subscribe" || op == "unsubscribe") && args != nullptr &&
                      args->kind == Value::Kind::array;
    if (!good)
        return talk.say(R"({"event":"error","code":"60012","msg":"Invalid request",)"
                        R"("connId":"a4d3ae55"})");
    for (const auto& arg : args->members)
        change_okx(op == "subscribe", arg.value, talk);
}

void on_bybit(const Value& request, Talk& talk) {
    const std::string_view op = string_of(request, "op");
    if (op == "ping") return answer_bybit(true, "pong", request, talk);
    if (op != "subscribe" && op != "unsubscribe")
        return answer_bybit(false, "error:unknown op", request, talk);
    const bool join = op == "subscribe";
    const auto names = strings_of(request.find("args"));
    if (names.empty()) return answer_bybit(false, "error:no args", request, talk);
    if (join && talk.asked.topics.size() + names.size() > talk.limits.topics)
        return answer_bybit(false, "error:too many topics", request, talk);
    for (const std::string_view name : names)
        if (join && !offered(talk, topic_named(talk, name)))
            return answer_bybit(false, "error:handler not found,topic:" + std::string{name},
                                request, talk);
    answer_bybit(true, join ? "subscribe" : "", request, talk);
    for (const std::string_view name : names) {
        if (join) {
            talk.join(topic_named(talk, name), name);
        } else {
            talk.leave(topic_named(talk, name));
        }
    }
}

void on_deribit(const Value& request, Talk& talk) {
    const std::string_view method = string_of(request, "method");
    if (method == "public/subscribe") return change_deribit(true, request, talk);
    if (method == "public/unsubscribe") return change_deribit(false, request, talk);
    if (method == "public/set_heartbeat") return set_heartbeat(request, talk);
    if (method == "public/disable_heartbeat") {
        talk.asked.heartbeat_s = 0;
        return answer_deribit("\"ok\"", request, talk);
    }
    if (method == "public/test" || method == "public/hello")
        return answer_deribit(R"({"version":"1.2.26"})", request, talk);
    refuse_deribit(-32601, "Method not found", request, talk);
}

void on_bitstamp(const Value& request, Talk& talk) {
    const std::string_view event = string_of(request, "event");
    if (event == "bts:heartbeat")
        return talk.say(R"({"event":"bts:heartbeat","channel":"","data":{"status":"success"}})");
    const Value* const data = request.find("data");
    const std::string_view name =
        data == nullptr ? std::string_view{} : string_of(*data, "channel");
    const Topic topic = topic_named(talk, name);
    const bool join = event == "bts:subscribe";
    const bool good = !name.empty() && (join || event == "bts:unsubscribe");
    if (!good || (join && (!offered(talk, topic) || talk.full())))
        return talk.say(R"({"event":"bts:error","channel":"","data":{"code":null,)"
                        R"("message":"Incorrect subscription string."}})");
    talk.say(R"({"event":"bts:)" + std::string{join ? "" : "un"} +
             R"(subscription_succeeded","channel":)" + quoted(name) + R"(,"data":{}})");
    if (join) {
        talk.join(topic, name);
    } else {
        talk.leave(topic);
    }
}

void on_bitmex(const Value& request, Talk& talk) {
    const std::string_view op = string_of(request, "op");
    const auto names = strings_of(request.find("args"));
    if ((op != "subscribe" && op != "unsubscribe") || names.empty())
        return talk.say(R"({"status":400,"error":"Unknown op or no args","meta":{},)"
                        R"("request":{}})");
    for (const std::string_view name : names)
        change_bitmex(op == "subscribe", name, talk);
}

}  // namespace tickweir::gateway::venue
