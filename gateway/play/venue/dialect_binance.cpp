// Binance spot and futures: subscriptions by request or in the target, with or without an envelope.
#include <string>
#include <string_view>

#include "gateway/play/venue/frame_label.hpp"
#include "gateway/play/venue/talk.hpp"

namespace tickweir::gateway::venue {
namespace {

Topic topic_of(const Talk& talk, std::string_view stream) {
    const ChannelName name = split_channel(talk.catalog.venue(), stream);
    return {std::string{name.channel}, upper_case(name.symbol)};
}

void refuse(int code, const std::string& why, const Value& request, Talk& talk) {
    talk.say(R"({"error":{"code":)" + std::to_string(code) + R"(,"msg":)" + quoted(why) +
             R"(},"id":)" + scalar_of(request.find("id")) + "}");
}

void answer(const std::string& result, const Value& request, Talk& talk) {
    talk.say(R"({"result":)" + result + R"(,"id":)" + scalar_of(request.find("id")) + "}");
}

std::string list_of(const Asked& asked) {
    std::string list = "[";
    for (const auto& [topic, name] : asked.topics)
        list += (list.size() == 1 ? "" : ",") + quoted(name);
    return list + "]";
}

void set_property(const Value& request, Talk& talk) {
    const Value* const params = request.find("params");
    const bool good = params != nullptr && params->kind == Value::Kind::array &&
                      params->members.size() == 2 && params->members[0].value.text == "combined" &&
                      params->members[1].value.kind == Value::Kind::boolean;
    if (!good) return refuse(2, "Invalid request: property and value are wanted", request, talk);
    talk.asked.combined = params->members[1].value.text == "true";
    answer("null", request, talk);
}

/// Streams of the target: as many as are allowed, the rest is left out.
void join_listed(std::string_view streams, Talk& talk) {
    while (!streams.empty() && !talk.full()) {
        const std::size_t slash = streams.find('/');
        const std::string_view stream = streams.substr(0, slash);
        if (!stream.empty()) talk.join(topic_of(talk, stream), stream);
        streams = slash == streams.npos ? std::string_view{} : streams.substr(slash + 1);
    }
}

}  // namespace

void on_binance_open(std::string_view target, Talk& talk) {
    constexpr std::string_view raw = "/ws/";
    constexpr std::string_view named = "streams=";
    const std::size_t query = target.find('?');
    const std::string_view path = target.substr(0, query);
    if (path.starts_with(raw)) return join_listed(path.substr(raw.size()), talk);
    if (!path.starts_with("/stream")) return;
    talk.asked.combined = true;
    if (query == target.npos) return;
    const std::size_t at = target.find(named, query);
    if (at == target.npos) return;
    std::string_view streams = target.substr(at + named.size());
    join_listed(streams.substr(0, streams.find('&')), talk);
}

void on_binance(const Value& request, Talk& talk) {
    const std::string_view method = string_of(request, "method");
    if (method == "LIST_SUBSCRIPTIONS") return answer(list_of(talk.asked), request, talk);
    if (method == "SET_PROPERTY") return set_property(request, talk);
    if (method != "SUBSCRIBE" && method != "UNSUBSCRIBE") {
        return refuse(2, "Invalid request: unknown variant `" + std::string{method} + "`", request,
                      talk);
    }
    const auto streams = strings_of(request.find("params"));
    if (streams.empty()) return refuse(2, "Invalid request: no streams", request, talk);
    if (method == "SUBSCRIBE" && talk.asked.topics.size() + streams.size() > talk.limits.topics) {
        return refuse(2, "Invalid request: too many streams", request, talk);
    }
    answer("null", request, talk);
    for (const std::string_view stream : streams) {
        const Topic topic = topic_of(talk, stream);
        if (method == "SUBSCRIBE") {
            talk.join(topic, stream);
        } else {
            talk.leave(topic);
        }
    }
}

}  // namespace tickweir::gateway::venue
