// What must hold between the keys of a feed, and between feeds and their recording.
#include "gateway/config/check_feeds.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "codecs/json/venue_id.hpp"
#include "gateway/feeds/venue_session/dialect.hpp"

namespace tickweir::gateway {
namespace {

using Found = std::vector<CrossComplaint>;

void must_be_empty(bool empty, const std::string& key, FeedKind kind, Found& out) {
    if (!empty) out.push_back({key, "is not a key of kind \"" + std::string{name_of(kind)} + "\""});
}

void check_mold(const std::string& feed, const MoldConfig& mold, Found& out) {
    if (mold.lines.empty() || mold.lines.size() > 2)
        out.push_back({feed + ".lines", "must be one or two of udp://ADDRESS:PORT, got " +
                                            std::to_string(mold.lines.size())});
    const std::size_t interfaces = mold.interface.size();
    if (interfaces > 1 && interfaces != mold.lines.size())
        out.push_back({feed + ".interface", "must be none, one for all lines or one a line, got " +
                                                std::to_string(interfaces)});
    if (mold.rerequest.size() > rerequest_servers_max)
        out.push_back(
            {feed + ".rerequest", "must be at most " + std::to_string(rerequest_servers_max) +
                                      " servers, got " + std::to_string(mold.rerequest.size())});
}

void check_soup(const std::string& feed, const SoupConfig& soup, Found& out) {
    if (soup.address.empty())
        out.push_back({feed + ".address", "is missing: tcp://ADDRESS:PORT of the server"});
    if (soup.password.size() > 1)
        out.push_back(
            {feed + ".password", "must be one, got " + std::to_string(soup.password.size())});
}

void check_connect(const std::string& feed, const ConnectConfig& connect, Found& out) {
    if (connect.reconnect_ms > connect.reconnect_max_ms)
        out.push_back({feed + ".reconnect_ms", "must be at most reconnect_max_ms, which is " +
                                                   std::to_string(connect.reconnect_max_ms) +
                                                   ", got " +
                                                   std::to_string(connect.reconnect_ms)});
}

void check_symbols(const std::string& feed, const std::vector<std::string>& symbols, Found& out) {
    if (symbols.empty()) out.push_back({feed + ".symbols", "is missing: what to subscribe to"});
    if (symbols.size() > json_symbols_max)
        out.push_back({feed + ".symbols", "must be at most " + std::to_string(json_symbols_max) +
                                              ", got " + std::to_string(symbols.size())});
    std::set<std::string_view> seen;
    for (const std::string& symbol : symbols) {
        if (!is_symbol(symbol))
            out.push_back({feed + ".symbols",
                           "must have letters, digits and ._/:- only, got \"" + symbol + '"'});
        else if (!seen.insert(symbol).second)
            out.push_back({feed + ".symbols", "names \"" + symbol + "\" twice"});
    }
}

void check_json(const std::string& feed, const FeedConfig& config, Found& out) {
    if (!codecs::json::venue_named(config.venue))
        out.push_back({feed + ".venue",
                       "must be the id of a venue that speaks JSON, such as "
                       "\"binance-spot\", got \"" +
                           config.venue + '"'});
    check_symbols(feed, config.json.symbols, out);
    const auto& known = stream_channel_names;
    for (const std::string& channel : config.json.channels)
        if (std::ranges::find(known, channel) == known.end())
            out.push_back(
                {feed + ".channels",
                 "must be of \"book\", \"trades\" and \"touch\", got \"" + channel + '"'});
    const auto& channels = config.json.channels;
    if (!channels.empty() && std::ranges::find(channels, "book") == channels.end())
        out.push_back({feed + ".channels", "must have \"book\" among them"});
}

void check_feed(const std::string& feed, const FeedConfig& config, Found& out) {
    if (config.kind == FeedKind::capture) {
        if (config.path.empty())
            out.push_back({feed + ".path", "is missing: a capture needs a file"});
    } else {
        must_be_empty(config.path.empty(), feed + ".path", config.kind, out);
        must_be_empty(!config.loop, feed + ".loop", config.kind, out);
    }
    if (config.kind == FeedKind::itch_mold) {
        check_mold(feed, config.mold, out);
    } else {
        must_be_empty(config.mold.lines.empty(), feed + ".lines", config.kind, out);
        must_be_empty(config.mold.rerequest.empty(), feed + ".rerequest", config.kind, out);
    }
    if (config.kind == FeedKind::itch_soup)
        check_soup(feed, config.soup, out);
    else
        must_be_empty(config.soup.address.empty(), feed + ".address", config.kind, out);
    if (config.kind == FeedKind::json) {
        check_json(feed, config, out);
    } else {
        must_be_empty(config.json.symbols.empty(), feed + ".symbols", config.kind, out);
        must_be_empty(config.json.url.empty(), feed + ".url", config.kind, out);
    }
    if (config.kind == FeedKind::itch_soup || config.kind == FeedKind::json)
        check_connect(feed, config.connect, out);
}

/// Messages of ITCH do not fit into a capture of JSON; the other way round the format is of no
/// meaning.
void check_format(const Config& config, Found& out) {
    if (config.record.format != RecordFormat::json) return;
    for (const auto& [name, feed] : config.feeds) {
        const auto& recorded = config.record.feeds;
        const bool is_recorded =
            recorded.empty() || std::ranges::find(recorded, name) != recorded.end();
        if (is_recorded && (feed.kind == FeedKind::itch_mold || feed.kind == FeedKind::itch_soup))
            out.push_back({"record.format", "is \"json\", and \"" + name + "\" is a feed of ITCH"});
    }
}

}  // namespace

void check_feeds(const Config& config, Found& out) {
    for (const auto& [name, feed] : config.feeds)
        check_feed("feeds." + name, feed, out);
    if (config.record.directory.empty()) return;
    check_format(config, out);
    for (const std::string& name : config.record.feeds) {
        const auto feed = config.feeds.find(name);
        if (feed == config.feeds.end())
            out.push_back({"record.feeds", "names no feed: \"" + name + "\""});
        else if (feed->second.kind == FeedKind::capture)
            out.push_back(
                {"record.feeds", "names a capture, which is a file already: \"" + name + "\""});
    }
}

}  // namespace tickweir::gateway
