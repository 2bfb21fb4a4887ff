// The messages of a simulated day as they are made: stamped, numbered, counted and framed, up to
// the number that was asked for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "codecs/bytes.hpp"
#include "codecs/itch/encoder.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::replay::simulator {

/// A trade that was sent.
struct Match {
    std::uint64_t number;
    std::uint16_t locate;
};

/// Frames wait here until somebody takes them. Messages beyond the limit are dropped, as if the
/// capture had been cut off there.
class Feed {
public:
    explicit Feed(std::uint64_t limit) : limit_{limit}, frames_(block_bytes) {}

    // ------------------------------------------------------------------------------------- clock

    std::uint64_t now_ns() const { return now_ns_; }
    /// Time never goes back: an earlier one is ignored.
    void advance_to(std::uint64_t now_ns) { now_ns_ = std::max(now_ns_, now_ns); }
    void advance_by(std::uint64_t ns) { now_ns_ += ns; }

    // ---------------------------------------------------------------------------------- messages

    /// Sends a message at the present time; locate 0 is the market as a whole.
    template <codecs::itch::Message M>
    void emit(std::uint16_t locate, M message) {
        if (count_ == limit_) return;
        message.stock_locate = locate;
        message.timestamp_ns = now_ns_;
        if (frames_.size() - used_ < codecs::itch::frame_length<M>)
            frames_.resize(frames_.size() * 2);
        used_ += codecs::itch::write_frame(std::span{frames_}.subspan(used_), message);
        ++count_;
        ++by_type_[static_cast<unsigned char>(codecs::itch::type_of<M>)];
    }

    std::uint64_t count() const { return count_; }
    bool full() const { return count_ == limit_; }
    std::uint64_t limit() const { return limit_; }
    /// Lets more messages out: those that end the day.
    void set_limit(std::uint64_t limit) { limit_ = limit; }

    // ------------------------------------------------------------------------------------ shares

    /// Shares of types are counted from here on.
    void start_shares() {
        shares_from_ = count_;
        by_type_ = {};
    }

    /// Whether type `M` has had less than its share of the messages.
    template <codecs::itch::Message M>
    bool behind(std::uint32_t ppm) const {
        return by_type_[static_cast<unsigned char>(codecs::itch::type_of<M>)] * 1'000'000 <
               (count_ - shares_from_) * ppm;
    }

    // ----------------------------------------------------------------------------------- numbers

    /// The number of a trade that is about to be sent.
    std::uint64_t new_match(std::uint16_t locate) {
        recent_match_ = Match{++match_, locate};
        return match_;
    }
    /// The latest match, once.
    std::optional<Match> take_recent_match() { return std::exchange(recent_match_, std::nullopt); }

    // ------------------------------------------------------------------------------------ output

    bool waiting() const { return taken_ < used_; }
    /// Moves whole frames to `out`; gives the bytes.
    std::size_t take(std::span<std::byte> out);
    /// The next message without its length, valid until the next one is emitted; requires
    /// `waiting`.
    codecs::Bytes take_one();

private:
    static constexpr std::size_t block_bytes = std::size_t{1} << 16;

    std::size_t frame_bytes_at(std::size_t at) const {
        return sizeof(codecs::be16) + codecs::read<codecs::be16>(frames_.data() + at);
    }
    void reuse_when_empty() {
        if (taken_ == used_) taken_ = used_ = 0;
    }

    std::uint64_t limit_;
    std::uint64_t now_ns_ = 0;
    std::uint64_t count_ = 0;
    std::uint64_t shares_from_ = 0;
    std::uint64_t match_ = 0;
    std::optional<Match> recent_match_;
    std::vector<std::byte> frames_;
    std::size_t used_ = 0;
    std::size_t taken_ = 0;
    std::array<std::uint64_t, 256> by_type_{};
};

}  // namespace tickweir::replay::simulator
