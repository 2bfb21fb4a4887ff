#include "gateway/commands/http_answer_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tickweir::gateway {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Printable and cut, for a reason.
std::string shown(std::string_view text) {
    std::string out{text.substr(0, 64)};
    std::ranges::replace_if(
        out, [](char c) { return c < ' ' || c > '~'; }, '.');
    return "'" + out + (text.size() > 64 ? "...'" : "'");
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Takes the line before the next CRLF (a lone LF counts, RFC 9112 §2.2) off the front.
std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The status of `HTTP/1.1 200 OK`; 0 where the line says something else.
unsigned status_of(std::string_view line) {
    if (!line.starts_with("HTTP/1.0 ") && !line.starts_with("HTTP/1.1 ")) return 0;
    const unsigned status = number<unsigned>(line.substr(9, 3)).value_or(0);
    const bool ends = line.size() == 12 || (line.size() > 12 && line[12] == ' ');
    return ends && status >= 100 && status <= 599 ? status : 0;
}

/// Where the body begins, behind the empty line; none: the head is not whole.
std::optional<std::size_t> head_length(std::string_view bytes) {
    for (std::size_t at = bytes.find('\n'); at != bytes.npos; at = bytes.find('\n', at + 1)) {
        std::size_t next = at + 1;
        if (next < bytes.size() && bytes[next] == '\r') ++next;
        if (next < bytes.size() && bytes[next] == '\n') return next + 1;
    }
    return std::nullopt;
}

}  // namespace

HttpAnswerReader::State HttpAnswerReader::on_bytes(std::string_view bytes) {
    if (state_ != State::unfinished) return state_;
    if (!in_body_) {
        head_ += bytes;
        bytes = {};
        // An interim answer (1xx) has a head of its own before that of the answer.
        while (!in_body_) {
            const auto length = head_length(head_);
            if (length.value_or(head_.size()) > head_bytes_max)
                return refuse("the head of the answer is larger than " +
                              std::to_string(head_bytes_max) + " bytes");
            if (!length) return state_;
            if (read_head(std::string_view{head_}.substr(0, *length)) == State::refused)
                return state_;
            head_.erase(0, *length);
        }
        bytes = head_;
    }
    return read_body(bytes);
}

HttpAnswerReader::State HttpAnswerReader::read_body(std::string_view bytes) {
    if (chunks_) {
        switch (chunks_->on_bytes(bytes, body_limit_, body_)) {
            case ChunkedBody::State::unfinished:
                return state_;
            case ChunkedBody::State::finished:
                return state_ = State::finished;
            case ChunkedBody::State::refused:
                return refuse(chunks_->reason());
        }
    }
    const std::size_t most = length_ ? *length_ : body_limit_ + 1;
    body_ += bytes.substr(0, most - body_.size());
    if (length_ && body_.size() == *length_) state_ = State::finished;
    if (body_.size() > body_limit_)
        return refuse("the answer has more than " + std::to_string(body_limit_) + " bytes");
    return state_;
}

HttpAnswerReader::State HttpAnswerReader::on_end() {
    if (state_ != State::unfinished) return state_;
    if (!in_body_)
        return refuse(head_.empty() ? "the connection was closed without an answer"
                                    : "the answer ends in its head");
    if (chunks_)
        return refuse("the answer ends inside its chunks, after " + std::to_string(body_.size()) +
                      " bytes");
    if (!length_) return state_ = State::finished;
    return refuse("the answer ends after " + std::to_string(body_.size()) + " of " +
                  std::to_string(*length_) + " bytes");
}

HttpAnswerReader::State HttpAnswerReader::read_head(std::string_view head) {
    const std::string_view line = take_line(head);
    const unsigned status = status_of(line);
    if (status == 0) return refuse("this is no HTTP/1.1 answer: " + shown(line));
    status_ = status;
    length_.reset();
    chunks_.reset();
    while (!head.empty()) {
        const std::string_view field = take_line(head);
        if (!field.empty() && read_field(field) == State::refused) return state_;
    }
    if (status_ < 200) return state_;
    in_body_ = true;
    // A length beside chunks says nothing (RFC 9112 §6.3).
    if (chunks_) length_.reset();
    if (status_ == 204 || status_ == 304) {
        length_ = 0;
        chunks_.reset();
    }
    return state_;
}

HttpAnswerReader::State HttpAnswerReader::read_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos) return refuse("a header field has no colon: " + shown(line));
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (same_name(name, "Transfer-Encoding")) {
        if (!same_name(value, "chunked"))
            return refuse("the answer has Transfer-Encoding " + shown(value) +
                          "; only chunked is read");
        chunks_.emplace();
    }
    if (same_name(name, "Retry-After")) retry_after_ = number<std::uint32_t>(value);
    return same_name(name, "Content-Length") ? read_length(value) : state_;
}

HttpAnswerReader::State HttpAnswerReader::read_length(std::string_view value) {
    const auto length = number<std::size_t>(value);
    if (!length || (length_ && *length_ != *length))
        return refuse("the answer has Content-Length " + shown(value));
    if (*length > body_limit_)
        return refuse("the answer has " + std::to_string(*length) + " bytes, more than " +
                      std::to_string(body_limit_));
    length_ = *length;
    return state_;
}

HttpAnswerReader::State HttpAnswerReader::refuse(std::string reason) {
    reason_ = std::move(reason);
    state_ = State::refused;
    return state_;
}

}  // namespace tickweir::gateway
