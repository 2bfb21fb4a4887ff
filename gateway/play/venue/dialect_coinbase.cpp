// Coinbase Advanced Trade and Coinbase Exchange: answers list all that is subscribed to by now.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/play/venue/frame_label.hpp"
#include "gateway/play/venue/talk.hpp"

namespace tickweir::gateway::venue {
namespace {

/// By the channel's name as it was asked for.
std::map<std::string, std::vector<std::string>> by_channel(const Asked& asked) {
    std::map<std::string, std::vector<std::string>> channels;
    for (const auto& [topic, name] : asked.topics)
        channels[name].push_back(topic.symbol.empty() ? name : topic.symbol);
    return channels;
}

std::string list_of(const std::vector<std::string>& texts) {
    std::string list = "[";
    for (const std::string& text : texts)
        list += (list.size() == 1 ? "" : ",") + quoted(text);
    return list + "]";
}

/// The first product that the capture does not have, or whose book it does not have.
const std::string_view* unknown_product(const std::vector<std::string_view>& products,
                                        const std::string& channel, const Talk& talk) {
    const auto found = std::ranges::find_if(products, [&](std::string_view product) {
        return !talk.catalog.has_symbol(product) ||
               !talk.catalog.offers({channel, std::string{product}});
    });
    return found == products.end() ? nullptr : &*found;
}

/// That a channel of these products makes; none: the venue as a whole.
std::size_t topics_of(const std::vector<std::string_view>& products) {
    return std::max<std::size_t>(products.size(), 1);
}

/// Joins or leaves a channel of each product; without products the venue as a whole.
void change(bool join, std::string_view name, const std::vector<std::string_view>& products,
            Talk& talk) {
    const std::string channel{channel_of(talk.catalog.venue(), name)};
    const auto one = [&](std::string_view product) {
        const Topic topic{channel, std::string{product}};
        if (join) {
            talk.join(topic, name);
        } else {
            talk.leave(topic);
        }
    };
    if (products.empty() || name == "heartbeats") return one({});
    for (const std::string_view product : products)
        one(product);
}

void refuse_advanced(const std::string& why, Talk& talk) {
    talk.say(R"({"type":"error","message":)" + quoted(why) + "}");
}

void refuse_exchange(const std::string& why, Talk& talk) {
    talk.say(R"({"type":"error","message":"Failed to subscribe","reason":)" + quoted(why) + "}");
}

struct ChannelRequest {
    std::string_view name;
    std::vector<std::string_view> products;
};

/// `"channels": ["level2", {"name": "matches", "product_ids": ["BTC-USD"]}]`
std::vector<ChannelRequest> channels_of(const Value& request) {
    std::vector<ChannelRequest> channels;
    const Value* const list = request.find("channels");
    if (list == nullptr || list->kind != Value::Kind::array) return channels;
    const auto all = strings_of(request.find("product_ids"));
    for (const auto& member : list->members) {
        if (member.value.kind == Value::Kind::string) {
            channels.push_back({member.value.text, all});
        } else if (member.value.kind == Value::Kind::object) {
            const auto own = strings_of(member.value.find("product_ids"));
            channels.push_back({string_of(member.value, "name"), own.empty() ? all : own});
        }
    }
    return channels;
}

}  // namespace

void on_coinbase_advanced(const Value& request, Talk& talk) {
    const std::string_view type = string_of(request, "type");
    const std::string_view channel = string_of(request, "channel");
    const auto products = strings_of(request.find("product_ids"));
    if (type != "subscribe" && type != "unsubscribe")
        return refuse_advanced("unknown type '" + std::string{type} + "'", talk);
    if (channel.empty()) return refuse_advanced("channel is required", talk);
    const bool join = type == "subscribe";
    if (join && talk.asked.topics.size() + topics_of(products) > talk.limits.topics)
        return refuse_advanced("too many subscriptions", talk);
    if (const auto* const unknown =
            join ? unknown_product(products, std::string{channel}, talk) : nullptr) {
        return refuse_advanced(std::string{*unknown} + " is not a valid product", talk);
    }
    change(join, channel, products, talk);
    std::string all;
    for (const auto& [name, symbols] : by_channel(talk.asked))
        all += (all.empty() ? "" : ",") + quoted(name) + ":" + list_of(symbols);
    talk.say(R"({"channel":"subscriptions","timestamp":")" + rfc3339(talk.now) +
             R"(","sequence_num":0,"events":[{"subscriptions":{)" + all + "}}]}");
}

void on_coinbase_exchange(const Value& request, Talk& talk) {
    const std::string_view type = string_of(request, "type");
    if (type != "subscribe" && type != "unsubscribe")
        return refuse_exchange("unknown type '" + std::string{type} + "'", talk);
    const std::vector<ChannelRequest> channels = channels_of(request);
    if (channels.empty()) return refuse_exchange("no channels", talk);
    const bool join = type == "subscribe";
    std::size_t topics = talk.asked.topics.size();
    for (const ChannelRequest& channel : channels) {
        topics += topics_of(channel.products);
        const std::string name{channel_of(talk.catalog.venue(), channel.name)};
        const auto* const unknown = join ? unknown_product(channel.products, name, talk) : nullptr;
        if (unknown != nullptr)
            return refuse_exchange(std::string{*unknown} + " is not a valid product", talk);
    }
    if (join && topics > talk.limits.topics) return refuse_exchange("too many", talk);
    for (const ChannelRequest& channel : channels)
        change(join, channel.name, channel.products, talk);
    std::string all;
    for (const auto& [name, symbols] : by_channel(talk.asked))
        all += (all.empty() ? "" : ",") + (R"({"name":)" + quoted(name)) + R"(,"product_ids":)" +
               list_of(symbols) + "}";
    talk.say(R"({"type":"subscriptions","channels":[)" + all + "]}");
}

}  // namespace tickweir::gateway::venue
