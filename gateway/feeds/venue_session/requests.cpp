// The texts of requests, as the captures in shared data and the venues' documentation have them.
#include <algorithm>
#include <string>

#include "gateway/feeds/venue_session/dialect.hpp"

namespace tickweir::gateway {
namespace {

std::string_view channel_of(VenueId venue, const StreamRequest& request) {
    return dialect_of(venue).channels[index_of(request.channel)];
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

void append_lower(std::string_view text, std::string& out) {
    std::ranges::transform(text, std::back_inserter(out), lower);
}

/// `["a","b"]`; `write(symbol)` appends what stands between the quotes.
template <class Write>
void append_names(std::span<const std::string_view> symbols, std::string& out, Write&& write) {
    out += '[';
    for (const std::string_view symbol : symbols) {
        out += out.back() == '[' ? "\"" : ",\"";
        write(symbol);
        out += '"';
    }
    out += ']';
}

void append_symbols(const StreamRequest& request, std::string& out) {
    append_names(request.symbols, out, [&](std::string_view symbol) { out += symbol; });
}

void append_id(std::string_view key, std::uint64_t id, std::string& out) {
    ((out += key) += ':') += std::to_string(id);
}

// ------------------------------------------------------------------------------- by venue

void write_binance(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"method":"SUBSCRIBE","params":)"
                             : R"({"method":"UNSUBSCRIBE","params":)";
    append_names(request.symbols, out, [&](std::string_view symbol) {
        append_lower(symbol, out);
        (out += '@') += channel_of(venue, request);
    });
    append_id(R"(,"id")", request.id, out);
    out += '}';
}

void write_coinbase_advanced(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"type":"subscribe","product_ids":)"
                             : R"({"type":"unsubscribe","product_ids":)";
    append_symbols(request, out);
    ((out += R"(,"channel":")") += channel_of(venue, request)) += "\"}";
}

/// Heartbeats are by product, and come with the books.
void write_coinbase_exchange(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"type":"subscribe","product_ids":)"
                             : R"({"type":"unsubscribe","product_ids":)";
    append_symbols(request, out);
    ((out += R"(,"channels":[")") += channel_of(venue, request)) += '"';
    if (request.subscribe && request.channel == StreamChannel::book) out += R"(,"heartbeat")";
    out += "]}";
}

void write_kraken_v1(VenueId venue, const StreamRequest& request, std::string& out) {
    out +=
        request.subscribe ? R"({"event":"subscribe","pair":)" : R"({"event":"unsubscribe","pair":)";
    append_symbols(request, out);
    ((out += R"(,"subscription":{"name":")") += channel_of(venue, request)) += '"';
    if (request.channel == StreamChannel::book) append_id(R"(,"depth")", request.depth, out);
    out += "}}";
}

void write_kraken_v2(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"method":"subscribe","params":{"channel":")"
                             : R"({"method":"unsubscribe","params":{"channel":")";
    (out += channel_of(venue, request)) += R"(","symbol":)";
    append_symbols(request, out);
    if (request.channel == StreamChannel::book) append_id(R"(,"depth")", request.depth, out);
    if (request.channel == StreamChannel::touch) out += R"(,"event_trigger":"bbo")";
    if (request.subscribe)
        out +=
            request.channel == StreamChannel::book ? R"(,"snapshot":true)" : R"(,"snapshot":false)";
    append_id(R"(},"req_id")", request.id, out);
    out += '}';
}

void write_kraken_futures(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"event":"subscribe","feed":")"
                             : R"({"event":"unsubscribe","feed":")";
    (out += channel_of(venue, request)) += R"(","product_ids":)";
    append_symbols(request, out);
    out += '}';
}

void write_okx(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"op":"subscribe","args":[)" : R"({"op":"unsubscribe","args":[)";
    for (const std::string_view symbol : request.symbols) {
        if (out.back() != '[') out += ',';
        (out += R"({"channel":")") += channel_of(venue, request);
        ((out += R"(","instId":")") += symbol) += "\"}";
    }
    out += "]}";
}

void write_bybit(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"op":"subscribe","args":)" : R"({"op":"unsubscribe","args":)";
    append_names(request.symbols, out, [&](std::string_view symbol) {
        out += channel_of(venue, request);
        if (request.channel == StreamChannel::book) (out += '.') += std::to_string(request.depth);
        (out += '.') += symbol;
    });
    ((out += R"(,"req_id":")") += std::to_string(request.id)) += "\"}";
}

/// `raw` would need an account.
void write_deribit(VenueId venue, const StreamRequest& request, std::string& out) {
    append_id(R"({"jsonrpc":"2.0","id")", request.id, out);
    out += request.subscribe ? R"(,"method":"public/subscribe","params":{"channels":)"
                             : R"(,"method":"public/unsubscribe","params":{"channels":)";
    append_names(request.symbols, out, [&](std::string_view symbol) {
        ((out += channel_of(venue, request)) += '.') += symbol;
        if (request.channel != StreamChannel::touch) out += ".100ms";
    });
    out += "}}";
}

/// One channel a request.
void write_bitstamp(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"event":"bts:subscribe","data":{"channel":")"
                             : R"({"event":"bts:unsubscribe","data":{"channel":")";
    ((out += channel_of(venue, request)) += '_') += request.symbols.front();
    out += "\"}}";
}

void write_bitmex(VenueId venue, const StreamRequest& request, std::string& out) {
    out += request.subscribe ? R"({"op":"subscribe","args":)" : R"({"op":"unsubscribe","args":)";
    append_names(request.symbols, out, [&](std::string_view symbol) {
        ((out += channel_of(venue, request)) += ':') += symbol;
    });
    out += '}';
}

}  // namespace

void write_request(VenueId venue, const StreamRequest& request, std::string& out) {
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return write_binance(venue, request, out);
        case VenueId::coinbase_advanced:
            return write_coinbase_advanced(venue, request, out);
        case VenueId::coinbase_exchange:
            return write_coinbase_exchange(venue, request, out);
        case VenueId::kraken_v1:
            return write_kraken_v1(venue, request, out);
        case VenueId::kraken_v2:
            return write_kraken_v2(venue, request, out);
        case VenueId::kraken_futures:
            return write_kraken_futures(venue, request, out);
        case VenueId::okx:
            return write_okx(venue, request, out);
        case VenueId::bybit:
            return write_bybit(venue, request, out);
        case VenueId::deribit:
            return write_deribit(venue, request, out);
        case VenueId::bitstamp:
            return write_bitstamp(venue, request, out);
        case VenueId::bitmex:
            return write_bitmex(venue, request, out);
    }
}

void write_opening(VenueId venue, std::string& out) {
    if (venue == VenueId::coinbase_advanced)
        out += R"({"type":"subscribe","channel":"heartbeats"})";
    else if (venue == VenueId::kraken_futures)
        out += R"({"event":"subscribe","feed":"heartbeat"})";
    else if (venue == VenueId::deribit)
        out += R"({"jsonrpc":"2.0","id":0,"method":"public/set_heartbeat",)"
               R"("params":{"interval":10}})";
}

void write_ping(VenueId venue, std::uint64_t id, std::string& out) {
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            append_id(R"({"method":"LIST_SUBSCRIPTIONS","id")", id, out);
            out += '}';
            break;
        case VenueId::kraken_v1:
            out += R"({"event":"ping"})";
            break;
        case VenueId::kraken_v2:
            out += R"({"method":"ping"})";
            break;
        case VenueId::okx:
        case VenueId::bitmex:
            out += "ping";
            break;
        case VenueId::bybit:
            out += R"({"op":"ping"})";
            break;
        case VenueId::deribit:
            append_id(R"({"jsonrpc":"2.0","id")", id, out);
            out += R"(,"method":"public/test","params":{}})";
            break;
        case VenueId::bitstamp:
            out += R"({"event":"bts:heartbeat"})";
            break;
        case VenueId::coinbase_advanced:
        case VenueId::coinbase_exchange:
        case VenueId::kraken_futures:
            break;
    }
}

void write_pong(VenueId venue, std::uint64_t id, std::string& out) {
    // What other venues ask they ask with frames of the WebSocket.
    if (venue == VenueId::deribit) write_ping(venue, id, out);
}

void write_snapshot_target(VenueId venue, std::string_view symbol, std::uint32_t depth,
                           std::string& out) {
    if (venue == VenueId::bitstamp) {
        (out += "/api/v2/order_book/") += symbol;
        return;
    }
    out += venue == VenueId::binance_spot   ? "/api/v3/depth?symbol="
           : venue == VenueId::binance_usdm ? "/fapi/v1/depth?symbol="
                                            : "/dapi/v1/depth?symbol=";
    out += symbol;
    (out += "&limit=") += std::to_string(depth);
}

}  // namespace tickweir::gateway
