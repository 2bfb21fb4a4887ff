// The frames of a JSON capture in memory, each with room behind it, and whether two decoders made
// the same events of one.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/json/frame_decoder.hpp"

namespace tickweir::bench {

namespace json = codecs::json;

/// Frames one behind the other in one block, as they would stand in receive buffers.
struct JsonFrames {
    static constexpr std::size_t room = json::text_padding;  // zeros, so the text ends there

    std::vector<char> bytes;
    std::vector<std::size_t> begins;
    std::vector<std::size_t> lengths;
    std::uint64_t text_bytes = 0;

    std::size_t size() const { return begins.size(); }
    std::string_view at(std::size_t i) const { return {bytes.data() + begins[i], lengths[i]}; }
    void add(std::string_view text) {
        begins.push_back(bytes.size());
        lengths.push_back(text.size());
        bytes.insert(bytes.end(), text.begin(), text.end());
        bytes.insert(bytes.end(), room, '\0');
        text_bytes += text.size();
    }
};

/// The WebSocket frames of a capture; none when it cannot be read.
inline JsonFrames read_frames(const std::string& path) {
    JsonFrames frames;
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return frames;
    std::vector<char> line(std::size_t{32} << 20);
    while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
        std::string_view text{line.data()};
        if (text.ends_with('\n')) text.remove_suffix(1);
        const std::size_t space = text.find(' ');
        if (text.starts_with('#') || space == text.npos) continue;
        text.remove_prefix(space + 1);
        if (text.starts_with('{') || text.starts_with('[')) frames.add(text);
    }
    gzclose(file);
    return frames;
}

/// The first answer to a request; without one both are empty.
struct JsonAnswer {
    std::string target;
    std::string body;  ///< with room behind it

    std::string_view text() const {
        return std::string_view{body}.substr(0,
                                             body.size() - std::min(body.size(), JsonFrames::room));
    }
};

inline JsonAnswer read_answer(const std::string& path) {
    JsonAnswer answer;
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return answer;
    std::vector<char> line(std::size_t{32} << 20);
    while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
        std::string_view text{line.data()};
        const std::size_t at = text.find(" GET ");
        if (text.starts_with('#') || at == text.npos || at > 20) continue;
        if (text.ends_with('\n')) text.remove_suffix(1);
        text.remove_prefix(at + 5);
        const std::size_t blank = text.find(' ');
        answer.target = text.substr(0, blank);
        answer.body = text.substr(blank + 1);
        answer.body.append(JsonFrames::room, '\0');
        break;
    }
    gzclose(file);
    return answer;
}

inline bool same_rows(const json::MarketFrame& left, json::RowRange l,
                      const json::MarketFrame& right, json::RowRange r) {
    if (l.count != r.count) return false;
    for (std::uint32_t i = 0; i < l.count; ++i)
        if (!(left.levels[l.begin + i] == right.levels[r.begin + i])) return false;
    return true;
}

inline bool same_events(const json::MarketFrame& left, const json::MarketFrame& right) {
    if (left.books.size() != right.books.size() || left.trades.size() != right.trades.size() ||
        left.touches.size() != right.touches.size())
        return false;
    for (std::size_t i = 0; i < left.books.size(); ++i) {
        const json::BookEvent& l = left.books[i];
        const json::BookEvent& r = right.books[i];
        if (l.symbol != r.symbol || l.first_id != r.first_id || l.last_id != r.last_id ||
            l.previous_id != r.previous_id || l.time_ns != r.time_ns ||
            !same_rows(left, l.bids, right, r.bids) || !same_rows(left, l.asks, right, r.asks))
            return false;
    }
    for (std::size_t i = 0; i < left.trades.size(); ++i) {
        const json::TradeEvent& l = left.trades[i];
        const json::TradeEvent& r = right.trades[i];
        if (l.symbol != r.symbol || l.id != r.id || !(l.price == r.price) ||
            !(l.quantity == r.quantity) || l.aggressor != r.aggressor || l.time_ns != r.time_ns)
            return false;
    }
    for (std::size_t i = 0; i < left.touches.size(); ++i) {
        const json::TouchEvent& l = left.touches[i];
        const json::TouchEvent& r = right.touches[i];
        if (l.symbol != r.symbol || l.id != r.id || !(l.bid == r.bid) || !(l.ask == r.ask))
            return false;
    }
    return true;
}

}  // namespace tickweir::bench
