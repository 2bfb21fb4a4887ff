// The body of an HTTP message in chunks (RFC 9112 §7.1), from bytes as they come. Pure, bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tickweir::gateway {

class ChunkedBody {
public:
    /// At most so many bytes of a line that tells a chunk's length, or of a trailer.
    static constexpr std::size_t line_bytes_max = 8U << 10;

    enum class State : std::uint8_t { unfinished, finished, refused };

    /// Takes the next bytes and appends what they hold of the body to `out`, which is not to become
    /// longer than `bytes_max`. What follows the end is ignored.
    State on_bytes(std::string_view bytes, std::size_t bytes_max, std::string& out);

    /// Why it is refused.
    const std::string& reason() const { return reason_; }

private:
    enum class Part : std::uint8_t { length, data, data_end, trailer };

    State on_line(std::string_view line, std::size_t room);
    State refuse(std::string reason);

    Part part_ = Part::length;
    State state_ = State::unfinished;
    std::size_t left_ = 0;  // of the chunk
    std::string line_;      // begun
    std::string reason_;
};

}  // namespace tickweir::gateway
