// One line of a multicast feed that loses, doubles and reorders packets by chance from a seed.
// Pure: knows neither what a packet is nor when it arrives, so that a capture and a live feed share
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "gateway/play/probability.hpp"
#include "replay/simulator/random.hpp"

namespace tickweir::gateway {

/// What a line of a feed does to its packets: each is drawn for every packet and line by itself.
struct LineFaults {
    Probability loss{};
    Probability duplicate{};
    Probability reorder{};
    friend constexpr bool operator==(const LineFaults&, const LineFaults&) = default;
};

/// What became of a packet.
enum class Passage : std::uint8_t {
    on_time,
    again,  ///< a copy, directly behind the packet itself
    held,   ///< not yet; it comes as `late` behind the next one that passes
    late,
    lost,
};

/// `Packet` is a small value that stands for one; it has to stay good while it is held.
template <class Packet>
class FaultyLine {
public:
    /// The same seed and line number draw the same faults.
    FaultyLine(const LineFaults& faults, std::uint64_t seed, std::uint32_t line)
        : faults_{faults}, random_{seed ^ (lines_tag + line)} {}

    /// Tells `passes(packet, passage)` what happens to this packet, and to one that was held, in
    /// the order of arrival. At most one is held, so no packet is overtaken by more than one.
    template <class Passes>
    void carry(const Packet& packet, Passes&& passes) {
        // All are drawn always, so that one probability does not change what the others do.
        const bool lost = happens(random_, faults_.loss);
        const bool doubled = happens(random_, faults_.duplicate);
        const bool late = happens(random_, faults_.reorder);
        if (lost) {
            passes(packet, Passage::lost);
            return;
        }
        if (late && !held_) {
            held_ = packet;
            passes(packet, Passage::held);
            return;
        }
        passes(packet, Passage::on_time);
        if (doubled) passes(packet, Passage::again);
        drain(passes);
    }

    /// Lets a packet that is held arrive: nothing comes behind which it could.
    template <class Passes>
    void drain(Passes&& passes) {
        if (!held_) return;
        passes(*std::exchange(held_, std::nullopt), Passage::late);
    }

private:
    // Faults must not follow the draws of a market made from the same seed.
    static constexpr std::uint64_t lines_tag = 0x6c'69'6e'65'73'00;

    LineFaults faults_;
    replay::simulator::Random random_;
    std::optional<Packet> held_;
};

}  // namespace tickweir::gateway
