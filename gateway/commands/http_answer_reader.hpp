// Reads one HTTP/1.1 answer (RFC 9112) from bytes as they come. Pure; only bodies with a
// Content-Length, and of bounded size.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::gateway {

class HttpAnswerReader {
public:
    static constexpr std::size_t head_bytes_max = 64U << 10;
    static constexpr std::size_t body_bytes_max = 64U << 20;

    enum class State { unfinished, finished, refused };

    /// Takes the next bytes; what follows a finished answer is ignored.
    State on_bytes(std::string_view bytes);
    /// The peer sends no more: an unfinished answer is refused.
    State on_end();

    unsigned status() const { return status_; }
    const std::string& body() const { return body_; }
    /// Why it is refused.
    const std::string& reason() const { return reason_; }

private:
    State read_head(std::string_view head);
    State read_field(std::string_view line);
    State refuse(std::string reason);

    State state_ = State::unfinished;
    bool in_body_ = false;
    unsigned status_ = 0;
    std::optional<std::size_t> length_;
    std::string head_;
    std::string body_;
    std::string reason_;
};

}  // namespace tickweir::gateway
