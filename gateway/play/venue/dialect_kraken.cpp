// Kraken v1 and v2, an answer an instrument, and Kraken Futures, an answer a request.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/play/venue/talk.hpp"

namespace tickweir::gateway::venue {
namespace {

std::string depth_of(const Value* object) {
    const Value* const depth = object == nullptr ? nullptr : object->find("depth");
    return depth != nullptr && depth->kind == Value::Kind::number ? depth->text : "10";
}

// ------------------------------------------------------------------------------------------- v1

struct V1Request {
    std::string_view name;  // of the channel
    std::string channel;    // with the depth of a book
    std::string depth;      // empty but of a book
    std::string id;         // JSON to append
};

std::string v1_subscription(const V1Request& request) {
    std::string text = R"("subscription":{)";
    if (!request.depth.empty()) text += R"("depth":)" + request.depth + ",";
    return text + R"("name":)" + quoted(request.name) + "}";
}

void refuse_v1(const std::string& why, std::string_view pair, const V1Request& request,
               Talk& talk) {
    talk.say(R"({"errorMessage":)" + quoted(why) + R"(,"event":"subscriptionStatus","pair":)" +
             quoted(pair) + request.id + R"(,"status":"error",)" + v1_subscription(request) + "}");
}

void change_v1(bool join, std::string_view pair, const V1Request& request, Talk& talk) {
    const Topic topic{request.channel, std::string{pair}};
    if (join && !talk.catalog.has_symbol(pair))
        return refuse_v1("Currency pair not supported " + topic.symbol, pair, request, talk);
    if (join && !talk.catalog.offers(topic))
        return refuse_v1("Subscription depth not supported", pair, request, talk);
    if (join && talk.full()) return refuse_v1("Too many subscriptions", pair, request, talk);
    if (!join && !talk.leave(topic))
        return refuse_v1("Subscription Not Found", pair, request, talk);
    talk.say(R"({"channelID":1,"channelName":)" + quoted(request.channel) +
             R"(,"event":"subscriptionStatus","pair":)" + quoted(pair) + request.id +
             R"(,"status":")" + (join ? "subscribed" : "unsubscribed") + R"(",)" +
             v1_subscription(request) + "}");
    if (join) talk.join(topic, request.channel);
}

// ------------------------------------------------------------------------------------------- v2

struct V2Request {
    std::string_view method;
    std::string channel;
    std::string depth;
    std::string id;  // JSON to append
};

std::string v2_times(const Talk& talk) {
    const std::string now = rfc3339(talk.now);
    return R"(,"time_in":")" + now + R"(","time_out":")" + now + "\"}";
}

void refuse_v2(const std::string& why, std::string_view symbol, const V2Request& request,
               Talk& talk) {
    talk.say(R"({"error":)" + quoted(why) + R"(,"method":)" + quoted(request.method) + request.id +
             R"(,"success":false,"symbol":)" + quoted(symbol) + v2_times(talk));
}

void answer_v2(std::string_view symbol, const V2Request& request, Talk& talk) {
    std::string result = R"("channel":)" + quoted(request.channel);
    if (request.channel == "book") result += R"(,"depth":)" + request.depth;
    if (request.method == "subscribe") result += R"(,"snapshot":true)";
    if (!symbol.empty()) result += R"(,"symbol":)" + quoted(symbol);
    talk.say(R"({"method":)" + quoted(request.method) + request.id + R"(,"result":{)" + result +
             R"(},"success":true)" + v2_times(talk));
}

bool right_depth(std::string_view symbol, const V2Request& request, const Talk& talk) {
    if (request.channel != "book") return true;
    const auto depth = talk.catalog.depth(symbol);
    return !depth || std::to_string(*depth) == request.depth;
}

void change_v2(std::string_view symbol, const V2Request& request, Talk& talk) {
    const Topic topic{request.channel, std::string{symbol}};
    if (request.method == "unsubscribe") {
        if (!talk.leave(topic)) return refuse_v2("Subscription Not Found", symbol, request, talk);
        return answer_v2(symbol, request, talk);
    }
    if (!symbol.empty() && !talk.catalog.has_symbol(symbol))
        return refuse_v2("Currency pair not supported " + topic.symbol, symbol, request, talk);
    if (!talk.catalog.offers(topic) || !right_depth(symbol, request, talk))
        return refuse_v2("Subscription depth not supported", symbol, request, talk);
    if (talk.full()) return refuse_v2("Too many subscriptions", symbol, request, talk);
    answer_v2(symbol, request, talk);
    talk.join(topic, request.channel);
}

// -------------------------------------------------------------------------------------- futures

std::string products_text(const std::vector<std::string_view>& products) {
    if (products.empty()) return {};
    std::string text = R"(,"product_ids":[)";
    for (std::size_t i = 0; i < products.size(); ++i)
        text += (i == 0 ? "" : ",") + quoted(products[i]);
    return text + "]";
}

void alert(const std::string& why, Talk& talk) {
    talk.say(R"({"event":"alert","message":)" + quoted(why) + "}");
}

}  // namespace

void on_kraken_v1(const Value& request, Talk& talk) {
    const std::string_view event = string_of(request, "event");
    const Value* const id = request.find("reqid");
    V1Request made;
    if (id != nullptr) made.id = R"(,"reqid":)" + scalar_of(id);
    if (event == "ping") return talk.say(R"({"event":"pong")" + made.id + "}");
    const Value* const subscription = request.find("subscription");
    if (subscription != nullptr) made.name = string_of(*subscription, "name");
    if ((event != "subscribe" && event != "unsubscribe") || made.name.empty()) {
        return talk.say(R"({"errorMessage":"Malformed request","event":"error")" + made.id +
                        R"(,"status":"error"})");
    }
    made.channel = made.name;
    if (made.name == "book") {
        made.depth = depth_of(subscription);
        made.channel += "-" + made.depth;
    }
    for (const std::string_view pair : strings_of(request.find("pair")))
        change_v1(event == "subscribe", pair, made, talk);
}

void on_kraken_v2(const Value& request, Talk& talk) {
    const Value* const id = request.find("req_id");
    V2Request made{string_of(request, "method"), {}, {}, {}};
    if (id != nullptr) made.id = R"(,"req_id":)" + scalar_of(id);
    if (made.method == "ping") return talk.say(R"({"method":"pong")" + made.id + v2_times(talk));
    const Value* const params = request.find("params");
    if (params != nullptr) made.channel = string_of(*params, "channel");
    if ((made.method != "subscribe" && made.method != "unsubscribe") || made.channel.empty())
        return refuse_v2("Malformed request", {}, made, talk);
    made.depth = depth_of(params);
    const auto symbols = strings_of(params->find("symbol"));
    if (symbols.empty()) return change_v2({}, made, talk);
    for (const std::string_view symbol : symbols)
        change_v2(symbol, made, talk);
}

void on_kraken_futures(const Value& request, Talk& talk) {
    const std::string_view event = string_of(request, "event");
    const std::string feed{string_of(request, "feed")};
    const auto products = strings_of(request.find("product_ids"));
    if ((event != "subscribe" && event != "unsubscribe") || feed.empty())
        return alert("Bad request", talk);
    const bool join = event == "subscribe";
    if (join && talk.asked.topics.size() + products.size() > talk.limits.topics)
        return alert("Too many subscriptions", talk);
    const bool known = std::ranges::all_of(products, [&](std::string_view product) {
        return talk.catalog.has_symbol(product) &&
               talk.catalog.offers({feed, std::string{product}});
    });
    if (join && !known) return alert("Invalid product id", talk);
    talk.say(R"({"event":")" + std::string{join ? "subscribed" : "unsubscribed"} + R"(","feed":)" +
             quoted(feed) + products_text(products) + "}");
    const auto change = [&](std::string_view product) {
        const Topic topic{feed, std::string{product}};
        if (join) {
            talk.join(topic, feed);
        } else {
            talk.leave(topic);
        }
    };
    if (products.empty()) change({});
    for (const std::string_view product : products)
        change(product);
}

}  // namespace tickweir::gateway::venue
