// The keys of [feeds.NAME]. Those of one kind of feed begin with its name.
#include "gateway/config/schema_ranges.hpp"

namespace tickweir::gateway {
namespace {

constexpr Allowed endpoint_text = text(1, 256);

constexpr Key keys[]{
    {"kind",
     "Where it comes from; \"capture\": recorded files, \"itch-mold\": MoldUDP64,\n"
     "\"itch-soup\": SoupBinTCP, \"json\": a venue's WebSocket. A key that names a kind is of that "
     "kind alone.",
     field<&FeedConfig::kind>()},
    {"venue",
     "The venue whose instruments it carries; ignored of JSON captures, which name their own. Of\n"
     "kind \"json\" one of binance-spot, binance-usdm, binance-coinm, coinbase-advanced,\n"
     "coinbase-exchange, kraken-v1, kraken-v2, kraken-futures, okx, bybit, deribit, bitstamp,\n"
     "bitmex (required).",
     field<&FeedConfig::venue>(), text(1, 64)},
    {"timezone", "The exchange's time zone, as the IANA database names it.",
     field<&FeedConfig::timezone>(), text(1, 64)},
    {"stale_after_ms",
     "Milliseconds of silence after which it counts as stale; 0: never; -1: 5000 of a live feed,\n"
     "never of a capture.",
     field<&FeedConfig::stale_after_ms>(), between(0, 86'400'000)},
    {"path",
     "capture: the file to play, or an array of files to play one behind the other (required).",
     field<&FeedConfig::path>(), text(1, 4'096)},
    {"speed", "capture: times as fast as recorded; \"max\": as fast as it goes.",
     field<&FeedConfig::speed>()},
    {"loop",
     "capture: begin again at the end; each round is a new session with its times moved to now.",
     field<&FeedConfig::loop>()},
    {"lines", "itch-mold: one or two of udp://ADDRESS:PORT with the same stream (required).",
     part<&FeedConfig::mold, &MoldConfig::lines>(), endpoint_text},
    {"interface",
     "itch-mold: the IPv4 address of the interface to receive at, one for all lines or one a "
     "line;\n"
     "none: the system chooses.",
     part<&FeedConfig::mold, &MoldConfig::interface>(), endpoint_text},
    {"rerequest", "itch-mold: udp://ADDRESS:PORT of the servers that lost messages are asked of.",
     part<&FeedConfig::mold, &MoldConfig::rerequest>(), endpoint_text},
    {"receive_buffer_bytes", "itch-mold: bytes that the kernel keeps for a line (SO_RCVBUF).",
     part<&FeedConfig::mold, &MoldConfig::receive_buffer_bytes>(), between(64 * kib, gib)},
    {"batch", "itch-mold: packets taken from the kernel in one call.",
     part<&FeedConfig::mold, &MoldConfig::batch>(), between(1, 1'024)},
    {"reorder_wait_us",
     "itch-mold: microseconds that a hole may be filled by lateness or the other line.",
     part<&FeedConfig::mold, &MoldConfig::reorder_wait_us>(), between(0, 10'000'000)},
    {"reorder_packets",
     "itch-mold: packets of every line from behind a hole that end the wait sooner.",
     part<&FeedConfig::mold, &MoldConfig::reorder_packets>(), between(1, 65'536)},
    {"buffer_packets", "itch-mold: packets kept from behind a hole.",
     part<&FeedConfig::mold, &MoldConfig::buffer_packets>(), between(16, 65'536)},
    {"request_timeout_ms",
     "itch-mold: milliseconds to the next request for the same messages; doubled each time.",
     part<&FeedConfig::mold, &MoldConfig::request_timeout_ms>(), between(1, 60'000)},
    {"request_messages", "itch-mold: messages of one request.",
     part<&FeedConfig::mold, &MoldConfig::request_messages>(), between(1, 65'535)},
    {"requests_per_second", "itch-mold: requests a second, to all servers together.",
     part<&FeedConfig::mold, &MoldConfig::requests_per_second>(), between(1, 1'000'000)},
    {"requests_in_flight", "itch-mold: requests that wait for an answer at one time.",
     part<&FeedConfig::mold, &MoldConfig::requests_in_flight>(), between(1, 64)},
    {"give_up_ms",
     "itch-mold: milliseconds of a gap after which the books are out of sync until it is filled.",
     part<&FeedConfig::mold, &MoldConfig::give_up_ms>(), between(1, 60'000)},
    {"address", "itch-soup: tcp://ADDRESS:PORT of the server (required).",
     part<&FeedConfig::soup, &SoupConfig::address>(), text(0, 256)},
    {"username", "itch-soup: at most 6 letters and digits.",
     part<&FeedConfig::soup, &SoupConfig::username>(), text(0, 6)},
    {"password", "itch-soup: none or one; \"env:NAME\", \"file:PATH\" or the password itself.",
     part<&FeedConfig::soup, &SoupConfig::password>(), text(1, 4'096)},
    {"session", "itch-soup: the session to ask for; empty: the current one.",
     part<&FeedConfig::soup, &SoupConfig::session>(), text(0, 10)},
    {"login_timeout_ms", "itch-soup: milliseconds from connecting to the answer to the login.",
     part<&FeedConfig::soup, &SoupConfig::login_timeout_ms>(), timeout_ms},
    {"reconnect_ms",
     "itch-soup, json: milliseconds before the next attempt to connect, doubled ...",
     part<&FeedConfig::connect, &ConnectConfig::reconnect_ms>(), between(1, 600'000)},
    {"reconnect_max_ms", "itch-soup, json: ... up to so many.",
     part<&FeedConfig::connect, &ConnectConfig::reconnect_max_ms>(), between(1, 600'000)},
    {"silence_ms", "itch-soup, json: milliseconds of the server's silence that end a connection.",
     part<&FeedConfig::connect, &ConnectConfig::silence_ms>(), timeout_ms},
    {"symbols", "json: what to subscribe to, in the venue's own spelling (required).",
     part<&FeedConfig::json, &JsonConfig::symbols>(), text(1, 64)},
    {"channels",
     "json: \"book\" and, if wanted, \"trades\" and \"touch\" (the venue's own best bid and ask);\n"
     "none: books and trades, and of Binance, whose books can be checked against it, touch.",
     part<&FeedConfig::json, &JsonConfig::channels>(), text(1, 16)},
    {"depth",
     "json: levels a side of the books, or of the snapshot where these come over HTTP, where the "
     "venue\n"
     "lets choose; 0: its usual number.",
     part<&FeedConfig::json, &JsonConfig::depth>(), between(0, 5'000)},
    {"url", "json: wss://HOST[:PORT][/PATH] of the WebSocket, or ws://...; empty: the venue's own.",
     part<&FeedConfig::json, &JsonConfig::url>(), text(0, 1'024)},
    {"rest_url",
     "json: https://HOST[:PORT] that snapshots are asked of, or http://...; empty: the venue's "
     "own.",
     part<&FeedConfig::json, &JsonConfig::rest_url>(), text(0, 1'024)},
    {"ca_file",
     "json: a PEM file with the authorities whose certificates are trusted; empty: the system's.",
     part<&FeedConfig::json, &JsonConfig::ca_file>(), path_text},
    {"streams_per_connection",
     "json: at most so many on one connection; more open further ones; 0: the venue's limit.",
     part<&FeedConfig::json, &JsonConfig::streams_per_connection>(), between(0, 10'000)},
    {"snapshots_per_second", "json: snapshots asked for over HTTP, if the venue allows as many.",
     part<&FeedConfig::json, &JsonConfig::snapshots_per_second>(), between(1, 1'000)},
    {"snapshots_in_flight", "json: snapshots that are waited for at one time.",
     part<&FeedConfig::json, &JsonConfig::snapshots_in_flight>(), between(1, 64)},
    {"snapshot_timeout_ms",
     "json: milliseconds from asking for a snapshot to all of it; one that a subscription should\n"
     "have brought is asked for again after them.",
     part<&FeedConfig::json, &JsonConfig::snapshot_timeout_ms>(), timeout_ms},
    {"connect_timeout_ms",
     "json: milliseconds from looking the host up to the end of the WebSocket's handshake.",
     part<&FeedConfig::json, &JsonConfig::connect_timeout_ms>(), timeout_ms},
    {"answer_timeout_ms", "json: milliseconds from a subscription to the venue's answer.",
     part<&FeedConfig::json, &JsonConfig::answer_timeout_ms>(), timeout_ms},
    {"message_bytes_max", "json: bytes of a frame or a snapshot; a longer one ends the connection.",
     part<&FeedConfig::json, &JsonConfig::message_bytes_max>(), between(64 * kib, 32 * mib)},
};

}  // namespace

std::span<const Key> feed_keys() {
    return keys;
}

}  // namespace tickweir::gateway
