#include "gateway/play/venue/frame_text.hpp"

#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway::venue {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

void append_numbered(std::string& out, std::string_view text, std::uint64_t number) {
    constexpr std::string_view name = R"("sequence_num":)";
    const std::size_t at = text.find(name);
    if (at == text.npos) {
        out += text;
        return;
    }
    std::size_t begin = at + name.size();
    while (begin < text.size() && text[begin] == ' ')
        ++begin;
    std::size_t end = begin;
    while (end < text.size() && is_digit(text[end]))
        ++end;
    out += text.substr(0, begin);
    append_number(out, number);
    out += text.substr(end);
}

std::string_view payload_of(std::string_view text) {
    constexpr std::string_view begin = R"({"stream":")";
    constexpr std::string_view data = R"(","data":)";
    if (!text.starts_with(begin)) return {};
    const std::size_t at = text.find(data, begin.size());
    if (at == text.npos) return {};
    std::string_view payload = text.substr(at + data.size());
    // A frame that was cut off has lost the envelope's end, too.
    if (payload.ends_with("}}") || payload.ends_with("]}")) payload.remove_suffix(1);
    return payload;
}

void append_envelope(std::string& out, std::string_view stream, std::string_view payload) {
    out += R"({"stream":)";
    append_json_string(out, stream);
    out += R"(,"data":)";
    out += payload;
    out += '}';
}

std::string web_socket_frame(std::string_view payload) {
    constexpr std::size_t small = 126;
    constexpr std::size_t medium = 1U << 16U;
    std::string frame;
    frame.reserve(payload.size() + 10);
    const auto length_in = [&](unsigned bytes) {
        for (unsigned i = bytes; i-- > 0;)
            frame += static_cast<char>(static_cast<unsigned char>(payload.size() >> (8 * i)));
    };
    frame += static_cast<char>(0x81);
    if (payload.size() < small) {
        frame += static_cast<char>(payload.size());
    } else if (payload.size() < medium) {
        frame += static_cast<char>(126);
        length_in(2);
    } else {
        frame += static_cast<char>(127);
        length_in(8);
    }
    frame += payload;
    return frame;
}

}  // namespace tickweir::gateway::venue
