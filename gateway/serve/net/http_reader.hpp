// Bytes of an HTTP/1.x connection into one request after the other. Bounded; knows no socket. The
// parser is Beast's, and hidden.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/serve/http_message.hpp"

namespace tickweir::gateway {

struct HttpReaderLimits {
    std::size_t header_bytes = 8 * 1024;
    std::size_t target_bytes = 4 * 1024;
    std::size_t body_bytes = 64 * 1024;
};

/// A whole request; the views live until the reader reads again. Its body was read and dropped: no
/// resource takes one.
struct ReceivedRequest {
    HttpRequest request;  ///< an absolute target (RFC 9112 §3.2.2) is cut to its path
    bool keep_alive = false;
    bool http_1_1 = true;
    std::string_view host;
    std::string_view origin;  ///< empty: none
    bool wants_web_socket = false;
    std::string_view web_socket_version;
    std::string_view web_socket_key;
};

/// Why the bytes are no request. The connection cannot go on.
struct HttpRefusal {
    std::uint16_t status = 400;
    std::string reason;
};

class HttpReader {
public:
    explicit HttpReader(const HttpReaderLimits& limits);
    ~HttpReader();

    enum class Outcome : std::uint8_t {
        incomplete,  ///< give what is left of the input again, with more behind it
        request,
        refused,
    };
    struct Step {
        Outcome outcome = Outcome::incomplete;
        std::size_t used = 0;  ///< bytes of the input that need not be given again
    };

    /// Reads at most one request.
    Step read(std::string_view input);

    /// After Outcome::request.
    const ReceivedRequest& request() const { return request_; }
    /// After Outcome::refused.
    const HttpRefusal& refusal() const { return refusal_; }
    /// Whether a request has begun and is not whole.
    bool under_way() const { return parser_ != nullptr && !whole_; }
    /// Forgets the request and gives its memory back.
    void reset();

private:
    struct Parser;

    Step refuse(std::uint16_t status, std::string reason);
    void take_request();

    HttpReaderLimits limits_;
    std::unique_ptr<Parser> parser_;  // of a request under way or read
    bool whole_ = false;
    ReceivedRequest request_;
    HttpRefusal refusal_;
};

}  // namespace tickweir::gateway
