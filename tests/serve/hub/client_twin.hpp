// A WebSocket client written apart from the server: takes the bytes of frames in any pieces, checks
// the chain of prev and seq, and rebuilds what the streams tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::tests {

/// What a client knows of one stream; keyed by channel, venue and symbol.
struct TwinStream {
    std::optional<std::uint64_t> seq;  ///< none before the first snapshot
    std::int64_t time = 0;
    bool in_sync = false;
    std::uint64_t snapshots = 0;
    std::uint64_t updates = 0;
    std::uint64_t conflated = 0;
    std::map<std::string, std::string> fields;  ///< l1, status: the newest values as text

    struct Row {
        std::string quantity;
        std::uint64_t orders = 0;
        friend bool operator==(const Row&, const Row&) = default;
    };
    std::map<std::string, Row> bids;  ///< l2, by price
    std::map<std::string, Row> asks;

    struct Order {
        std::string id;
        std::string side;
        std::string price;
        std::string quantity;
        friend bool operator==(const Order&, const Order&) = default;
    };
    std::vector<Order> orders;              ///< l3, by arrival
    std::vector<std::string> trade_prices;  ///< since the snapshot, that one's included
    std::vector<std::string> trade_ids;
};

class ClientTwin {
public:
    /// Bytes as they came from the socket.
    void receive(std::string_view bytes);

    /// Everything that should not have happened, as sentences.
    const std::vector<std::string>& complaints() const { return complaints_; }
    /// Messages that belong to no stream: acks, errors, pongs, warnings, heartbeats.
    const std::vector<std::string>& messages() const { return messages_; }
    const std::vector<std::string>& all_messages() const { return all_; }
    std::string last_message() const { return messages_.empty() ? "" : messages_.back(); }
    const TwinStream* find(std::string_view channel, std::string_view symbol,
                           std::string_view venue = "nasdaq") const;
    std::size_t frames() const { return frames_; }
    bool between_frames() const { return buffer_.empty(); }
    /// All that was received, kept only on wish.
    bool keep_all = false;
    /// The chain begins anew with the next snapshot, as after unsubscribing.
    void forget(std::string_view channel, std::string_view symbol,
                std::string_view venue = "nasdaq");

private:
    struct Parser;
    bool take_frame();
    void on_message(const std::string& text);
    void complain(const std::string& what, const std::string& text);

    std::string buffer_;
    std::size_t frames_ = 0;
    std::map<std::string, TwinStream> streams_;
    std::vector<std::string> messages_;
    std::vector<std::string> all_;
    std::vector<std::string> complaints_;
};

}  // namespace tickweir::tests
