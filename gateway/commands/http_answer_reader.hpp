// Reads one HTTP/1.1 answer (RFC 9112) from bytes as they come: bodies of a told length, in chunks,
// or up to the end of the connection. Pure; of bounded size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/commands/chunked_body.hpp"

namespace tickweir::gateway {

class HttpAnswerReader {
public:
    static constexpr std::size_t head_bytes_max = 64U << 10;
    static constexpr std::size_t body_bytes_max = 64U << 20;

    explicit HttpAnswerReader(std::size_t body_limit = body_bytes_max) : body_limit_{body_limit} {}

    enum class State { unfinished, finished, refused };

    /// Takes the next bytes; what follows a finished answer is ignored.
    State on_bytes(std::string_view bytes);
    /// The peer sends no more: an unfinished answer is refused, unless this is what ends its body.
    State on_end();

    unsigned status() const { return status_; }
    /// Seconds that the server wants to be left alone (Retry-After), where it says so in seconds.
    std::optional<std::uint32_t> retry_after() const { return retry_after_; }
    const std::string& body() const { return body_; }
    /// The same without a copy; it is gone from here.
    std::string take_body() { return std::move(body_); }
    /// Why it is refused.
    const std::string& reason() const { return reason_; }

private:
    State read_head(std::string_view head);
    State read_field(std::string_view line);
    State read_length(std::string_view value);
    State read_body(std::string_view bytes);
    State refuse(std::string reason);

    std::size_t body_limit_;
    State state_ = State::unfinished;
    bool in_body_ = false;
    unsigned status_ = 0;
    std::optional<std::size_t> length_;
    std::optional<ChunkedBody> chunks_;
    std::optional<std::uint32_t> retry_after_;
    std::string head_;
    std::string body_;
    std::string reason_;
};

}  // namespace tickweir::gateway
