#include "gateway/commands/chunked_body.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tickweir::gateway {

ChunkedBody::State ChunkedBody::on_bytes(std::string_view bytes, std::size_t bytes_max,
                                         std::string& out) {
    while (state_ == State::unfinished && !bytes.empty()) {
        if (part_ == Part::data) {
            const std::string_view data = bytes.substr(0, left_);
            out += data;
            bytes.remove_prefix(data.size());
            left_ -= data.size();
            if (left_ == 0) part_ = Part::data_end;
            continue;
        }
        const std::size_t end = bytes.find('\n');
        line_ += bytes.substr(0, end);
        if (line_.size() > line_bytes_max) return refuse("a line between chunks is too long");
        if (end == bytes.npos) break;
        bytes.remove_prefix(end + 1);
        if (line_.ends_with('\r')) line_.pop_back();
        state_ = on_line(std::exchange(line_, {}), bytes_max - std::min(bytes_max, out.size()));
    }
    return state_;
}

ChunkedBody::State ChunkedBody::on_line(std::string_view line, std::size_t room) {
    if (part_ == Part::trailer) return line.empty() ? State::finished : State::unfinished;
    if (part_ == Part::data_end) {
        part_ = Part::length;
        return line.empty() ? State::unfinished : refuse("a chunk does not end where it should");
    }
    // Extensions, which follow, mean nothing to us.
    const std::string_view digits = line.substr(0, line.find_first_of("; \t"));
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
        return refuse("a chunk has no length");
    if (left_ > room) return refuse("the body is longer than the limit");
    part_ = left_ == 0 ? Part::trailer : Part::data;
    return State::unfinished;
}

ChunkedBody::State ChunkedBody::refuse(std::string reason) {
    reason_ = std::move(reason);
    state_ = State::refused;
    return state_;
}

}  // namespace tickweir::gateway
