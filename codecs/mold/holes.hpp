// The sequence numbers that are missing below the highest that was heard of: as few and as long
// ranges as they make, each with what is known about it. Lower ones are never younger.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codecs/mold/receiver_types.hpp"

namespace tickweir::codecs::mold {

struct Hole {
    std::uint64_t begin = 0;  ///< missing is [begin, end)
    std::uint64_t end = 0;
    std::uint64_t seen_begin = 0;  ///< with what came meanwhile
    std::uint64_t seen_end = 0;
    TimeNs seen{};                          ///< first
    TimeNs give_up{};                       ///< when it is too old
    std::array<std::uint32_t, 2> passed{};  ///< packets of each line from behind it, until a gap
    bool is_gap = false;  ///< not to be waited for any longer; of a gap all lower holes are gaps
    bool asked = false;   ///< for something of it
};

class Holes {
public:
    /// At most `most` at a time; more is the caller's mistake.
    Holes(std::size_t most, std::chrono::nanoseconds give_up_after);

    bool empty() const { return holes_.empty(); }
    std::size_t count() const { return holes_.size(); }
    /// Messages, of all of them.
    std::uint64_t missing() const { return missing_; }

    Hole& operator[](std::size_t index) { return holes_[index]; }
    const Hole& operator[](std::size_t index) const { return holes_[index]; }
    const Hole& front() const { return holes_.front(); }
    /// The lowest that has something of [begin, end), or nullptr.
    Hole* find(std::uint64_t begin, std::uint64_t end);

    /// [begin, end) is missing, with `begin` one above everything that was heard of before. A hole
    /// that ends there grows.
    Hole& reveal(std::uint64_t begin, std::uint64_t end, TimeNs now);
    /// [begin, end) was there and is missing again; nothing above it is there.
    void reopen(std::uint64_t begin, std::uint64_t end, TimeNs now);
    /// What was missing of [begin, end) is there; how much that was. Holes that had been asked for
    /// and are closed by it are added to closed(). Linear in the holes above.
    std::uint64_t fill(std::uint64_t begin, std::uint64_t end);

    /// Holes asked for and filled whole, oldest first; the caller clears it.
    const std::vector<Hole>& closed() const { return closed_; }
    void clear_closed() { closed_.clear(); }

    void clear();

private:
    std::vector<Hole>::iterator first_behind(std::uint64_t sequence);

    std::chrono::nanoseconds give_up_after_;
    std::vector<Hole> holes_;  // disjoint, not touching, by sequence
    std::vector<Hole> closed_;
    std::uint64_t missing_ = 0;
};

}  // namespace tickweir::codecs::mold
