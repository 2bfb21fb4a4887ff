// Anything that clients send to the local exchange: the first byte names the venue, then come
// lines. `<FRAME` is one of the capture, noted before and played at its place; `/TARGET` connects
// there, or asks for it over HTTP; any other line is a message of the client who came last.
// Whatever comes, what is said is JSON, limits hold, and what is joined the capture has.
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sys/uio.h>

#include "book/ensure.hpp"
#include "codecs/json/frame_decoder.hpp"
#include "codecs/json/query_answer.hpp"
#include "gateway/play/venue/exchange.hpp"
#include "gateway/play/venue/frame_text.hpp"

namespace {

using namespace tickweir;
using namespace tickweir::gateway;
using namespace tickweir::gateway::venue;
using book::ensure;
using codecs::json::FrameStatus;
using codecs::json::VenueId;

constexpr std::size_t clients_max = 3;
constexpr std::size_t client_bytes_max = 64 << 10;
constexpr DialectLimits dialect_limits{.topics = 8, .request_bytes = 4'096};
constexpr ExchangeLimits exchange_limits{.clients = clients_max,
                                         .client_bytes = client_bytes_max,
                                         .waiting_answers = 4,
                                         .dialect = dialect_limits};

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        // A copy of its own, so that reading beyond the padding is seen.
        lines.back().append(replay::JsonCapture::padding, ' ');
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return lines;
}

std::string_view without_padding(const std::string& line) {
    return std::string_view{line}.substr(0, line.size() - replay::JsonCapture::padding);
}

Catalog catalog_of(VenueId venue, const std::vector<std::string>& lines) {
    // Kept, for its buffers cost more than what it decodes here.
    static std::map<VenueId, codecs::json::FrameDecoder> decoders;
    codecs::json::FrameDecoder& decoder = decoders.try_emplace(venue, venue).first->second;
    Catalog catalog{venue};
    codecs::json::MarketFrame frame;
    FrameLabel label;
    for (const std::string& line : lines) {
        const std::string_view text = without_padding(line);
        if (!text.starts_with('<')) continue;
        label.channel = {};
        label.symbols.clear();
        if (decoder.decode_frame(text.substr(1), frame) != FrameStatus::ok) continue;
        label_frame(venue, text.substr(1), label);
        catalog.note(label, frame, 0);
    }
    return catalog;
}

/// One client's side of the talk, without the exchange.
void check_reaction(const Catalog& catalog, const Reaction& reaction, const Asked& asked) {
    ensure(asked.topics.size() <= dialect_limits.topics);
    for (const Step& step : reaction) {
        if (const Say* const say = std::get_if<Say>(&step)) {
            const auto said = codecs::json::parse_value(say->text, {.nesting = 16});
            ensure(say->text == "pong" || std::holds_alternative<codecs::json::Value>(said));
        } else if (const Join* const join = std::get_if<Join>(&step)) {
            // Binance takes every name of a stream.
            ensure(has_envelopes(catalog.venue()) || catalog.offers(join->topic));
        }
    }
}

/// Takes all that waits for a client, in pieces.
void take(Exchange& exchange, ClientId client, book::TimeNs now) {
    ensure(exchange.unsent_bytes(client) <= client_bytes_max);
    std::array<iovec, 3> pieces{};
    while (const std::size_t count = exchange.gather(client, pieces)) {
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < count; ++i)
            bytes += pieces[i].iov_len;
        ensure(bytes != 0 && bytes <= exchange.unsent_bytes(client));
        exchange.sent(client, bytes, now);
    }
    ensure(exchange.unsent_bytes(client) == 0);
}

/// A request over HTTP: what is refused is not 200, and what is taken names a known symbol.
void ask(Exchange& exchange, const Catalog& catalog, std::string_view target, book::TimeNs now) {
    const HttpRequest request{"GET", target, {}};
    const auto read = read_book_request(request, catalog);
    if (const auto* const book = std::get_if<BookRequest>(&read))
        ensure(catalog.has_symbol(book->symbol) && book->levels != 0);
    else
        ensure(std::get<HttpResponse>(read).status >= 400);
    const auto answer = exchange.handle(request, PendingAnswer{1}, now);
    if (!answer) return;
    ensure(std::holds_alternative<codecs::json::Value>(codecs::json::parse_value(answer->body)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto venue = static_cast<VenueId>(data[0] % codecs::json::venue_names.size());
    const ExchangeFaults faults{.delay =
                                    std::chrono::milliseconds{(data[0] & 0x80) != 0 ? 400 : 0}};
    const auto lines = lines_of({reinterpret_cast<const char*>(data + 1), size - 1});
    const Catalog catalog = catalog_of(venue, lines);
    const Dialect dialect{catalog, dialect_limits};
    Exchange exchange{catalog, faults, exchange_limits};
    std::vector<ClientId> clients;
    Asked asked;
    book::TimeNs now{};
    for (const std::string& line : lines) {
        const std::string_view text = without_padding(line);
        now += std::chrono::milliseconds{300};
        if (text.starts_with('<')) {
            exchange.on_line({replay::JsonLineKind::frame, now, {}, text.substr(1), 0});
        } else if (text.starts_with('/') && exchange.streams_at(text)) {
            if (clients.size() == clients_max) {
                ensure(!exchange.open(text, now));
                exchange.close(clients.front());
                clients.erase(clients.begin());
            }
            clients.push_back(exchange.open(text, now).value());
            asked = {};
            check_reaction(catalog, dialect.on_open(text, asked, now), asked);
        } else if (text.starts_with('/')) {
            ask(exchange, catalog, text, now);
        } else if (!clients.empty()) {
            exchange.on_message(clients.back(), text, now);
            check_reaction(catalog, dialect.on_message(text, asked, now), asked);
        }
        exchange.turn(now);
        for (const ClientId client : exchange.due())
            take(exchange, client, now);
        check_reaction(catalog, dialect.on_second(asked, 10, now), asked);
    }
    ensure(exchange.take_answers().size() <= lines.size());
    return 0;
}
