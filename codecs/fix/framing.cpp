#include "codecs/fix/framing.hpp"

#include <algorithm>

#include "codecs/fix/block_scan.hpp"
#include "codecs/fix/head.hpp"

namespace tickweir::codecs::fix {
namespace {

constexpr std::string_view begin_mark = "8=FIX";

/// After a digit it is the end of another tag, after `=` the beginning of a value.
bool may_begin_behind(char before) {
    return !detail::is_digit(before) && before != '=';
}

/// Where in `input` behind its first byte a message begins; npos if nowhere.
std::size_t find_begin(std::string_view input) {
    std::size_t at = input.find(begin_mark, 1);
    while (at != input.npos && !may_begin_behind(input[at - 1]))
        at = input.find(begin_mark, at + begin_mark.size());
    return at;
}

/// How many bytes at the end of `input`, its first one left aside, are the beginning of begin_mark.
std::size_t begun_at_end(std::string_view input) {
    for (std::size_t count = std::min(begin_mark.size(), input.size()) - 1; count > 0; --count)
        if (input.ends_with(begin_mark.substr(0, count))) return count;
    return 0;
}

}  // namespace

namespace detail {

Frame resynchronised(std::string_view input, FrameFault fault, std::size_t fault_at) {
    const std::size_t found = find_begin(input);
    if (found != input.npos) return {FrameStatus::garbled, fault, found, fault_at};
    // The last byte stays, since it decides about the bytes that come.
    const std::size_t begun = begun_at_end(input);
    const bool may_become = begun != 0 && may_begin_behind(input[input.size() - begun - 1]);
    const std::size_t kept = may_become ? begun : begun + 1;
    if (kept == input.size()) return {};
    return {FrameStatus::garbled, fault, input.size() - kept, fault_at};
}

}  // namespace detail

Frame find_frame(std::string_view input, const FrameLimits& limits) {
    const detail::Head head = detail::read_head(input, limits.message_bytes);
    if (head.status == FrameStatus::partial) return {};
    if (head.status == FrameStatus::garbled)
        return detail::resynchronised(input, head.fault, head.fault_at);
    if (input.size() < head.total_bytes) return {};
    const std::string_view message = input.substr(0, head.total_bytes);
    const std::size_t summed = message.size() - detail::trailer_bytes;
    unsigned sum = 0;
    if (!detail::read_trailer(message, sum))
        return detail::resynchronised(input, FrameFault::bad_trailer, summed - 1);
    if (checksum(message.substr(0, summed)) != sum)
        return {FrameStatus::garbled, FrameFault::bad_checksum, message.size(), summed};
    return {FrameStatus::whole, FrameFault::none, message.size(), 0};
}

std::uint8_t checksum(std::string_view bytes) {
    return detail::FastBlocks::checksum(bytes);
}

std::string_view to_string(FrameFault fault) {
    switch (fault) {
        case FrameFault::none:
            return "none";
        case FrameFault::no_begin:
            return "no begin";
        case FrameFault::bad_begin_string:
            return "bad BeginString";
        case FrameFault::no_body_length:
            return "no BodyLength";
        case FrameFault::bad_body_length:
            return "bad BodyLength";
        case FrameFault::body_too_long:
            return "BodyLength beyond the limit";
        case FrameFault::no_msg_type:
            return "no MsgType";
        case FrameFault::bad_trailer:
            return "no CheckSum where BodyLength says";
        case FrameFault::bad_checksum:
            return "bad CheckSum";
    }
    return "?";
}

}  // namespace tickweir::codecs::fix
