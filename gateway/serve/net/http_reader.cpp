#include "gateway/serve/net/http_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

// What of the two libraries is no template is compiled here, once.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>

namespace tickweir::gateway {
namespace {

namespace http = boost::beast::http;

/// The body of a request: counted by the parser, and dropped.
struct DroppedBody {
    struct value_type {};
    class reader {
    public:
        template <bool is_request, class Fields>
        reader(http::header<is_request, Fields>&, value_type&) {}
        void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& error) {
            error = {};
        }
        template <class Buffers>
        std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
            error = {};
            return boost::asio::buffer_size(buffers);
        }
        void finish(boost::beast::error_code& error) { error = {}; }
    };
};
using Request = http::request<DroppedBody>;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

/// `http://host/path` and `https://host/path` as `/path`.
std::string_view origin_form(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        if (path == std::string_view::npos || target[path] == '?') return "/";
        return target.substr(path);
    }
    return target;
}

/// Whether the target of a request line, finished or not, is longer than the limit.
bool target_too_long(std::string_view input, std::size_t limit) {
    const std::size_t begin = input.find(' ');
    if (begin == std::string_view::npos) return false;
    const std::size_t end = input.find_first_of(" \r\n", begin + 1);
    return (end == std::string_view::npos ? input.size() : end) - begin - 1 > limit;
}

/// Whether a request line is right but for its version; not where a blank stands in the target,
/// after which the parser looks for the version.
bool has_other_version(std::string_view input) {
    const std::string_view line = input.substr(0, input.find("\r\n"));
    const std::size_t target = line.find(' ');
    const std::size_t version = target == line.npos ? line.npos : line.find(' ', target + 1);
    if (version == line.npos) return false;
    const std::string_view told = line.substr(version + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return told.size() == 8 && told.starts_with("HTTP/") && is_digit(told[5]) && told[6] == '.' &&
           is_digit(told[7]);
}

}  // namespace

struct HttpReader::Parser {
    explicit Parser(const HttpReaderLimits& limits) {
        parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        parser.body_limit(limits.body_bytes);
        parser.eager(true);
    }

    http::request_parser<DroppedBody> parser;
};

HttpReader::HttpReader(const HttpReaderLimits& limits) : limits_{limits} {}

HttpReader::~HttpReader() = default;

void HttpReader::reset() {
    parser_.reset();
    whole_ = false;
    request_ = {};
}

HttpReader::Step HttpReader::read(std::string_view input) {
    if (whole_) reset();
    if (!parser_) {
        // Empty lines before a request are skipped (RFC 9112 §2.2).
        std::size_t empty = 0;
        while (input.substr(empty).starts_with("\r\n"))
            empty += 2;
        if (input.size() - empty < 2) return {Outcome::incomplete, empty};
        if (empty > 0) {
            Step step = read(input.substr(empty));
            step.used += empty;
            return step;
        }
        parser_ = std::make_unique<Parser>(limits_);
    }
    auto& parser = parser_->parser;

    boost::beast::error_code error;
    const bool in_header = !parser.is_header_done();
    const std::size_t used =
        parser.put(boost::asio::const_buffer{input.data(), input.size()}, error);
    const bool header_read = in_header && parser.is_header_done();
    const std::size_t target_bytes = parser.get().target().size();
    if (target_bytes > limits_.target_bytes ||
        (in_header && target_bytes == 0 && target_too_long(input, limits_.target_bytes))) {
        return refuse(414, "target too long");
    }
    if (error == http::error::need_more) error = {};
    if (error == http::error::header_limit) return refuse(431, "header too large");
    if (error == http::error::body_limit) return refuse(413, "body too large");
    if (error == http::error::bad_version) {
        return has_other_version(input)
                   ? refuse(505, "not HTTP/1.0 or HTTP/1.1")
                   : refuse(400, "the request line has to be METHOD TARGET HTTP/1.1");
    }
    if (error) return refuse(400, error.message());
    if (header_read && !parser.is_done() && parser.get().count(http::field::expect) > 0) {
        return refuse(417, "no resource takes a body");
    }
    if (!parser.is_done()) return {Outcome::incomplete, used};

    const Request& request = parser.get();
    const std::size_t hosts = request.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && request.version() == 11)) {
        return refuse(400, "one Host header is needed");
    }
    take_request();
    return {Outcome::request, used};
}

void HttpReader::take_request() {
    whole_ = true;
    const auto& parser = parser_->parser;
    const Request& request = parser.get();
    const auto field = [&request](http::field name) { return view(request[name]); };
    request_ = {};
    request_.request.method = view(request.method_string());
    request_.request.target = origin_form(view(request.target()));
    request_.request.authorization = field(http::field::authorization);
    request_.request.has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
    request_.keep_alive = parser.keep_alive();
    request_.http_1_1 = request.version() == 11;
    request_.host = field(http::field::host);
    request_.origin = field(http::field::origin);
    request_.wants_web_socket =
        http::token_list{request[http::field::connection]}.exists("upgrade") &&
        http::token_list{request[http::field::upgrade]}.exists("websocket");
    request_.web_socket_version = field(http::field::sec_websocket_version);
    request_.web_socket_key = field(http::field::sec_websocket_key);
}

HttpReader::Step HttpReader::refuse(std::uint16_t status, std::string reason) {
    refusal_ = {status, std::move(reason)};
    return {Outcome::refused, 0};
}

}  // namespace tickweir::gateway
