// Tells when a hole is not to be waited for any longer: by time, or because all lines that are
// alive have passed it, so that neither lateness nor the other line will fill it.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "codecs/mold/holes.hpp"
#include "codecs/mold/receiver_types.hpp"

namespace tickweir::codecs::mold {

class Arbiter {
public:
    /// A line that was silent for longer is not waited for.
    static constexpr std::chrono::nanoseconds silence_max = std::chrono::seconds{1};

    explicit Arbiter(const ReceiverLimits& limits)
        : wait_{limits.reorder_wait}, packets_{limits.reorder_packets} {}

    /// A line's packet, heartbeats among them, whose messages begin at `sequence`.
    void on_packet(std::uint32_t line, std::uint64_t sequence, TimeNs now, Holes& holes) {
        heard_[line] = {true, now};
        for (std::size_t i = holes.count(); i > 0 && !holes[i - 1].is_gap; --i) {
            if (holes[i - 1].end <= sequence) ++holes[i - 1].passed[line];
        }
    }

    /// Makes gaps of the holes that waited enough; how many.
    std::uint64_t make_gaps(TimeNs now, Holes& holes) const {
        std::uint64_t gaps = 0;
        for (std::size_t i = holes.count(); i > 0 && !holes[i - 1].is_gap; --i) {
            if (gaps == 0 && !waited_enough(holes[i - 1], now)) continue;
            holes[i - 1].is_gap = true;
            ++gaps;
        }
        return gaps;
    }

    /// When time makes a gap of the oldest hole that is none; `none` if there is no such hole.
    TimeNs next_due(const Holes& holes, TimeNs none) const {
        std::size_t i = holes.count();
        while (i > 0 && !holes[i - 1].is_gap) {
            --i;
        }
        return i == holes.count() ? none : holes[i].seen + wait_;
    }

    /// Another session: no line was heard of.
    void clear() { heard_ = {}; }

private:
    struct Heard {
        bool ever = false;
        TimeNs last{};
    };

    bool waited_enough(const Hole& hole, TimeNs now) const {
        if (hole.seen + wait_ <= now) return true;
        bool any = false;
        for (std::size_t line = 0; line < heard_.size(); ++line) {
            if (!heard_[line].ever || now - heard_[line].last > silence_max) continue;
            if (hole.passed[line] < packets_) return false;
            any = true;
        }
        return any;
    }

    std::chrono::nanoseconds wait_;
    std::uint32_t packets_;
    std::array<Heard, 2> heard_;
};

}  // namespace tickweir::codecs::mold
