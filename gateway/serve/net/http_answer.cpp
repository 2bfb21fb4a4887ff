#include "gateway/serve/net/http_answer.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <utility>

namespace tickweir::gateway {
namespace {

/// Of answers that are no pages: should a browser show one, nothing in it may load or run.
constexpr std::string_view policy_of_data = "default-src 'none'; frame-ancestors 'none'";

constexpr std::array<std::pair<std::uint16_t, std::string_view>, 23> phrases{{
    {200, "OK"},
    {204, "No Content"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

std::string_view phrase(std::uint16_t status) {
    for (const auto& [known, text] : phrases) {
        if (known == status) return text;
    }
    return "Unknown";
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

/// What a status obliges to say (RFC 9110 §10.2.1, §10.2.3, §11.6.1, §7.8).
void append_status_fields(std::string& out, const HttpResponse& response) {
    switch (response.status) {
        case 204:
        case 405:
            append_field(out, "Allow", response.allow);
            break;
        case 401:
            append_field(out, "WWW-Authenticate", "Bearer");
            break;
        case 426:
            append_field(out, "Upgrade", "websocket");
            append_field(out, "Sec-WebSocket-Version", "13");
            break;
        case 429:
        case 503:
            append_field(out, "Retry-After", "1");
            break;
        default:
            break;
    }
}

void append_connection(std::string& out, std::uint16_t status, const AnswerForm& form) {
    if (!form.keep_alive) {
        append_field(out, "Connection", status == 426 ? "close, upgrade" : "close");
    } else if (status == 426) {
        append_field(out, "Connection", "upgrade");
    } else if (!form.http_1_1) {
        append_field(out, "Connection", "keep-alive");
    }
}

}  // namespace

HttpResponse refusal_answer(std::uint16_t status, std::string_view reason) {
    HttpResponse response;
    response.status = status;
    response.body = "{\"code\": " + std::to_string(status) + ", \"reason\": \"";
    response.body.append(reason).append("\"}");
    return response;
}

std::string_view HttpAnswers::date(book::TimeNs now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (second == date_second_) return date_;
    date_second_ = second;
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    const std::size_t length =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    date_.assign(text.data(), length);
    return date_;
}

void HttpAnswers::append(std::string& out, const HttpResponse& response, const AnswerForm& form,
                         book::TimeNs now) {
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(phrase(response.status)).append("\r\n");
    append_field(out, "Date", date(now));
    append_status_fields(out, response);
    append_connection(out, response.status, form);
    append_field(out, "Cache-Control", response.cacheable ? "public, max-age=60" : "no-store");
    append_field(out, "X-Content-Type-Options", "nosniff");
    append_field(out, "Referrer-Policy", "no-referrer");
    append_field(out, "Content-Security-Policy",
                 response.content_security_policy.empty() ? policy_of_data
                                                          : response.content_security_policy);
    if (response.status != 204) {
        append_field(out, "Content-Type", response.content_type);
        append_field(out, "Content-Length", std::to_string(response.body.size()));
    }
    out.append("\r\n");
    if (!form.head_only && response.status != 204) out.append(response.body);
}

}  // namespace tickweir::gateway
