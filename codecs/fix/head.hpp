// The beginning of a message, `8=...<SOH>9=...<SOH>35=`, judged byte by byte; and its trailer.
// Shared by what only frames and what indexes in the same pass.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codecs/fix/framing.hpp"

namespace tickweir::codecs::fix::detail {

/// `10=ddd<SOH>`.
inline constexpr std::size_t trailer_bytes = 7;
/// `35=x<SOH>`.
inline constexpr std::size_t body_bytes_least = 5;
/// More zeros in front of a BodyLength than this are nobody's.
inline constexpr std::size_t body_length_digits_most = 10;
/// No head that is right reaches farther, its `35=` and a byte of the type included.
inline constexpr std::size_t head_bytes_most = 32;

/// What the head says. `whole`: the lengths are known, though the bytes may not be there yet.
struct Head {
    FrameStatus status = FrameStatus::partial;
    FrameFault fault = FrameFault::none;
    std::size_t fault_at = 0;
    std::size_t body_length_at = 0;  ///< of the value of 9
    std::size_t body_at = 0;         ///< of 35
    std::size_t total_bytes = 0;
};

constexpr bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

/// Goes over the bytes of a head. What is not there yet is a byte that fits nothing.
template <bool all_there>
class HeadReader {
public:
    HeadReader(std::string_view input, std::size_t message_bytes)
        : input_{input}, message_bytes_{std::min(message_bytes, message_bytes_most)} {}

    [[gnu::always_inline]] Head read() {
        if (!take("8=FIX")) return wrong(FrameFault::no_begin);
        if (now() == 'T') ++at_;
        if (!take(".") || !take_digit() || !take(".") || !take_digit() || !take("\x01"))
            return wrong(FrameFault::bad_begin_string);
        if (!take("9=")) return wrong(FrameFault::no_body_length);
        Head head{.status = FrameStatus::whole, .body_length_at = at_};
        if (const FrameFault fault = take_body_length(); fault != FrameFault::none)
            return wrong(fault);
        head.body_at = at_;
        head.total_bytes = at_ + body_bytes_ + trailer_bytes;
        if (!take("35=") || now() == soh) return wrong(FrameFault::no_msg_type);
        if (now() == absent) return {};
        return head;
    }

private:
    static constexpr int absent = -1;

    int now() const {
        if constexpr (!all_there)
            if (at_ >= input_.size()) return absent;
        return static_cast<unsigned char>(input_[at_]);
    }
    bool take(std::string_view text) {
        for (const char c : text) {
            if (now() != c) return false;
            ++at_;
        }
        return true;
    }
    bool take_digit() {
        if (!is_digit(now())) return false;
        ++at_;
        return true;
    }
    /// Stops at the first digit that says too much: with it, its SOH and the trailer the message
    /// would exceed the limit.
    FrameFault take_body_length() {
        const std::size_t first = at_;
        for (; is_digit(now()); ++at_) {
            if (at_ - first == body_length_digits_most) return FrameFault::bad_body_length;
            body_bytes_ = body_bytes_ * 10 + static_cast<std::size_t>(now() - '0');
            if (at_ + 2 + body_bytes_ + trailer_bytes > message_bytes_)
                return FrameFault::body_too_long;
        }
        if (now() == soh && body_bytes_ < body_bytes_least) return FrameFault::bad_body_length;
        return take("\x01") ? FrameFault::none : FrameFault::bad_body_length;
    }
    /// Where the byte that is wrong is not there, nothing is wrong yet.
    Head wrong(FrameFault fault) const {
        if (now() == absent) return {};
        return {.status = FrameStatus::garbled, .fault = fault, .fault_at = at_};
    }

    std::string_view input_;
    std::size_t message_bytes_;
    std::size_t at_ = 0;
    std::size_t body_bytes_ = 0;
};

[[gnu::always_inline]] inline Head read_head(std::string_view input, std::size_t message_bytes) {
    if (input.size() >= head_bytes_most) [[likely]]
        return HeadReader<true>{input, message_bytes}.read();
    return HeadReader<false>{input, message_bytes}.read();
}

/// `message` as long as its head says: does it end as it has to? Then `sum` is its CheckSum, which
/// beyond 255 is the sum of no message.
[[gnu::always_inline]] inline bool read_trailer(std::string_view message, unsigned& sum) {
    const char* const trailer = message.data() + message.size() - trailer_bytes;
    if (trailer[-1] != soh || trailer[0] != '1' || trailer[1] != '0' || trailer[2] != '=' ||
        !is_digit(trailer[3]) || !is_digit(trailer[4]) || !is_digit(trailer[5]) ||
        trailer[6] != soh)
        return false;
    sum = static_cast<unsigned>((trailer[3] - '0') * 100 + (trailer[4] - '0') * 10 +
                                (trailer[5] - '0'));
    return true;
}

/// What to say of input that goes wrong at its beginning: how much of it to drop.
Frame resynchronised(std::string_view input, FrameFault fault, std::size_t fault_at);

}  // namespace tickweir::codecs::fix::detail
