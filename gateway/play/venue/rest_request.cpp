#include "gateway/play/venue/rest_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "gateway/play/venue/talk.hpp"

namespace tickweir::gateway::venue {
namespace {

using codecs::json::VenueId;

HttpResponse refusal(std::uint16_t status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

HttpResponse binance_refusal(std::uint16_t status, int code, const std::string& why) {
    return refusal(status, R"({"code":)" + std::to_string(code) + R"(,"msg":)" + quoted(why) + "}");
}

HttpResponse bitstamp_refusal(std::uint16_t status, const std::string& why) {
    return refusal(status,
                   R"({"status":"error","reason":)" + quoted(why) + R"(,"code":"API0001"})");
}

/// What stands in a query under a name; empty: nothing.
std::string_view parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) == name && equals != pair.npos) return pair.substr(equals + 1);
    }
    return {};
}

std::string_view depth_path(VenueId venue) {
    if (venue == VenueId::binance_spot) return "/api/v3/depth";
    return venue == VenueId::binance_usdm ? "/fapi/v1/depth" : "/dapi/v1/depth";
}

/// Spot takes any number up to 5000 (what is beyond counts as that), futures some.
std::optional<std::size_t> limit_of(VenueId venue, std::string_view text) {
    constexpr std::size_t spot_most = 5'000;
    constexpr std::array<std::size_t, 7> futures{5, 10, 20, 50, 100, 500, 1'000};
    const bool is_spot = venue == VenueId::binance_spot;
    if (text.empty()) return is_spot ? 100 : 500;
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc{} || end != text.data() + text.size() || limit == 0) return std::nullopt;
    if (is_spot) return std::min(limit, spot_most);
    if (std::ranges::find(futures, limit) == futures.end()) return std::nullopt;
    return limit;
}

std::variant<BookRequest, HttpResponse> read_binance(std::string_view path, std::string_view query,
                                                     const Catalog& catalog) {
    if (path != depth_path(catalog.venue()))
        return binance_refusal(404, -5000, "Path " + std::string{path} + " is not valid");
    const std::string_view symbol = parameter(query, "symbol");
    if (symbol.empty())
        return binance_refusal(400, -1102, "Mandatory parameter 'symbol' was not sent.");
    if (!catalog.has_symbol(symbol)) return binance_refusal(400, -1121, "Invalid symbol.");
    const std::string_view limit_text = parameter(query, "limit");
    const auto limit = limit_of(catalog.venue(), limit_text);
    if (!limit)
        return binance_refusal(400, -4021, std::string{limit_text} + " is not a valid limit");
    return BookRequest{std::string{symbol}, *limit};
}

std::variant<BookRequest, HttpResponse> read_bitstamp(std::string_view path,
                                                      const Catalog& catalog) {
    constexpr std::string_view prefix = "/api/v2/order_book/";
    if (!path.starts_with(prefix)) return bitstamp_refusal(404, "Not found");
    path.remove_prefix(prefix.size());
    if (path.ends_with('/')) path.remove_suffix(1);
    if (!catalog.has_symbol(path)) return bitstamp_refusal(404, "Not found");
    return BookRequest{std::string{path}, std::numeric_limits<std::size_t>::max()};
}

}  // namespace

std::variant<BookRequest, HttpResponse> read_book_request(const HttpRequest& request,
                                                          const Catalog& catalog) {
    const VenueId venue = catalog.venue();
    const bool is_bitstamp = venue == VenueId::bitstamp;
    if (request.method != "GET" && request.method != "HEAD")
        return is_bitstamp ? bitstamp_refusal(405, "Method not allowed")
                           : binance_refusal(405, -1000, "Method not allowed");
    const std::size_t query = request.target.find('?');
    const std::string_view path = request.target.substr(0, query);
    if (is_bitstamp) return read_bitstamp(path, catalog);
    const std::string_view rest =
        query == request.target.npos ? std::string_view{} : request.target.substr(query + 1);
    return read_binance(path, rest, catalog);
}

HttpResponse no_book(VenueId venue, std::string_view symbol) {
    const std::string why = "the capture has no book of " + std::string{symbol} + " here";
    return venue == VenueId::bitstamp ? bitstamp_refusal(503, why)
                                      : binance_refusal(503, -1001, why);
}

}  // namespace tickweir::gateway::venue
