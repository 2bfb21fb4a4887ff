// Which messages of a recorded stream are missing and may still come: a file that ends before they
// do would be replayed without them.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "codecs/bytes.hpp"
#include "codecs/mold/packet.hpp"

namespace tickweir::gateway {

/// Follows one MoldUDP64 stream through its packets. Costs nothing but a comparison in order.
class HoleWatch {
public:
    /// What has been missing for so long without any of it coming is not waited for.
    static constexpr std::chrono::nanoseconds patience{std::chrono::seconds{60}};

    /// Takes a packet's header; `messages` as it counts them, received at `now_ns`.
    void on_packet(const codecs::mold::PacketView& packet, std::int64_t now_ns);

    /// Whether nothing is missing, or nothing that is waited for; then the stream goes on from
    /// there.
    [[nodiscard]] bool whole(std::int64_t now_ns);

    /// Messages missing below the highest that was heard of.
    std::uint64_t missing() const;

    void reset() { *this = HoleWatch{}; }

private:
    /// Beyond so many pieces the furthest are forgotten, that is taken for missing.
    static constexpr std::size_t pieces_max = 4'096;

    struct Piece {
        std::uint64_t first = 0;
        std::uint64_t end = 0;
    };
    void insert(Piece piece);

    codecs::Alpha<10> session_;
    std::uint64_t next_ = 0;  // the first one that did not come; 0: no packet yet
    std::uint64_t highest_ = 0;
    std::int64_t since_ns_ = 0;  // the last that was waited for came then
    std::vector<Piece> pieces_;  // above next_, in order, apart from one another
};

}  // namespace tickweir::gateway
